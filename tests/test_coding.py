"""Agreement between codings, against Krippendorff's own worked examples."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers import coding

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
TWO = pd.DataFrame({"a": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "b": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})
LETTERS = pd.DataFrame({"a": list("aabbdcccedda"), "b": list("babbbccceddd")})
FOUR = pd.DataFrame(
    {
        "a": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "b": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "c": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "d": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
)


def test_alpha_of_two_coders():
    assert round(coding.alpha(TWO), 3) == 0.095
    assert round(coding.alpha(LETTERS), 3) == 0.692


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_four_coders_with_gaps(level, value):
    assert round(coding.alpha(FOUR, level), 3) == value


def test_alpha_is_one_for_full_agreement_and_nothing_without_variation():
    same = pd.DataFrame({"a": list("abc"), "b": list("abc")})
    assert coding.alpha(same) == 1
    assert math.isnan(coding.alpha(pd.DataFrame({"a": ["x", "x"], "b": ["x", "x"]})))


@pytest.mark.parametrize(
    ("codes", "arguments", "message"),
    [
        (TWO, {"level": "ratio"}, "nominal, ordinal or interval"),
        (TWO[["a"]], {}, "two codes or more"),
        (LETTERS, {"order": ("a", "b")}, "codes among a, b"),
    ],
)
def test_what_cannot_be_measured_is_refused(codes, arguments, message):
    with pytest.raises(ValueError, match=message):
        coding.alpha(codes, **arguments)


def test_the_interval_of_alpha_holds_it_and_repeats():
    low, high = coding.alpha_interval(FOUR, "ordinal")
    assert low < 0.815 < high <= 1
    assert (low, high) == coding.alpha_interval(FOUR, "ordinal")


CODINGS = pd.DataFrame(
    [
        ("s1", "stance", "a", "condemns"), ("s1", "stance", "b", "condemns"),
        ("s2", "stance", "a", "concerned"), ("s2", "stance", "b", "condemns"),
        ("s3", "stance", "a", "neutral"), ("s3", "stance", "b", "neutral"),
        ("s1", "target", "a", "russia"), ("s1", "target", "b", "both"),
        ("s2", "target", "a", "both"), ("s2", "target", "b", "both"),
    ],
    columns=["item_id", "variable", "coder", "value"],
)  # fmt: skip


def test_agreement_is_told_for_each_variable():
    table = coding.agreement(CODINGS, {"stance": coding.STANCES}).set_index("variable")
    assert table["items"].to_dict() == {"stance": 3, "target": 2}
    assert table.at["stance", "same"] == pytest.approx(2 / 3)
    assert table.at["target", "level"] == "nominal"
    # four codes, one of them another: observed 1/2, expected 1/2
    assert table.at["target", "alpha"] == pytest.approx(0)


def test_codes_of_two_coders_are_crossed():
    stances = CODINGS[CODINGS["variable"] == "stance"]
    assert coding.by_coder(stances).shape == (3, 2)
    table = coding.confusion(stances, coding.STANCES)
    assert table.at["concerned", "condemns"] == 1 and np.trace(table) == 2 and table.to_numpy().sum() == 3


def test_the_strongest_stance_stands_for_an_actor():
    rows = pd.DataFrame(
        [("ROK", "treaty", "concerned"), ("ROK", "treaty", "condemns"), ("ROK", "troops", "none_found"),
         ("China", "treaty", "neutral")],
        columns=["actor", "trigger", "stance"],
    )  # fmt: skip
    table = coding.strongest(rows)
    assert table.loc["ROK"].to_dict() == {"treaty": "condemns", "troops": "none_found"}
    assert pd.isna(table.at["China", "troops"])


def test_the_interval_draws_items_with_two_codes():
    # ten items, two of them coded apart: alpha of a draw depends on how often these two are drawn
    codes = pd.DataFrame({"a": list("xxxxyyyyxy"), "b": list("xxxxyyyyyx")})
    low, high = coding.alpha_interval(codes)
    assert (low, high) == pytest.approx((-0.05, 1.0), abs=0.15)
    alone = pd.concat([codes, pd.DataFrame({"a": ["x"] * 90, "b": [None] * 90})], ignore_index=True)
    assert coding.alpha_interval(alone) == (low, high)
    assert coding.alpha_interval(FOUR, "interval") != coding.alpha_interval(FOUR, "nominal")


def test_agreement_takes_the_order_and_leaves_out_what_one_coder_coded():
    more = pd.DataFrame([("s4", "stance", "a", "neutral")], columns=CODINGS.columns)
    table = coding.agreement(pd.concat([CODINGS, more]), {"stance": coding.STANCES}).set_index("variable")
    assert table.at["stance", "items"] == 3 and table.at["stance", "same"] == pytest.approx(2 / 3)
    wide = coding.by_coder(CODINGS[CODINGS["variable"] == "stance"])
    assert table.at["stance", "alpha"] == coding.alpha(wide, "ordinal", coding.STANCES)
    assert table.at["stance", "alpha"] != coding.alpha(wide)


def test_codes_out_of_order_are_refused():
    rows = pd.DataFrame(
        [("ROK", "t", "none_found"), ("ROK", "t", "neutral")], columns=["actor", "trigger", "stance"]
    )
    for order in (rows, rows.iloc[::-1]):
        assert coding.strongest(order).at["ROK", "t"] == "neutral"
    with pytest.raises(ValueError, match="got 'cross'"):
        coding.strongest(rows.assign(stance="cross"))
    with pytest.raises(ValueError, match="got 'concerned'"):
        coding.confusion(CODINGS[CODINGS["variable"] == "stance"], ("neutral", "condemns"))


READINGS = pd.DataFrame(
    [
        ("words", "against", "for", "for"),
        ("words", "against", "for", "neither"),
        ("votes", "strongly_for", "neither", "strongly_against"),
        ("trade", "for", "for", "for"),
    ],
    columns=["group", "uneasy", "indifferent", "content"],
)
NAMES = ("uneasy", "indifferent", "content")


def test_evidence_that_fits_all_readings_alike_tells_nothing():
    table = coding.diagnosticity(READINGS, NAMES)
    assert table["spread"].tolist() == [2, 2, 4, 0]
    assert table.loc[0, "best"] == "indifferent and content" and table.loc[0, "worst"] == "uneasy"
    assert table.loc[2, ["best", "worst"]].tolist() == ["uneasy", "content"]
    assert pd.isna(table.at[3, "best"]) and pd.isna(table.at[3, "worst"])


def test_the_weight_of_evidence_depends_on_what_is_counted():
    # pieces: uneasy -1 -1 2 1, indifferent 1 1 0 1, content 1 0 -2 1
    assert coding.weigh(READINGS, NAMES, by_group=False).to_dict() == pytest.approx(
        {"indifferent": 0.75, "uneasy": 0.25, "content": 0.0}
    )
    # groups: words -1, 1, 0.5; votes 2, 0, -2; trade 1, 1, 1
    assert coding.weigh(READINGS, NAMES).to_dict() == pytest.approx(
        {"uneasy": 2 / 3, "indifferent": 2 / 3, "content": -0.5 / 3}
    )
    # against only, by piece: -2/4, 0, -2/4
    low = coding.weigh(READINGS, NAMES, by_group=False, against_only=True)
    assert low.index[0] == "indifferent" and low.to_dict() == pytest.approx(
        {"indifferent": 0, "uneasy": -0.5, "content": -0.5}
    )


def test_unknown_fits_and_no_evidence_are_refused():
    with pytest.raises(ValueError, match=r"uneasy: expected codes among .* got 'maybe'"):
        coding.fits(READINGS.assign(uneasy="maybe"), NAMES)
    for rows, names in ((READINGS.iloc[:0], NAMES), (READINGS, ("calm",)), (READINGS, ())):
        with pytest.raises(ValueError, match="pieces of evidence"):
            coding.weigh(rows, names)


def test_each_group_is_left_out_in_turn():
    table = coding.leave_out(READINGS, NAMES)
    assert table.index.tolist() == ["words", "votes", "trade"]
    # without the votes: words -1, 1, 0.5 and trade 1, 1, 1
    assert table.loc["votes", list(NAMES)].tolist() == pytest.approx([0, 1, 0.75])
    assert table.loc["words", list(NAMES)].tolist() == pytest.approx([1.5, 0.5, -0.5])
    assert table.at["words", "best"] == "uneasy" and table.at["votes", "best"] == "indifferent"
    assert table.at["trade", "best"] == "uneasy and indifferent"  # both (−1 + 2) / 2 and (1 + 0) / 2
    with pytest.raises(ValueError, match="two groups of evidence"):
        coding.leave_out(READINGS[READINGS["group"] == "trade"], NAMES)


def test_readings_that_are_level_lead_together():
    assert coding.leading(pd.Series({"uneasy": 17 / 67, "indifferent": 17 / 67, "content": 0.1})) == (
        "uneasy and indifferent"
    )
    assert coding.leading(pd.Series({"uneasy": 0.2, "indifferent": 0.21})) == "indifferent"
    assert coding.leading(pd.Series({"a": 0.1 + 0.2, "b": 0.3})) == "a and b"
    for scores in (pd.Series(dtype=float), pd.Series({"a": float("nan"), "b": 1.0})):
        with pytest.raises(ValueError, match="a score for each reading"):
            coding.leading(scores)


def test_the_rule_is_passed_on_where_a_group_is_left_out():
    # without the words: two votes (−1, 0) and trade 1, by piece uneasy (2 + −1 + 1) / 3
    rows = pd.concat([READINGS, READINGS.iloc[:1].assign(group="votes")])
    assert coding.leave_out(rows, NAMES, by_group=False).at["words", "uneasy"] == pytest.approx(2 / 3)
    # against only, without trade: words −1 and votes (0 − 1) / 2
    assert coding.leave_out(rows, NAMES, against_only=True).at["trade", "uneasy"] == pytest.approx(-0.75)
