"""Treaties compared, on codes made up for the purpose and on the texts' plain differences."""

import pandas as pd
import pytest

from helpers import tables, treaties

CODES = pd.DataFrame(
    {
        "new": ["x", "x", "x", "x", "no", "none"],
        "old": ["y", "x", "y", "y", "x", "none"],
        "last": ["y", "y", "x", "y", "no", "unseen"],
        "beside": ["unseen", "x", "x", "x", "no", "x"],
    },
    index=["fresh", "back", "same", "borrowed", "dropped", "never"],
)


def test_kinship_tells_new_from_what_only_looks_new():
    found = treaties.kinship(CODES, "new", ["old", "last"], ["beside"]).set_index("variable")
    assert found["kinship"].to_dict() == {
        "fresh": "new",
        "back": "returns",
        "same": "kept",
        "borrowed": "as others",
        "dropped": "gone",
        "never": "absent",
    }
    assert found.loc["fresh", "unseen"] == "beside"
    assert found.loc["back", "same"] == "old, beside" and found.loc["fresh", "same"] == ""


def test_without_a_predecessor_nothing_is_new():
    with pytest.raises(ValueError, match="at least one predecessor"):
        treaties.kinship(CODES, "new", [], ["beside"])


def test_a_treaty_there_is_not_is_named():
    with pytest.raises(KeyError, match="no treaty 'dprk-mars'"):
        treaties.matrix(tables.load("treaties"), ["dprk-mars"])


def test_what_anyone_can_read_in_the_texts():
    codes = treaties.matrix(tables.load("treaties"), list(tables.load("treaties")["treaty_id"]))
    assert set(codes.index) == set(treaties.variables())
    assert codes.loc["defence", "ussr-dprk-1961"] == codes.loc["defence", "ru-dprk-2024"] == "yes"
    assert codes.loc["defence", "ru-dprk-2000"] == "no"  # it only speaks of contact in a threat
    assert codes.loc["un_charter", "ru-dprk-2024"] == codes.loc["un_charter", "nato-1949"] == "article_51"
    assert codes.loc["domestic_law", "ussr-dprk-1961"] == "no"
    assert codes.loc["domestic_law", "us-rok-1953"] == codes.loc["domestic_law", "us-japan-1960"] == "yes"
