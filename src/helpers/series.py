"""Series of counts: regression with a break, change-points, and what a series of that length can show.

Written in numpy on purpose: statsmodels does the same, but with scipy and its other dependencies it
adds some 220 MB to an environment of about 520 MB. The results are tested against a published worked
example.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.rates import Z95, Interval


@dataclass(frozen=True)
class Fit:
    """A fitted regression of counts.

    Attributes
    ----------
    ratios : dict of str to Interval
        Rate ratio per term with its interval of 95 %: ``step`` (later level over earlier level; with a
        slope, at the last period before the break), ``trend`` (per period) and ``slope`` (later trend
        over earlier trend), where fitted.
    dispersion : float
        Variance over mean, from Pearson's chi-square; 1 for Poisson counts.
    autocorrelation : float
        Correlation of neighbouring Pearson residuals.
    fitted : Series of float
        Expected counts.
    """

    ratios: dict[str, Interval]
    dispersion: float
    autocorrelation: float
    fitted: pd.Series


def segmented(
    counts: pd.Series,
    day: str | pd.Timestamp,
    *,
    trend: bool = True,
    slope: bool = False,
    harmonics: int = 2,
    exposure: pd.Series | None = None,
    serial: bool = True,
) -> Fit:
    """Fit an interrupted time series to monthly counts, allowing for overdispersion and season.

    Quasi-Poisson regression with logarithmic link, by iteratively reweighted least squares: level,
    trend, season as pairs of sine and cosine, and a step at a day, after Bernal, Cummins and
    Gasparrini (Int. J. Epidemiol. 46, 2017, 348).

    Parameters
    ----------
    counts : Series of int
        Counts indexed by the first day of each month, without gaps.
    day : str or Timestamp
        The first period that begins on or after this day is the first after the break.
    trend : bool
        Fit a trend through the whole series.
    slope : bool
        Fit a change of trend after the break, too.
    harmonics : int
        Pairs of sine and cosine over twelve months; 0 for none.
    exposure : Series of float, optional
        Time or population behind each count, above zero, with the index of the counts.
    serial : bool
        Widen the intervals for neighbouring months that are alike, too: variances are multiplied by
        (1 + r) / (1 - r), with r the autocorrelation of the residuals, where that is above 0. The
        published example does without.

    Returns
    -------
    Fit
        Rate ratios with intervals widened by the dispersion, where that is above 1. A series with
        regimes of its own makes a step look certain at many dates: see `segmented_placebos`.

    Raises
    ------
    ValueError
        If the counts are not one a month, 0 or more; if there is no count on one side of the break,
        fewer periods than twice the terms, or too few events to tell the terms apart.
    """
    monthly = pd.date_range(counts.index[0], periods=len(counts), freq="MS")
    if not counts.index.equals(monthly) or not (counts >= 0).all():
        raise ValueError("expected one count of 0 or more a month, indexed by its first day, without gaps")
    if exposure is not None and not (exposure.index.equals(counts.index) and (exposure > 0).all()):
        raise ValueError("expected an exposure above 0 for each count")
    y, time = counts.to_numpy(dtype=float), np.arange(1.0, len(counts) + 1)
    late = np.asarray(counts.index >= pd.Timestamp(day), dtype=float)
    if y[late == 0].sum() == 0 or y[late == 1].sum() == 0:
        raise ValueError(f"{day}: expected events on both sides of the break")
    terms = {"level": np.ones_like(y), "step": late}
    if trend:
        terms["trend"] = time
    if slope:
        terms["slope"] = late * (time - time[late == 0].max())
    month = counts.index.month.to_numpy()
    for k in range(1, harmonics + 1):
        terms[f"sin{k}"] = np.sin(2 * np.pi * k * month / 12)
        terms[f"cos{k}"] = np.cos(2 * np.pi * k * month / 12)
    if len(y) < 2 * len(terms):
        raise ValueError(f"expected at least {2 * len(terms)} periods for {len(terms)} terms, got {len(y)}")
    design = np.column_stack(list(terms.values()))
    offset = np.zeros_like(y) if exposure is None else np.log(exposure.to_numpy(dtype=float))
    beta, mean, spread = _poisson_regression(y, design, offset)
    residual = (y - mean) / np.sqrt(mean)
    dispersion = float((residual**2).sum() / (len(y) - len(terms)))
    flat = np.allclose(residual, residual[0])
    neighbours = 0.0 if flat else float(np.corrcoef(residual[:-1], residual[1:])[0, 1])
    alike = max(0.0, neighbours) if serial else 0.0
    error = np.sqrt(np.diag(spread) * max(1.0, dispersion) * (1 + alike) / (1 - alike))
    ratios = {
        name: Interval(*(float(np.exp(beta[i] + s * Z95 * error[i])) for s in (-1, 0, 1)))
        for i, name in enumerate(terms)
        if name in ("step", "trend", "slope")
    }
    return Fit(ratios, dispersion, neighbours, pd.Series(mean, index=counts.index))


def segmented_placebos(counts: pd.Series, day: str, margin: int = 12, **kwargs: bool | int) -> pd.DataFrame:
    """Fit the step at every other month, too.

    Parameters
    ----------
    counts : Series of int
        As in `segmented`.
    day : str
        The day in question.
    margin : int
        Fewest months on either side of a step.
    **kwargs
        Passed on to `segmented`.

    Returns
    -------
    DataFrame
        One row a month: ``date``, ``low``, ``ratio``, ``high``, and ``actual`` for the day in question.
        Months on one side of which nothing was counted are left out.
    """
    first = counts.index[int((counts.index < pd.Timestamp(day)).sum())]
    lines = []
    for month in counts.index[margin : len(counts) - margin + 1]:
        if counts[counts.index < month].any() and counts[counts.index >= month].any():
            step = segmented(counts, month, **kwargs).ratios["step"]
            lines.append((month, step.low, step.central, step.high, month == first))
    return pd.DataFrame(lines, columns=["date", "low", "ratio", "high", "actual"])


def _poisson_regression(
    y: np.ndarray, design: np.ndarray, offset: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit by iteratively reweighted least squares; coefficients, means and their covariance."""
    mean = y + 0.5
    old = np.full(design.shape[1], np.inf)
    for _ in range(50):
        target = np.log(mean) - offset + (y - mean) / mean
        root = np.sqrt(mean)
        beta, _, rank, _ = np.linalg.lstsq(design * root[:, None], target * root, rcond=None)
        mean = np.exp(np.clip(design @ beta + offset, -30, 30))
        if mean.min() < 1e-6:  # a term runs off to minus infinity: some stretch or month has no event
            break
        if rank == design.shape[1] and np.allclose(beta, old, rtol=1e-8, atol=1e-8):
            return beta, mean, np.linalg.inv(design.T @ (design * mean[:, None]))
        old = beta
    raise ValueError(
        "expected enough events to tell the terms apart: the fit does not settle; use fewer terms"
    )


def spread_within_years(counts: pd.Series) -> float:
    """Tell how much more counts vary within years than Poisson counts would.

    Parameters
    ----------
    counts : Series of int
        Counts indexed by the first day of each period.

    Returns
    -------
    float
        Pearson's chi-square around the means of the calendar years, over its degrees of freedom; at
        least 1. No break is assumed at any date.
    """
    groups = counts.groupby(counts.index.year)
    mean = groups.transform("mean")
    squares = ((counts - mean) ** 2 / mean)[mean > 0]
    freedom = int((groups.count() - 1)[groups.sum() > 0].sum())
    return max(1.0, float(squares.sum() / freedom)) if freedom else 1.0


def change_points(counts: pd.Series, most: int = 4, least: int = 6, dispersion: float = 1.0) -> pd.DataFrame:
    """Cut a series of counts where cuts pay.

    For each number of cuts the best places are found exactly, by dynamic programming over Poisson
    likelihoods with one rate a segment; the number is weighed by Schwarz's criterion (BIC).

    Parameters
    ----------
    counts : Series of int
        Counts indexed by the first day of each period.
    most : int
        Largest number of cuts tried.
    least : int
        Fewest periods in a segment.
    dispersion : float
        Variance over mean by which likelihoods are deflated, 1 or more (quasi-likelihood).

    Returns
    -------
    DataFrame
        One row a number of cuts: ``cuts``, ``bic`` (lower is better), ``starts`` (first days of the
        segments after the first, as text) and ``rates`` (events per period in each, as text).

    Raises
    ------
    ValueError
        If the series is shorter than one segment, ``most`` below 0, ``least`` or the dispersion below 1.
    """
    if most < 0 or least < 1 or dispersion < 1:
        raise ValueError(
            f"expected most from 0, least and dispersion from 1, got {(most, least, dispersion)}"
        )
    y, n = counts.to_numpy(dtype=float), len(counts)
    if n < least:
        raise ValueError(f"expected at least {least} periods, got {n}")
    total = np.concatenate([[0.0], np.cumsum(y)])

    def gain(a: int, b: int) -> float:
        events = total[b] - total[a]
        return events * math.log(events / (b - a)) - events if events else 0.0

    best = {(0, b): (gain(0, b), 0) for b in range(least, n + 1)}
    for k in range(1, most + 1):
        for b in range((k + 1) * least, n + 1):
            choices = [(best[k - 1, a][0] + gain(a, b), a) for a in range(k * least, b - least + 1)]
            best[k, b] = max(choices, key=lambda c: (c[0], -c[1]))
    lines = []
    for k in range(most + 1):
        if (k, n) not in best:
            break
        edges, end = [n], n
        for j in range(k, 0, -1):
            end = best[j, end][1]
            edges.append(end)
        edges = [0, *sorted(edges)]
        parts = list(pairwise(edges))
        lines.append(
            {
                "cuts": k,
                "bic": -2 * best[k, n][0] / dispersion + (2 * k + 1) * math.log(n),
                "starts": ", ".join(f"{counts.index[a]:%Y-%m}" for a, _ in parts[1:]),
                "rates": ", ".join(f"{(total[b] - total[a]) / (b - a):.2f}" for a, b in parts),
            }
        )
    return pd.DataFrame(lines)


def power(
    rate: float,
    periods_before: int,
    periods_after: int,
    effects: list[float],
    *,
    dispersion: float = 1.0,
    draws: int = 4000,
    seed: int = 20240619,
) -> pd.DataFrame:
    """Simulate how often a change of a given size would be seen by comparing two stretches.

    Counts are drawn as Poisson, and a change counts as seen where the exact interval of 95 % of the
    rate ratio (`events.rate_ratio`) leaves out 1; or, with a dispersion above 1, as negative binomial
    with that ratio of variance to mean in each period, and seen where the normal interval, widened by
    that dispersion, does. A regression with trend and season (`segmented`) sees less than that.

    Parameters
    ----------
    rate : float
        Events per period before the change.
    periods_before, periods_after : int
        Length of the two stretches.
    effects : list of float
        Rate ratios to try.
    dispersion : float
        Variance over mean, 1 or more.
    draws : int
        Simulated series per effect.
    seed : int
        Seed of the generator.

    Returns
    -------
    DataFrame
        ``effect`` and ``power``, the share of series in which the change is seen; the row of an effect
        does not depend on the others.

    Raises
    ------
    ValueError
        If the rate or a stretch is not above 0, or the dispersion below 1.
    """
    if min(rate, periods_before, periods_after) <= 0 or dispersion < 1:
        got = (rate, periods_before, periods_after, dispersion)
        raise ValueError(f"expected rate and periods above 0 and a dispersion from 1, got {got}")

    def sums(rng: np.random.Generator, mean: float, periods: int) -> np.ndarray:
        if dispersion > 1:
            return rng.poisson(rng.gamma(mean / (dispersion - 1), dispersion - 1, (draws, periods))).sum(
                axis=1
            )
        return rng.poisson(mean * periods, draws)

    lines = []
    for effect in effects:
        rng = np.random.default_rng(seed)
        before, after = sums(rng, rate, periods_before), sums(rng, rate * effect, periods_after)
        if dispersion > 1:
            log_ratio = np.log((after + 0.5) / periods_after) - np.log((before + 0.5) / periods_before)
            error = np.sqrt(dispersion * (1 / (before + 0.5) + 1 / (after + 0.5)))
            seen = np.abs(log_ratio) > Z95 * error
        else:
            seen = _exactly_seen(before, after, periods_after / (periods_before + periods_after))
        lines.append({"effect": effect, "power": float(seen.mean())})
    return pd.DataFrame(lines)


def _exactly_seen(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """Tell where the exact interval of 95 % for two Poisson rates leaves out that they are equal."""
    total = before + after
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total.max() + 1)))])
    seen = np.zeros(len(total), dtype=bool)
    for n in np.unique(total):
        k = np.arange(n + 1)
        chance = np.exp(logs[n] - logs[k] - logs[n - k] + k * np.log(share) + (n - k) * np.log1p(-share))
        rare = np.minimum(chance.cumsum(), chance[::-1].cumsum()[::-1]) < 0.025
        seen[total == n] = rare[after[total == n]]
    return seen
