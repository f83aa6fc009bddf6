"""Trade figures are picked one a period, and two series reconciled by hand sums."""

import numpy as np
import pandas as pd
import pytest

from helpers import tables, trade


def row(trade_id, start, end, value, origin="cn-gac", published="2020-01-31", **more):
    base = {
        "trade_id": trade_id, "pair": "china_dprk", "flow": "to_dprk", "goods": "all", "measure": "value",
        "start": pd.Timestamp(start), "end": pd.Timestamp(end), "low": np.nan, "central": value,
        "high": np.nan, "bound": "exact", "unit": "usd", "origin_id": origin,
        "published": pd.Timestamp(published),
    }  # fmt: skip
    return base | more


ROWS = pd.DataFrame(
    [
        row("a", "2019-01-01", "2019-12-31", 2.0),
        row("b", "2019-01-01", "2019-12-31", 2.5, published="2021-01-31"),
        row("c", "2018-01-01", "2018-12-31", 3.0, origin="kiep"),
        row("d", "2019-01-01", "2019-06-30", 1.0),
        row("e", "2019-12-01", "2019-12-31", 0.25),
        row("f", "2019-01-01", "2019-12-31", 0.5, goods="food"),
        row("g", "2019-01-01", "2019-12-31", 9.0, origin="kiep"),
    ]
)


def test_one_figure_a_year_the_last_published_and_the_origin_named_first():
    table = trade.picked(ROWS, "china_dprk", "to_dprk", ("cn-gac", "kiep"))
    assert table[["trade_id", "year", "value"]].to_numpy().tolist() == [["c", 2018, 3.0], ["b", 2019, 2.5]]


def test_months_are_picked_apart_from_years():
    table = trade.picked(ROWS, "china_dprk", "to_dprk", "cn-gac", months=1)
    assert table["trade_id"].tolist() == ["e"]
    with pytest.raises(ValueError, match="expected figures of kotra"):
        trade.picked(ROWS, "china_dprk", "to_dprk", "kotra")


ODD = pd.DataFrame(
    [
        row("a", "2019-01-01", "2019-12-31", 2.0),
        row("x", "2019-01-01", "2019-12-31", 55.0, unit="cny"),
        row("y", "2019-01-01", "2019-12-31", 90.0, measure="share"),
        row("h", "2019-07-01", "2020-06-30", 7.0),
        row("m", "2018-06-15", "2019-06-14", 8.0),
        row("k", "2019-01-01", "2019-12-31", 9.0, origin="kiep", published="2024-01-31"),
        row("z", "2019-01-01", "2019-12-31", 3.0, bound="about", published="2024-01-31"),
        row("r", "2017-01-01", "2017-12-31", np.nan, low=1.0, high=2.0, bound="range"),
        row("l", "2016-01-01", "2016-12-31", np.nan, low=3.0, bound="at_least"),
    ]
)


def test_only_what_was_asked_for_is_picked():
    table = trade.picked(ODD.sample(frac=1, random_state=1), "china_dprk", "to_dprk", ("cn-gac", "kiep"))
    assert table[["trade_id", "value"]].to_numpy().tolist() == [["l", 3.0], ["r", 1.5], ["a", 2.0]]
    assert not {"place", "firm"} & set(table)


def test_two_figures_of_one_day_and_odd_lengths_are_refused():
    torn = pd.concat(
        [ROWS, pd.DataFrame([row("b2", "2019-01-01", "2019-12-31", 2.6, published="2021-01-31")])]
    )
    with pytest.raises(ValueError, match="got b and b2 of one day"):
        trade.picked(torn, "china_dprk", "to_dprk", "cn-gac")
    with pytest.raises(ValueError, match="expected 1 or 12, got 6"):
        trade.picked(ROWS, "china_dprk", "to_dprk", "cn-gac", months=6)


def test_two_series_are_reconciled_year_by_year():
    # KOTRA's 2.88 bn of 2019 less the customs' 2.57 bn is 0.31 bn, of which 0.29 bn is its crude
    customs = pd.DataFrame({"year": [2018, 2019], "value": [2.22, 2.57]})
    kotra = pd.DataFrame({"year": [2019, 2020], "value": [2.88, 0.71]})
    table = trade.gap(customs, kotra, pd.DataFrame({"year": [2019], "value": [0.29]}))
    assert table.index.tolist() == [2019]
    assert table.loc[2019, ["gap", "left"]].tolist() == pytest.approx([0.31, 0.02])
    assert table.at[2019, "share"] == pytest.approx(0.31 / 2.88)


def test_the_share_without_crude_that_kotra_printed_is_reproduced():
    rows = tables.load("trade")

    def by_year(*args, **kwargs):
        return trade.picked(rows, *args, **kwargs).set_index("year")["value"]

    china = by_year("china_dprk", "total", "kotra")
    world = by_year("dprk_world", "total", "kotra")
    crude = by_year("china_dprk", "to_dprk", "kotra", goods="crude_oil")
    printed = by_year("china_dprk", "total", "kotra", measure="share", goods="all_but_crude", unit="percent")
    ours = (100 * (china - crude) / (world - crude)).reindex(printed.index)
    assert printed.index.tolist() == [2015, 2018, 2019]
    assert (ours - printed).abs().max() < 0.1


def test_both_ways_add_up_to_the_total():
    rows = tables.load("trade")
    for pair in ("china_dprk", "china_russia", "dprk_world"):
        ways = ("to_dprk", "from_dprk") if "dprk" in pair else ("to_russia", "from_russia")
        origin = "kotra" if pair == "dprk_world" else "cn-gac"
        whole, one, other = (
            trade.picked(rows, pair, flow, origin).set_index("year")["value"] for flow in ("total", *ways)
        )
        gap = ((one + other) / whole - 1).dropna().abs()
        # the ways are often rounded to ten million dollars, the smallest total is 0.5 billion
        assert len(gap) >= 5 and gap.max() < 0.02, (pair, gap.idxmax())
