"""Findings as saved: read from the notebooks' own outputs, without a kernel and in milliseconds.

Nothing heavier than the standard library is imported here, so that a citation or a check is there at
once.
"""

from __future__ import annotations

import base64
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers import errors

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

MIME = "application/vnd.pact-and-balance.finding+json"
"""Type of the output that carries a finding and its data."""

DRAWING = "application/vnd.pact-and-balance.drawing+svg-xz"
"""Type of the output that carries a figure as a drawing: SVG, packed by xz, in base64."""

NEEDED = ("slug", "fingerprint", "cite", "sentence", "values", "not_shown", "data_through", "rows", "origins",
          "row_ids", "tables", "sources", "source_ids", "data")  # fmt: skip
"""What is read of a finding here and elsewhere."""

SLUG = re.compile(r"(fig|tbl|txt)-(arms|region|china|verdict)(-[a-z0-9]+)+")
"""Form of a finding's id; at most 64 characters."""


def listing(root: Path = NOTEBOOKS) -> list[dict[str, Any]]:
    """Read the findings from saved notebooks; no kernel is started.

    Parameters
    ----------
    root : Path
        Folder with notebooks, searched through and through.

    Returns
    -------
    list of dict
        The record of each finding, with ``notebook`` (path relative to the folder) and ``cell_id``,
        in the order of the notebooks.

    Raises
    ------
    NotebookError
        If one of the files is no notebook (format 4).
    """
    found = []
    for path, cell in _cells(root):
        for data in _shown(path, cell):
            if MIME in data:
                _complete(data[MIME], path, cell["id"])
                where = {"notebook": path.relative_to(root).as_posix(), "cell_id": cell["id"]}
                found.append({**data[MIME], **where})
    return found


def drawings(root: Path = NOTEBOOKS) -> dict[str, str]:
    """Read the figures from saved notebooks.

    Parameters
    ----------
    root : Path
        Folder with notebooks.

    Returns
    -------
    dict of str to str
        SVG by cell id.

    Raises
    ------
    NotebookError
        If one of the files is no notebook (format 4), or a drawing in it cannot be unpacked.
    """
    found = {}
    for path, cell in _cells(root):
        for data in _shown(path, cell):
            if DRAWING in data:
                try:
                    found[cell["id"]] = lzma.decompress(base64.b64decode(data[DRAWING])).decode()
                except (ValueError, TypeError, lzma.LZMAError, EOFError) as error:
                    message = f"{path}:{cell['id']}: expected a packed drawing, got {error!r}"
                    raise errors.NotebookError(message) from None
    return found


def _complete(record: Any, path: Path, cell: str) -> None:
    missing = [name for name in NEEDED if name not in record] if isinstance(record, dict) else [*NEEDED]
    if missing:
        raise errors.NotebookError(
            f"{path}:{cell}: expected a finding with {', '.join(missing)}; run it again"
        )


def _cells(root: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in notebooks(root):
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            if saved["nbformat"] != 4:
                raise ValueError(f"format {saved['nbformat']}")
            yield from ((path, {"id": cell["id"], **cell}) for cell in saved["cells"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            told = f"{type(error).__name__}: {error}"[:120]
            raise errors.NotebookError(f"{path}: expected a notebook of format 4 ({told})") from None


def _shown(path: Path, cell: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(o, dict) for o in outputs):
        raise errors.NotebookError(f"{path}:{cell['id']}: expected a list of outputs, got {outputs!r:.40}")
    return [o["data"] for o in outputs if isinstance(o.get("data"), dict)]


def notebooks(root: Path = NOTEBOOKS) -> list[Path]:
    """List the notebooks of a folder, found by pattern.

    Parameters
    ----------
    root : Path
        The folder.

    Returns
    -------
    list of Path
        Sorted; checkpoints left out.
    """
    return sorted(p for p in root.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def addresses(root: Path = NOTEBOOKS) -> dict[str, str]:
    """Tell in which notebook each cell with a finding stands, saved or not.

    Parameters
    ----------
    root : Path
        Folder with notebooks.

    Returns
    -------
    dict of str to str
        Path of the notebook, relative to the folder, by cell id.
    """
    return {
        cell["id"]: path.relative_to(root).as_posix()
        for path, cell in _cells(root)
        if cell["cell_type"] == "code" and SLUG.fullmatch(cell["id"])
    }
