"""What a browser needs to ask a question with other values: its query with places for them.

The rules of what a parameter takes stay where the server has them: a query is written here for
each choice of parameters that may be given, with a mark where a value goes, and what is given
stands in the names that `Naming` knows. The script puts terms in place of marks, and asks the
engine itself whether a number or a day is one.
"""

from __future__ import annotations

import json
from itertools import chain, combinations
from typing import Any, Final

import pyoxigraph as ox

from permed.api.http.pages.answer_table import shown_columns
from permed.graph.store.query.parameters import substitute
from permed.ontology import PREFIXES, SCHEME
from permed.queries.catalogue import ANY_KIND, Catalogue, Parameter, Question
from permed.queries.naming import Naming
from permed.queries.ordered_cells import concatenated_columns
from permed.queries.resolution import stems_of

__all__ = ["QUESTIONS", "names_of_things", "question_files"]

QUESTIONS: Final = "questions"  # folder of the files, one a question
_MARK: Final = "urn:permed:parameter:"


def question_files(base: str) -> dict[str, bytes]:
    """Return one JSON file by name for each question that takes parameters."""
    asked = [question for question in Catalogue.load() if question.params]
    return {f"{QUESTIONS}/{one.name}.json": _written(_described(one, base)) for one in asked}


def names_of_things(naming: Naming) -> bytes:
    """Return JSON of what parameters may name: labels by id, ids by folded name, replaced ids."""
    told = {
        "labels": naming.labels(),
        "called": naming.called(),
        "replaced": naming.replacements(),
    }
    return _written(told)


def _described(question: Question, base: str) -> dict[str, Any]:
    return {
        "name": question.name,
        "base": base,
        "concepts": str(SCHEME),
        "xsd": PREFIXES["xsd"],
        "mark": _MARK,
        "parameters": [_parameter(parameter) for parameter in question.params],
        "queries": _queries(question, base),
        "concatenated": dict(concatenated_columns(question.sparql(base))),
        "columns": [[c.name, c.thing, c.head] for c in shown_columns(_selected(question, base))],
    }


def _selected(question: Question, base: str) -> list[str]:
    """Return what a question selects; nothing where its answer is no table."""
    bound = question.bind(question.examples(), base)
    answer = ox.Store().query(substitute(question.sparql(base), bound))
    found = answer.variables if isinstance(answer, ox.QuerySolutions) else []
    return [variable.value for variable in found]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "example": parameter.example,
        "default": parameter.default,
        "optional": parameter.optional,
        "stems": stems_of(parameter),
        "kinds": "thing" if parameter.kinds == (ANY_KIND,) else " or ".join(parameter.kinds),
    }


def _queries(question: Question, base: str) -> dict[str, str]:
    """Return the query by the names of the parameters that have a value, in their order."""
    names = [parameter.name for parameter in question.params]
    always = {p.name for p in question.params if not p.optional or p.default is not None}
    choices = chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))
    return {
        ",".join(given): substitute(
            question.sparql(base), {name: ox.NamedNode(f"{_MARK}{name}") for name in given}
        )
        for given in choices
        if always <= set(given)
    }


def _written(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
