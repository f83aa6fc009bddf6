"""Arithmetic of the referee, against published numbers and hand calculations."""

import numpy as np
import pandas as pd
import pytest

from helpers import estimates, sources, tables
from helpers.estimates import Assumption


def row(**cells):
    base = {
        "estimate_id": "x",
        "low": np.nan,
        "central": np.nan,
        "high": np.nan,
        "bound": "exact",
        "unit": "u",
    }
    return {**base, "basis": "claimed", **cells}


def rows(*cells):
    return pd.DataFrame([row(**c) for c in cells])


def test_intervals_follow_the_wording():
    out = estimates.intervals(
        rows(
            {"central": 5000, "bound": "about"},
            {"low": 20000, "bound": "at_least"},
            {"high": 9e6, "bound": "at_most"},
            {"low": 4e6, "high": 6e6, "bound": "range"},
        )
    )
    assert out["lower"].tolist() == [5000, 20000, 0, 4e6]
    assert out["upper"].tolist() == [5000, np.inf, 9e6, 6e6]
    assert out["point"].tolist()[:3] == [5000, 20000, 9e6]
    assert np.isnan(out["point"][3])


def test_conversion_reproduces_published_figures():
    # C4ADS through the Washington Post: 74,000 t taken as 1.6 million rounds, 46.25 kg each.
    tonnes = rows({"central": 74_000, "unit": "tonnes"})
    each = Assumption("tonnes per round", 0.04625, 0.04625, 0.04625, "t")
    out = estimates.convert(tonnes, each, "rounds_152mm_equivalent", divide=True)
    assert out["central"][0] == pytest.approx(1.6e6)
    # ROK DIA, August 2024: 13,000 containers, more than 6 million rounds: 462 in each.
    assert round(6e6 / 13_000) == 462
    boxes = rows({"low": 13_000, "bound": "at_least", "unit": "containers"})
    out = estimates.convert(boxes, Assumption("rounds a box", 461.6, 462, 470, "r"), "rounds")
    assert out["low"][0] == pytest.approx(6.0e6, rel=1e-3)
    assert np.isnan(out["high"][0]) and out["bound"][0] == "at_least"


def test_an_exact_figure_times_a_range_is_a_range():
    out = estimates.convert(rows({"central": 100}), Assumption("a", 2, 3, 5, "u"), "v").iloc[0]
    assert (out["low"], out["central"], out["high"], out["bound"]) == (200, 300, 500, "range")
    assert (out["unit"], out["basis"], out["derived_from"]) == ("v", "modelled", "x")


def test_a_converted_row_is_no_origin_of_its_own():
    won = tables.load("estimates").query("unit == 'krw' and derived_from.isna()")
    dollars = estimates.convert(won, Assumption("rate", 1400, 1450, 1500, "krw"), "usd", divide=True)
    assert sources.independent_origins(pd.concat([won, dollars])) == won["origin_id"].nunique()


def test_division_swaps_the_ends():
    out = estimates.convert(
        rows({"low": 10, "high": 20, "bound": "range"}), Assumption("a", 2, 4, 5, "u"), "v", divide=True
    ).iloc[0]
    assert (out["low"], out["high"]) == (2, 10)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="expected low <= central <= high, got 3, 2, 4"):
        Assumption("a", 3, 2, 4, "u")


def test_an_assumption_is_written_as_its_range():
    assert f"{Assumption('a', 0.6, 0.8, 1, 'u'):.0%}" == "60% to 100%"


def test_an_assumption_comes_from_the_table_and_can_be_overridden():
    given = estimates.assumption("rounds-per-container-152mm-rok-dia-202408")
    assert given.central == pytest.approx(462, abs=1)
    assert estimates.assumption("rounds-per-container-152mm-rok-dia-202408", high=600).high == 600
    with pytest.raises(KeyError, match="no conversion 'nothing'"):
        estimates.assumption("nothing")


def test_reconcile_finds_the_assumption_that_closes_a_gap():
    # 13,000 boxes at 462 rounds are 6.0 million; 3 million need 231 a box, or half of the boxes.
    inputs = {
        "rounds": Assumption("rounds a box", 400, 462, 500, "r"),
        "share": Assumption("share of boxes with shells", 0.3, 1.0, 1.0, "1"),
    }
    out = estimates.reconcile(lambda rounds, share: 13_000 * rounds * share, inputs, 3_003_000)
    out = out.set_index("assumption")
    assert out.at["rounds", "needed"] == pytest.approx(231)
    assert out.at["share", "needed"] == pytest.approx(0.5)
    assert not out.at["rounds", "explains"] and out.at["share", "explains"]
    assert out.at["share", "times"] == pytest.approx(0.5)


def test_reconcile_says_when_nothing_helps():
    out = estimates.reconcile(lambda a: 5.0 + 0 * a, {"a": Assumption("a", 1, 2, 3, "u")}, 7.0)
    assert np.isnan(out["needed"][0]) and not out["explains"][0]


def test_simulation_repeats_and_has_the_mean_of_the_triangle():
    inputs = {"a": Assumption("a", 0, 3, 6, "u"), "b": Assumption("b", 1, 2, 9, "u")}
    one = estimates.simulate(lambda a, b: a + b, inputs, draws=50_000)
    two = estimates.simulate(lambda a, b: a + b, inputs, draws=50_000)
    pd.testing.assert_frame_equal(one, two)
    assert one["result"].mean() == pytest.approx((0 + 3 + 6) / 3 + (1 + 2 + 9) / 3, rel=0.01)
    assert one["a"].var() == pytest.approx((0 + 9 + 36 - 0 - 0 - 18) / 18, rel=0.03)


def test_drivers_rank_by_explained_spread():
    # For a sum the shares are the variances' shares: 4 to 1 when one range is twice the other.
    inputs = {
        "wide": Assumption("wide", 0, 2, 4, "u"),
        "narrow": Assumption("narrow", 0, 1, 2, "u"),
        "fixed": Assumption("fixed", 5, 5, 5, "u"),
    }
    shares = estimates.drivers(lambda wide, narrow, fixed: wide + narrow + fixed, inputs)
    assert shares.index.tolist() == ["wide", "narrow", "fixed"]
    assert shares["wide"] == pytest.approx(0.8, abs=0.02)
    assert shares["fixed"] == 0 and shares.sum() == pytest.approx(1)


def test_the_bound_follows_from_the_figures_given():
    frame = rows({"low": 1, "high": 2}, {"low": 1}, {"high": 2}, {"central": 3}).drop(columns="bound")
    assert estimates.bounded(frame)["bound"].tolist() == ["range", "at_least", "at_most", "about"]


def test_vintages_set_then_beside_now():
    frame = tables.load("estimates").query("series in ['containers', 'casualties']")
    out = estimates.vintages(frame, "2024-06-30").set_index("series")
    # Nothing on DPRK soldiers lost could be public before the first of them arrived, October 2024.
    assert out.at["casualties", "figures by 2024-06-30"] == 0
    assert out.at["casualties", "span by 2024-06-30"] == "none"
    # By June 2024 the highest published figure of containers was the US one, over 11,000.
    assert out.at["containers", "span by 2024-06-30"].endswith("11,000")
    assert out.at["containers", "figures now"] > out.at["containers", "figures by 2024-06-30"]


def test_vintages_do_not_mix_units():
    frame = tables.load("estimates").query("series == 'value_given'")
    names = estimates.vintages(frame, "2024-06-30")["series"].tolist()
    assert "value_given (usd)" in names and "value_given (krw)" in names


def test_conversion_keeps_the_bound_when_the_factor_is_certain():
    out = estimates.convert(rows({"central": 100}), Assumption("a", 2, 2, 2, "u"), "v").iloc[0]
    assert out["bound"] == "about" and out["central"] == 200
    assert np.isnan(out["low"]) and np.isnan(out["high"])
    with pytest.raises(ValueError, match="expected a range above zero to divide by"):
        estimates.convert(rows({"central": 1}), Assumption("a", 0, 1, 2, "u"), "v", divide=True)


def test_reconcile_sees_an_answer_at_the_edge_or_at_the_centre():
    fixed = estimates.reconcile(lambda a: 2 * a, {"a": Assumption("a", 2, 2, 2, "u")}, 4.0)
    assert fixed["explains"][0] and fixed["needed"][0] == 2
    at_zero = estimates.reconcile(lambda a: 4.0 - a, {"a": Assumption("a", 0, 3, 5, "u")}, 4.0)
    assert at_zero["explains"][0] and at_zero["needed"][0] == 0


def test_an_assumption_without_a_centre_lies_in_the_middle_and_needs_a_value(tmp_path):
    table = tables.load("conversions")
    ends = table[table["low"].notna() & table["high"].notna() & table["central"].isna()].iloc[0]
    given = estimates.assumption(ends["conversion_id"])
    assert given.central == (ends["low"] + ends["high"]) / 2
    floor = table[table["low"].notna() & table["high"].isna() & table["central"].isna()].iloc[0]
    assert estimates.assumption(floor["conversion_id"]).low == floor["low"]
