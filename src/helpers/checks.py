"""Check every table against the Data Package and say what is wrong, all in one go.

Plain Python over the one description of the data: exact ``file:row:column`` messages, milliseconds,
no dependency. A constraint or rule that this module does not know is itself a problem, so that
nothing written into the schema goes unchecked.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Row = dict[str, str]

_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date YYYY-MM-DD",
    "string": "text",
}
_CONSTRAINTS = {"required", "unique", "enum", "minimum", "maximum", "pattern"}
_LISTS = ";"


def problems(data: Path) -> list[str]:
    """Return every fault found in a folder of tables.

    Parameters
    ----------
    data : Path
        Folder with ``datapackage.json`` and the tables it describes.

    Returns
    -------
    list of str
        One line a fault, as ``data/estimates.csv:17:published: expected …, got …``; the row is the
        line of the file, the header being line 1. Empty if all is well.
    """
    try:
        package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
        resources = package["resources"]
    except FileNotFoundError:
        return [f"{data / 'datapackage.json'}: expected the description of the tables, found no file"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        return [f"{data / 'datapackage.json'}: expected a Data Package, got {error}"]
    found: list[str] = []
    tables: dict[str, list[Row]] = {}
    for res in resources:
        path = data / res["path"]
        if not path.is_file():
            found.append(f"{path}: expected a file, found none")
            continue
        raw = path.read_bytes()
        found += _checksum(path, raw, res)
        if "schema" in res:
            lines, rows = _read(path, raw, res)
            found += lines
            if rows is not None:
                tables[res["name"]] = rows
                found += _values(path, rows, res)
    described = {r["path"] for r in resources}
    for path in sorted(data.glob("*.csv")):
        if path.name not in described:
            found.append(f"{path}: expected a description in datapackage.json, found none")
    for res in resources:
        if res["name"] in tables:
            found += _keys(data / res["path"], res, tables)
            found += _rules(data / res["path"], res, tables)
    return found


def digest(raw: bytes) -> str:
    """Return the checksum of a file as the Data Package writes it.

    Parameters
    ----------
    raw : bytes
        Content of the file.

    Returns
    -------
    str
        ``sha256:`` and 64 hexadecimal digits.
    """
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def _checksum(path: Path, raw: bytes, res: dict[str, Any]) -> list[str]:
    if digest(raw) == res.get("hash"):
        return []
    return [
        f"{path}: expected the checksum written in datapackage.json, the file has changed "
        "(run `make data` if the change is meant)"
    ]


def _read(path: Path, raw: bytes, res: dict[str, Any]) -> tuple[list[str], list[Row] | None]:
    """Decode and split one file; the rows are None when its shape is too broken to go on."""
    found = []
    if raw.startswith(b"\xef\xbb\xbf"):
        found.append(f"{path}:1: expected UTF-8 without a byte-order mark, got one")
        raw = raw[3:]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = f"{path}:{line}: expected UTF-8, got the byte 0x{raw[error.start]:02x}"
        return [*found, fault], None
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        found.append(f"{path}:{line}: expected lines that end in \\n, got \\r")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        return [*found, f"{path}:{reader.line_num}: expected well-formed CSV, got {error}"], None
    if not records:
        return [*found, f"{path}:1: expected a header, got an empty file"], None
    header = records[0][1]
    found += _header(path, header, [f["name"] for f in res["schema"]["fields"]])
    lines, rows = _records(path, header, records[1:])
    return found + lines, rows


def _header(path: Path, header: list[str], names: list[str]) -> Iterator[str]:
    for name in names:
        if name not in header:
            yield f"{path}:1:{name}: expected this column, it is missing"
    for name in header:
        if name not in names:
            yield f"{path}:1:{name}: expected no such column"
        elif header.count(name) > 1:
            yield f"{path}:1:{name}: expected this column once, it is there twice"
    if header != names and sorted(header) == sorted(names):
        yield f"{path}:1: expected the columns in the order {','.join(names)}"


def _records(
    path: Path, header: list[str], records: list[tuple[int, list[str]]]
) -> tuple[list[str], list[Row]]:
    found: list[str] = []
    rows: list[Row] = []
    last = 1
    for line, record in records:
        if line != last + 1:
            found.append(f"{path}:{last + 1}: expected one line a row, got a line break in a cell")
        last = line
        if len(record) != len(header):
            found.append(f"{path}:{line}: expected {len(header)} cells, got {len(record)}")
            continue
        rows.append({**dict(zip(header, record, strict=True)), "": str(line)})
    return found, rows


_FORMS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?", "date": r"\d{4}-\d{2}-\d{2}", "string": r".*"}
_PARSERS = {"integer": int, "number": float, "date": dt.date.fromisoformat, "string": str}


def _cell(value: str, field: dict[str, Any]) -> str | None:
    """Say what one cell should have been, or None if it is right."""
    kind, limits = field["type"], field.get("constraints", {})
    if value != value.strip() or "  " in value:
        return "text without stray spaces"
    if not value:
        return "a value, the field is required" if limits.get("required") else None
    try:
        if not re.fullmatch(_FORMS[kind], value):
            raise ValueError
        parsed = _PARSERS[kind](value)
    except ValueError:
        return _TYPE_WORDS[kind]
    faults = (
        ("enum", lambda allowed: value not in allowed, lambda allowed: "one of " + ", ".join(allowed)),
        ("minimum", lambda least: parsed < least, lambda least: f"at least {least}"),
        ("maximum", lambda most: parsed > most, lambda most: f"at most {most}"),
        ("pattern", lambda form: not re.fullmatch(form, value), lambda form: f"the form {form}"),
    )
    for name, broken, wanted in faults:
        if name in limits and broken(limits[name]):
            return wanted(limits[name])
    if len(value.split()) > field.get("max_words", 10**6):
        return f"at most {field['max_words']} words"
    return None


def _values(path: Path, rows: list[Row], res: dict[str, Any]) -> Iterator[str]:
    today = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    for field in res["schema"]["fields"]:
        name = field["name"]
        for unknown in set(field.get("constraints", {})) - _CONSTRAINTS:
            yield f"{path}: {name}: the schema asks for {unknown!r}, which no check knows"
        for row in rows:
            if name not in row:
                continue
            wanted = _cell(row[name], field)
            if wanted:
                yield f"{path}:{row['']}:{name}: expected {wanted}, got {row[name]!r}"
            elif (
                field["type"] == "date"
                and row[name]
                and row[name] > today.isoformat()
                and "planned" not in (row.get("basis"), row.get("status"))
            ):
                yield f"{path}:{row['']}:{name}: expected a date that has come, got {row[name]!r}"


def _keys(path: Path, res: dict[str, Any], tables: dict[str, list[Row]]) -> Iterator[str]:
    schema, rows = res["schema"], tables[res["name"]]
    primary = schema["primaryKey"]
    groups = [[primary] if isinstance(primary, str) else primary]
    groups += [[f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")]
    for fields in {tuple(g): g for g in groups}.values():
        seen: dict[tuple[str, ...], str] = {}
        for row in rows:
            key = tuple(row.get(f, "") for f in fields)
            if key in seen:
                yield (
                    f"{path}:{row['']}:{fields[0]}: expected a key of its own, "
                    f"got {', '.join(key)!r} again (first in row {seen[key]})"
                )
            seen.setdefault(key, row[""])
    links = [
        (k["fields"], k["reference"]["resource"] or res["name"], k["reference"]["fields"], False)
        for k in schema.get("foreignKeys", [])
    ]
    links += [
        (f["name"], f["references"]["resource"], f["references"]["field"], True)
        for f in schema["fields"]
        if "references" in f
    ]
    for field, target, target_field, is_list in links:
        if target not in tables:
            continue
        there = {row.get(target_field, "") for row in tables[target]}
        for row in rows:
            cell = row.get(field, "")
            for value in (cell.split(_LISTS) if is_list else [cell]) if cell else []:
                if value not in there:
                    yield (
                        f"{path}:{row['']}:{field}: expected a {target_field} of {target}.csv, got {value!r}"
                    )


def _rules(path: Path, res: dict[str, Any], tables: dict[str, list[Row]]) -> Iterator[str]:
    for rule in res["schema"].get("rules", []):
        check = _RULES.get(rule["rule"])
        if check is None:
            yield f"{path}: the schema asks for the rule {rule['rule']!r}, which no check knows"
            continue
        for row in tables[res["name"]]:
            fault = check(row, rule, tables)
            if fault:
                yield f"{path}:{row['']}:{fault}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _ordered(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Numbers or ISO dates that must not fall from one field to the next."""
    filled = [(f, row[f]) for f in rule["fields"] if row.get(f)]
    for (first, a), (second, b) in pairwise(filled):
        x, y = _number(a), _number(b)
        above = x > y if x is not None and y is not None else a > b
        if above:
            return f"{first}: expected {first} not above {second} ({b}), got {a!r}"
    return None


_BOUNDS = {
    "exact": {"central"},
    "about": {"central"},
    "at_least": {"low"},
    "at_most": {"high"},
    "range": {"low", "high"},
}


def _bound(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want those of low, central and high filled that the kind of bound calls for."""
    filled = {f for f in ("low", "central", "high") if row.get(f)}
    wanted = _BOUNDS.get(row.get("bound", ""), set())
    if filled == wanted or (row.get("bound") == "range" and filled == wanted | {"central"}):
        return None
    names = " and ".join(sorted(wanted)) or "no figure"
    got = ", ".join(sorted(filled)) or "none"
    return f"bound: expected {names} to be filled for {row.get('bound')!r}, got {got}"


def _start_of_period(day: str, precision: str) -> str:
    year, month = day[:4], day[5:7]
    if precision == "year":
        return f"{year}-01-01"
    if precision == "quarter":
        return f"{year}-{(int(month) - 1) // 3 * 3 + 1:02d}-01" if month.isdigit() else day
    return f"{year}-{month}-01" if precision == "month" else day


def _not_before(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Nothing is published before it happened, unless it is a plan."""
    if any(row.get(k) == v for k, v in rule.get("unless", {}).items()):
        return None
    day, event = row.get(rule["field"], ""), row.get(rule["event"], "")
    if not day or not event:
        return None
    start = _start_of_period(event, row.get(rule.get("precision", ""), "day"))
    if day < start:
        return f"{rule['field']}: expected a day not before {rule['event']} ({event}), got {day!r}"
    return None


def _mirror_is_marked(row: Row, _: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want a row that rests on copies only to say so."""
    copies = {s["source_id"] for s in tables.get("sources", []) if s.get("mirror_of")}
    ids = row.get("source_ids", "").split(_LISTS)
    if row.get("source_tier") != "mirror" and set(ids) <= copies:
        return f"source_tier: expected 'mirror' as all its sources are copies, got {row.get('source_tier')!r}"
    return None


def _grade_letter(row: Row, _: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want the letter of a grade to be the reliability of the origin."""
    letters = {o["origin_id"]: o.get("reliability") for o in tables.get("origins", [])}
    letter = letters.get(row.get("origin_id") or row.get("attributed_by") or "")
    if letter and not row.get("grade", "").startswith(letter):
        return f"grade: expected the letter {letter} of its origin, got {row.get('grade')!r}"
    return None


_RULES = {
    "ordered": _ordered,
    "bound": _bound,
    "not_before": _not_before,
    "mirror_is_marked": _mirror_is_marked,
    "grade_letter": _grade_letter,
}
