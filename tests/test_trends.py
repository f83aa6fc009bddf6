"""Lines over years and months draw what they are given."""

import numpy as np
import pandas as pd
import pytest

from helpers import figures, trends

KWARGS = {"title": "Two lines", "ylabel": "USD bn", "caption": "Sources."}


def test_a_year_without_a_figure_breaks_the_line():
    table = pd.DataFrame(
        {"line": ["a", "a", "b", "a"], "x": [2019, 2021, 2020, 2022], "value": [1.0, 3.0, 2.0, 4.0]}
    )
    chart = trends.lines(table, {"a": "red", "b": "black"}, **KWARGS)
    (ax,) = chart.figure.axes
    line = next(part for part in ax.lines if len(part.get_xdata()) == 4)
    assert np.isnan(line.get_ydata()[1]) and list(line.get_ydata()[[0, 2, 3]]) == [1, 3, 4]
    assert chart.drawn[["line", "x", "value"]].to_numpy().tolist() == [
        ["a", 2019, 1.0], ["a", 2021, 3.0], ["a", 2022, 4.0], ["b", 2020, 2.0],
    ]  # fmt: skip
    assert {t.get_text().strip() for t in ax.texts} == {"a", "b"}


def test_bounds_get_an_arrow_and_days_mark_the_treaty():
    table = pd.DataFrame(
        {
            "line": ["a", "a", "a"],
            "x": pd.to_datetime(["2024-01-01", "2025-01-01", "2025-06-01"]),
            "value": [1.0, 2.0, 1.5],
            "bound": ["exact", "at_least", "at_most"],
        }
    )
    (ax,) = trends.lines(table, {"a": "blue"}, **KWARGS).figure.axes
    arrows = [t.xyann[1] for t in ax.texts if getattr(t, "arrow_patch", None) is not None]
    assert len(arrows) == 2 and arrows[0] > 0 > arrows[1]
    assert any("treaty signed" in t.get_text() for t in ax.texts)


def test_nothing_to_draw_and_a_line_without_ink_are_refused():
    table = pd.DataFrame({"line": ["a"], "x": [2020], "value": [np.nan]})
    for inks in ({"a": "red"}, {"b": "red"}):
        with pytest.raises(ValueError, match="expected lines among"):
            trends.lines(table, inks, **KWARGS)


def test_labels_of_lines_are_pushed_apart():
    _, ax = figures.canvas("t", 4, "c")
    ax.set_ylim(0, 100)
    figures.spread_labels(ax, [(0, 50, "one", "#000000"), (0, 51, "two", "#000000")], 1)
    heights = [t.get_position()[1] for t in ax.texts]
    assert heights[1] - heights[0] >= 5


def test_a_part_of_a_period_is_hollow_and_not_joined():
    table = pd.DataFrame(
        {
            "line": ["a"] * 3,
            "x": [2023, 2024, 2025],
            "value": [1.0, 2.0, -3.0],
            "bound": ["exact", "exact", "partial"],
        }
    )
    (ax,) = trends.lines(table, {"a": "blue"}, **KWARGS).figure.axes
    joined = max(ax.lines, key=lambda part: len(part.get_xdata()))
    assert list(joined.get_xdata()) == [2023, 2024]
    assert [p.get_markerfacecolor() for p in ax.lines if list(p.get_xdata()) == [2025]] == ["white"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["2023", "2024", "2025"]
    assert ax.get_ylim()[0] <= -3


def test_a_value_given_twice_and_an_unknown_ink_are_refused():
    twice = pd.DataFrame({"line": ["a", "a"], "x": [2020, 2020], "value": [1.0, 2.0]})
    with pytest.raises(ValueError, match="got two of 'a'"):
        trends.lines(twice, {"a": "red"}, **KWARGS)
    with pytest.raises(ValueError, match="expected inks among"):
        trends.lines(twice.iloc[:1], {"a": "pink"}, **KWARGS)
