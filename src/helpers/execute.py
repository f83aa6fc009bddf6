"""Run every notebook again and save it, and say which findings changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers import cells, errors, files
from helpers.findings import notebooks


def run(root: Path = cells.NOTEBOOKS, chosen: list[Path] | None = None) -> list[str]:
    """Execute notebooks in fresh kernels, save them in place and compare their findings.

    Notebooks in folders run before those at the top, which read their findings. A notebook whose
    outputs stay the same is saved byte for byte as it was: no times, no versions.

    Parameters
    ----------
    root : Path
        Folder with notebooks.
    chosen : list of Path, optional
        Run only these.

    Returns
    -------
    list of str
        One line per finding that is new, gone, or changed in its sentence or values (old and new).

    Raises
    ------
    NotebookError
        If a file is no notebook or a cell fails; notebooks run before it are saved, the failing one
        is left as it was.
    """
    before = {f["slug"]: f for f in cells.listing(root)}
    if not notebooks(root):
        raise errors.NotebookError(f"{root}: expected notebooks, found none")
    order = sorted(chosen or notebooks(root), key=lambda p: (-len(p.parts), p))
    for path in order:
        try:
            notebook = nbformat.read(path, as_version=4)
        except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
            raise errors.NotebookError(f"{path}: expected a notebook, got {error}") from None
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            record_timing=False,
            extra_arguments=[
                "--IPKernelApp.log_level=ERROR"
            ],  # that a kernel listens to this machine is no news
            resources={"metadata": {"path": str(path.parent)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            source = next(c.source for c in notebook.cells if _failed(c))
            fault = f"{path}: a cell failed with {error.ename}: {error.evalue}"
            message = f"{fault}\nThe notebook is left as it was. The cell:\n{source}"
            raise errors.NotebookError(message) from None
        except (DeadKernelError, CellTimeoutError) as error:
            raise errors.NotebookError(f"{path}: the kernel stopped, nothing was saved: {error}") from None
        notebook.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        text = nbformat.writes(notebook) + "\n"
        if text != path.read_text(encoding="utf-8"):
            files.write(path, text)
    return changes(before, {f["slug"]: f for f in cells.listing(root)})


def _failed(cell: dict[str, Any]) -> bool:
    return any(output["output_type"] == "error" for output in cell.get("outputs", []))


def changes(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """Tell which findings differ between two states of the collection.

    Parameters
    ----------
    before, after : dict of str to dict
        Findings by slug.

    Returns
    -------
    list of str
        Lines to print; empty if nothing that is cited changed.
    """
    lines = []
    for slug in sorted(before.keys() | after.keys()):
        old, new = before.get(slug), after.get(slug)
        if old is None:
            lines.append(f"new      {new['cite']}: {new['sentence']}")
        elif new is None:
            lines.append(f"gone     {old['cite']}: {old['sentence']}")
        elif old["fingerprint"] != new["fingerprint"]:
            lines.append(f"changed  {old['cite']} → {new['cite']}")
            if old["sentence"] != new["sentence"]:
                lines += [f"  was  {old['sentence']}", f"  is   {new['sentence']}"]
            for name in sorted(old["values"].keys() | new["values"].keys()):
                a, b = old["values"].get(name), new["values"].get(name)
                if a != b:
                    lines.append(f"  {name}: {a} → {b}")
    return lines
