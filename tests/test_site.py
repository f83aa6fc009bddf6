"""The rendered site as a reader meets it: whole, linked, citable, and silent towards the world."""

import csv
import html
import json
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from helpers import __main__ as commands
from helpers import cite, findings, links, press, site, tables
from helpers.errors import CitationError

ROOT = Path(__file__).resolve().parents[1]
SAVED = findings.listing()
ABOUT = cite.collection()
REF = "v0.1.0"
ADDRESS = "https://example.org/pact/"


class Seen(HTMLParser):
    """What the tests ask of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.tags, self.alts, self.styled = [], [], [], [], {}, []
        self.lang = self.title = self.policy = None
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        has = dict(pairs)
        self.tags.append(tag)
        self.ids += [has["id"]] if "id" in has else []
        self.links += [has["href"]] if tag == "a" and "href" in has else []
        self.loads += [has["src"]] if "src" in has else []
        self.loads += [has["href"]] if tag == "link" and has["rel"] != "canonical" else []
        self.styled += (
            [tag] if "style" in has or tag == "style" or any(k.startswith("on") for k in has) else []
        )
        self.styled += [tag] if tag == "script" and "src" not in has and has.get("type") is None else []
        if tag == "img":
            self.alts[has["src"]] = has.get("alt")
        if tag == "html":
            self.lang = has.get("lang")
        if has.get("http-equiv") == "Content-Security-Policy":
            self.policy = has["content"]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "title" and self.title is None:
            self.title = data


def build(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "helpers", "site", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build over an older site, once for all tests."""
    to = tmp_path_factory.mktemp("pages") / "site"
    to.mkdir()
    for name in (site.MARK, "stale.html"):
        (to / name).write_text("old")
    run = build("--to", to, "--ref", REF, "--address", ADDRESS, "--force")
    assert run.returncode == 0, run.stderr
    return to, run.stdout


@pytest.fixture(scope="module")
def seen(built):
    to = built[0]
    texts = {p.relative_to(to).as_posix(): p.read_text(encoding="utf-8") for p in to.rglob("*.html")}
    return {name: Seen(text) for name, text in texts.items()}


def soup(built, name):
    return BeautifulSoup((built[0] / name).read_text(encoding="utf-8"), "html.parser")


def test_an_older_site_is_replaced_and_nothing_is_left_beside_it(built):
    to, told = built
    assert not (to / "stale.html").exists() and (to / site.MARK).is_file()
    assert [p.name for p in to.parent.iterdir()] == ["site"]
    assert ("No repository is named" in told) == (ABOUT["repository"] is None)
    assert "no full-text search" in told and told.endswith("the site is built, open index.html\n")


def test_every_notebook_has_its_page_and_a_copy(built, seen):
    for path in findings.notebooks():
        notebook = path.relative_to(findings.NOTEBOOKS).as_posix()
        assert links.page(notebook, "x").partition("#")[0] in seen
        assert (built[0] / "notebooks" / notebook).read_bytes() == path.read_bytes()


def test_every_finding_has_its_anchor_and_its_files(built, seen):
    for f in SAVED:
        page, _, anchor = links.page(f["notebook"], f["cell_id"]).partition("#")
        assert seen[page].ids.count(anchor) == 1, f["slug"]
        kinds = ["csv", "json", *(["svg", "png"] if f["slug"].startswith("fig") else [])]
        for kind in kinds:
            assert (built[0] / "cells" / f"{f['slug']}.{kind}").stat().st_size > 0
            assert f"../cells/{f['slug']}.{kind}" in seen[page].links, f["slug"]


def test_every_finding_can_be_cited_from_its_page_in_all_formats(built):
    texts = {}
    for f in SAVED:
        page = links.page(f["notebook"], f["cell_id"]).partition("#")[0]
        if page not in texts:
            texts[page] = html.unescape((built[0] / page).read_text(encoding="utf-8"))
        for form in cite.FORMATS:
            assert f">{cite.citation(f, form, ABOUT | {'site': ADDRESS}, REF)}</pre>" in texts[page], (
                f["slug"],
                form,
            )
        assert f["sentence"] in texts[page] and f["cite"] in texts[page]
        place = f["notebook"], f["cell_id"]
        named = ABOUT["repository"]
        assert (links.binder(named, REF, *place) if named else links.lab(*place)) in texts[page]


def test_every_internal_link_and_anchor_resolves(built, seen):
    for name, page in seen.items():
        for href in page.links:
            parts = urlsplit(href)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("http", "https"), (name, href)
                continue
            target = (built[0] / name).parent / unquote(parts.path) if parts.path else built[0] / name
            target = Path(os.path.normpath(target))
            assert target.is_file() and built[0] in target.parents, (name, href)
            if parts.fragment:
                there = seen[target.relative_to(built[0]).as_posix()]
                assert unquote(parts.fragment) in there.ids, (name, href)


def test_no_page_loads_anything_from_outside_or_has_script_or_style_of_its_own(built, seen):
    for name, page in seen.items():
        for src in page.loads:
            assert not urlsplit(src).scheme and not urlsplit(src).netloc, (name, src)
            assert ((built[0] / name).parent / src).is_file(), (name, src)
        assert page.styled == [], name
        assert page.policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), name
    for path in (built[0] / "assets").iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w+\.|@import|url\(", text), path


def test_every_page_has_a_language_a_title_of_its_own_and_one_heading(seen):
    assert len({page.title for page in seen.values()}) == len(seen)
    for name, page in seen.items():
        assert page.lang == "en" and page.tags.count("h1") == 1 and page.tags.count("main") == 1, name
        assert len(set(page.ids)) == len(page.ids), name


def test_every_picture_is_told_in_words(seen):
    told = {Path(src).stem: alt for page in seen.values() for src, alt in page.alts.items()}
    assert told == {f["slug"]: f["alt"] for f in SAVED if f["slug"].startswith("fig")}


def test_the_claims_page_holds_each_claim_with_both_verdicts(built):
    page = soup(built, "claims.html")
    with (tables.DATA / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    assert len(page.select("#claims > article")) == len(claims) == 53
    for claim in claims:
        one = page.find(id=claim["claim_id"])
        shown = [v.get_text() for v in one.select(".verdict")]
        assert shown == [claim[f"verdict_{when}"].replace("_", " ") for when in ("then", "now")]
        text = one.get_text()
        for column in ("claim", "why_then", "why_now", "would_change", "test", "support", "refute"):
            assert claim[column] in text, (claim["claim_id"], column)
        assert [a.get_text() for a in one.select(".shown a")] == claim["cells"].split(";")


def test_the_index_lists_every_cell_with_what_its_filter_needs(built):
    page = soup(built, "cells.html")
    entries = {li["id"]: li for li in page.select("#cells > li")}
    assert sorted(entries) == sorted(f["slug"] for f in SAVED)
    publishers = [o["value"] for o in page.select("#publishers option")]
    for f in SAVED:
        one = entries[f["slug"]]
        assert f["sentence"] in one.get_text() and f["cite"] in one.get_text()
        assert one["data-kind"] == {"fig": "Figure", "tbl": "Table", "txt": "Text"}[f["slug"][:3]]
        told = [publishers[int(n)] for n in one["data-publisher"].split("|") if n]
        assert told or any(" rows " in key for key in f["row_ids"]), f["slug"]
    claims = {c["value"] for c in page.select("select[name=claims] option")}
    assert {c for li in entries.values() for c in li["data-claims"].split("|")} <= claims


def test_the_front_page_takes_its_answers_from_the_start_notebook(built):
    text = soup(built, "index.html").get_text()
    saved = {f["slug"]: f["sentence"] for f in SAVED}
    for slug in ("fig-verdict-board", "tbl-verdict-ledger", "fig-verdict-rivals"):
        assert saved[slug] in text
    start = (findings.NOTEBOOKS / "00_start_here.ipynb").read_text(encoding="utf-8")
    for title, question in re.findall(r"\[(.+?)\]\(\w+/\w+\.ipynb\) \| (.+?) \|", start):
        assert title in text and question in text


def test_the_data_and_the_packed_files_are_whole(built):
    to = built[0]
    for name in ("CITATION.cff", "LICENSE", "data/datapackage.json", "data/README.md", "data/claims.csv"):
        assert (to / name).read_bytes() == (ROOT / name).read_bytes()
    listed = {r["path"] for r in json.loads((to / "data" / "datapackage.json").read_text())["resources"]}
    with zipfile.ZipFile(to / "data.zip") as packed:
        assert {f"data/{path}" for path in listed} <= set(packed.namelist()) and packed.testzip() is None
    with zipfile.ZipFile(to / "cells.zip") as packed:
        assert {f"cells/{f['slug']}.csv" for f in SAVED} <= set(packed.namelist())
    shown = {a["href"] for a in soup(built, "data.html").select("tbody th a")}
    assert shown == {f"data/{path}" for path in listed}


def test_pages_name_their_public_address(built):
    for name, where in (("index.html", ""), ("claims.html", "claims.html")):
        link = soup(built, name).find("link", rel="canonical")
        assert link["href"] == ADDRESS + where


def test_without_pagefind_the_search_page_points_to_the_index(built):
    page = soup(built, "search.html")
    assert "built without full-text search" in page.get_text()
    assert page.select_one(".content a[href='cells.html']") and not page.select("form.search")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--ref", "main"), "not a branch, got 'main'"),
        (("--repository", "pact"), "expected owner/name as repository, got 'pact'"),
        (("--address", "example.org"), "expected a web address"),
        (("--pagefind", "no-such-program"), "there is none at 'no-such-program'"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_no_folder(tmp_path, capsys, arguments, says):
    assert commands.main(["site", "--to", str(tmp_path / "site"), *arguments]) == 1
    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_a_repository_and_a_tag_are_taken_as_given():
    chosen = site.settings("owner/name", REF, "https://example.org/pact", None)
    assert chosen == press.Settings("owner/name", REF, ADDRESS, [])
    assert links.fixed(site.settings().ref)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_with_other_files_is_left_alone(tmp_path, force):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CitationError, match="was not built by this command"):
        site.build(tmp_path, site.settings(ref=REF), force=force)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("thesis.txt", "mine")]


def test_a_site_is_replaced_only_when_that_is_asked(tmp_path):
    (tmp_path / site.MARK).write_text("old")
    with pytest.raises(CitationError, match="--force replaces"):
        site.build(tmp_path, site.settings(ref=REF))
    assert [p.name for p in tmp_path.iterdir()] == [site.MARK]


def test_a_file_or_a_place_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    for to in (tmp_path / "file", tmp_path / "none" / "site"):
        with pytest.raises(CitationError, match="expected a folder"):
            site.build(to, site.settings(ref=REF))
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_build_that_fails_leaves_the_old_site_and_nothing_half_made(tmp_path, monkeypatch):
    to = tmp_path / "site"
    to.mkdir()
    (to / site.MARK).write_text("old")
    monkeypatch.setattr(press.views, "gather", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        site.build(to, site.settings(ref=REF), force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["site"] and (to / site.MARK).read_text() == "old"
