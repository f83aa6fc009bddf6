"""The example report: cells embedded by their id in LaTeX and DOCX, quoted as they are, with no network."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from helpers import __main__ as commands
from helpers import cite, findings, register, reports, verify

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(os.environ.get("TOOLS", ROOT / ".venv-tools" / "bin")).absolute()
FIGURE, TABLE = "fig-arms-oil-cap", "tbl-arms-rail"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
BASE64 = re.compile(r"[A-Za-z0-9+/]{200}")


def surroundings(folder):
    """Environment in which Node is the one of the playwright wheel and may open no connection."""
    nodes = sorted(TOOLS.parent.glob("lib/python*/site-packages/playwright/driver/node"))
    assert nodes, f"expected the Node of the playwright wheel beside {TOOLS}, found none: run make tools"
    allowed = f"--permission --allow-fs-read=* --allow-fs-write={folder} --allow-child-process"
    path = f"{nodes[0].parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NODE_OPTIONS": allowed, "HOME": str(folder), "NO_COLOR": "1"}


def laid_out(folder, text=None):
    """Copy the report and the notebooks, as they lie to each other."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    report = folder / "tests" / "report"
    shutil.copytree(ROOT / "tests" / "report", report, ignore=shutil.ignore_patterns("_build"))
    if text is not None:
        (report / "report.md").write_text(text, encoding="utf-8")
    return report


def build(report, *formats):
    run = subprocess.run(
        [TOOLS / "myst", "build", *formats],
        cwd=report, env=surroundings(report.parents[1]), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    report = laid_out(tmp_path_factory.mktemp("built"))
    status, log = build(report, "--tex", "--docx")
    assert status == 0, log
    return report / "_build", log


def latex(built):
    return (built[0] / "report.tex").read_text(encoding="utf-8")


def word(built):
    with zipfile.ZipFile(built[0] / "report.docx") as packed:
        return ET.fromstring(packed.read("word/document.xml"))


def words(element):
    return "".join(t.text or "" for t in element.iter(f"{WORD}t"))


def picture(raw):
    return Image.open(io.BytesIO(raw)).convert("RGB")


def saved_picture():
    notebook = findings.NOTEBOOKS / findings.addresses()[FIGURE]
    (cell,) = [c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if c["id"] == FIGURE]
    return picture(base64.b64decode(cell["outputs"][0]["data"]["image/png"]))


def saved_rows():
    """Rows of the embedded table as a reader sees them."""
    data = cite.find(TABLE)["data"]
    shown = [[f"{v:,}" if isinstance(v, int) else v for v in row] for row in data["rows"]]
    assert all(isinstance(v, str) for row in shown for v in row) and len(shown) > 3
    return [data["columns"], *shown]


def test_the_build_has_no_network(tmp_path):
    env = surroundings(tmp_path)
    code = "require('net').connect(9, '127.0.0.1')"
    run = subprocess.run(["node", "-e", code], env=env, capture_output=True, text=True, check=False)
    assert run.returncode != 0 and "ERR_ACCESS_DENIED" in run.stderr, run.stderr


def test_the_report_builds_without_a_warning(built):
    assert "⚠" not in built[1] and "⛔" not in built[1] and "Error" not in built[1], built[1]


def test_latex_shows_the_figure_with_its_picture(built):
    (name,) = re.findall(r"\\includegraphics(?:\[[^]]*\])?\{([^}]*)\}", latex(built))
    shown, saved = picture((built[0] / name).read_bytes()), saved_picture()
    assert shown.size == saved.size and shown.tobytes() == saved.tobytes()


def test_word_shows_the_figure_with_its_picture_undistorted(built):
    with zipfile.ZipFile(built[0] / "report.docx") as packed:
        (name,) = [n for n in packed.namelist() if n.startswith("word/media/") and not n.endswith("/")]
        shown, saved = picture(packed.read(name)), saved_picture()
    assert shown.size == saved.size and shown.tobytes() == saved.tobytes()
    (extent,) = word(built).iter(f"{DRAWN}extent")
    assert int(extent.get("cx")) / int(extent.get("cy")) == pytest.approx(
        saved.width / saved.height, rel=0.01
    )


def test_latex_holds_the_table(built):
    (body,) = re.findall(r"\\toprule\n(.*?)\\bottomrule", latex(built), flags=re.S)
    lines = [line.removesuffix(r" \\") for line in body.splitlines() if line != r"\hline"]
    assert [re.sub(r"\\([%&$#_{}])", r"\1", line).split(" & ") for line in lines] == saved_rows()


def test_word_holds_the_table(built):
    (table,) = word(built).iter(f"{WORD}tbl")
    assert [[words(c) for c in row.iter(f"{WORD}tc")] for row in table.iter(f"{WORD}tr")] == saved_rows()


def test_references_lead_to_figure_and_table(built):
    text = latex(built)
    assert set(re.findall(r"\\ref\{(\w+)\}", text)) == set(re.findall(r"\\label\{(\w+)\}", text)) != set()
    lines = [words(p).replace("\u00a0", " ") for p in word(built).iter(f"{WORD}p")]
    for name in ("Figure 1", "Table 1"):
        assert any(line.startswith(f"{name} ") for line in lines)
        assert any(line.startswith(f"{name}: ") for line in lines)
    assert "??" not in text and "??" not in "".join(lines)


def test_nothing_of_the_cells_other_forms_is_printed(built):
    for text in (latex(built), ET.tostring(word(built), encoding="unicode")):
        assert not BASE64.search(text) and findings.DRAWING not in text and findings.MIME not in text
    assert {path.suffix for path in (built[0] / "files").iterdir()} == {".png"}


def test_the_quote_is_what_the_finding_says():
    text = (ROOT / "tests" / "report" / "report.md").read_text(encoding="utf-8")
    quote = cite.citation(cite.find(FIGURE), "markdown", cite.collection())
    assert re.sub(r"^\[(.*)\]\(.*?\)(?= \()", r"\1", quote) in text
    assert cite.find(TABLE)["cite"] in text


def test_what_the_report_cites_stands_unchanged_in_all_three_forms(built):
    saved, known = {f["slug"]: f for f in findings.listing()}, register.load()
    files = [built[0].parent / "report.md", built[0] / "report.tex", built[0] / "report.docx"]
    for path in files:
        pairs = verify.cited(reports.text(path))
        assert {slug for slug, _ in pairs} == {FIGURE, TABLE}, path
        assert {verify.outcome(*pair, saved, known).status for pair in pairs} == {"unchanged"}, path
    assert commands.main(["verify", *map(str, files)]) == 0


def test_an_older_fingerprint_in_the_built_report_is_noticed(built, tmp_path, capsys):
    older = tmp_path / "older.tex"
    older.write_text(latex(built).replace(cite.find(TABLE)["cite"], f"{TABLE}@00000000"), encoding="utf-8")
    assert commands.main(["verify", str(older)]) == 1
    assert f"changed    {TABLE}@00000000" in capsys.readouterr().out


def test_a_cell_there_is_not_ends_the_build_in_one_clear_sentence(tmp_path):
    text = (ROOT / "tests" / "report" / "report.md").read_text(encoding="utf-8")
    text = text.replace(f"#{FIGURE}\n", "#fig-arms-oil-cup\n").replace(f"(#{TABLE})", "(#tbl-arms-road)")
    report = laid_out(tmp_path, text)
    status, log = build(report, "--tex")
    assert status == 1
    assert (
        "report.md: expected the label of a cell, there is none named fig-arms-oil-cup, tbl-arms-road" in log
    )
    assert not [*report.glob("_build/report.*")]


def test_every_cell_of_the_collection_can_be_embedded(tmp_path):
    slugs = [f["slug"] for f in findings.listing()]
    export = "{format: tex, template: ./tex, output: _build/report.tex}"
    head = f"---\ntitle: All\nexports:\n  - {export}\n---\n"
    report = laid_out(tmp_path, head + "".join(f"\n:::{{embed}} #{slug}\n:::\n" for slug in slugs))
    status, log = build(report, "--tex")
    assert status == 0 and "⛔" not in log, log
    text = (report / "_build" / "report.tex").read_text(encoding="utf-8")
    assert text.count(r"\includegraphics") == sum(slug.startswith("fig-") for slug in slugs)
    assert text.count(r"\begin{tabular}") == sum(slug.startswith("tbl-") for slug in slugs)
    assert not BASE64.search(text)
