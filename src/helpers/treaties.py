"""Treaties side by side: what a treaty has that others have not.

The variables and codes are those of the code book for treaties in the data dictionary, built on ATOP
(B. A. Leeds and others, *Alliance Treaty Obligations and Provisions*, International Interactions 28, 2002).
"""

from __future__ import annotations

import pandas as pd

from helpers.tables import resource

KINSHIP = ("new", "returns", "kept", "as others", "gone", "absent")
"""What a code is beside those of other treaties: in none of them; in an earlier predecessor but not in the
last; in the last predecessor; in a treaty of others only; or, where the treaty has no such rule, whether a
predecessor had one."""

ABSENT = ("no", "none")
"""Codes for a rule that a text does not have."""

UNSEEN = "unseen"
"""Code for a rule that may stand in an article which was not seen."""


def variables() -> dict[str, list[str]]:
    """List the coded variables of ``treaties`` with their codes.

    Returns
    -------
    dict of str to list of str
        Codes by variable, in the order of the table.
    """
    fields = resource("treaties")["schema"]["fields"]
    twice = next(r for r in resource("treaties")["schema"]["rules"] if r["rule"] == "coded_twice")
    return {f["name"]: f["constraints"]["enum"] for f in fields if f["name"] in twice["fields"]}


def matrix(treaties: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Lay the codes out with one column a treaty.

    Parameters
    ----------
    treaties : DataFrame
        Rows of ``treaties``.
    order : list of str
        Treaties (``treaty_id``), in the order wanted.

    Returns
    -------
    DataFrame of str
        Variables down, treaties across.

    Raises
    ------
    KeyError
        If a treaty is not there.
    """
    rows = treaties.set_index("treaty_id")
    missing = [t for t in order if t not in rows.index]
    if missing:
        raise KeyError(f"no treaty {missing[0]!r}; there are: {', '.join(rows.index)}")
    return rows.loc[order, list(variables())].T


def kinship(codes: pd.DataFrame, treaty: str, predecessors: list[str], neighbours: list[str]) -> pd.DataFrame:
    """Tell for each variable whether a treaty's code is new, or where else it stands.

    Parameters
    ----------
    codes : DataFrame of str
        As from `matrix`.
    treaty : str
        The treaty in question.
    predecessors : list of str
        Treaties between the same parties, oldest first.
    neighbours : list of str
        Others to compare with.

    Returns
    -------
    DataFrame
        One row a variable: ``variable``, ``code``, ``kinship`` (one of `KINSHIP`), ``same`` (treaties with
        the same code, joined by commas; empty where none) and ``unseen`` (those whose text may have it).

    Raises
    ------
    ValueError
        If there is no predecessor.
    """
    if not predecessors:
        raise ValueError(f"{treaty}: expected at least one predecessor, got none")
    lines = []
    for variable, row in codes.iterrows():
        others = [*predecessors, *neighbours]
        same = [t for t in others if row[t] == row[treaty]]
        if row[treaty] in ABSENT:
            had = any(row[t] not in (*ABSENT, UNSEEN) for t in predecessors)
            kind = "gone" if had else "absent"
        elif row[predecessors[-1]] == row[treaty]:
            kind = "kept"
        elif set(same) & set(predecessors):
            kind = "returns"
        else:
            kind = "as others" if same else "new"
        hidden = [t for t in others if row[t] == UNSEEN]
        lines.append((variable, row[treaty], kind, ", ".join(same), ", ".join(hidden)))
    return pd.DataFrame(lines, columns=["variable", "code", "kinship", "same", "unseen"])
