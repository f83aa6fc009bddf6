"""What the pages of the site are filled with, read from the saved notebooks and the tables."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from helpers import cite, findings, links, markup, pages, provenance, tables
from helpers.pages import Page

Record = dict[str, Any]

ESSAYS = {"a": "Essay of Tomorrow's Affairs", "b": "Essay by Sokvy Rim", "both": "Both essays"}

FORMS = {
    "sentence": "Sentence",
    "chicago": "Chicago",
    "apa": "APA",
    "bibtex": "BibTeX",
    "csl-json": "CSL-JSON",
    "markdown": "Markdown",
}

TEST_MADE = {
    "as_written": "as written",
    "bent": "in part: something else, named in the reasons above, stood in for what was missing",
    "not_made": "not made: what it asks for was not found",
}


def gather(listed: list[Page], root: Path = findings.NOTEBOOKS) -> tuple[list[Record], list[Record]]:
    """Read the findings and the claims, each with those of the others it has to do with.

    Parameters
    ----------
    listed : list of Page
        As from ``pages.contents``; the findings follow this order.
    root : Path
        Folder with notebooks, beside that with the data.

    Returns
    -------
    (list of dict, list of dict)
        The findings, with ``kind``, ``page``, ``short``, ``claims`` and ``publishers``; the claims, with
        their ``found``.
    """
    data = root.parent / "data"
    claims = _rows(data / "claims.csv")
    order = {page.notebook: n for n, page in enumerate(listed)}
    saved = sorted(findings.listing(root), key=lambda f: order[f["notebook"]])
    names = {row["source_id"]: row["publisher"] for row in _rows(data / "sources.csv")}
    cells = [
        {
            **f,
            "kind": pages.KINDS[f["slug"][:3]],
            "page": listed[order[f["notebook"]]],
            "short": " ".join(f["slug"].split("-")[2:]),
            "claims": [c for c in claims if f["slug"] in c["cells"].split(";")],
            "publishers": sorted({names[i] for i in provenance.source_ids(f, data)}),
        }
        for f in saved
    ]
    by_slug = {f["slug"]: f for f in cells}
    for claim in claims:
        claim["found"] = [by_slug[slug] for slug in claim["cells"].split(";") if slug in by_slug]
    return cells, claims


def controls(f: Record, up: str, drawn: bool, about: Record, ref: str) -> Record:
    """Give what the controls of a finding are filled with.

    Parameters
    ----------
    f : dict
        The finding, as from `gather`.
    up : str
        Way from its page to the root of the site.
    drawn : bool
        Whether it has a figure.
    about : dict
        As from ``cite.collection``.
    ref : str
        Commit or tag.

    Returns
    -------
    dict
        ``citations`` in all forms, ``files``, ``claims`` and, where a repository is named, ``binder``.
    """
    base = f"{up}cells/{f['slug']}"
    files = [("CSV", f"{base}.csv", "Data"), ("JSON", f"{base}.json", "Data and description")]
    if drawn:
        files = [("SVG", f"{base}.svg", "Figure"), ("PNG", f"{base}.png", "Figure"), *files]
    named = about["repository"]
    return {
        "f": f,
        "up": up,
        "files": files,
        "claims": f["claims"],
        "forms": FORMS,
        "citations": [(form, cite.citation(f, form, about, ref)) for form in cite.FORMATS],
        "binder": links.binder(named, ref, f["notebook"], f["cell_id"]) if named else None,
    }


def ledger(claims: list[Record], data: Path = tables.DATA) -> Record:
    """Give what the page of claims is filled with.

    Parameters
    ----------
    claims : list of dict
        As from `gather`.
    data : Path
        Folder with the tables.

    Returns
    -------
    dict
        The claims and what can be chosen among them; what each verdict means stands in the data's
        description.
    """
    (rules,) = (s["text"] for s in tables.package(data)["sections"] if s["title"] == "How claims are judged")
    meant = [m for m in (re.fullmatch(r"\| `(\w+)` \| (.+?) \|", line) for line in rules) if m]
    html = ((m[1], markup.markdown(m[2], "").strip()) for m in meant)
    meanings = [(verdict, text.removeprefix("<p>").removesuffix("</p>")) for verdict, text in html]
    return {
        "claims": claims,
        "meanings": meanings,
        "verdicts": [verdict for verdict, _ in meanings],
        "themes": sorted({c["theme"] for c in claims}),
        "kinds": sorted({c["kind"] for c in claims}),
        "essays": ESSAYS,
        "made": TEST_MADE,
    }


def index(cells: list[Record], claims: list[Record]) -> Record:
    """Give what the index of cells is filled with.

    Parameters
    ----------
    cells, claims : list of dict
        As from `gather`.

    Returns
    -------
    dict
        The cells and what can be chosen among them.
    """
    names = sorted({p for f in cells for p in f["publishers"]}, key=str.casefold)
    return {
        "cells": cells,
        "themes": list(dict.fromkeys(f["page"].theme for f in cells)),
        "kinds": sorted({f["kind"] for f in cells}),
        "claims": [c for c in claims if c["found"]],
        "publishers": names,
        "number": {name: n for n, name in enumerate(names)},
    }


def shelf(data: Path = tables.DATA) -> Record:
    """Give what the page of the data is filled with.

    Parameters
    ----------
    data : Path
        Folder with the tables.

    Returns
    -------
    dict
        The package and its tables, with ``rows`` (None for what has none) and ``size``.
    """
    package = tables.package(data)
    return {
        "package": package,
        "tables": [
            {
                **r,
                "rows": len(_rows(data / r["path"])) if r["path"].endswith(".csv") else None,
                "size": size(data / r["path"]),
            }
            for r in package["resources"]
        ],
    }


def languages(data: Path = tables.DATA) -> dict[str, str]:
    """Tell in which language the sources are written.

    Parameters
    ----------
    data : Path
        Folder with the tables.

    Returns
    -------
    dict of str to str
        Code of the language, as ``ko``, by address.
    """
    return {row["url"]: row["language"] for row in _rows(data / "sources.csv") if row["language"]}


def size(path: Path) -> str:
    """Tell the size of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        As ``1.2 MB`` or ``34 kB``.
    """
    number = path.stat().st_size
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{max(number / 1e3, 1):.0f} kB"


def _rows(path: Path) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
