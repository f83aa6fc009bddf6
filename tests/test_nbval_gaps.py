"""A stored output that no longer matches its code fails, pictures and cleared cells included."""

import base64
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from helpers.findings import DRAWING

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A checkout with one small notebook, run and saved once."""
    tmp_path = tmp_path_factory.mktemp("saved")
    (tmp_path / "src").symlink_to(ROOT / "src")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tests" / "offline", tmp_path / "tests" / "offline")
    shutil.copy(ROOT / "tests" / "nbval_sanitize.cfg", tmp_path / "tests")
    import nbformat

    from helpers import execute

    code = (
        "#| label: fig-arms-test\n"
        "from helpers import cells, charts, tables\n"
        "rows = tables.load('estimates').query(\"series == 'containers'\").head(4)\n"
        "chart = charts.ranges(rows, rows['origin_id'], title='A finding',\n"
        "                       xlabel='containers', caption='Sources: a few.')\n"
        "cells.finding('fig-arms-test', 'There are {n} rows.', rows, show=chart, n=len(rows),\n"
        "              alt='Four estimates of containers, one below the other.', not_shown='anything else.')"
    )
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code, id="fig-arms-test")])
    path = tmp_path / "notebooks" / "01_test.ipynb"
    nbformat.write(notebook, path)
    execute.run(tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def project(saved, tmp_path):
    """A copy of it that a test may spoil."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True, symlinks=True)
    return tmp_path / "notebooks" / "01_test.ipynb"


def nbval(path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "notebooks"],
        cwd=path.parents[1], capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    return run.returncode


def white(notebook):
    data = notebook["cells"][0]["outputs"][0]["data"]
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
    picture.putpixel((5, 5), (0, 0, 0))
    raw = io.BytesIO()
    picture.save(raw, "PNG")
    data["image/png"] = base64.b64encode(raw.getvalue()).decode()


def thinner(notebook):
    """The drawing alone is changed; packed otherwise, it would still be the same."""
    data = notebook["cells"][0]["outputs"][0]["data"]
    text = lzma.decompress(base64.b64decode(data[DRAWING])).replace(b"stroke-width: 0", b"stroke-width: 9", 1)
    data[DRAWING] = base64.b64encode(lzma.compress(text, check=lzma.CHECK_CRC32)).decode()


def repacked(notebook):
    data = notebook["cells"][0]["outputs"][0]["data"]
    text = lzma.decompress(base64.b64decode(data[DRAWING]))
    data[DRAWING] = base64.b64encode(lzma.compress(text, check=lzma.CHECK_CRC32, preset=0)).decode()


def no_picture(notebook):
    del notebook["cells"][0]["outputs"][0]["data"]["image/png"]


def other_data(notebook):
    for output in notebook["cells"][0]["outputs"]:
        for kind, record in output["data"].items():
            if kind.endswith("+json"):
                record["data"]["rows"][0][0] = "another-row"


def cleared(notebook):
    notebook["cells"][0] |= {"outputs": [], "execution_count": None}


def other_alt(notebook):
    notebook["cells"][0]["outputs"][0]["data"]["text/plain"] = "<Figure fig-arms-test: something else>"


def edited_code(notebook):
    notebook["cells"][0]["source"] = "".join(notebook["cells"][0]["source"]).replace(
        "'A finding'", "'B finding'"
    )


def test_a_true_notebook_passes(project):
    assert nbval(project) == 0
    notebook = json.loads(project.read_text(encoding="utf-8"))
    before = json.dumps(notebook)
    repacked(notebook)
    assert json.dumps(notebook) != before
    project.write_text(json.dumps(notebook), encoding="utf-8")
    assert nbval(project) == 0


def extra_jpeg(notebook):
    notebook["cells"][0]["outputs"][0]["data"]["image/jpeg"] = "AAAA"


def network(notebook):
    """A cell that reaches out; were it let through, it would run without a complaint."""
    notebook["cells"][0] |= {
        "source": "from socket import *\nsocket(AF_INET, SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "outputs": [{"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {},
                     "execution_count": 1}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "change", [extra_jpeg, network, white, thinner, no_picture, other_data, cleared, other_alt, edited_code]
)
def test_a_false_one_fails(project, change):
    notebook = json.loads(project.read_text(encoding="utf-8"))
    change(notebook)
    project.write_text(json.dumps(notebook), encoding="utf-8")
    assert nbval(project) == 1
