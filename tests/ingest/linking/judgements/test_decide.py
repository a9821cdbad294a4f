"""A person's decision as a row, and which decisions are refused."""

from __future__ import annotations

import pytest

from permed.graph.errors import InputError
from permed.ingest.linking.judgements import EffectiveJudgements, Verdict
from permed.ingest.linking.judgements.decide import Author, ReviewChoice, checked, decided
from permed.ingest.linking.judgements.judgement import Judgement
from tests.ingest.linking.judgements.samples import DAY, matched, said

PIC, ROR = "pic:999895013", "ror:04bwf3e34"
ME, TODAY = Author(label="Ann"), "2026-11-22"


def decision(one: str = PIC, choice: str = "accept", other: str = ROR) -> Judgement:
    return decided(one, ReviewChoice(choice), other, ME, TODAY, "because")


@pytest.mark.parametrize(
    ("choice", "verdict", "predicate"),
    [
        ("accept", Verdict.same, "skos:exactMatch"),
        ("reject", Verdict.different, "skos:exactMatch"),
        ("unsure", Verdict.unsure, "rdfs:seeAlso"),
        ("withdraw", Verdict.withdrawn, "rdfs:seeAlso"),
    ],
)
def test_each_choice_is_a_row_of_its_own_meaning(
    choice: str, verdict: Verdict, predicate: str
) -> None:
    row = decision(choice=choice)
    assert (row.verdict, row.predicate) == (verdict, predicate)
    assert (row.human, row.said_by, row.comment, row.date) == (True, "Ann", "because", TODAY)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (decision(PIC, other=PIC), "stands on both sides"),
        (decision("person/ann", other=ROR), "organisations and persons are never one"),
        (decision(choice="withdraw"), "nothing to withdraw"),
    ],
)
def test_a_decision_without_any_effect_is_refused(row: Judgement, message: str) -> None:
    # a machine's judgement is nothing that a person could withdraw
    with pytest.raises(InputError, match=message):
        checked(row, EffectiveJudgements.of([matched(PIC, ROR)]))


@pytest.mark.parametrize("other", [ROR, "wikidata:Q183", "organisation/dlr"])
def test_records_of_one_kind_or_of_an_unknown_one_may_be_decided_on(other: str) -> None:
    row = decision(other=other)
    assert checked(row, EffectiveJudgements()) is row


def test_what_a_person_said_can_be_withdrawn() -> None:
    before = EffectiveJudgements.of([said(PIC, ROR)])
    assert checked(decision(choice="withdraw"), before).withdrawn


@pytest.mark.parametrize(("earlier", "day"), [(DAY, TODAY), ("2027-01-05", "2027-01-05")])
def test_a_decision_is_never_older_than_the_one_it_overrides(earlier: str, day: str) -> None:
    before = EffectiveJudgements.of([said(PIC, ROR, date=earlier)])
    assert checked(decision(), before).date == day
