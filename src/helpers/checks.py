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
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.rules import ROW_RULES, SEPARATOR, Row

_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date YYYY-MM-DD",
    "string": "text",
}
_CONSTRAINTS = {"required", "unique", "enum", "minimum", "maximum", "pattern"}


def problems(data: Path, *, checksums: bool = True) -> list[str]:
    """Return every fault found in a folder of tables.

    Parameters
    ----------
    data : Path
        Folder with ``datapackage.json`` and the tables it describes.
    checksums : bool
        Compare the files with the checksums of the description, too.

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
    found = list(_description(data / "datapackage.json", resources))
    if found:
        return found
    tables: dict[str, list[Row]] = {}
    for res in resources:
        path = data / res["path"]
        if not path.is_file():
            found.append(f"{path}: expected a file, found none")
            continue
        raw = path.read_bytes()
        found += _checksum(path, raw, res) if checksums else []
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


_FIELD = {"name", "type", "description", "constraints", "references", "max_words"}
_SCHEMA = {"fields", "primaryKey", "foreignKeys", "rules"}


def _description(path: Path, resources: Any) -> Iterator[str]:
    """Check the description itself, so that nothing it asks for goes unchecked."""
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        yield f"{path}: expected a list of resources"
        return
    names = [r.get("name") for r in resources]
    for res in resources:
        place = f"{path}: {res.get('name')}"
        for key in ("name", "path", "hash"):
            if not isinstance(res.get(key), str):
                yield f"{place}: expected a {key}"
        if names.count(res.get("name")) > 1:
            yield f"{place}: expected each resource once"
        if "schema" in res:
            yield from _schema(place, res["schema"], {*names, ""})


def _schema(place: str, schema: dict[str, Any], names: set[str]) -> Iterator[str]:
    fields = schema.get("fields", [])
    primary = schema.get("primaryKey", [])
    own = {f.get("name") for f in fields}
    if not primary or not set([primary] if isinstance(primary, str) else primary) <= own:
        yield f"{place}: expected a primaryKey of its fields, got {primary!r}"
    for key in set(schema) - _SCHEMA:
        yield f"{place}: the schema has {key!r}, which no check knows"
    for field in fields:
        yield from _field(f"{place}: {field.get('name')}", field)
    links = [k.get("reference", {}).get("resource", "") for k in schema.get("foreignKeys", [])]
    links += [f["references"].get("resource") for f in fields if "references" in f]
    for link in links:
        if link not in names:
            yield f"{place}: expected a key into a table there is, got {link!r}"
    for rule in schema.get("rules", []):
        if rule.get("rule") not in ROW_RULES:
            yield f"{place}: asks for the rule {rule.get('rule')!r}, which no check knows"


def _field(place: str, field: dict[str, Any]) -> Iterator[str]:
    if field.get("type") not in _FORMS:
        yield f"{place}: expected a type that a check knows, got {field.get('type')!r}"
    for key in set(field) - _FIELD:
        yield f"{place}: the field has {key!r}, which no check knows"
    for key in set(field.get("constraints", {})) - _CONSTRAINTS:
        yield f"{place}: asks for {key!r}, which no check knows"


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
    if digest(raw) == res.get("hash") and len(raw) == res.get("bytes"):
        return []
    return [
        f"{path}: expected the checksum and size written in datapackage.json, the file has changed "
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
    if text and not text.endswith("\n"):
        found.append(f"{path}: expected the last line to end in \\n")
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


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"}
_FORMS = {
    "integer": r"-?[0-9]+",
    "number": r"-?[0-9]+(\.[0-9]+)?",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "string": r".*",
}
_PARSERS = {"integer": int, "number": float, "date": dt.date.fromisoformat, "string": str}


def _cell(value: str, field: dict[str, Any]) -> str | None:
    """Say what one cell should have been, or None if it is right."""
    kind, limits = field["type"], field.get("constraints", {})
    stray = value != value.strip() or "  " in value
    if stray or any(unicodedata.category(c) in _HIDDEN and c != " " for c in value):
        return "text without stray spaces, tabs or hidden characters"
    if not value:
        return "a value, the field is required" if limits.get("required") else None
    try:
        if not re.fullmatch(_FORMS[kind], value):
            raise ValueError
        parsed = _PARSERS[kind](value)
    except ValueError:
        return _TYPE_WORDS[kind]
    if kind == "date":
        parsed = value  # ISO dates sort as text, and limits are written as text
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
        (k["fields"], k["reference"].get("resource") or res["name"], k["reference"]["fields"], False)
        for k in schema.get("foreignKeys", [])
    ]
    links += [
        (f["name"], f["references"]["resource"], f["references"]["field"], True)
        for f in schema["fields"]
        if "references" in f
    ]
    for field, target, target_field, is_list in links:
        if target not in tables:
            continue  # it could not be read; its own fault is reported
        there = {row.get(target_field, "") for row in tables[target]}
        for row in rows:
            cell = row.get(field, "")
            for value in (cell.split(SEPARATOR) if is_list else [cell]) if cell else []:
                if cell.split(SEPARATOR).count(value) > 1 and is_list:
                    yield f"{path}:{row['']}:{field}: expected {value!r} once, got it twice"
                if value not in there:
                    yield (
                        f"{path}:{row['']}:{field}: expected a {target_field} of {target}.csv, got {value!r}"
                    )


def _rules(path: Path, res: dict[str, Any], tables: dict[str, list[Row]]) -> Iterator[str]:
    for rule in res["schema"].get("rules", []):
        check = ROW_RULES[rule["rule"]]
        for row in tables[res["name"]]:
            fault = check(row, rule, tables)
            if fault:
                yield f"{path}:{row['']}:{fault}"
