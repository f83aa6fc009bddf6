"""The rows behind a finding: a changed row changes the findings that rest on it, and no other."""

import shutil

import pandas as pd
import pytest

from helpers import cells, findings, provenance, tables


def rewrite(folder, table, column, key, value):
    path = folder / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[frame.iloc[:, 0] == key, column] = value
    frame.to_csv(path, index=False)


@pytest.fixture
def data(tmp_path):
    for name in ("datapackage.json", "estimates.csv", "sources.csv", "origins.csv", "visits.csv"):
        shutil.copy(tables.DATA / name, tmp_path / name)
    return tmp_path


def test_keys_name_the_rows_of_each_table():
    both = pd.concat([tables.load("estimates").head(2), tables.load("missile_labels").head(1)])
    found = provenance.keys(both)
    assert found["estimates"] == set(tables.load("estimates")["estimate_id"].head(2))
    (label,) = found["missile_labels"]
    first = tables.load("missile_labels").iloc[0]
    assert label == f"{first['month']} {first['label_group']}"
    assert set(found) == {"estimates", "missile_labels"}


def test_a_key_that_only_points_elsewhere_is_no_row_of_it():
    clauses = tables.load("treaty_clauses").head(3)
    assert provenance.keys(clauses) == {"treaty_clauses": set(clauses["clause_id"])}


def test_very_many_keys_are_told_by_number_and_hash():
    every = provenance.keys(tables.load("un_vote_pairs"))
    (words,) = provenance.short(every)
    assert words.startswith("un_vote_pairs: 2060 rows ")
    few = provenance.keys(tables.load("estimates").head(3))
    assert provenance.short(few) == sorted(few["estimates"])


def test_every_key_has_its_row():
    for resource in tables.package()["resources"]:
        if resource.get("schema", {}).get("primaryKey") and resource["name"] not in ("sources", "origins"):
            name = resource["name"]
            found = provenance.keys(tables.load(name).head(50))
            assert len(found[name]) == min(50, len(tables.load(name)))
            assert provenance.content(found) != provenance.content({name: set(list(found[name])[1:])})


def test_a_key_under_another_tables_name_finds_its_own_table_and_a_false_one_is_refused():
    conversions = tables.load("conversions").rename(columns={"conversion_id": "estimate_id"}).head(2)
    assert provenance.keys(conversions) == {"conversions": set(conversions["estimate_id"])}
    with pytest.raises(ValueError, match="no table has 'nothing'"):
        provenance.keys(pd.DataFrame({"estimate_id": ["nothing"]}))


def test_sources_too_many_to_keep_are_found_by_the_rows():
    for saved in findings.listing():
        found = provenance.source_ids(saved | {"source_ids": []})
        if found:
            assert len(found) == saved["sources"], saved["slug"]
            assert provenance.source_ids(saved) == found, saved["slug"]
        else:  # the rows are told by number and hash as well
            assert any(" rows " in key for key in saved["row_ids"]), saved["slug"]


def test_a_changed_cell_of_a_row_changes_the_findings_on_it_and_no_other(data):
    rows = tables.load("estimates", data=data)
    one, other = rows.iloc[[0, 1]], rows.iloc[[2, 3]]
    table = pd.DataFrame({"n": [2]})

    def fingerprint(chosen):
        return cells.describe("tbl-arms-x", "Two.", chosen, table, None, "all else.", {}, data)["fingerprint"]

    before = fingerprint(one), fingerprint(other)
    rewrite(data, "estimates", "grade", rows["estimate_id"].iloc[0], "F6")
    after = fingerprint(one), fingerprint(other)
    assert before[0] != after[0] and before[1] == after[1]


def test_the_rows_behind_a_finding_are_those_it_lists():
    (saved,) = [f for f in findings.listing() if f["slug"] == "fig-arms-oil-cap"]
    assert len(provenance.behind(["fig-arms-oil-cap"])) == len(saved["row_ids"])
    with pytest.raises(KeyError, match="no saved finding"):
        provenance.behind(["fig-arms-nothing"])


def test_findings_of_every_theme_carry_the_keys_of_their_rows():
    assert [f["slug"] for f in findings.listing() if not f["row_ids"]] == []
