"""The register of published findings: when each was first published, and what it said since.

``notebooks/register.json`` is committed and only ever added to. By it a report that cites
``fig-arms-oil-cap@c7ee5615`` can be told what that finding said when it was cited.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers import files
from helpers.errors import CitationError
from helpers.findings import NOTEBOOKS

Register = dict[str, dict[str, Any]]
"""By id: ``first`` (ISO date), ``successor`` (id or None) and ``history``, oldest first, of
``fingerprint``, ``from`` (ISO date), ``sentence`` and ``values``."""


def path(root: Path = NOTEBOOKS) -> Path:
    """Tell where the register lies.

    Parameters
    ----------
    root : Path
        Folder with notebooks.

    Returns
    -------
    Path
        The file.
    """
    return root / "register.json"


def load(root: Path = NOTEBOOKS) -> Register:
    """Read the register.

    Parameters
    ----------
    root : Path
        Folder with notebooks.

    Returns
    -------
    Register
        Empty if there is none yet.

    Raises
    ------
    CitationError
        If the file is no register.
    """
    file = path(root)
    if not file.exists():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        whole = all(
            {"first", "successor", "history"} <= set(entry) and entry["history"] for entry in found.values()
        )
        told = all(
            {"fingerprint", "from", "sentence", "values"} <= set(said)
            for entry in found.values()
            for said in entry.get("history", [])
        )
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise CitationError(f"{file}: expected a register of findings ({error})") from None
    if not whole or not told:
        wanted = "first, successor and history of each finding, and what it said at each time"
        raise CitationError(f"{file}: expected {wanted}")
    return found


def updated(register: Register, saved: list[dict[str, Any]], day: str) -> Register:
    """Add what is new in the saved notebooks.

    Parameters
    ----------
    register : Register
        As it is.
    saved : list of dict
        Findings, as from ``findings.listing``.
    day : str
        ISO date of the update.

    Returns
    -------
    Register
        The same with new ids and new fingerprints added; nothing is taken out. A fingerprint that comes
        back is added again, for the finding had said something else in between.

    Raises
    ------
    CitationError
        If an id is used again that was retired, or one has vanished without a successor.
    """
    live = {f["slug"] for f in saved}
    for slug, entry in register.items():
        if entry["successor"] and slug in live:
            raise CitationError(f"{slug}: expected a new id, this one was retired for {entry['successor']}")
        if not entry["successor"] and slug not in live:
            raise CitationError(f"{slug}: expected this finding or, as successor in the register, another")
    out = json.loads(json.dumps(register))
    for found in saved:
        entry = out.setdefault(found["slug"], {"first": day, "successor": None, "history": []})
        if not entry["history"] or entry["history"][-1]["fingerprint"] != found["fingerprint"]:
            said = {k: found[k] for k in ("fingerprint", "sentence", "values")}
            entry["history"].append({"fingerprint": said.pop("fingerprint"), "from": day, **said})
    return dict(sorted(out.items()))


def save(register: Register, root: Path = NOTEBOOKS) -> None:
    """Write the register.

    Parameters
    ----------
    register : Register
        What to write.
    root : Path
        Folder with notebooks.
    """
    text = json.dumps(register, ensure_ascii=False, indent=1) + "\n"
    files.write(path(root), text)
