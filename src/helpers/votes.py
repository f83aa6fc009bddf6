"""Votes in the General Assembly: how often two states agree, under a named rule.

The table ``un_vote_pairs`` holds counts of pairs of votes, so what counts as agreement stays the
reader's choice. A state that abstains has neither agreed nor opposed; the rules differ in what they make
of that, and of states that did not vote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers import coding

SIDES = ("no", "abstain", "yes")
"""Votes that were cast, in their order."""


@dataclass(frozen=True)
class Rule:
    """What counts as agreement of two states on one resolution.

    Attributes
    ----------
    says : str
        The rule in words.
    cast : tuple of str
        Votes that are compared; a resolution on which either state gave none of them is left out.
    half : bool
        Whether an abstention beside a yes or no counts one half instead of nothing.
    apart : bool
        Whether only yes against no counts as disagreement.
    """

    says: str
    cast: tuple[str, ...] = SIDES
    half: bool = False
    apart: bool = False

    def __post_init__(self) -> None:
        """Refuse two answers to what an abstention is worth."""
        if self.half and self.apart:
            raise ValueError(f"{self.says}: expected half or apart, got both")


RULES = {
    "same vote": Rule("the same of yes, no and abstention"),
    "half for abstention": Rule("same vote one, abstention beside yes or no one half", half=True),
    "sides only": Rule("the same of yes and no; resolutions with an abstention left out", ("no", "yes")),
    "not opposed": Rule("anything but yes against no", apart=True),
    "absence counts": Rule("the same of yes, no, abstention and not voting", (*SIDES, "not_voting")),
}
"""The rules by name; none of them is the right one.

``half for abstention`` is A. Lijphart's index of agreement (*The Analysis of Bloc Voting in the General
Assembly*, American Political Science Review 57, 1963).
"""


def agreement(pairs: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Measure the agreement of each pair of states in each year.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``un_vote_pairs``.
    rule : Rule
        One of `RULES`, or the reader's own.

    Returns
    -------
    DataFrame
        One row a year and pair, in the order met: ``year``, ``first``, ``second``, ``resolutions`` (that
        the rule compares), ``agreed`` (their sum, halves included) and ``share``.

    Raises
    ------
    ValueError
        If the rule leaves nothing to compare.
    """
    rows = pairs[pairs["first_vote"].isin(rule.cast) & pairs["second_vote"].isin(rule.cast)]
    if rows.empty:
        raise ValueError(f"{rule.says}: expected resolutions on which both voted so, got none")
    same = rows["first_vote"] == rows["second_vote"]
    both = rows[["first_vote", "second_vote"]]
    sided = both.isin(["yes", "no"])
    abstained = (both == "abstain").any(axis=1) & sided.any(axis=1)
    opposed = sided.all(axis=1) & ~same
    worth = (~opposed if rule.apart else same).astype(float)
    worth = worth.mask(abstained & ~same, 0.5) if rule.half else worth
    counted = rows.assign(agreed=worth * rows["resolutions"])
    out = counted.groupby(["year", "first", "second"], sort=False)[["resolutions", "agreed"]].sum()
    return out.assign(share=out["agreed"] / out["resolutions"]).reset_index()


def beyond_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Measure agreement beyond what the two states' habits of voting would give by chance.

    Most resolutions are adopted by large majorities, so that two states which care for nothing in common
    still vote alike often. After F. M. Häge, *Choice or Circumstance?* (Political Analysis 19, 2011), who
    proposes measures corrected for chance; here it is Krippendorff's alpha on the ordered votes.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``un_vote_pairs``.

    Returns
    -------
    DataFrame
        One row a year and pair: ``year``, ``first``, ``second``, ``resolutions``, ``alpha`` (1 full
        agreement, 0 that of chance; missing where both always voted alike on one side only).

    Raises
    ------
    ValueError
        If there is no resolution on which both cast a vote.
    """
    rows = pairs[pairs["first_vote"].isin(SIDES) & pairs["second_vote"].isin(SIDES)]
    if rows.empty:
        raise ValueError("expected resolutions on which both cast a vote, got none")
    lines = []
    for (year, first, second), group in rows.groupby(["year", "first", "second"], sort=False):
        each = group.loc[group.index.repeat(group["resolutions"].astype(int)), ["first_vote", "second_vote"]]
        value = coding.alpha(each.reset_index(drop=True), "ordinal", SIDES)
        lines.append((year, first, second, len(each), value))
    return pd.DataFrame(lines, columns=["year", "first", "second", "resolutions", "alpha"])


def parted(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count how two states voted where they did not vote alike.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``un_vote_pairs`` of one pair of states.

    Returns
    -------
    DataFrame
        One row a year; one column per pair of unlike votes ("abstain / no": first state / second state),
        the most frequent first, votes that were cast only; no column where none was unlike.

    Raises
    ------
    ValueError
        If the rows are not those of one pair.
    """
    if len(pairs[["first", "second"]].drop_duplicates()) != 1:
        states = pairs["first"].nunique(), pairs["second"].nunique()
        raise ValueError(
            f"expected votes of one pair of states, got {states[0]} first and {states[1]} second"
        )
    cast = pairs[pairs["first_vote"].isin(SIDES) & pairs["second_vote"].isin(SIDES)]
    unlike = cast[cast["first_vote"] != cast["second_vote"]]
    kind = unlike["first_vote"] + " / " + unlike["second_vote"]
    table = unlike.assign(kind=kind).pivot_table(
        index="year", columns="kind", values="resolutions", aggfunc="sum", fill_value=0
    )
    order = table.sum().sort_values(ascending=False, kind="stable").index
    return table[order].reindex(sorted(cast["year"].unique()), fill_value=0).astype(int)


def apart(values: pd.Series, late: Iterable[int]) -> dict[str, float]:
    """Compare the mean of some years with the others, and with every other choice of as many years.

    Parameters
    ----------
    values : Series of float
        One value a year, indexed by it.
    late : iterable of int
        The years in question.

    Returns
    -------
    dict of str to float
        ``others`` and ``late`` (means), ``choices`` (ways to pick as many years, these included),
        ``as_far`` (how many of them have a mean at least as high, or at least as low where the late
        years lie lower). Years follow on one another, so a small share is no p-value of independent
        draws.

    Raises
    ------
    ValueError
        If no year is given, one is not among the values, all of them are, or a value is missing.
    """
    chosen = list(dict.fromkeys(late))
    if not chosen or not set(chosen) < set(values.index):
        raise ValueError(f"expected some of the years {list(values.index)}, got {chosen}")
    if values.isna().any():
        raise ValueError(f"expected a value for each year, got none for {list(values.index[values.isna()])}")
    inside, others = float(values.loc[chosen].mean()), float(values.drop(chosen).mean())
    means = np.array([np.mean(pick) for pick in combinations(values.to_numpy(dtype=float), len(chosen))])
    far = means >= inside - 1e-12 if inside >= others else means <= inside + 1e-12
    return {"others": others, "late": inside, "choices": len(means), "as_far": int(far.sum())}
