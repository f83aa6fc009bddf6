"""Numbers with ranges: intervals, conversion, reconciliation, simulation.

Nothing here averages conflicting estimates. Conversions multiply ranges by named assumptions;
reconciliation tells what an assumption would have to be for two origins to agree; the simulation
shows which assumption drives the spread of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import sources, tables


@dataclass(frozen=True)
class Assumption:
    """A named factor with its range.

    Attributes
    ----------
    name : str
        What it says.
    low, central, high : float
        Its range and its most likely value, ``low <= central <= high``.
    unit : str
        Unit of the factor.
    """

    name: str
    low: float
    central: float
    high: float
    unit: str

    def __format__(self, form: str) -> str:
        """Write the range, each end in the form given: ``250 to 470``."""
        return f"{self.low:{form}} to {self.high:{form}}"

    def __post_init__(self) -> None:
        """Refuse a range out of order."""
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"{self.name}: expected low <= central <= high, got {self.low}, {self.central}, {self.high}"
            )


def assumption(
    conversion_id: str,
    low: float | None = None,
    central: float | None = None,
    high: float | None = None,
    data: Path = tables.DATA,
) -> Assumption:
    """Take an assumption from the table ``conversions``; a reader may override its range.

    Parameters
    ----------
    conversion_id : str
        Key in ``conversions``.
    low, central, high : float, optional
        Values to use instead of the row's. Where neither gives a central value it is the middle of
        the range; where there is no range it is the central value alone.
    data : Path
        Folder with the tables.

    Returns
    -------
    Assumption
        The factor with its unit.

    Raises
    ------
    KeyError
        If there is no such conversion.
    ValueError
        If neither the row nor the caller gives a value, or the range is not in order.
    """
    rows = tables.load("conversions", data=data).set_index("conversion_id")
    if conversion_id not in rows.index:
        raise KeyError(f"no conversion {conversion_id!r} in {data / 'conversions.csv'}")
    row = rows.loc[conversion_id]

    def pick(given: float | None, stored: float) -> float | None:
        return given if given is not None else (None if pd.isna(stored) else float(stored))

    a, b, c = pick(low, row["low"]), pick(central, row["central"]), pick(high, row["high"])
    if b is None and a is not None and c is not None:
        b = (a + c) / 2
    b = b if b is not None else (a if a is not None else c)
    if b is None:
        raise ValueError(f"{conversion_id}: expected a value for low, central or high, got none")
    a, c = (b if a is None else a), (b if c is None else c)
    return Assumption(row["name"], a, b, c, row["unit"])


def intervals(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each estimate the interval that its wording allows.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``low``, ``central``, ``high`` and ``bound``.

    Returns
    -------
    DataFrame
        A copy with ``lower``, ``upper`` and ``point``: "at least" leaves the top open (``inf``),
        "at most" starts at 0, an exact or approximate figure is a point, ``point`` is the central
        value or else the one end that was published (missing for a range without a centre).
    """
    out = rows.copy()
    out["lower"] = rows["low"].fillna(rows["central"]).where(rows["bound"] != "at_most", 0.0)
    out["upper"] = rows["high"].fillna(rows["central"]).where(rows["bound"] != "at_least", np.inf)
    end = rows["low"].where(rows["bound"] == "at_least", rows["high"])
    out["point"] = rows["central"].fillna(end.where(rows["bound"] != "range"))
    return out


def convert(rows: pd.DataFrame, factor: Assumption, unit: str, divide: bool = False) -> pd.DataFrame:
    """Turn estimates into another unit by a named assumption.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates``.
    factor : Assumption
        What to multiply by, for instance rounds per container.
    unit : str
        Unit of the result.
    divide : bool
        Divide instead, for instance tonnes by tonnes per round; the ends of the range then swap.

    Returns
    -------
    DataFrame
        A copy in the new unit, basis ``modelled``, with ids of its own and derived from the rows
        given: the low end uses
        the factor that makes it lowest, the high end the one that makes it highest. An exact
        figure times an uncertain factor becomes a range, times a certain one it is "about".

    Raises
    ------
    ValueError
        If the factor to divide by can be zero.
    """
    if divide and factor.low <= 0:
        raise ValueError(f"{factor.name}: expected a range above zero to divide by, got {factor.low}")
    out = rows.copy()
    small, middle, large = (
        (1 / factor.high, 1 / factor.central, 1 / factor.low)
        if divide
        else (factor.low, factor.central, factor.high)
    )
    point = rows["bound"].isin(["exact", "about"])
    widened = point & (small != large)
    out["low"] = rows["low"].where(~widened, rows["central"]) * small
    out["high"] = rows["high"].where(~widened, rows["central"]) * large
    out["central"] = rows["central"] * middle
    out["bound"] = rows["bound"].mask(point, "range" if small != large else "about")
    out["unit"], out["basis"] = unit, "modelled"
    out["derived_from"] = rows["estimate_id"]
    out["estimate_id"] = rows["estimate_id"] + "-in-" + unit.replace("_", "-")
    return out


def reconcile(
    model: Callable[..., float], assumptions: Mapping[str, Assumption], target: float
) -> pd.DataFrame:
    """Tell which single assumption, changed alone, would make a model give another's figure.

    Parameters
    ----------
    model : callable
        Takes one number per assumption by keyword and returns the figure; it must rise or fall
        steadily with each of them.
    assumptions : mapping of str to Assumption
        The assumptions by keyword.
    target : float
        The other origin's figure.

    Returns
    -------
    DataFrame
        One row per assumption: ``name``, ``unit``, ``low``, ``central``, ``high``, ``needed`` (the
        value that closes the gap with all others at their centre; missing if no value between a
        thousandth and a thousand times the centre does), ``explains`` (needed lies within the
        range) and ``times`` (needed over central).
    """
    centre = {k: a.central for k, a in assumptions.items()}
    rows = []
    for key, a in assumptions.items():
        needed = _solve(lambda x, k=key: model(**{**centre, k: x}) - target, a)
        rows.append(
            {
                "assumption": key,
                "name": a.name,
                "unit": a.unit,
                "low": a.low,
                "central": a.central,
                "high": a.high,
                "needed": needed,
                "explains": _within(needed, a),
                "times": needed / a.central if a.central else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _within(value: float, a: Assumption) -> bool:
    slack = 1e-9 * max(abs(a.low), abs(a.high))
    return bool(a.low - slack <= value <= a.high + slack)


def _solve(gap: Callable[[float], float], a: Assumption) -> float:
    """Find by bisection on a log scale where a monotone function is zero; nan if nowhere near."""
    for known in (a.central, a.low, a.high):
        if gap(known) == 0:
            return known
    start = a.central or a.high
    low, high = start / 1000, start * 1000
    if start <= 0 or gap(low) * gap(high) > 0:
        return float("nan")
    for _ in range(200):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if gap(low) * gap(middle) <= 0 else (middle, high)
    return float(np.sqrt(low * high))


def simulate(
    model: Callable[..., np.ndarray],
    assumptions: Mapping[str, Assumption],
    draws: int = 20_000,
    seed: int = 20240619,
) -> pd.DataFrame:
    """Draw a model's result from triangular distributions over its assumptions.

    The triangle (low, central, high) is the least that a range with a most likely value says; it is
    a device for showing spread, not a claim about probability.

    Parameters
    ----------
    model : callable
        Takes one array per assumption by keyword and returns an array of results.
    assumptions : mapping of str to Assumption
        The assumptions by keyword; one with equal ends is held fixed.
    draws : int
        Number of draws.
    seed : int
        Seed of the generator; the same seed gives the same draws.

    Returns
    -------
    DataFrame
        One row per draw: a column per assumption and ``result``.
    """
    rng = np.random.default_rng(seed)
    drawn = {
        k: rng.triangular(a.low, a.central, a.high, draws) if a.low < a.high else np.full(draws, a.low)
        for k, a in assumptions.items()
    }
    return pd.DataFrame({**drawn, "result": model(**drawn)})


def drivers(
    model: Callable[..., np.ndarray],
    assumptions: Mapping[str, Assumption],
    draws: int = 20_000,
    seed: int = 20240619,
) -> pd.Series:
    """Rank the assumptions by how much of the spread of a result each of them drives.

    Each assumption in turn is held at its mean and the fall of the result's variance is taken; the
    falls are scaled to sum to one. This is the stochastic contribution analysis of the R package
    *propagate* (function ``stochContr``); for a sum of independent inputs the shares are those of
    their variances.

    Parameters
    ----------
    model, assumptions, draws, seed
        As in `simulate`.

    Returns
    -------
    Series of float
        Share per assumption, largest first; one held fixed, or that narrows nothing, gets 0.
    """
    drawn = simulate(model, assumptions, draws, seed)
    inputs = {k: drawn[k].to_numpy() for k in assumptions}
    whole = drawn["result"].var()
    falls = pd.Series(
        {
            k: max(0.0, whole - np.var(model(**{**inputs, k: np.full(draws, x.mean())}), ddof=1))
            if assumptions[k].low < assumptions[k].high
            else 0.0
            for k, x in inputs.items()
        }
    )
    total = falls.sum()
    return (falls / total if total else falls).sort_values(ascending=False, kind="stable")


def bounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Add to rows that have no ``bound`` (conversions, counts) the one that their figures imply.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``low``, ``central`` and ``high``.

    Returns
    -------
    DataFrame
        A copy with ``bound``: ``range`` where both ends are given, ``at_least`` or ``at_most`` where
        one is, else ``about``.
    """
    low, high = rows["low"].notna(), rows["high"].notna()
    kinds = np.select([low & high, low, high], ["range", "at_least", "at_most"], "about")
    return rows.assign(bound=kinds)


def vintages(rows: pd.DataFrame, day: str, by: str = "series") -> pd.DataFrame:
    """Set what was public on a day beside what is public now.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates``.
    day : str
        The day, ``YYYY-MM-DD``.
    by : str
        Column that names the lines of the table; a line whose rows have several units is split.

    Returns
    -------
    DataFrame
        One row per value of ``by`` and unit: number of figures, independent origins and the span
        from the lowest to the highest figure, then and now. A line without any figure then says
        "none".
    """
    out = []
    units = rows.groupby(by)["unit"].transform("nunique")
    names = rows[by].where(units == 1, rows[by] + " (" + rows["unit"].str.replace("_", " ") + ")")
    for name, group in rows.groupby(names, sort=False):
        line: dict[str, object] = {by: name}
        for when, part in ((f"by {day}", tables.known(group, day)), ("now", group)):
            figures = part[["low", "central", "high"]].stack()
            span = "none"
            if len(figures):
                ends = [plain(figures.min()), plain(figures.max())]
                span = " – ".join(dict.fromkeys(ends))
            line[f"figures {when}"] = len(part)
            line[f"origins {when}"] = sources.independent_origins(part) if len(part) else 0
            line[f"span {when}"] = span
        out.append(line)
    return pd.DataFrame(out)


def plain(value: float) -> str:
    """Write a number as a reader says it: 12,000 or 6.5 million.

    Parameters
    ----------
    value : float
        The number.

    Returns
    -------
    str
        Thousands with separators, millions and more in words with two decimals at most; below a
        hundred as many decimals, two at most, as the number has.
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if round(abs(value) / size, 2) >= 1:
            return f"{value / size:,.2f}".rstrip("0").rstrip(".") + f" {word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def said(row: pd.Series) -> str:
    """Write an estimate as it was worded: "at least 20,000", "4 million – 6 million".

    Parameters
    ----------
    row : Series
        A row with ``low``, ``central``, ``high`` and ``bound``.

    Returns
    -------
    str
        The figure with its bound.
    """
    if row["bound"] == "range":
        return f"{plain(row['low'])} – {plain(row['high'])}"
    if row["bound"] == "at_least":
        return f"at least {plain(row['low'])}"
    if row["bound"] == "at_most":
        return f"up to {plain(row['high'])}"
    return ("about " if row["bound"] == "about" else "") + plain(row["central"])
