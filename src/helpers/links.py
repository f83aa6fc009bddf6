"""Addresses of cells: in rendered pages, in JupyterLab and in Binder, always for a commit or tag.

A branch moves on, and with it what a reader of a report would find; so none is accepted.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import quote

from helpers.errors import CitationError

ROOT = Path(__file__).resolve().parents[2]

_COMMIT = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"v\d+\.\d+\.\d+")


def workspace(notebook: str) -> str:
    """Name the JupyterLab workspace that restores a notebook.

    Parameters
    ----------
    notebook : str
        Path relative to ``notebooks/``, as ``arms_flows/01_shells_and_containers.ipynb``.

    Returns
    -------
    str
        As ``arms_flows-01_shells_and_containers``.
    """
    return notebook.removesuffix(".ipynb").replace("/", "-")


def page(notebook: str, cell: str) -> str:
    """Address of a cell in the rendered pages, relative to their root.

    Parameters
    ----------
    notebook : str
        Path relative to ``notebooks/``.
    cell : str
        Cell id.

    Returns
    -------
    str
        As ``arms_flows/01_shells_and_containers.html#cell-id=fig-arms-shells-box``.
    """
    return f"{notebook.removesuffix('.ipynb')}.html#cell-id={cell}"


def lab(notebook: str, cell: str) -> str:
    """Address of a cell in a running JupyterLab, relative to the server.

    JupyterLab scrolls to a cell only in a notebook that its workspace restores.

    Parameters
    ----------
    notebook : str
        Path relative to ``notebooks/``.
    cell : str
        Cell id.

    Returns
    -------
    str
        As ``lab/workspaces/arms_flows-01_shells_and_containers#cell-id=fig-arms-shells-box``.
    """
    return f"lab/workspaces/{workspace(notebook)}#cell-id={cell}"


def binder(repository: str, ref: str, notebook: str, cell: str) -> str:
    """Address that launches Binder and opens a cell there.

    Parameters
    ----------
    repository : str
        ``owner/name`` on GitHub.
    ref : str
        A commit (40 hexadecimal digits) or a tag (``v1.2.3``).
    notebook : str
        Path relative to ``notebooks/``.
    cell : str
        Cell id.

    Returns
    -------
    str
        The address.

    Raises
    ------
    CitationError
        If the reference is a branch or anything else that moves.
    """
    target = quote(lab(notebook, cell), safe="/")
    return f"https://mybinder.org/v2/gh/{repository}/{fixed(ref)}?urlpath={target}"


def source(repository: str, ref: str, notebook: str, cell: str) -> str:
    """Address of the notebook file at GitHub.

    Parameters
    ----------
    repository, ref, notebook, cell
        As in `binder`.

    Returns
    -------
    str
        The address.
    """
    return f"https://github.com/{repository}/blob/{fixed(ref)}/notebooks/{notebook}#cell-id={cell}"


def fixed(ref: str) -> str:
    """Accept a reference that stays where it is.

    Parameters
    ----------
    ref : str
        A commit or a tag.

    Returns
    -------
    str
        The same.

    Raises
    ------
    CitationError
        If it is neither.
    """
    if not (_COMMIT.fullmatch(ref) or _TAG.fullmatch(ref)):
        wanted = "a commit (40 hexadecimal digits) or a tag such as v1.2.3"
        raise CitationError(f"expected {wanted}, not a branch, got {ref!r}")
    return ref


def commit(root: Path = ROOT) -> str | None:
    """Tell the commit of the checkout.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    str or None
        The commit; None outside a checkout or without git.
    """
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--show-toplevel", "HEAD"],
            cwd=root, capture_output=True, text=True, check=True,
        ).stdout.splitlines()  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    # A folder unpacked within another's repository has no commit of its own.
    own = len(told) == 2 and Path(told[0]).resolve() == root.resolve()
    return told[1] if own and _COMMIT.fullmatch(told[1]) else None


def changed(root: Path = ROOT) -> bool:
    """Tell whether notebooks or data differ from the commit of the checkout.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    bool
        False, too, outside a checkout or without git.
    """
    try:
        told = subprocess.run(
            ["git", "status", "--porcelain", "--", "notebooks", "data"],
            cwd=root, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return False
    return bool(told.strip())
