"""The notebooks as parts of web pages: their map, their cells as HTML, their links.

nbconvert sets the cells, by a template of our own: its stock templates bring 300 KB of style to each page.
"""

from __future__ import annotations

import base64
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert import TemplateExporter
from nbconvert.filters import Highlight2HTML

from helpers import links, markup
from helpers.errors import CitationError
from helpers.findings import MIME, NOTEBOOKS

TEMPLATES = Path(__file__).parent / "templates"
"""Templates and the files that pages share."""

START = "00_start_here.ipynb"
"""The notebook that holds the map of all."""

KINDS = {"fig": "Figure", "tbl": "Table", "txt": "Text"}
"""Kind of a finding by the first letters of its id."""

_MAPPED = re.compile(r"^\| *(.*?) *\| \[(.+?)\]\((\S+?\.ipynb)\) \| (.+?) \|$", re.M)


@dataclass(frozen=True)
class Page:
    """A notebook as a page.

    Attributes
    ----------
    notebook : str
        Path relative to ``notebooks/``.
    href : str
        Path of its page, relative to the root of the site.
    theme, title, question : str
        As the map in the start notebook has them.
    """

    notebook: str
    href: str
    theme: str
    title: str
    question: str


def contents(root: Path = NOTEBOOKS) -> list[Page]:
    """Read the map of the collection from the start notebook.

    Parameters
    ----------
    root : Path
        Folder with notebooks.

    Returns
    -------
    list of Page
        The start notebook, then the others in the order of the map.

    Raises
    ------
    CitationError
        If a notebook is missing from the map, or the map names one that is not there.
    """
    words = "\n".join("".join(cell["source"]) for cell in _cells(root / START))
    pages, theme = (
        [_page(START, "", "Start here", "The question, how to read a finding, the answers so far")],
        "",
    )
    for named, title, notebook, question in _MAPPED.findall(words):
        theme = named or theme
        pages.append(_page(notebook, theme, title, question))
    there = {
        p.relative_to(root).as_posix() for p in root.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
    }
    odd = sorted(there ^ {p.notebook for p in pages})
    if odd:
        raise CitationError(f"{root / START}: expected a map of every notebook, {odd[0]} does not fit it")
    return pages


def _page(notebook: str, theme: str, title: str, question: str) -> Page:
    return Page(notebook, notebook.removesuffix(".ipynb") + ".html", theme, title, question)


def _cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def saved(notebook: str, cell: str, root: Path = NOTEBOOKS) -> str:
    """Give the HTML of one cell as it was saved: its prose, or its outputs without code.

    Parameters
    ----------
    notebook : str
        Path relative to the folder.
    cell : str
        Cell id.
    root : Path
        Folder with notebooks.

    Returns
    -------
    str
        HTML; its links are those of the notebook.

    Raises
    ------
    CitationError
        If there is no such cell.
    """
    for one in _cells(root / notebook):
        if one["id"] == cell:
            if one["cell_type"] == "markdown":
                return markup.markdown(one["source"], cell)
            parts = ("".join(o.get("data", {}).get("text/html", "")) for o in one["outputs"])
            return markup.tables("\n".join(parts), cell)
    raise CitationError(f"{root / notebook}: expected a cell {cell!r}, there is none")


def size(notebook: str, root: Path = NOTEBOOKS) -> dict[str, tuple[int, int]]:
    """Measure the pictures of a notebook.

    Parameters
    ----------
    notebook : str
        Path relative to the folder.
    root : Path
        Folder with notebooks.

    Returns
    -------
    dict of str to (int, int)
        Width and height in pixels by cell id.
    """
    found = {}
    for cell in _cells(root / notebook):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                head = base64.b64decode("".join(output["data"]["image/png"])[:64])
                found[cell["id"]] = struct.unpack(">II", head[16:24])
    return found


def exporter() -> TemplateExporter:
    """Make the exporter that sets the cells of notebooks.

    Returns
    -------
    TemplateExporter
        It wants ``found`` among the resources: by id of a finding what stands around it. Not nbconvert's
        `HTMLExporter`, which reads and writes each page once more in search of pictures without alt text:
        a third of the time of the whole site.
    """
    made = TemplateExporter(
        file_extension=".html", extra_template_basedirs=[str(TEMPLATES)], template_name="notebook"
    )
    made.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=made))
    made.register_filter("tables", markup.tables)
    made.register_filter("markdown", markup.markdown)
    made.register_filter("halves", markup.halves)
    return made


def body(
    made: TemplateExporter,
    notebook: str,
    found: dict[str, dict[str, Any]],
    relink: Callable[[str], str],
    root: Path = NOTEBOOKS,
) -> str:
    """Set the cells of one notebook.

    Parameters
    ----------
    made : TemplateExporter
        As from `exporter`.
    notebook : str
        Path relative to the folder.
    found : dict of str to dict
        By id of a finding: ``kind``, ``picture``, ``size``, and as HTML ``cite`` and ``rows``.
    relink : callable
        Leads the links in prose and outputs to pages.
    root : Path
        Folder with notebooks.

    Returns
    -------
    str
        HTML of the cells, each with the anchor ``cell-id=`` and its id.
    """
    made.register_filter("relink", relink)
    read = nbformat.read(root / notebook, as_version=4)
    text, _ = made.from_notebook_node(read, resources={"found": found, "mime": MIME})
    return text


def frame() -> Environment:
    """Open the templates of the pages.

    Returns
    -------
    Environment
        What is filled in is escaped unless it is marked as HTML.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.update(Markup=Markup, lab=links.lab, page=links.page)
    made.filters["words"] = lambda text: text.replace("_", " ")
    return made
