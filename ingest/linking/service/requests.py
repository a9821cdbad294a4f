"""Requests of matching: names or affiliation strings, to a release's organisations or a registry.

A request: `against` (graph, ror), `release`, `kind` (names, affiliations), `rows` (lists of name,
country, city, short name; or of one string), `candidates` (most records a name beside the
decision), perhaps `messy` (names that are not accepted are read again). The kind `load` only makes
ready.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.releases.release import Releases
from permed.ingest.linking.matching.matcher import Matcher, made_with
from permed.ingest.linking.review.organisations import entities_of
from permed.ingest.linking.service.candidates import name_candidates

__all__ = ["MatchService"]

_WORDS: Final = "University"
_NAMES: Final = dict.fromkeys(("name", "country", "city", "short_name"), pl.String)


class MatchService:
    """Answers requests; keeps one matcher of a release and one of the registry."""

    def __init__(self, home: Path, ror: Path | None) -> None:
        self._home, self._ror = home, ror
        self._registry: Matcher | None = None
        self._graph: tuple[str, Matcher] | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return `made_with` and `rows`, one a row asked, in order; InputError without registry."""
        against, kind, rows = request["against"], request["kind"], request["rows"]
        matcher = self._matcher(against, request["release"])
        if kind == "load":
            matcher.match_names(_WORDS)
            matcher.match_affiliations(_WORDS)  # the tables that only strings need
            return {"rows": []}
        if kind == "names":
            frame = pl.DataFrame(rows, schema=_NAMES, orient="row")
            found = matcher.match_names(frame, messy=bool(request.get("messy")))
        else:
            found = matcher.match_affiliations([text for (text,) in rows])
        results = [_readable(row) for row in found.iter_rows(named=True)]
        if kind == "names" and request["candidates"]:
            listed = name_candidates(matcher, [tuple(r[:3]) for r in rows], request["candidates"])
            for row, several in zip(results, listed, strict=True):
                row["candidates"] = [asdict(one) for one in several]
        release = request["release"] if against == "graph" else None
        return {"made_with": made_with(kind, self._ror, release), "rows": results}

    def _matcher(self, against: str, release: str) -> Matcher:
        if against == "ror":
            if self._ror is None:
                raise InputError("no registry is configured here; match against the graph")
            self._registry = self._registry or Matcher.from_ror(self._ror, self._home / ".cache")
            return self._registry
        if self._graph is None or self._graph[0] != release:
            frame = entities_of(Releases(self._home).find(release))
            self._graph = release, Matcher.from_names(frame)
        return self._graph[1]


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "features": json.loads(row["features"])}
