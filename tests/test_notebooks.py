"""What nbval cannot see: the saved notebooks themselves, read as plain JSON."""

import base64
import io
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from helpers import cells
from helpers.findings import DRAWING, notebooks

PATHS = notebooks()
IDS = [p.relative_to(cells.NOTEBOOKS).as_posix() for p in PATHS]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def code(notebook):
    return [c for c in notebook["cells"] if c["cell_type"] == "code"]


def findings(cell):
    return [o["data"][cells.MIME] for o in cell["outputs"] if cells.MIME in o.get("data", {})]


@pytest.fixture(params=PATHS, ids=IDS)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return load(path)


def test_there_are_notebooks():
    assert len(PATHS) >= 6
    assert IDS[0] == "00_start_here.ipynb"


def test_every_cell_was_run_in_order(notebook):
    counts = [c["execution_count"] for c in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_error_and_nothing_on_stderr(notebook):
    outputs = [o for c in code(notebook) for o in c["outputs"]]
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []


def test_a_cell_meant_to_show_something_does(notebook):
    for cell in code(notebook):
        shows = "finding(" in source(cell) or source(cell).startswith("#| label:")
        assert bool(cell["outputs"]) == shows, cell["id"]
        if "cells.finding(" in source(cell):
            assert len(findings(cell)) == 1, cell["id"]


def test_every_cell_that_shows_something_has_its_slug_as_id_and_label(notebook):
    for cell in code(notebook):
        if cell["outputs"]:
            assert cells.SLUG.fullmatch(cell["id"]) and len(cell["id"]) <= 64
            assert source(cell).splitlines()[0] == f"#| label: {cell['id']}"
        for record in findings(cell):
            assert record["slug"] == cell["id"]
            assert record["fingerprint"] in record["cite"]


def test_slugs_are_unique_in_the_collection():
    ids = [c["id"] for p in PATHS for c in code(load(p)) if c["outputs"]]
    assert sorted(ids) == sorted(set(ids))


def test_ids_are_written_by_hand_and_unique(notebook):
    ids = [c["id"] for c in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert [
        i for i in ids if re.fullmatch(r"[0-9a-f]{8,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", i)
    ] == []


def test_every_picture_has_alt_text_and_its_data(notebook):
    for cell in code(notebook):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                alt = output["metadata"]["image/png"]["alt"]
                (record,) = findings(cell)
                assert len(alt) >= 40 and alt == record["alt"]
                assert output["data"]["text/plain"] == [f"<Figure {cell['id']}: {alt}>"] or output["data"][
                    "text/plain"
                ] == (f"<Figure {cell['id']}: {alt}>")
                assert record["data"]["rows"]


def test_every_finding_says_what_it_rests_on_and_does_not_show(notebook):
    for cell in code(notebook):
        for record in findings(cell):
            assert record["rows"] > 0 and record["origins"] > 0 and record["sources"] > 0
            assert len(record["not_shown"]) >= 20
            assert record["sentence"].endswith(".")


def test_a_sentence_can_be_pasted_into_a_report(notebook):
    for cell in code(notebook):
        for finding in findings(cell):
            sentence = finding["sentence"]
            assert len(sentence.split()) <= 60, (finding["slug"], len(sentence.split()))
            assert sentence.endswith(".") and not re.search(
                r"\b1 (?:times|rows|steps|days|counts)\b|nan|None", sentence
            )


def test_each_themed_notebook_has_three_to_six_findings(path, notebook):
    if path.parent != cells.NOTEBOOKS:
        assert 3 <= sum(len(findings(c)) for c in code(notebook)) <= 6


def test_each_themed_notebook_opens_with_question_answer_and_what_would_change_it(path, notebook):
    opening = "".join(source(c) for c in notebook["cells"][:2])
    assert opening.startswith("# ")
    assert opening.count("\n# ") == 0
    for word in ("**Question.**", "**Answer.**", "**What would change it.**"):
        assert word in opening
    if path.parent != cells.NOTEBOOKS:
        assert "## Limits" in "".join(source(c) for c in notebook["cells"][-3:])


def test_cells_are_short_and_define_nothing(notebook):
    for cell in code(notebook):
        assert len(source(cell).splitlines()) <= 25, cell["id"]
        assert not re.search(r"^\s*(async )?(def|class) |\blambda\b", source(cell), re.M), cell["id"]
        assert not source(cell).rstrip().endswith(";"), cell["id"]


def test_every_cell_of_code_is_introduced_by_prose(notebook):
    kinds = [c["cell_type"] for c in notebook["cells"]]
    introduced = list(pairwise(kinds)).count(("markdown", "code"))
    assert introduced >= 0.95 * kinds.count("code")


KINDS = {"image/png", "text/html", "text/plain", cells.MIME, DRAWING}


def test_nothing_escapes_the_comparison(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        assert cell["cell_type"] in ("code", "markdown") and cell["metadata"] == {}, cell["id"]
        assert "attachments" not in cell
        assert not re.search(r"NBVAL|PYTEST_VALIDATE", source(cell), re.I), cell["id"]
        for output in cell.get("outputs", []):
            assert output["output_type"] == "display_data", cell["id"]
            assert set(output["data"]) <= KINDS, cell["id"]
            assert (DRAWING in output["data"]) == ("image/png" in output["data"]), cell["id"]
            alt = {"alt": output["metadata"].get("image/png", {}).get("alt")}
            assert output["metadata"] == ({"image/png": alt} if "image/png" in output["data"] else {})


def test_nothing_is_cut_off_at_the_edge_of_a_figure(notebook):
    for cell in code(notebook):
        for output in cell["outputs"]:
            if "image/png" in output["data"]:
                raw = base64.b64decode(output["data"]["image/png"])
                pixels = np.asarray(Image.open(io.BytesIO(raw)).convert("L"))
                edges = (pixels[:, :2], pixels[:, -2:], pixels[:2], pixels[-2:])
                assert all((edge > 250).all() for edge in edges), cell["id"]


def test_notebooks_stay_small(path):
    assert path.stat().st_size <= 300 * 1024


def test_links_between_notebooks_lead_somewhere(path, notebook):
    for cell in notebook["cells"]:
        for target in re.findall(r"\]\(([^)#]+\.ipynb)(?:#cell-id=([a-z0-9-]+))?\)", source(cell)):
            other = (path.parent / target[0]).resolve()
            assert other in [p.resolve() for p in PATHS], target
            if target[1]:
                assert target[1] in [c["id"] for c in load(other)["cells"]], target
