"""Parts of the rendered pages: links lead on, tables fit, controls hold what is asked of them."""

import html
import json
import re

import pytest

from helpers import cite, findings, links, markup, pages, provenance, sources, tables, views
from helpers.errors import CitationError

ABOUT = {**cite.collection(), "repository": "owner/name"}


@pytest.fixture(scope="module")
def gathered():
    return views.gather(pages.contents())


def test_every_notebook_is_on_the_map_once_with_its_question():
    listed = pages.contents()
    there = [p.relative_to(findings.NOTEBOOKS).as_posix() for p in findings.notebooks()]
    assert sorted(p.notebook for p in listed) == there
    assert all(p.title and p.question for p in listed)
    assert listed[1].href == "arms_flows/01_shells_and_containers.html" and listed[1].theme == "Arms flows"


def test_a_notebook_missing_from_the_map_is_named(tmp_path):
    start = {"cells": [{"source": ["no map"]}], "nbformat": 4}
    for name in ("00_start_here.ipynb", "01_new.ipynb"):
        (tmp_path / name).write_text(json.dumps(start), encoding="utf-8")
    with pytest.raises(CitationError, match=r"map of every notebook, 01_new\.ipynb does not fit"):
        pages.contents(tmp_path)


def test_a_cell_is_given_as_saved():
    assert "Two essays of June 2024 say yes" in pages.saved("00_start_here.ipynb", "opening")
    board = pages.saved("00_start_here.ipynb", "tbl-verdict-answer")
    assert board.count("<tr>") == 6 and "commitments" in board
    with pytest.raises(CitationError, match="expected a cell 'none'"):
        pages.saved("00_start_here.ipynb", "none")


def test_pictures_are_measured():
    sizes = pages.size("arms_flows/01_shells_and_containers.ipynb")
    assert sizes["fig-arms-containers-by-origin"] == (860, 420) and "tbl-arms-shells-reconciled" not in sizes


def test_the_cells_of_a_notebook_become_html_with_anchors_and_folded_code():
    slug, around = "tbl-arms-shells-reconciled", {"kind": "Table", "picture": "", "size": None}
    found = {slug: {**around, "cite": "[the citations]", "rows": "[the rows]"}}
    notebook = "arms_flows/01_shells_and_containers.ipynb"
    text = pages.body(pages.exporter(), notebook, found, lambda t: t.replace("ipynb#", "LED#"))
    assert text.count(f'id="cell-id={slug}"') == 1 and "[the citations]" in text and "[the rows]" in text
    assert "<summary>Code" in text and 'highlight hl-ipython3"><pre>' in text
    assert "ipynb#" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.S)


def test_what_is_filled_in_is_escaped():
    template = pages.frame().from_string("{{ said }} {{ 'not_shown' | words }}")
    assert template.render(said="<b>") == "&lt;b&gt; not shown"


def test_markdown_has_no_ids_that_two_cells_could_share():
    text = markup.markdown("## Limits\n\n| a | b |\n| --- | ---: |\n| x | 1 |\n", "limits")
    assert "<h2>Limits</h2>" in text and 'aria-label="Table of limits"' in text
    assert '<td class="right">1</td>' in text and 'scope="col"' in text and "style=" not in text


@pytest.mark.parametrize(
    ("heading", "made"),
    [
        ("How claims are judged", "how-claims-are-judged"),
        ("Licence and redistribution, source by source", "licence-and-redistribution-source-by-source"),
        ("<code>un_votes</code> &amp; more", "un_votes--more"),
    ],
)
def test_headings_have_the_ids_that_github_gives(heading, made):
    assert markup.headed(f"<h2>{heading}</h2>") == f'<h2 id="{made}">{heading}</h2>'


def test_each_table_scrolls_in_a_box_that_the_keyboard_reaches():
    saved = '<table><thead><tr><th style="text-align: left">a</th><th>b</th></tr></thead></table>'
    text = markup.tables(saved * 2 + '<code style="user-select: all">x</code>', "tbl-arms-x")
    assert text.count('role="region" tabindex="0"') == 2
    assert 'aria-label="Table of tbl-arms-x, 2"' in text and "style=" not in text
    assert text.count('scope="col"') == 4 and "<thead " not in text


def test_a_finding_is_parted_into_what_it_says_and_what_is_folded():
    folds = "<details><summary><small>{}</small></summary><ul></ul></details>"
    words, listed = folds.format("Picture in words"), folds.format("Sources")
    said, folded = markup.halves(f"<p>Said.</p>{words}{listed}")
    assert said == "<p>Said.</p>"
    assert folded.startswith(words) and folded.count("data-pagefind-ignore") == 1
    assert markup.halves("<p>Said.</p>") == ("<p>Said.</p>", "")


@pytest.mark.parametrize(
    ("href", "blob", "becomes"),
    [
        ("01_a.ipynb#cell-id=fig-arms-x", None, '<a href="01_a.html#cell-id=fig-arms-x">w</a>'),
        ("../00_start_here.ipynb", None, '<a href="../00_start_here.html">w</a>'),
        ("../../data/README.md#codings", None, '<a href="../data/README.html#codings">w</a>'),
        ("../../tools/x.py", None, "w"),
        ("../../tools/x.py", "https://h/b", '<a href="https://h/b/tools/x.py" rel="noopener">w</a>'),
        ("https://e.org/?a=1&amp;b", None, '<a href="https://e.org/?a=1&amp;b" rel="noopener">w</a>'),
        ("#here", None, '<a href="#here">w</a>'),
    ],
)
def test_links_lead_to_what_the_site_has(href, blob, becomes):
    has = {
        "notebooks/arms/01_a.ipynb": "arms/01_a.html",
        "notebooks/00_start_here.ipynb": "00_start_here.html",
        "data/README.md": "data/README.html",
    }
    text = markup.relink(
        f'<a href="{href}">w</a>', "notebooks/arms/02_b.ipynb", "arms/02_b.html", has.get, blob
    )
    assert text == becomes


def test_publishers_are_those_of_the_rows_behind(gathered):
    named = tables.load("sources").set_index("source_id")["publisher"]
    saved = {f["slug"]: f for f in findings.listing()}
    found = {f["slug"]: f["publishers"] for f in gathered[0]}
    assert found["fig-arms-oil-cap"] == sorted(set(named[saved["fig-arms-oil-cap"]["source_ids"]]))
    # Rows named one by one, and rows with keys of several columns.
    for slug in ("tbl-china-words-agreement", "fig-verdict-reproduced"):
        assert saved[slug]["source_ids"] == []
        ids = sources.split(provenance.behind([slug])["source_ids"])
        assert found[slug] == sorted(set(named[ids])), slug


def test_findings_and_claims_know_each_other(gathered):
    cells, claims = gathered
    assert len(cells) == len(findings.listing()) and len(claims) == len(tables.load("claims"))
    for claim in claims:
        assert [f["slug"] for f in claim["found"]] == claim["cells"].split(";")
        assert all(claim in f["claims"] for f in claim["found"])


def test_controls_hold_all_citations_files_and_the_way_to_binder(gathered):
    figure = next(f for f in gathered[0] if f["slug"] == "fig-arms-oil-cap")
    made = views.controls(figure, "../", True, ABOUT, "v0.1.0")
    assert [form for form, _ in made["citations"]] == list(cite.FORMATS)
    assert dict(made["citations"])["apa"] == cite.citation(figure, "apa", ABOUT, "v0.1.0")
    assert [name for name, *_ in made["files"]] == ["SVG", "PNG", "CSV", "JSON"]
    place = figure["notebook"], figure["cell_id"]
    assert made["binder"] == links.binder("owner/name", "v0.1.0", *place)
    row = pages.frame().get_template("rows.html.j2").render(made)
    assert f'href="{html.escape(made["binder"])}"' in row and "In JupyterLab" not in row


def test_without_a_repository_the_controls_name_the_place_in_jupyterlab(gathered):
    table = next(f for f in gathered[0] if f["kind"] == "Table")
    made = views.controls(table, "../", False, {**ABOUT, "repository": None}, "v0.1.0")
    assert made["binder"] is None and [name for name, *_ in made["files"]] == ["CSV", "JSON"]
    row = pages.frame().get_template("rows.html.j2").render(made)
    assert links.lab(table["notebook"], table["cell_id"]) in row and "binder" not in row.lower()


def test_the_ledger_explains_each_verdict_that_it_gives(gathered):
    page = views.ledger(gathered[1])
    given = {c[f"verdict_{when}"] for c in page["claims"] for when in ("then", "now")}
    assert given <= set(page["verdicts"]) and len(page["meanings"]) == 5
    assert {c["essay"] for c in page["claims"]} <= set(page["essays"])
    assert {c["test_made"] for c in page["claims"]} <= set(page["made"])


def test_the_index_numbers_each_publisher_once(gathered):
    page = views.index(*gathered)
    assert {page["publishers"][n] for n in page["number"].values()} == set(page["number"])
    assert {p for f in gathered[0] for p in f["publishers"]} == set(page["publishers"])


def test_the_shelf_counts_rows_as_the_tables_have_them():
    listed = {t["name"]: t["rows"] for t in views.shelf()["tables"]}
    assert listed["claims"] == len(tables.load("claims")) and listed["coastline"] is None


@pytest.mark.parametrize(("number", "told"), [(10, "1 kB"), (34_499, "34 kB"), (1_240_000, "1.2 MB")])
def test_sizes_are_told_in_short(tmp_path, number, told):
    (tmp_path / "x").write_bytes(b"x" * number)
    assert views.size(tmp_path / "x") == told


def test_titles_are_spoken_in_their_language():
    known = views.languages()
    url = next(url for url, language in known.items() if language == "ko")
    text = markup.relink(f'<a href="{url}">w</a>', "notebooks/a.ipynb", "a.html", {}.get, None, known)
    assert text == f'<a href="{url}" rel="noopener" lang="ko">w</a>'
