"""The board's rules, on values made up for the purpose; the thresholds are the committed ones elsewhere."""

import pandas as pd
import pytest

from helpers import board, measures, tables
from helpers.measures import Measured

NONE = pd.DataFrame()


def judged(before, after, test="ratio", threshold=2, adverse="up", kind="estimate", earlier=()):
    at = (float(len(earlier)), float(len(earlier) + 1))
    places = tuple((float(i), float(v)) for i, v in enumerate(earlier))
    found = Measured(before, after, NONE, places, at)
    return board.judge(found, test=test, threshold=threshold, adverse=adverse, kind=kind)


def test_a_threshold_that_is_just_reached_counts_and_its_mirror_image_is_relief():
    assert judged(10, 20) == "adverse"
    assert judged(10, 19.9) == "no_change"
    assert judged(10, 5) == "relief"
    assert judged(10, 5.1) == "no_change"
    assert judged(0.1, 0.3, "difference", 0.2) == "adverse"  # 0.3 - 0.1 is 0.19999… in binary
    assert judged(3, 2, "difference", 1) == "relief"


def test_where_less_is_worse_the_sides_are_exchanged():
    assert judged(4, 2, "ratio", 0.5, "down") == "adverse"
    assert judged(4, 8, "ratio", 0.5, "down") == "relief"
    assert judged(1, 0, "difference", -1, "down") == "adverse"
    assert judged(0, 1, "difference", -1, "down") == "relief"
    assert judged(4, 3, "ratio", 0.5, "down") == "no_change"


def test_nothing_before_or_no_value_gives_no_ratio():
    assert judged(0, 5) == "undefined"
    assert judged(None, 5, "difference", 1) == "undefined"
    assert judged(5, None, "difference", 1) == "undefined"
    assert judged(0, 5, "difference", 1) == "adverse"


def test_a_count_must_be_clear_of_chance():
    # 2 against 6: exact interval of the ratio 0.5 to 30; 10 against 30: 1.4 to 6.9
    assert judged(2, 6, kind="count") == "leans_adverse"
    assert judged(10, 30, kind="count") == "adverse"
    assert judged(6, 2, kind="count") == "leans_relief"
    assert judged(2, 6, kind="state") == "adverse"


def test_a_rise_that_the_trend_foretold_only_leans():
    # 2, 4, 8 before: a straight line through them gives 10.67 next; 12 is above it, 10 below
    assert judged(8, 12, "difference", 2, earlier=(2, 4)) == "adverse"
    assert judged(8, 10, "difference", 2, earlier=(2, 4)) == "leans_adverse"
    assert Measured(8, 12, NONE, ((0.0, 2.0), (1.0, 4.0)), (2.0, 3.0)).expected == pytest.approx(32 / 3)


def test_a_trend_needs_three_windows_and_never_falls_below_nought():
    assert Measured(8, 12, NONE, ((0.0, 2.0),), (1.0, 2.0)).expected is None
    assert Measured(0, 1, NONE, ((0.0, 8.0), (1.0, 4.0)), (2.0, 3.0)).expected == 0


@pytest.mark.parametrize(
    ("verdicts", "summed"),
    [
        (["adverse", "adverse", "no_change", "no_change"], "disturbed"),
        (["adverse", "leans_adverse", "no_change", "no_change"], "shows signs"),
        (["adverse", "no_change", "no_change"], "not shown"),
        (["adverse", "undefined", "undefined", "no_change"], "disturbed"),
        (["adverse", "relief"], "not shown"),
        (["relief", "leans_relief", "no_change"], "signs of easing"),
        (["relief", "relief", "adverse"], "eased"),
        (["undefined"], "not shown"),
    ],
)
def test_a_dimension_is_summed_up_by_the_written_rule(verdicts, summed):
    assert board.dimension(pd.Series(verdicts)) == summed


def test_a_verdict_there_is_not_is_refused():
    with pytest.raises(ValueError, match="expected verdicts among"):
        board.dimension(pd.Series(["worse"]))
    with pytest.raises(ValueError, match="expected ratio or difference"):
        board.change(Measured(1, 2, NONE), "level")
    with pytest.raises(ValueError, match="on the adverse side of"):
        judged(1, 2, threshold=1)


def test_flips_name_the_indicators_that_turn_a_dimension():
    rows = pd.DataFrame(
        {
            "indicator_id": list("abc"),
            "dimension": ["conduct"] * 3,
            "verdict_a": ["adverse", "adverse", "no_change"],
        }
    )
    (line,) = board.flips(rows).itertuples()
    assert line.verdict == "disturbed"
    assert line.turned_by == ""  # without a: one of two is still a half
    rows["verdict_a"] = ["adverse", "no_change", "no_change"]
    assert board.flips(rows)["turned_by"].tolist() == ["b: disturbed; c: disturbed"]
    assert board.dimensions(rows).to_dict() == {"conduct": "not shown"}


def test_windows_are_counted_to_the_day():
    days = ["2022-06-19", "2023-06-18", "2023-06-19", "2024-06-18", "2024-06-19", "2025-06-18", "2025-06-19"]
    rows = pd.DataFrame({"date": pd.to_datetime(days), "published": pd.Timestamp("2025-07-01")})
    found = measures.windows(rows, 12, "2021-06-19")
    assert (found.before, found.after) == (2, 2)
    assert found.earlier == ((-2.0, 0.0), (-1.0, 2.0))
    assert len(found.rows) == 6  # the last day is outside


def test_every_indicator_has_a_measure_and_every_measure_an_indicator():
    assert set(tables.load("indicators")["indicator_id"]) == set(measures.MEASURES)


def test_values_that_other_pages_print():
    found = board.values().set_index("indicator_id")
    # SIPRI's yearbooks of 2024 and 2025: about 50 warheads each
    assert found.loc["warheads", ["value_before", "value_after"]].tolist() == [50, 50]
    # the ROK's ministry counted 32 waves of balloons, the first four before the treaty
    assert found.loc["balloons", ["value_before", "value_after"]].tolist() == [4, 28]
    # China's treaty of 1961 stands; Russia's of 2024 came into force on 4 December
    assert found.loc["defence-obligations", ["value_before", "value_after"]].tolist() == [1, 2]
    # growth of the ROK's budget: 3.4, 4.4 and 4.2 per cent, then 7.5 for 2026
    assert found.loc["rok-budget", "value_before"] == pytest.approx(4.0)


def test_thresholds_are_those_committed_before():
    fixed = tables.load("indicators").set_index("indicator_id")
    assert len(fixed) >= 12 and fixed["dimension"].nunique() == 5
    assert fixed.loc["launch-days", ["test_a", "threshold_a", "test_b", "threshold_b"]].tolist() == [
        *("ratio", 1.5),
        *("ratio", 1.5),
    ]
    assert fixed.loc["warheads", ["test_a", "threshold_a"]].tolist() == ["difference", 20]


def test_a_stricter_threshold_asks_for_twice_the_change():
    assert board.scaled("difference", 20, 2) == 40 and board.scaled("difference", -1, 0.5) == -0.5
    assert board.scaled("ratio", 1.5, 2) == 2.25 and board.scaled("ratio", 0.25, 0.5) == 0.5
    with pytest.raises(ValueError, match="positive scale"):
        board.scaled("ratio", 2, 0)


def test_values_are_written_shortly():
    assert [board.written(v) for v in (None, 14.0, 0.8354, 50.2e9)] == ["–", "14", "0.835", "50.2 billion"]


def test_no_number_is_no_verdict():
    assert judged(10, float("nan")) == "undefined"
    assert judged(float("nan"), 3, "difference", 1) == "undefined"


def test_what_only_meets_its_trend_leans():
    # 1, 2, 3 before: the line gives 4, in binary 4.000000000000001
    assert judged(3, 4, "difference", 1, earlier=(1, 2)) == "leans_adverse"
    # 5, 50, 100 before: a line to 146.7; 200 is above it, 140 clear of chance and below it
    assert judged(100, 140, "ratio", 1.2, kind="count", earlier=(5, 50)) == "leans_adverse"
    # a fall: 100, 50, 20 before lead to nought, so that 5 is no relief beyond the trend
    assert judged(20, 5, kind="count", earlier=(100, 50)) == "leans_relief"


def test_a_threshold_on_the_wrong_side_is_refused():
    for wrong in ({"threshold": 0.5}, {"test": "difference", "threshold": -2}, {"threshold": 0}):
        with pytest.raises(ValueError, match="on the adverse side of"):
            judged(1, 2, **wrong)
    with pytest.raises(ValueError, match="one of count"):
        judged(1, 2, kind="guess")


FIXED = {
    "warheads": ("difference", 20, "ratio", 1.5, "estimate"),
    "new-systems": ("ratio", 1.5, "ratio", 2, "count"),
    "russian-arms": ("difference", 2, "difference", 2, "state"),
    "refined-oil": ("difference", 1, "difference", 1, "estimate"),
    "launch-days": ("ratio", 1.5, "ratio", 1.5, "count"),
    "missiles": ("ratio", 2, "ratio", 2, "count"),
    "border-incidents": ("ratio", 2, "ratio", 2, "count"),
    "balloons": ("difference", 12, "difference", 12, "count"),
    "severe-incidents": ("difference", 1, "difference", 1, "count"),
    "rok-budget": ("difference", 2, "difference", 3, "rate"),
    "japan-spending": ("ratio", 1.25, "ratio", 1.3, "estimate"),
    "exercise-days": ("ratio", 1.5, "ratio", 1.5, "count"),
    "trilateral": ("difference", 3, "ratio", 2, "count"),
    "nuclear-opinion": ("difference", 5, "difference", 5, "share"),
    "visits": ("difference", 6, "ratio", 2, "count"),
    "votes": ("difference", 0.05, "difference", 0.1, "share"),
    "patrols": ("difference", 2, "difference", 2, "count"),
    "joint-exercises": ("difference", 2, "difference", 2, "count"),
    "defence-obligations": ("difference", 1, "difference", 1, "state"),
    "troops-abroad": ("difference", 1000, "difference", 3000, "estimate"),
    "un-measures": ("difference", -1, "ratio", 0.5, "count"),
    "agreement-2018": ("difference", 1, "difference", 1, "state"),
}
"""What the two setters wrote before any value was computed (commit e84d1fb)."""


def test_every_threshold_is_the_one_committed_before():
    rows = tables.load("indicators").set_index("indicator_id")
    columns = ["test_a", "threshold_a", "test_b", "threshold_b", "kind"]
    assert {i: tuple(rows.loc[i, columns]) for i in rows.index} == FIXED


# Counted by hand on what others print: the ROK's JCS and Japan's ministry on launches, Japan's joint staff
# on patrols, the UN's numbers of resolutions, SIPRI's releases, the ROK's ministry on its budget.
PRINTED = {
    "missiles": (31, 22),
    "launch-days": (14, 10),
    "severe-incidents": (0, 0),
    "patrols": (3, 5),
    "un-measures": (1, 0),
    "trilateral": (6, 6),
    "visits": (14, 13),
    "joint-exercises": (0, 0),
    "agreement-2018": (4, 0),
    "russian-arms": (0, 3),
    "border-incidents": (14, 6),
    "exercise-days": (42, 59),
    "troops-abroad": (0, 10_000),
    "japan-spending": (50.2e9, 62.0e9),
}


def test_the_values_stand_as_counted():
    found = board.values().set_index("indicator_id")
    assert {i: tuple(found.loc[i, ["value_before", "value_after"]]) for i in PRINTED} == PRINTED
    assert found.loc["votes", "value_after"] == pytest.approx(0.837, abs=5e-4)  # 72 of 86 votes of 2024
    assert found.loc["rok-budget", "value_after"] == pytest.approx((3.067 + 7.5) / 2, abs=0.01)
    # no estimate of oil begins after the treaty, no pollster asked again a year or more after it
    assert set(found.index[found["verdict_a"] == "undefined"]) == {"refined-oil", "nuclear-opinion"}


def test_each_setter_is_judged_by_its_own_threshold_and_scale_is_minded():
    found = board.values().set_index("indicator_id")
    assert tuple(found.loc["new-systems", ["verdict_a", "verdict_b"]]) == ("leans_adverse", "no_change")
    doubled = board.values(scale=2).set_index("indicator_id")
    assert doubled.loc["balloons", "verdict_a"] == "adverse"  # 24 more, just twice what was asked
    assert doubled.loc["defence-obligations", "verdict_a"] == "no_change"
