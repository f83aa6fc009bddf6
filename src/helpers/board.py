"""The balance board: what changed, against thresholds that were fixed before.

The rules are those of the data dictionary ("How the board is judged"); the thresholds stand in the table
``indicators``, set by two setters who saw no value. Nothing here says why a value changed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import estimates, measures, rates, tables
from helpers.measures import Measured

VERDICTS = ("adverse", "leans_adverse", "no_change", "leans_relief", "relief", "undefined")
"""Verdicts on an indicator."""

KINDS = ("count", "estimate", "rate", "share", "state")
"""Kinds of values; only a count is compared with chance."""

DIMENSIONS = ("capability", "conduct", "answers", "alignment", "commitments")
"""Parts of the balance."""


def change(measured: Measured, test: str) -> float | None:
    """Compare the value after with the value before.

    Parameters
    ----------
    measured : Measured
        Values of an indicator.
    test : str
        ``ratio`` or ``difference``.

    Returns
    -------
    float or None
        The ratio or difference; None where a value is missing or a ratio has nought before.

    Raises
    ------
    ValueError
        If the test is another.
    """
    if test not in ("ratio", "difference"):
        raise ValueError(f"expected ratio or difference as test, got {test!r}")
    before, after = measured.before, measured.after
    if pd.isna(before) or pd.isna(after) or (test == "ratio" and before == 0):
        return None
    return after / before if test == "ratio" else after - before


def _reached(value: float, test: str, threshold: float, adverse: str) -> str | None:
    """Say which way the threshold was reached, if it was."""
    neutral = 1.0 if test == "ratio" else 0.0
    mirror = 1 / threshold if test == "ratio" else -threshold
    top, bottom = max(threshold, mirror), min(threshold, mirror)
    near = 1e-9 * max(1.0, abs(value), abs(neutral))
    up = value >= top - near
    if not up and value > bottom + near:
        return None
    return "adverse" if up == (adverse == "up") else "relief"


def judge(measured: Measured, *, test: str, threshold: float, adverse: str, kind: str) -> str:
    """Judge one indicator under one threshold.

    Parameters
    ----------
    measured : Measured
        Its values.
    test, threshold, adverse, kind
        As in ``indicators``.

    Returns
    -------
    str
        One of `VERDICTS`.

    Raises
    ------
    ValueError
        If test, direction or kind is not known, or the threshold lies on the other side of no change.
    """
    neutral = 1.0 if test == "ratio" else 0.0
    beyond = threshold > neutral if adverse == "up" else threshold < neutral
    if adverse not in ("up", "down") or kind not in KINDS or not beyond:
        wanted = f"up or down, one of {', '.join(KINDS)} and a threshold on the adverse side of {neutral:g}"
        raise ValueError(f"expected {wanted}, got {adverse!r}, {kind!r}, {threshold}")
    value = change(measured, test)
    if value is None:
        return "undefined"
    side = _reached(value, test, threshold, adverse)
    if side is None:
        return "no_change"
    upward = (side == "adverse") == (adverse == "up")
    firm = True
    if measured.expected is not None:
        left = measured.after - measured.expected
        slack = 1e-9 * max(1.0, abs(measured.expected))
        firm = left > slack if upward else left < -slack
    if firm and kind == "count":
        interval = rates.rate_ratio(int(measured.before), 1, int(measured.after), 1)
        firm = interval.low > 1 if upward else interval.high < 1
    return side if firm else f"leans_{side}"


def scaled(test: str, threshold: float, scale: float) -> float:
    """Make a threshold stricter or milder.

    Parameters
    ----------
    test : str
        ``ratio`` or ``difference``.
    threshold : float
        As fixed.
    scale : float
        2 asks for twice the change (a ratio is squared), one half for half of it.

    Returns
    -------
    float
        The threshold.

    Raises
    ------
    ValueError
        If the scale is not positive.
    """
    if scale <= 0:
        raise ValueError(f"expected a positive scale, got {scale}")
    return threshold**scale if test == "ratio" else threshold * scale


def written(value: float | None) -> str:
    """Write a value of any indicator shortly.

    Parameters
    ----------
    value : float or None
        The value.

    Returns
    -------
    str
        ``–`` for none, large numbers in millions and billions, shares with two digits.
    """
    if value is None or pd.isna(value):
        return "–"
    return estimates.plain(value) if abs(value) >= 10_000 else f"{value:.3g}"


def values(data: Path = tables.DATA, scale: float = 1.0) -> pd.DataFrame:
    """Compute and judge all indicators.

    Parameters
    ----------
    data : Path
        Folder with the tables.
    scale : float
        How much stricter than fixed the thresholds are taken, as in `scaled`.

    Returns
    -------
    DataFrame
        One row an indicator, in the order of the table: its columns, and ``value_before``,
        ``value_after``, ``expected`` (by the trend of the windows before; missing without one),
        ``left`` (after less expected, or less before without a trend), ``verdict_a``, ``verdict_b`` and
        ``rows`` (those behind the values).

    Raises
    ------
    KeyError
        If an indicator has no measure.
    """
    indicators = tables.load("indicators", data=data)
    lines = []
    for row in indicators.to_dict("records"):
        found = measures.MEASURES[row["indicator_id"]](data)
        known = found.before is not None and found.after is not None
        base = found.before if found.expected is None else found.expected
        lines.append(
            {
                **row,
                "value_before": found.before,
                "value_after": found.after,
                "expected": found.expected,
                "left": found.after - base if known else None,
                **{
                    f"verdict_{s}": judge(
                        found, test=row[f"test_{s}"],
                        threshold=scaled(row[f"test_{s}"], row[f"threshold_{s}"], scale),
                        adverse=row["adverse"], kind=row["kind"],
                    )
                    for s in "ab"
                },
                "rows": found.rows,
            }
        )  # fmt: skip
    return pd.DataFrame(lines)


def dimension(verdicts: pd.Series) -> str:
    """Sum up the verdicts of one dimension.

    Parameters
    ----------
    verdicts : Series of str
        Verdicts on its indicators.

    Returns
    -------
    str
        ``disturbed``, ``shows signs``, ``eased``, ``signs of easing`` or ``not shown``; the last also
        where no indicator has a verdict or as many point one way as the other.

    Raises
    ------
    ValueError
        If a verdict is none of `VERDICTS`.
    """
    unknown = sorted(set(verdicts) - set(VERDICTS))
    if unknown:
        raise ValueError(f"expected verdicts among {', '.join(VERDICTS)}, got {unknown[0]!r}")
    told = verdicts[verdicts != "undefined"]
    half, n = len(told) / 2, told.value_counts()
    firm = {side: n.get(side, 0) for side in ("adverse", "relief")}
    both = {side: firm[side] + n.get(f"leans_{side}", 0) for side in firm}
    if not len(told) or both["adverse"] == both["relief"]:
        return "not shown"
    for side, strong, weak in (
        ("adverse", "disturbed", "shows signs"),
        ("relief", "eased", "signs of easing"),
    ):
        if firm[side] >= half:
            return strong
        if both[side] >= half:
            return weak
    return "not shown"


def dimensions(judged: pd.DataFrame, setter: str = "a") -> pd.Series:
    """Sum up every dimension.

    Parameters
    ----------
    judged : DataFrame
        As from `values`.
    setter : str
        ``a`` or ``b``: whose thresholds.

    Returns
    -------
    Series of str
        Verdict by dimension, in the order of `DIMENSIONS`.
    """
    by = judged.groupby("dimension")[f"verdict_{setter}"].agg(dimension)
    return by.reindex([d for d in DIMENSIONS if d in by.index])


def flips(judged: pd.DataFrame, setter: str = "a") -> pd.DataFrame:
    """Tell for each dimension which single indicators turn its verdict when left out.

    Parameters
    ----------
    judged : DataFrame
        As from `values`.
    setter : str
        Whose thresholds.

    Returns
    -------
    DataFrame
        One row a dimension: ``dimension``, ``verdict``, ``turned_by`` (indicator and new verdict, joined
        by semicolons; empty where none does).
    """
    lines = []
    for name, verdict in dimensions(judged, setter).items():
        part = judged[judged["dimension"] == name].set_index("indicator_id")[f"verdict_{setter}"]
        new = {i: dimension(part.drop(i)) for i in part.index}
        turned = [f"{i}: {v}" for i, v in new.items() if v != verdict]
        lines.append({"dimension": name, "verdict": verdict, "turned_by": "; ".join(turned)})
    return pd.DataFrame(lines)
