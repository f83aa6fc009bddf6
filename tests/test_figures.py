"""What a chart draws is what the rows say, in the house style."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts, estimates, figures, tables


@pytest.fixture
def rows():
    return pd.DataFrame(
        {
            "estimate_id": ["a", "b", "c"],
            "origin_id": ["rok-dia", "msmt", "osc"],
            "as_of": pd.to_datetime(["2024-01-31", "2024-08-27", "2025-03-31"]),
            "low": [np.nan, 20_000, 4_000],
            "central": [13_000, np.nan, np.nan],
            "high": [np.nan, np.nan, 6_000],
            "bound": ["about", "at_least", "range"],
            "unit": ["containers"] * 3,
            "basis": ["estimated"] * 3,
        }
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6.5e6, "6.5 million"),
        (16_500, "16,500"),
        (20e9, "20 billion"),
        (46.25, "46.25"),
        (999_996_000, "1 billion"),
        (0.04, "0.04"),
        (999, "999"),
        (28.7e12, "28.7 trillion"),
        (0, "0"),
    ],
)
def test_numbers_are_written_as_readers_say_them(value, text):
    assert estimates.plain(value) == text


def test_a_bound_is_said_as_a_bound(rows):
    assert [estimates.said(r) for _, r in rows.iterrows()] == [
        "about 13,000",
        "at least 20,000",
        "4,000 – 6,000",
    ]


def test_an_actor_keeps_its_colour(rows):
    assert figures.actors(rows).tolist() == ["ROK", "International", "Research"]
    assert figures.actors(tables.load("estimates")).isin(figures.ACTORS).all()


def test_bodies_of_a_state_share_a_line_and_study_groups_do_not():
    rows = pd.DataFrame({"origin_id": ["rok-dia", "rok-mnd", "osc", "fnf", "msmt"]})
    assert figures.lines(rows).tolist() == ["ROK", "ROK", "OSC", "FNF", "MSMT"]


@pytest.mark.parametrize(("value", "text"), [(500, "500"), (2.5e6, "2.5 m"), (2e10, "20 bn"), (0.5, "0.5")])
def test_ticks_are_short(value, text):
    assert figures.tick(value) == text


def test_actors_differ_in_greyscale_or_marker():
    markers = [m for _, m in figures.ACTORS.values()]
    assert len(set(markers)) == len(markers)


def test_a_range_is_drawn_as_a_range_and_a_bound_as_an_arrow(rows):
    chart = charts.ranges(
        rows, rows["origin_id"], title="A finding", xlabel="containers", caption="Sources: x."
    )
    ax = chart.figure.axes[0]
    assert any(set(line.get_xdata()) == {4_000, 6_000} for line in ax.lines)
    arrows = [t for t in ax.texts if t.arrow_patch is not None]
    assert len(arrows) == 1 and arrows[0].xy[0] == 20_000
    assert [t.get_text() for t in ax.get_yticklabels()] == ["rok-dia", "msmt", "osc"]


def test_arrows_point_away_from_the_bound(rows):
    ends = []
    for bound, column in (("at_least", "low"), ("at_most", "high")):
        one = rows.head(1).assign(low=np.nan, central=np.nan, high=np.nan, bound=bound)
        one[column] = 100.0
        chart = charts.ranges(one, one["origin_id"], title="A finding", xlabel="x", caption="y")
        (arrow,) = [t for t in chart.figure.axes[0].texts if t.arrow_patch is not None]
        ends.append(arrow.xyann[0])
    assert ends[0] > 0 > ends[1]


def test_reference_lines_are_part_of_the_drawn_data(rows):
    words = {"title": "A finding", "xlabel": "x", "caption": "y"}
    chart = charts.ranges(rows, rows["origin_id"], marks={"cap": 5_000.0}, **words)
    assert chart.drawn.iloc[-1][["label", "central", "bound"]].tolist() == ["cap", 5_000.0, "mark"]


def test_nothing_to_draw_is_said(rows):
    with pytest.raises(ValueError, match="expected rows to draw, got none"):
        charts.ranges(rows.head(0), rows["origin_id"].head(0), title="t", xlabel="x", caption="y")


def test_a_chart_carries_its_data_title_unit_and_caption(rows):
    for chart in (
        charts.ranges(
            rows, rows["origin_id"], title="A finding", xlabel="containers (number)", caption="Sources: x."
        ),
        charts.over_time(rows, title="A finding", ylabel="containers (number)", caption="Sources: x."),
    ):
        assert chart.drawn["estimate_id"].tolist() == ["a", "b", "c"]
        assert chart.figure.get_suptitle() == "A finding"
        assert chart.figure.get_supxlabel() == "Sources: x."
        ax = chart.figure.axes[0]
        assert "containers (number)" in (ax.get_xlabel(), ax.get_ylabel())


def test_the_treaty_is_marked_on_a_time_axis(rows):
    ax = charts.over_time(rows, title="A finding", ylabel="containers", caption="Sources: x.").figure.axes[0]
    assert any("19 June 2024" in t.get_text() for t in ax.texts)


def test_axes_of_dates_are_brief_and_may_mark_the_treaty():
    figure, ax = figures.canvas("A finding", 3, "Sources: x.")
    ax.plot(pd.to_datetime(["2023-01-01", "2026-01-01"]), [1, 2])
    figures.date_axis(ax)
    figures.mark_pact(ax)
    figure.draw_without_rendering()
    assert "2024" in [t.get_text() for t in ax.get_xticklabels()]
    assert [t.get_text() for t in ax.texts] == ["treaty signed\n19 June 2024"]


def test_bars_stack_and_keep_their_table():
    table = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["x", "y"])
    look = {"a": ("#0072B2", ""), "b": ("#D55E00", "//")}
    chart = charts.bars(
        table, title="A finding", xlabel="month", ylabel="missiles", caption="Sources: x.", colours=look
    )
    tops = [p.get_y() + p.get_height() for p in chart.figure.axes[0].patches]
    assert max(tops) == 6
    assert chart.drawn[["a", "b"]].to_numpy().tolist() == [[1, 3], [2, 4]]


def test_periods_are_drawn_from_start_to_end(rows):
    periods = rows.assign(start=pd.Timestamp("2024-01-01"), end=rows["as_of"])
    words = {"title": "A finding", "caption": "Sources: x."}
    chart = charts.spans(periods, rows["origin_id"], rows["bound"], **words)
    assert chart.drawn["text"].tolist() == ["about", "at_least", "range"]
    assert [t.get_text() for t in chart.figure.axes[0].get_yticklabels()] == ["rok-dia", "msmt", "osc"]


def test_a_simulation_is_drawn_with_its_percentiles():
    draws = pd.DataFrame({"a": np.linspace(0, 1, 101), "result": np.linspace(0, 100, 101)})
    chart = charts.spread(
        draws,
        pd.Series({"a": 1.0}),
        {"a": "input a"},
        title="A finding",
        xlabel="rounds",
        caption="Sources: x.",
    )
    assert chart.drawn["value"].tolist() == [5, 50, 95, 1]


def test_the_coast_is_drawn_from_the_extract():
    places = tables.load("places")
    near = places[places["longitude"].between(129, 134.2) & places["latitude"].between(41.4, 44)]
    a, b = near["place_id"].iloc[:2]
    chart = charts.coast(near, [(a, b)], title="A finding", caption="Natural Earth.")
    assert len(chart.figure.axes[0].patches) >= 3
    assert chart.drawn["place_id"].tolist() == near["place_id"].tolist()
    assert chart.drawn.set_index("place_id").at[a, "route_to"] == b
    moved = charts.coast(near, [(a, b)], title="A finding", caption="Natural Earth.", beside={a: (-30, 9)})
    name = near.set_index("place_id").at[a, "name"]
    assert [t.xyann for t in moved.figure.axes[0].texts if t.get_text() == name] == [(-30, 9)]


def test_the_canvas_carries_title_and_caption_and_house_font():
    figure, axes = figures.canvas("A finding", 3.0, "Sources: x.", ncols=2)
    assert (figure.get_suptitle(), figure.get_supxlabel()) == ("A finding", "Sources: x.")
    assert len(axes) == 2 and figure.get_size_inches()[0] == figures.WIDTH
    axes[0].set_xlabel("containers")
    assert axes[0].xaxis.label.get_fontname() == "DejaVu Sans"


@pytest.mark.parametrize(("values", "whole"), [([1, 2], True), ([1, None], True), ([0.5, 2], False)])
def test_few_things_are_counted_in_whole_ticks(values, whole):
    table = pd.DataFrame({"a": values}, index=["x", "y"])
    chart = charts.bars(table, title="t", xlabel="x", ylabel="n", caption="c", colours={"a": ("#222222", "")})
    (ax,) = chart.figure.axes
    chart.figure.canvas.draw()
    assert all(float(t) == int(t) for t in ax.get_yticks()) == whole


def test_labels_keep_the_order_of_their_lines_and_the_frame():
    _, ax = figures.canvas("t", 4, "c")
    ax.set_ylim(0, 100)
    ends = [(0, 99, "high", "#000000"), (0, 98, "middle", "#000000"), (0, 10, "low", "#000000")]
    figures.spread_labels(ax, ends, 1)
    heights = {t.get_text().strip(): t.get_position()[1] for t in ax.texts}
    assert heights["low"] < heights["middle"] < heights["high"] <= 100
    leaders = [(line.get_ydata()[0], line.get_ydata()[1]) for line in ax.lines]
    assert (10, heights["low"]) in leaders


def test_bars_leave_the_room_that_is_asked_for():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]}, index=["x", "y"])
    colours = {"a": ("#222222", ""), "b": ("#777777", "//")}
    kwargs = {"title": "t", "xlabel": "x", "ylabel": "n", "caption": "c", "colours": colours}
    (ax,) = charts.bars(table, headroom=1.5, **kwargs).figure.axes
    assert ax.get_ylim()[1] == 6
