"""Counting rules, comparisons before and after, and placebos, against hand counts."""

import numpy as np
import pandas as pd
import pytest

from helpers import events


def launches(*rows):
    columns = ["launch_id", "date", "class", "low", "central", "bound", "outcome", "failed"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        date=pd.to_datetime(frame["date"]), failed=frame["failed"].astype("Int64"), grade="B1"
    )


SEVEN = launches(
    ("a", "2022-11-02", "srbm", None, 4, "exact", "success", None),
    ("b", "2022-11-02", "srbm", 6, None, "at_least", "success", None),
    ("c", "2022-11-03", "icbm", None, 1, "exact", "failure", None),
    ("d", "2022-11-03", "srbm", None, 2, "about", "partial", 1),
    ("e", "2022-10-12", "cruise", None, 2, "exact", "success", None),
    ("f", "2023-05-31", "space_launcher", None, 1, "exact", "failure", 1),
    ("g", "2023-12-18", "icbm", None, 1, "exact", "success", None),
)


@pytest.mark.parametrize(
    ("rule", "total"),
    [
        ("days", 3),
        ("launches", 5),
        ("launches and cruise", 6),
        ("missiles", 14),
        ("missiles flown", 12),
        ("missiles and space", 15),
        ("everything", 17),
    ],
)
def test_each_rule_counts_as_by_hand(rule, total):
    assert events.counted(SEVEN, events.RULES[rule])["number"].sum() == total


def test_a_failed_missile_is_no_day_and_a_low_end_is_marked():
    flown = events.counted(SEVEN, events.RULES["missiles flown"])
    assert "c" not in set(flown["launch_id"])
    assert list(flown.loc[flown["open"], "launch_id"]) == ["b"]


def test_what_is_graded_doubtful_does_not_count():
    doubtful = SEVEN.assign(grade=["B4", "C5", "B3", "B2", "B1", "B1", "B1"])
    assert events.counted(doubtful, events.RULES["launches"])["launch_id"].tolist() == ["c", "d", "g"]


def test_a_rule_with_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="launches, missiles or days"):
        events.counted(SEVEN, events.Rule("x", events.BALLISTIC, "rockets"))


def test_empty_months_are_counted_as_zero():
    rows = events.counted(SEVEN, events.RULES["missiles"])
    months = events.per_period(rows, "2022-10-01", "2023-12-31", number="number")
    assert len(months) == 15 and months["2022-11-01"] == 13 and months.sum() == 14
    years = events.per_period(rows, "2021-01-01", "2023-12-31", "YS")
    assert years.tolist() == [0, 4, 1]


def test_the_day_itself_belongs_to_the_later_window():
    days = pd.DataFrame(
        {"date": pd.to_datetime(["2024-03-19", "2024-06-18", "2024-06-19", "2024-09-18", "2024-09-19"])}
    )
    assert events.before_after(days, "2024-06-19", 3) == (2, 2)
    assert events.before_after(days.assign(n=2), "2024-06-19", 3, "n") == (4, 4)


def test_placebos_show_how_rare_a_rise_is():
    # One event a month for six years, four a month after the day in question.
    steady = pd.date_range("2018-01-15", "2024-06-15", freq="30D")
    burst = pd.date_range("2024-06-19", "2025-06-30", freq="7D")
    days = pd.DataFrame({"date": steady.append(burst)})
    table = events.placebos(days, "2024-06-19", 6, "2018-01-01", "2025-06-30")
    assert table["actual"].sum() == 1
    assert table["date"].min() >= pd.Timestamp("2018-07-01") and table["date"].max() <= pd.Timestamp(
        "2025-01-01"
    )
    assert events.placebo_share(table) < 0.02
    assert events.placebo_share(table, rise=False) > 0.98
    one = table[table["actual"]].iloc[0]
    assert (one["before"], one["after"]) == events.before_after(days, "2024-06-19", 6)
    for row in table.iloc[::40].itertuples():
        assert (row.before, row.after) == events.before_after(days, row.date, 6)
    calm = events.placebos(days, "2021-06-19", 6, "2018-01-01", "2024-06-18")
    assert events.placebo_share(calm) > 0.2


def test_placebos_need_their_windows_inside():
    days = pd.DataFrame({"date": pd.to_datetime(["2024-06-19"])})
    with pytest.raises(ValueError, match="inside 2024-01-01 to 2024-12-31"):
        events.placebos(days, "2024-06-19", 12, "2024-01-01", "2024-12-31")


SPANS = pd.DataFrame(
    {"start": pd.to_datetime(["2024-03-04", "2024-03-10", "2024-08-19"]),
     "end": pd.to_datetime(["2024-03-10", "2024-03-14", None])}
)  # fmt: skip


def test_days_of_overlapping_spans_count_once():
    assert len(events.days_in(SPANS)) == 11 + 1
    assert len(events.days_in(SPANS, ahead=1, after=2)) == 14 + 4
    assert len(events.days_in(SPANS.iloc[:0])) == 0


def test_events_inside_and_outside_are_counted_with_their_days():
    days = pd.DataFrame({"date": pd.to_datetime(["2024-03-04", "2024-03-14", "2024-05-01", "2023-03-05"])})
    found = events.inside_outside(days, events.days_in(SPANS), "2024-01-01", "2024-12-31")
    assert found == {"inside": 2, "outside": 1, "days_inside": 12, "days_outside": 354}


def test_shifts_keep_the_days_and_find_the_real_place():
    days = pd.DataFrame({"date": pd.date_range("2024-03-04", "2024-03-14")})
    table = events.shifted(days, events.days_in(SPANS), "2024-01-01", "2024-12-31")
    assert len(table) == 366 and table.loc[0, "inside"] == 11
    # eleven events on twelve days, none on 354 others, half an event added to each side
    assert table.loc[0, "ratio"] == pytest.approx((11.5 / 12) / (0.5 / 354))
    assert events.placebo_share(table) == 0
    assert table["inside"].sum() == 11 * 12  # every event meets every one of the twelve days once


def test_a_comparison_is_made_for_each_vintage():
    rows = launches(
        *[(f"b{n}", f"2024-06-{n:02}", "srbm", None, 1, "exact", "success", None) for n in (1, 10, 18)],
        ("a1", "2024-06-19", "icbm", None, 1, "exact", "success", None),
        ("a2", "2024-06-30", "srbm", None, 2, "exact", "success", None),
    ).assign(published=lambda t: t["date"])
    rows.loc[rows["launch_id"] == "a2", "published"] = pd.Timestamp("2024-08-01")
    table = events.by_vintage(
        rows, events.RULES["missiles"], "2024-06-19", ["2024-06-28", "2024-06-30", "2024-08-01"]
    )
    assert table["days"].tolist() == [10, 12, 44]
    assert table["before"].tolist() == [2, 2, 3]  # from 9 June, from 7 June, and all
    assert table["after"].tolist() == [1, 1, 3]  # the salvo of 30 June was told in August
    assert table["ratio"].iloc[2].central == 1
    with pytest.raises(ValueError, match="on or after 2024-06-19"):
        events.by_vintage(rows, events.RULES["days"], "2024-06-19", ["2024-06-18"])


def test_ends_of_ranges_and_rows_of_unknown_credit_count_and_rows_without_a_figure_do_not():
    rows = launches(
        ("a-late", "2022-11-05", "srbm", 3, None, "range", "success", None),
        ("b-early", "2022-11-01", "srbm", 2, 4, "range", "success", None),
    ).assign(grade=["F6", "B2"])
    found = events.counted(rows, events.RULES["missiles"])
    assert found["launch_id"].tolist() == ["b-early", "a-late"]
    assert found["number"].tolist() == [2, 3] and found["open"].all()
    assert not events.counted(rows, events.RULES["launches"])["open"].any()
    with pytest.raises(ValueError, match="b-early: expected low or central"):
        events.counted(rows.assign(low=[3, np.nan], central=np.nan), events.RULES["days"])


def test_a_part_of_a_period_is_refused():
    rows = events.counted(SEVEN, events.RULES["days"])
    assert events.per_period(rows, "2022-11-01", "2022-11-30").tolist() == [
        2
    ]  # what lies outside is left out
    assert events.per_period(rows, "2022-10-01", "2023-12-31", "QS").tolist() == [2, 0, 0, 0, 1]
    for first, last in (("2022-11-02", "2022-12-31"), ("2022-11-01", "2022-12-30")):
        with pytest.raises(ValueError, match="whole periods"):
            events.per_period(rows, first, last)
    with pytest.raises(ValueError, match="MS, QS or YS"):
        events.per_period(rows, "2022-11-01", "2022-12-31", "W")
    with pytest.raises(ValueError, match="whole periods"):
        events.per_period(rows, "2022-11-01", "2022-12-31", "QS")


def test_placebos_are_those_counted_by_hand():
    days = pd.DataFrame({"date": pd.to_datetime(["2024-01-10", "2024-02-14", "2024-02-15", "2024-03-31"])})
    table = events.placebos(days, "2024-02-15", 1, "2024-01-01", "2024-03-28")
    assert [f"{d:%m-%d}" for d in table["date"]] == ["02-01", "02-08", "02-15", "02-22", "02-29"]
    assert table["before"].tolist() == [1, 1, 1, 2, 2] and table["after"].tolist() == [2, 2, 1, 0, 0]
    assert table["ratio"].tolist() == pytest.approx([2.5 / 1.5, 2.5 / 1.5, 1, 0.5 / 2.5, 0.5 / 2.5])
    assert table["near"].tolist() == [True, True, False, True, True]
    with pytest.raises(ValueError, match="one other date"):  # each date but the one is near
        events.placebo_share(table)
    assert events.placebo_share(table.drop(columns="near")) == 0.5
    assert events.placebo_share(table.drop(columns="near"), rise=False) == 0.5
    equal = table.drop(columns="near").assign(ratio=1.0)
    assert events.placebo_share(equal) == events.placebo_share(equal, rise=False) == 1


def test_days_move_forward_and_need_others():
    days = pd.DataFrame({"date": pd.to_datetime(["2024-01-03"])})
    table = events.shifted(days, pd.to_datetime(["2024-01-01", "2023-12-31"]), "2024-01-01", "2024-01-10")
    assert table.loc[table["inside"] == 1, "shift"].tolist() == [2]
    for some in (pd.DatetimeIndex([]), pd.date_range("2024-01-01", "2024-01-10")):
        with pytest.raises(ValueError, match="some days"):
            events.shifted(days, some, "2024-01-01", "2024-01-10")
    beyond = events.inside_outside(
        days, pd.date_range("2023-12-30", "2024-01-03"), "2024-01-01", "2024-01-10"
    )
    assert beyond == {"inside": 1, "outside": 0, "days_inside": 3, "days_outside": 7}


def test_long_spans_without_an_event_are_listed():
    days = pd.Series(pd.to_datetime(["2020-01-10", "2020-03-10", "2020-03-15", "2020-03-15", "2021-01-01"]))
    table = events.gaps(days.iloc[::-1], "2020-01-01", "2020-12-31", 30)
    assert table["days"].tolist() == [60, 291]  # 21 days of January, 29 of February and 10 of March
    assert table["open"].tolist() == [False, True]
    assert events.gaps(days, "2020-01-01", "2020-12-31", 9)["days"].tolist() == [9, 60, 291]
    assert events.gaps(days, "2020-01-10", "2020-03-15", 5)["open"].tolist() == [False, False]
    assert events.gaps(days, "2020-01-01", "2020-12-31", 0)["days"].tolist() == [9, 60, 5, 291]
    with pytest.raises(ValueError, match="first day before the last"):
        events.gaps(days, "2020-12-31", "2020-01-01", 1)


def test_events_are_counted_per_year_and_kind_with_the_empty_years():
    days = pd.Series(pd.to_datetime(["2018-05-01", "2018-06-01", "2021-03-02", "2017-01-01"]))
    table = events.by_year(days, pd.Series(["a", "b", "a", "a"]), ["b", "a", "c"], 2018)
    assert table.to_dict("index") == {
        2018: {"b": 1, "a": 1, "c": 0}, 2019: {"b": 0, "a": 0, "c": 0},
        2020: {"b": 0, "a": 0, "c": 0}, 2021: {"b": 0, "a": 1, "c": 0},
    }  # fmt: skip
    labels = events.to_month(table.index, days.max())
    assert (labels[2018], labels[2021]) == ("2018", "2021\nto March")
    assert events.to_month([2020], pd.Timestamp("2020-12-24")) == {2020: "2020"}
    with pytest.raises(ValueError, match="in or after 2022"):
        events.by_year(days, pd.Series(["a"] * 4), ["a"], 2022)
