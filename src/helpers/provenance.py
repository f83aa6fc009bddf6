"""The rows behind a finding: their keys, what is in them, and the way back from a saved finding.

A finding keeps the keys of its rows. Of the rows' contents it keeps one hash, so that any change of a row
changes the fingerprint of exactly the findings that rest on it.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import tables
from helpers.findings import NOTEBOOKS, listing

KEYS = 800
"""Keys of rows kept one by one for a finding; of more a hash per table is kept."""

MANY = 120
"""Keys of more than one column kept one by one, per table."""

_HASHED = re.compile(r"(\w+): (\d+) rows ([0-9a-f]{8})")


def keys(rows: pd.DataFrame, data: Path = tables.DATA) -> dict[str, set[str]]:
    """Find of which rows of the dataset a frame is made.

    Parameters
    ----------
    rows : DataFrame
        Rows with the key columns of one or several tables; other columns do not matter.
    data : Path
        Folder with the tables.

    Returns
    -------
    dict of str to set of str
        Keys by table; a key of several columns is joined by blanks. A key that only points to another
        table is no row of it. Sources and origins are left out, for every row has them.
    """
    found: dict[str, set[str]] = {}
    described = tables.package(data)["resources"]
    for resource in described:
        own = resource.get("schema", {}).get("primaryKey")
        if resource["name"] in ("sources", "origins") or own is None:
            continue
        kept = rows.head(0)
        if isinstance(own, list) and set(own) <= set(rows):
            kept = rows.dropna(subset=own)
        elif isinstance(own, str) and own in rows:
            kept = rows[rows[own].notna()]
            for other in described:
                schema = other.get("schema", {})
                pointed = [k["fields"] for k in schema.get("foreignKeys", [])]
                if own in pointed and isinstance(schema["primaryKey"], str) and schema["primaryKey"] in kept:
                    kept = kept[kept[schema["primaryKey"]].isna()]
        if len(kept):
            found[resource["name"]] = set(_joined(kept, own))
    return found


def _joined(rows: pd.DataFrame, own: str | list[str]) -> pd.Series:
    return rows[own] if isinstance(own, str) else rows[own].astype(str).agg(" ".join, axis=1)


def short(found: dict[str, set[str]], data: Path = tables.DATA) -> list[str]:
    """Write keys for a record: one by one, or for very many rows their number and a hash per table.

    Parameters
    ----------
    found : dict of str to set of str
        As from `keys`.
    data : Path
        Folder with the tables.

    Returns
    -------
    list of str
        Sorted keys, or words such as ``un_vote_pairs: 2060 rows 2a2f6c86``.
    """
    total = sum(len(ids) for ids in found.values())
    plain = {r["name"] for r in tables.package(data)["resources"] if _plain(r)}
    out = set()
    for name, ids in found.items():
        if total > KEYS or (name not in plain and len(ids) > MANY):
            digest = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:8]
            out.add(f"{name}: {len(ids)} rows {digest}")
        else:
            out |= ids
    return sorted(out)


def _plain(resource: dict[str, Any]) -> bool:
    return isinstance(resource.get("schema", {}).get("primaryKey"), str)


def content(found: dict[str, set[str]], data: Path = tables.DATA) -> str:
    """Hash what the tables say in some rows.

    Parameters
    ----------
    found : dict of str to set of str
        As from `keys`.
    data : Path
        Folder with the tables.

    Returns
    -------
    str
        SHA-256 over every cell of those rows as written in the files, in the order of the keys. A key that
        no row has counts as itself.
    """
    digest = hashlib.sha256()
    for name in sorted(found):
        lines = _lines(name, data, (data / f"{name}.csv").stat().st_mtime_ns)
        for key in sorted(found[name]):
            digest.update(f"{name}\x1f{key}\x1f{lines.get(key, '')}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _lines(name: str, data: Path, _changed: int) -> dict[str, str]:
    own = tables.resource(name, data)["schema"]["primaryKey"]
    raw = pd.read_csv(data / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    return dict(zip(_joined(raw, own), raw.agg("\x1f".join, axis=1), strict=True))


def behind(slugs: list[str], root: Path = NOTEBOOKS, data: Path = tables.DATA) -> pd.DataFrame:
    """Gather the rows behind findings of other notebooks, as they were saved.

    Parameters
    ----------
    slugs : list of str
        Findings.
    root : Path
        Folder with notebooks.
    data : Path
        Folder with the tables.

    Returns
    -------
    DataFrame
        Their rows, each once, in the order of the tables. Where a finding tells of very many rows by a
        hash only, all rows of that table stand for them.

    Raises
    ------
    KeyError
        If a slug names no saved finding.
    """
    saved = {f["slug"]: f for f in listing(root)}
    missing = [slug for slug in slugs if slug not in saved]
    if missing:
        raise KeyError(f"no saved finding {missing[0]!r} in {root}")
    ids = {key for slug in slugs for key in saved[slug]["row_ids"]}
    whole = {match[1] for key in ids if (match := _HASHED.fullmatch(key))}
    found = []
    for resource in tables.package(data)["resources"]:
        name, own = resource["name"], resource.get("schema", {}).get("primaryKey")
        if name in ("sources", "origins", "explanations", "claims") or own is None:
            continue
        rows = tables.load(name, data=data)
        chosen = rows if name in whole else rows[_joined(rows, own).isin(ids)]
        if len(chosen) and "source_ids" in chosen:
            found.append(chosen)
    return pd.concat(found, ignore_index=True)
