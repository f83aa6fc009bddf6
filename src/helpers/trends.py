"""Charts of yearly and monthly figures: lines with bounds, labelled at their ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.figures import PACT, Chart, canvas, date_axis, mark_pact, spread_labels, tick

INKS = {
    "black": ("#222222", "o", "-"),
    "red": ("#B22222", ">", "-"),
    "violet": ("#6A3D9A", "P", "--"),
    "blue": ("#0072B2", "s", "-."),
    "ochre": ("#8C6D31", "h", ":"),
    "grey": ("#777777", "d", "--"),
    "orange": ("#D55E00", "^", ":"),
}
"""Colour, marker and dash of the lines; markers and dashes tell them apart without the colour."""


def lines(
    table: pd.DataFrame,
    inks: dict[str, str],
    *,
    title: str,
    ylabel: str,
    caption: str,
    zero: bool = True,
    height: float = 4.2,
) -> Chart:
    """Draw one line per name over years or months.

    Parameters
    ----------
    table : DataFrame
        ``line`` (its name), ``x`` (year as a number, or day), ``value`` and, where wanted, ``bound``
        (``at_least`` and ``at_most`` get an arrow, ``about`` and ``partial`` a hollow mark, and a part of
        a period is not joined to the line). A missing value, and a year
        without a row, break the line; a month without one does not.
    inks : dict of str to str
        A key of `INKS` for each line, in the order to draw.
    title, ylabel, caption : str
        Finding; axis with unit; sources and date. What hollow marks mean is for the caption to say.
    zero : bool
        Whether the upper axis begins at zero.
    height : float
        Height in inches.

    Returns
    -------
    Chart
        Figure and the drawn points; the day the treaty was signed is marked on an axis of days.

    Raises
    ------
    ValueError
        If there is nothing to draw, a line has no ink, an ink is unknown, or a line has two values at
        one place.
    """
    drawn = table[table["line"].isin(inks)].sort_values(["line", "x"]).reset_index(drop=True)
    unknown = sorted(set(table["line"]) - set(inks))
    if drawn["value"].count() == 0 or unknown:
        raise ValueError(f"{title!r}: expected lines among {', '.join(inks)}, got {unknown or 'no value'}")
    if not set(inks.values()) <= set(INKS):
        raise ValueError(f"{title!r}: expected inks among {', '.join(INKS)}, got {', '.join(inks.values())}")
    if drawn.duplicated(["line", "x"]).any():
        twice = drawn.loc[drawn.duplicated(["line", "x"]), "line"].iloc[0]
        raise ValueError(f"{title!r}: expected one value of a line at each place, got two of {twice!r}")
    dated = pd.api.types.is_datetime64_any_dtype(drawn["x"])
    figure, ax = canvas(title, height, caption)
    ends = []
    for name, ink in inks.items():
        colour, marker, dash = INKS[ink]
        part = drawn[drawn["line"] == name]
        if part["value"].count() == 0:
            continue
        joined = part[part["bound"] != "partial"] if "bound" in part else part
        if len(joined):
            whole = joined.set_index("x")["value"]
            if not dated:
                whole = whole.reindex(range(int(joined["x"].min()), int(joined["x"].max()) + 1))
            ax.plot(whole.index, whole, color=colour, ls=dash, lw=1.3)
        for row in part.dropna(subset="value").itertuples():
            bound = getattr(row, "bound", None)
            face = "white" if bound in ("about", "partial") else colour
            ax.plot(row.x, row.value, marker=marker, ms=5.5, color=colour, markerfacecolor=face, ls="none")
            if bound in ("at_least", "at_most"):
                ax.annotate(
                    "", (row.x, row.value), (0, 16 if bound == "at_least" else -16), zorder=1,
                    textcoords="offset points", arrowprops={"arrowstyle": "<-", "color": colour, "lw": 1.2},
                )  # fmt: skip
        last = part.dropna(subset="value").iloc[-1]
        ends.append((last["x"], last["value"], name, colour))
    top, low = drawn["value"].max(), drawn["value"].min()
    base = min(0, low) if zero else low - (top - low) * 0.1
    ax.set_ylim(base, top + (top - base) * 0.12)
    first, last = drawn["x"].min(), drawn["x"].max()
    ax.set_xlim(first - (last - first) * 0.03, last + (last - first) * 0.3)
    spread_labels(ax, ends, last + (last - first) * 0.03)
    if dated:
        date_axis(ax)
        if first < PACT < last:
            mark_pact(ax)
    else:
        years = np.arange(first, last + 1, max(1, round((last - first) / 13)))
        ax.set_xticks(years, [f"{y:.0f}" for y in years])
    ax.yaxis.set_major_locator(MaxNLocator(7))
    ax.yaxis.set_major_formatter(FuncFormatter(tick))
    ax.set_ylabel(ylabel)
    return Chart(figure, drawn)
