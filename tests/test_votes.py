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


def test_unlike_votes_are_told_by_kind():
    table = votes.parted(pd.concat([PAIRS, PAIRS[PAIRS["first_vote"] == "no"].assign(year=2024)]))
    assert table.loc[2023].to_dict() == {"yes / abstain": 1, "yes / no": 1}
    assert table.loc[2024].sum() == 0


def test_years_are_compared_with_every_other_choice_of_years():
    values = pd.Series([5.0, 3.0, 4.0, 1.0, 2.0], index=range(2020, 2025))
    found = votes.apart(values, [2023, 2024])
    assert found == {"others": 4.0, "late": 1.5, "choices": 10, "as_far": 1}
    assert votes.apart(values, [2020, 2021])["as_far"] == 2  # 5 and 4, 5 and 3
    assert votes.apart(pd.Series([1.0, 1.0, 1.0], index=range(3)), [2])["as_far"] == 3
    for years in ([2019], list(values.index)):
        with pytest.raises(ValueError, match="expected some of the years"):
            votes.apart(values, years)


# As printed in the UN's press releases GA/12407, GA/12458, GA/12614 and SC/14911, the others by wires.
@pytest.mark.parametrize(
    ("vote_id", "totals", "china", "russia"),
    [
        ("vote-20220302-aggression", (141, 5, 35), "abstain", "no"),
        ("vote-20221012-annexation", (143, 5, 35), "abstain", "no"),
        ("vote-20220407-suspension", (93, 24, 58), "no", "no"),
        ("vote-20240711-zaporizhzhia", (99, 9, 60), "abstain", "no"),
        ("vote-20250224-advancing-peace", (93, 18, 65), "abstain", "no"),
        ("vote-20220526-dprk-veto", (13, 2, 0), "no", "no"),
        ("vote-20240328-panel-veto", (13, 1, 1), "abstain", "no"),
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
    checks = tables.load("published_values").query("unit == 'percent'")
    assert checks["start"].dt.year.tolist() == [2018, 2024]
    for row in checks.itertuples():
        assert abs(share[row.start.year] - row.central) <= row.tolerance
