"""The citable cell: one finding with its data, sources and fingerprint.

A finding is shown by `finding`; ``findings`` reads it back from saved notebooks, without a kernel.
Its address is the slug of its cell and its fingerprint: ``fig-arms-containers@1f3a9c02``. All that a
later citation, export or check needs is in one output of type `MIME`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import math
import re
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from helpers import outputs, provenance, sources, tables
from helpers.figures import Chart
from helpers.findings import MIME, NOTEBOOKS, SLUG, addresses, listing

TITLE = "The Pact and the Balance"
"""How a short citation names the collection."""

LISTED = 120
"""References that a finding leads to one by one; more would drown it."""

SINGLY = 30
"""References told in full for a finding; of more each publisher is named once, with its pages by date."""

_NO_NUMBER = (
    r"\b(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)(?: \d{4})?\b"
    r"|\b(?i:in|for|of|since|by|from|to|late|early|mid-?|autumn|spring|summer|winter) ?(?:19|20)\d\d\b"
    r"|\bArticle \d+\b"
    r"|\b20\d\d (?:only|alone|total)\b|\b\d{2,3}(?: and \d{2,3})? mm\b"
    r"|\b[A-Za-z]+-\d+\b|\b20-foot\b|\b\d+(?:st|nd|rd|th)\b"
)
_BARE = re.compile(r"\S*\d\S*")


def finding(
    slug: str,
    sentence: str,
    rows: pd.DataFrame,
    *,
    show: Chart | pd.DataFrame | None = None,
    alt: str | None = None,
    not_shown: str,
    data: Path = tables.DATA,
    **values: float | str,
) -> None:
    """Show one finding: a figure or a table, and below it the sentence to cite.

    Parameters
    ----------
    slug : str
        The id of the cell, also its label.
    sentence : str
        One sentence with its caveat, to be pasted into a report. Its numbers are written as fields,
        ``"… {dia:,.0f} containers …"``, and filled from ``values``.
    rows : DataFrame
        The rows of the dataset that the finding rests on (with ``source_ids``).
    show : Chart or DataFrame, optional
        What to show above the sentence.
    alt : str
        For a figure: text of 40 characters or more that states what the picture shows.
    not_shown : str
        What the figure or table does not show.
    data : Path
        Folder with the tables.
    **values
        The values in the sentence, by name.

    Raises
    ------
    ValueError
        If the slug has not the agreed form, a figure has no proper alt text, no row stands behind
        the finding, or the sentence holds a number that is not a field (dates, calibres and names
        such as KN-23 are none).
    """
    if not SLUG.fullmatch(slug) or len(slug) > 64:
        raise ValueError(f"{slug!r}: expected an id of the form {SLUG.pattern}, at most 64 characters")
    bare = _BARE.findall(re.sub(r"\{[^}]*\}|" + _NO_NUMBER, " ", sentence))
    if bare:
        raise ValueError(f"{slug}: expected the numbers of the sentence as fields, got {', '.join(bare)}")
    if rows.empty:
        raise ValueError(f"{slug}: expected at least one row behind a finding, got none")
    if isinstance(show, Chart) and len(alt or "") < 40:
        raise ValueError(f"{slug}: expected an alt text of 40 characters or more, got {alt!r}")
    record = describe(slug, sentence, rows, show, alt, not_shown, values, data)
    if isinstance(show, Chart):
        outputs.show_figure(show.figure, slug, alt or "")
    elif show is not None:
        outputs.show_table(show)
    display(
        {
            "text/html": _html(record, rows, data),
            "text/plain": f"{record['cite']}\n{record['sentence']}\n{_provenance(record)}",
            MIME: record,
        },
        raw=True,
    )


def describe(
    slug: str,
    sentence: str,
    rows: pd.DataFrame,
    show: Chart | pd.DataFrame | None,
    alt: str | None,
    not_shown: str,
    values: dict[str, Any],
    data: Path = tables.DATA,
) -> dict[str, Any]:
    """Gather what a finding says and what it rests on.

    Parameters
    ----------
    slug, sentence, rows, show, alt, not_shown, values, data
        As in `finding`.

    Returns
    -------
    dict
        JSON-ready: the filled ``sentence``, its ``values``, ``data_through`` (the last day on which
        one of the rows became public), the number of different ``rows`` and of independent ``origins``,
        ``basis`` counts, ``units`` of the rows, what the ``axes`` of a figure are labelled, the ``tables``
        that the rows come from, ``row_ids`` (their keys, see `provenance.short`), the number of
        ``sources`` and, up to `LISTED` of them, ``source_ids`` (beyond that they are found by the rows),
        the drawn or tabled ``data`` and the ``fingerprint``: the first eight digits of the SHA-256 of the
        sentence, the data, the keys of the rows and all that the tables say in them.
    """
    drawn = show.drawn if isinstance(show, Chart) else rows if show is None else show
    if show is None:
        keep = [c for c in rows if c.endswith("_id") or c in ("low", "central", "high", "bound", "unit")]
        drawn = rows[keep]
    found = provenance.keys(rows, data)
    ids = provenance.short(found, data)
    body = {
        "sentence": sentence.format(**values),
        "data": _plain_data(drawn),
        "row_ids": ids,
        "content": provenance.content(found, data),
    }
    named = sources.split(rows["source_ids"])
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    print_ = hashlib.sha256(text.encode()).hexdigest()[:8]
    return {
        "slug": slug,
        "fingerprint": print_,
        "cite": f"{slug}@{print_}",
        "sentence": body["sentence"],
        "values": {k: _plain_value(v) for k, v in values.items()},
        "data_through": sources.last_day(rows, data),
        "rows": sum(len(keys) for keys in found.values()) or len(rows),
        "origins": sources.independent_origins(rows, data),
        "basis": {k: int(n) for k, n in rows["basis"].value_counts().sort_index().items()}
        if "basis" in rows
        else {},
        "units": sorted(rows["unit"].dropna().unique()) if "unit" in rows else [],
        "axes": _axes(show) if isinstance(show, Chart) else [],
        "tables": sorted(found),
        "not_shown": not_shown,
        "alt": alt,
        "row_ids": ids,
        "sources": len(named),
        "source_ids": sorted(named) if len(named) <= LISTED else [],
        "data": body["data"],
    }


def _axes(chart: Chart) -> list[str]:
    labels = (words for ax in chart.figure.axes for words in (ax.get_xlabel(), ax.get_ylabel()))
    return list(dict.fromkeys(" ".join(words.split()) for words in labels if words))


def headlines(slugs: list[str], root: Path = NOTEBOOKS) -> None:
    """Show findings of other notebooks as they were saved, each with a link to its cell.

    Parameters
    ----------
    slugs : list of str
        Findings to show, in this order.
    root : Path
        Folder with notebooks; links are relative to it.

    Raises
    ------
    KeyError
        If a slug names no saved finding.
    """
    saved = {f["slug"]: f for f in listing(root)}
    lines, plain = [], []
    for slug in slugs:
        if slug not in saved:
            raise KeyError(f"no saved finding {slug!r} in {root}")
        found = saved[slug]
        link = f"{found['notebook']}#cell-id={found['cell_id']}"
        lines.append(
            f"<li>{html.escape(found['sentence'])} "
            f'<a href="{html.escape(link)}"><code>{found["cite"]}</code></a></li>'
        )
        plain.append(f"{found['cite']}  {found['sentence']}")
    display({"text/html": f"<ul>{''.join(lines)}</ul>", "text/plain": "\n".join(plain)}, raw=True)


def table(slug: str, root: Path = NOTEBOOKS) -> None:
    """Show the table of a finding of another notebook as it was saved, with a link to its cell.

    Parameters
    ----------
    slug : str
        A finding that shows a table.
    root : Path
        Folder with notebooks; the link is relative to it.

    Raises
    ------
    KeyError
        If the slug names no saved finding.
    """
    saved = {f["slug"]: f for f in listing(root)}
    if slug not in saved:
        raise KeyError(f"no saved finding {slug!r} in {root}")
    found = saved[slug]
    rows = pd.DataFrame(found["data"]["rows"], columns=found["data"]["columns"])
    outputs.show_table(rows)
    headlines([slug], root)


def link(slug: str, root: Path = NOTEBOOKS, start: str = "..") -> outputs.Link:
    """Make words of a table that lead to a finding.

    Parameters
    ----------
    slug : str
        The finding.
    root : Path
        Folder with notebooks.
    start : str
        Way from the notebook that shows the table to that folder.

    Returns
    -------
    Link
        The slug, leading to its cell.

    Raises
    ------
    KeyError
        If the slug names no saved finding.
    """
    where = addresses(root)
    if slug not in where:
        raise KeyError(f"no saved finding {slug!r} in {root}")
    return outputs.Link(slug, f"{start}/{where[slug]}#cell-id={slug}")


def _plain_value(value: Any) -> Any:
    if isinstance(value, dt.date) and not pd.isna(value):
        return f"{value:%Y-%m-%d}"
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if is_dataclass(value):
        return asdict(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.10g}")
    return value


def _plain_data(frame: pd.DataFrame) -> dict[str, list]:
    """Write a frame as JSON that two machines write alike: ten significant digits, ISO dates."""
    return {
        "columns": [str(c) for c in frame.columns],
        "rows": [[_plain_value(v) for v in row] for row in frame.astype(object).to_numpy().tolist()],
    }


def _provenance(record: dict[str, Any]) -> str:
    basis = ", ".join(f"{k.replace('_', ' ')} {n:,}" for k, n in record["basis"].items())
    parts = [
        f"Data through {record['data_through']}" if record["data_through"] else "Undated data",
        _count(record["rows"], "row"),
        _count(record["origins"], "independent origin") + " (repeats removed)",
        f"basis: {basis}" if basis else "",
        _count(record["sources"], "source"),
    ]
    return f"Does not show: {record['not_shown']} " + " · ".join(p for p in parts if p)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _html(record: dict[str, Any], rows: pd.DataFrame, data: Path) -> str:
    # JupyterLab drops the alt text of a picture, so that a screen reader finds it here only.
    words = "<details><summary><small>Picture in words</small></summary><small>{}</small></details>"
    told = words.format(html.escape(record["alt"])) if record["alt"] else ""
    through = f"data through {record['data_through']}" if record["data_through"] else "undated data"
    # A click marks all of a line where JupyterLab trusts the notebook, a triple click where it drops styles.
    line = '<div><small><code style="user-select: all">{}</code></small></div>'
    brief = f"{TITLE}, {record['cite']}, {through}"
    return (
        f"<p><b>Finding.</b> {html.escape(record['sentence'])}</p>"
        f"<p><small>{html.escape(_provenance(record))}</small></p>"
        f"<div><small>Cite this cell:</small></div>{line.format(record['cite'])}{line.format(brief)}"
        f"{told}<details><summary><small>Sources</small></summary>"
        f"<small>{_references(rows, data)}</small></details>"
    )


def _references(rows: pd.DataFrame, data: Path) -> str:
    chosen = sources.behind(rows, data)
    if len(chosen) <= SINGLY:
        parts = [line.rsplit(" ", 1) for line in sources.references(rows, data)]
        links = (f'<li><a href="{html.escape(url)}">{html.escape(text)}</a></li>' for text, url in parts)
        return f"<ol>{''.join(links)}</ol>"
    by_publisher = chosen.groupby("publisher", sort=True)
    if len(chosen) <= LISTED:
        lines = [
            f"{html.escape(name)}: " + ", ".join(_dated(page) for _, page in pages.iterrows())
            for name, pages in by_publisher
        ]
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    counts = by_publisher.size().sort_values(ascending=False, kind="stable")
    named = ", ".join(f"{html.escape(name)} ({n})" for name, n in counts[counts > 1].items())
    once = f"; one page each from {(counts == 1).sum()} others" if (counts == 1).any() else ""
    return (
        f"{named}{once}. Each row names its pages (column <code>source_ids</code>), each page its "
        "address (<code>data/sources.csv</code>)."
    )


def _dated(page: pd.Series) -> str:
    day = f"{page['published']:%Y-%m-%d}" if pd.notna(page["published"]) else "n.d."
    return f'<a href="{html.escape(page["url"])}">{day}</a>'
