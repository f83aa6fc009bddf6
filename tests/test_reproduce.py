"""Others' numbers: the recipes against sums made by hand, the outcomes against what pages print."""

import shutil

import pandas as pd
import pytest

from helpers import cells, reproduce, tables
from helpers.findings import notebooks

DATA = tables.DATA


@pytest.mark.parametrize(
    ("recipe", "inputs", "value"),
    [
        ("product", "2 | 3 | /4", 1.5),
        ("product", "1 + 2 | /6", 0.5),
        ("sum", "1 | 2 | 3", 6),
        ("difference", "5 | 3", -2),
        ("growth", "50 | 75", 50),

        ("days", "visits:visit-20190424-ru-dprk-kim:start | visits:visit-20230912-ru-dprk-kim:start", 1602),
        ("years", "visits:visit-20190424-ru-dprk-kim:start | visits:visit-20230912-ru-dprk-kim:start", 4.386),
        ("count", "treaties | signed < '1970-01-01'", 5),
        ("total", "un_vote_pairs | resolutions | first == 'China' and second == 'ROK' and year == 2018", 107),
        ("total ratio", "treaties | articles | articles == 23 | articles == 10", 2.3),
        ("distance", "rajin | rajin", 0),
        ("distance", "rajin | dunai", 170.3),  # 42.23 N 130.30 E to 42.88 N 132.36 E, by the haversine
        ("same vote", "China | Russia | 2024", 67.05),  # MERICS prints 67 %
        ("launches", "missiles | 2018-01-01 | 2018-12-31", 0),
    ],
)  # fmt: skip
def test_a_recipe_gives_what_a_hand_does(recipe, inputs, value):
    ours, _ = reproduce.compute(recipe, inputs, DATA)
    assert ours == pytest.approx(value, rel=1e-3)


def test_what_is_not_there_is_named():
    with pytest.raises(KeyError, match="no recipe 'guess'"):
        reproduce.compute("guess", "1", DATA)
    with pytest.raises(KeyError, match="no row 'nowhere' in places"):
        reproduce.compute("distance", "rajin | nowhere", DATA)
    with pytest.raises(ValueError, match="a ballistic launch on 2018-06-12"):
        reproduce.compute("launch gap", "2018-06-12", DATA)


def test_a_recipe_that_cannot_be_followed_names_its_value(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "published_values.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("rajin | dunai", "rajin | atlantis"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"published_values: bloomberg-dunai-km: inputs: .*atlantis"):
        reproduce.compare(tmp_path / "data")


def test_tolerances_are_no_wider_than_the_page_rounds():
    for row in tables.load("published_values").itertuples():
        figure = max(abs(x) for x in (row.low, row.central, row.high) if not pd.isna(x))
        assert row.tolerance <= max(0.05 * figure, 0.5), (row.value_id, row.tolerance)


@pytest.mark.parametrize(
    ("bound", "low", "central", "high", "tolerance", "ours", "holds"),
    [
        ("exact", None, 7.5, None, 0.05, 7.54, True),
        ("exact", None, 7.5, None, 0.05, 7.56, False),
        ("at_least", 9, None, None, 0, 9.25, True),
        ("at_least", 9, None, None, 0, 8.9, False),
        ("at_most", None, None, 50, 0, 45, True),
        ("at_most", None, None, 50, 0, 51, False),
        ("range", 300, None, 500, 0, 400, True),
        ("range", 300, None, 500, 10, 289, False),
    ],
)
def test_a_match_minds_bound_and_rounding(bound, low, central, high, tolerance, ours, holds):
    row = pd.Series({"bound": bound, "low": low, "central": central, "high": high, "tolerance": tolerance})
    assert reproduce.agrees(ours, row) is holds


def test_every_published_value_matches_or_is_explained():
    found, behind = reproduce.compare()
    assert len(found) >= 25 and len(behind)
    assert set(found["outcome"]) <= {"match", "explained", "open"}, found[found["outcome"] == "unexplained"]
    assert found.loc[found["outcome"] == "match", "difference"].isna().all()


def test_every_analysis_notebook_is_touched():
    names = {p.relative_to(cells.NOTEBOOKS).with_suffix("").as_posix() for p in notebooks()}
    analysis = {n for n in names if n.split("/")[0] in ("arms_flows", "regional_reactions", "china_position")}
    assert set(tables.load("published_values")["notebook"]) == analysis


def test_a_figure_is_reckoned_and_not_read_off_one_row():
    for row in tables.load("published_values").itertuples():
        assert " | " in row.inputs or row.recipe == "launch gap", row.value_id
