"""References a reader can follow, and repeaters that do not count twice."""

import pandas as pd
import pytest

from helpers import sources, tables


def chain(*links):
    """Rows of estimates from (id, origin, derived_from)."""
    return pd.DataFrame(links, columns=["estimate_id", "origin_id", "derived_from"])


def test_a_repeater_counts_as_whom_it_repeats():
    rows = chain(
        ("agency-count", "rok-dia", None),
        ("paper-repeats", "reuters", "agency-count"),
        ("blog-converts-paper", "bbc", "paper-repeats"),
        ("own-count", "osc", None),
    )
    assert sources.roots(rows).tolist() == ["agency-count"] * 3 + ["own-count"]
    assert sources.independent_origins(rows) == 2
    assert rows["origin_id"].nunique() == 4


def test_the_chain_is_followed_beyond_the_rows_given():
    rows = tables.load("estimates")
    derived = rows[rows["derived_from"].notna()]
    one = derived.iloc[[0]]
    root = sources.roots(one).iloc[0]
    assert root != one["estimate_id"].iloc[0]
    assert rows.set_index("estimate_id")["derived_from"].isna()[root]


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="circle: a → b → a"):
        sources.roots(chain(("a", "x", "b"), ("b", "y", "a")))


def test_washington_post_and_c4ads_are_one_origin():
    rows = tables.load("estimates")
    pair = rows[rows["origin_id"].isin(["c4ads", "washington-post"])]
    assert len(pair) >= 2
    assert sources.independent_origins(pair) == 1


def test_rows_of_several_tables_count_together():
    back, strikes = tables.load("deliveries_back"), tables.load("strikes")
    oil = tables.load("estimates").query("series == 'oil_reported'")
    both = set(sources.roots(oil).map(tables.load("estimates").set_index("estimate_id")["origin_id"]))
    assert sources.independent_origins(pd.concat([oil, back])) == len(both | set(back["origin_id"]))
    hit = set(strikes["attributed_by"]) | set(back["origin_id"])
    assert sources.independent_origins(pd.concat([strikes, back])) == len(hit)


def test_origins_of_tables_without_a_chain():
    strikes = tables.load("strikes")
    assert sources.independent_origins(strikes) == strikes["attributed_by"].nunique()
    labels = tables.load("missile_labels")
    assert sources.independent_origins(labels) == len(sources.split(labels["source_ids"]))


def test_a_reference_names_title_publisher_date_and_address():
    bibliography = tables.load("sources")
    row = bibliography[bibliography["published"].notna() & bibliography["mirror_of"].isna()].iloc[0]
    line = sources.reference(row["source_id"])
    for part in (row["title"], row["publisher"], f"{row['published']:%Y-%m-%d}", row["url"]):
        assert part in line


def test_a_reference_says_that_a_page_is_a_copy_and_has_no_date():
    bibliography = tables.load("sources")
    copy = bibliography[bibliography["mirror_of"].notna()].iloc[0]
    assert f"copy or retelling of {copy['mirror_of']}" in sources.reference(copy["source_id"])
    undated = bibliography[bibliography["published"].isna()].iloc[0]
    line = sources.reference(undated["source_id"])
    assert "n.d." in line and ".." not in line.replace("...", "")


def test_references_list_each_source_once():
    rows = pd.DataFrame({"source_ids": tables.load("sources")["source_id"].head(3)})
    doubled = pd.concat([rows, rows])
    lines = sources.references(doubled)
    assert len(lines) == 3
    chosen = tables.load("sources").head(3).sort_values(["publisher", "published"])
    assert [c in line for c, line in zip(chosen["url"], lines, strict=True)] == [True] * 3


def test_a_reference_begins_with_the_author_where_there_is_one():
    bibliography = tables.load("sources")
    row = bibliography[bibliography["author"].notna()].iloc[0]
    assert sources.reference(row["source_id"]).startswith(f"{row['author']}. ")


def test_an_unknown_source_is_named():
    with pytest.raises(KeyError, match="no source 'nowhere'"):
        sources.reference("nowhere")


def test_names_of_origins():
    assert "Defense Intelligence" in sources.names(pd.Series(["rok-dia"]))[0]
    assert sources.names(pd.Series(["rok-dia"]), short=True)[0] == "ROK DIA"


def test_most_rows_rest_near_their_origin():
    # The collection's own bar: at least 60 % on a primary source, a first publisher or a wire.
    assert (
        sources.share_near_origin(pd.DataFrame({"source_tier": ["origin", "wire", "press", "mirror"]})) == 0.5
    )
    assert sources.share_near_origin(pd.DataFrame({"source_tier": ["wire", "press", None]})) == 0.5
    assert sources.share_near_origin(tables.load("estimates")) >= 0.6


def test_a_joint_text_is_one_origin_and_silence_is_none():
    rows = pd.DataFrame(
        [
            ("ROK", "condemns", "A"),
            ("Japan", "condemns", "A"),
            ("ROK", "concerned", None),
            ("India", "none_found", None),
        ],
        columns=["actor", "stance", "joint_text"],
    )
    assert sources.independent_origins(rows) == 2


def test_an_assessment_counts_for_its_speaker():
    rows = pd.DataFrame({"speaker": ["Scholar A", "Scholar A", "Scholar B"], "source_ids": ["x", "y", "z"]})
    assert sources.independent_origins(rows) == 2


def test_a_piece_of_evidence_counts_for_the_origins_of_its_rows():
    votes = tables.load("un_votes")
    council = votes[votes["origin_id"] == "un-security-council"]["vote_id"].head(3)
    pieces = pd.DataFrame(
        {
            "table": ["un_votes", "un_vote_pairs", "statements"],
            "row_ids": [";".join(council), "all-years", "st-china-troops-2024-lin;st-china-later-mao"],
            "source_ids": ["a;b", "c", "d"],
        }
    )
    # the Council, the Assembly (of whose pairs the sum names no row) and China
    assert sources.independent_origins(pieces) == 3
    mixed = pd.concat([pieces, pd.DataFrame({"speaker": ["Scholar A"], "source_ids": ["e"]})])
    assert sources.independent_origins(mixed) == 4
    bare = pd.DataFrame({"origin_id": ["rok-dia", None], "source_ids": ["x", "y"]})
    assert sources.independent_origins(bare) == 2  # a row without an origin counts for its page
    with pytest.raises(ValueError, match="expected rows of statements, got 'st-nobody'"):
        sources.independent_origins(pieces.iloc[2:].assign(row_ids="st-nobody"))


def test_every_source_stands_behind_a_row():
    used = set()
    for res in tables.package()["resources"]:
        if res["name"] != "sources" and any(
            f["name"] == "source_ids" for f in res.get("schema", {}).get("fields", [])
        ):
            used |= set(sources.split(tables.load(res["name"])["source_ids"]))
    assert sorted(set(tables.load("sources")["source_id"]) - used) == []


def test_the_sources_behind_rows_are_each_there_once_and_by_publisher():
    rows = tables.load("estimates").query("series == 'containers'").head(4)
    chosen = sources.behind(pd.concat([rows, rows]))
    assert set(chosen["source_id"]) == set(sources.split(rows["source_ids"]))
    assert chosen["source_id"].is_unique and chosen["publisher"].is_monotonic_increasing


def test_the_last_day_is_not_the_day_an_undated_page_was_read():
    conversions = tables.load("conversions").set_index("conversion_id")
    read, dated = conversions.loc[["kg-per-container-payload-max"]], conversions.loc[["krw-20250408"]]
    assert sources.last_day(pd.concat([read, dated])) == "2025-04-08"
    assert sources.last_day(read) == "2026-11-22"
    assert sources.last_day(dated.drop(columns="published")) is None
    assert sources.last_day(dated.assign(published=pd.NaT)) is None
