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

from helpers import sources, tables
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

    Raises
    ------
    ValueError
        If a key is that of no row.
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
                theirs = schema.get("primaryKey", [])
                theirs = [theirs] if isinstance(theirs, str) else theirs
                if own in pointed and theirs and set(theirs) <= set(kept):
                    kept = kept[kept[theirs].isna().any(axis=1)]
        for key in _joined(kept, own) if len(kept) else []:
            found.setdefault(_home(key, resource["name"], data), set()).add(key)
    return found


def _home(key: str, name: str, data: Path) -> str:
    """Find the table of a key: rows of several tables may be drawn under the key column of one."""
    if key in _index(name, data):
        return name
    for resource in tables.package(data)["resources"]:
        if _plain(resource) and resource["name"] != "sources" and key in _index(resource["name"], data):
            return resource["name"]
    raise ValueError(f"expected the key of a row, no table has {key!r} (looked for in {name} first)")


def _joined(rows: pd.DataFrame, own: str | list[str]) -> pd.Series:
    if isinstance(own, str):
        return rows[own]
    parts = (rows[name].astype(str) for name in own)
    return pd.Series([" ".join(words) for words in zip(*parts, strict=True)], index=rows.index, dtype=object)


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
        SHA-256 over every cell of those rows as written in the files, in the order of the keys.
    """
    digest = hashlib.sha256()
    for name in sorted(found):
        lines = _index(name, data)
        for key in sorted(found[name]):
            digest.update(f"{name}\x1f{key}\x1f{lines[key]}\n".encode())
    return digest.hexdigest()


def _index(name: str, data: Path) -> dict[str, str]:
    path = data / f"{name}.csv"
    return _lines(name, data, path.stat().st_mtime_ns) if path.exists() else {}


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


def source_ids(record: dict[str, Any], data: Path = tables.DATA) -> list[str]:
    """Name the sources behind a saved finding.

    Parameters
    ----------
    record : dict
        As from ``findings.listing``.
    data : Path
        Folder with the tables.

    Returns
    -------
    list of str
        Ids, sorted: those kept with the finding or, where there were too many to keep, those of its rows;
        none where the rows, too, are told by number and hash only.
    """
    if record["source_ids"] or not record["sources"]:
        return record["source_ids"]
    ids, found = set(record["row_ids"]), set()
    hashed = {match[1]: int(match[2]) for key in ids if (match := _HASHED.fullmatch(key))}
    for name in record["tables"]:
        cited = _cited(name, data, (data / f"{name}.csv").stat().st_mtime_ns)
        every = {i for of in cited.values() for i in of}
        if name in hashed and hashed[name] < len(cited) and len(every) > 1:
            return []
        found |= every if name in hashed else {i for key, of in cited.items() if key in ids for i in of}
    return sorted(found)


@lru_cache(maxsize=64)
def _cited(name: str, data: Path, _changed: int) -> dict[str, list[str]]:
    own = tables.resource(name, data)["schema"]["primaryKey"]
    rows = tables.load(name, data=data)
    named = rows["source_ids"] if "source_ids" in rows else pd.Series(None, index=rows.index, dtype=object)
    return dict(zip(_joined(rows, own), (sources.split(pd.Series([cell])) for cell in named), strict=True))
