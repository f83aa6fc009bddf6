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
    with pytest.raises(ValueError, match="a threshold that is a change"):
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
