"""From a changed row to the reports that cite it: `verify` tells of exactly the findings that rest on it."""

import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from helpers import findings, links

NOTEBOOKS = ("arms_flows/04_routes_and_voyages.ipynb", "arms_flows/05_what_came_back.ipynb")


@pytest.fixture
def collection(tmp_path):
    """Tables, helpers and two notebooks in a folder of their own, and a report that cites every finding."""
    shutil.copytree(links.ROOT / "data", tmp_path / "data")
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(links.ROOT / "src" / "helpers", tmp_path / "src" / "helpers", ignore=skipped)
    for name in (*NOTEBOOKS, "register.json"):
        (tmp_path / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(findings.NOTEBOOKS / name, tmp_path / "notebooks" / name)
    cites = [f["cite"] for f in findings.listing(tmp_path / "notebooks")]
    (tmp_path / "report.md").write_text("\n".join(cites), encoding="utf-8")
    return tmp_path


def helpers(folder, *arguments):
    env = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONHASHSEED": "0"}
    return subprocess.run(
        [sys.executable, "-m", "helpers", *arguments],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def change(folder, table, key, column, value):
    path = folder / "data" / f"{table}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert (rows.iloc[:, 0] == key).sum() == 1
    rows.loc[rows.iloc[:, 0] == key, column] = value
    rows.to_csv(path, index=False, lineterminator="\n")


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("estimates", "oil-delivered-osc-20241122", "low", "1100000"),  # the sentence tells it
        ("voyages", "voy-nsc-20230907-angara", "note", "Another word."),  # no picture shows it
    ],
)
def test_exactly_the_findings_on_a_changed_row_are_told(collection, table, key, column, value):
    before = {f["slug"]: f for f in findings.listing(collection / "notebooks")}
    resting = {slug for slug, f in before.items() if key in f["row_ids"]}
    assert 1 <= len(resting) < len(before)
    assert helpers(collection, "verify", "report.md").returncode == 0

    change(collection, table, key, column, value)
    run = helpers(collection, "run")
    assert run.returncode == 0, run.stderr
    told = helpers(collection, "verify", "report.md")
    lines = [line.split() for line in told.stdout.splitlines() if line.startswith("  ") and "@" in line]
    status = {cite.partition("@")[0]: word for word, cite, *_ in lines if word in ("changed", "unchanged")}
    assert status.keys() == before.keys() and told.returncode == 1
    assert {slug for slug, word in status.items() if word == "changed"} == resting
    if column == "low":
        assert "osc: 1000000 → 1100000" in told.stdout
        assert "was  By OSC's estimate from tanker calls ships carried at least 1,000,000" in told.stdout
    else:
        assert "the sentence stands; rows or drawn data behind it have changed" in told.stdout
