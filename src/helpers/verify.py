"""Does a report still cite what the collection says? Read the report, find its citations, tell each.

Markdown, plain text, LaTeX, HTML and DOCX are read with the standard library, of a PDF its text with pypdf.
"""

from __future__ import annotations

import difflib
import html
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import CitationError
from helpers.findings import SLUG
from helpers.register import Register

CITED = re.compile(rf"(?<![A-Za-z0-9-])({SLUG.pattern})@([0-9a-zA-Z]+)")
"""A citation: id, @, fingerprint; a damaged fingerprint is found too, so that it can be told."""

_FINGERPRINT = re.compile(r"[0-9a-f]{8}")

MOST = 10_000_000
"""Bytes of a report that are read."""

_TEXT = (".md", ".txt", ".tex", ".rst", ".qmd", ".html", ".htm")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Outcome:
    """What became of one citation.

    Attributes
    ----------
    cite : str
        As cited.
    status : str
        ``unchanged``, ``changed``, ``retired`` or ``unknown``.
    says : str
        What the reader should know, empty if unchanged.
    """

    cite: str
    status: str
    says: str = ""


def text(path: Path) -> str:
    """Read the text of a report.

    Parameters
    ----------
    path : Path
        The report.

    Returns
    -------
    str
        Its text, words parted at the end of a line joined again.

    Raises
    ------
    CitationError
        If it is no file, larger than `MOST`, of a kind that is not read, or cannot be read.
    """
    if not path.is_file():
        raise CitationError(f"{path}: expected a report, there is no file of that name")
    size = path.stat().st_size
    if size > MOST:
        raise CitationError(f"{path}: expected a report of at most {MOST:,} bytes, got {size:,}")
    kind = path.suffix.lower()
    if kind == ".docx":
        raw = _docx(path)
    elif kind == ".pdf":
        raw = _pdf(path)
    elif kind in _TEXT:
        raw = _plain(path)
        raw = html.unescape(re.sub(r"<[^>]*>", "", raw)) if kind in (".html", ".htm") else raw
        raw = raw.replace(r"\-", "").replace(r"\allowbreak", "") if kind == ".tex" else raw
    else:
        wanted = ", ".join((*_TEXT, ".docx", ".pdf"))
        raise CitationError(f"{path}: expected one of {wanted}, got {kind or 'no ending'!r}")
    return re.sub(r"(?<=[-@])\s*\n\s*|[\u00ad\u200b\u2060]", "", raw)


def _plain(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CitationError(f"{path}: expected text in UTF-8, got {error}") from None


def _docx(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [
                n for n in packed.namelist() if re.fullmatch(r"word/(document|footnotes|endnotes)\.xml", n)
            ]
            if sum(packed.getinfo(n).file_size for n in parts) > 10 * MOST:
                raise CitationError(
                    f"{path}: expected a report, its text unpacks to more than {10 * MOST:,} bytes"
                )
            roots = [ET.fromstring(packed.read(name)) for name in parts]
    except (OSError, zipfile.BadZipFile, ET.ParseError, KeyError) as error:
        raise CitationError(f"{path}: expected a DOCX file, got {error}") from None
    if not roots:
        raise CitationError(f"{path}: expected a DOCX file with a document, found none")
    paragraphs = (p for root in roots for p in root.iter(f"{_WORD}p"))
    return "\n".join("".join(t.text or "" for t in p.iter(f"{_WORD}t")) for p in paragraphs)


def _pdf(path: Path) -> str:
    from pypdf import PdfReader  # half a second; waited for by those who bring a PDF
    from pypdf.errors import PyPdfError

    try:
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    except (OSError, PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CitationError(f"{path}: expected a PDF file that can be read, got {error!r}") from None


def cited(report: str) -> list[tuple[str, str]]:
    """Find the citations in a text.

    Parameters
    ----------
    report : str
        The text.

    Returns
    -------
    list of (str, str)
        Id and fingerprint of each, once, in the order met; the fingerprint in small letters.
    """
    return list(dict.fromkeys((m[1], m[m.re.groups].lower()) for m in CITED.finditer(report)))


def outcome(slug: str, fingerprint: str, saved: dict[str, dict[str, Any]], register: Register) -> Outcome:
    """Tell what became of one citation.

    Parameters
    ----------
    slug, fingerprint : str
        As cited.
    saved : dict of str to dict
        Findings of the saved notebooks by id.
    register : Register
        What was published.

    Returns
    -------
    Outcome
        ``unchanged`` if the notebooks hold it as cited; ``changed`` with sentence and values then, where
        the register knows that fingerprint, and now; ``retired`` with its successor; ``unknown`` with the
        nearest ids.
    """
    cite, entry = f"{slug}@{fingerprint}", register.get(slug)
    now = saved.get(slug)
    if now and now["fingerprint"] == fingerprint:
        return Outcome(cite, "unchanged")
    if entry and entry["successor"]:
        return Outcome(cite, "retired", f"successor: {entry['successor']}")
    if now is None:
        near = difflib.get_close_matches(slug, {*saved, *register}, 2, 0.5)
        return Outcome(cite, "unknown", f"nearest: {', '.join(near)}" if near else "no id is near")
    if not _FINGERPRINT.fullmatch(fingerprint):
        return Outcome(cite, "unknown", f"expected eight hexadecimal digits after @; now {now['cite']}")
    then = next((h for h in (entry or {"history": []})["history"] if h["fingerprint"] == fingerprint), None)
    if then is None:
        return Outcome(
            cite, "changed", f"was  (fingerprint never published)\nis   {now['sentence']}  {now['cite']}"
        )
    lines = [f"was  {then['sentence']}  (from {then['from']})", f"is   {now['sentence']}  {now['cite']}"]
    for name in sorted(then["values"].keys() | now["values"].keys()):
        a, b = then["values"].get(name), now["values"].get(name)
        lines += [f"{name}: {a} → {b}"] if a != b else []
    if then["sentence"] == now["sentence"]:
        lines.append("the sentence stands; rows or drawn data behind it have changed")
    return Outcome(cite, "changed", "\n".join(lines))
