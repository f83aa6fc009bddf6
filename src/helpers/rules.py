"""Rules that look at a whole row, or at a row beside another table, called by name from the schema."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Row = dict[str, str]
"""One line of a table, with its line number under the empty key."""

SEPARATOR = ";"
"""What parts the values of a cell that holds a list."""


_ONCE: dict[Callable, tuple[list[Row], Any]] = {}


def _once(build: Callable[[list[Row]], Any], rows: list[Row]) -> Any:
    """Build an index of a table once, not for each row that asks for it."""
    known = _ONCE.get(build)
    if known is None or known[0] is not rows:
        known = _ONCE[build] = (rows, build(rows))
    return known[1]


def _copies(sources: list[Row]) -> set[str | None]:
    return {s["source_id"] for s in sources if s.get("mirror_of")}


def _letters(origins: list[Row]) -> dict[str, str | None]:
    return {o["origin_id"]: o.get("reliability") for o in origins}


def _by_item(codings: list[Row]) -> dict[tuple, dict[str | None, str | None]]:
    index: dict[tuple, dict[str | None, str | None]] = {}
    for r in codings:
        said = index.setdefault((r.get("table"), r.get("item_id"), r.get("variable")), {})
        said[r.get("coder")] = r.get("value")
    return index


def _variables(codings: list[Row]) -> dict[str | None, set[str | None]]:
    index: dict[str | None, set[str | None]] = {}
    for r in codings:
        index.setdefault(r.get("item_id"), set()).add(r.get("variable"))
    return index


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
    copies = _once(_copies, tables.get("sources", []))
    ids = row.get("source_ids", "").split(SEPARATOR)
    if row.get("source_tier") != "mirror" and set(ids) <= copies:
        return f"source_tier: expected 'mirror' as all its sources are copies, got {row.get('source_tier')!r}"
    return None


def _grade_letter(row: Row, _: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want the letter of a grade to be the reliability of the origin."""
    letters = _once(_letters, tables.get("origins", []))
    letter = letters.get(row.get("origin_id") or row.get("attributed_by") or "")
    if letter and not row.get("grade", "").startswith(letter):
        return f"grade: expected the letter {letter} of its origin, got {row.get('grade')!r}"
    return None


def _filled(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want at least one of some fields filled."""
    if any(row.get(f) for f in rule["fields"]):
        return None
    return f"{rule['fields'][0]}: expected one of {', '.join(rule['fields'])} to be filled, got none"


def _complete(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want some fields filled in every row where a condition holds, or unless one does."""
    given = rule.get("when") or rule.get("unless")
    holds = all(row.get(field) == value for field, value in given.items())
    if holds == ("unless" in rule):
        return None
    empty = [field for field in rule["fields"] if not row.get(field)]
    where = " and ".join(f"{field} {row.get(field)!r}" for field in given)
    return f"{empty[0]}: expected a value where {where}, got none" if empty else None


def _coded(row: Row, rule: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want a coding to name an item and a code there are, and the item to have one of both codes."""
    items = {next(iter(other.values())): other for other in tables.get(row.get("table", ""), [])}
    item, variable = items.get(row.get("item_id", "")), row.get("variable", "")
    codes = rule["codes"].get(row.get("table", ""), {}).get(variable, [])
    if item is None:
        return f"item_id: expected a row of {row.get('table')}, got {row.get('item_id')!r}"
    if row.get("value") not in codes:
        return f"value: expected one of {', '.join(codes)} for {variable}, got {row.get('value')!r}"
    key = (row.get("table"), row.get("item_id"), variable)
    both = _once(_by_item, tables["codings"])[key]
    missing = sorted({"a", "b"} - set(both))
    if missing:
        return f"coder: expected codes of a and b for {row['item_id']}, got none of {missing[0]}"
    if item.get(variable) not in both.values():
        said = " or ".join(sorted(set(map(str, both.values()))))
        return f"value: expected {row['table']} to have {said} as {variable}, got {item.get(variable)!r}"
    return None


def _coded_twice(row: Row, rule: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want codings of some fields, unless a condition holds."""
    if any(row.get(field) == value for field, value in rule.get("unless", {}).items()):
        return None
    key = next(iter(row.values()))
    coded = _once(_variables, tables.get("codings", [])).get(key, set())
    left = [field for field in rule["fields"] if field not in coded]
    return f"{left[0]}: expected two codings in codings.csv, got none" if left else None


def _failures(row: Row, _: dict[str, Any], __: dict[str, list[Row]]) -> str | None:
    """Want failed missiles where a launch failed in part or whole, and no more than were fired."""
    fired, failed = _number(row.get("low") or row.get("central") or ""), _number(row.get("failed", ""))
    outcome = row.get("outcome")
    if outcome in ("success", "unknown"):
        fault = failed is not None and failed > 0
    elif outcome == "partial":
        fault = failed is None or fired is None or not 0 < failed < fired
    else:
        fault = failed is not None and failed != fired
    return (
        f"failed: expected a number that fits {outcome} of {fired}, got {row.get('failed')!r}"
        if fault
        else None
    )


def _together(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want a field filled where one of some others is."""
    if row.get(rule["field"]) or not any(row.get(f) for f in rule["with"]):
        return None
    return f"{rule['field']}: expected a value beside {', '.join(rule['with'])}, got none"


def _unit_fits(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want the unit to be one of those of the series, or of another column that the rule names."""
    of = row.get(rule.get("by", "series"), "")
    allowed = rule["units"].get(of, [])
    if row.get("unit") in allowed:
        return None
    return f"unit: expected {' or '.join(allowed)} for {of}, got {row.get('unit')!r}"


def _percent(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want no share above a hundred."""
    if row.get("unit") != "percent":
        return None
    above = [f for f in ("low", "central", "high") if (_number(row.get(f, "")) or 0) > 100]
    return f"{above[0]}: expected at most 100 percent, got {row[above[0]]!r}" if above else None


def _has_come(row: Row, rule: dict[str, Any], _: dict[str, list[Row]]) -> str | None:
    """Want a month that has begun."""
    now = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    month = row.get(rule["field"], "")
    if month <= f"{now:%Y-%m}":
        return None
    return f"{rule['field']}: expected a month that has come, got {month!r}"


def _derived(row: Row, rule: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want a chain of repeats to lead back to an earlier or same day's number and to end."""
    by_id = {r.get("estimate_id", ""): r for r in tables["estimates"]}
    seen = [row.get("estimate_id", "")]
    while parent := by_id.get(seen[-1], {}).get("derived_from", ""):
        if parent in seen:
            return f"derived_from: expected a chain that ends, got {' → '.join([*seen, parent])}"
        seen.append(parent)
    source = by_id.get(row.get("derived_from", ""))
    if source and source.get("published", "") > row.get("published", ""):
        return f"derived_from: expected a number published before, got one of {source['published']!r}"
    return None


_BODIES = {
    "assembly": 193,
    "first_committee": 193,
    "third_committee": 193,
    "security_council": 15,
    "human_rights_council": 47,
}
_SIX = ("china", "russia", "dprk", "rok", "japan", "usa")


def _votes(row: Row, _: dict[str, Any], __: dict[str, list[Row]]) -> str | None:
    """Want the totals of a vote to fit its body, and its result to fit the totals."""
    figures = [_number(row.get(f, "")) for f in ("for", "against", "abstaining", "absent")]
    cast, body = [row.get(s) for s in _SIX], row.get("body", "")
    told, members = sum(n or 0 for n in figures), _BODIES.get(body, 0)
    whole = body == "security_council" and None not in figures[:3]
    fault = None
    if told > members or (whole and told != members):
        fault = f"for: expected votes of {members} members, got {told:.0f}"
    elif members == 193 and "not_member" in cast:
        fault = "result: expected six members of the Assembly, got one that is not"
    elif row.get("result") == "vetoed" and "no" not in (cast[0], cast[1], cast[5]):
        fault = "result: expected a no of China, Russia or the United States beside a veto, got none"
    elif row.get("result") == "adopted" and figures[0] is not None and figures[0] <= (figures[1] or 0):
        fault = f"result: expected more votes for than against, got {row['for']!r} to {row['against']!r}"
    for figure, vote in zip(figures, ("yes", "no", "abstain", "not_voting"), strict=True):
        if fault is None and figure is not None and cast.count(vote) > figure:
            fault = f"{vote}: expected at most {figure:.0f} of the six states, got {cast.count(vote)}"
    return fault


def _pieces(row: Row, _: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want the rows behind a piece of evidence to be there, and its day and sources to be theirs."""
    rows = tables.get(row.get("table", ""), [])
    if not rows:
        return f"table: expected a table with rows, got {row.get('table')!r}"
    if not next(iter(rows[0])).endswith("_id"):
        return None  # a sum over a table without a key of one column names no row
    by_id = {next(iter(other.values())): other for other in rows}
    ids = row.get("row_ids", "").split(SEPARATOR)
    missing = [key for key in ids if key not in by_id]
    if missing:
        return f"row_ids: expected rows of {row['table']}, got {missing[0]!r}"
    newest = max(by_id[key].get("published", "") for key in ids)
    read = {source for key in ids for source in by_id[key].get("source_ids", "").split(SEPARATOR)}
    if row.get("published") != newest:
        return f"published: expected the newest day of its rows ({newest}), got {row.get('published')!r}"
    apart = sorted(read ^ set(row.get("source_ids", "").split(SEPARATOR)))
    return f"source_ids: expected the sources of its rows, got {apart[0]!r} in one only" if apart else None


def _evidence(row: Row, rule: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want the rows behind a verdict to be there, and to have been known where it is one of then."""
    rows = tables.get(row.get("table", ""), [])
    if not rows:
        return f"table: expected a table with rows, got {row.get('table')!r}"
    if row.get("row_ids") == "all" and not next(iter(rows[0])).endswith("_id"):
        return None  # a table without a key of one column
    by_id = {next(iter(other.values())): other for other in rows}
    for key in row.get("row_ids", "").split(SEPARATOR):
        if key not in by_id:
            return f"row_ids: expected rows of {row['table']}, got {key!r}"
        if row.get("vintage") == "then" and by_id[key].get("published", "") > rule["then"]:
            day = by_id[key]["published"]
            return f"row_ids: expected rows public by {rule['then']}, got {key!r} of {day}"
    return None


def _correction(row: Row, rule: dict[str, Any], tables: dict[str, list[Row]]) -> str | None:
    """Want a correction to name a table, a row and a column that there are."""
    rows = tables.get(row.get("table", ""))
    fault = None
    if rows is None:
        fault = f"table: expected a table there is, got {row.get('table')!r}"
    elif rows and row.get("column") != "row":  # a deleted row is there no longer
        if row.get("column") not in rows[0]:
            fault = f"column: expected a column of {row['table']}, got {row.get('column')!r}"
        elif not any(row.get("row_id") in r.values() for r in rows):
            fault = f"row_id: expected a row of {row['table']}, got {row.get('row_id')!r}"
    return fault


ROW_RULES = {
    "ordered": _ordered,
    "bound": _bound,
    "not_before": _not_before,
    "mirror_is_marked": _mirror_is_marked,
    "grade_letter": _grade_letter,
    "filled": _filled,
    "complete": _complete,
    "coded": _coded,
    "coded_twice": _coded_twice,
    "failures": _failures,
    "together": _together,
    "unit_fits": _unit_fits,
    "percent": _percent,
    "has_come": _has_come,
    "derived": _derived,
    "votes": _votes,
    "pieces": _pieces,
    "evidence": _evidence,
    "correction": _correction,
}
"""Rules by the name that the schema uses; each tells what is wrong with a row, or None."""
