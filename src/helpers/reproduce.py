"""Do we get the numbers that others computed? A recipe for each, over rows of ours.

``published_values`` names for each figure a recipe and its inputs; `compare` computes ours and lays it
beside theirs. Inputs are parted by `` | ``. An input that stands for a number is a number, or
``table:row`` for the central figure of a row, or ``table:row:column``, or several of these joined by
`` + ``; with a slash before it, it divides.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from helpers import events, tables, votes

EARTH = 6371.0088
"""Mean radius of the Earth, kilometres (IUGG)."""

_DAYS = {"days": 1.0, "months": 365.25 / 12, "years": 365.25}


def _rows(name: str, keys: list[str], data: Path) -> pd.DataFrame:
    frame = tables.load(name, data=data)
    key = frame.columns[0]
    found = frame[frame[key].isin(keys)]
    missing = sorted(set(keys) - set(found[key]))
    if missing:
        raise KeyError(f"no row {missing[0]!r} in {name}")
    return found


def _cell(text: str, column: str, data: Path) -> tuple[object, pd.DataFrame]:
    """Read one cell, ``table:row`` or ``table:row:column``, and its row."""
    name, key, *named = text.split(":")
    rows = _rows(name, [key], data)
    value = rows.iloc[0][named[0] if named else column]
    if pd.isna(value):
        raise ValueError(f"{text}: expected a value, got none")
    return value, rows


def _numbers(inputs: list[str], data: Path) -> tuple[list[float], list[pd.DataFrame]]:
    """Read numbers; one input may add rows up, ``table:a + table:b``."""
    values, used = [], []
    for text in inputs:
        number = 0.0
        for term in text.removeprefix("/").split(" + "):
            value, rows = _cell(term, "central", data) if ":" in term else (float(term), None)
            number += float(value)
            used += [] if rows is None else [rows]
        values.append(1 / number if text.startswith("/") else number)
    return values, used


def _product(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    values, used = _numbers(inputs, data)
    return math.prod(values), used


def _sum(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    values, used = _numbers(inputs, data)
    return sum(values), used


def _difference(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Take the first from the second."""
    (old, new), used = _numbers(inputs, data)
    return new - old, used


def _growth(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Growth from the first to the second, per cent."""
    (old, new), used = _numbers(inputs, data)
    return 100 * (new / old - 1), used


def _between(unit: str) -> Callable:
    def between(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
        (first, rows), (last, others) = (_cell(text, "date", data) for text in inputs)
        return (last - first).days / _DAYS[unit], [rows, others]

    return between


def _count(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Count the rows of a table under a condition."""
    name, condition = inputs
    rows = tables.load(name, data=data).query(condition, engine="python")
    return float(len(rows)), [rows]


def _total(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Add up a column under a condition; ``central, else low`` where a slash parts two columns."""
    name, columns, condition = inputs
    rows = tables.load(name, data=data).query(condition, engine="python")
    first, *other = columns.split("/")
    values = rows[first].fillna(rows[other[0]]) if other else rows[first]
    return float(values.sum()), [rows]


def _total_ratio(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Total under a first condition over that under a second."""
    name, columns, first, second = inputs
    over, rows = _total([name, columns, first], data)
    under, others = _total([name, columns, second], data)
    return over / under, [*rows, *others]


def _launches(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Count launches under a named rule from a first to a last day."""
    rule, first, last = inputs
    rows = tables.load("launches", data=data)
    counted = events.counted(rows[rows["date"].between(first, last)], events.RULES[rule])
    return float(counted["number"].sum()), [counted]


def _launch_days(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    rule, first, last = inputs
    rows = tables.load("launches", data=data)
    counted = events.counted(rows[rows["date"].between(first, last)], events.RULES[rule])
    return float(counted["date"].nunique()), [counted]


def _launch_ratio(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    rule, *days = inputs
    over, rows = _launches([rule, *days[:2]], data)
    under, others = _launches([rule, *days[2:]], data)
    return over / under, [*rows, *others]


def _launch_gap(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Count days from the ballistic launch before to the one on a day."""
    counted = events.counted(tables.load("launches", data=data), events.RULES["days"])
    (day,) = map(pd.Timestamp, inputs)
    if not (counted["date"] == day).any():
        raise ValueError(f"expected a ballistic launch on {day:%Y-%m-%d}, found none")
    earlier = counted.loc[counted["date"] < day, "date"].max()
    return float((day - earlier).days), [counted[counted["date"].isin([earlier, day])]]


def _launch_quarter(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Mean number in one quarter of the year over some years."""
    rule, quarter, first, last = inputs
    rows = tables.load("launches", data=data)
    counted = events.counted(rows[rows["date"].dt.year.between(int(first), int(last))], events.RULES[rule])
    part = counted[counted["date"].dt.quarter == int(quarter)]
    return float(part["number"].sum()) / (int(last) - int(first) + 1), [part]


def _distance(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Shortest way over the sphere between two places, kilometres (haversine)."""
    rows = _rows("places", inputs, data)
    a, b = (rows.set_index("place_id").loc[name] for name in inputs)
    up, across = (math.radians(b[c] - a[c]) for c in ("latitude", "longitude"))
    flat = math.cos(math.radians(a["latitude"])) * math.cos(math.radians(b["latitude"]))
    return 2 * EARTH * math.asin(math.sqrt(math.sin(up / 2) ** 2 + flat * math.sin(across / 2) ** 2)), [rows]


def _same_vote(inputs: list[str], data: Path) -> tuple[float, list[pd.DataFrame]]:
    """Per cent of recorded votes of a year on which two states cast the same vote."""
    first, second, year = inputs
    pairs = tables.load("un_vote_pairs", data=data)
    rows = pairs[(pairs["first"] == first) & (pairs["second"] == second) & (pairs["year"] == int(year))]
    return 100 * float(votes.agreement(rows, votes.RULES["same vote"])["share"].iloc[0]), [rows]


RECIPES: dict[str, Callable[[list[str], Path], tuple[float, list[pd.DataFrame]]]] = {
    "product": _product,
    "sum": _sum,
    "difference": _difference,
    "growth": _growth,
    **{unit: _between(unit) for unit in _DAYS},
    "count": _count,
    "total": _total,
    "total ratio": _total_ratio,
    "launches": _launches,
    "launch days": _launch_days,
    "launch ratio": _launch_ratio,
    "launch gap": _launch_gap,
    "launch quarter": _launch_quarter,
    "distance": _distance,
    "same vote": _same_vote,
}
"""Ways to compute a figure, by the name that ``published_values`` uses."""


def compute(recipe: str, inputs: str, data: Path) -> tuple[float, pd.DataFrame]:
    """Compute one figure from our rows.

    Parameters
    ----------
    recipe : str
        One of `RECIPES`.
    inputs : str
        Its inputs, parted by `` | ``.
    data : Path
        Folder with the tables.

    Returns
    -------
    tuple of float and DataFrame
        The figure and the rows it came from.

    Raises
    ------
    KeyError
        If the recipe or a row is not there.
    """
    if recipe not in RECIPES:
        raise KeyError(f"no recipe {recipe!r}; there are: {', '.join(RECIPES)}")
    value, used = RECIPES[recipe](inputs.split(" | "), data)
    return value, pd.concat(used, ignore_index=True) if used else pd.DataFrame()


def agrees(ours: float, row: pd.Series) -> bool:
    """Tell whether our figure lies within what was published and its tolerance.

    Parameters
    ----------
    ours : float
        Our figure.
    row : Series
        A row of ``published_values``.

    Returns
    -------
    bool
        For ``at_least`` and ``at_most`` the side counts, for a range its ends.
    """
    slack = row["tolerance"] + 1e-9 * max(1.0, abs(ours))
    low = row["low"] if pd.notna(row["low"]) else row["central"]
    high = row["high"] if pd.notna(row["high"]) else row["central"]
    above = pd.isna(low) or row["bound"] == "at_most" or ours >= low - slack
    below = pd.isna(high) or row["bound"] == "at_least" or ours <= high + slack
    return bool(above and below)


def compare(data: Path = tables.DATA) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute all figures and lay them beside those published.

    Parameters
    ----------
    data : Path
        Folder with the tables.

    Returns
    -------
    tuple of DataFrame
        The rows of ``published_values`` with ``ours`` and ``outcome`` (``match``; ``explained``: outside
        the tolerance for a reason that could be checked; ``open``: the page does not say how it
        reckoned; ``unexplained``: no reason given); and the rows that ours came from.

    Raises
    ------
    ValueError
        If a recipe cannot be followed; the value is named.
    """
    values, used = tables.load("published_values", data=data), []
    ours, outcome = [], []
    for _, row in values.iterrows():
        try:
            value, rows = compute(row["recipe"], row["inputs"], data)
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"published_values: {row['value_id']}: inputs: {error}") from error
        told = "unexplained" if pd.isna(row["reason"]) else "explained"
        told = "open" if row["reason"] == "not_told" else told
        ours.append(value)
        outcome.append("match" if agrees(value, row) else told)
        used.append(rows)
    return values.assign(ours=ours, outcome=outcome), pd.concat(used, ignore_index=True)
