"""What the trained matcher says of the names of a batch: one request, chances by organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.reconciliation.queries import Query
from permed.api.http.release.directory import Directory

__all__ = ["ORGANISATIONS", "JudgedOrganisation", "JudgedOrganisations", "judged_organisations"]

ORGANISATIONS: Final = "organisations"
_CANDIDATES: Final = 25
_LONGEST: Final = 1000  # letters of a name that the matcher reads


@dataclass(frozen=True)
class JudgedOrganisation:
    """Chance (0 to 1) that a name means it, whether that may be taken, and the evidence."""

    chance: float
    accepted: bool = False
    features: Mapping[str, float] = field(default_factory=dict)


JudgedOrganisations = Mapping[str, JudgedOrganisation]  # by id of the organisation


async def judged_organisations(
    worker: MatchWorker, release: str, directory: Directory, queries: Sequence[Query | None]
) -> list[JudgedOrganisations]:
    """Return for each query the organisations that its text may mean; one request for all.

    None, and what the text of an identifier or the kinds asked for decide, have none. Raises what
    `MatchWorker.answer` does.
    """
    asked = [at for at, query in enumerate(queries) if query and _is_name(directory, query)]
    found: list[JudgedOrganisations] = [{} for _ in queries]
    if not asked:
        return found
    request = {
        "kind": "names",
        "rows": [_row(query) for query in queries if query and _is_name(directory, query)],
        "against": "graph",
        "candidates": _CANDIDATES,
        "release": release,
        "messy": True,
    }
    rows = orjson.loads((await worker.answer(request)).body)["rows"]
    for at, row in zip(asked, rows, strict=True):
        found[at] = _judged(directory, row)
    return found


def _is_name(directory: Directory, query: Query) -> bool:
    wanted = not query.kinds or ORGANISATIONS in query.kinds
    return bool(query.text) and wanted and not directory.identified(query.text)


def _row(query: Query) -> tuple[str | None, ...]:
    """The name with its place and acronym; of several values none is the organisation's."""
    given = {name: texts[0] for name, texts in query.properties if len(texts) == 1}
    country = given.get("country", "").rstrip("/").rsplit("/", 1)[-1]
    return query.text[:_LONGEST], country or None, given.get("city"), given.get("acronym")


def _judged(directory: Directory, row: Mapping[str, Any]) -> dict[str, JudgedOrganisation]:
    """Every candidate, and the decision: it may know of one that only a second reading found."""
    found = {
        thing: JudgedOrganisation(one["score"], features=one["features"])
        for one in row["candidates"]
        if (thing := directory.id_of(one["id"])) is not None
    }
    thing = directory.id_of(row["match_id"] or "")
    if thing is not None:
        accepted = row["decision"] == "accept"
        found[thing] = JudgedOrganisation(row["match_score"], accepted, row["features"])
    return found
