"""The answer to a question in one sentence: the template of its header, filled from its rows.

    {rows}                      number of rows
    {rows where state=held}     of the rows whose column is this; `where state`: is filled
    {n:call}                    number of different values of a column
    {n:call where state=held}   among those rows
    {list:countryName}          the first five values and how many more
    {first:name} {max:year} {min:year}
    {max:n} ({first:name})      who has the most, where one alone has it; else how many have as much
    {first:name} ({max:n})      the same, the other way round
    {sum:euContribution}        total of a column of numbers, without fractions; "unknown" of none
    {rows} role(/s) (is/are)    the form for one and for others, by the count before it: a year
                                (2024) is none

Nothing is put into a sentence that is not in the rows: who reads the sentence can count it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from permed.graph.errors import InputError
from permed.queries.catalogue import Question

__all__ = [
    "UNKNOWN", "agreeing", "filled", "known_of", "missing_of", "placeholders", "sentence",
]  # fmt: skip

_PLACE: Final = re.compile(r"\{(\w+)(?::(\w+))?(?: where (\w+)(?:=([^}]*))?)?\}")
_LEAD: Final = re.compile(
    r"\{max:(?P<most>\w+)\}\s+\((?P<named>\{first:\w+\}(?: and \{first:\w+\})?)\)"
    r"|\{first:(?P<name>\w+)\}\s+\(\{max:(?P<of>\w+)\}\)"
)
_FORMS: Final = re.compile(r"\(([a-z]*)/([a-z]*)\)")
_NUMBER: Final = re.compile(r"(?<![\w.,-])(?!(?:19|20)\d\d\b(?!,\d))\d[\d,]*(?![\w])")
_KEPT: Final = "\0"  # a bracket in a value, which offers no forms: "(primary/secondary)"
_MOST: Final = 5  # values in a list
_TOGETHER: Final = 2  # who have as many and are both named
UNKNOWN: Final = "unknown"  # in the place of a number that no row has


def sentence(question: Question, rows: pl.DataFrame) -> str:
    """Return the answer in words; `known_of` goes with it, and says what would tell more."""
    if rows.is_empty():
        return "Nothing in this release answers it."
    return filled(question.answer, rows)


def filled(template: str, rows: pl.DataFrame) -> str:
    """Return a template with every place filled from rows."""
    led = _LEAD.sub(lambda found: _leading(found, rows), template)
    told = agreeing(_PLACE.sub(lambda place: _filled(place, rows).replace("(", _KEPT), led))
    return told.replace(_KEPT, "(")


def _leading(found: re.Match[str], rows: pl.DataFrame) -> str:
    """Name who has the most where one has it, or two do; of several say how many they are."""
    column = found["most"] or found["of"]
    names = [found["name"]] if found["name"] else [n for _, n, *_ in _PLACE.findall(found["named"])]
    top = rows.drop_nulls([column, *names]).filter(pl.col(column) == pl.col(column).max())
    leaders = top.select(names).n_unique() if top.height else 0
    if leaders <= 1:
        return found[0]
    most = _end(top[column])
    if found["name"] and leaders <= _TOGETHER and len(names) == 1:
        together = " and ".join(str(name) for name in top[names[0]].unique(maintain_order=True))
        return f"{together} ({most} each)"
    if found["name"]:
        return f"{leaders:,} that have {most} each"
    return f"{most} ({leaders:,} have as many)"


def agreeing(text: str) -> str:
    """Choose of `person(/s)`, `countr(y/ies)`, `(is/are)` the form for the count before it.

    Counts have their thousands parted, so that four bare digits are a year: `1 call(/s) of 2024
    (is/are)` is one call.
    """

    def chosen(found: re.Match[str]) -> str:
        numbers = _NUMBER.findall(text[: found.start()])
        return found[1] if numbers and numbers[-1] == "1" else found[2]

    return _FORMS.sub(chosen, text)


def known_of(question: Question, empty: bool = False) -> str:
    """Return how much the answer holds: all rows in hand or a part, and what is lacking.

    `empty`: it has no row, so it holds neither all nor a part of anything.
    """
    if empty:
        none = "No statement in hand bears on the question." if question.grade == "complete" else ""
        return f"{none} {question.lacking}".strip()
    if question.grade == "complete":
        whole = "Holds every statement in hand that bears on the question."
        return f"{whole} {question.lacking}".strip()
    return f"A part of the answer. {question.lacking}".strip()


def placeholders(template: str) -> list[tuple[str, str, str]]:
    """Return verb, column and column of the condition of each place in a template.

    InputError where a brace holds nothing of the kind.
    """
    if strange := re.findall(r"[{}]", _PLACE.sub("", template)):
        raise InputError(f"`answer`: a {strange[0]} that is no placeholder of queries/sentences.py")
    found = [
        (verb, column or "", where or "") for verb, column, where, _ in _PLACE.findall(template)
    ]
    for verb, column, _ in found:
        if verb not in _VERBS and not (verb == "rows" and not column):
            raise InputError(f"`answer`: no placeholder '{verb}'; use rows, {', '.join(_VERBS)}")
    return found


def _filled(place: re.Match[str], rows: pl.DataFrame) -> str:
    verb, column, where, value = place.groups()
    if where:
        said = pl.col(where).cast(pl.String).fill_null("")
        rows = rows.filter(said != "" if value is None else said == value)
    if verb == "rows":
        return f"{rows.height:,}"
    values = rows[column].drop_nulls()
    if verb == "sum" and rows.height and values.is_empty():
        return UNKNOWN  # nought would be a sum that somebody states
    return _VERBS[verb](values.filter(values.cast(pl.String) != ""))


def _listed(values: pl.Series) -> str:
    told = [str(v) for v in values.unique(maintain_order=True)]
    more = f" and {len(told) - _MOST:,} more" if len(told) > _MOST else ""
    return f"{', '.join(told[:_MOST])}{more}" if told else "none"


def _end(values: pl.Series) -> str:
    if not len(values):
        return UNKNOWN
    first = values[0]
    return f"{first:,.0f}" if isinstance(first, float) and first.is_integer() else str(first)


def _total(values: pl.Series) -> str:
    return f"{sum(float(value) for value in values):,.0f}"


_VERBS: Final[Mapping[str, Callable[[pl.Series], str]]] = {
    "n": lambda values: f"{values.n_unique():,}",
    "list": _listed,
    "first": _end,
    "max": lambda values: _end(values.sort(descending=True)),
    "min": lambda values: _end(values.sort()),
    "sum": _total,
}


def missing_of(question: Question) -> str:
    """Return the line that goes with each answer to a partial question, "" for another."""
    return known_of(question) if question.grade == "partial" else ""
