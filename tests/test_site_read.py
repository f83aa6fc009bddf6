"""The site as a visitor and a machine read it: links between pages, filters, descriptions, packed files."""

import csv
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from helpers import catalogue, cite, findings, links, pages, press, register, site, tables, views
from helpers.errors import CitationError, NotebookError

ROOT = Path(__file__).resolve().parents[1]
TOOLS = Path(os.environ.get("TOOLS", ROOT / ".venv-tools" / "bin"))
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    to = tmp_path_factory.mktemp("pages") / "site"
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "helpers",
            "site",
            "--to",
            str(to),
            "--ref",
            COMMIT,
            "--repository",
            "owner/name",
            "--address",
            "https://example.org/pact/",
            "--pagefind",
            f"{TOOLS}/python -m pagefind_bin",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
    return to, run.stdout


def soup(built, name):
    return BeautifulSoup((built[0] / name).read_text(encoding="utf-8"), "html.parser")


def test_nothing_is_missing_and_the_search_knows_each_kind_of_page(built):
    assert built[1] == f"{built[0]}: the site is built, open index.html\n"
    entry = json.loads((built[0] / "pagefind" / "pagefind-entry.json").read_text())
    assert entry["languages"]["en"]["page_count"] >= len(findings.notebooks()) + 2  # claims, dictionary
    assert not [p.name for p in (built[0] / "pagefind").iterdir() if "ui." in p.name or "highlight" in p.name]
    assert (
        soup(built, "search.html").select_one("form.search")
        and (built[0] / "pagefind" / "pagefind.js").is_file()
    )


def test_each_notebook_and_each_cell_opens_in_binder_at_the_commit(built):
    for page in pages.contents():
        text = soup(built, page.href)
        there = {a["href"] for a in text.select("a[href^='https://mybinder.org']")}
        own = [f for f in findings.listing() if f["notebook"] == page.notebook]
        wanted = {links.binder("owner/name", COMMIT, f["notebook"], f["cell_id"]) for f in own}
        whole = f"https://mybinder.org/v2/gh/owner/name/{COMMIT}?urlpath=lab/workspaces/{links.workspace(page.notebook)}"
        assert there == wanted | {whole}, page.href


def test_pages_lead_on_and_name_their_findings(built):
    listed = pages.contents()
    page, before, after = listed[3], listed[2], listed[4]
    text = soup(built, page.href)
    assert text.select_one("a[rel=prev]").get_text().endswith(before.title)
    assert text.select_one("a[rel=next]").get_text().endswith(after.title)
    own = [f"#cell-id={f['cell_id']}" for f in findings.listing() if f["notebook"] == page.notebook]
    assert [a["href"] for a in text.select(".side .onpage a")] == own


def test_machines_are_told_of_the_whole_and_of_each_notebook(built):
    def told(name):
        (one,) = soup(built, name).select('script[type="application/ld+json"]')
        assert "<" not in one.string
        return json.loads(one.string)

    assert (
        told("index.html")["@type"] == "Dataset" and told("index.html")["@id"] == "https://example.org/pact/"
    )
    report = told("arms_flows/05_what_came_back.html")
    assert report["@type"] == "Report" and report["@id"].endswith("/arms_flows/05_what_came_back.html")


def test_claims_can_be_filtered_by_what_they_say(built):
    with (tables.DATA / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = {c["claim_id"]: c for c in csv.DictReader(file)}
    page = soup(built, "claims.html")
    essays = {"a": "Essay of Tomorrow's Affairs", "b": "Essay by Sokvy Rim", "both": "Both essays"}
    for one in page.select("#claims > article"):
        c = claims[one["id"]]
        assert [one[f"data-{k}"] for k in ("now", "then", "theme", "kind")] == [
            c["verdict_now"],
            c["verdict_then"],
            c["theme"],
            c["kind"],
        ]
        said = [p.get_text() for p in one.select(".judged p:has(.verdict)")]
        for text, when in zip(said, ("then", "now"), strict=True):
            assert (
                f"{c[f'confidence_{when}']} confidence" in text
                if c[f"confidence_{when}"]
                else "confidence" not in text
            )
        assert one.select_one("p.quiet").get_text().startswith(essays[c["essay"]])
    assert {o["value"] for o in page.select("select[name=theme] option")} - {""} == {
        c["theme"] for c in claims.values()
    }
    index = soup(built, "cells.html")
    bears = {li["id"]: li["data-claims"] for li in index.select("#cells > li")}
    assert bears["fig-arms-oil-cap"].split("|") == [
        i for i, c in claims.items() if "fig-arms-oil-cap" in c["cells"].split(";")
    ]
    for a in soup(built, "arms_flows/05_what_came_back.html").select(".bears span:has(> a)"):
        c = claims[a.select_one("a")["href"].partition("#")[2]]
        assert a.select_one(".verdict").get_text() == c["verdict_now"].replace("_", " ")


def test_the_site_can_be_read_by_all(built):
    assert built[0].stat().st_mode & 0o777 == 0o755


def test_the_copied_crate_names_only_what_the_site_has(built):
    told = json.loads((built[0] / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    (whole,) = [e for e in told["@graph"] if e["@id"] == "./"]
    assert [p["@id"] for p in whole["hasPart"] if not (built[0] / p["@id"]).exists()] == []


@pytest.fixture
def home(tmp_path):
    root = tmp_path / "copy"
    for name in ("data", "notebooks", "src"):
        shutil.copytree(links.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CITATION.cff", "LICENSE", "pyproject.toml", catalogue.METADATA):
        shutil.copy2(links.ROOT / name, root / name)
    return root


def test_a_figure_that_cannot_be_drawn_ends_the_build(home, tmp_path):
    path = home / "notebooks" / "arms_flows" / "05_what_came_back.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("/Td6WFoA", "/Td6WFoB"), encoding="utf-8")
    with pytest.raises(NotebookError, match="expected a packed drawing"):
        site.build(tmp_path / "site", site.settings(ref="v0.1.0"), home / "notebooks")
    assert not (tmp_path / "site").exists()


def test_no_word_ends_the_description_for_machines(monkeypatch):
    monkeypatch.setattr(catalogue, "dataset", lambda *_: {"name": "</script><b>"})
    assert press._metadata(None, links.ROOT, "").count("<") == 2


@pytest.fixture
def unwritten(home, tmp_path):
    (tmp_path / "made").mkdir()
    return lambda *pagefind: press.Site(
        tmp_path / "made", press.Settings("owner/name", "v0.1.0", "", [*pagefind]), home / "notebooks"
    )


def test_a_search_that_cannot_be_built_is_one_sentence(unwritten):
    code = "import pathlib, sys; made = pathlib.Path(sys.argv[2]) / 'pagefind'; made.mkdir();"
    code += "(made / 'pagefind.js').touch(); sys.exit('no memory')"
    with pytest.raises(
        CitationError, match=r"expected Pagefind to index the pages, it ended with: no memory$"
    ):
        unwritten(sys.executable, "-c", code)._search()


def test_packed_files_bear_the_day_of_the_release_and_hidden_files_stay_at_home(unwritten, home):
    (home / "data" / ".estimates.csv.part").write_text("half")
    made = unwritten()
    made._copy()
    made._pack("data")
    assert not (made.made / "data" / ".estimates.csv.part").exists()
    with zipfile.ZipFile(made.made / "data.zip") as packed:
        assert {f"{dt.date(*i.date_time[:3])}" for i in packed.infolist()} == {cite.collection()["released"]}
        assert {i.external_attr >> 16 & 0o044 for i in packed.infolist()} == {0o044}  # others can read them


def test_links_to_what_the_site_has_not_lead_to_the_reference(unwritten):
    text = unwritten()._relink(
        '<a href="../tools/setup.sh">x</a>', "notebooks/00_start_here.ipynb", "00_start_here.html"
    )
    assert 'href="https://github.com/owner/name/blob/v0.1.0/tools/setup.sh"' in text


def test_without_a_reference_the_commit_of_the_checkout_is_cited():
    assert site.settings().ref == (links.commit() or f"v{cite.collection()['version']}")


def test_a_notebook_was_modified_when_what_it_says_now_was_first_said(home):
    root, notebook = home / "notebooks", "arms_flows/05_what_came_back.ipynb"
    known = register.load(root)
    said = known["fig-arms-oil-cap"]["history"]
    said.append(said[-1] | {"fingerprint": "00000000", "from": "2031-05-06"})
    register.save(known, root)
    assert catalogue.article(notebook, home)["dateModified"] < "2031"


def test_a_download_with_terms_of_its_own_names_them():
    shore = {d["contentUrl"]: d for d in catalogue.dataset()["distribution"]}["data/coastline.geojson"]
    assert "naturalearthdata" in shore["license"]


def test_each_form_of_a_citation_has_its_own_name():
    assert list(views.FORMS) == list(cite.FORMATS)
    names = "Sentence Chicago APA BibTeX CSL-JSON Markdown"
    assert list(views.FORMS.values()) == names.split()
