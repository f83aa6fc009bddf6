"""Each fact under its own name: in citations, the register, the check of reports, sidecars and rows."""

import json
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from helpers import __main__ as commands
from helpers import cite, export, findings, links, provenance, register, reports, tables, verify
from helpers.errors import CitationError

SLUG = "fig-arms-oil-cap"
ABOUT = {
    "title": "T",
    "version": "1.2.3",
    "released": "2026-11-22",
    "authors": "The makers",
    "repository": "owner/name",
}
RECORD = {
    "slug": SLUG,
    "cite": f"{SLUG}@1f3a9c02",
    "fingerprint": "1f3a9c02",
    "notebook": "arms_flows/05_back.ipynb",
    "cell_id": SLUG,
    "sentence": "At least 2 ships.",
    "not_shown": "rail.",
    "data_through": "2025-09-22",
    "values": {"n": 2},
}
CITE = f"{SLUG}@1f3a9c02"
VERSION = f"version: {cite.collection()['version']}"
NAMED = cite.collection()["repository"] or "OWNER/REPOSITORY"


@pytest.mark.parametrize("form", cite.FORMATS)
def test_a_citation_names_the_commit_it_was_made_for(form):
    commit = "a" * 40
    text = cite.citation(RECORD, form, ABOUT, commit)
    assert f"1.2.3 ({commit})" in text and f"/blob/{commit}/" in text.replace("\\", "")
    with pytest.raises(CitationError, match="not a branch"):
        cite.citation(RECORD, form, ABOUT, "main")


def test_citations_in_each_style_word_for_word():
    table = RECORD | {
        "slug": "tbl-arms-rail",
        "cite": "tbl-arms-rail@1f3a9c02",
        "cell_id": "tbl-arms-rail",
        "data_through": None,
    }
    where = (
        "https://github.com/owner/name/blob/v1.2.3/notebooks/arms_flows/05_back.ipynb#cell-id=tbl-arms-rail"
    )
    assert cite.citation(table, "apa", ABOUT) == (
        f"The makers. (2026). At least 2 ships [Table tbl-arms-rail@1f3a9c02; data through no date]. "
        f"In T (Version 1.2.3). {where}. Does not show: rail."
    )
    assert (
        "Table tbl-arms-rail@1f3a9c02. In T, version 1.2.3, data through no date. 2026-11-22."
        in cite.citation(table, "chicago", ABOUT)
    )
    (item,) = json.loads(cite.citation(table, "csl-json", ABOUT))
    assert (item["type"], item["id"], item["URL"]) == ("dataset", "tbl-arms-rail@1f3a9c02", where)
    entry = cite.citation(table | {"sentence": "a \\ b ~ c ^ d 1–2 −3"}, "bibtex", ABOUT)
    assert "  year = {2026}," in entry and "  author = {{The makers}}," in entry
    assert r"a \textbackslash{} b \textasciitilde{} c \textasciicircum{} d 1--2 $-$3" in entry


@pytest.mark.parametrize(("named", "repository"), [("OWNER/REPOSITORY", None), ("some/pact", "some/pact")])
def test_the_repository_is_the_one_of_the_badge(tmp_path, named, repository):
    (tmp_path / "CITATION.cff").write_text(
        'title: T\nversion: 1.0.0\ndate-released: "2026-01-01"\nauthors:\n  - name: A\n  - name: B\n'
    )
    (tmp_path / "README.md").write_text(f"[b](https://mybinder.org/v2/gh/{named}/main)")
    about = cite.collection(tmp_path)
    assert (about["repository"], about["authors"]) == (repository, "A, B")


def test_the_register_keeps_what_was_said_and_leaves_its_input_alone():
    before = {
        SLUG: {
            "first": "2026-01-01",
            "successor": None,
            "history": [
                {"fingerprint": "1f3a9c02", "from": "2026-01-01", "sentence": "Ä.", "values": {}},
                {"fingerprint": "00000000", "from": "2026-02-01", "sentence": "B.", "values": {}},
            ],
        }
    }
    kept = json.dumps(before)
    other = RECORD | {"slug": "fig-arms-a"}
    after = register.updated(before, [RECORD, other], "2026-03-01")
    assert json.dumps(before) == kept and list(after) == ["fig-arms-a", SLUG]
    assert after[SLUG]["history"][2] == {  # the first fingerprint has come back
        "fingerprint": "1f3a9c02",
        "from": "2026-03-01",
        "sentence": "At least 2 ships.",
        "values": {"n": 2},
    }


def test_the_register_is_written_for_people_and_an_empty_history_is_refused(tmp_path):
    said = {"fingerprint": "0", "from": "2026-01-01", "sentence": "Ä.", "values": {}}
    register.save({SLUG: {"first": "2026-01-01", "successor": None, "history": [said]}}, tmp_path)
    assert "Ä" in register.path(tmp_path).read_text(encoding="utf-8")
    register.path(tmp_path).write_text(
        '{"fig-arms-x": {"first": "2026-01-01", "successor": null, "history": []}}'
    )
    with pytest.raises(CitationError, match="expected first, successor and history"):
        register.load(tmp_path)


def test_the_command_registers_a_new_fingerprint_once(tmp_path, capsys):
    root = tmp_path / "notebooks"
    shutil.copytree(findings.NOTEBOOKS, root)
    known = register.load(root)
    del known[SLUG]
    register.save(known, root)
    assert commands.main(["register", "--notebooks", str(root)]) == 0
    assert register.load(root)[SLUG]["history"][0]["fingerprint"] == cite.find(SLUG)["fingerprint"]
    assert commands.main(["register", "--notebooks", str(root)]) == 0
    assert capsys.readouterr().out == f"1 findings added or changed: {SLUG}\nnothing to add\n"


def test_a_footnote_and_marks_that_cannot_be_seen_hide_no_citation(tmp_path):
    schema = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(tmp_path / "r.docx", "w") as packed:
        for part, text in (
            ("document", "no"),
            ("footnotes", CITE),
            ("endnotes", "fig-arms-shells-box@00c0ffee"),
        ):
            packed.writestr(
                f"word/{part}.xml", f'<w:x xmlns:w="{schema}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:x>'
            )
    assert verify.cited(reports.text(tmp_path / "r.docx")) == [
        (SLUG, "1f3a9c02"),
        ("fig-arms-shells-box", "00c0ffee"),
    ]
    for name, text in (
        ("r.md", "fig-arms-\u200boil-\u00adcap@1f3a\u20609c02"),
        ("r.txt", f"{SLUG}@\n  1f3a9c02"),
        ("r.tex", r"fig-arms-\-oil-cap@1f3a\-9c02"),
        ("r.qmd", CITE),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert verify.cited(reports.text(tmp_path / name)) == [(SLUG, "1f3a9c02")], name


def test_a_changed_citation_tells_since_when_and_whether_it_was_ever_published():
    said = [
        {"fingerprint": f"0000000{n}", "from": f"2026-0{n}-01", "sentence": f"Was {n}.", "values": {"n": 1}}
        for n in (1, 2)
    ]
    known = {SLUG: {"first": "2026-01-01", "successor": None, "history": said}}
    told = verify.outcome(SLUG, "00000002", {SLUG: RECORD}, known).says
    assert told.splitlines() == [
        "was  Was 2.  (from 2026-02-01)",
        f"is   At least 2 ships.  {CITE}",
        "n: 1 → 2",
    ]
    told = verify.outcome(SLUG, "00000009", {SLUG: RECORD}, known).says
    assert told.startswith("was  (fingerprint never published)\nis   At least 2")


def test_a_report_without_a_citation_and_a_bad_one_before_a_good_one_are_not_well(tmp_path, capsys):
    (tmp_path / "none.md").write_text("nothing")
    assert commands.main(["verify", str(tmp_path / "none.md")]) == 1
    assert "no finding is cited" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "r.docx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", " " * (10 * reports.MOST + 1))
    with pytest.raises(CitationError, match="unpacks to more than"):
        reports.text(tmp_path / "r.docx")


def test_the_sidecar_tells_each_fact_under_its_own_name(tmp_path):
    root = tmp_path / "notebooks"
    (root / "arms_flows").mkdir(parents=True)
    shutil.copytree(tables.DATA, tmp_path / "data")
    shutil.copy(findings.NOTEBOOKS / "arms_flows" / "05_what_came_back.ipynb", root / "arms_flows")
    for name in ("CITATION.cff", "README.md"):
        text = (links.ROOT / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace(VERSION, "version: 9.9.9").replace(NAMED, "OWNER/REPOSITORY"), encoding="utf-8"
        )
    export.export([SLUG], tmp_path / "x", root)
    told, record = json.loads((tmp_path / "x" / f"{SLUG}.json").read_text(encoding="utf-8")), cite.find(SLUG)
    rule = told["counting_rule"]
    assert (rule["independent_origins"], rule["rows"], rule["row_ids"]) == (7, 10, record["row_ids"])
    estimates = tables.resource("estimates")
    (one,) = [r for r in rule["tables"] if r["table"] == "estimates"]
    assert (one["gathered"], one["limits"]) == (estimates["gathered"], estimates["limits"])
    assert told["collection"]["version"] == "9.9.9" and "Version 9.9.9" not in told["citation"]
    assert told["citation"].startswith("The contributors") and "version 9.9.9" in told["citation"]
    assert told["address"] == f"notebooks/arms_flows/05_what_came_back.ipynb#cell-id={SLUG}"


def test_very_many_sources_are_named_one_by_one(tmp_path):
    (_, sidecar) = export.export(["tbl-china-words-agreement"], tmp_path / "x")
    told = json.loads(sidecar.read_text(encoding="utf-8"))
    assert len(told["sources"]) == told["number_of_sources"] > 120


def test_words_with_marks_keep_the_drawing_well_formed():
    from xml.etree import ElementTree

    record = RECORD | {"alt": "Rates < 5 & rising"}
    drawn = ElementTree.fromstring(
        export.labelled('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', record)
    )
    assert drawn.find("{http://www.w3.org/2000/svg}desc").text.startswith("Rates < 5 & rising From")


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "tbl-arms-rail.csv").write_text("old")

    def full(path, content):
        with path.open("wb") as file:
            file.write(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CitationError, match="No space left"):
        export.export(["tbl-arms-rail"], tmp_path, force=True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("tbl-arms-rail.csv", "old")]


def test_every_word_of_a_row_counts_in_its_own_column(tmp_path):
    for name in ("datapackage.json", "voyages.csv", "sources.csv"):
        shutil.copy(tables.DATA / name, tmp_path / name)
    rows = tables.load("voyages", data=tmp_path).head(3)
    found = provenance.keys(rows, tmp_path)
    path = tmp_path / "voyages.csv"
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    seen = {provenance.content(found, tmp_path)}
    for column in raw.columns[1:]:
        changed = raw.copy()
        changed.loc[2, column] += "x"
        changed.to_csv(path, index=False)
        seen.add(provenance.content(found, tmp_path))
    moved = raw.copy()  # a word that moves to the next column is a change as well
    a, b = raw.columns[-2:]
    moved.loc[2, [a, b]] = (
        ["", moved.loc[2, a] + moved.loc[2, b]] if moved.loc[2, a] else [moved.loc[2, b], ""]
    )
    moved.to_csv(path, index=False)
    seen.add(provenance.content(found, tmp_path))
    assert len(seen) == 1 + len(raw.columns)


def test_few_keys_of_many_columns_are_kept_and_a_hash_tells_which():
    pairs = tables.load("un_vote_pairs")
    assert len(provenance.short(provenance.keys(pairs.head(120)))) == 120
    assert provenance.short(provenance.keys(pairs.head(121)))[0].startswith("un_vote_pairs: 121 rows ")
    assert provenance.short(provenance.keys(pairs.head(121))) != provenance.short(
        provenance.keys(pairs[[True] * 120 + [False, True] + [False] * (len(pairs) - 122)])
    )


def test_a_whole_table_told_by_hash_stands_for_its_rows_and_sources():
    slug = "fig-china-votes-agreement"
    (saved,) = [f for f in findings.listing() if f["slug"] == slug]
    assert saved["row_ids"] == [k for k in saved["row_ids"] if k.startswith("un_vote_pairs: 2060 rows ")]
    assert len(provenance.behind([slug])) == 2060
    assert provenance.source_ids(saved | {"source_ids": []}) == saved["source_ids"] != []


def test_a_branch_is_refused_before_the_repository_is_known_too():
    with pytest.raises(CitationError, match="not a branch"):
        cite.citation(RECORD, "apa", {**ABOUT, "repository": None}, "main")


def test_a_key_of_several_columns_that_points_elsewhere_is_no_row_of_it():
    rows = tables.load("claim_evidence").head(2)
    assert set(provenance.keys(rows)) == {"claim_evidence"}
