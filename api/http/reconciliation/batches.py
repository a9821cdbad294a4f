"""Answers to whole requests: batches of version 0.2 and of the draft of 1.0, and data extension."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.reconciliation.candidates import candidates
from permed.api.http.reconciliation.organisations import JudgedOrganisations, judged_organisations
from permed.api.http.reconciliation.properties import PROPERTIES, cells, property_name
from permed.api.http.reconciliation.queries import Query, query_of, query_of_conditions
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ServedRelease
from permed.graph.errors import InputError

__all__ = ["MOST_QUERIES", "extension", "match_batch", "query_batch"]

MOST_QUERIES: Final = 100
_MOST_IDS: Final = 1000
_Answer = dict[str, Any]


async def query_batch(
    served: ServedRelease, worker: MatchWorker, queries: dict[str, Any]
) -> _Answer:
    """Answer each query of version 0.2 under its key; one that cannot be read has an `error`."""
    found = await _answers(served, worker, list(queries.values()), query_of, "result")
    return dict(zip(queries, found, strict=True))


async def match_batch(served: ServedRelease, worker: MatchWorker, request: object) -> _Answer:
    """Answer each query of the draft of 1.0 in its place."""
    queries = request.get("queries") if isinstance(request, dict) else None
    if not isinstance(queries, list):
        raise InputError("the body is an object with the list `queries`")
    return {"results": await _answers(served, worker, queries, query_of_conditions, "candidates")}


async def _answers(
    served: ServedRelease,
    worker: MatchWorker,
    given: Sequence[object],
    read: Callable[[object], Query],
    name: str,
) -> list[_Answer]:
    """Read all queries, ask the matcher once for all of them, and list the candidates of each."""
    if len(given) > MOST_QUERIES:
        raise InputError(f"{len(given)} queries in one batch; send at most {MOST_QUERIES}")
    queries = [_read(one, read) for one in given]
    sound = [query if isinstance(query, Query) else None for query in queries]
    judged = await judged_organisations(worker, served.id, served.directory, sound)
    return await asyncio.to_thread(
        lambda: [
            _listed(served.directory, query, organisations, name)
            for query, organisations in zip(queries, judged, strict=True)
        ]
    )


def _read(given: object, read: Callable[[object], Query]) -> Query | InputError:
    try:
        return read(given)
    except InputError as problem:
        return problem


def _listed(
    directory: Directory, query: Query | InputError, judged: JudgedOrganisations, name: str
) -> _Answer:
    if isinstance(query, InputError):
        return {name: [], "error": str(query)}
    return {name: [c.as_json(directory) for c in candidates(directory, query, judged)]}


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
