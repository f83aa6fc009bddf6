"""The text of a report, as far as its citations need it.

Markdown, plain text, LaTeX, HTML and DOCX are read with the standard library, of a PDF its text with pypdf.
"""

from __future__ import annotations

import html
import logging
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from pathlib import Path
from typing import IO

from helpers.errors import CitationError

MOST = 10_000_000
"""Bytes of a report that are read."""

_TEXT = (".md", ".txt", ".tex", ".rst", ".qmd", ".html", ".htm")
_PARTS = re.compile(r"word/(document\d*|footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_MARKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "p": "\n"}

# Typesetters write letters, hyphens and the @ in other ways; what is not seen is left out.
_ALIKE = str.maketrans(
    {"\ufb01": "fi", "\ufb02": "fl", "\ufb00": "ff", "\ufb03": "ffi", "\ufb04": "ffl", "\uff20": "@"}
    | dict.fromkeys("\u2010\u2011", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff")
)
_FAULTS = (zipfile.BadZipFile, zlib.error, ET.ParseError)
_INLINE = {
    *("a", "abbr", "b", "bdi", "big", "cite", "code", "em", "font", "i", "kbd", "mark", "s", "samp", "small"),
    *("span", "strong", "tt", "u", "var", "wbr"),
}
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*>\Z")
_BREAKS = re.compile(
    r"\\-|\\(allowbreak|linebreak(\[\d\])?|hspace\*?\{[^{}]*\})(\{\}|\s*)|(?<=[-@])%.*\n[ \t]*"
)


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
    try:
        if not path.is_file():
            told = "it is no file" if path.exists() else "there is no file of that name"
            raise CitationError(f"{path}: expected a report, {told}")
        size = path.stat().st_size
    except OSError as error:
        raise CitationError(f"{path}: expected a report ({error.strerror})") from None
    if size > MOST:
        raise CitationError(f"{path}: expected a report of at most {MOST:,} bytes, got {size:,}")
    kind = path.suffix.lower()
    if kind == ".docx":
        raw = _docx(path)
    elif kind == ".pdf":
        raw = _pdf(path)
    elif kind in _TEXT:
        raw = _plain(path)
        raw = _untagged(raw) if kind in (".html", ".htm") else raw
        raw = re.sub(r"\{([-@])\}", r"\1", _BREAKS.sub("", raw)) if kind == ".tex" else raw
        raw = re.sub(r"\\([-@])", r"\1", html.unescape(raw))  # as Pandoc writes Markdown, and LaTeX \@
    else:
        wanted = ", ".join((*_TEXT, ".docx", ".pdf"))
        raise CitationError(f"{path}: expected one of {wanted}, got {kind or 'no ending'!r}")
    # Only a hyphen within a word parts it: the line below "---" begins anew.
    return re.sub(r"(?<=[A-Za-z0-9][-@])[ \t]*\s*\n[>\s]*|\u00ad[ \t]*\n?", "", raw.translate(_ALIKE))


def _plain(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CitationError(f"{path}: expected a report ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise CitationError(f"{path}: expected text in UTF-8, got {error}") from None


def _untagged(raw: str) -> str:
    """Leave the text of a web page: what stands inline joins, all else parts.

    Not the standard parser, which takes hours for some pages of a few megabytes.
    """
    parts, hidden = [], ""
    for piece in _TAG.split(re.sub(r"<!--.*?(?:-->|\Z)", "\n", raw, flags=re.S)):
        tag = _NAME.match(piece)
        name = tag[2].lower() if tag else ""
        if hidden:
            hidden = "" if tag and tag[1] and name == hidden else hidden
        elif name in ("script", "style") and not tag[1]:
            hidden = name
        elif not tag:
            parts.append(piece)
        elif name not in _INLINE:
            parts.append("\n")
    return html.unescape("".join(parts))


def _words(part: IO[bytes]) -> str:
    found = []
    for event, node in ET.iterparse(part, events=("start", "end")):
        name = node.tag.rpartition("}")[2]  # Word's strict form has another namespace
        if name in _MARKS:
            found += [_MARKS[name]] if event == "end" or name == "p" else []
        elif name == "t" and event == "end":
            found.append(node.text or "")
        if event == "end":
            node.clear()
    return "".join(found)


def _docx(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = [n for n in packed.namelist() if _PARTS.fullmatch(n)]
            if sum(packed.getinfo(n).file_size for n in parts) > 10 * MOST:
                raise CitationError(
                    f"{path}: expected a report, its text unpacks to more than {10 * MOST:,} bytes"
                )
            words = [_words(packed.open(name)) for name in parts]
    except (OSError, EOFError, RuntimeError, LookupError, ValueError, *_FAULTS) as error:
        raise CitationError(f"{path}: expected a DOCX file, got {error}") from None
    if not any(name.startswith("word/document") for name in parts):
        raise CitationError(f"{path}: expected a DOCX file with a document, found none")
    return "\n".join(words)


def _pdf(path: Path) -> str:
    from pypdf import PdfReader  # waited for by those who bring a PDF

    told: list[str] = []
    logger = logging.getLogger("pypdf")
    listener = logging.Handler()
    listener.emit = lambda record: told.append(record.getMessage()) if "filters" in record.name else None
    logger.addHandler(listener)
    logger.propagate = False  # its other remarks would stand beside our one sentence
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except Exception as error:  # whatever another's parser meets in a damaged or locked file
        raise CitationError(f"{path}: expected a PDF file that can be read, got {error}") from None
    finally:
        logger.removeHandler(listener)
        logger.propagate = True
    if told:
        raise CitationError(f"{path}: expected a PDF file that can be read whole, got {told[0]}")
    return "\n".join(pages)
