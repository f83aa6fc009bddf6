"""The house style: canvas, actors with their colours and markers, and the chart that a cell shows.

A `Chart` is a figure and the data drawn in it, so that a cell can show the one and keep the other;
the chart forms are in ``charts``. Actors keep colour and marker through the whole collection; the
first colours are Okabe and Ito's (2008), told apart by the colour-blind; the markers carry the same
distinction for all actors and in greyscale.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import sources, tables

WIDTH = 8.6
"""Width of every figure, inches."""

ACTORS = {
    "ROK": ("#0072B2", "o"),
    "United States": ("#D55E00", "s"),
    "Ukraine": ("#E69F00", "^"),
    "United Kingdom": ("#56B4E9", "v"),
    "Japan": ("#CC79A7", "<"),
    "China": ("#B22222", ">"),
    "Russia": ("#000000", "X"),
    "DPRK": ("#6A3D9A", "P"),
    "International": ("#009E73", "D"),
    "Research": ("#8C6D31", "h"),
    "Press": ("#777777", "p"),
    "Other states": ("#999999", "d"),
}
"""Colour and marker of each actor."""

PACT = pd.Timestamp("2024-06-19")
"""Day the treaty was signed."""

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.dpi": 100,
}


CLEAR = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6}
"""Box behind words that lines may cross."""


@dataclass(frozen=True)
class Chart:
    """A figure and the data drawn in it.

    Attributes
    ----------
    figure : Figure
        The picture.
    drawn : DataFrame
        One row per thing drawn, with the values that place it.
    """

    figure: Figure
    drawn: pd.DataFrame


def actors(rows: pd.DataFrame, data: Path = tables.DATA) -> pd.Series:
    """Name the actor that stands behind each row, for colour and marker.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``origin_id`` (or ``attributed_by``).
    data : Path
        Folder with the tables.

    Returns
    -------
    Series of str
        A key of `ACTORS`, aligned with the rows: research groups and newsrooms by their kind,
        bodies of several states as ``International``, all others by state.
    """
    origins = tables.load("origins", data=data).set_index("origin_id")
    column = "origin_id" if "origin_id" in rows else "attributed_by"

    def actor(origin_id: str) -> str:
        kind, state = origins.at[origin_id, "kind"], origins.at[origin_id, "state"]
        if kind in ("research", "ngo"):
            return "Research"
        if kind == "media":
            return "Press"
        if kind == "international" or state == "several":
            return "International"
        return state if state in ACTORS else "Other states"

    return rows[column].map(actor)


def lines(rows: pd.DataFrame, data: Path = tables.DATA) -> pd.Series:
    """Name the line that each row belongs to: the state for its bodies, else the origin itself.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``origin_id``.
    data : Path
        Folder with the tables.

    Returns
    -------
    Series of str
        Labels aligned with the rows; a ministry and an agency of one state share a line, two study
        groups do not.
    """
    actor = actors(rows, data)
    mixed = actor.isin(["International", "Research", "Press", "Other states"])
    return actor.mask(mixed, sources.names(rows["origin_id"], short=True, data=data))


def canvas(title: str, height: float, caption: str, ncols: int = 1, **kwargs: object) -> tuple:
    """Open a figure in the house style: finding as title, sources and date below.

    Parameters
    ----------
    title : str
        The finding in a line or two.
    height : float
        Height in inches.
    caption : str
        Sources, date of the data and how to read the marks.
    ncols : int
        Number of axes side by side.
    **kwargs
        Passed on to ``Figure.subplots``.

    Returns
    -------
    tuple
        Figure and axes (one, or an array).
    """
    sns.set_theme(style="ticks", rc=_STYLE)  # the figure belongs to no window: it is shown by its finding
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(1, ncols, **kwargs)
    figure.suptitle(textwrap.fill(title, 92), x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.supxlabel(textwrap.fill(caption, 132), x=0.01, ha="left", fontsize=8.5, color="#444444")
    for ax in np.atleast_1d(axes):
        sns.despine(ax=ax)
    return figure, axes


def date_axis(ax: Axes) -> None:
    """Write dates on the lower axis as briefly as they can be told apart.

    Parameters
    ----------
    ax : Axes
        Axes whose lower axis holds dates.
    """
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))


def mark_pact(ax: Axes) -> None:
    """Mark the day the treaty was signed with a dashed line.

    Parameters
    ----------
    ax : Axes
        Axes whose lower axis holds dates.
    """
    ax.axvline(PACT, color="#444444", lw=1, ls="--", zorder=1)
    ax.annotate(
        "treaty signed\n19 June 2024", (PACT, 1), (-4, -2), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="right", va="top", fontsize=8, color="#444444",
    )  # fmt: skip


def spread_labels(ax: Axes, ends: list[tuple], x: pd.Timestamp | float) -> None:
    """Write the labels of lines in one column on the right, pushed apart where they would touch.

    Parameters
    ----------
    ax : Axes
        Axes with its limits set.
    ends : list of tuple
        For each line its last place on the lower axis, its last value, its name and its colour.
    x : Timestamp or float
        Where the column of labels stands on the lower axis.
    """
    low, high = ax.get_ylim()
    gap = (high - low) * 0.058
    ends = sorted(ends, key=lambda e: e[1])
    ys = [e[1] for e in ends]
    for i in range(1, len(ys)):
        ys[i] = max(ys[i], ys[i - 1] + gap)
    overflow = max(0.0, (ys[-1] if ys else 0) - high + gap * 0.4)
    for i in reversed(range(len(ys))):
        limit = high - gap * 0.4 if i == len(ys) - 1 else ys[i + 1] - gap
        ys[i] = min(ys[i], limit) if overflow else ys[i]
    for (day, value, name, colour), y in zip(ends, ys, strict=True):
        ax.plot([day, x], [value, y], color=colour, lw=0.6, ls=":", clip_on=False)
        ax.text(x, y, f" {name}", color=colour, fontsize=8, va="center", fontweight="bold")


def tick(value: float, _: object = None) -> str:
    """Write a number on an axis: 500, 20,000, 2.5 m, 10 bn.

    Parameters
    ----------
    value : float
        The number.
    _ : object
        Position, not used.

    Returns
    -------
    str
        Short form.
    """
    for size, word in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(value) >= size:
            return f"{value / size:g} {word}"
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"
