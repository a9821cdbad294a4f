"""The table of grouped questions tells rows that differ, and the time of each side."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.questions.grouped import QUESTIONS, Wordings, grouped_page, measure
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue

_ALL = "SELECT ?country ?countryName { ?country rdfs:label ?countryName }"


def test_another_wording_with_other_rows_is_told(tmp_path: Path) -> None:
    base = "https://x.example/"
    names = tmp_path / "names.nq"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    names.write_text(f'<{base}id/a> {label} "A" <{base}graph/g> .\n', encoding="utf-8")
    store = EmbeddedStore.load([names])
    question = Catalogue.load().get("projects-by-country")
    own = question.sparql(base)
    as_it_is = own[own.index("SELECT ") :]
    assert measure(question, as_it_is, store, store, os.getpid(), base).same
    told = measure(question, _ALL, store, store, os.getpid(), base)
    assert (told.rows, told.same) == (0, False)


def test_the_page_has_a_row_a_question() -> None:
    found = [Wordings("a", 3, 1.5, 0.25, 0.1, True), Wordings("b", 2, 1.0, 1.0, 1.0, False)]
    text = grouped_page(found, "2026-01-01-x", 7_000_000, "abc1234")
    assert "| a | 3 | 1.50 | 0.25 | 0.10 |" in text
    assert "| b (rows differ) | 2 | 1.00 | 1.00 | 1.00 |" in text
    assert "7,000,000 triples" in text


def test_its_questions_are_of_the_catalogue() -> None:
    assert set(QUESTIONS) <= {question.name for question in Catalogue.load()}
