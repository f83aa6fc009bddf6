"""Charts of events and comparisons draw what they are given and refuse to draw nothing."""

import numpy as np
import pandas as pd
import pytest

from helpers import comparisons, timelines


@pytest.fixture
def incidents():
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2023-11-22", "2024-06-04", "2025-06-11"]),
            "end": pd.to_datetime([None, "2024-07-01", None]),
            "direction": ["escalation", "escalation", "de_escalation"],
        }
    )


def test_lanes_carry_each_event_and_mark_the_treaty(incidents):
    lane = pd.Series(["agreement", "agreement", "loudspeakers"])
    words = pd.Series(["suspended in part", None, None])
    chart = timelines.lanes(incidents, lane, title="Two lanes", caption="Sources.", text=words)
    ax = chart.figure.axes[0]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["agreement", "loudspeakers"]
    assert chart.drawn["date"].tolist() == incidents["date"].tolist()
    texts = [t.get_text() for t in ax.texts]
    assert "suspended in part" in texts and any("treaty signed" in t for t in texts)
    assert "restores or lowers it" in chart.figure.get_supxlabel()
    with pytest.raises(ValueError, match="the index of the rows"):
        timelines.lanes(incidents, lane.iloc[::-1], title="None", caption="")
    with pytest.raises(ValueError, match="expected rows to draw"):
        timelines.lanes(incidents.iloc[:0], lane.iloc[:0], title="None", caption="")


def test_steps_show_the_mean_of_each_segment():
    counts = pd.Series([2, 4, 0, 0], index=pd.date_range("2024-01-01", periods=4, freq="MS"))
    kwargs = {"title": "t", "ylabel": "launches", "caption": "c"}
    chart = timelines.steps(counts, starts="2024-03", marks={"treaty": "2024-03-19"}, **kwargs)
    assert chart.drawn["mean"].tolist() == [3, 3, 0, 0]
    assert timelines.steps(counts, **kwargs).drawn["mean"].tolist() == [1.5] * 4
    assert [t.get_text() for t in chart.figure.axes[0].texts] == ["treaty"]


def test_a_placebo_chart_names_the_day_and_its_ratio():
    table = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=5, freq="7D"),
            "before": [1, 1, 1, 1, 1],
            "after": [1, 2, 3, 2, 1],
            "ratio": [1.0, 5 / 3, 7 / 3, 5 / 3, 1.0],
            "actual": [False, False, True, False, False],
        }
    )
    chart = timelines.placebo(table, title="t", caption="c", label="treaty", ylabel="ratio")
    assert chart.drawn is table
    assert [t.get_text() for t in chart.figure.axes[0].texts] == ["treaty: 2.33"]


def test_a_forest_keeps_its_intervals_and_cuts_them_with_an_arrow():
    table = pd.DataFrame(
        {
            "label": ["a", "b"],
            "low": [0.5, 0.0],
            "central": [1.0, 2.0],
            "high": [2.0, np.inf],
            "text": ["1.0", "2.0"],
        }
    )
    chart = comparisons.forest(table, title="t", xlabel="rate ratio", caption="c", limits=(0.2, 5))
    ax = chart.figure.axes[0]
    assert chart.drawn.equals(table) and ax.get_xscale() == "log"
    assert {line.get_marker() for line in ax.lines} >= {"D", "<", ">"}
    assert [t.get_text() for t in ax.texts] == ["1.0", "2.0"]
    with pytest.raises(ValueError, match="expected rows to draw"):
        comparisons.forest(table.iloc[:0], title="t", xlabel="x", caption="c")


def test_a_grid_writes_its_codes_so_that_colour_is_not_needed():
    codes = pd.DataFrame(
        {"treaty": ["condemns", "none_found"], "troops": ["neutral", None]}, index=["ROK", "X"]
    )
    added = pd.DataFrame({"treaty": ["S", None], "troops": [None, None]}, index=["ROK", "X"])
    chart = comparisons.grid(codes, title="t", caption="c", shades=comparisons.STANCE_SHADES, extra=added)
    assert [t.get_text() for t in chart.figure.axes[0].texts] == ["condemns S", "neutral", "none found"]
    assert chart.drawn["row"].tolist() == ["ROK", "ROK", "X"]


def test_what_lasts_is_a_bar_and_the_treaty_is_marked_only_among_events(incidents):
    lane = pd.Series(["a", "b", "c"])
    bars = lambda chart: [ln for ln in chart.figure.axes[0].lines if ln.get_linewidth() == 4]  # noqa: E731
    assert len(bars(timelines.lanes(incidents, lane, title="t", caption="c"))) == 1
    day = incidents.assign(end=incidents["date"])
    assert bars(timelines.lanes(day, lane, title="t", caption="c")) == []
    early = timelines.lanes(incidents.iloc[:2], lane.iloc[:2], title="t", caption="c")
    assert not list(early.figure.axes[0].texts)


def test_the_mean_reaches_to_the_end_of_the_last_bar_and_one_bar_is_too_few():
    counts = pd.Series([2, 4, 0, 9], index=pd.date_range("2024-01-01", periods=4, freq="MS"))
    ax = timelines.steps(counts, title="t", ylabel="y", caption="c").figure.axes[0]
    (line,) = ax.lines
    assert pd.Timestamp(line.get_xdata()[-1]) >= pd.Timestamp("2024-05-01")
    assert line.get_ydata().tolist() == [3.75] * 5 and ax.get_ylim() == (0, pytest.approx(10.8))
    with pytest.raises(ValueError, match="two periods"):
        timelines.steps(counts.iloc[:1], title="t", ylabel="y", caption="c")


def test_the_band_of_a_placebo_chart_holds_nine_tenths_of_the_others():
    ratio = np.linspace(1, 2, 101)
    table = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=102), "ratio": [*ratio, 50.0]})
    table["actual"] = table.index == 101
    ax = timelines.placebo(table, title="t", caption="c", label="l", ylabel="y").figure.axes[0]
    (band,) = ax.patches
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((1.05, 1.95))
    assert ax.get_yscale() == "log"


def test_a_forest_marks_the_reference_and_hollow_marks_and_reads_its_limits_from_the_table():
    table = pd.DataFrame(
        {
            "label": ["a", "b"],
            "low": [0.5, 1.0],
            "central": [1.0, 9.0],
            "high": [2.0, 4.0],
            "hollow": [True, False],
        }
    )
    ax = comparisons.forest(table, title="t", xlabel="x", caption="c", limits=(0.5, 4)).figure.axes[0]
    marks = [ln for ln in ax.lines if ln.get_marker() == "D"]
    assert [m.get_markerfacecolor() for m in marks] == ["white"]  # the other lies beyond the limits
    assert any(list(ln.get_xdata()) == [1, 1] for ln in ax.lines)
    free = comparisons.forest(table.iloc[:1], title="t", xlabel="x", caption="c").figure.axes[0]
    assert free.get_xlim() == pytest.approx((0.5 / 4**0.06, 2 * 4**0.06))
    solid = comparisons.forest(table.drop(columns="hollow").iloc[:1], title="t", xlabel="x", caption="c")
    assert [ln.get_markerfacecolor() for ln in solid.figure.axes[0].lines if ln.get_marker() == "D"] == [
        "#222222"
    ]


def test_a_grid_shades_each_code_in_its_place_and_knows_all_codes():
    codes = pd.DataFrame({"treaty": ["condemns", None], "troops": [None, "neutral"]}, index=["ROK", "X"])
    chart = comparisons.grid(codes, title="t", caption="c", shades=comparisons.STANCE_SHADES)
    boxes = [
        (p.get_facecolor(), round(p.get_x() + 0.48), round(p.get_y() + 0.46))
        for p in chart.figure.axes[0].patches
    ]
    assert [b[1:] for b in boxes] == [(0, 0), (1, 1)] and boxes[0][0] != boxes[1][0]
    one = pd.DataFrame({"treaty": [None, None], "troops": ["neutral", None]})
    (box,) = (
        comparisons.grid(one, title="t", caption="c", shades=comparisons.STANCE_SHADES).figure.axes[0].patches
    )
    assert (round(box.get_x() + 0.48), round(box.get_y() + 0.46)) == (1, 0)
    for bad in (codes.replace("neutral", "cross"), codes.iloc[:0]):
        with pytest.raises(ValueError, match="expected codes among condemns"):
            comparisons.grid(bad, title="t", caption="c", shades=comparisons.STANCE_SHADES)


def test_visits_stand_at_rank_and_day_with_their_gaps():
    visits = pd.DataFrame(
        {
            "visit_id": ["v1", "v2", "v3"],
            "dyad": ["china_dprk", "russia_dprk", "russia_dprk"],
            "visitor_rank": ["leader", "minister", "other"],
            "traveller": ["DPRK", "Russia", "Russia"],
            "start": pd.to_datetime(["2019-01-07", "2024-11-29", "2024-12-01"]),
            "form": ["trip", "meeting", "trip"],
        }
    )
    gaps = pd.DataFrame(
        {"dyad": ["china_dprk"], "start": [pd.Timestamp("2020-01-01")], "end": [pd.Timestamp("2023-03-27")]}
    ).assign(days=1181)
    names = {"china_dprk": "China and DPRK", "russia_dprk": "Russia and DPRK"}
    chart = timelines.calls(visits, names, gaps, title="t", caption="c")
    assert chart.drawn["visit_id"].tolist() == ["v1", "v2"]  # ranks below those drawn are left out
    ax = chart.figure.axes[0]
    marks = {line.get_marker(): line for line in ax.lines if len(line.get_xdata()) == 1}
    step = len(timelines.RANKS[:5]) + 1.2
    assert marks["P"].get_ydata()[0] == 0  # a leader on top of the first band
    assert marks["X"].get_ydata()[0] == pytest.approx(step + 3)  # a minister in the second
    assert (marks["P"].get_markerfacecolor(), marks["X"].get_markerfacecolor()) == ("#6A3D9A", "white")
    spans = [path.get_extents() for shade in ax.collections for path in shade.get_paths()]
    assert max(span.width for span in spans if span.height > 1) == 1181
    texts = [t.get_text().strip() for t in ax.texts]
    assert "China and DPRK" in texts and "1181 days" in texts
    assert any("treaty signed" in t for t in texts)
    with pytest.raises(ValueError, match="expected visits to draw"):
        timelines.calls(visits, {"other_dprk": "Others"}, gaps, title="t", caption="c")


def test_each_vote_is_written_as_it_was_cast():
    assert {vote: words for vote, (_, _, words) in comparisons.VOTE_SHADES.items()} == {
        "yes": "yes",
        "abstain": "abstains",
        "no": "no",
        "not_voting": "not voting",
        "not_member": "–",
    }
