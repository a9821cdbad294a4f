"""Reading queries: each on its own, so that an odd one is an error of its own and of no other.

Two shapes are read: the query objects of version 0.2, and the conditions of the draft of 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from permed.api.http.reconciliation.properties import kinds_named, property_name, texts_of
from permed.graph.errors import InputError

__all__ = ["Query", "query_of", "query_of_conditions"]

_MOST: Final = 500  # candidates that one query may ask for
_USUAL: Final = 10
_STRICT: Final = ("any", "all", "should")


@dataclass(frozen=True)
class Query:
    """What one query asks: a text, kinds (none: any), properties with values, most candidates."""

    text: str
    kinds: list[str] = field(default_factory=list)
    properties: list[tuple[str, list[str]]] = field(default_factory=list)
    limit: int = _USUAL


def query_of(given: object) -> Query:
    """Read one query of version 0.2; InputError says what its shape lacks."""
    if not isinstance(given, dict):
        raise InputError('a query is an object such as {"query": "Name"}')
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        raise InputError(f"`type_strict` is one of {', '.join(_STRICT)}")
    properties = [_property(p) for p in _listed(given.get("properties"), "properties")]
    text = _text(given.get("query"))
    if not text and not properties:
        raise InputError("the query has neither a text `query` nor `properties`")
    return Query(text, kinds_named(given.get("type")), properties, _limit(given.get("limit")))


def query_of_conditions(given: object) -> Query:
    """Read one query of the draft of 1.0: the name and the properties are conditions."""
    conditions = given.get("conditions") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(conditions, list):
        raise InputError("a query is an object with the list `conditions`")
    query: dict[str, Any] = {k: given[k] for k in ("type", "limit") if k in given}
    query["properties"] = properties = []
    for condition in conditions:
        kind = condition.get("matchType") if isinstance(condition, dict) else None
        if kind == "name":
            query["query"] = condition.get("propertyValue")
        elif kind == "property":
            value = condition.get("propertyValue")
            properties.append({"pid": condition.get("propertyId"), "v": value})
        else:
            raise InputError("the `matchType` of a condition is name or property")
    return query_of(query)


def _text(given: object) -> str:
    """Return the text of a query; a number of a spreadsheet is one."""
    if isinstance(given, bool) or not isinstance(given, str | int | float | None):
        raise InputError("`query` is a text")
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return str("" if given is None else given).strip()


def _limit(given: object) -> int:
    if given is None:
        return _USUAL
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= _MOST:
        raise InputError(f"`limit` is a whole number from 1 to {_MOST}")
    return given


def _listed(given: object, name: str) -> list[object]:
    """Return a list; one object stands for a list of one."""
    if given is None:
        return []
    if isinstance(given, dict):
        return [given]
    if not isinstance(given, list):
        raise InputError(f"`{name}` is a list of objects")
    return given


def _property(given: object) -> tuple[str, list[str]]:
    if not isinstance(given, dict) or "pid" not in given:
        raise InputError('a property is an object such as {"pid": "country", "v": "DE"}')
    return property_name(given["pid"]), texts_of(given.get("v"))
