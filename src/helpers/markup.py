"""HTML of cells made fit for pages: tables that scroll, links that lead on, no style of its own."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from nbconvert.filters import markdown2html_mistune

_LINK = re.compile(r'<a\b([^>]*?)href="([^"]*)"([^>]*)>(.*?)</a>', re.S)
_SIDE = re.compile(r' style="text-align: ?(left|right|center);?"')
_ROW = re.compile(r"<tr\b.*?</tr>", re.S)
_CELL = re.compile(r"<td\b(?: class=\"(\w+)\")?>(.*?)</td>", re.S)

_SHORT, _LONG = 16, 48  # letters in the longest cell of a column: a code, a passage


def markdown(source: str | list[str], name: str) -> str:
    """Set Markdown as HTML.

    Parameters
    ----------
    source : str or list of str
        The text, or its lines.
    name : str
        What to call its tables.

    Returns
    -------
    str
        HTML; headings have no ids, for those of two cells could be the same.
    """
    text = re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html_mistune("".join(source)))
    return tables(re.sub(r"<(h\d) id=[^>]*>", r"<\1>", text), name)


def headed(text: str) -> str:
    """Give headings the ids that GitHub gives them, so that links made for it lead there.

    Parameters
    ----------
    text : str
        HTML, headings without ids.

    Returns
    -------
    str
        HTML.
    """

    def name(match: re.Match[str]) -> str:
        words = html.unescape(re.sub(r"<.*?>", "", match[2])).lower()
        made = re.sub(r"[^\w -]", "", words).replace(" ", "-")
        return f'<{match[1]} id="{made}">{match[2]}</{match[1]}>'

    return re.sub(r"<(h[2-6])>(.*?)</\1>", name, text, flags=re.S)


def tables(text: str, name: str) -> str:
    """Let tables scroll in a box of their own, and say of their head cells what they head.

    Parameters
    ----------
    text : str
        HTML as saved.
    name : str
        Cell the tables stand in, for those who hear the page.

    Returns
    -------
    str
        HTML without style attributes, which the pages' policy forbids.
    """
    text = _SIDE.sub(lambda m: f' class="{m[1]}"', text).replace(' style="user-select: all"', ' class="all"')
    text = re.sub(r"<th(?=[ >])(?![^>]*scope)", '<th scope="col"', text).replace("</th><th", "</th> <th")
    counted = iter(range(1, text.count("<table") + 1))

    def box(match: re.Match[str]) -> str:
        number = next(counted)
        label = f"Table of {name}" + (f", {number}" if number > 1 else "")
        inner = _widths(match[0])
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{inner}</div>'

    return re.sub(r"<table\b.*?</table>", box, text, flags=re.S)


def _widths(table: str) -> str:
    """Mark the cells of narrow and of wordy columns, so that codes take no room from passages."""
    longest: dict[int, int] = {}
    for row in _ROW.findall(table):
        for k, (_, inner) in enumerate(_CELL.findall(row)):
            words = html.unescape(re.sub(r"<.*?>", "", inner))
            longest[k] = max(longest.get(k, 0), len(words))

    def mark(row: re.Match[str]) -> str:
        column = iter(range(len(longest)))

        def cell(match: re.Match[str]) -> str:
            size = longest[next(column)]
            own = "short" if size <= _SHORT else "long" if size > _LONG else ""
            if match[1] == "right" or not own:
                return match[0]
            return f'<td class="{own if match[1] is None else f"{match[1]} {own}"}">{match[2]}</td>'

        return _CELL.sub(cell, row[0])

    return _ROW.sub(mark, table)


def halves(text: str) -> tuple[str, str]:
    """Part the HTML of a finding into what it says and what is folded.

    Parameters
    ----------
    text : str
        HTML as saved.

    Returns
    -------
    (str, str)
        The sentence with its small print; the folded lists, of which the search leaves the sources out.
    """
    said, _, folded = tables(text, "").partition("<details>")
    folded = f"<details>{folded}" if folded else ""
    listed = "<code>data/sources.csv</code>"
    folded = folded.replace(listed, f'<a href="../../data/sources.csv">{listed}</a>')
    return said, folded.replace(
        "<details><summary><small>Sources", "<details data-pagefind-ignore><summary><small>Sources"
    )


def relink(
    text: str,
    source: str,
    page: str,
    copied: Callable[[str], str | None],
    blob: str | None,
    languages: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Lead links between files of the repository to what the site has of them.

    Parameters
    ----------
    text : str
        HTML.
    source : str
        Path, in the repository, of the file in which the links stand.
    page : str
        Path, in the site, of the page it becomes.
    copied : callable
        Tells of a path in the repository where the site has it, or None.
    blob : str or None
        Address of the repository's files, for those that the site has not.
    languages : mapping of str to str
        Language of the pages behind addresses, as ``ko``, so that their titles are spoken in it.

    Returns
    -------
    str
        HTML; links to what is neither here nor there are words only.
    """
    here, folder = posixpath.dirname(source), posixpath.dirname(page) or "."

    def change(match: re.Match[str]) -> str:
        before, href, after, words = match.groups()
        parts = urlsplit(html.unescape(href))
        if parts.scheme or parts.netloc:
            spoken = languages.get(html.unescape(href), "en")
            lang = f' lang="{spoken}"' if spoken != "en" else ""
            return f'<a{before}href="{href}"{after} rel="noopener"{lang}>{words}</a>'
        if not parts.path:
            return match[0]
        wanted = posixpath.normpath(posixpath.join(here, parts.path))
        there, mark = copied(wanted), f"#{parts.fragment}" if parts.fragment else ""
        if there is not None:
            href = posixpath.relpath(there, folder) + mark
        elif blob is not None:
            href, after = f"{blob}/{wanted}{mark}", f'{after} rel="noopener"'
        else:
            return words
        return f'<a{before}href="{html.escape(href)}"{after}>{words}</a>'

    return _LINK.sub(change, text)
