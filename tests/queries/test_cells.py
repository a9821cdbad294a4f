"""Cells of answers that a spreadsheet, R or pandas would take for something else."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from permed.graph.store import EmbeddedStore
from permed.ontology import DEFAULT_BASE
from permed.queries.catalogue import Catalogue, Question

_NUMBER = re.compile(r"[+-]?\d[\d.,]*([eE]\d+)?")
_STATED = re.compile(r"(1[89]|20|21)\d\d(-\d\d)?")  # a year or month as its source states it
_COUNTS = {("contradictions", "said"), ("statements-of", "value")}  # figures, as they were said
_MISSING = {"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "n/a", "#N/A"}


@pytest.mark.parametrize("question", list(Catalogue.load()), ids=lambda q: q.name)
def test_no_text_is_read_as_a_number_or_as_missing(
    store: EmbeddedStore, question: Question
) -> None:
    answer = store.query(
        question.sparql(DEFAULT_BASE),
        substitutions=question.bind(question.examples(), DEFAULT_BASE),
    )
    if answer.form != "select":
        return
    for row in answer.rows():
        for name, term in row.items():
            if isinstance(term, ox.Literal) and term.datatype.value.endswith("#string"):
                assert term.value not in _MISSING, name
                bare = _NUMBER.fullmatch(term.value) and not _STATED.fullmatch(term.value)
                assert not bare or (question.name, name) in _COUNTS, (name, term.value)


@pytest.mark.parametrize("question", list(Catalogue.load()), ids=lambda q: q.name)
def test_every_parameter_can_be_given(store: EmbeddedStore, question: Question) -> None:
    optional = [p for p in question.params if p.optional]
    for chosen in (optional, *([p] for p in optional)) if optional else ():
        given = question.examples() | {p.name: p.example for p in chosen}
        terms = question.bind(given, DEFAULT_BASE)
        answer = store.query(question.sparql(DEFAULT_BASE), substitutions=terms)
        assert answer.form == "select"
