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
