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
        assert len(gap) >= 5 and gap.max() < 0.01, (pair, gap.idxmax())
