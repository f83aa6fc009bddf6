"""A finding as files: what a reader needs stands in them, and nothing of the reader's is lost."""

import base64
import csv
import io
import json
import shutil
from xml.etree import ElementTree

import pytest
from PIL import Image

from helpers import __main__ as commands
from helpers import cite, export, findings, links, tables
from helpers.errors import CitationError, NotebookError

FIGURE, TABLE = "fig-arms-oil-cap", "tbl-arms-oil-months"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("export") / "files"
    export.export([FIGURE, TABLE], made)
    return made


@pytest.fixture(scope="module")
def saved():
    return {f["slug"]: f for f in findings.listing()}


def test_a_figure_has_four_files_and_a_table_two(folder):
    assert {p.name for p in folder.iterdir()} == {
        *(f"{FIGURE}.{kind}" for kind in ("svg", "png", "csv", "json")),
        *(f"{TABLE}.{kind}" for kind in ("csv", "json")),
    }


def test_the_picture_is_twice_the_size_of_the_notebooks(folder, saved):
    notebook = json.loads((findings.NOTEBOOKS / saved[FIGURE]["notebook"]).read_text(encoding="utf-8"))
    (cell,) = [c for c in notebook["cells"] if c["id"] == FIGURE]
    shown = Image.open(io.BytesIO(base64.b64decode(cell["outputs"][0]["data"]["image/png"])))
    sharp = Image.open(folder / f"{FIGURE}.png")
    assert all(abs(big - 2 * small) <= 2 for big, small in zip(sharp.size, shown.size, strict=True))
    assert len(sharp.convert("RGB").getcolors(maxcolors=10**6)) > 20  # letters and marks, not an empty sheet


def test_the_drawing_tells_a_screen_reader_what_it_shows(folder, saved):
    drawn = ElementTree.fromstring((folder / f"{FIGURE}.svg").read_text(encoding="utf-8"))
    assert drawn.get("role") == "img" and drawn.find(f"{SVG}title").text == FIGURE
    told = drawn.find(f"{SVG}desc").text
    assert saved[FIGURE]["alt"] in told and saved[FIGURE]["cite"] in told and "CC BY 4.0" in told


def test_the_data_are_those_of_the_finding(folder, saved):
    for slug in (FIGURE, TABLE):
        with (folder / f"{slug}.csv").open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        assert header == saved[slug]["data"]["columns"]
        wanted = [["" if v is None else str(v) for v in row] for row in saved[slug]["data"]["rows"]]
        assert rows == wanted


def test_the_sidecar_names_sentence_rule_sources_and_licence(folder, saved):
    told = json.loads((folder / f"{FIGURE}.json").read_text(encoding="utf-8"))
    record = saved[FIGURE]
    for name in ("cite", "fingerprint", "sentence", "alt", "values", "not_shown", "axes", "data_through"):
        assert told[name] == record[name], name
    assert told["units_of_rows"] == ["barrels", "barrels_per_year"] and "barrels" in told["axes"][0]
    rules = {rule["table"]: rule["one_row_is"] for rule in told["counting_rule"]["tables"]}
    assert rules == {name: tables.resource(name)["row"] for name in ("conversions", "estimates")}
    assert told["number_of_sources"] == len(told["sources"]) == record["sources"]
    known = tables.load("sources").set_index("source_id")
    for source in told["sources"]:
        assert source["url"] == known.loc[source["source_id"], "url"]
    assert told["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert told["columns"]["low"].startswith("Lower end") and told["columns"]["label"] is None
    assert told["page"] == links.page(record["notebook"], FIGURE)
    assert set(told["files"].values()) == {f"{FIGURE}.{kind}" for kind in ("svg", "png", "csv")}


def test_every_finding_can_be_told_in_json(saved):
    about, described = cite.collection(), export.described(links.ROOT / "data")
    for record in saved.values():
        told = export.sidecar(record, {}, about, described, [])
        assert json.loads(json.dumps(told)) == told
        assert told["counting_rule"]["tables"] and told["citation"], record["slug"]
        assert export.table(record).count("\n") >= len(record["data"]["rows"])


def test_every_figure_has_a_drawing_that_opens(saved):
    drawn = findings.drawings()
    assert set(drawn) == {slug for slug, f in saved.items() if f["alt"]}
    for slug, text in drawn.items():
        shown = ElementTree.fromstring(export.labelled(text, saved[slug]))
        assert shown.find(f"{SVG}desc").text.startswith(saved[slug]["alt"])
    assert Image.open(io.BytesIO(export.sharp(drawn[FIGURE]))).format == "PNG"


def test_nothing_is_written_over_unasked(folder, tmp_path):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(CitationError, match="expected an empty or new folder"):
        export.export(["fig-arms-shells-box"], folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before

    own = tmp_path / "own"
    own.mkdir()
    (own / "notes.txt").write_text("mine")
    (own / f"{TABLE}.csv").write_text("old")
    made = export.export([TABLE], own, force=True)
    assert (own / "notes.txt").read_text() == "mine" and (own / f"{TABLE}.csv").read_text() != "old"
    assert {p.name for p in own.iterdir()} == {"notes.txt", *(p.name for p in made)}
    assert export.export([TABLE, TABLE], tmp_path / "a" / "b")[0].name == f"{TABLE}.csv"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([FIGURE, "fig-arms-oil-caps"], f"there is none of that name; nearest: {FIGURE}"),
        ([f"{FIGURE}@00000000"], "as the finding now is"),
        ([], "expected either ids of findings or --all"),
        ([FIGURE, "--all"], "expected either ids of findings or --all"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_writes_nothing(arguments, words, tmp_path, capsys):
    assert commands.main(["export", *arguments, "--to", str(tmp_path / "x")]) == 1
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1
    assert not (tmp_path / "x").exists()


def test_a_place_that_cannot_be_had_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "taken" / f"{TABLE}.csv").mkdir(parents=True)
    for folder, words in (
        ("file", "this is a file"),
        ("file/x", "cannot be written"),
        ("taken", "is a folder"),
    ):
        arguments = ["export", TABLE, "--to", str(tmp_path / folder), "--force"]
        assert commands.main(arguments) == 1
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"
    assert [p.name for p in (tmp_path / "taken").iterdir()] == [f"{TABLE}.csv"]


def test_a_damaged_notebook_is_named(tmp_path, saved):
    root = tmp_path / "notebooks"
    (root / "arms_flows").mkdir(parents=True)
    path = root / "arms_flows" / "05_what_came_back.ipynb"
    shutil.copy(findings.NOTEBOOKS / "arms_flows" / path.name, path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("/Td6WFoA", "/Td6WFoB"), encoding="utf-8")
    with pytest.raises(NotebookError, match=r"05_what_came_back\.ipynb:fig-arms-[a-z-]+: expected a packed"):
        findings.drawings(root)
    for broken in (text[:5000], text.replace('"nbformat": 4', '"nbformat": 3'), "[]", ""):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(NotebookError, match="expected a notebook of format 4"):
            findings.listing(root)


def test_sources_are_all_listed_or_it_is_said_that_they_are_not(tmp_path, saved):
    slugs = ["tbl-verdict-board", "tbl-verdict-ledger", "tbl-region-statements-alignment"]
    export.export(slugs, tmp_path / "x")
    told = {slug: json.loads((tmp_path / "x" / f"{slug}.json").read_text(encoding="utf-8")) for slug in slugs}
    for slug, one in told.items():
        whole = one["sources_listed"] == "all"
        assert len(one["sources"]) == (saved[slug]["sources"] if whole else 0), slug
        assert whole == (slug != "tbl-verdict-ledger") and one["number_of_sources"] > 120
    # Columns that were made of rows bear no description of the rows' own columns.
    assert set(told["tbl-verdict-ledger"]["columns"].values()) == {None}
