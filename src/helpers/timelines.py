"""Charts of dated events: lanes of incidents, visits by rank, counts per period, placebo dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from helpers.figures import ACTORS, CLEAR, PACT, Chart, canvas, date_axis, mark_pact, tick

DARK, MIDDLE, LIGHT = "#222222", "#777777", "#c4c4c4"
"""Greys of these charts; the house colours belong to actors."""

DIRECTIONS = {
    "escalation": ("^", DARK, DARK, "▲ loosens what was agreed or raises the risk"),
    "de_escalation": ("v", "white", DARK, "▽ restores or lowers it"),
    "neither": ("o", LIGHT, MIDDLE, "● neither"),
}
"""Marker, fill, edge and words for each direction of a step."""


def lanes(
    rows: pd.DataFrame,
    lane: pd.Series,
    *,
    title: str,
    caption: str,
    text: pd.Series | None = None,
) -> Chart:
    """Draw dated events in lanes, each marked by the direction of the step.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``date``, ``end`` (missing for a single day) and ``direction``.
    lane : Series of str
        Lane of each row; lanes stand in the order met, the first on top.
    title, caption : str
        Finding; sources and date. How to read the marks is added to the caption.
    text : Series of str, optional
        Words beside a mark; missing for none.

    Returns
    -------
    Chart
        Figure and drawn events; the day the treaty was signed is marked where it lies among them.

    Raises
    ------
    ValueError
        If there is no row, or the lanes or words are not aligned with the rows.
    """
    if rows.empty:
        raise ValueError(f"{title!r}: expected rows to draw, got none")
    if not (lane.index.equals(rows.index) and (text is None or text.index.equals(rows.index))):
        raise ValueError(f"{title!r}: expected lanes and words with the index of the rows")
    drawn = rows[["date", "end", "direction"]].reset_index(drop=True)
    drawn["lane"] = lane.to_numpy()
    drawn["text"] = None if text is None else text.to_numpy()
    names = list(dict.fromkeys(drawn["lane"]))
    words = "; ".join(DIRECTIONS[d][3] for d in DIRECTIONS if d in set(drawn["direction"]))
    figure, ax = canvas(title, 1.5 + 0.5 * len(names), f"Marks: {words}; a bar lasts. {caption}")
    for i, name in enumerate(names):
        ax.axhline(i, color="#eeeeee", lw=9, zorder=0)
        for _, row in drawn[drawn["lane"] == name].iterrows():
            marker, face, edge, _ = DIRECTIONS[row["direction"]]
            if pd.notna(row["end"]) and row["end"] > row["date"]:
                ax.plot([row["date"], row["end"]], [i, i], color=MIDDLE, lw=4, alpha=0.7, zorder=2)
            ax.plot(
                row["date"], i, marker=marker, color=face, markeredgecolor=edge, ms=7, ls="none", zorder=3
            )
            if isinstance(row["text"], str):
                ax.annotate(
                    row["text"], (row["date"], i), (0, 7), textcoords="offset points", fontsize=7.5,
                    ha="center", va="bottom", bbox=CLEAR, zorder=4,
                )  # fmt: skip
    ax.set_yticks(range(len(names)), names, fontsize=8.5)
    ax.set_ylim(len(names) - 0.4, -0.8)
    if drawn["date"].min() < PACT < drawn["date"].max():
        mark_pact(ax)
    date_axis(ax)
    ax.grid(visible=False, axis="y")
    return Chart(figure, drawn)


def steps(
    counts: pd.Series,
    *,
    title: str,
    ylabel: str,
    caption: str,
    starts: str = "",
    marks: dict[str, str] | None = None,
) -> Chart:
    """Draw counts per period as bars, with the mean of each segment as a step.

    Parameters
    ----------
    counts : Series of int
        Counts indexed by the first day of each period.
    title, ylabel, caption : str
        Finding; axis with unit; sources and date.
    starts : str
        First periods of the segments after the first, as from `series.change_points`; empty for none.
    marks : dict of str to str, optional
        Days to mark with a line, by their label.

    Returns
    -------
    Chart
        Figure and one row a period: ``date``, ``count``, ``mean`` of its segment.

    Raises
    ------
    ValueError
        If there are fewer than two periods.
    """
    if len(counts) < 2:
        raise ValueError(f"{title!r}: expected two periods or more to draw, got {len(counts)}")
    cuts = [pd.Timestamp(s) for s in starts.split(", ") if s]
    segment = np.searchsorted(np.array(cuts, dtype="datetime64[ns]"), counts.index.to_numpy(), side="right")
    mean = counts.groupby(segment).transform("mean") if cuts else pd.Series(counts.mean(), index=counts.index)
    drawn = pd.DataFrame({"date": counts.index, "count": counts.to_numpy(), "mean": mean.to_numpy()})
    figure, ax = canvas(title, 3.6, caption)
    gap = np.diff(drawn["date"])
    ax.bar(drawn["date"], drawn["count"], width=gap.min() * 0.85, align="edge", color=LIGHT, edgecolor="none")
    edges = [*drawn["date"], drawn["date"].iloc[-1] + gap[-1]]  # the last mean reaches to the end of its bar
    ax.step(edges, [*drawn["mean"], drawn["mean"].iloc[-1]], where="post", color=DARK, lw=1.6)
    for i, (name, day) in enumerate((marks or {}).items()):
        ax.axvline(pd.Timestamp(day), color="#444444", lw=1, ls="--")
        ax.annotate(
            name, (pd.Timestamp(day), 1), (-4, -2 - 13 * i), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="right", va="top", fontsize=8, bbox=CLEAR,
        )  # fmt: skip
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylim(0, max(1, drawn["count"].max()) * 1.2)
    ax.set_ylabel(ylabel)
    ax.grid(visible=False, axis="x")
    date_axis(ax)
    return Chart(figure, drawn)


def placebo(table: pd.DataFrame, *, title: str, caption: str, label: str, ylabel: str) -> Chart:
    """Draw the ratio after to before at every date, the day in question among them.

    Parameters
    ----------
    table : DataFrame
        As from `events.placebos`.
    title, caption : str
        Finding; sources and date.
    label : str
        Words for the day in question.
    ylabel : str
        What the ratio compares.

    Returns
    -------
    Chart
        Figure and the table; the grey band holds the middle 90 % of the other dates.
    """
    key = f"Grey band: middle 90 % of the other dates; diamond: {label}."
    figure, ax = canvas(title, 3.4, f"{key} {caption}")
    others, actual = table[~table["actual"]], table[table["actual"]].iloc[0]
    low, high = others["ratio"].quantile([0.05, 0.95])
    ax.axhspan(low, high, color="#efefef", zorder=0)
    ax.axhline(1, color=MIDDLE, lw=0.8)
    ax.plot(others["date"], others["ratio"], color=MIDDLE, lw=0.8, marker=".", ms=3, zorder=2)
    ax.plot(actual["date"], actual["ratio"], marker="D", color=DARK, ms=9, ls="none", zorder=4)
    ax.annotate(
        f"{label}: {actual['ratio']:.2f}", (actual["date"], actual["ratio"]), (-10, 14),
        textcoords="offset points", ha="right", fontsize=8.5, fontweight="bold", bbox=CLEAR, zorder=5,
        arrowprops={"arrowstyle": "-", "color": DARK, "lw": 0.8},
    )  # fmt: skip
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(FixedLocator((0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(tick))
    ax.set_ylim(table["ratio"].min() / 1.4, table["ratio"].max() * 1.4)
    ax.set_ylabel(ylabel)
    date_axis(ax)
    return Chart(figure, table)


RANKS = ("leader", "deputy", "senior", "minister", "vice_minister", "other")
"""Ranks of ``visits``, the highest first."""

FLAGS = {state: ACTORS[state] for state in ("China", "Russia", "DPRK")}
"""Colour and marker of the state whose official travelled; any other state gets a grey circle."""


def calls(
    visits: pd.DataFrame,
    names: dict[str, str],
    gaps: pd.DataFrame,
    *,
    title: str,
    caption: str,
    ranks: tuple[str, ...] = RANKS[:5],
) -> Chart:
    """Draw visits by pair of states, rank and day, with the long spans in which nobody came.

    Parameters
    ----------
    visits : DataFrame
        Rows of ``visits``.
    names : dict of str to str
        Name of each ``dyad`` to draw, the first on top.
    gaps : DataFrame
        Spans to shade: ``dyad``, ``start``, ``end``, ``days``, as from `events.gaps` for each dyad.
    title, caption : str
        Finding; sources and date. How to read the marks is added to the caption.
    ranks : tuple of str
        Ranks to draw, the highest first.

    Returns
    -------
    Chart
        Figure and one row a mark: ``visit_id``, ``dyad``, ``rank``, ``traveller``, ``date``, ``form``.

    Raises
    ------
    ValueError
        If there is no visit to draw.
    """
    rows = visits[visits["dyad"].isin(names) & visits["visitor_rank"].isin(ranks)]
    if rows.empty:
        raise ValueError(f"{title!r}: expected visits to draw, got none")
    drawn = rows[["visit_id", "dyad", "visitor_rank", "traveller", "start", "form"]]
    drawn = drawn.rename(columns={"visitor_rank": "rank", "start": "date"}).sort_values(["date", "visit_id"])
    key = "Marks: ▶ China, ✖ Russia, ✚ DPRK travelled, grey circle elsewhere; hollow: not a trip."
    figure, ax = canvas(title, 1.6 + 0.2 * (len(ranks) + 1.2) * len(names), f"{key} {caption}")
    step, ticks = len(ranks) + 1.2, []
    for i, (dyad, name) in enumerate(names.items()):
        base = i * step
        ax.text(0, base - 0.85, f" {name}", transform=ax.get_yaxis_transform(), fontsize=9, weight="bold",
                va="center")  # fmt: skip
        for gap in gaps[gaps["dyad"] == dyad].itertuples():
            ax.fill_between(
                [gap.start, gap.end],
                base - 0.4,
                base + len(ranks) - 0.6,
                color="#e9e9e9",
                edgecolor="white",
                lw=2,
            )
            ax.text(gap.start + (gap.end - gap.start) / 2, base + len(ranks) / 2 - 0.5, f"{gap.days} days",
                    fontsize=7.5, ha="center", va="center", color="#444444", zorder=4,
                    bbox={**CLEAR, "facecolor": "#e9e9e9"})  # fmt: skip
        for row in drawn[drawn["dyad"] == dyad].itertuples():
            colour, marker = FLAGS.get(row.traveller, (MIDDLE, "o"))
            ax.plot(row.date, base + ranks.index(row.rank), marker=marker, ms=6.5, ls="none", color=colour,
                    markerfacecolor=colour if row.form == "trip" else "white", zorder=3)  # fmt: skip
        ticks += [(base + j, rank.replace("_", "-")) for j, rank in enumerate(ranks)]
        ax.hlines([base + j for j in range(len(ranks))], 0, 1, transform=ax.get_yaxis_transform(),
                  color="#eeeeee", lw=0.7, zorder=0)  # fmt: skip
    ax.set_yticks([t for t, _ in ticks], [w for _, w in ticks], fontsize=7.5)
    ax.set_ylim(len(names) * step - 0.9, -1.4)
    if drawn["date"].min() < PACT < drawn["date"].max():
        mark_pact(ax)
    date_axis(ax)
    ax.grid(visible=False, axis="y")
    return Chart(figure, drawn.reset_index(drop=True))
