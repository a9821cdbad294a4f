"""What a question has to keep to beside its header: a source a row, words that are defined.

`permed query --check` tells what is broken; docs/questions.md and the pages rely on it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.graph.store.query.tokens import tokens
from permed.ontology import DEFAULT_BASE, shorten
from permed.ontology.undefined_terms import defined_terms, undefined_in_query
from permed.queries.catalogue import Question
from permed.queries.ordered_cells import named_concatenations
from permed.queries.sentences import placeholders

__all__ = ["broken_conventions", "undefined_words"]

_GRADES = ("complete", "partial")
# what SPARQL 1.1 defines for xsd:dateTime only, and engines do not agree on for xsd:date
_OF_DATE_TIME = ("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS")
_YEAR = "take the year as xsd:integer(SUBSTR(STR(?day), 1, 4))"
_MORE_THAN_1_1 = ("LATERAL", "ADJUST", "TRIPLE", "ISTRIPLE", "LANGDIR", "HASLANG", "HASLANGDIR")


def broken_conventions(question: Question) -> Iterator[str]:
    """Yield one sentence, with the remedy, for each convention that a question does not keep."""
    text = question.sparql(DEFAULT_BASE)
    yield from undefined_words(text)
    yield from _not_portable(text)
    if not question.question.endswith("?"):
        yield "`question` must end with a question mark; it stands above the answer"
    if not question.description.endswith("."):
        yield "`description` must be one or more sentences that say what a row is"
    yield from _of_parameters(question)
    columns = _columns(text)
    yield from _of_answer(question, columns or set())
    for name in (question.chart.by, *question.chart.of) if question.chart else ():
        if name not in (columns or set()):
            yield f"`chart`: the query has no column {name}"
    if columns is not None and "source" not in columns and not question.sourceless:
        yield (
            "no column ?source tells where a row comes from; select prov:wasDerivedFrom as ?source,"
            " or give the reason in the header with `sourceless:`"
        )


def _not_portable(text: str) -> Iterator[str]:
    """Yield a sentence for what SPARQL 1.1 leaves to the engine (W3C, 17.4.5 and 18.5.1)."""
    words = [token.text.upper() for token in tokens(text) if token.kind == "word"]
    for word in dict.fromkeys(w for w in words if w in _OF_DATE_TIME):
        yield f"{word} is defined for xsd:dateTime and not for dates; {_YEAR}"
    for word in dict.fromkeys(w for w in words if w in _MORE_THAN_1_1):
        yield f"{word} is no part of SPARQL 1.1; write it without"
    if words.count("SAMPLE"):
        yield "SAMPLE may give any value of a group; take MIN(STR(?value))"
    if words.count("GROUP_CONCAT") > named_concatenations(text):
        yield (
            "GROUP_CONCAT gives values in no order; write (GROUP_CONCAT(...) AS ?column), so that "
            "the cells can be put in order, and use ?column"
        )


def _of_parameters(question: Question) -> Iterator[str]:
    for parameter in question.params:
        if f"?{parameter.name}" not in question.text:
            yield f"parameter {parameter.name}: the query has no variable ?{parameter.name}"
        if parameter.every and f"?{parameter.name}" not in parameter.every:
            yield f"parameter {parameter.name}: `every` must give ?{parameter.name} its values"
        if parameter.optional and "without it" not in parameter.about:
            yield f"parameter {parameter.name}: say in `about` what comes `without it`"


def _of_answer(question: Question, columns: set[str]) -> Iterator[str]:
    if question.competency is not None and not question.answer:
        yield "one of the forty questions needs `answer`, the template of a sentence"
    if question.answer and question.grade not in _GRADES:
        yield f"`grade` says how much of the question is answered: {' or '.join(_GRADES)}"
    if question.grade == "partial" and not question.lacking:
        yield "an answer in part says in `lacking` what is missing and which source would tell it"
    for _, column, condition in placeholders(question.answer):
        for name in filter(None, (column, condition)):
            if name not in columns:
                yield f"`answer`: the query has no column {name}"


def _columns(text: str) -> set[str] | None:
    """Return the names of the columns; None where the query gives no rows."""
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        raise InputError(f"does not parse: {' '.join(str(error).split())}") from error
    if isinstance(answer, ox.QuerySolutions):
        return {variable.value for variable in answer.variables}
    return None


def undefined_words(text: str) -> Iterator[str]:
    """Yield a sentence for each term of a SPARQL text that is in no vocabulary."""
    for term in undefined_in_query(text):
        short = shorten(term)
        close = difflib.get_close_matches(short, map(shorten, defined_terms()), 1)
        hint = f"did you mean {close[0]}?" if close else "see docs/ontology/index.html"
        yield f"{short} is not in the vocabulary; {hint}"
