"""A finding can be cited: its address, its fingerprint and its data are in the saved notebook."""

import datetime as dt
import html
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import nbformat
import numpy as np
import pandas as pd
import pytest
import resvg_py
from PIL import Image

from helpers import cells, charts, execute, figures, outputs, tables

SVG = "{http://www.w3.org/2000/svg}"

CODE = """\
#| label: tbl-arms-test
from helpers import cells, tables
rows = tables.load("estimates").query("series == 'containers'").head(3)
cells.finding("tbl-arms-test", "{n} rows stand here.", rows, show=rows[["estimate_id", "published"]],
              not_shown="anything else.", n=len(rows))"""


@pytest.fixture
def rows():
    return tables.load("estimates").query("series == 'containers'").head(4)


def record(rows, sentence="There are {n} rows.", **values):
    return cells.describe("txt-arms-x", sentence, rows, None, None, "all else.", values or {"n": 4})


def test_a_record_says_what_stands_behind_the_sentence(rows):
    out = record(rows)
    assert out["sentence"] == "There are 4 rows." and out["values"] == {"n": 4}
    assert out["rows"] == 4
    assert out["data_through"] == f"{rows['published'].max():%Y-%m-%d}"
    assert out["basis"] == rows["basis"].value_counts().to_dict()
    assert set(out["source_ids"]) == {i for c in rows["source_ids"] for i in c.split(";")}
    assert out["row_ids"] == sorted(rows["estimate_id"])
    json.dumps(out)


def test_the_fingerprint_changes_with_sentence_and_data_and_only_then(rows):
    one = record(rows)["fingerprint"]
    assert len(one) == 8 and int(one, 16) >= 0
    assert record(rows)["fingerprint"] == one
    assert record(rows, "There are {n} rows!")["fingerprint"] != one
    assert record(rows, n=5)["fingerprint"] != one
    assert record(rows.assign(low=1.0))["fingerprint"] != one
    assert record(rows.assign(note="another"))["fingerprint"] == one
    table = rows[["estimate_id"]].head(1)
    few, many = (
        cells.describe("txt-arms-x", "One.", r, table, None, "all else.", {}) for r in (rows.head(2), rows)
    )
    assert few["fingerprint"] != many["fingerprint"]  # other rows behind the same table


@pytest.mark.parametrize(
    "slug", ["arms-x", "fig-arms", "fig-arms-X", "fig-moon-x", "fig-arms-a_b", "fig-arms-" + "a" * 60]
)
def test_an_id_has_the_agreed_form(slug, rows):
    with pytest.raises(ValueError, match="expected an id of the form"):
        cells.finding(slug, "x", rows, not_shown="y")


@pytest.mark.parametrize(
    "sentence", ["There are 13,000 containers.", "It was 12 {n} times.", "1950 launchers."]
)
def test_numbers_of_a_sentence_are_fields(sentence, rows):
    with pytest.raises(ValueError, match="expected the numbers of the sentence as fields"):
        cells.finding("txt-arms-x", sentence, rows, not_shown="y", n=1)


def test_dates_calibres_and_types_are_no_numbers(rows, capsys):
    sentence = "From 19 June 2024 the KN-23 and 152 mm rounds of October 2023 made {n} in 2024."
    cells.finding("txt-arms-x", sentence, rows, not_shown="all else.", n=3)
    assert "made 3 in 2024" in capsys.readouterr().out


def test_the_record_counts_origins_and_repeats_what_is_not_shown():
    pair = tables.load("estimates").query("origin_id in ['c4ads', 'washington-post']")
    out = cells.describe("txt-arms-x", "Two.", pair, None, None, "the rest.", {})
    assert out["origins"] == 1 and out["rows"] == len(pair) > 1
    assert out["not_shown"] == "the rest."


def test_a_finding_needs_rows(rows):
    with pytest.raises(ValueError, match="at least one row"):
        cells.finding("txt-arms-x", "x", rows.head(0), not_shown="y")


def test_a_figure_needs_alt_text(rows):
    chart = charts.ranges(rows, rows["origin_id"], title="A finding", xlabel="containers", caption="Sources.")
    with pytest.raises(ValueError, match="alt text of 40 characters"):
        cells.finding("fig-arms-x", "x", rows, show=chart, alt="short", not_shown="y")


def test_fewer_colours_keep_the_house_colours_and_white():
    picture = Image.effect_noise((200, 100), 80).convert("RGB")
    picture.paste((255, 255, 255), (0, 0, 100, 100))
    orange = tuple(int(figures.ACTORS["Ukraine"][0][i : i + 2], 16) for i in (1, 3, 5))
    picture.putpixel((150, 50), orange)
    small = outputs.fewer_colours(picture)
    assert len(small.convert("RGB").getcolors()) <= 128
    assert small.convert("RGB").getpixel((150, 50)) == orange
    assert small.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_table_sets_words_left_and_numbers_right_and_marks_what_is_missing(rows, capsys):
    table = pd.DataFrame({"what": ["boxes", None], "n": [28_000.0, float("nan")], "ok": [True, False]})
    cells.finding("tbl-arms-x", "There are {n}.", rows, show=table, not_shown="all else.", n=2)
    shown = capsys.readouterr().out
    assert "boxes 28,000 yes" in " ".join(shown.split())
    assert "– – no" in " ".join(shown.replace("—", "–").split())


def test_a_figure_is_shown_with_its_alt_text(rows, capsys):
    chart = charts.ranges(rows, rows["origin_id"], title="A finding", xlabel="x", caption="y")
    outputs.show_figure(chart.figure, "fig-arms-x", "Four estimates, one below the other.")
    outputs.show_table(pd.DataFrame({"n": [1234.5]}))
    shown = capsys.readouterr().out
    assert "<Figure fig-arms-x: Four estimates, one below the other.>" in shown and "1,234.5" in shown


def test_a_drawing_is_the_same_each_time_and_shows_what_the_picture_shows(rows, tmp_path):
    chart = charts.ranges(rows, rows["origin_id"], title="A finding", xlabel="containers", caption="Sources.")
    drawn = outputs.drawing(chart.figure, "fig-arms-x")
    assert drawn == outputs.drawing(chart.figure, "fig-arms-x")
    words = " ".join("".join(t.itertext()) for t in ElementTree.fromstring(drawn).iter(f"{SVG}text"))
    assert "A finding" in words and "containers" in words
    assert "date>" not in drawn

    chart.figure.savefig(tmp_path / "picture.png", dpi=100)
    picture = Image.open(tmp_path / "picture.png").convert("L")
    fonts = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    raw = resvg_py.svg_to_bytes(svg_string=drawn, dpi=100, skip_system_fonts=True, font_dirs=[fonts])
    again = Image.open(io.BytesIO(bytes(raw))).convert("L").resize(picture.size)
    ink, drawn_ink = (255 - np.asarray(p.resize((86, 23)), float) for p in (picture, again))
    assert np.corrcoef(ink.ravel(), drawn_ink.ravel())[0, 1] > 0.95


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "notebooks" / "arms_flows"
    folder.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE, id="tbl-arms-test")])
    nbformat.write(notebook, folder / "01_test.ipynb")
    return tmp_path / "notebooks"


def test_running_tells_what_is_new_and_then_changes_nothing(collection):
    path = collection / "arms_flows" / "01_test.ipynb"
    (line,) = execute.run(collection)
    assert line.startswith("new      tbl-arms-test@") and line.endswith("3 rows stand here.")
    once = path.read_bytes()
    assert execute.run(collection) == []
    assert path.read_bytes() == once

    (found,) = cells.listing(collection)
    assert (found["cell_id"], found["notebook"]) == ("tbl-arms-test", "arms_flows/01_test.ipynb")
    assert found["data"]["columns"] == ["estimate_id", "published"]

    path.write_text(path.read_text(encoding="utf-8").replace(".head(3)", ".head(2)"), encoding="utf-8")
    lines = execute.run(collection)
    assert lines[0].startswith("changed  tbl-arms-test@")
    assert "  was  3 rows stand here." in lines and "  is   2 rows stand here." in lines
    assert "  n: 3 → 2" in lines


def test_headlines_link_to_the_cell_and_repeat_it_word_for_word(collection, capsys):
    execute.run(collection)
    cells.headlines(["tbl-arms-test"], collection)
    assert "3 rows stand here." in capsys.readouterr().out
    with pytest.raises(KeyError, match="no saved finding 'tbl-arms-none'"):
        cells.headlines(["tbl-arms-none"], collection)


def test_a_failing_notebook_is_named_and_left_as_it_was(collection):
    path = collection / "arms_flows" / "01_test.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("len(rows)", "1/0"), encoding="utf-8")
    before = path.read_bytes()
    run = command("run", "--notebooks", str(collection))
    assert run.returncode == 1 and path.read_bytes() == before
    assert "01_test.ipynb" in run.stderr and "ZeroDivisionError" in run.stderr
    assert "Traceback" not in run.stderr


def command(*args):
    return subprocess.run(
        [sys.executable, "-m", "helpers", *args], capture_output=True, text=True, check=False
    )


def test_the_command_lists_findings_without_a_kernel():
    run = command("cells")
    assert run.returncode == 0
    for found in cells.listing():
        assert found["cite"] in run.stdout and found["sentence"] in run.stdout


def test_values_are_written_the_same_on_every_machine():
    frame = pd.DataFrame({"a": [0.1 + 0.2, float("nan")], "d": pd.to_datetime(["2024-06-19", None])})
    assert cells._plain_data(frame) == {"columns": ["a", "d"], "rows": [[0.3, "2024-06-19"], [None, None]]}
    edge = pd.DataFrame({"a": [2.0, float("inf")], "d": [dt.date(2024, 6, 19), None]})
    assert cells._plain_data(edge)["rows"] == [[2, "2024-06-19"], ["inf", None]]


def test_a_correction_names_cells_that_there_are():
    corrected = tables.load("corrections")["cells"].dropna()
    named = {slug for cell in corrected for slug in cell.split(";")}
    assert named <= {f["slug"] for f in cells.listing()}


def test_changes_name_what_is_gone_and_are_silent_when_nothing_is():
    one = {"cite": "txt-arms-a@1", "sentence": "One.", "fingerprint": "1", "values": {}}
    assert execute.changes({"txt-arms-a": one}, {"txt-arms-a": one}) == []
    assert execute.changes({"txt-arms-a": one}, {}) == ["gone     txt-arms-a@1: One."]


def test_a_finding_on_very_many_pages_names_their_publishers(monkeypatch):
    shown = []
    monkeypatch.setattr(cells, "display", lambda data, raw: shown.append(data["text/html"]))
    every = tables.load("launches")
    for part in (every.head(5), every):
        cells.finding("txt-region-x", "Rows stand here.", part, not_shown="anything else at all.")
    few, many = shown
    first = tables.load("sources").set_index("source_id")["url"][every["source_ids"].iloc[0].split(";")[0]]
    assert html.escape(first) in few and html.escape(first) not in many
    assert "one page each from" in many and "data/sources.csv" in many and len(many) < 5000
    record = cells.describe("txt-region-x", "One.", every, None, None, "all else.", {})
    assert record["sources"] > cells.LISTED and record["source_ids"] == []


def test_a_table_of_links_leads_to_saved_cells():
    where = cells.addresses()
    link = cells.link("fig-arms-oil-cap")
    assert link == "fig-arms-oil-cap"
    assert link.href == f"../{where['fig-arms-oil-cap']}#cell-id=fig-arms-oil-cap"
    with pytest.raises(KeyError, match="no saved finding 'fig-arms-nothing'"):
        cells.link("fig-arms-nothing")


def test_a_saved_table_is_shown_again(capsys):
    cells.table("tbl-verdict-board")
    assert "commitments" in capsys.readouterr().out
    with pytest.raises(KeyError, match="no saved finding"):
        cells.table("tbl-verdict-nothing")


def test_the_start_notebook_copies_what_the_others_say():
    saved = {f["slug"]: f for f in cells.listing()}
    start = json.loads((cells.NOTEBOOKS / "00_start_here.ipynb").read_text(encoding="utf-8"))
    shown = "".join(
        "".join(output["data"]["text/plain"]) + "\n"
        for cell in start["cells"]
        for output in cell.get("outputs", [])
    )
    told = re.findall(r"^((?:fig|tbl|txt)-\S+@[0-9a-f]{8})  (.+)$", shown, re.M)
    assert len(told) > 30
    for cite, sentence in told:
        found = saved[cite.partition("@")[0]]
        assert (found["cite"], found["sentence"]) == (cite, sentence)
