"""A reader gets typed rows, and the vintage of a day holds nothing younger."""

import datetime as dt

import pandas as pd
import pytest

from helpers import tables


def test_types_follow_the_schema():
    rows = tables.load("estimates")
    assert rows["published"].dtype.kind == "M"
    assert rows["low"].dtype == "float64"
    assert tables.load("strikes")["killed"].dtype == "Int64"


def test_an_empty_cell_is_missing_not_zero():
    killed = tables.load("strikes")["killed"]
    raw = pd.read_csv(tables.DATA / "strikes.csv", dtype=str, keep_default_na=False)["killed"]
    assert killed.isna().sum() == (raw == "").sum() > 0


def test_every_row_of_the_file_is_there():
    for res in tables.package()["resources"]:
        if "schema" in res:
            lines = (tables.DATA / res["path"]).read_text(encoding="utf-8").count("\n") - 1
            assert len(tables.load(res["name"])) == lines


def test_known_by_keeps_what_was_public_that_day():
    then = tables.load("estimates", known_by="2024-06-30")
    assert 0 < len(then) < len(tables.load("estimates"))
    assert then["published"].max() <= pd.Timestamp("2024-06-30")
    dia = then.query("series == 'containers' and origin_id == 'rok-dia'")
    assert dia.empty  # the agency's first published count, 13,000, is of August 2024


def test_known_by_includes_the_day_itself():
    day = tables.load("estimates")["published"].min()
    assert len(tables.load("estimates", known_by=day.date())) >= 1
    assert tables.load("estimates", known_by=day.date() - dt.timedelta(days=1)).empty


@pytest.mark.parametrize("by", ["June 2024", "2024-06-31", "", 20240630])
def test_known_by_wants_a_date(by):
    with pytest.raises(ValueError, match="expected a date YYYY-MM-DD"):
        tables.load("estimates", known_by=by)


def test_a_table_without_dates_has_no_vintage():
    with pytest.raises(ValueError, match="origins has no day of publication"):
        tables.load("origins", known_by="2024-06-30")


def test_an_unknown_table_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"no table 'shells'.*estimates"):
        tables.load("shells")


def test_rows_are_kept_or_left_out_by_their_day_of_publication():
    days = pd.to_datetime(["2024-06-30", "2024-07-01", None])
    rows = pd.DataFrame({"row": [1, 2, 3], "published": days})
    assert tables.known(rows, "2024-06-30")["row"].tolist() == [1]
    with pytest.raises(ValueError, match="has no day of publication"):
        tables.known(rows[["row"]], "2024-06-30")


def test_the_description_names_every_table_with_licence_row_and_limits():
    package = tables.package()
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for res in package["resources"]:
        assert res["row"] and res["gathered"] and res["limits"] and res["hash"].startswith("sha256:")
    assert tables.resource("estimates")["schema"]["primaryKey"] == "estimate_id"


def test_a_day_may_be_given_as_text_date_or_timestamp():
    days = ["2024-06-19", dt.date(2024, 6, 19), pd.Timestamp("2024-06-19")]
    assert len({len(tables.load("estimates", known_by=day)) for day in days}) == 1


def test_the_coastline_is_no_table():
    with pytest.raises(ValueError, match="coastline is no table but geojson"):
        tables.load("coastline")


def test_then_is_set_beside_now():
    rows = pd.DataFrame({"published": pd.to_datetime(["2024-06-30", "2024-07-01"]), "n": [1, 2]})
    both = tables.then_and_now(rows)
    assert {name: part["n"].tolist() for name, part in both.items()} == {
        "public by 30 June 2024": [1],
        "today": [1, 2],
    }
