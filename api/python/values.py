"""Values that a program gives, as text or terms: numbers, truth values and days as well as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any, TypeAlias

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.graph.store import Term
from permed.ontology import PREFIXES

__all__ = ["Value", "names_of", "term", "texts"]

Value: TypeAlias = str | float | bool | dt.date | ox.NamedNode | ox.Literal

_XSD = PREFIXES["xsd"]


def texts(given: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters of a question as text, None left out; InputError for what has no text."""
    return {name: _text(name, value) for name, value in given.items() if value is not None}


def term(name: str, value: Any) -> Term:
    """Return the term of a value: an address (`http...`), text, number, truth value or day.

    InputError, with the name, for anything else.
    """
    if isinstance(value, str):
        return ox.NamedNode(value) if "://" in value else ox.Literal(value)
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    return ox.Literal(_text(name, value), datatype=ox.NamedNode(_XSD + _datatype(value)))


def _datatype(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, dt.date):
        return "dateTime" if isinstance(value, dt.datetime) else "date"
    return "integer" if isinstance(value, Integral) else "double"


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Real):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise InputError(
        f"{name}: a {type(value).__name__} is no value; give a text, a number, a truth value or"
        " a day"
    )


def names_of(given: Iterable[Any] | str) -> list[str | None]:
    """Return one name or several as a list, None for one that is missing.

    InputError names the place of what is no text.
    """
    listed = [given] if isinstance(given, str) else list(given)
    names = [None if name != name else name for name in listed]  # pandas has NaN for None
    for place, name in enumerate(names, start=1):
        if name is not None and not isinstance(name, str):
            raise InputError(
                f"name {place} is a {type(name).__name__} ({name!r}); give texts, or None for one"
                " that is missing"
            )
    return names
