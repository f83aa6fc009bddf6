"""Does a report still cite what the collection says? Find its citations, tell what became of each."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from helpers.findings import SLUG
from helpers.register import Register

CITED = re.compile(rf"(?<![A-Z0-9])(?<![A-Z0-9]-)({SLUG.pattern})@([0-9A-Z]+)", re.IGNORECASE)
"""A citation: id, @, fingerprint; a damaged fingerprint is found too, so that it can be told."""

_FINGERPRINT = re.compile(r"[0-9a-f]{8}")
_FOLDED = re.compile(r"((?:fig|tbl|txt)-[a-z0-9-]{4,60})@([0-9a-f]{8})")


@dataclass(frozen=True)
class Outcome:
    """What became of one citation.

    Attributes
    ----------
    cite : str
        As cited.
    status : str
        ``unchanged``, ``changed``, ``retired`` or ``unknown``.
    says : str
        What the reader should know, empty if unchanged.
    """

    cite: str
    status: str
    says: str = ""


def cited(report: str, known: Container[str] = ()) -> list[tuple[str, str]]:
    """Find the citations in a text.

    Parameters
    ----------
    report : str
        The text.
    known : container of str
        Ids that there are or were; these are found even where a line breaks within one of their words.

    Returns
    -------
    list of (str, str)
        Id and fingerprint of each, once, in the order met; the fingerprint in small letters.
    """
    plain = [(m[1].lower(), m[m.re.groups].lower()) for m in CITED.finditer(report)]
    folded = [(m[1], m[2]) for m in _FOLDED.finditer(re.sub(r"\s+", "", report)) if m[1] in known]
    seen, there = Counter(slug for slug, _ in plain), Counter(slug for slug, _ in folded)
    return list(dict.fromkeys([*plain, *(pair for pair in folded if there[pair[0]] > seen[pair[0]])]))


def outcome(slug: str, fingerprint: str, saved: dict[str, dict[str, Any]], register: Register) -> Outcome:
    """Tell what became of one citation.

    Parameters
    ----------
    slug, fingerprint : str
        As cited.
    saved : dict of str to dict
        Findings of the saved notebooks by id.
    register : Register
        What was published.

    Returns
    -------
    Outcome
        ``unchanged`` if the notebooks hold it as cited; ``changed`` with sentence and values then, where
        the register knows that fingerprint, and now; ``retired`` with its successor; ``unknown`` with the
        nearest ids.
    """
    cite, entry = f"{slug}@{fingerprint}", register.get(slug)
    now = saved.get(slug)
    if now and now["fingerprint"] == fingerprint:
        return Outcome(cite, "unchanged")
    if entry and entry["successor"]:
        return Outcome(cite, "retired", f"successor: {_last(slug, register)}")
    if now is None:
        return Outcome(cite, "unknown", _missing(slug, entry, {*saved, *register}))
    if not _FINGERPRINT.fullmatch(fingerprint):
        return Outcome(cite, "unknown", f"expected eight hexadecimal digits after @; now {now['cite']}")
    then = next((h for h in (entry or {"history": []})["history"] if h["fingerprint"] == fingerprint), None)
    if then is None:
        return Outcome(
            cite, "changed", f"was  (fingerprint never published)\nis   {now['sentence']}  {now['cite']}"
        )
    lines = [f"was  {then['sentence']}  (from {then['from']})", f"is   {now['sentence']}  {now['cite']}"]
    for name in sorted(then["values"].keys() | now["values"].keys()):
        a, b = then["values"].get(name), now["values"].get(name)
        lines += [f"{name}: {a} → {b}"] if a != b else []
    if then["sentence"] == now["sentence"]:
        lines.append("the sentence stands; rows or drawn data behind it have changed")
    return Outcome(cite, "changed", "\n".join(lines))


def _last(slug: str, register: Register) -> str:
    """Follow successors to the one that stands."""
    passed = [slug]
    while (after := register.get(passed[-1], {}).get("successor")) and after not in passed:
        passed.append(after)
    return passed[-1]


def _missing(slug: str, entry: dict[str, Any] | None, ids: set[str]) -> str:
    if entry:
        return (
            f"published on {entry['first']}, but no saved notebook shows it now; run the notebooks (make run)"
        )
    near = difflib.get_close_matches(slug, ids, 2, 0.5)
    return f"nearest: {', '.join(near)}" if near else "no id is near"
