"""One ROR id an organisation: what yields, to what, and that nothing else does."""

from __future__ import annotations

import polars as pl

from permed.ingest.linking.identity.one_ror import one_ror
from tests.ingest.linking.judgements.samples import identifiers

ONE, OTHER = "04bwf3e34", "038t36y30"
Pairs = list[tuple[str, str]]


def left(**sources: pl.DataFrame) -> tuple[dict[str, Pairs], dict[str, list[str]]]:
    """Return what each source still says, and the values that yielded."""
    done = one_ror({name: {"identifiers": frame} for name, frame in sources.items()})
    kept = {
        n: list(t["identifiers"].select("scheme", "value").iter_rows())
        for n, (t, _) in done.items()
    }
    return kept, {n: issues["value"].to_list() for n, (_, issues) in done.items()}


def test_the_same_id_from_two_sources_is_no_conflict() -> None:
    rows = identifiers(("a", "ror", ONE))
    kept, fallen = left(first=rows, second=rows)
    assert kept == {"first": [("ror", ONE)], "second": [("ror", ONE)]}
    assert fallen == {"first": [], "second": []}


def test_a_later_source_yields_its_ror_id_and_nothing_else() -> None:
    kept, fallen = left(
        first=identifiers(("a", "ror", ONE)),
        second=identifiers(("a", "pic", "999999984"), ("a", "ror", OTHER), ("b", "ror", OTHER)),
    )
    assert kept["second"] == [("pic", "999999984"), ("ror", OTHER)]
    assert fallen == {"first": [], "second": [OTHER]}


def test_in_one_source_the_id_counts_that_another_states_too() -> None:
    both = identifiers(("a", "ror", OTHER), ("a", "ror", ONE))
    assert left(first=both)[0] == {"first": [("ror", OTHER)]}
    kept, _ = left(first=both, second=identifiers(("a", "ror", ONE)))
    assert kept == {"first": [("ror", ONE)], "second": [("ror", ONE)]}


def test_a_near_match_is_no_second_id() -> None:
    near = identifiers(("a", "ror", OTHER)).with_columns(match=pl.lit("close"))
    assert left(first=identifiers(("a", "ror", ONE)), second=near)[1]["second"] == []


def test_the_issue_tells_what_was_kept_and_what_to_do() -> None:
    rows = {"x": {"identifiers": identifiers(("a", "ror", ONE), ("a", "ror", OTHER))}}
    issue = one_ror(rows)["x"][1].row(0, named=True)
    assert issue["severity"] == "dropped"
    assert f"has the ROR id {ONE} already" in issue["reason"]
    assert f"take {OTHER} away" in issue["reason"]
