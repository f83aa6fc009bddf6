"""Describe the collection to archives (RO-Crate) and to search engines (schema.org), in JSON-LD.

No fact is written here: name, version and authors come from ``CITATION.cff``, the tables with their sizes
and checksums from ``data/datapackage.json``, titles and questions from the notebooks.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from helpers import checks, cite, files, findings, links, register, tables
from helpers.errors import CitationError, NotebookError

Document = dict[str, Any]
"""A description in JSON-LD, or an entity of it."""

METADATA = "ro-crate-metadata.json"
"""Name that RO-Crate gives to its metadata document."""

_SHA256 = {"sha256": "http://schema.org/sha256"}  # the context of RO-Crate 1.1 is older than this term
_FILES = (
    ("README.md", "Read me", "How to run the collection, cite it and add to it.", "text/markdown"),
    ("CITATION.cff", "Citation", "How the collection is cited.", "application/yaml"),
    ("LICENSE", "Licence", "What the licences cover.", "text/plain"),
    ("data/datapackage.json", "Data Package", "Every table and column described.", "application/json"),
    ("data/README.md", "Data dictionary", "The Data Package for readers.", "text/markdown"),
    ("notebooks/register.json", "Register", "What each finding said since when.", "application/json"),
)


def crate(root: Path = links.ROOT) -> Document:
    """Describe the collection as an RO-Crate 1.1.

    Of a notebook it tells path, title and question only, so that running notebooks again changes nothing.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    dict
        The metadata document: flattened JSON-LD.

    Raises
    ------
    CitationError
        If ``CITATION.cff`` cannot be read, or a file to be listed is missing or is not as described.
    NotebookError
        If a notebook does not open with a heading and a question.
    """
    about, package = _about(root), tables.package(root / "data")
    project = tomllib.loads(_there(root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licence, spdx = _licence(package["licenses"][0]), project["license"]
    code = _licence({"path": f"https://spdx.org/licenses/{spdx}", "name": spdx, "title": "For the code"})
    makers = {"@id": "#authors", **about["makers"]}
    places = [{"@id": f"#{n.replace(' ', '-')}", "@type": "Place", "name": n} for n in package["places"]]
    parts, others = [_file(root, *words) for words in _FILES], []
    for res in package["resources"]:
        table = _file(root, f"data/{res['path']}", res["title"], res["description"], res["mediatype"])
        own = [_licence(told) for told in res.get("licenses", [])]
        parts.append(table | _size(root, res) | _given(license=[_ref(one) for one in own]))
        others += own
    for path in findings.notebooks(root / "notebooks"):
        name, kind = path.relative_to(root).as_posix(), "application/x-ipynb+json"
        notebook = _file(root, name, *_opening(path), kind) | {"@type": ["File", "SoftwareSourceCode"]}
        parts.append(notebook | {"license": [_ref(licence), _ref(code)]})
    helpers = {"@id": "src/helpers/", "@type": "Dataset", "name": project["name"], "license": _ref(code)}
    parts.append(helpers | {"description": project["description"]})
    whole = {
        "@id": "./",
        "@type": "Dataset",
        **about["said"],
        **_given(url=about["repository"]),
        **dict.fromkeys(("author", "publisher"), _ref(makers)),
        "license": _ref(licence),
        "spatialCoverage": [_ref(place) for place in places],
        "hasPart": [_ref(part) for part in parts],
    }
    head = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "description": "Generated from the files it describes by `make data`; edit those, not this one.",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": _ref(whole),
    }
    entities = {e["@id"]: e for e in [head, whole, makers, licence, code, *others, *places, *parts]}
    return {"@context": ["https://w3id.org/ro/crate/1.1/context", _SHA256], "@graph": [*entities.values()]}


def within(document: Document, folder: Path) -> Document:
    """Leave out of a description the parts that a copy has not.

    Parameters
    ----------
    document : dict
        As from `crate`.
    folder : Path
        The copy.

    Returns
    -------
    dict
        The same with the files that lie there.
    """
    graph = document["@graph"]
    (whole,) = [entity for entity in graph if entity["@id"] == "./"]
    gone = {part["@id"] for part in whole["hasPart"] if not (folder / part["@id"]).exists()}
    kept = [
        {**e, "hasPart": [p for p in e["hasPart"] if p["@id"] not in gone]} if e is whole else e
        for e in graph
    ]
    return {**document, "@graph": [e for e in kept if e["@id"] not in gone]}


def refresh(root: Path = links.ROOT) -> None:
    """Bring ``ro-crate-metadata.json`` up to date.

    Parameters
    ----------
    root : Path
        The checkout.
    """
    text = _render(root)  # before the file is opened, so that a fault leaves it as it was
    files.write(root / METADATA, text)


def problems(root: Path = links.ROOT) -> list[str]:
    """Tell whether ``ro-crate-metadata.json`` says what the files say.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    list of str
        One line, or none if all is well.
    """
    path = root / METADATA
    try:
        wanted = _render(root)
    except (CitationError, NotebookError) as error:
        return [str(error)]
    if path.is_file() and path.read_text(encoding="utf-8") == wanted:
        return []
    return [f"{path}: expected what the files now say, `make data` renews it"]


def dataset(root: Path = links.ROOT, address: str | None = None) -> Document:
    """Describe the collection for the front page of its site.

    Parameters
    ----------
    root : Path
        The checkout.
    address : str, optional
        Where the site is published, ``https://…``. Without one, addresses are relative to the front page.
        The tables are expected in ``data/`` beside that page.

    Returns
    -------
    dict
        A ``Dataset`` of schema.org with one ``DataDownload`` for each file of ``data/``.

    Raises
    ------
    CitationError
        If the address is no web address, ``CITATION.cff`` cannot be read, or a table is not as described.
    """
    base, about, package = _base(address), _about(root), tables.package(root / "data")
    fields = tables.resource("estimates", root / "data")["schema"]["fields"]
    series = next(field["constraints"]["enum"] for field in fields if field["name"] == "series")
    read = tables.load("sources", data=root / "data")["accessed"].max()
    mended = tables.load("corrections", data=root / "data")["corrected"].max()
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_given(**{"@id": base, "url": base or about["repository"]}),
        **about["said"],
        "dateModified": max(about["said"]["datePublished"], f"{max(read, mended):%Y-%m-%d}"),
        "isAccessibleForFree": True,
        "license": package["licenses"][0]["path"],
        **dict.fromkeys(("creator", "publisher"), about["makers"]),
        "spatialCoverage": [{"@type": "Place", "name": name} for name in package["places"]],
        "variableMeasured": [{"@type": "PropertyValue", "name": name.replace("_", " ")} for name in series],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": res["title"],
                "description": res["description"],
                "encodingFormat": res["mediatype"],
                "contentUrl": f"{base}data/{res['path']}",
                **_size(root, res),
                **_given(license=[own["path"] for own in res.get("licenses", [])]),
            }
            for res in package["resources"]
        ],
    }


def article(notebook: str, root: Path = links.ROOT, address: str | None = None) -> Document:
    """Describe a notebook for its page, each finding under its own address.

    Parameters
    ----------
    notebook : str
        Path relative to ``notebooks/``, as ``arms_flows/05_what_came_back.ipynb``.
    root : Path
        The checkout.
    address : str, optional
        As in `dataset`. Without one, addresses are relative to the notebook's page.

    Returns
    -------
    dict
        A ``Report`` of schema.org; its parts are ``Claim``: address, ``id@fingerprint``, sentence, caveat.
        It was modified when the register first saw the newest of them.

    Raises
    ------
    CitationError
        If the address is no web address, or ``CITATION.cff`` or the register cannot be read.
    NotebookError
        If there is no such notebook, or it does not open with a heading and a question.
    """
    base, about, folder = _base(address), _about(root), root / "notebooks"
    title, question = _opening(folder / notebook)
    said = [found for found in findings.listing(folder) if found["notebook"] == notebook]
    known = register.load(folder)
    seen = [(f["fingerprint"], past) for f in said for past in known.get(f["slug"], {}).get("history", [])]
    page = base and base + links.page(notebook, "").partition("#")[0]
    front, released = base or "../" * notebook.count("/") or "./", about["said"]["datePublished"]
    return {
        "@context": "https://schema.org/",
        "@type": "Report",
        **_given(**{"@id": page, "url": page}),
        "name": title,
        "description": question,
        "author": about["makers"],
        "license": tables.package(root / "data")["licenses"][0]["path"],
        "version": about["said"]["version"],
        "datePublished": released,
        "dateModified": max([released, *(p["from"] for now, p in seen if p["fingerprint"] == now)]),
        "isPartOf": {"@type": "Dataset", "name": about["said"]["name"], "url": front},
        "hasPart": [
            {
                "@type": "Claim",
                "@id": f"{page}#cell-id={found['cell_id']}",
                "identifier": found["cite"],
                "text": found["sentence"],
                "description": f"Does not show: {found['not_shown']}",
            }
            for found in said
        ],
    }


def _render(root: Path) -> str:
    return json.dumps(crate(root), ensure_ascii=False, indent=1) + "\n"


def _about(root: Path) -> Document:
    """Gather what all descriptions say of the whole."""
    told, package = cite.collection(root), tables.package(root / "data")
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    newest = tables.load("sources", data=root / "data")["published"].max()
    said = {
        "name": told["title"],
        "description": f"{cff.get('abstract', '')} {package['description']}".strip(),
        "datePublished": told["released"],
        "version": told["version"],
        "keywords": ", ".join(cff.get("keywords", [])),
        "temporalCoverage": f"{package['since']}/{newest:%Y-%m-%d}",
    } | _given(identifier=f"https://doi.org/{cff['doi']}" if "doi" in cff else None)
    repository = f"https://github.com/{told['repository']}" if told["repository"] else None
    makers = {"@type": "Organization", "name": told["authors"], **_given(url=repository)}
    return {"makers": makers, "repository": repository, "said": said}


def _opening(path: Path) -> tuple[str, str]:
    try:
        text = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise NotebookError(f"{path}: expected a notebook of format 4, got {error!r}") from None
    found = re.match(r"# (.+)\n\n\*\*Question\.\*\* (.+)", text)
    if not found:
        raise NotebookError(f"{path}: expected a heading and a question in the first cell")
    return found[1], found[2]


def _file(root: Path, name: str, title: str, description: str, kind: str) -> Document:
    _there(root / name)
    return {"@id": name, "@type": "File", "name": title, "description": description, "encodingFormat": kind}


def _there(path: Path) -> Path:
    if not path.is_file():
        raise CitationError(f"{path}: expected a file, found none")
    return path


def _size(root: Path, res: Document) -> Document:
    """Tell rows, bytes and checksum of a table, never those of another state of it."""
    path = _there(root / "data" / res["path"])
    raw = path.read_bytes()
    if checks.digest(raw) != res["hash"]:
        raise CitationError(f"{path}: expected the checksum in datapackage.json, `make data` renews it")
    rows = raw.count(b"\n") - 1  # `checks` sees to it that a row is a line
    size = {"size": f"{rows} rows"} if "schema" in res else {}
    return {**size, "contentSize": str(len(raw)), "sha256": res["hash"].removeprefix("sha256:")}


def _licence(told: Document) -> Document:
    return {"@id": told["path"], "@type": "CreativeWork", "name": told["name"], "description": told["title"]}


def _ref(entity: Document) -> Document:
    return {"@id": entity["@id"]}


def _given(**fields: Any) -> Document:
    """Leave out what is not known; one value stands without a list, as compacted JSON-LD has it."""
    some = {name: value for name, value in fields.items() if value}
    return {name: v[0] if isinstance(v, list) and len(v) == 1 else v for name, v in some.items()}


def _base(address: str | None) -> str:
    if address and not re.fullmatch(r"https?://[^\s?#]+", address):
        raise CitationError(f"expected an address https://…, got {address!r}")
    return f"{address.rstrip('/')}/" if address else ""
