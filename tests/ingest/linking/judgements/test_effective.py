"""A human's judgement beats a machine's, always; the newest human judgement wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.ingest.linking.judgements import EffectiveJudgements, Judgement, Verdict
from tests.ingest.linking.judgements.samples import denied, matched, said, unsure

A, R = "pic:999895013", "ror:04bwf3e34"
PAIR = (A, R)


def verdict(*rows: Judgement) -> Verdict | None:
    judgement = EffectiveJudgements.of(rows).in_force.get(PAIR)
    return None if judgement is None else judgement.verdict


@pytest.mark.parametrize("human", [denied(A, R), unsure(A, R), said(A, R)])
def test_a_persons_word_overrides_a_newer_and_surer_machine(human: Judgement) -> None:
    machine = matched(A, R, 1.0, date="2030-01-01")
    contrary = matched(A, R, 1.0, date="2030-01-01", negative=True)
    for rows in ([human, machine], [machine, human], [contrary, human]):
        assert verdict(*rows) == human.verdict


def test_the_newest_human_word_wins_whatever_its_place() -> None:
    old, new = said(A, R, date="2026-01-01"), denied(A, R, date="2026-02-01")
    assert verdict(old, new) == verdict(new, old) == Verdict.different


def test_on_one_day_the_later_row_wins() -> None:
    assert verdict(said(A, R), denied(A, R)) == Verdict.different
    assert verdict(denied(A, R), said(A, R)) == Verdict.same


def test_it_does_not_matter_which_way_round_a_pair_is_written() -> None:
    assert verdict(matched(A, R), denied(R, A)) == Verdict.different


def test_a_withdrawn_word_gives_the_machine_its_say_again() -> None:
    rows = [matched(A, R), denied(A, R)]
    back = unsure(A, R, withdrawn=True)
    assert verdict(*rows, back) == Verdict.same
    assert verdict(said(A, R), back) is None


def test_a_reviewer_makes_a_machines_row_a_persons() -> None:
    row = matched(A, R, reviewer="orcid:0000-0002-1825-0097")
    assert row.human
    doubts = matched(A, R, reviewer="x", other={"reviewer_agreement": "-1"})
    assert doubts.verdict is Verdict.different


@pytest.mark.parametrize(
    ("predicate", "negative", "expected"),
    [
        ("skos:exactMatch", False, Verdict.same),
        ("skos:exactMatch", True, Verdict.different),
        ("skos:closeMatch", False, Verdict.related),
        ("skos:closeMatch", True, Verdict.different),
        ("skos:broadMatch", False, Verdict.related),
        ("skos:narrowMatch", True, Verdict.silent),
        ("rdfs:seeAlso", False, Verdict.unsure),
    ],
)
def test_only_exact_match_says_same(predicate: str, negative: bool, expected: Verdict) -> None:
    assert said(A, R, predicate=predicate, negative=negative).verdict is expected


def test_no_term_found_joins_nothing() -> None:
    nothing = "https://w3id.org/sssom/NoTermFound"
    effective = EffectiveJudgements.of(
        [said("pic:111111111", nothing), said("pic:222222222", nothing)]
    )
    assert effective.in_force == {}


def test_what_a_machine_doubts_waits_until_a_person_spoke() -> None:
    doubt = unsure(A, R, justification="semapv:LexicalMatching", confidence=0.5)
    assert EffectiveJudgements.of([doubt]).candidates == [doubt]
    assert EffectiveJudgements.of([doubt, unsure(A, R)]).candidates == []


def test_the_likeliest_waits_first_and_one_without_a_confidence_last() -> None:
    lexical = {"justification": "semapv:LexicalMatching"}
    rows = [
        unsure("pic:111111111", R, **lexical),
        unsure("pic:222222222", R, confidence=0.4, **lexical),
        unsure("pic:333333333", R, confidence=0.7, **lexical),
    ]
    assert EffectiveJudgements.of(rows).candidates == rows[::-1]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"reviewer": "orcid:1", "author_label": "Ann", "author": "orcid:2"}, "orcid:1"),
        ({"author_label": "Ann", "author": "orcid:2"}, "Ann"),
        ({"author": "orcid:2", "other": {"mapping_tool": "a tool"}}, "orcid:2"),
        ({"other": {"mapping_tool": "a tool"}}, "a tool"),
        ({}, "a person"),
    ],
)
def test_who_said_it_is_named(more: dict[str, Any], name: str) -> None:
    assert said(A, R, **more).said_by == name


ROWS = st.lists(
    st.builds(
        lambda kind, day: kind(A, R, date=f"2026-01-{day:02}"),
        st.sampled_from([said, denied, unsure, matched]),
        st.integers(1, 28),
    ),
    min_size=1,
    max_size=8,
)


@given(ROWS)
def test_a_human_word_counts_whenever_there_is_one(rows: list[Judgement]) -> None:
    human = [row for row in rows if row.human]
    judgement = EffectiveJudgements.of(rows).in_force[PAIR]
    assert judgement.human == bool(human)
    if human:
        newest = max(row.date for row in human)
        assert judgement == [row for row in human if row.date == newest][-1]


def test_a_row_that_says_nothing_of_identity_hides_none_behind_it() -> None:
    silent = said(A, A, date="2025-01-01")
    assert silent.verdict is Verdict.silent
    assert verdict(silent, denied(A, R)) is Verdict.different
