"""Write the data dictionary (``data/README.md``) and the checksums from the Data Package."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers import checks, coding, files, sources, tables

FITTED = (
    *("uneasy", "indifferent", "content"),
    *("pact", "war_demand", "korean_spiral", "testing_cycle", "reporting_effort"),
)
"""Variables coded by fit, whose codes have an order."""


def refresh(data: Path = tables.DATA) -> None:
    """Bring the checksums in ``datapackage.json`` and the dictionary up to date with the tables.

    Parameters
    ----------
    data : Path
        Folder with the tables; ``datapackage.json`` and ``README.md`` in it are rewritten.
    """
    package = tables.package(data)
    for res in package["resources"]:
        raw = (data / res["path"]).read_bytes()
        res["hash"], res["bytes"] = checks.digest(raw), len(raw)
    dictionary = render(data)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    files.write(data / "datapackage.json", text)
    files.write(data / "README.md", dictionary)


def render(data: Path = tables.DATA) -> str:
    """Return the data dictionary as Markdown.

    Parameters
    ----------
    data : Path
        Folder with the tables.

    Returns
    -------
    str
        Text of ``data/README.md``.
    """
    package = tables.package(data)
    return "\n".join([*_head(package, data), *_tables(package, data), *_licences(data)]) + "\n"


def _count(data: Path, res: dict[str, Any]) -> int:
    with (data / res["path"]).open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _near(data: Path, res: dict[str, Any]) -> str:
    if not any(f["name"] == "source_tier" for f in res.get("schema", {}).get("fields", [])):
        return ""
    return f"{sources.share_near_origin(tables.load(res['name'], data=data)):.0%}"


def _head(package: dict[str, Any], data: Path) -> Iterator[str]:
    yield f"# {package['title']}"
    yield ""
    yield "<!-- Generated from datapackage.json by `make data`; edit that file, not this one. -->"
    yield ""
    yield f"{package['description']} Version {package['version']}, licence CC BY 4.0."
    yield ""
    yield "| table | rows | near the origin | a row is |"
    yield "| --- | ---: | ---: | --- |"
    for res in package["resources"]:
        rows = str(_count(data, res)) if "schema" in res else "–"
        yield f"| [{res['name']}](#{res['name']}) | {rows} | {_near(data, res)} | {res['row']} |"
    yield ""
    yield (
        "“Near the origin”: share of the rows that rest on the origin's own page, an outlet at first hand or "
        "a wire (column `source_tier`)."
    )
    yield ""
    for section in package["sections"]:
        yield f"## {section['title']}"
        yield ""
        yield from section["text"]
        yield ""


def _tables(package: dict[str, Any], data: Path) -> Iterator[str]:
    for res in package["resources"]:
        yield f"## {res['name']}"
        yield ""
        yield f"`{res['path']}` · **Each row is:** {res['row']}"
        yield ""
        yield f"**How it was gathered.** {res['gathered']}"
        yield ""
        yield f"**Known limits.** {res['limits']}"
        yield ""
        if res["name"] == "codings":
            yield from _agreement(data)
        if "schema" not in res:
            continue
        yield "| column | type | required | meaning |"
        yield "| --- | --- | --- | --- |"
        for field in res["schema"]["fields"]:
            limits = field.get("constraints", {})
            meaning = field["description"]
            if "enum" in limits:
                unnamed = [v for v in limits["enum"] if f"`{v}`" not in meaning]
                if unnamed:
                    meaning += " One of " + ", ".join(f"`{v}`" for v in unnamed) + "."
            needed = "yes" if limits.get("required") else ""
            yield f"| `{field['name']}` | {field['type']} | {needed} | {meaning} |"
        yield ""


def _agreement(data: Path) -> Iterator[str]:
    yield (
        "**Agreement.** Krippendorff's alpha with an interval of 95 % from items drawn with replacement: "
        "1 is full agreement, 0 that of chance; below 0.67 is usually taken as too low to build on. A joint "
        "text counts once."
    )
    yield ""
    yield "| table | coded | items | coded alike | alpha | 95 % |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    orders = {"stance": coding.STANCES} | dict.fromkeys(FITTED, coding.FITS)
    statements = tables.load("statements", data=data)
    joint = statements.dropna(subset="joint_text")
    again = joint.loc[joint.duplicated("joint_text"), "statement_id"]  # one text, several signatories
    codings = tables.load("codings", data=data)
    codings = codings[~codings["item_id"].isin(again) & codings["coder"].isin(["a", "b"])]
    # China's many answers are nearly all plainly neutral and would flatter the agreement on the others.
    china = codings["item_id"].isin(statements.loc[statements["actor"] == "China", "statement_id"])
    named = codings.assign(table=codings["table"].mask(china, "statements of China"))
    told_apart = named.groupby(["table", "variable"])["value"].transform("nunique") > 1
    for name, group in named[told_apart].groupby("table", sort=True):
        for row in coding.agreement(group, orders).itertuples():
            spread = f"{row.low:.2f} to {row.high:.2f}"
            coded = f"| {name} | {row.variable} | {row.items} | {row.same:.0%} |"
            yield f"{coded} {row.alpha:.2f} | {spread} |"
    yield ""


def _licences(data: Path) -> Iterator[str]:
    bibliography = tables.load("sources", data=data)
    words = tables.resource("sources", data)["terms"]
    yield "## Licence and redistribution, source by source"
    yield ""
    yield (
        "We publish facts, figures and at most 15 words of a page, never a page or a table. "
        "What each source's own terms allow beyond that:"
    )
    yield ""
    for key, text in words.items():
        chosen = bibliography[bibliography["terms"] == key]
        if chosen.empty:
            continue
        yield f"### {key} ({len(chosen)})"
        yield ""
        yield text
        yield ""
        for publisher, group in chosen.groupby("publisher"):
            links = ", ".join(f"[{s.source_id}]({s.url})" for s in group.itertuples())
            yield f"- {publisher}: {links}"
        yield ""
