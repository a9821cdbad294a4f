"""What readers call a thing, resolved to the one that is meant: id, name, acronym, code, label.

    country=AT, Austria, Österreich, country/AT   -> country/AT
    call=JTC2024                                  -> call/ep-permed-jtc2024
    step=biobanking                               -> pm-step/biobanking
    date=2021                                     -> 2021-01-01

One hit is taken, and the answer names it; several, or none, are refused with suggestions. The
command line, REST and the pages all ask here, so that no face gives an empty answer for a thing
that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from permed.graph.errors import NotFoundError
from permed.graph.identifiers import recognise
from permed.graph.tables.dates import first_day_of
from permed.ontology import SCHEME
from permed.queries.catalogue import ANY_KIND, Parameter, Question
from permed.queries.naming import Naming

__all__ = ["Resolved", "country_code", "resolve", "resolve_all", "stems_of"]

_CONCEPTS: Final = str(SCHEME)
_PATH: Final = re.compile(r"[a-z-]+/\S+")
_SPAN_OF_DAYS: Final = re.compile(r"[1-9]\d{3}(-(0[1-9]|1[0-2]))?")  # a year or a month
_MOST: Final = 5  # suggestions of one refusal


@dataclass(frozen=True)
class Resolved:
    """One parameter as it was given, and the thing or the day that was taken for it."""

    parameter: str
    given: str
    value: str  # as `Question.bind` takes it: country/AT, pm-step/biobanking
    label: str

    def __str__(self) -> str:
        return f"{self.parameter}: {self.label} ({self.value})"


def resolve_all(
    question: Question, given: Mapping[str, str], naming: Naming, base: str
) -> list[Resolved]:
    """Return what was taken for each parameter that names a thing, given or by default.

    A year or a month given as a date is its first day, and is among them. NotFoundError, with
    suggestions, where one names nothing or several things.
    """
    stated = [
        (parameter, value)
        for parameter in question.params
        if (value := given.get(parameter.name) or parameter.default)
    ]
    named = [resolve(p, v, naming, base) for p, v in stated if p.type in ("iri", "concept")]
    return named + [
        Resolved(p.name, v, first_day_of(v.strip()).isoformat(), f"the first day of {v.strip()}")
        for p, v in stated
        if p.type == "date" and _SPAN_OF_DAYS.fullmatch(v.strip())
    ]


def resolve(parameter: Parameter, given: str, naming: Naming, base: str) -> Resolved:
    """Return the thing that one value of a parameter names.

    NotFoundError says which things are meant, where it may mean several, or come near, where none
    has the name.
    """
    stems = stems_of(parameter)
    text = _without_base(given.strip(), base)
    if parameter.type == "concept" and naming.existing(f"scheme/{text}"):
        text = f"scheme/{text}"
    if _PATH.fullmatch(text) and (thing := naming.existing(text)):
        if stems and not thing.startswith(stems):
            raise NotFoundError(
                f"{parameter.name}={given}: {naming.label(thing)} ({thing}) is no "
                f"{_kinds(parameter)}; give one such as {parameter.example}"
            )
        return _taken(parameter, given, thing, naming)
    words = text.rpartition("/")[2] if _PATH.fullmatch(text) else text
    if identifier := recognise(given):
        words = identifier[1] if naming.named(identifier[1], stems) else words
    found = naming.named(words, stems)
    # a path names one thing or none: words of it only help to find what may be meant
    if len(found) == 1 and not _PATH.fullmatch(text):
        return _taken(parameter, given, found.pop(), naming)
    raise NotFoundError(_refusal(parameter, given, sorted(found), words, naming))


_COUNTRY: Final = Parameter("country", "iri", "a country", "country/FI", kinds=("country",))


def country_code(country: str, naming: Naming, base: str) -> str | None:
    """Return the ISO code of a country by any of its names, None where none is given.

    NotFoundError, with suggestions, for one that there is not.
    """
    if not country.strip():
        return None
    return resolve(_COUNTRY, country, naming, base).value.rpartition("/")[2]


def _refusal(parameter: Parameter, given: str, found: list[str], words: str, naming: Naming) -> str:
    meant = found or naming.near(words, stems_of(parameter))
    told = [f"{naming.label(thing)} ({_value(parameter, thing)})" for thing in meant[:_MOST]]
    rest = f" and {len(meant) - _MOST} more" if len(meant) > _MOST else ""
    if len(found) > 1:
        return f"{parameter.name}={given} may mean {', '.join(told)}{rest}; give one of these ids"
    hint = f"did you mean {' or '.join(told)}?" if told else f"give one such as {parameter.example}"
    return f"{parameter.name}={given}: no {_kinds(parameter)} of this name; {hint}"


def _taken(parameter: Parameter, given: str, thing: str, naming: Naming) -> Resolved:
    return Resolved(parameter.name, given, _value(parameter, thing), naming.label(thing))


def _value(parameter: Parameter, thing: str) -> str:
    return thing.removeprefix("scheme/") if parameter.type == "concept" else thing


def _without_base(text: str, base: str) -> str:
    if text.startswith(_CONCEPTS):
        return f"scheme/{text.removeprefix(_CONCEPTS)}"
    return text.removeprefix(f"{base}id/").removeprefix("id/")


def stems_of(parameter: Parameter) -> tuple[str, ...]:
    """Return how the ids begin of the things that a parameter may name; none where all may be."""
    if parameter.kinds == (ANY_KIND,):
        return ("scheme/",) if parameter.type == "concept" else ()
    before = "scheme/" if parameter.type == "concept" else ""
    return tuple(f"{before}{kind}/" for kind in parameter.kinds)


def _kinds(parameter: Parameter) -> str:
    return "thing" if parameter.kinds == (ANY_KIND,) else " or ".join(parameter.kinds)
