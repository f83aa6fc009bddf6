"""The bibliography: references, who said a number first, and how many said it independently.

A reference needs six fields of one table, so it is formatted here; a citation processor would add
fourteen megabytes to every Binder image for the same line.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers import tables

GOOD_TIERS = ("origin", "first", "wire")
"""Tiers that count as a primary source, a first publisher or a wire."""


def split(source_ids: pd.Series) -> list[str]:
    """List the distinct sources behind some rows, in the order met.

    Parameters
    ----------
    source_ids : Series of str
        Cells of one or more ids separated by semicolons.

    Returns
    -------
    list of str
        Distinct ids.
    """
    return list(dict.fromkeys(i for cell in source_ids.dropna() for i in cell.split(";")))


def reference(source_id: str, data: Path = tables.DATA) -> str:
    """Format one source as a line of a reference list.

    Parameters
    ----------
    source_id : str
        Key in the table ``sources``.
    data : Path
        Folder with the tables.

    Returns
    -------
    str
        ``Author. "Title". Publisher, date. Address.`` with ``n.d.`` for a missing date and a remark
        where the page copies another publisher.

    Raises
    ------
    KeyError
        If there is no such source.
    """
    bibliography = tables.load("sources", data=data).set_index("source_id")
    if source_id not in bibliography.index:
        raise KeyError(f"no source {source_id!r} in {data / 'sources.csv'}")
    return _line(bibliography.loc[source_id])


def references(rows: pd.DataFrame, data: Path = tables.DATA) -> list[str]:
    """Format the sources behind some rows, sorted by publisher and date.

    Parameters
    ----------
    rows : DataFrame
        Rows with a column ``source_ids``.
    data : Path
        Folder with the tables.

    Returns
    -------
    list of str
        One line a source.
    """
    return [_line(row) for _, row in behind(rows, data).iterrows()]


def behind(rows: pd.DataFrame, data: Path = tables.DATA) -> pd.DataFrame:
    """Gather the sources behind some rows.

    Parameters
    ----------
    rows : DataFrame
        Rows with a column ``source_ids``.
    data : Path
        Folder with the tables.

    Returns
    -------
    DataFrame
        Rows of ``sources``, sorted by publisher and date.
    """
    bibliography = tables.load("sources", data=data)
    chosen = bibliography[bibliography["source_id"].isin(split(rows["source_ids"]))]
    return chosen.sort_values(["publisher", "published", "source_id"], na_position="last")


def last_day(rows: pd.DataFrame, data: Path = tables.DATA) -> str | None:
    """Tell the last day on which one of some rows became public.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``published`` and ``source_ids``.
    data : Path
        Folder with the tables.

    Returns
    -------
    str or None
        ISO date. A row of an undated page, which bears the day on which the page was read, counts only if
        there is no other; None if no row has a day.
    """
    if "published" not in rows:
        return None
    days = pd.to_datetime(rows["published"])
    read = tables.load("sources", data=data).query("published.isna()").set_index("source_id")["accessed"]
    when_read = rows["source_ids"].fillna("").str.split(";").map(lambda ids: read.reindex(ids).max())
    told = days.mask(days == pd.to_datetime(when_read))
    last = told.max() if told.notna().any() else days.max()
    return None if pd.isna(last) else f"{last:%Y-%m-%d}"


def _line(row: pd.Series) -> str:
    author = f"{row['author']}. " if pd.notna(row["author"]) else ""
    date = f"{row['published']:%Y-%m-%d}" if pd.notna(row["published"]) else "n.d."
    copy = f" (copy or retelling of {row['mirror_of']})" if pd.notna(row["mirror_of"]) else ""
    end = "" if (date + copy).endswith(".") else "."
    return f"{author}“{row['title']}”. {row['publisher']}, {date}{copy}{end} {row['url']}"


def roots(rows: pd.DataFrame, data: Path = tables.DATA) -> pd.Series:
    """Follow ``derived_from`` from each estimate to the estimate it goes back to.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates``.
    data : Path
        Folder with the tables.

    Returns
    -------
    Series of str
        For each row, aligned with it, the ``estimate_id`` at the end of its chain: its own when it
        derives from nothing.

    Raises
    ------
    ValueError
        If a chain runs in a circle.
    """
    parent = tables.load("estimates", data=data).set_index("estimate_id")["derived_from"].to_dict()
    parent |= rows.set_index("estimate_id")["derived_from"].to_dict()

    def root(estimate: str) -> str:
        seen = [estimate]
        while isinstance(parent.get(seen[-1]), str):
            seen.append(parent[seen[-1]])
            if seen[-1] in seen[:-1]:
                raise ValueError(f"derived_from runs in a circle: {' → '.join(seen)}")
        return seen[-1]

    return rows["estimate_id"].map(root)


def independent_origins(rows: pd.DataFrame, data: Path = tables.DATA) -> int:
    """Count the origins behind some rows, a repeater counting as whom it repeats.

    Parameters
    ----------
    rows : DataFrame
        Rows of one table or of several put together. A row with an ``estimate_id`` counts for the
        origin at the end of its ``derived_from``; another for its ``origin_id``,
        ``attributed_by``, the ``speaker`` of an assessment or, for a statement, its ``joint_text`` or else
        its ``actor`` (where none was found there is none). A piece of evidence (``readings``) counts for
        the origins of its rows; rows of tables without an origin (monthly sums, places) for their
        sources.
    data : Path
        Folder with the tables.

    Returns
    -------
    int
        Number of distinct origins. Distinct is not the same as independent in method: two
        ministries may have read the same intelligence.

    Raises
    ------
    ValueError
        If a piece of evidence names no row that is there.
    """
    return len(_origins(rows, data))


def _origins(rows: pd.DataFrame, data: Path) -> set[str]:
    """Collect the origins behind some rows; those of a piece of evidence are those of its rows."""
    if "row_ids" in rows and "table" in rows:
        pieces = rows["row_ids"].notna()
        others = rows[~pieces].dropna(axis="columns", how="all")
        found = _origins(others, data) if len(others) else set()
        for name, group in rows[pieces].groupby("table"):
            table = tables.load(name, data=data)
            keyed = table.columns[0].endswith("_id")  # a sum over a table without one key names no row
            chosen = table[table.iloc[:, 0].isin(split(group["row_ids"]))] if keyed else table
            if chosen.empty:
                raise ValueError(f"row_ids: expected rows of {name}, got {group['row_ids'].iloc[0]!r}")
            found |= _origins(chosen, data)
        return found
    if "stance" in rows:
        rows = rows[rows["stance"] != "none_found"]
    columns = [c for c in ("origin_id", "attributed_by", "joint_text", "speaker", "actor") if c in rows]
    if not columns:
        return set(split(rows["source_ids"]))
    origin = rows[columns].bfill(axis=1).iloc[:, 0]
    if "treaty_id" in rows:  # each treaty speaks for itself
        origin = origin.mask(origin.eq("treaty-text") & rows["treaty_id"].notna(), rows["treaty_id"])
    bare = rows[origin.isna()]
    beside = set(split(bare["source_ids"])) if len(bare) and "source_ids" in bare else set()
    if "estimate_id" in rows and "derived_from" in rows:
        chained = rows[rows["estimate_id"].notna()]
        every = pd.concat([tables.load("estimates", data=data), chained])
        by_id = every.drop_duplicates("estimate_id", keep="last").set_index("estimate_id")["origin_id"]
        first = roots(chained, data).map(by_id)
        origin = pd.concat([first, origin[rows["estimate_id"].isna()]])
    return set(origin.dropna()) | beside


def names(origin_ids: pd.Series, *, short: bool = False, data: Path = tables.DATA) -> pd.Series:
    """Turn origin keys into names for a reader.

    Parameters
    ----------
    origin_ids : Series of str
        Keys in the table ``origins``.
    short : bool
        Short names for labels instead of full ones.
    data : Path
        Folder with the tables.

    Returns
    -------
    Series of str
        Names, aligned with the input.
    """
    column = "short" if short else "name"
    return origin_ids.map(tables.load("origins", data=data).set_index("origin_id")[column])


def share_near_origin(rows: pd.DataFrame) -> float:
    """Tell what share of rows rests on a primary source, a first publisher or a wire.

    Parameters
    ----------
    rows : DataFrame
        Rows with a column ``source_tier``; a row without one (nothing found) does not count.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(rows["source_tier"].dropna().isin(GOOD_TIERS).mean())
