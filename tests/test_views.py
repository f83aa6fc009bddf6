"""What pages are filled with: links, choices, names and sizes."""

import pytest

from helpers import cite, markup, pages, tables, views

ABOUT = {**cite.collection(), "repository": "owner/name"}


@pytest.fixture(scope="module")
def gathered():
    return views.gather(pages.contents())


def test_links_with_marks_in_their_address_stay_whole():
    text = markup.relink(
        '<a href="a%20b.ipynb">w</a><a href="//e.org/x">w</a>',
        "notebooks/s.ipynb",
        "s.html",
        lambda p: None,
        "https://h/b",
    )
    assert '<a href="//e.org/x" rel="noopener">w</a>' in text
    seen = []
    text = markup.relink(
        '<a href="R&amp;D.ipynb">w</a>',
        "notebooks/s.ipynb",
        "s.html",
        lambda p: seen.append(p) or "R&D.html",
        None,
    )
    assert seen == ["notebooks/R&D.ipynb"] and text == '<a href="R&amp;D.html">w</a>'


def test_a_centred_column_needs_no_style():
    assert 'class="center"' in markup.markdown("| a |\n| :-: |\n| x |\n", "t")


def test_findings_follow_the_map_and_have_short_names(gathered):
    order = [p.notebook for p in pages.contents()]
    places = [order.index(f["notebook"]) for f in gathered[0]]
    assert places == sorted(places)
    assert next(f for f in gathered[0] if f["slug"] == "fig-arms-oil-cap")["short"] == "oil cap"


def test_what_can_be_chosen_is_what_there_is(gathered):
    page, ledger = views.index(*gathered), views.ledger(gathered[1])
    assert page["kinds"] == ["Figure", "Table"] and page["themes"] == [
        "Arms flows",
        "Regional reactions",
        "China's position",
        "Verdicts",
    ], (page["kinds"], page["themes"])
    assert ledger["themes"] and set(ledger["themes"]) == set(tables.load("claims")["theme"])
    meant = dict(ledger["meanings"])
    assert len(set(meant.values())) == 5 and all(len(words) > 20 for words in meant.values())


def test_sizes_and_rows_stand_beside_their_own_table():
    for t in views.shelf()["tables"]:
        assert t["size"] == views.size(tables.DATA / t["path"])
