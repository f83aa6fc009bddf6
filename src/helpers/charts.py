"""The few chart forms of the collection, each from tidy rows to a `Chart`.

Ranges are drawn as ranges, bounds as arrows; labels stand at the marks before any legend; no form has
two scales on one side.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers import estimates, tables
from helpers.figures import (
    ACTORS,
    CLEAR,
    PACT,
    Chart,
    actors,
    canvas,
    date_axis,
    lines,
    mark_pact,
    spread_labels,
    tick,
)


def _mark(ax: Axes, x: pd.Series, y: pd.Series, row: pd.Series, vertical: bool) -> None:
    """Draw one estimate: a point, a range as a bar, a bound as an arrow from the bound."""
    colour, marker = ACTORS[row["actor"]]
    hollow = row.get("basis") in ("capacity", "planned")
    style = {
        "color": colour,
        "marker": marker,
        "markersize": 6.5,
        "markerfacecolor": "white" if hollow else colour,
        "markeredgecolor": colour,
        "linestyle": "none",
        "zorder": 3,
    }
    if row["bound"] == "range":
        ends = (row["low"], row["high"])
        (
            ax.plot([x, x], ends, color=colour, lw=3, alpha=0.6)
            if vertical
            else ax.plot(ends, [y, y], color=colour, lw=3, alpha=0.6)
        )
        for end in ends:
            ax.plot(x if vertical else end, end if vertical else y, **{**style, "markersize": 5})
        return
    ax.plot(x, y, **style)
    if row["bound"] in ("at_least", "at_most"):
        step = 17 if row["bound"] == "at_least" else -17
        ax.annotate(
            "",
            xy=(x, y),
            xytext=(0, step) if vertical else (step, 0),
            textcoords="offset points",
            arrowprops={"arrowstyle": "<-", "color": colour, "lw": 1.4, "shrinkA": 0, "shrinkB": 3},
        )


def ranges(
    rows: pd.DataFrame,
    label: pd.Series,
    *,
    title: str,
    xlabel: str,
    caption: str,
    log: bool = False,
    marks: dict[str, float] | None = None,
) -> Chart:
    """Draw estimates one below the other, each as it was worded.

    Filled marks are numbers said to have happened; hollow marks are capacities and plans.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` in one unit, in the order to draw (top first).
    label : Series of str
        Label of each row, aligned with it.
    title, xlabel, caption : str
        Finding; axis with unit; sources and date.
    log : bool
        Logarithmic axis.
    marks : dict of str to float, optional
        Vertical reference lines with their labels.

    Returns
    -------
    Chart
        Figure and drawn rows, marks included.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if rows.empty:
        raise ValueError(f"{title!r}: expected rows to draw, got none")
    drawn = estimates.intervals(rows).reset_index(drop=True)
    drawn["actor"], drawn["label"] = actors(drawn).to_numpy(), label.to_numpy()
    figure, ax = canvas(title, 1.3 + 0.25 * len(drawn), caption)
    tops = drawn[["low", "central", "high"]].max(axis=1)
    for i, row in drawn.iterrows():
        x = row["point"] if pd.notna(row["point"]) else row["low"]
        _mark(ax, x, i, row, vertical=False)
        end = (tops[i], i)
        gap = 22 if row["bound"] == "at_least" else 8
        ax.annotate(
            estimates.said(row),
            end,
            (gap, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            bbox=CLEAR,
        )
    ax.set_yticks(range(len(drawn)), drawn["label"], fontsize=8)
    ax.set_ylim(len(drawn) - 0.5, -0.5 - (0.7 if marks else 0))
    if log:
        ax.set_xscale("log")
        ax.set_xlim(right=tops.max() * 4)
    else:
        ax.set_xlim(0, max([tops.max(), *(marks or {}).values()]) * 1.38)
        ax.xaxis.set_major_locator(MaxNLocator(7))
    for text, x in (marks or {}).items():
        ax.axvline(x, color="#444444", lw=1, ls="--")
        ax.annotate(text, (x, -0.75), (3, 0), textcoords="offset points", fontsize=8, va="center")
    ax.xaxis.set_major_formatter(FuncFormatter(tick))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(textwrap.fill(xlabel, 80))
    reference_lines = pd.DataFrame({"label": list(marks or {}), "central": list((marks or {}).values())})
    parts = [_slim(drawn), reference_lines.assign(bound="mark")] if marks else [_slim(drawn)]
    return Chart(figure, pd.concat(parts))


def over_time(
    rows: pd.DataFrame,
    *,
    title: str,
    ylabel: str,
    caption: str,
    label: pd.Series | None = None,
) -> Chart:
    """Draw estimates at the day they refer to, one line per label, labelled at its newest mark.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` in one unit.
    title, ylabel, caption : str
        Finding; axis with unit; sources and date.
    label : Series of str, optional
        Words for the label of a row's line (default: `lines`); aligned with the rows. Rows with the
        same label and actor are joined.

    Returns
    -------
    Chart
        Figure and drawn rows; the day the treaty was signed is marked where it lies among them.
    """
    drawn = estimates.intervals(rows)
    drawn["actor"] = actors(drawn).to_numpy()
    drawn["label"] = (lines(drawn) if label is None else label).to_numpy()
    drawn = drawn.sort_values("as_of", kind="stable").reset_index(drop=True)
    figure, ax = canvas(title, 4.2, caption)
    ends = []
    for (actor, name), group in drawn.groupby(["actor", "label"], sort=False):
        middle = group["point"].fillna((group["low"] + group["high"]) / 2)
        ax.plot(group["as_of"], middle, color=ACTORS[actor][0], lw=1.1, alpha=0.55)
        for i, row in group.iterrows():
            _mark(ax, row["as_of"], middle[i], row, vertical=True)
        ends.append((group["as_of"].iloc[-1], middle.iloc[-1], name, ACTORS[actor][0]))
    ax.set_ylim(0, drawn[["low", "central", "high"]].max().max() * 1.15)
    first, last = drawn["as_of"].min(), drawn["as_of"].max()
    room = (last - first) * 0.28
    ax.set_xlim(first - (last - first) * 0.04, last + room)
    spread_labels(ax, ends, last + (last - first) * 0.035)
    if first < PACT < last:
        mark_pact(ax)
    date_axis(ax)
    ax.yaxis.set_major_formatter(FuncFormatter(tick))
    ax.set_ylabel(ylabel)
    return Chart(figure, _slim(drawn))


def bars(
    table: pd.DataFrame,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    caption: str,
    colours: dict[str, tuple[str, str]],
    height: float = 3.8,
    horizontal: bool = False,
    pact: int | None = None,
    headroom: float | None = None,
) -> Chart:
    """Draw stacked bars whose parts differ in colour and in hatch.

    Parameters
    ----------
    table : DataFrame
        One row per bar (its index is the label), one numeric column per part.
    title, xlabel, ylabel, caption : str
        Finding; axes with units; sources and date.
    colours : dict of str to (str, str)
        Colour and hatch per column.
    height : float
        Height in inches.
    horizontal : bool
        Lay the bars down, first row on top.
    pact : int, optional
        Position among the bars after which the treaty was signed.
    headroom : float, optional
        Height of the upright axis over that of the highest bar, to leave room for the legend.

    Returns
    -------
    Chart
        Figure and the table drawn.
    """
    figure, ax = canvas(title, height, caption)
    base = np.zeros(len(table))
    place = np.arange(len(table))
    for column in table:
        colour, hatch = colours[column]
        values = table[column].to_numpy(dtype=float)
        style = {"color": colour, "hatch": hatch, "edgecolor": "white", "linewidth": 0.4, "label": column}
        if horizontal:
            ax.barh(place, values, left=base, height=0.75, **style)
        else:
            ax.bar(place, values, bottom=base, width=0.8, **style)
        base += np.nan_to_num(values)
    labels = [str(i) for i in table.index]
    if horizontal:
        ax.set_yticks(place, labels, fontsize=8)
        ax.invert_yaxis()
        ax.xaxis.set_major_formatter(FuncFormatter(tick))
        ax.grid(visible=False, axis="y")
    else:
        ax.yaxis.set_major_formatter(FuncFormatter(tick))
        small = table.sum(axis=1).max() < 10  # from ten on, matplotlib's own ticks are whole
        if small and np.array_equal(table.fillna(0), np.floor(table.fillna(0))):
            ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        if headroom is not None:
            ax.set_ylim(top=base.max() * headroom)
        step = max(1, len(labels) // 13)
        ax.set_xticks(place[::step], labels[::step], fontsize=8)
        ax.grid(visible=False, axis="x")
    if pact is not None:
        ax.axvline(pact + 0.5, color="#444444", lw=1, ls="--")
        ax.annotate("treaty signed", (pact + 0.5, 1), (-4, -3), xycoords=("data", "axes fraction"),
                    textcoords="offset points", ha="right", va="top", fontsize=8)  # fmt: skip
    if table.shape[1] > 1:
        ax.legend(loc="best", handlelength=1.6)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return Chart(figure, table.reset_index())


def spans(
    rows: pd.DataFrame,
    label: pd.Series,
    text: pd.Series,
    *,
    title: str,
    caption: str,
) -> Chart:
    """Draw periods one below the other as bars on a time axis, each with its text.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``start`` and ``end`` (datetime64) and an origin, in the order to draw.
    label : Series of str
        Label of each row, aligned with it.
    text : Series of str
        What to write at the end of each bar.
    title, caption : str
        Finding; sources and date.

    Returns
    -------
    Chart
        Figure and drawn rows.
    """
    drawn = rows.reset_index(drop=True).assign(label=label.to_numpy(), text=text.to_numpy())
    drawn["actor"] = actors(drawn).to_numpy()
    figure, ax = canvas(title, 1.2 + 0.25 * len(drawn), caption)
    for i, row in drawn.iterrows():
        colour, marker = ACTORS[row["actor"]]
        ax.plot([row["start"], row["end"]], [i, i], color=colour, lw=3, alpha=0.6)
        ax.plot([row["start"], row["end"]], [i, i], color=colour, marker=marker, ms=5, linestyle="none")
        ax.annotate(
            row["text"],
            (row["end"], i),
            (8, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            bbox=CLEAR,
        )
    first, last = drawn["start"].min(), drawn["end"].max()
    ax.set_xlim(first - (last - first) * 0.03, last + (last - first) * 0.42)
    ax.set_yticks(range(len(drawn)), drawn["label"], fontsize=8)
    ax.set_ylim(len(drawn) - 0.5, -0.5)
    if first < PACT < last:
        mark_pact(ax)
    date_axis(ax)
    ax.grid(visible=False, axis="y")
    keep = [c for c in drawn if c.endswith("_id")]
    return Chart(figure, drawn[[*keep, "label", "actor", "start", "end", "text"]])


def spread(
    draws: pd.DataFrame,
    shares: pd.Series,
    names: dict[str, str],
    *,
    title: str,
    xlabel: str,
    caption: str,
    marks: dict[str, float] | None = None,
) -> Chart:
    """Draw the result of a simulation beside the inputs that drive its spread.

    Parameters
    ----------
    draws : DataFrame
        Result of ``estimates.simulate``.
    shares : Series of float
        Result of ``estimates.drivers``.
    names : dict of str to str
        Words for each input.
    title, xlabel, caption : str
        Finding; unit of the result; sources and date.
    marks : dict of str to float, optional
        Published figures to mark.

    Returns
    -------
    Chart
        Figure and the percentiles and shares drawn.
    """
    figure, (left, right) = canvas(title, 3.6, caption, ncols=2, width_ratios=[1.6, 1])
    result = draws["result"]
    inside = result.between(*result.quantile([0.001, 0.999]))
    left.hist(result[inside], bins=40, color="#c4c4c4", edgecolor="white", linewidth=0.3)
    cuts = result.quantile([0.05, 0.5, 0.95])
    for q, x in cuts.items():
        left.axvline(x, color="#222222", lw=1.8 if q == 0.5 else 1.1)
    top = left.get_ylim()[1] * (1.08 + 0.1 * len(marks or {}))
    left.set_ylim(0, top)
    for step, (text, x) in enumerate((marks or {}).items()):
        left.axvline(x, color="#222222", lw=1.0, ls=(0, (2, 2)))
        left.annotate(
            f"{text}: {estimates.plain(x)}",
            (x, top * (0.99 - 0.075 * step)),
            (3, 0),
            textcoords="offset points",
            fontsize=8,
            va="top",
            bbox=CLEAR,
        )
    left.xaxis.set_major_formatter(FuncFormatter(tick))
    left.set(xlabel=xlabel, ylabel="draws (count)")
    words = [textwrap.fill(names[k], 26) for k in shares.index]
    right.barh(words, shares * 100, color="#777777")
    for i, value in enumerate(shares):
        right.annotate(f"{value:.0%}", (value * 100, i), (3, 0), textcoords="offset points",
                       va="center", fontsize=8)  # fmt: skip
    right.invert_yaxis()
    right.set_xlim(0, 112)
    right.set_xlabel("share of the spread (%)")
    right.tick_params(axis="y", labelsize=8)
    right.grid(visible=False, axis="y")
    percentiles = pd.DataFrame(
        {"what": [f"percentile {q * 100:.0f}" for q in cuts.index], "value": cuts.to_numpy()}
    )
    inputs = pd.DataFrame({"what": shares.index, "value": shares.to_numpy()})
    reference_lines = pd.DataFrame({"what": list(marks or {}), "value": list((marks or {}).values())})
    return Chart(figure, pd.concat([percentiles, inputs, reference_lines], ignore_index=True))


def coast(
    places: pd.DataFrame,
    routes: list[tuple[str, str]],
    *,
    title: str,
    caption: str,
    beside: dict[str, tuple[int, int]] | None = None,
    data: Path = tables.DATA,
) -> Chart:
    """Draw places and the routes between them on the coast of the Sea of Japan / East Sea.

    Parameters
    ----------
    places : DataFrame
        Rows of ``places`` within the extract.
    routes : list of (str, str)
        Pairs of ``place_id``; drawn as straight lines, not as courses steered.
    title, caption : str
        Finding; sources and date.
    beside : dict of str to (int, int), optional
        Where to write the name of a ``place_id``, points right of and above its mark, if not close
        to the upper right.
    data : Path
        Folder with ``coastline.geojson`` (Natural Earth, public domain).

    Returns
    -------
    Chart
        Figure, and places with their coordinates.
    """
    figure, ax = canvas(title, 5.0, caption)
    shades = {"DPRK": "#d9cfe6", "Russia": "#dddddd", "China": "#efe3dc"}
    land = json.loads((data / "coastline.geojson").read_text(encoding="utf-8"))
    for feature in land["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            x, y = zip(*polygon[0], strict=True)
            ax.fill(x, y, facecolor=shades[feature["properties"]["name"]], edgecolor="#888888", lw=0.6)
    at = places.set_index("place_id")
    for start, end in routes:
        ax.annotate(
            "",
            xy=(at.at[end, "longitude"], at.at[end, "latitude"]),
            xytext=(at.at[start, "longitude"], at.at[start, "latitude"]),
            arrowprops={"arrowstyle": "-|>", "color": "#333333", "lw": 1.6, "shrinkA": 5, "shrinkB": 5},
        )
    for place in places.itertuples():
        ax.plot(place.longitude, place.latitude, marker="o", color="#222222", ms=5)
        at_mark = (beside or {}).get(place.place_id, (6, 5))
        ax.annotate(place.name, (place.longitude, place.latitude), at_mark, fontsize=8.5,
                    textcoords="offset points", fontweight="bold")  # fmt: skip
    for word, x, y in (("DPRK", 129.45, 41.75), ("China", 130.35, 43.3), ("Russia", 132.3, 43.75)):
        ax.text(x, y, word, fontsize=11, color="#555555", style="italic")
    ax.set_xlim(129.0, 134.2)
    ax.set_ylim(41.4, 44.0)
    ax.set_aspect(1 / np.cos(np.radians(42.7)))
    ax.set_facecolor("#eef4f8")
    ax.set(xlabel="longitude (degrees east)", ylabel="latitude (degrees north)")
    drawn = places[["place_id", "name", "latitude", "longitude"]].reset_index(drop=True)
    return Chart(figure, drawn.assign(route_to=drawn["place_id"].map(_joined(routes))))


def _joined(routes: list[tuple[str, str]]) -> dict[str, str]:
    """List for each start the ends of its routes."""
    starts = dict.fromkeys(start for start, _ in routes)
    return {start: ";".join(end for s, end in routes if s == start) for start in starts}


_DRAWN = ["estimate_id", "label", "actor", "as_of", "low", "central", "high", "bound", "unit", "basis"]


def _slim(drawn: pd.DataFrame) -> pd.DataFrame:
    return drawn[[c for c in _DRAWN if c in drawn]]
