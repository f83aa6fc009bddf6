"""Rates of events with exact intervals, and their ratios.

Short series of rare events are judged by exact Poisson and binomial intervals, not by large-sample
tests, and without scipy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

Z95 = 1.959963984540054
"""Half width of a normal interval of 95 %, in standard errors."""


@dataclass(frozen=True)
class Interval:
    """A figure with an interval.

    Attributes
    ----------
    low, central, high : float
        Ends and middle, in the unit of whatever was asked.
    """

    low: float
    central: float
    high: float

    def __format__(self, form: str) -> str:
        """Write it as ``1.2 (0.8 to 1.9)``, each figure in the form given."""
        return f"{self.central:{form}} ({self.low:{form}} to {self.high:{form}})"


def poisson_interval(count: int, level: float = 0.95) -> Interval:
    """Give the exact interval for the mean of a Poisson count.

    Parameters
    ----------
    count : int
        Events counted.
    level : float
        Level of confidence.

    Returns
    -------
    Interval
        The interval of Garwood (1936): the means under which as few, or as many, events as counted
        have the chance of half of what the level leaves.

    Raises
    ------
    ValueError
        If the count is negative or the level not between 0 and 1.
    """
    if count < 0:
        raise ValueError(f"expected a count of 0 or more, got {count}")
    tail = _tail(level)
    top = 10.0 + 3 * count + 20 * math.sqrt(count + 1)
    low = 0.0 if count == 0 else _root(lambda m: _poisson_tail(count, m) - tail, 0.0, float(count))
    high = _root(lambda m: (1 - _poisson_tail(count + 1, m)) - tail, float(count), top)
    return Interval(low, float(count), high)


def rate(count: int, exposure: float, level: float = 0.95) -> Interval:
    """Give events per unit of time with the exact interval.

    Parameters
    ----------
    count : int
        Events counted.
    exposure : float
        Time in which they were counted, above zero, in the unit the rate is wanted in.
    level : float
        Level of confidence.

    Returns
    -------
    Interval
        Events per unit of time.

    Raises
    ------
    ValueError
        If the exposure is not above zero, the count negative or the level not between 0 and 1.
    """
    if exposure <= 0:
        raise ValueError(f"expected an exposure above 0, got {exposure}")
    mean = poisson_interval(count, level)
    return Interval(mean.low / exposure, count / exposure, mean.high / exposure)


def rate_ratio(
    before: int, time_before: float, after: int, time_after: float, level: float = 0.95
) -> Interval:
    """Compare two Poisson rates exactly.

    Given their sum, the later count is binomial; its exact interval (Clopper and Pearson 1934) gives
    that of the ratio, as in R's ``poisson.test``.

    Parameters
    ----------
    before, after : int
        Events counted in the earlier and the later time.
    time_before, time_after : float
        Length of the two times, in one unit.
    level : float
        Level of confidence.

    Returns
    -------
    Interval
        Later rate over earlier rate; ``inf`` where nothing was counted before, not a number where
        nothing was counted at all. It takes events as independent: for missiles fired in salvos it is
        too narrow.

    Raises
    ------
    ValueError
        If a time is not above zero, a count is negative or the level not between 0 and 1.
    """
    if min(time_before, time_after) <= 0 or min(before, after) < 0:
        raise ValueError(
            f"expected times above 0 and counts of 0 or more, got {(before, time_before, after, time_after)}"
        )
    total, scale, tail = before + after, time_before / time_after, _tail(level)
    if total == 0:
        return Interval(0.0, float("nan"), float("inf"))

    def odds(share: float) -> float:
        return scale * share / (1 - share) if share < 1 else float("inf")

    low = 0.0 if after == 0 else _root(lambda p: _binomial_tail(after, total, p) - tail, 0.0, 1.0)
    high = 1.0 if before == 0 else _root(lambda p: 1 - _binomial_tail(after + 1, total, p) - tail, 0.0, 1.0)
    return Interval(odds(low), odds(after / total), odds(high))


def stratified_ratio(strata: pd.DataFrame) -> Interval:
    """Compare two rates within strata, so that what differs between strata (season, year) drops out.

    Parameters
    ----------
    strata : DataFrame
        One row a stratum: ``inside`` and ``outside`` (events), ``days_inside`` and ``days_outside``, as
        from `inside_outside`. Strata without days on one side say nothing and are passed over.

    Returns
    -------
    Interval
        Rate inside over rate outside after Mantel and Haenszel, with the interval of 95 % of Greenland
        and Robins (Biometrics 41, 1985, 55).

    Raises
    ------
    ValueError
        If there are no events on one side.
    """
    a, b = strata["inside"].to_numpy(dtype=float), strata["outside"].to_numpy(dtype=float)
    t, u = strata["days_inside"].to_numpy(dtype=float), strata["days_outside"].to_numpy(dtype=float)
    both = (t > 0) & (u > 0)
    a, b, t, u = a[both], b[both], t[both], u[both]
    top, bottom = (a * u / (t + u)).sum(), (b * t / (t + u)).sum()
    if top == 0 or bottom == 0:
        raise ValueError("expected events inside and outside, got none on one side")
    error = math.sqrt(((a + b) * t * u / (t + u) ** 2).sum() / (top * bottom))
    ratio, width = top / bottom, math.exp(Z95 * error)
    return Interval(ratio / width, ratio, ratio * width)


def _tail(level: float) -> float:
    """Chance left out at either end."""
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, got {level}")
    return (1 - level) / 2


def _root(gap: Callable[[float], float], low: float, high: float) -> float:
    """Find by bisection where a steady function changes its sign."""
    sign = gap(low) < 0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if (gap(middle) < 0) == sign else (low, middle)
    return (low + high) / 2


def _poisson_tail(least: int, mean: float) -> float:
    """Chance of at least so many events."""
    if mean <= 0:
        return float(least <= 0)
    terms = (math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(least))
    return max(0.0, 1 - math.fsum(terms))


def _binomial_tail(least: int, trials: int, share: float) -> float:
    """Chance of at least so many hits."""
    if share <= 0 or share >= 1:
        return float(least <= 0 or (share >= 1 and least <= trials))
    if least > trials / 2:
        few, sign = range(least, trials + 1), 1
    else:
        few, sign = range(least), -1
    a, b = math.log(share), math.log1p(-share)
    terms = (
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(k + 1)
            - math.lgamma(trials - k + 1)
            + k * a
            + (trials - k) * b
        )
        for k in few
    )
    found = math.fsum(terms)
    return min(1.0, max(0.0, found if sign > 0 else 1 - found))
