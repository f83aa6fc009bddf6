"""How a figure and a table appear in a notebook."""

from __future__ import annotations

import base64
import html
import io
import lzma
import re
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from helpers.figures import ACTORS
from helpers.findings import DRAWING

_NUMBER = (int, float, np.number)


class Link(str):
    """Words of a table that lead somewhere.

    Attributes
    ----------
    href : str
        Address; None for words that lead nowhere.
    """

    href: str | None

    def __new__(cls, words: str, href: str | None = None) -> Link:
        """Make words with an address."""
        link = super().__new__(cls, words)
        link.href = href
        return link


def show_figure(figure: Figure, slug: str, alt: str) -> None:
    """Show a figure as a small PNG with its alt text.

    Parameters
    ----------
    figure : Figure
        The picture.
    slug : str
        Id of the cell.
    alt : str
        What the picture shows; it stands in the output's metadata and, so that a changed text is
        noticed by a comparison of outputs, in its plain form.
    """
    raw = io.BytesIO()
    figure.savefig(raw, format="png", metadata={"Software": None})
    drawn = lzma.compress(drawing(figure, slug).encode(), check=lzma.CHECK_CRC32)
    small = io.BytesIO()
    fewer_colours(Image.open(raw).convert("RGB")).save(small, "PNG", optimize=True)
    display(
        {
            "image/png": base64.b64encode(small.getvalue()).decode(),
            "text/plain": f"<Figure {slug}: {alt}>",
            DRAWING: base64.b64encode(drawn).decode(),
        },
        raw=True,
        metadata={"image/png": {"alt": alt}},
    )


def drawing(figure: Figure, slug: str) -> str:
    """Write a figure as a small SVG, the same on every machine.

    Parameters
    ----------
    figure : Figure
        The picture.
    slug : str
        Id of the cell; the names within the file are made from it.

    Returns
    -------
    str
        SVG with text as text (DejaVu Sans), without date or maker, to a hundredth of a point.
    """
    raw = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": slug, "svg.fonttype": "none"}):
        figure.savefig(raw, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = re.sub(r"(?<=<pattern ).*?(?=</pattern>)", _relative, raw.getvalue(), flags=re.S)
    text = re.sub(r"(?<=\d\.\d\d)\d+", "", text)
    return re.sub(r"\s*\n\s*", " ", text).replace("> <", "><")


def _relative(pattern: re.Match[str]) -> str:
    """Write the curves of a hatch from point to point: its dots become one text that compresses well."""
    at = np.zeros(2)

    def step(match: re.Match[str]) -> str:
        nonlocal at
        points = np.array(match[2].split(), dtype=float).reshape(-1, 2)
        written = points - at if match[1] == "C" else points
        at = points[-1]
        return f"{match[1].lower() if match[1] == 'C' else match[1]} " + " ".join(
            f"{v:.2f}" for v in written.ravel()
        )

    return re.sub(r"([MLC]) ([-\d. ]+)", step, pattern[0])


def fewer_colours(picture: Image.Image, size: int = 80) -> Image.Image:
    """Keep the house colours and the most frequent others exactly, move the rest to the nearest.

    Half of the bytes or less; the encoders' own palettes drop the colours of small marks.

    Parameters
    ----------
    picture : Image
        Picture in RGB.
    size : int
        Number of colours kept, 256 at most.

    Returns
    -------
    Image
        The picture with a palette.
    """
    pixels = np.asarray(picture, dtype=np.int64) @ (65536, 256, 1)
    values, place, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    house = [int(colour[1:], 16) for colour, _ in ACTORS.values()]
    apart = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1)
    vivid = np.ptp(apart, axis=1) > 40  # a short coloured bar matters more than one more grey
    weight = counts * np.where(vivid, 20, 1) + np.isin(values, house) * 10**9
    first = np.argsort(-weight, kind="stable")[:size]
    nearest = ((apart[:, None] - apart[first]) ** 2).sum(axis=2).argmin(axis=1)
    out = Image.fromarray(nearest[place].reshape(pixels.shape).astype(np.uint8))
    out.putpalette(apart[first].astype(np.uint8).tobytes())
    return out


def show_table(table: pd.DataFrame) -> None:
    """Show a table with words to the left, numbers to the right and a dash for what is missing.

    Parameters
    ----------
    table : DataFrame
        What to show; its index is left out.
    """
    # JupyterLab sets all cells right, which suits numbers only.
    numeric = [column.map(lambda v: isinstance(v, _NUMBER)).any() for _, column in table.items()]
    sides = ["right" if is_number else "left" for is_number in numeric]
    names = zip(table.columns, sides, strict=True)
    head = "".join(f'<th style="text-align: {side}">{html.escape(str(name))}</th>' for name, side in names)
    lines = []
    for row in table.itertuples(index=False):
        pairs = zip(row, sides, strict=True)
        written = (f'<td style="text-align: {side}">{_marked(v)}</td>' for v, side in pairs)
        lines.append(f"<tr>{''.join(written)}</tr>")
    display(
        {
            "text/html": f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>",
            "text/plain": table.map(_readable).to_string(index=False),
        },
        raw=True,
    )


def _marked(value: Any) -> str:
    words = html.escape(_readable(value))
    href = getattr(value, "href", None)
    return f'<a href="{html.escape(href)}">{words}</a>' if href else words


def _readable(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - nan
        return "–"
    if isinstance(value, _NUMBER):
        text = f"{value:,.2f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
