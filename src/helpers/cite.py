"""Ready-made citations of a finding, from the saved notebooks and without a kernel.

Written by hand for three styles: a CSL processor (citeproc-py with its styles and lxml) would add 14 MB to
Binder for one line of text. The CSL-JSON and BibTeX entries can be given to any processor.
"""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

import yaml

from helpers import links
from helpers.errors import CitationError
from helpers.findings import NOTEBOOKS, listing

FORMATS = ("sentence", "chicago", "apa", "bibtex", "csl-json", "markdown")
"""What `citation` can write."""

_KINDS = {"fig": "figure", "tbl": "table", "txt": "text"}
_TYPES = {"fig": "figure", "tbl": "dataset", "txt": "document"}


def find(slug: str, root: Path = NOTEBOOKS) -> dict[str, Any]:
    """Find a finding among the saved notebooks.

    Parameters
    ----------
    slug : str
        Its id, with or without ``@`` and a fingerprint.
    root : Path
        Folder with notebooks.

    Returns
    -------
    dict
        Its record, as from ``findings.listing``.

    Raises
    ------
    CitationError
        If there is none, or the finding has another fingerprint now; the nearest ids are named.
    """
    return among(slug, {f["slug"]: f for f in listing(root)})


def among(slug: str, saved: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Pick a finding by its id.

    Parameters
    ----------
    slug : str
        Its id, with or without ``@`` and a fingerprint.
    saved : dict of str to dict
        Findings by id.

    Returns
    -------
    dict
        Its record.

    Raises
    ------
    CitationError
        If there is none of that id, or not with that fingerprint.
    """
    name, _, asked = slug.partition("@")
    if name not in saved:
        near = difflib.get_close_matches(name, saved, 2, 0.5)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise CitationError(f"{slug}: expected the id of a finding, there is none of that name{hint}")
    if asked and asked != saved[name]["fingerprint"]:
        hint = "verify tells what a report's citation said"
        raise CitationError(f"{slug}: expected {saved[name]['cite']}, as the finding now is; {hint}")
    return saved[name]


def collection(root: Path = links.ROOT) -> dict[str, Any]:
    """Read how the collection is to be cited.

    Parameters
    ----------
    root : Path
        Folder with ``CITATION.cff`` and ``README.md``.

    Returns
    -------
    dict
        ``title``, ``version``, ``released`` (ISO date), ``authors`` (one text) and ``repository``
        (``owner/name``, or None while the README holds the placeholder).

    Raises
    ------
    CitationError
        If ``CITATION.cff`` cannot be read.
    """
    path = root / "CITATION.cff"
    try:
        cff = yaml.safe_load(path.read_text(encoding="utf-8"))
        authors = ", ".join(_named(a) for a in cff["authors"])
        found = {"title": cff["title"], "version": str(cff["version"]), "released": str(cff["date-released"])}
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError) as error:
        raise CitationError(
            f"{path}: expected title, version, date-released and authors, got {error!r}"
        ) from None
    badge = re.search(
        r"mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/", (root / "README.md").read_text(encoding="utf-8")
    )
    named = badge.group(1) if badge and badge.group(1) != "OWNER/REPOSITORY" else None
    return {**found, "authors": authors, "repository": named}


def _named(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def address(record: dict[str, Any], about: dict[str, Any], ref: str | None) -> str:
    """Give the address under which a finding can be looked up.

    Parameters
    ----------
    record : dict
        As from `find`.
    about : dict
        As from `collection`.
    ref : str or None
        Commit or tag; without one the tag of the version.

    Returns
    -------
    str
        At GitHub where the repository is known, else the path within the collection.

    Raises
    ------
    CitationError
        If the reference is neither a commit nor a tag.
    """
    ref = links.fixed(ref or f"v{about['version']}")
    if about["repository"]:
        return links.source(about["repository"], ref, record["notebook"], record["cell_id"])
    if about.get("site"):
        return about["site"] + links.page(record["notebook"], record["cell_id"])
    return f"notebooks/{record['notebook']}#cell-id={record['cell_id']}"


def citation(record: dict[str, Any], form: str, about: dict[str, Any], ref: str | None = None) -> str:
    """Write the citation of a finding.

    Parameters
    ----------
    record : dict
        As from `find`.
    form : str
        One of `FORMATS`.
    about : dict
        As from `collection`.
    ref : str, optional
        Commit or tag.

    Returns
    -------
    str
        Text, or a BibTeX or CSL-JSON entry. Each holds the sentence with its caveat, the version of the
        collection, the date of the data, the fingerprint and the address.

    Raises
    ------
    CitationError
        If the format is another.
    """
    if form not in FORMATS:
        raise CitationError(f"expected one of {', '.join(FORMATS)} as format, got {form!r}")
    where, kind = address(record, about, ref), _KINDS[record["slug"][:3]]
    if ref not in (None, f"v{about['version']}"):
        about = {**about, "version": f"{about['version']} ({ref})"}
    through = f"data through {record['data_through'] or 'no date'}"
    caveat = f"Does not show: {record['not_shown']}"
    said, year = record["sentence"], about["released"][:4]
    if form == "sentence":
        edition = f"{about['title']}, version {about['version']}"
        return f"{said} ({edition}, {record['cite']}, {through}. {caveat} {where})"
    if form == "markdown":
        named = f"*{about['title']}*, version {about['version']}"
        return f"[{said}]({where}) ({named}, `{record['cite']}`, {through}. {caveat})"
    inner = said.replace("“", "‘").replace("”", "’")  # quoted within a quotation
    if form == "chicago":
        return (
            f"{about['authors']}. “{inner}” {kind.capitalize()} {record['cite']}. In {about['title']}, "
            f"version {about['version']}, {through}. {about['released']}. {where}. {caveat}"
        )
    plain = said.removesuffix(".")
    if form == "apa":
        return (
            f"{about['authors']}. ({year}). {plain} [{kind.capitalize()} {record['cite']}; {through}]. "
            f"In {about['title']} (Version {about['version']}). {where}. {caveat}"
        )
    return _bibtex(record, about, where, caveat) if form == "bibtex" else _csl(record, about, where, caveat)


_LATEX = {c: "\\" + c for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "–": "--", "−": "$-$", "→": r"$\rightarrow$",
}  # fmt: skip


def _tex(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)


def joined(entries: list[str], form: str) -> str:
    """Put several citations into one text that a program can read.

    Parameters
    ----------
    entries : list of str
        As from `citation`.
    form : str
        One of `FORMATS`.

    Returns
    -------
    str
        One list for CSL-JSON; else the entries, an empty line between them.
    """
    if form == "csl-json":
        items = [item for entry in entries for item in json.loads(entry)]
        return json.dumps(items, ensure_ascii=False, indent=2)
    return "\n\n".join(entries)


def _bibtex(record: dict[str, Any], about: dict[str, Any], where: str, caveat: str) -> str:
    through = record["data_through"] or "no date"
    fields = {
        "author": "{" + _tex(about["authors"]) + "}",
        "title": "{" + _tex(record["sentence"]) + "}",
        "howpublished": _tex(f"{about['title']}, version {about['version']}"),
        "year": about["released"][:4],
        "note": _tex(f"{record['cite']}, data through {through}. {caveat}"),
        "url": where,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{record['slug']},\n{lines}\n}}"


def _csl(record: dict[str, Any], about: dict[str, Any], where: str, caveat: str) -> str:
    day = [int(part) for part in about["released"].split("-")]
    item = {
        "id": record["cite"],
        "type": _TYPES[record["slug"][:3]],
        "title": record["sentence"],
        "author": [{"literal": about["authors"]}],
        "container-title": about["title"],
        "version": about["version"],
        "issued": {"date-parts": [day]},
        "note": f"{record['cite']}, data through {record['data_through'] or 'no date'}. {caveat}",
        "URL": where,
    }
    return json.dumps([item], ensure_ascii=False, indent=2)
