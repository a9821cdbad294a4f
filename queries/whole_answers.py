"""A question about one thing, asked once about all: the rows that name a thing are its answer.

tests/queries/test_whole_answers.py holds every part to the answer about the thing alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from permed.graph.store.query.added_column import WithColumn, with_column
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Catalogue, Parameter, Question

__all__ = ["asked_about_things", "whole_query"]

# told elsewhere on a page: the facts; the network of everybody but this one
_ON_NO_PAGE = ("statements-of", "without-hub")


def asked_about_things(catalogue: Catalogue) -> Iterator[tuple[Question, Parameter]]:
    """Yield the questions that pages of things answer, with the parameter that names the thing."""
    for question in catalogue:
        for parameter in question.params:
            named = parameter.type in ("iri", "concept")
            if named and question.name not in _ON_NO_PAGE:
                yield question, parameter


@lru_cache(maxsize=128)
def whole_query(question: Question, parameter: Parameter, base: str) -> WithColumn:
    """Return the query that asks about everything that the parameter may name, as a column.

    Other parameters keep their defaults. InputError where one has none, or where the query has no
    variable of that name.
    """
    given = {parameter.name: parameter.example}
    others = {n: t for n, t in question.bind(given, base).items() if n != parameter.name}
    return with_column(substitute(question.sparql(base), others), parameter.name, parameter.every)
