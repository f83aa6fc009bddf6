"""A curator who breaks a table is told where and what was expected, all faults in one go."""

import csv
import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers import checks, dictionary, tables


@pytest.fixture
def copy(tmp_path):
    """A copy of the tables that a test may break."""
    return Path(shutil.copytree(tables.DATA, tmp_path / "data"))


def edit(data, name, line, **cells):
    """Overwrite cells of one row of a table, the header being line 1."""
    path = data / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for column, value in cells.items():
        rows[line - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def rewrite(data, table, change):
    path = data / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))


def faults(data):
    """All problems but the checksum's, which every edit causes."""
    return checks.problems(data, checksums=False)


def test_the_tables_of_the_collection_hold():
    assert checks.problems(tables.DATA) == []


@pytest.mark.parametrize(
    ("cells", "place", "expected"),
    [
        ({"published": "2024-13-02"}, "published", "expected a date YYYY-MM-DD, got '2024-13-02'"),
        ({"published": "2023-02-29"}, "published", "expected a date YYYY-MM-DD, got '2023-02-29'"),
        ({"published": "20240101"}, "published", "expected a date YYYY-MM-DD, got '20240101'"),
        ({"published": "2999-01-01"}, "published", "expected a date that has come, got '2999-01-01'"),
        (
            {"as_of": "2024-05-05", "since": "", "published": "2024-05-04", "as_of_precision": "day"},
            "published",
            "expected a day not before as_of (2024-05-05), got '2024-05-04'",
        ),
        (
            {"low": "5", "central": "", "high": "4", "bound": "range"},
            "low",
            "expected low not above high (4)",
        ),
        ({"low": "1", "central": "9", "high": "4", "bound": "range"}, "central", "not above high (4)"),
        (
            {"low": "", "central": "-3", "high": "", "bound": "exact"},
            "central",
            "expected at least 0, got '-3'",
        ),
        ({"low": "many"}, "low", "expected a number, got 'many'"),
        ({"low": "1e5"}, "low", "expected a number, got '1e5'"),
        ({"unit": "crates"}, "unit", "expected one of containers"),
        ({"basis": "guess"}, "basis", "expected one of counted"),
        ({"origin_id": "nobody"}, "origin_id", "expected a origin_id of origins.csv, got 'nobody'"),
        ({"source_ids": "no-such-page"}, "source_ids", "expected a source_id of sources.csv"),
        ({"derived_from": "no-such-row"}, "derived_from", "expected a estimate_id of estimates.csv"),
        ({"published": ""}, "published", "expected a value, the field is required"),
        ({"wording": " stray"}, "wording", "expected text without stray spaces"),
        ({"wording": "two  spaces"}, "wording", "expected text without stray spaces"),
        ({"wording": "w " * 15 + "w"}, "wording", "expected at most 15 words"),
        ({"low": "", "central": "7", "high": "", "bound": "at_least"}, "bound", "expected low to be filled"),
        ({"since": "2024-05-05", "as_of": "2024-05-04"}, "since", "expected since not above as_of"),
        ({"grade": "Z9"}, "grade", "expected the form [A-F][1-6], got 'Z9'"),
        ({"wording": "hidden\u200bspace"}, "wording", "hidden characters"),
        ({"wording": "no-break\u00a0space"}, "wording", "hidden characters"),
        ({"low": "\u0661\u0662"}, "low", "expected a number"),
        ({"published": "1024-01-01"}, "published", "expected at least 2018-01-01"),
        (
            {"unit": "barrels"},
            "unit",
            "expected percent or rounds_per_month or rounds_per_year for artillery_rate",
        ),
        (
            {"unit": "percent", "low": "", "central": "400", "high": "", "bound": "about"},
            "central",
            "at most 100",
        ),
        (
            {"as_of": "2024-08-31", "as_of_precision": "month", "published": "2024-07-31", "since": ""},
            "published",
            "expected a day not before as_of",
        ),
        (
            {"as_of": "2024-09-30", "as_of_precision": "quarter", "published": "2024-06-30", "since": ""},
            "published",
            "expected a day not before as_of",
        ),
        (
            {"as_of": "2025-12-31", "as_of_precision": "year", "published": "2024-12-31", "since": ""},
            "published",
            "expected a day not before as_of",
        ),
    ],
)
def test_each_fault_is_named_with_file_row_column(copy, cells, place, expected):
    edit(copy, "estimates", 3, **cells)
    hits = [p for p in faults(copy) if p.startswith(f"{copy / 'estimates.csv'}:3:{place}: ")]
    assert any(expected in p for p in hits), faults(copy)


def test_a_period_may_end_after_the_day_its_number_became_public(copy):
    for precision, end in (("month", "2024-08-31"), ("quarter", "2024-09-30"), ("year", "2024-12-31")):
        cells = {"as_of": end, "as_of_precision": precision, "published": "2024-08-01", "since": ""}
        edit(copy, "estimates", 3, derived_from="", basis="claimed", **cells)
        assert [p for p in faults(copy) if ":3:published" in p] == []


def test_a_day_after_tomorrow_has_not_come(copy):
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    edit(copy, "estimates", 3, published=day.isoformat(), basis="claimed", derived_from="")
    assert any(":3:published: expected a date that has come" in p for p in faults(copy))


def test_a_chain_of_repeats_ends_and_leads_back_in_time(copy):
    rows = tables.load("estimates")
    here = rows.iloc[1]
    later = rows[rows["published"] > here["published"]].iloc[0]
    edit(copy, "estimates", 3, derived_from=here["estimate_id"])
    assert any(":3:derived_from: expected a chain that ends" in p for p in faults(copy))
    edit(copy, "estimates", 3, derived_from=later["estimate_id"])
    assert any(":3:derived_from: expected a number published before" in p for p in faults(copy))


@pytest.mark.parametrize(
    ("table", "cells", "expected"),
    [
        ("conversions", {"low": "", "central": "", "high": ""}, ":low: expected one of low, central, high"),
        ("deliveries_back", {"low": "3", "bound": "at_least", "unit": ""}, ":unit: expected a value beside"),
        ("missile_labels", {"destroyed": "99", "launched": "9"}, ":destroyed: expected destroyed not above"),
        ("missile_labels", {"month": "2099-12"}, ":month: expected a month that has come"),
        (
            "voyages",
            {"start": "2026-02-01", "end": "", "published": "2024-01-01"},
            ":published: expected a day not",
        ),
        (
            "sources",
            {"published": "2026-11-23", "accessed": "2026-11-22"},
            ":published: expected published not above",
        ),
        ("sources", {"url": "https://-"}, ":url: expected the form"),
        ("places", {"latitude": "91"}, ":latitude: expected at most 90"),
        ("corrections", {"table": "shells"}, ":table: expected a table there is"),
        ("corrections", {"row_id": "nothing"}, ":row_id: expected a row of"),
        ("corrections", {"column": "colour"}, ":column: expected a column of"),
        ("launches", {"class": "rocket"}, ":class: expected one of srbm"),
        ("launches", {"reported_by": "nobody"}, ":reported_by: expected a origin_id of origins.csv"),
        (
            "launches",
            {"other_missiles": "9", "other_origin_id": ""},
            ":other_origin_id: expected a value beside",
        ),
        ("balloon_waves", {"start": "2024-04-01"}, ":start: expected at least 2024-05-01"),
        ("exercises", {"start": "2017-09-01", "end": "2017-01-01"}, ":start: expected start not above end"),
        ("launches", {"outcome": "success", "failed": "1"}, ":failed: expected a number that fits success"),
        (
            "launches",
            {"other_missiles": "", "other_origin_id": "rok-jcs"},
            ":other_missiles: expected a value",
        ),
        (
            "opinion",
            {"low": "", "central": "716", "high": "", "bound": "exact"},
            ":central: expected at most 100",
        ),
        ("codings", {"table": "estimates", "item_id": "nothing"}, ":item_id: expected a row of estimates"),
        ("codings", {"value": "guess"}, ":value: expected one of"),
    ],
)
def test_each_table_has_its_rules(copy, table, cells, expected):
    edit(copy, table, 2, **cells)
    assert any(f"{table}.csv:2{expected}" in p for p in faults(copy)), faults(copy)


def line_of(table, **wanted):
    """Number of the first line of a table in which some columns hold what is wanted."""
    rows = tables.load(table)
    hit = (rows[list(wanted)] == pd.Series(wanted)).all(axis=1)
    return int(rows.index[hit][0]) + 2


@pytest.mark.parametrize(
    ("wanted", "cells", "expected"),
    [
        ({"stance": "none_found"}, {"searched": ""}, "searched: expected a value where stance 'none_found'"),
        (
            {"stance": "neutral"},
            {"speaker_office": ""},
            "speaker_office: expected a value where stance 'neutral'",
        ),
        ({"stance": "none_found"}, {"stance": "condemns"}, "stance: expected two codings in codings.csv"),
    ],
)
def test_a_statement_is_complete_and_a_silence_says_where_it_was_looked_for(copy, wanted, cells, expected):
    line = line_of("statements", **wanted)
    edit(copy, "statements", line, **cells)
    assert any(f"statements.csv:{line}:{expected}" in p for p in faults(copy)), faults(copy)


@pytest.mark.parametrize(
    ("vote", "cells", "expected"),
    [
        ("vote-20240328-panel-veto", {"for": "12"}, "for: expected votes of 15 members, got 14"),
        ("vote-20240328-panel-veto", {"russia": "abstain"}, "result: expected a no of China, Russia or"),
        ("vote-20240328-panel-veto", {"china": "no"}, "no: expected at most 1 of the six states, got 2"),
        ("vote-20220302-aggression", {"for": "190"}, "for: expected votes of 193 members"),
        (
            "vote-20230327-nordstream-draft",
            {"for": "1", "abstaining": "14"},
            "yes: expected at most 1 of the six states, got 2",
        ),
        ("vote-20220302-aggression", {"abstaining": "0"}, "abstain: expected at most 0 of the six"),
        ("vote-20220302-aggression", {"absent": "0", "usa": "not_voting"}, "not_voting: expected at most 0"),
        ("vote-20220512-special-session", {"for": "40"}, "for: expected votes of 47 members"),
        ("vote-20241120-dprk-rights", {"for": "194"}, "for: expected votes of 193 members"),
        ("vote-20220302-aggression", {"rok": "not_member"}, "result: expected six members"),
        ("vote-20220302-aggression", {"for": "5"}, "result: expected more votes for than against"),
    ],
)
def test_totals_of_a_vote_fit_its_body_and_its_result(copy, vote, cells, expected):
    line = line_of("un_votes", vote_id=vote)
    edit(copy, "un_votes", line, **cells)
    assert any(f"un_votes.csv:{line}:{expected}" in p for p in faults(copy)), faults(copy)


def test_the_rows_behind_a_piece_of_evidence_are_there(copy):
    line = line_of("readings", reading_id="votes-veto-2022")
    edit(copy, "readings", line, row_ids="vote-20220526-dprk-veto;vote-of-no-day")
    assert any(":row_ids: expected rows of un_votes, got 'vote-of-no-day'" in p for p in faults(copy))
    edit(copy, "readings", line, row_ids="vote-20220526-dprk-veto", published="2024-01-01")
    assert any(":published: expected the newest day of its rows (2022-05-26)" in p for p in faults(copy))
    edit(copy, "readings", line, published="2022-05-26", source_ids="un-digital-library-votes")
    assert any(":source_ids: expected the sources of its rows" in p for p in faults(copy))


def test_an_agreed_code_is_one_of_the_two_given(copy):
    statement = tables.load("codings").query("variable == 'stance'")["item_id"].iloc[0]
    agreed = tables.load("statements").set_index("statement_id").at[statement, "stance"]
    other = "supports" if agreed != "supports" else "condemns"
    for coder in ("a", "b"):
        line = line_of("codings", item_id=statement, variable="stance", coder=coder)
        edit(copy, "codings", line, value=other)
    assert any("codings.csv" in p and f"to have {other} as stance, got {agreed!r}" in p for p in faults(copy))


def test_an_item_is_coded_by_both_coders(copy):
    path = copy / "codings.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")  # the first item loses coder a
    assert any("codings.csv:2:coder: expected codes of a and b" in p for p in faults(copy))


def test_a_source_is_named_once_in_a_cell(copy):
    first = tables.load("estimates")["source_ids"][1].split(";")[0]
    edit(copy, "estimates", 3, source_ids=f"{first};{first}")
    assert any(f":3:source_ids: expected '{first}' once" in p for p in faults(copy))


def test_columns_in_order_and_once_and_rows_on_one_line(copy):
    rewrite(copy, "places", lambda raw: raw.replace(b"latitude,longitude", b"longitude,latitude", 1))
    rewrite(copy, "origins", lambda raw: raw.replace(b",side,", b",state,", 1))
    rewrite(copy, "voyages", lambda raw: raw.replace(b"\n", b'\n"two\nlines"\n', 1))
    rewrite(copy, "strikes", lambda raw: raw.rstrip(b"\n"))
    found = "\n".join(faults(copy))
    assert "places.csv:1: expected the columns in the order place_id,name,kind,latitude" in found
    assert "origins.csv:1:state: expected this column once, it is there twice" in found
    assert "voyages.csv:2: expected one line a row" in found
    assert "strikes.csv: expected the last line to end in" in found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"type": "integer"', '"type": "int"', "expected a type that a check knows"),
        ('"primaryKey": "place_id"', '"primaryKey": "nothing"', "expected a primaryKey of its fields"),
        ('"resource": "origins"', '"resource": "origin"', "expected a key into a table there is"),
        ('"rule": "bound"', '"rule": "bounds"', "asks for the rule 'bounds', which no check knows"),
        ('"max_words"', '"max_letters"', "'max_letters', which no check knows"),
        ('"path": "places.csv"', '"paht": "places.csv"', "expected a path"),
        ('"name": "places"', '"name": "voyages"', "expected each resource once"),
    ],
)
def test_a_fault_in_the_description_is_said_and_not_passed_over(copy, old, new, expected):
    path = copy / "datapackage.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(expected in p for p in checks.problems(copy)), checks.problems(copy)


def test_a_source_needs_an_address(copy):
    edit(copy, "sources", 2, url="")
    assert f"{copy / 'sources.csv'}:2:url: expected a value, the field is required, got ''" in faults(copy)


def test_a_key_is_used_once(copy):
    first = tables.load("estimates")["estimate_id"][0]
    edit(copy, "estimates", 3, estimate_id=first)
    assert any(":3:estimate_id: expected a key of its own" in p and "row 2" in p for p in faults(copy))


def test_a_grade_carries_the_letter_of_its_origin(copy):
    letter = "D"
    edit(copy, "estimates", 2, grade=f"{letter}2")
    assert any(":2:grade: expected the letter" in p for p in faults(copy))


def test_copies_are_marked_as_mirrors(copy):
    rows = tables.load("estimates")
    line = int(rows.index[rows["source_tier"] == "mirror"][0]) + 2
    edit(copy, "estimates", line, source_tier="first")
    assert any(f":{line}:source_tier: expected 'mirror'" in p for p in faults(copy))


def test_columns_missing_extra_and_renamed(copy):
    rewrite(copy, "places", lambda raw: raw.replace(b"latitude", b"lat", 1))
    found = faults(copy)
    assert f"{copy / 'places.csv'}:1:latitude: expected this column, it is missing" in found
    assert f"{copy / 'places.csv'}:1:lat: expected no such column" in found


def test_encoding_byte_order_mark_ragged_rows_and_line_ends(copy):
    rewrite(copy, "places", lambda raw: b"\xef\xbb\xbf" + raw)
    rewrite(copy, "origins", lambda raw: raw + b"a,b\n")
    rewrite(copy, "corrections", lambda raw: raw + b"\xff\n")
    rewrite(copy, "voyages", lambda raw: raw.replace(b"\n", b"\r\n"))
    found = "\n".join(faults(copy))
    assert "places.csv:1: expected UTF-8 without a byte-order mark" in found
    assert "origins.csv" in found and "expected 8 cells, got 2" in found
    assert "corrections.csv" in found and "expected UTF-8, got the byte 0xff" in found
    assert "voyages.csv:1: expected lines that end in \\n" in found


def test_a_changed_file_needs_a_new_checksum(copy):
    rewrite(copy, "places", lambda raw: raw.replace(b"Rajin", b"Najin", 1))
    assert any("expected the checksum" in p and "make data" in p for p in checks.problems(copy))
    dictionary.refresh(copy)
    assert checks.problems(copy) == []


def test_the_checksum_is_sha256():
    # The digest of nothing, as printed in every description of the algorithm.
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert checks.digest(b"") == f"sha256:{empty}"


def test_an_unreadable_table_is_one_fault_not_hundreds(copy):
    rewrite(copy, "sources", lambda raw: raw[:100] + b"\xff" + raw[100:])
    (fault,) = faults(copy)
    assert "sources.csv" in fault and "expected UTF-8" in fault


def test_a_table_gone_or_undescribed(copy):
    (copy / "places.csv").rename(copy / "spots.csv")
    found = faults(copy)
    assert f"{copy / 'places.csv'}: expected a file, found none" in found
    assert any("spots.csv: expected a description" in p for p in found)


def test_what_the_schema_asks_for_is_checked_or_said(copy):
    path = copy / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"maximum": 90', '"exclusiveMaximum": 90'))
    assert any("asks for 'exclusiveMaximum', which no check knows" in p for p in faults(copy))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}'])
def test_a_broken_description_is_one_clear_line(copy, text):
    (copy / "datapackage.json").write_text(text)
    found = checks.problems(copy)
    assert len(found) == 1 and "expected a Data Package" in found[0]


def helpers(*args, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "helpers", *args], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_the_command_prints_all_faults_at_once_and_changes_nothing(copy):
    edit(copy, "estimates", 3, published="2024-13-02")
    edit(copy, "strikes", 2, killed="-1")
    before = {p.name: p.read_bytes() for p in copy.iterdir()}
    run = helpers("check", "--data", str(copy))
    assert run.returncode == 1
    assert f"{copy}/estimates.csv:3:published: expected a date YYYY-MM-DD, got '2024-13-02'" in run.stdout
    assert f"{copy}/strikes.csv:2:killed: expected at least 0, got '-1'" in run.stdout
    assert run.stderr == ""
    assert before == {p.name: p.read_bytes() for p in copy.iterdir()}


def test_the_command_is_silent_about_clean_data(copy):
    run = helpers("check", "--data", str(copy))
    assert (run.returncode, run.stderr) == (0, "")


def test_a_wrong_folder_is_one_sentence_not_a_traceback(tmp_path):
    run = helpers("check", "--data", str(tmp_path / "none"))
    assert run.returncode != 0
    assert "expected a folder" in run.stderr and "Traceback" not in run.stderr


def test_refreshing_refuses_broken_tables(copy):
    edit(copy, "estimates", 3, published="2024-13-02")
    before = (copy / "datapackage.json").read_bytes()
    run = helpers("data", "--data", str(copy))
    assert run.returncode == 1 and "Nothing was refreshed" in run.stdout
    assert (copy / "datapackage.json").read_bytes() == before


def test_messages_name_files_as_the_reader_sees_them(root):
    (line,) = helpers("check", cwd=root).stdout.splitlines()
    assert line == "data: all tables hold"
