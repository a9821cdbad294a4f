"""A parameter narrows: an answer about one thing is the rows of the whole answer that name it.

Held against the whole answer, so that a value put into an optional part of a query cannot add rows
about everything else (as `mapping-database` once did with the strategies of all countries).
"""

from __future__ import annotations

import polars as pl
import pytest

from permed.queries.catalogue import Catalogue, Question
from tests.queries.conftest import BASE, Ask

CATALOGUE = Catalogue.load()
_TRIED = 2  # things from each end of the whole answer, and as many of those named most


def _whole() -> list[Question]:
    """Questions that answer about everything where nothing is given."""
    return [q for q in CATALOGUE if q.params and all(p.optional for p in q.params)]


@pytest.mark.long  # some two hundred questions
@pytest.mark.parametrize("question", _whole(), ids=lambda q: q.name)
def test_an_answer_about_one_thing_is_its_part_of_the_whole(ask: Ask, question: Question) -> None:
    whole = ask(question.name)
    for parameter in question.params:
        if parameter.name not in whole.columns or parameter.type not in ("iri", "concept"):
            continue
        named = whole[parameter.name].drop_nulls()
        most = named.value_counts(sort=True)[parameter.name]
        for iri in {*named.head(_TRIED), *named.tail(_TRIED), *most.head(_TRIED)}:
            value = iri.removeprefix(f"{BASE}id/").removeprefix(f"{BASE}scheme/")
            asked = ask(question.name, **{parameter.name: value})
            assert _rows(asked) == _rows(whole.filter(pl.col(parameter.name) == iri)), value


def test_what_is_held_to_it_is_not_nothing() -> None:
    names = {q.name for q in _whole()}
    assert {"mapping-database", "who-funds-what", "call-coverage"} <= names


def _rows(frame: pl.DataFrame) -> list[str]:
    """Rows as text: what a column's other rows hold decides whether its numbers are whole."""
    return sorted(
        str({k: float(v) if isinstance(v, int) else v for k, v in row.items() if v is not None})
        for row in frame.to_dicts()
    )
