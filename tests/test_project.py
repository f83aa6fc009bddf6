"""The house itself: one lock behind everything, generated files up to date, nothing private inside."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from jupyterlab_server.workspaces_handler import WorkspacesManager
from packaging.requirements import Requirement

from helpers import cells, dictionary, findings, links, register, tables
from helpers.findings import notebooks

ROOT = Path(__file__).resolve().parents[1]


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tracked():
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in out.splitlines()]


def pins():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line.rstrip(" \\") for line in lock.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    return [Requirement(line) for line in lines]


def test_the_lock_is_hashed_and_names_no_host():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock and not re.search(r"^--(?!hash)", lock, re.M)
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        assert "--hash=sha256:" in block


def test_the_lock_fulfils_what_the_project_asks_for():
    locked = {r.name.lower().replace("_", "-"): r for r in pins()}
    for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text:
            wanted = Requirement(text)
            (version,) = [s.version for s in locked[wanted.name].specifier]
            assert wanted.specifier.contains(version), line


def test_sorts_are_stable_so_that_ties_fall_alike_on_every_machine():
    for path in [*(ROOT / "src").rglob("*.py"), *notebooks()]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            code = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
            text = "\n".join("".join(c["source"]) for c in code)
        for call in re.findall(r"\.sort_values\(((?:[^()]|\([^()]*\))*)\)", text):
            several = call.lstrip().startswith("[")  # pandas sorts several keys stably
            assert several or "stable" in call, (path.name, call)


def test_what_is_installed_is_what_is_locked():
    for pin in pins():
        if pin.marker is None or pin.marker.evaluate():
            assert pin.specifier.contains(metadata.version(pin.name)), pin


def test_environment_yml_is_generated_from_the_lock():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert text == tool("environment").render(lock)
    for pin in pins():
        assert f"- {pin.name}" in text.replace('"', "")
    assert "- python=3.11\n" in text


def test_the_data_dictionary_is_generated_from_the_schema():
    assert (tables.DATA / "README.md").read_text(encoding="utf-8") == dictionary.render()


def test_the_dictionary_explains_every_column():
    text = (tables.DATA / "README.md").read_text(encoding="utf-8")
    for res in tables.package()["resources"]:
        for field in res.get("schema", {}).get("fields", []):
            assert f"| `{field['name']}` |" in text and len(field["description"]) >= 4


def test_every_source_has_its_licence_note():
    text = (tables.DATA / "README.md").read_text(encoding="utf-8")
    for source_id in tables.load("sources")["source_id"]:
        assert f"[{source_id}](" in text


def test_each_notebook_has_a_workspace_that_opens_it(tmp_path):
    tool("workspaces").main(tmp_path)
    known = WorkspacesManager(tmp_path)
    for path in notebooks():
        name = links.workspace(path.relative_to(findings.NOTEBOOKS).as_posix())
        data = known.load(name)["data"]  # JupyterLab asks for it by this name
        widget = data["layout-restorer:data"]["main"]["current"]
        assert ROOT / data[widget]["data"]["path"] == path


def test_binder_would_build_this_environment(tmp_path):
    command = Path(os.environ.get("TOOLS", ROOT / ".venv-tools" / "bin")) / "jupyter-repo2docker"
    checkout = tmp_path / "repo"
    checkout.mkdir()
    for path in tracked():
        target = checkout / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    run = subprocess.run(
        [command, "--no-run", "--no-build", "--debug", str(checkout)],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, "DOCKER_HOST": ""},
    )  # fmt: skip
    plan = run.stdout + run.stderr
    assert run.returncode == 0, plan[-2000:]
    assert "python=3.11" in plan
    assert re.search(r"COPY .*environment\.yml", plan)
    assert re.search(r"RUN \./postBuild", plan)


def test_the_readme_shows_every_notebook_and_both_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make lab" in text and "make test" in text
    for path in notebooks():
        assert f"](notebooks/{path.relative_to(cells.NOTEBOOKS).as_posix()})" in text


def test_the_readme_states_the_size_of_the_environment():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    reference = {
        "python_version": "3.11",
        "python_full_version": "3.11.7",
        "sys_platform": "linux",
        "os_name": "posix",
    }
    count = sum(pin.marker is None or pin.marker.evaluate(reference) for pin in pins())
    assert f"{count} packages" in text


def test_public_helpers_are_documented_and_annotated():
    for path in sorted((ROOT / "src" / "helpers").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                text = ast.get_docstring(node) or ""
                assert "Returns\n" in text or (node.returns and ast.unparse(node.returns) == "None"), (
                    node.name
                )
                for arg in [*node.args.args, *node.args.kwonlyargs]:
                    assert arg.annotation is not None and arg.arg in text, (path.name, node.name, arg.arg)


def test_public_helpers_are_tested():
    tests = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").glob("test_*.py"))
    public = [
        f"{path.stem}.{node.name}"
        for path in sorted((ROOT / "src" / "helpers").glob("[a-z]*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [name for name in public if f"{name}(" not in tests] == []


def test_modules_only_look_down_the_stream():
    stream = (
        "errors files tables rules checks sources coding votes treaties claims dictionary models estimates"
    )
    stream += " trade rates events measures board series reproduce figures charts timelines comparisons"
    stream += " trends findings outputs links cite register reports verify catalogue provenance cells execute"
    stream += " export markup pages views press site __main__"
    order = stream.split()
    modules = {p.stem: p for p in (ROOT / "src" / "helpers").glob("*.py") if p.stem != "__init__"}
    assert sorted(order) == sorted(modules)
    for name, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            used = []
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
                used = [node.module.split(".")[1]] if "." in node.module else [a.name for a in node.names]
            if isinstance(node, ast.Import):
                used = [a.name.split(".")[1] for a in node.names if a.name.startswith("helpers.")]
            for other in used:
                assert order.index(other) < order.index(name), f"{name} imports {other}"


def test_no_path_of_a_machine_stands_in_the_tree():
    for path in tracked():
        if path.suffix in (
            ".py",
            ".md",
            ".sh",
            ".toml",
            ".yml",
            ".in",
            ".txt",
            ".ipynb",
            ".json",
            ".cfg",
            ".csv",
        ):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?<![\w.])/(?:home|root|Users|work)/\w", text), path


URL = "import urllib.request\nurllib.request.urlopen('http://{}/', timeout=5)"
DATAGRAM = "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))"
QUIET = "import socket\nsocket.socket().connect_ex(('192.0.2.1', 80))"


@pytest.mark.parametrize("code", [URL.format("192.0.2.1"), URL.format("example.org"), DATAGRAM, QUIET])
def test_no_way_out_is_left_open(code):
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "the tests run without network" in run.stderr


def test_old_python_is_one_clear_sentence(tmp_path):
    fake = '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.1" && exit 0\nexit 1\n'
    (tmp_path / "python3").write_text(fake)
    (tmp_path / "python3").chmod(0o755)
    run = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup.sh"), str(tmp_path / "venv"), "requirements.txt"],
        capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert run.returncode == 1
    assert "needs Python 3.11" in run.stderr and "found: Python 3.9.1" in run.stderr
    assert run.stderr.count("\n") == 1 and not (tmp_path / "venv").exists()


def test_a_python_that_is_named_is_the_one_that_counts(tmp_path):
    env = {"PATH": os.environ["PATH"], "PYTHON": "/nowhere/python3.11"}
    run = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup.sh"), str(tmp_path / "venv"), "requirements.txt"],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert run.returncode == 1 and "none under /nowhere/python3.11" in run.stderr


def test_addresses_of_cells_in_prose_are_up_to_date():
    saved = {f["cite"] for f in cells.listing()}
    for path in [*ROOT.glob("*.md"), *notebooks()]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "".join("".join(c["source"]) for c in json.loads(text)["cells"])
        assert set(re.findall(r"\b(?:fig|tbl|txt)-[a-z0-9-]+@[0-9a-f]{8}\b", text)) <= saved, path


def test_the_register_knows_every_finding_as_it_is():
    known, saved = register.load(), findings.listing()
    assert register.updated(known, saved, "2100-01-01") == known  # else: make register


def test_a_changed_value_has_its_correction():
    noted = tables.load("corrections")
    for slug, entry in register.load().items():
        for old, new in pairwise(entry["history"]):
            if old["values"] != new["values"]:
                rows = noted[noted["cells"].fillna("").str.split(";").map(lambda ids, s=slug: s in ids)]
                assert (rows["corrected"] >= old["from"]).any(), (slug, new["fingerprint"])
