"""Undoing walks back decision by decision, and never takes anybody else's judgement away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permed.graph.errors import InputError
from permed.ingest.linking.judgements import EffectiveJudgements, Judgement, Verdict
from permed.ingest.linking.judgements.decide import Author
from permed.ingest.linking.judgements.undo import undone
from tests.ingest.linking.judgements.samples import denied, matched, said

PAIR = ("pic:999895013", "ror:04bwf3e34")
ANOTHER = ("pic:999895013", "ror:038t36y30")
ME, TODAY = Author(label="Ann"), "2026-11-22"


def back(rows: list[Judgement], times: int = 1) -> list[Judgement]:
    for _ in range(times):
        rows = [*rows, undone(rows, ME, TODAY)[1]]
    return rows


def verdict(rows: list[Judgement], pair: tuple[str, str] = PAIR) -> Verdict | None:
    judgement = EffectiveJudgements.of(rows).in_force.get(pair)
    return None if judgement is None else judgement.verdict


def test_the_earlier_word_of_a_person_counts_again() -> None:
    rows = [said(*PAIR), denied(*PAIR, date="2026-02-01")]
    assert verdict(rows) is Verdict.different
    assert verdict(back(rows)) is Verdict.same
    assert verdict(back(rows, 2)) is None


def test_the_machine_has_its_say_again_and_a_later_date_is_no_obstacle() -> None:
    rows = [matched(*PAIR), denied(*PAIR, date="2027-05-01")]
    assert verdict(back(rows)) is Verdict.same
    assert not back(rows)[-1].human or back(rows)[-1].withdrawn


def test_decisions_are_taken_back_from_the_last_to_the_first() -> None:
    rows = back([said(*PAIR), denied(*ANOTHER)])
    assert (verdict(rows), verdict(rows, PAIR)) == (Verdict.same, Verdict.same)
    assert EffectiveJudgements.of(rows).human.keys() == {PAIR}
    rows = [*rows, said(*ANOTHER)]
    assert EffectiveJudgements.of(back(rows, 2)).human == {}


def test_what_comes_with_the_project_stays() -> None:
    packaged = replace(denied(*PAIR), file="packaged/x.tsv")
    assert verdict(back([packaged, said(*PAIR, date="2026-03-01")])) is Verdict.different
    with pytest.raises(InputError, match="no decision of a person is left to undo"):
        undone([packaged, matched(*ANOTHER)], ME, TODAY)


def test_the_day_of_an_earlier_review_does_not_outweigh_the_undo() -> None:
    reviewed = said(*PAIR, other={"review_date": "2020-01-01", "mapping_source": "https://x.org/"})
    row = back([reviewed, denied(*PAIR, date="2026-02-01")])[-1]
    assert row.other == {"mapping_source": "https://x.org/", "mapping_tool": "permed link undo"}


def test_a_file_that_begins_with_something_undone_is_read_all_the_same() -> None:
    first = back([said(*PAIR)])[-1]
    assert verdict(back([first, said(*ANOTHER)]), ANOTHER) is None
