"""Trade figures picked from the table: one figure a period, of one origin, flow and kind of goods."""

from __future__ import annotations

import pandas as pd

from helpers import estimates


def picked(
    rows: pd.DataFrame,
    pair: str,
    flow: str,
    origins: str | tuple[str, ...],
    *,
    measure: str = "value",
    goods: str = "all",
    unit: str = "usd",
    months: int = 12,
) -> pd.DataFrame:
    """Pick one figure for each whole year or month.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``trade``.
    pair, flow, measure, goods, unit : str
        Which figures, by the columns of these names.
    origins : str or tuple of str
        Whose figures; of several the one named first is taken where it has the period.
    months : int
        Length of the period: 12 for calendar years, 1 for calendar months.

    Returns
    -------
    DataFrame
        Rows in time, with ``value`` (the figure, the end that was given, or the middle of a range) and
        ``year``. Of one origin's figures for a period an exact one stands before one that is "about",
        and then the one published last.

    Raises
    ------
    ValueError
        If there is no such figure, two of one day differ, or the length is another.
    """
    if months not in (1, 12):
        raise ValueError(f"months: expected 1 or 12, got {months}")
    order = (origins,) if isinstance(origins, str) else origins
    chosen = rows[
        (rows["pair"] == pair)
        & (rows["flow"] == flow)
        & (rows["measure"] == measure)
        & (rows["goods"] == goods)
        & (rows["unit"] == unit)
        & rows["origin_id"].isin(order)
    ]
    begins = (chosen["start"].dt.day == 1) & ((months == 1) | (chosen["start"].dt.month == 1))
    ends = chosen["start"] + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    chosen = chosen[begins & (chosen["end"] == ends)]
    if chosen.empty:
        asked = f"{pair} {flow} {goods} {measure} in {unit}, {months} months"
        raise ValueError(f"expected figures of {' or '.join(order) or 'an origin'} for {asked}, got none")
    place = chosen["origin_id"].map({name: -i for i, name in enumerate(order)})
    chosen = chosen.assign(place=place, firm=chosen["bound"] != "about")
    by = ["start", "place", "firm", "published"]
    top = chosen.sort_values([*by, "trade_id"]).drop_duplicates("start", keep="last")
    level = chosen.merge(top[by])
    torn = level[level.groupby("start")["central"].transform("nunique") > 1]
    if len(torn):
        raise ValueError(f"expected one figure a period, got {' and '.join(torn['trade_id'])} of one day")
    out = estimates.intervals(top)
    out["value"] = out["point"].fillna((out["low"] + out["high"]) / 2)
    out["year"] = out["start"].dt.year
    return out.drop(columns=["place", "firm"]).reset_index(drop=True)


def gap(customs: pd.DataFrame, other: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Reconcile two series of one trade that differ by design.

    Parameters
    ----------
    customs, other : DataFrame
        Yearly figures as from `picked`: the customs record and the series that adds to it.
    stated : DataFrame
        What the second series says it added, as from `picked`.

    Returns
    -------
    DataFrame
        One row a year that both have, indexed by it: ``customs``, ``other``, ``gap``, ``stated``
        (missing where not told), ``left`` (gap less stated) and ``share`` of the gap in the other.
    """
    table = pd.DataFrame(
        {
            "customs": customs.set_index("year")["value"],
            "other": other.set_index("year")["value"],
        }
    ).dropna()
    table["gap"] = table["other"] - table["customs"]
    table["stated"] = stated.set_index("year")["value"].reindex(table.index)
    table["left"] = table["gap"] - table["stated"]
    table["share"] = table["gap"] / table["other"]
    return table
