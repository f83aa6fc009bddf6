"""Charts that set things side by side: intervals in rows, and a grid of codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from helpers.figures import Chart, canvas, tick

STEPS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 30, 100)
"""Ticks of a logarithmic axis of ratios."""

STANCE_SHADES = {
    "condemns": ("#222222", "white", "condemns"),
    "concerned": ("#6f6f6f", "white", "concerned"),
    "neutral": ("#d9d9d9", "black", "neutral"),
    "welcomes": ("#fff3c4", "black", "welcomes"),
    "supports": ("#f0c808", "black", "supports"),
    "none_found": ("white", "#888888", "none found"),
}
"""Fill, ink and word of each stance; the word is written in the cell, so that colour is not needed."""

VOTE_SHADES = {
    "yes": ("#f0c808", "black", "yes"),
    "abstain": ("#d9d9d9", "black", "abstains"),
    "no": ("#222222", "white", "no"),
    "not_voting": ("white", "#888888", "not voting"),
    "not_member": ("white", "#bbbbbb", "–"),
}
"""Fill, ink and word of each vote."""

FIT_SHADES = {
    "strongly_for": ("#d9a400", "black", "strongly for"),
    "for": ("#fff3c4", "black", "for"),
    "neither": ("white", "#888888", "neither"),
    "against": ("#bdbdbd", "black", "against"),
    "strongly_against": ("#333333", "white", "strongly against"),
}
"""Fill, ink and word of each code of fit."""

BOARD_SHADES = {
    "adverse": ("#222222", "white", "adverse"),
    "leans_adverse": ("#9a9a9a", "black", "leans adverse"),
    "no_change": ("white", "#666666", "no change"),
    "leans_relief": ("#fff3c4", "black", "leans relief"),
    "relief": ("#f0c808", "black", "relief"),
    "undefined": ("white", "#bbbbbb", "no value"),
    "value": ("#f4f4f4", "black", ""),
}
"""Fill, ink and word of each verdict on an indicator, and of a cell that holds a value."""


def forest(
    table: pd.DataFrame,
    *,
    title: str,
    xlabel: str,
    caption: str,
    reference: float | None = 1.0,
    log: bool = True,
    limits: tuple[float, float] | None = None,
) -> Chart:
    """Draw figures with their intervals one below the other.

    Parameters
    ----------
    table : DataFrame
        One row a line, top first: ``label``, ``low``, ``central``, ``high``, and, where wanted,
        ``text`` to write at the right and ``hollow`` (a mark without filling).
    title, xlabel, caption : str
        Finding; axis with unit; sources and date.
    reference : float, optional
        Where to draw a line, for instance 1 for no change.
    log : bool
        Logarithmic axis.
    limits : tuple of float, optional
        Ends of the axis; an interval that goes on beyond ends in an arrow.

    Returns
    -------
    Chart
        Figure and the table.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if table.empty:
        raise ValueError(f"{title!r}: expected rows to draw, got none")
    figure, ax = canvas(title, 1.3 + 0.3 * len(table), caption)
    finite = table[["low", "central", "high"]].replace([np.inf, -np.inf], np.nan)
    positive = finite.where(finite > 0) if log else finite
    low, high = limits or (positive.min().min(), positive.max().max())
    margin = (high / low) ** 0.06 if log else (high - low) * 0.06
    left, right = (low / margin, high * margin) if log else (low - margin, high + margin)
    for i, row in enumerate(table.itertuples()):
        ends = max(row.low, left), min(row.high, right)
        ax.plot(ends, [i, i], color="#444444", lw=2, solid_capstyle="butt", zorder=2)
        for end, cut, marker in ((left, row.low < left, "<"), (right, row.high > right, ">")):
            if cut:
                ax.plot(end, i, marker=marker, color="#444444", ms=6, clip_on=False, zorder=3)
        fill = "white" if getattr(row, "hollow", False) else "#222222"
        if left <= row.central <= right:
            ax.plot(row.central, i, marker="D", color=fill, markeredgecolor="#222222", ms=6.5, zorder=4)
        if isinstance(getattr(row, "text", None), str):
            ax.annotate(
                row.text,
                (1.01, i),
                xycoords=("axes fraction", "data"),
                fontsize=8,
                va="center",
                annotation_clip=False,
            )
    if reference is not None:
        ax.axvline(reference, color="#444444", lw=1, ls="--", zorder=1)
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(STEPS))
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(left, right)
    ax.xaxis.set_major_formatter(FuncFormatter(tick))
    ax.set_yticks(range(len(table)), table["label"], fontsize=8.5)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel(xlabel)
    return Chart(figure, table.reset_index(drop=True))


def grid(
    codes: pd.DataFrame,
    *,
    title: str,
    caption: str,
    shades: dict[str, tuple[str, str, str]],
    extra: pd.DataFrame | None = None,
) -> Chart:
    """Draw a grid of codes, each cell shaded and with its code written in it.

    Parameters
    ----------
    codes : DataFrame of str
        Codes; rows and columns are drawn in their order. A missing cell stays blank.
    title, caption : str
        Finding; sources and date.
    shades : dict of str to (str, str, str)
        Fill, colour of the words, and words per code.
    extra : DataFrame of str, optional
        Words to add below a code, aligned with it; missing for none.

    Returns
    -------
    Chart
        Figure and the grid as one row a cell: ``row``, ``column``, ``code`` and ``extra``.

    Raises
    ------
    ValueError
        If there is no code to draw, or one without a shade.
    """
    unknown = sorted({c for c in codes.to_numpy().ravel() if isinstance(c, str)} - set(shades))
    if codes.count().sum() == 0 or unknown:
        raise ValueError(f"{title!r}: expected codes among {', '.join(shades)}, got {unknown or 'none'}")
    figure, ax = canvas(title, 1.2 + 0.27 * len(codes), caption)
    lines = []
    for i, (name, row) in enumerate(codes.iterrows()):
        for j, (column, code) in enumerate(row.items()):
            if not isinstance(code, str):
                continue
            fill, ink, word = shades[code]
            added = extra.loc[name, column] if extra is not None else None
            added = added if isinstance(added, str) else None
            ax.add_patch(
                Rectangle(
                    (j - 0.48, i - 0.46), 0.96, 0.92, facecolor=fill, edgecolor="#bbbbbb", linewidth=0.6
                )
            )
            ax.text(
                j, i, word + (f" {added}" if added else ""), ha="center", va="center", fontsize=7.5, color=ink
            )
            lines.append({"row": name, "column": column, "code": code, "extra": added})
    ax.set_xlim(-0.5, codes.shape[1] - 0.5)
    ax.set_ylim(len(codes) - 0.5, -0.5)
    ax.set_xticks(range(codes.shape[1]), codes.columns, fontsize=8)
    ax.set_yticks(range(len(codes)), codes.index, fontsize=8)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)
    return Chart(figure, pd.DataFrame(lines))
