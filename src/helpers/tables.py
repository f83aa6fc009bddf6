"""Read a table of ``data/`` by name, with the types its schema gives it.

The one description of the data is ``data/datapackage.json`` (a Frictionless Data Package, version 2).
``checks`` tests the tables against it, ``dictionary`` prints it for readers.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "data"

_DTYPES = {"string": "str", "number": "float64", "integer": "Int64", "date": "str"}


def package(data: Path = DATA) -> dict[str, Any]:
    """Return the description of all tables.

    Parameters
    ----------
    data : Path
        Folder with ``datapackage.json``.

    Returns
    -------
    dict
        The parsed Data Package.
    """
    return json.loads((data / "datapackage.json").read_text(encoding="utf-8"))


def resource(name: str, data: Path = DATA) -> dict[str, Any]:
    """Return the description of one table.

    Parameters
    ----------
    name : str
        Name of the table, for instance ``"estimates"``.
    data : Path
        Folder with ``datapackage.json``.

    Returns
    -------
    dict
        The resource as described in the Data Package.

    Raises
    ------
    KeyError
        If there is no such table; the message lists those there are.
    """
    known = {r["name"]: r for r in package(data)["resources"]}
    if name not in known:
        raise KeyError(f"no table {name!r} in {data}; there are: {', '.join(known)}")
    return known[name]


def load(name: str, known_by: str | dt.date | None = None, data: Path = DATA) -> pd.DataFrame:
    """Read one table, typed by its schema.

    Parameters
    ----------
    name : str
        Name of the table.
    known_by : str or date, optional
        Keep only the rows that were public by that day (``YYYY-MM-DD``, the day included): the
        vintage a reader had then. A row whose day of publication is unknown is left out.
    data : Path
        Folder with the tables.

    Returns
    -------
    DataFrame
        One row per line of the table in the order of the file; dates are ``datetime64``, integers
        are nullable, an empty cell is missing (never zero, never an empty string).

    Raises
    ------
    KeyError
        If there is no such table.
    ValueError
        If ``known_by`` is no date, the table has no day of publication, or it is no table of rows.
    """
    described = resource(name, data)
    if "schema" not in described:
        raise ValueError(f"{name} is no table but {described['format']}; read {data / described['path']}")
    schema = described["schema"]
    fields = {f["name"]: f["type"] for f in schema["fields"]}
    frame = pd.read_csv(
        data / f"{name}.csv",
        dtype={field: _DTYPES[kind] for field, kind in fields.items()},
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8",
    )
    for field, kind in fields.items():
        if kind == "date":
            frame[field] = pd.to_datetime(frame[field], format="%Y-%m-%d")
    if known_by is None:
        return frame
    return known(frame, known_by, name)


def known(frame: pd.DataFrame, by: str | dt.date, name: str = "this table") -> pd.DataFrame:
    """Keep the rows that were public by a day.

    Parameters
    ----------
    frame : DataFrame
        Rows with a column ``published`` (datetime64).
    by : str or date
        The day, included.
    name : str
        Name of the table, for the error message.

    Returns
    -------
    DataFrame
        The rows kept, index renewed.

    Raises
    ------
    ValueError
        If ``by`` is no date ``YYYY-MM-DD`` or the rows have no column ``published``.
    """
    if "published" not in frame:
        raise ValueError(f"{name} has no day of publication, so known_by cannot be applied")
    try:
        text = f"{by:%Y-%m-%d}" if isinstance(by, dt.date) else str(by)
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        day = pd.Timestamp(dt.date.fromisoformat(text))
    except ValueError:
        raise ValueError(f"known_by: expected a date YYYY-MM-DD, got {str(by)!r}") from None
    return frame[frame["published"] <= day].reset_index(drop=True)


def then_and_now(rows: pd.DataFrame, day: str = "2024-06-30") -> dict[str, pd.DataFrame]:
    """Set what was public on a day beside what is public now.

    Parameters
    ----------
    rows : DataFrame
        Rows with ``published``.
    day : str
        The day, ``YYYY-MM-DD``; by default the end of the month in which the essays appeared.

    Returns
    -------
    dict of str to DataFrame
        The rows public by that day, and all of them, each under words for it.
    """
    return {f"public by {pd.Timestamp(day):%-d %B %Y}": known(rows, day), "today": rows}
