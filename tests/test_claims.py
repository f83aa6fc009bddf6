"""The ledger: every claim judged twice, nobody judged by what came later, every verdict shown by a cell."""

import pandas as pd
import pytest

from helpers import cells, claims, tables
from helpers.rules import SEPARATOR

LEDGER = tables.load("claims")


def test_all_53_claims_have_a_test_and_two_verdicts():
    assert LEDGER["claim_id"].tolist() == [f"C{i:02d}" for i in range(1, 54)]
    for column in ("test", "support", "refute", "verdict_then", "verdict_now", "why_then", "why_now"):
        assert LEDGER[column].notna().all(), column
    assert LEDGER["would_change"].notna().all()


def test_what_cannot_be_tested_says_why():
    for vintage in ("then", "now"):
        rows = LEDGER[LEDGER[f"verdict_{vintage}"] == "not_testable"]
        assert (rows[f"why_{vintage}"].str.split().str.len() >= 6).all()
        judged = LEDGER[LEDGER[f"verdict_{vintage}"] != "not_testable"]
        assert judged[f"confidence_{vintage}"].notna().all()


def test_the_verdict_then_uses_only_what_was_known_then():
    links = tables.load("claim_evidence")
    for name, group in links[links["vintage"] == "then"].groupby("table"):
        known = tables.load(name, known_by=claims.THEN)
        key = tables.resource(name)["schema"]["primaryKey"]
        there = set(known[key]) if isinstance(key, str) else {"all"}
        for row in group.itertuples():
            assert set(row.row_ids.split(SEPARATOR)) <= there, (row.claim_id, name)
    assert (claims.evidence("then")["published"] <= claims.THEN).all()


def test_a_verdict_rests_on_rows_unless_nothing_was_found():
    for vintage in ("then", "now"):
        rows = claims.evidence(vintage)
        for claim in LEDGER.itertuples():
            verdict = getattr(claim, f"verdict_{vintage}")
            bears = set(rows.loc[rows["claim_id"] == claim.claim_id, "bears"])
            if verdict == "supported":
                assert "for" in bears, (claim.claim_id, vintage)
            if verdict == "refuted":
                assert "against" in bears, (claim.claim_id, vintage)
            if verdict == "contested":
                assert {"for", "against"} <= bears, (claim.claim_id, vintage)


def test_every_claim_is_shown_by_a_live_cell():
    live = {f["slug"] for f in cells.listing()}
    for claim in LEDGER.itertuples():
        named = claim.cells.split(SEPARATOR)
        assert named and set(named) <= live, (claim.claim_id, set(named) - live)


def test_the_evidence_of_a_vintage_is_told_by_name():
    with pytest.raises(ValueError, match="expected then or now"):
        claims.evidence("soon")
    some = claims.evidence("now", chosen=["C16"])
    assert set(some["claim_id"]) == {"C16"} and some["source_ids"].notna().all()


def test_rows_of_evidence_are_given_once():
    some = claims.evidence("now", chosen=["C16", "C19"])
    rows = claims.rows(some)
    assert len(rows) == some[["table", "row_id"]].drop_duplicates().shape[0]
    with pytest.raises(ValueError, match="expected rows of evidence"):
        claims.rows(some.head(0))


def test_the_tally_counts_each_claim_once_a_vintage():
    for by in (None, "kind"):
        table = claims.tally(LEDGER, by)
        assert table["then"].sum() == table["now"].sum() == 53
    made = pd.DataFrame(
        {
            "claim_id": ["C01", "C02"],
            "verdict_then": ["not_testable", "refuted"],
            "verdict_now": ["supported", "refuted"],
        }
    )
    assert claims.tally(made).set_index("verdict")["now"]["supported"] == 1
    assert claims.moves(made)["move"].tolist() == ["not testable → supported"]
