"""Numbers in prose come from a finding: each is found among the outputs of its notebook."""

import json
import re

import pytest

from helpers import cells
from helpers.findings import notebooks

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WORDS = {"million": 1e6, "billion": 1e9, "trillion": 1e12, "thousand": 1e3}

# What looks like a number and is none: dates, calibres, types, resolutions, code and addresses.
NOT_NUMBERS = re.compile(
    rf"""
    `[^`]*` | \]\([^)]*\) | https?://\S+ | <[^>]*>
    | \b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b
    | \b\d{{1,2}}\s(?:{MONTHS})\b | \b(?:19|20)\d{{2}}(?:[–-]\d{{2,4}})?s?\b
    | \b\d{{2,3}}\smm\b | \b20-foot\b | \b[A-Z][A-Za-z]*-\d+[A-Z/]*\d*\b | \b[A-Z]+\d+\b
    | \b(?:[Rr]esolution|Article)\s\d+\b | ^\d+\.\s
    """,
    re.X | re.M,
)
NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?:\s(million|billion|trillion|thousand))?")


def numbers(text):
    """Values written in a text, with the words million and billion applied."""
    for digits, word in NUMBER.findall(NOT_NUMBERS.sub(" ", text)):
        yield float(digits.replace(",", "").rstrip(".")) * WORDS.get(word, 1)


def found_in(text):
    """Values written in an output, also as millions and the like."""
    for digits, word in NUMBER.findall(NOT_NUMBERS.sub(" ", text)):
        value = float(digits.replace(",", "").rstrip(".") or 0)
        yield from (value, value * WORDS.get(word, 1))


def shown(notebook):
    """Values that the findings of a notebook state, carry or draw; no address, hash or reference."""
    found = set()
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(cells.MIME)
            if record is None:
                continue
            stated = [record["sentence"], str(record["rows"]), str(record["origins"]), record["alt"] or ""]
            cellsof = [v for row in record["data"]["rows"] for v in row]
            for value in [*stated, *record["values"].values(), *cellsof]:
                if isinstance(value, dict):
                    found |= {float(v) for v in value.values() if isinstance(v, int | float)}
                elif isinstance(value, int | float):
                    found.add(float(value))
                else:
                    found |= set(found_in(str(value)))
    return found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("about 13,000 containers", [13000]),
        ("6.5 million rounds on 19 June 2024", [6.5e6]),
        ("a 152 mm round, KN-23, M1989, resolution 2397, `x=5`, [a](b1.ipynb)", []),
        ("28 % of 500,000 barrels in 2024–25", [28, 500000]),
    ],
)
def test_numbers_are_read_from_prose(text, values):
    assert list(numbers(text)) == values


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_every_number_in_prose_is_shown_by_a_cell(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    there = shown(notebook)
    missing = [
        (cell["id"], value)
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
        for value in numbers("".join(cell["source"]))
        if not any(abs(value - v) <= 1e-9 * max(1, abs(value)) for v in there)
    ]
    assert missing == []
