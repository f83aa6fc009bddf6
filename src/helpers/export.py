"""Findings as files: the figure, the data behind it and a sidecar that tells what they are.

All is taken from the saved notebooks; no kernel is started.
"""

from __future__ import annotations

import csv
import html
import importlib.util
import io
import json
import re
from pathlib import Path
from typing import Any

from helpers import cite, files, findings, links
from helpers.errors import CitationError
from helpers.findings import NOTEBOOKS

LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
"""Licence of data, text and figures."""

SHARP = 200
"""Dots per inch of the PNG: twice those of the notebook."""


def export(slugs: list[str], folder: Path, root: Path = NOTEBOOKS, force: bool = False) -> list[Path]:
    """Write findings as files: ``SLUG.csv`` and ``SLUG.json``, of a figure ``SLUG.svg`` and ``SLUG.png`` too.

    Parameters
    ----------
    slugs : list of str
        Ids, with or without a fingerprint.
    folder : Path
        Where to; made if there is none.
    root : Path
        Folder with notebooks, in the collection's own folder.
    force : bool
        Write into a folder that holds files, and over files of the same names; others stay.

    Returns
    -------
    list of Path
        The files, in the order of the ids.

    Raises
    ------
    CitationError
        If an id is unknown, or the folder cannot be had. Nothing has been written then.
    """
    _room(folder, force)
    saved, drawn = {f["slug"]: f for f in findings.listing(root)}, findings.drawings(root)
    home = root.resolve().parent
    about, data = cite.collection(home), home / "data"
    resources, known = described(data), _sources(data)
    made: dict[str, bytes] = {}
    for slug, record in {r["slug"]: r for r in (cite.among(slug, saved) for slug in slugs)}.items():
        picture = drawn.get(slug)
        names = {"data": f"{slug}.csv"}
        if picture is not None:
            svg = labelled(picture, record)
            names |= {"drawing": f"{slug}.svg", "picture": f"{slug}.png"}
            made[names["drawing"]], made[names["picture"]] = svg.encode(), sharp(svg)
        made[names["data"]] = table(record).encode()
        cited = [known[i] for i in _named(record, data) if i in known]
        told = sidecar(record, names, about, resources, cited)
        made[f"{slug}.json"] = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    return _written(made, folder)


def _room(folder: Path, force: bool) -> None:
    try:
        there = folder.exists()
        if there and not folder.is_dir():
            raise CitationError(f"{folder}: expected a folder to write to, this is a file")
        taken = there and any(folder.iterdir())
    except OSError as error:
        raise CitationError(f"{folder}: cannot be read ({error.strerror})") from None
    if taken and not force:
        hint = "choose another, or add --force to write over files of the same names"
        raise CitationError(f"{folder}: expected an empty or new folder, this one holds files ({hint})")


def _written(made: dict[str, bytes], folder: Path) -> list[Path]:
    paths = [folder / name for name in made]
    taken = [p for p in paths if p.is_dir()]
    if taken:
        raise CitationError(f"{taken[0]}: expected room for a file of this name, there is a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CitationError(f"{folder}: cannot be written ({error.strerror})") from None
    for path, content in zip(paths, made.values(), strict=True):
        files.write(path, content)
    return paths


def table(record: dict[str, Any]) -> str:
    """Write the drawn or tabled data of a finding as CSV.

    Parameters
    ----------
    record : dict
        As from ``findings.listing``.

    Returns
    -------
    str
        Header and rows; what is missing is empty.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(record["data"]["columns"])
    writer.writerows(record["data"]["rows"])
    return out.getvalue()


def labelled(drawing: str, record: dict[str, Any]) -> str:
    """Put into a drawing what it shows, whence it comes and under which licence.

    Parameters
    ----------
    drawing : str
        SVG.
    record : dict
        The finding.

    Returns
    -------
    str
        SVG with title and description, which screen readers tell.
    """
    told = f"{record['alt']} From The Pact and the Balance, {record['cite']}, {LICENCE['name']}."
    words = f"<title>{record['slug']}</title><desc>{html.escape(told, quote=False)}</desc>"
    return re.sub(
        r"(<svg [^>]*>)", lambda m: m[1].replace("<svg ", '<svg role="img" ') + words, drawing, count=1
    )


def sharp(drawing: str) -> bytes:
    """Turn a drawing into a picture of twice the notebook's resolution.

    Parameters
    ----------
    drawing : str
        SVG with its text in DejaVu Sans.

    Returns
    -------
    bytes
        PNG.
    """
    import resvg_py

    # Found without importing matplotlib, which takes longer than the drawing.
    home = Path(importlib.util.find_spec("matplotlib").submodule_search_locations[0])
    fonts = str(home / "mpl-data" / "fonts" / "ttf")
    return bytes(
        resvg_py.svg_to_bytes(svg_string=drawing, dpi=SHARP, skip_system_fonts=True, font_dirs=[fonts])
    )


def sidecar(
    record: dict[str, Any],
    names: dict[str, str],
    about: dict[str, Any],
    resources: dict[str, dict[str, Any]],
    cited: list[dict[str, str]],
) -> dict[str, Any]:
    """Tell all that a reader of the files needs to know.

    Parameters
    ----------
    record : dict
        The finding.
    names : dict of str to str
        Names of the files beside.
    about : dict
        The collection, as from ``cite.collection``.
    resources : dict of str to dict
        As from `described`.
    cited : list of dict
        Rows of ``sources``.

    Returns
    -------
    dict
        JSON-ready.
    """
    used = [resources[name] for name in record["tables"] if name in resources]
    as_is = ("slug", "fingerprint", "cite", "sentence", "not_shown", "alt", "values", "axes", "basis")
    return {
        **{name: record[name] for name in as_is},
        "units_of_rows": record["units"],
        "data_through": record["data_through"],
        "files": names,
        "columns": {column: _meaning(column, record, used) for column in record["data"]["columns"]},
        "counting_rule": {
            "independent_origins": record["origins"],
            "rows": record["rows"],
            "tables": [
                {"table": r["name"], "one_row_is": r["row"], "gathered": r["gathered"], "limits": r["limits"]}
                for r in used
            ],
            "row_ids": record["row_ids"],
        },
        "number_of_sources": record["sources"],
        "sources_listed": "all" if cited else "none, for there are too many; the tables name them row by row",
        "sources": [
            {k: row[k] or None for k in ("source_id", "publisher", "title", "published", "url", "accessed")}
            for row in cited
        ],
        "licence": LICENCE,
        "collection": {k: about[k] for k in ("title", "version", "released", "authors")},
        "address": cite.address(record, about, None),
        "page": links.page(record["notebook"], record["cell_id"]),
        "citation": cite.citation(record, "chicago", about),
    }


def _meaning(column: str, record: dict[str, Any], used: list[dict[str, Any]]) -> str | None:
    """Say what a column means, where the file holds rows of a table and not what was made of them."""
    said = {
        field["description"]
        for resource in used
        if {*_key(resource)} <= {*record["data"]["columns"]}
        for field in resource["schema"]["fields"]
        if field["name"] == column
    }
    return said.pop() if len(said) == 1 else None


def _key(resource: dict[str, Any]) -> list[str]:
    own = resource["schema"]["primaryKey"]
    return [own] if isinstance(own, str) else own


def _named(record: dict[str, Any], data: Path) -> list[str]:
    if record["source_ids"]:
        return record["source_ids"]
    from helpers import provenance  # its tables are waited for only where a finding has very many sources

    return provenance.source_ids(record, data)


def described(data: Path) -> dict[str, dict[str, Any]]:
    """Read the description of the tables.

    Parameters
    ----------
    data : Path
        Folder with the tables.

    Returns
    -------
    dict of str to dict
        Resources of the data package by name.

    Raises
    ------
    CitationError
        If it cannot be read.
    """
    path = data / "datapackage.json"
    try:
        return {r["name"]: r for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CitationError(f"{path}: expected the description of the tables, got {error!r}") from None


def _sources(data: Path) -> dict[str, dict[str, str]]:
    path = data / "sources.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return {row["source_id"]: row for row in csv.DictReader(lines)}
    except (OSError, ValueError, KeyError) as error:
        raise CitationError(f"{path}: expected the table of sources, got {error!r}") from None
