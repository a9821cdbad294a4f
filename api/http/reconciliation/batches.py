"""Answers to whole requests: batches of version 0.2 and of the draft of 1.0, and data extension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from permed.api.http.reconciliation.properties import PROPERTIES, cells, property_name
from permed.api.http.reconciliation.queries import Query, candidates, query_of
from permed.api.http.release.directory import Directory
from permed.graph.errors import InputError

__all__ = ["MOST_QUERIES", "extension", "match_batch", "query_batch"]

MOST_QUERIES: Final = 100
_MOST_IDS: Final = 1000


def query_batch(directory: Directory, queries: dict[str, Any]) -> dict[str, Any]:
    """Answer each query of version 0.2 under its key; one that cannot be read has an `error`."""
    _refuse_many(len(queries))
    return {key: _answered(directory, q, query_of, "result") for key, q in queries.items()}


def match_batch(directory: Directory, request: object) -> dict[str, Any]:
    """Answer each query of the draft of 1.0 in its place."""
    queries = request.get("queries") if isinstance(request, dict) else None
    if not isinstance(queries, list):
        raise InputError("the body is an object with the list `queries`")
    _refuse_many(len(queries))
    return {"results": [_answered(directory, q, _by_conditions, "candidates") for q in queries]}


def _refuse_many(count: int) -> None:
    if count > MOST_QUERIES:
        raise InputError(f"{count} queries in one batch; send at most {MOST_QUERIES}")


def _answered(
    directory: Directory, given: object, read: Callable[[object], Query], name: str
) -> dict[str, Any]:
    try:
        found = candidates(directory, read(given))
    except InputError as problem:
        return {name: [], "error": str(problem)}
    return {name: [c.as_json(directory) for c in found]}


def _by_conditions(given: object) -> Query:
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


def extension(directory: Directory, wish: dict[str, Any]) -> dict[str, Any]:
    """Answer a data extension: the values of the properties of each id, all of them whole.

    A thing that is not there has no values; InputError for an unknown property.
    """
    ids, properties = wish.get("ids"), wish.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise InputError("`extend` needs the lists `ids` and `properties`")
    if len(ids) > _MOST_IDS:
        raise InputError(f"{len(ids)} ids at once; send at most {_MOST_IDS}")
    names = [property_name(p.get("id") if isinstance(p, dict) else p) for p in properties]
    return {
        "meta": [{"id": n, "name": PROPERTIES[n]} for n in names],
        "rows": {str(i): _extended(directory, str(i), names) for i in ids},
    }


def _extended(directory: Directory, given: str, names: list[str]) -> dict[str, Any]:
    thing = directory.id_of(given) or given
    number = directory.row_of.get(thing)
    if number is None:
        return {name: [] for name in names}
    row = directory.things.row(number, named=True)
    return {name: cells(directory, row, name) for name in names}
