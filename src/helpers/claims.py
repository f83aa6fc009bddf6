"""The ledger: claim → test → verdict then, verdict now → the rows and cells that show it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.rules import SEPARATOR

THEN = "2024-06-30"
"""Day by whose knowledge the earlier verdict is given."""

VERDICTS = ("supported", "contested", "refuted", "not_shown", "not_testable")
"""Verdicts, as the data dictionary defines them."""


def evidence(vintage: str, data: Path = tables.DATA, chosen: list[str] | None = None) -> pd.DataFrame:
    """Gather the rows on which verdicts rest.

    Parameters
    ----------
    vintage : str
        ``then``: rows of the tables as they were known on `THEN`; ``now``: as they are.
    data : Path
        Folder with the tables.
    chosen : list of str, optional
        Claims wanted; all by default.

    Returns
    -------
    DataFrame
        One row a claim and row of evidence: ``claim_id``, ``bears``, ``table``, ``row_id``,
        ``source_ids``, ``published``, and those of ``wording``, ``note`` and ``origin_id`` the row has.

    Raises
    ------
    ValueError
        If the vintage is another, or a row was not known by then.
    """
    if vintage not in ("then", "now"):
        raise ValueError(f"expected then or now as vintage, got {vintage!r}")
    links = tables.load("claim_evidence", data=data)
    links = links[links["vintage"] == vintage]
    links = links if chosen is None else links[links["claim_id"].isin(chosen)]
    found = []
    for name, group in links.groupby("table", sort=True):
        rows = tables.load(name, THEN if vintage == "then" else None, data)
        key = tables.resource(name, data)["schema"]["primaryKey"]
        by_id = rows.set_index(rows[key] if isinstance(key, str) else rows.index.map(lambda _: "all"))
        for link in group.to_dict("records"):
            ids = link["row_ids"].split(SEPARATOR)
            unknown = [i for i in ids if i not in by_id.index]
            if unknown:
                raise ValueError(
                    f"{link['claim_id']}: expected rows of {name} known {vintage}, got {unknown[0]!r}"
                )
            keep = [c for c in ("origin_id", "wording", "note", "source_ids", "published") if c in by_id]
            part = by_id.loc[ids, keep].rename_axis("row_id").reset_index()
            found.append(part.assign(claim_id=link["claim_id"], bears=link["bears"], table=name))
    if not found:
        columns = ["claim_id", "bears", "table", "row_id", "source_ids", "published"]
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True).sort_values(["claim_id", "bears", "table", "row_id"])


def rows(found: pd.DataFrame, data: Path = tables.DATA) -> pd.DataFrame:
    """Give the whole rows behind some evidence, each once.

    Parameters
    ----------
    found : DataFrame
        As from `evidence`.
    data : Path
        Folder with the tables.

    Returns
    -------
    DataFrame
        Rows of all tables named, one below the other.

    Raises
    ------
    ValueError
        If there is no evidence.
    """
    if found.empty:
        raise ValueError("expected rows of evidence, got none")
    parts = []
    for name, group in found.groupby("table", sort=True):
        table = tables.load(name, data=data)
        whole = "all" in set(group["row_id"])
        parts.append(table if whole else table[table.iloc[:, 0].isin(group["row_id"])])
    return pd.concat(parts, ignore_index=True)


def tally(ledger: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Count the verdicts then and now.

    Parameters
    ----------
    ledger : DataFrame
        Rows of ``claims``.
    by : str, optional
        Column to count by, for instance ``kind``.

    Returns
    -------
    DataFrame
        One row a verdict (and value of the column), in the order of `VERDICTS`: ``verdict``, ``then``,
        ``now``.
    """
    lines = []
    groups = ledger.groupby(by, sort=True) if by else [(None, ledger)]
    for name, group in groups:
        for verdict in VERDICTS:
            n = [int((group[f"verdict_{v}"] == verdict).sum()) for v in ("then", "now")]
            lines.append({**({by: name} if by else {}), "verdict": verdict, "then": n[0], "now": n[1]})
    return pd.DataFrame(lines)


def moves(ledger: pd.DataFrame) -> pd.DataFrame:
    """List the claims whose verdict is another now than then.

    Parameters
    ----------
    ledger : DataFrame
        Rows of ``claims``.

    Returns
    -------
    DataFrame
        Their rows, with ``move`` ("not testable → refuted"), by move and claim.
    """
    rows = ledger[ledger["verdict_then"] != ledger["verdict_now"]]
    move = rows["verdict_then"] + " → " + rows["verdict_now"]
    return rows.assign(move=move.str.replace("_", " ")).sort_values(["move", "claim_id"])
