"""Agreement in the Assembly, against sums made by hand and against published totals."""

import pandas as pd
import pytest

from helpers import tables, votes

# Ten resolutions of one year: 4 yes/yes, 1 no/no, 2 abstain/abstain, 1 yes/abstain, 1 yes/no, 1 yes/absent.
PAIRS = pd.DataFrame(
    [
        (2023, "A", "B", "yes", "yes", 4), (2023, "A", "B", "no", "no", 1),
        (2023, "A", "B", "abstain", "abstain", 2), (2023, "A", "B", "yes", "abstain", 1),
        (2023, "A", "B", "yes", "no", 1), (2023, "A", "B", "yes", "not_voting", 1),
    ],
    columns=["year", "first", "second", "first_vote", "second_vote", "resolutions"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "agreed", "resolutions"),
    [
        ("same vote", 7, 9),
        ("half for abstention", 7.5, 9),  # Lijphart: (f + g / 2) / t
        ("sides only", 5, 6),
        ("not opposed", 8, 9),
        ("absence counts", 7, 10),
    ],
)
def test_agreement_depends_on_the_rule(rule, agreed, resolutions):
    (row,) = votes.agreement(PAIRS, votes.RULES[rule]).itertuples()
    assert (row.agreed, row.resolutions) == (agreed, resolutions)
    assert row.share == pytest.approx(agreed / resolutions)


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="expected resolutions on which both voted"):
        votes.agreement(PAIRS[PAIRS["second_vote"] == "not_voting"], votes.RULES["same vote"])


def test_agreement_beyond_chance_is_none_where_habits_explain_it():
    # both vote yes nine times in ten and never no together: alike on 80 %, as chance would have it
    habit = pd.DataFrame(
        [
            (2023, "A", "B", "yes", "yes", 8),
            (2023, "A", "B", "yes", "no", 1),
            (2023, "A", "B", "no", "yes", 1),
        ],
        columns=PAIRS.columns,
    )
    (row,) = votes.beyond_chance(habit).itertuples()
    # pooled 18 yes, 2 no: expected disagreement 2 * 18 * 2 / (20 * 19), observed 2 / 10
    assert row.alpha == pytest.approx(1 - 0.2 / (72 / 380))
    assert row.resolutions == 10


def test_alpha_is_ordinal_and_counts_votes_that_were_cast():
    table = pd.DataFrame(
        [
            (2023, "A", "B", "yes", "yes", 2), (2023, "A", "B", "yes", "abstain", 1),
            (2023, "A", "B", "no", "no", 1), (2023, "A", "B", "yes", "not_voting", 3),
            (2023, "A", "B", "not_voting", "yes", 2),
        ],
        columns=PAIRS.columns,
    )  # fmt: skip
    (row,) = votes.beyond_chance(table).itertuples()
    # 2 no, 1 abstain, 5 yes: squared distances 2.25 (no, abstain), 9 (abstain, yes), 20.25 (no, yes)
    observed, expected = 2 * 9 / 8, 2 * (2 * 2.25 + 5 * 9 + 10 * 20.25) / (8 * 7)
    assert row.alpha == pytest.approx(1 - observed / expected) and row.resolutions == 4
    with pytest.raises(ValueError, match="both cast a vote"):
        votes.beyond_chance(table[table["first_vote"] == "not_voting"])


def test_an_abstention_beside_an_absence_is_worth_nothing():
    rule = votes.Rule("own", ("yes", "no", "abstain", "not_voting"), half=True)
    rows = PAIRS.assign(second_vote=["yes", "no", "abstain", "abstain", "no", "not_voting"])
    rows.loc[5, "first_vote"] = "abstain"
    (row,) = votes.agreement(rows, rule).itertuples()
    assert (row.agreed, row.resolutions) == (7.5, 10)  # 4 + 1 + 2 alike, one half, nought for the last
    with pytest.raises(ValueError, match="half or apart"):
        votes.Rule("own", half=True, apart=True)


def test_unlike_votes_are_told_by_kind():
    table = votes.parted(pd.concat([PAIRS, PAIRS[PAIRS["first_vote"] == "no"].assign(year=2024)]))
    assert table.loc[2023].to_dict() == {"yes / abstain": 1, "yes / no": 1}
    assert table.loc[2024].sum() == 0
    more = pd.concat([PAIRS, PAIRS[PAIRS["second_vote"] == "no"]])
    assert votes.parted(more).columns[0] == "yes / no"  # the most frequent first
    with pytest.raises(ValueError, match="one pair of states"):
        votes.parted(pd.concat([PAIRS, PAIRS.assign(second="C")]))


def test_years_are_compared_with_every_other_choice_of_years():
    values = pd.Series([5.0, 3.0, 4.0, 1.0, 2.0], index=range(2020, 2025))
    found = votes.apart(values, [2023, 2024])
    assert found == {"others": 4.0, "late": 1.5, "choices": 10, "as_far": 1}
    assert votes.apart(values, [2020, 2021])["as_far"] == 2  # 5 and 4, 5 and 3
    assert votes.apart(pd.Series([1.0, 1.0, 1.0], index=range(3)), [2])["as_far"] == 3
    assert votes.apart(values, [2023, 2024, 2024])["choices"] == 10
    with pytest.raises(ValueError, match="got none for"):
        votes.apart(values.mask(values == 4), [2023])
    for years in ([2019], list(values.index), []):
        with pytest.raises(ValueError, match="expected some of the years"):
            votes.apart(values, years)


# Totals with the place where they were read; the last two in wires, as the UN's pages were not stored.
@pytest.mark.parametrize(
    ("vote_id", "totals", "china", "russia"),
    [
        ("vote-20220302-aggression", (141, 5, 35), "abstain", "no"),  # GA/12407
        ("vote-20221012-annexation", (143, 5, 35), "abstain", "no"),  # GA/12458
        ("vote-20240711-zaporizhzhia", (99, 9, 60), "abstain", "no"),  # GA/12614
        ("vote-20220526-dprk-veto", (13, 2, 0), "no", "no"),  # SC/14911
        ("vote-20220407-suspension", (93, 24, 58), "no", "no"),  # Xinhua and others
        ("vote-20240328-panel-veto", (13, 1, 1), "abstain", "no"),  # AP and others
    ],
)
def test_totals_are_those_the_un_published(vote_id, totals, china, russia):
    row = tables.load("un_votes").set_index("vote_id").loc[vote_id]
    assert tuple(row[["for", "against", "abstaining"]]) == totals
    assert (row["china"], row["russia"]) == (china, russia)


def test_a_published_study_of_china_and_russia_is_reproduced():
    # MERICS (2025): about 77 % of equal votes in 2018 and 67 % in 2024
    table = votes.agreement(tables.load("un_vote_pairs"), votes.RULES["same vote"])
    pair = table[(table["first"] == "China") & (table["second"] == "Russia")]
    share = pair.set_index("year")["share"] * 100
    checks = tables.load("published_values").query("recipe == 'same vote'")
    assert checks["start"].dt.year.tolist() == [2018, 2024]
    for row in checks.itertuples():
        assert abs(share[row.start.year] - row.central) <= row.tolerance
