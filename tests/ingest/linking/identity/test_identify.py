"""Who is who: shared identifiers and judgements together, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.ingest.linking.identity.identify import Identity, identify, rename, withhold
from permed.ingest.linking.judgements import EffectiveJudgements, Judgement
from permed.ingest.linking.judgements.judgement import CANDIDATE
from tests.ingest.linking.judgements.samples import (
    denied,
    matched,
    said,
    source,
    table,
    unsure,
)

pytestmark = pytest.mark.long

ROR, OTHER = "04bwf3e34", "038t36y30"
DLR, PIC = "organisation/dlr", "organisation/pic-999981731"
CURATED = source("dlr", known=(("dlr", "ror", ROR),))
CORDIS = source("pic-999981731", known=(("pic-999981731", "pic", "999981731"),))
SOURCES = {"curated": CURATED, "cordis": CORDIS}


def decide(
    *rows: Judgement, sources: Mapping[str, Mapping[str, pl.DataFrame]] = SOURCES
) -> Identity:
    return identify(sources, EffectiveJudgements.of(rows))


def test_a_shared_identifier_joins_and_the_first_source_names_the_thing() -> None:
    both = {"one": source("a", known=(("a", "ror", ROR),)), "two": source("b")}
    both["two"] = source("b", known=(("b", "ror", ROR.upper() + " "),))
    assert decide(sources=both).renamed == {"organisation/b": "organisation/a"}
    turned = dict(reversed(both.items()))
    assert decide(sources=turned).renamed == {"organisation/a": "organisation/b"}


def test_a_person_and_an_organisation_with_one_identifier_stay_two() -> None:
    tables = source("a", known=(("a", "wikidata", "Q42"),))
    tables["persons"] = table("persons", [{"id": "person/a", "name": "A"}])
    more = table("identifiers", [{"entity": "person/a", "scheme": "wikidata", "value": "Q42"}])
    tables["identifiers"] = tables["identifiers"].vstack(more)
    assert decide(sources={"one": tables}).renamed == {}


def test_close_matches_and_vat_numbers_do_not_join() -> None:
    one = source("a", known=(("a", "vat", "DE1"),))
    two = source("b", known=(("b", "vat", "DE1"),))
    assert decide(sources={"one": one, "two": two}).renamed == {}
    close = [{"entity": f"organisation/{i}", "scheme": "ror", "value": ROR, "match": "close"}
             for i in "ab"]  # fmt: skip
    three = {
        "organisations": source("a", "b")["organisations"],
        "identifiers": table("identifiers", close),
    }
    assert decide(sources={"one": three}).renamed == {}


@pytest.mark.parametrize("judgement", [matched, said])
def test_a_judged_identifier_joins_records_of_two_sources(
    judgement: Callable[[str, str], Judgement],
) -> None:
    row = judgement("pic:999981731", f"ror:{ROR}")
    assert decide(row).renamed == {PIC: DLR}


def test_a_judged_identifier_that_no_source_has_is_told() -> None:
    found = decide(matched("pic:999981731", f"ror:{OTHER}", 0.97)).inferred
    assert [(t.entity, t.scheme, t.value, t.match) for t in found] == [(PIC, "ror", OTHER, "exact")]


def test_a_close_match_is_told_as_close_and_joins_nothing() -> None:
    found = decide(said("pic:999981731", f"ror:{ROR}", predicate="skos:closeMatch"))
    assert found.renamed == {}
    assert [(t.entity, t.match) for t in found.inferred] == [(PIC, "close")]


def test_a_negative_beats_the_machine_and_the_undo_brings_it_back() -> None:
    machine = matched("pic:999981731", f"ror:{ROR}")
    no = denied("pic:999981731", f"ror:{ROR}", date="2026-02-01")
    yes = said("pic:999981731", f"ror:{ROR}", date="2026-03-01")
    back = replace(no, predicate=CANDIDATE, negative=False, withdrawn=True, date="2026-02-02")
    assert decide(machine, no).renamed == {}
    assert decide(machine, no, yes).renamed == {PIC: DLR}
    assert decide(machine, no, back).renamed == {PIC: DLR}
    assert decide(machine, unsure("pic:999981731", f"ror:{ROR}")).renamed == {}


def test_a_negative_keeps_records_apart_that_share_an_identifier() -> None:
    one = source("a", known=(("a", "ror", ROR), ("a", "pic", "999981731")))
    two = source("pic-999981731", known=(("pic-999981731", "pic", "999981731"),))
    sources = {"one": one, "two": two}
    assert decide(sources=sources).renamed == {PIC: "organisation/a"}
    apart = decide(denied("organisation/a", PIC), sources=sources)
    assert apart.renamed == {}
    # the record that is keyed by the PIC keeps it
    assert apart.withheld.rows() == [
        (
            "organisation/a",
            "organisations pic:999981731",
            "kept apart: a person judged on 2026-01-01 that organisation/a and"
            " organisation/pic-999981731 differ",
        )
    ]
    kept, denied_rows = withhold(one, apart.withheld)
    assert kept["identifiers"]["scheme"].to_list() == ["ror"]
    assert denied_rows["value"].to_list() == ["999981731"]


def test_a_person_may_deny_an_identifier_that_a_source_states() -> None:
    found = decide(denied(DLR, f"ror:{ROR}"))
    assert found.withheld["entity"].to_list() == [DLR]
    kept, _ = withhold(CURATED, found.withheld)
    assert kept["identifiers"].is_empty()
    assert withhold(CORDIS, found.withheld)[1].is_empty()


def test_a_negative_inside_a_chain_cuts_the_weakest_machine_link() -> None:
    sources = {n: source(n) for n in "abc"}
    rows = [
        matched("organisation/a", "organisation/b", 0.95),
        matched("organisation/b", "organisation/c", 0.7),
    ]
    assert len(decide(*rows, sources=sources).renamed) == 2
    apart = decide(*rows, denied("organisation/a", "organisation/c"), sources=sources)
    assert apart.renamed == {"organisation/b": "organisation/a"}
    assert "kept apart" in apart.issues["reason"][0]


def test_a_cycle_of_same_as_is_harmless() -> None:
    sources = {n: source(n) for n in "abc"}
    rows = [said(f"organisation/{x}", f"organisation/{y}") for x, y in ("ab", "bc", "ca", "aa")]
    found = decide(*rows, sources=sources)
    assert found.renamed == dict.fromkeys(("organisation/b", "organisation/c"), "organisation/a")
    assert found.issues.is_empty()


def test_two_records_of_one_source_are_held_for_a_person() -> None:
    sources = {"cordis": source("x", "y")}
    rows = [matched(f"organisation/{i}", f"ror:{ROR}", c) for i, c in (("x", 0.99), ("y", 0.9))]
    held = decide(*rows, sources=sources)
    assert held.renamed == {}
    assert [(t.entity, t.match) for t in held.inferred] == [
        ("organisation/x", "exact"),
        ("organisation/y", "close"),
    ]
    assert "permed link review" in held.issues["reason"][0]
    yes = said("organisation/x", "organisation/y")
    assert decide(*rows, yes, sources=sources).renamed == {"organisation/y": "organisation/x"}
    no = denied("organisation/x", "organisation/y")
    assert decide(*rows, no, sources=sources).renamed == {}


def test_two_identifiers_inside_one_source_do_not_keep_a_source_identifier_from_joining() -> None:
    tables = source("x", "y", known=(("x", "ror", ROR), ("y", "ror", ROR)))
    assert decide(sources={"one": tables}).renamed == {"organisation/y": "organisation/x"}


def test_a_judgement_on_something_that_is_gone_is_an_issue() -> None:
    rows = [
        said("organisation/gone", DLR, file="j.tsv", row=12),
        said("pic:111111111", f"ror:{OTHER}", file="j.tsv", row=13),
        said("person/somebody", DLR, file="j.tsv", row=14),
        matched("pic:222222222", f"ror:{OTHER}"),
        matched("pic:333333333", f"ror:{OTHER}"),
    ]
    issues = decide(*rows).issues
    assert issues["row"].to_list() == [12, 13, 14, None]
    assert issues["severity"].unique().to_list() == ["warning"]
    assert issues["reason"].to_list() == [
        "j.tsv: organisation/gone is in no source of this build",
        "j.tsv: neither identifier is in a source of this build",
        "j.tsv: organisations and persons are never one",
        "2 machine judgements name ids that are not in this build",
    ]


def test_activities_are_joined_by_judgement_only() -> None:
    rows = [{"id": f"project/{i}", "kind": "project", "title": i} for i in "ab"]
    sources = {"one": {"activities": table("activities", rows)}}
    assert decide(sources=sources).renamed == {}
    joined = decide(said("project/a", "project/b"), sources=sources)
    assert joined.renamed == {"project/b": "project/a"}


def test_rename_reaches_every_id_column() -> None:
    roles = table("roles", [{"agent": PIC, "activity": "project/1", "role": "partner"}])
    assert rename({"roles": roles}, {PIC: DLR})["roles"]["agent"].to_list() == [DLR]


NAMES = [f"organisation/{i}" for i in "abcde"] + [f"ror:{ROR}", f"ror:{OTHER}"]
ROWS = st.lists(
    st.builds(
        lambda kind, pair, day: kind(*pair, date=f"2026-01-{day:02}"),
        st.sampled_from([said, denied, unsure, matched]),
        st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True),
        st.integers(1, 28),
    ),
    max_size=10,
)
FIVE = {
    "one": source("a", "b", known=(("a", "ror", ROR),)),
    "two": source("c", "d", known=(("c", "ror", ROR), ("d", "ror", OTHER))),
    "three": source("e"),
}


@given(ROWS, st.randoms())
def test_sources_and_judgements_of_distinct_days_may_come_in_any_order(
    rows: list[Judgement], chance: Random
) -> None:
    days = [replace(row, date=f"2026-01-{n + 1:02}") for n, row in enumerate(rows)]
    mixed = list(days)
    chance.shuffle(mixed)
    assert decide(*mixed, sources=FIVE).renamed == decide(*days, sources=FIVE).renamed


@given(ROWS)
def test_no_negative_in_force_is_ever_merged(rows: list[Judgement]) -> None:
    renamed = decide(*rows, sources=FIVE).renamed
    for judgement in EffectiveJudgements.of(rows).in_force.values():
        if (
            judgement.negative
            and judgement.human
            and judgement.subject[:3] == judgement.object[:3] == "org"
        ):
            one, other = (renamed.get(i, i) for i in judgement.pair)
            assert one != other


@given(ROWS, st.sampled_from(NAMES[:5]), st.sampled_from(NAMES[:5]))
def test_a_merge_that_is_taken_back_leaves_no_trace(
    rows: list[Judgement], one: str, other: str
) -> None:
    before = [row for row in rows if row.pair != tuple(sorted((one, other)))]
    merge = said(one, other, date="2026-02-01")
    undo = unsure(one, other, date="2026-02-02", withdrawn=True)
    after = decide(*before, merge, undo, sources=FIVE)
    assert after.renamed == decide(*before, sources=FIVE).renamed


@given(ROWS)
def test_canonical_ids_are_final(rows: list[Judgement]) -> None:
    renamed = decide(*rows, sources=FIVE).renamed
    assert not set(renamed.values()) & set(renamed)
