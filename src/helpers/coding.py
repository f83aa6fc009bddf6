"""Coded texts and evidence: agreement of codings, codes laid out for comparison, rival readings weighed.

Krippendorff's alpha is written out here, in forty lines: the one maintained package for it is under
the GPL, which this collection's licence is not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

STANCES = ("supports", "welcomes", "neutral", "concerned", "condemns")
"""Stances in their order, from consent to rejection."""

FITS = ("strongly_against", "against", "neither", "for", "strongly_for")
"""How well a piece of evidence fits a reading, in order; the middle one says nothing."""


def alpha(codes: pd.DataFrame, level: str = "nominal", order: tuple[str, ...] | None = None) -> float:
    """Measure agreement by Krippendorff's alpha.

    Parameters
    ----------
    codes : DataFrame
        One row a coded item, one column a coder; missing where a coder gave none.
    level : str
        ``nominal`` (codes are the same or not), ``ordinal`` (they have an order) or ``interval`` (they
        are numbers).
    order : tuple of str, optional
        The codes in their order, for ``ordinal``; by default sorted.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance would give, below it for less; not a number where all
        codes are the same, for then nothing was told apart.

    Raises
    ------
    ValueError
        If the level is unknown, no item has two codes, or a code is not in the order.

    Notes
    -----
    After K. Krippendorff, *Computing Krippendorff's Alpha-Reliability* (2011): observed over expected
    disagreement from the matrix of coincidences. Items with one code are left out.
    """
    each, values = _coincidences(codes, level, order)
    return float(_alpha(each.sum(axis=0)[None], level, values)[0])


def _coincidences(codes: pd.DataFrame, level: str, order: tuple[str, ...] | None) -> tuple[np.ndarray, list]:
    """Cross the codes of each item that has two or more; the codes stand in their order."""
    if level not in ("nominal", "ordinal", "interval"):
        raise ValueError(f"level: expected nominal, ordinal or interval, got {level!r}")
    paired = codes[codes.notna().sum(axis=1) >= 2]
    if paired.empty:
        raise ValueError("expected items with two codes or more, got none")
    long = paired.stack().dropna()
    values = list(order) if order else sorted(long.unique())
    place = pd.Index(values).get_indexer(long)
    if (place < 0).any():
        unknown = long.iloc[int((place < 0).argmax())]
        raise ValueError(f"expected codes among {', '.join(map(str, values))}, got {unknown!r}")
    tally = np.zeros((len(paired), len(values)))
    item = np.repeat(np.arange(len(paired)), paired.notna().sum(axis=1))
    np.add.at(tally, (item, place), 1.0)
    crossed = tally[:, :, None] * tally[:, None, :] - tally[:, :, None] * np.eye(len(values))
    return crossed / (tally.sum(axis=1) - 1)[:, None, None], values


def _alpha(pairs: np.ndarray, level: str, values: list) -> np.ndarray:
    """Alpha of each of some matrices of coincidences; not a number where nothing was told apart."""
    marginal = pairs.sum(axis=2)
    distance = _distance(level, values, marginal)
    chance = marginal[:, :, None] * marginal[:, None, :] - marginal[:, :, None] * np.eye(len(values))
    expected = (chance * distance).sum(axis=(1, 2)) / (marginal.sum(axis=1) - 1)
    observed = (pairs * distance).sum(axis=(1, 2))
    return 1 - observed / np.where(expected > 0, expected, np.nan)


def _distance(level: str, values: list, marginal: np.ndarray) -> np.ndarray:
    n = len(values)
    if level == "nominal":
        return 1.0 - np.eye(n)
    if level == "interval":
        numbers = np.array(values, dtype=float)
        return (numbers[:, None] - numbers[None, :]) ** 2
    ranks = np.cumsum(marginal, axis=1) - marginal / 2
    return (ranks[:, :, None] - ranks[:, None, :]) ** 2


def alpha_interval(
    codes: pd.DataFrame,
    level: str = "nominal",
    order: tuple[str, ...] | None = None,
    draws: int = 1000,
    seed: int = 20240619,
) -> tuple[float, float]:
    """Give an interval of 95 % for alpha by drawing items with replacement.

    Parameters
    ----------
    codes, level, order
        As in `alpha`.
    draws : int
        Number of draws.
    seed : int
        Seed of the generator.

    Returns
    -------
    tuple of float
        Low and high end. Draws in which all codes are the same are left out.
    """
    each, values = _coincidences(codes, level, order)
    rng, n = np.random.default_rng(seed), len(each)
    weights = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(draws)])
    found = _alpha(np.tensordot(weights, each, axes=1), level, values)
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def agreement(codings: pd.DataFrame, orders: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Report the agreement on each coded variable.

    Parameters
    ----------
    codings : DataFrame
        Rows of ``codings``.
    orders : dict of str to tuple of str
        Codes in their order, for the variables that have one; the others are taken as names.

    Returns
    -------
    DataFrame
        One row a variable: ``variable``, ``level``, ``items`` (with two codes or more), ``same`` (share
        of them coded alike), ``alpha``, ``low`` and ``high``.
    """
    lines = []
    for name, group in codings.groupby("variable", sort=True):
        wide = by_coder(group)
        wide = wide[wide.notna().sum(axis=1) >= 2]
        level = "ordinal" if name in orders else "nominal"
        low, high = alpha_interval(wide, level, orders.get(name))
        lines.append(
            {
                "variable": name,
                "level": level,
                "items": len(wide),
                "same": float(wide.nunique(axis=1).eq(1).mean()),
                "alpha": alpha(wide, level, orders.get(name)),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(lines)


def by_coder(codings: pd.DataFrame) -> pd.DataFrame:
    """Lay codings out with one column a coder.

    Parameters
    ----------
    codings : DataFrame
        Rows of ``codings`` of one variable.

    Returns
    -------
    DataFrame
        One row an item, one column a coder.
    """
    return codings.pivot(index="item_id", columns="coder", values="value")


def confusion(codings: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    """Count how often one coder's code met the other's.

    Parameters
    ----------
    codings : DataFrame
        Rows of ``codings`` of one variable by two coders.
    order : tuple of str
        The codes in the order to show.

    Returns
    -------
    DataFrame
        Coder a down, coder b across.

    Raises
    ------
    ValueError
        If a code is not in the order.
    """
    wide = by_coder(codings)
    unknown = sorted(set(codings["value"]) - set(order))
    if unknown:
        raise ValueError(f"expected codes among {', '.join(order)}, got {unknown[0]!r}")
    table = pd.crosstab(wide["a"], wide["b"])
    return table.reindex(index=list(order), columns=list(order), fill_value=0)


def strongest(rows: pd.DataFrame, order: tuple[str, ...] = STANCES) -> pd.DataFrame:
    """Lay out the code furthest along an order, by actor and trigger.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``statements``.
    order : tuple of str
        Stances; the later one wins.

    Returns
    -------
    DataFrame
        Actors down, triggers across; ``none_found`` where that is all there is, missing where
        nothing was looked for.

    Raises
    ------
    ValueError
        If a stance is not in the order.
    """
    unknown = sorted(set(rows["stance"]) - {*order, "none_found"})
    if unknown:
        raise ValueError(f"expected stances among {', '.join(order)} or none_found, got {unknown[0]!r}")
    ranks = {"none_found": -1, **{s: i for i, s in enumerate(order)}}
    ranked = rows.assign(rank=rows["stance"].map(ranks)).sort_values("rank", kind="stable")
    last = ranked.drop_duplicates(["actor", "trigger"], keep="last")
    return last.pivot(index="actor", columns="trigger", values="stance")


def fits(readings: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Turn the codes of fit into numbers.

    Parameters
    ----------
    readings : DataFrame
        Rows of ``readings``.
    names : tuple of str
        The rival readings, each a column of codes.

    Returns
    -------
    DataFrame
        One column a reading, aligned with the rows: -2 strongly against, 0 neither, 2 strongly for.

    Raises
    ------
    ValueError
        If there is no row, a reading is no column, or a code is not among `FITS`.
    """
    if readings.empty or not names or not set(names) <= set(readings):
        wanted = ", ".join(names) or "some readings"
        raise ValueError(f"expected pieces of evidence coded for {wanted}, got {len(readings)} rows")
    for name in names:
        unknown = sorted({str(code) for code in readings[name]} - set(FITS))
        if unknown:
            raise ValueError(f"{name}: expected codes among {', '.join(FITS)}, got {unknown[0]!r}")
    return pd.DataFrame({n: readings[n].map({f: i - 2 for i, f in enumerate(FITS)}) for n in names})


def diagnosticity(readings: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Tell how well each piece of evidence tells rival readings apart.

    After R. J. Heuer, *Psychology of Intelligence Analysis* (1999), chapter 8: evidence that fits all
    hypotheses alike has no diagnostic value, however strongly it fits one of them.

    Parameters
    ----------
    readings : DataFrame
        Rows of ``readings``.
    names : tuple of str
        The rival readings.

    Returns
    -------
    DataFrame
        Aligned with the rows: ``spread`` (fit of the best less that of the worst reading, 0 to 4),
        ``best`` and ``worst`` (readings, joined by " and " where they are level; missing where the
        spread is 0).
    """
    numbers = fits(readings, names)
    top, low = numbers.max(axis=1), numbers.min(axis=1)
    spread = top - low
    names_at = [
        numbers.eq(edge, axis=0).apply(lambda row: " and ".join(row.index[row]), axis=1)
        for edge in (top, low)
    ]
    best, worst = (words.where(spread > 0) for words in names_at)
    return pd.DataFrame({"spread": spread, "best": best, "worst": worst})


def weigh(
    readings: pd.DataFrame, names: tuple[str, ...], *, by_group: bool = True, against_only: bool = False
) -> pd.Series:
    """Sum the fit of the evidence with each of rival readings.

    Parameters
    ----------
    readings : DataFrame
        Rows of ``readings``.
    names : tuple of str
        The rival readings.
    by_group : bool
        Take the mean of each group of evidence first and then the mean of the groups, for pieces of one
        group repeat one another; else each piece counts alike.
    against_only : bool
        Count only what speaks against a reading, as Heuer advises: what fits a reading often fits its
        rivals, too.

    Returns
    -------
    Series of float
        Mean fit of each reading, -2 to 2, the best first.

    Raises
    ------
    ValueError
        As from `fits`.
    """
    numbers = fits(readings, names)
    numbers = numbers.clip(upper=0) if against_only else numbers
    means = numbers.groupby(readings["group"]).mean() if by_group else numbers
    return means.mean().sort_values(ascending=False, kind="stable")


def leave_out(readings: pd.DataFrame, names: tuple[str, ...], **rule: bool) -> pd.DataFrame:
    """Weigh the evidence again without each of its groups.

    Parameters
    ----------
    readings : DataFrame
        Rows of ``readings`` of two groups or more.
    names : tuple of str
        The rival readings.
    **rule : bool
        Passed on to `weigh`.

    Returns
    -------
    DataFrame
        One row a group left out, one column a reading, and ``best``: the reading with the highest mean
        fit, several joined by " and ".

    Raises
    ------
    ValueError
        If there are fewer than two groups.
    """
    groups = list(dict.fromkeys(readings["group"]))
    if len(groups) < 2:
        raise ValueError(f"expected two groups of evidence or more, got {', '.join(groups) or 'none'}")
    rows = {g: weigh(readings[readings["group"] != g], names, **rule)[list(names)] for g in groups}
    best = [leading(scores) for scores in rows.values()]
    return pd.DataFrame(rows).T.assign(best=best).rename_axis("without")


def leading(scores: pd.Series) -> str:
    """Name the reading that fits best, or all that are level with it.

    Parameters
    ----------
    scores : Series of float
        Mean fit of each reading, as from `weigh`.

    Returns
    -------
    str
        Names in the order of the scores, joined by " and ".

    Raises
    ------
    ValueError
        If there is no score, or one is missing.
    """
    if scores.empty or scores.isna().any():
        raise ValueError(f"expected a score for each reading, got {scores.to_dict()}")
    return " and ".join(scores.index[np.isclose(scores, scores.max())])
