"""The ledger: every claim judged twice, nobody judged by what came later, every verdict shown by a cell."""

import shutil

import pandas as pd
import pytest

from helpers import cells, checks, claims, findings, tables
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
    rule = next(r for r in tables.resource("claim_evidence")["schema"]["rules"] if r["rule"] == "evidence")
    assert rule["then"] == claims.THEN == "2024-06-30"


def test_a_row_of_later_is_refused_as_evidence_of_then(tmp_path):
    shutil.copytree(tables.DATA, tmp_path / "data")
    path = tmp_path / "data" / "claim_evidence.csv"
    late = "C47,then,against,milestones,ms-20250428-confirm,late\n"
    path.write_text(path.read_text(encoding="utf-8") + late, encoding="utf-8")
    found = checks.problems(tmp_path / "data", checksums=False)
    assert any(
        "expected rows public by 2024-06-30, got 'ms-20250428-confirm' of 2025-04-28" in f for f in found
    )
    gone = late.replace("then,against", "now,neither").replace("ms-20250428-confirm", "ms-nowhere")
    path.write_text(path.read_text(encoding="utf-8").replace(late, gone), encoding="utf-8")
    found = checks.problems(tmp_path / "data", checksums=False)
    assert any("expected rows of milestones, got 'ms-nowhere'" in f for f in found)
    with pytest.raises(ValueError, match="C47: expected rows of milestones known now, got 'ms-nowhere'"):
        claims.evidence("now", tmp_path / "data")


def test_verdicts_that_can_be_computed_are_those_in_the_ledger():
    final = LEDGER.set_index("claim_id")["verdict_now"]
    saved = {f["slug"]: f for f in findings.listing()}
    record = saved["tbl-verdict-claim-record"]["values"]
    assert (record["k"] == record["n"]) == (final["C32"] == "supported")
    board = saved["tbl-verdict-board-claim"]["values"]
    assert (max(board["a"], board["b"]) <= board["n"] / 3) == (final["C15"] == "refuted")
    assert (saved["fig-verdict-dangers"]["values"]["k"] == "none") == (final["C47"] == "refuted")
    assert (saved["tbl-verdict-claim-contents"]["values"]["a"] == 1) == (final["C13"] == "refuted")


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
