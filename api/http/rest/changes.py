"""`/api/v1/changes`: what came, went or changed from one release to another, with names."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from permed.api.http.protocol.negotiation import choose
from permed.api.http.protocol.problems import PROBLEM
from permed.api.http.release.answer_cache import not_modified, release_headers, tag_of
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.formats import named
from permed.api.http.rest.list_files import file_name
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.releases import history
from permed.graph.releases.changes import CHANGE_SCHEMA, compare
from permed.graph.releases.citation import file_facts
from permed.graph.releases.kept import kept_release
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.columns import Column
from permed.graph.tables.model import TABLES
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.writing import FILE_FORMATS, write_table

__all__ = ["CHANGES", "GROUPS", "ReleasePair", "change_routes", "changes_between", "selected"]

CHANGES: Final = ("came", "went", "changed")
_STEMS: Final = {stem: kind.name for kind in KINDS.values() for stem in kind.stems}
_THINGS: Final = tuple(name for name, table in TABLES.items() if table.key == ("id",))
GROUPS: Final = tuple(dict.fromkeys((*KINDS, *TABLES)))  # a kind of thing, else a record table
_ABOUT: Final = {
    "group": "kind of thing, or record table of what is said of things",
    "kind": "record table",
    "change": "came, went or changed",
    "id": "key of the row: the id of a thing, or the ids that it joins and what it says of them",
    "name": "what it is called; both ends of a role or relation",
    "field": "column that changed; empty where the whole row came or went",
    "before": "value in the release before",
    "after": "value in the later release",
    "source": "source of what holds now; of what held, where it went",
    "source_url": "page that the source names",
}
_FORMAT: Final = ("json", "csv", "xlsx", "parquet", "ndjson")


@dataclass(frozen=True)
class ReleasePair:
    """Two releases and the changes from one to the other; no `before` where it is the first."""

    before: str | None
    after: str
    rows: pl.DataFrame  # the change record, with `group` in front


def change_routes(server: ReleaseServer) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["Releases"])

    @router.get("/api/v1/changes", response_class=Response, responses=_ANSWERS)
    async def list_changes(
        request: Request,
        before: Annotated[str | None, _said("from", "Release before; default: the one that the "
                                            "later one was built after", "2026-01-01-0123abcd")]
        = None,
        after: Annotated[str | None, _said("to", "Later release; default: the current one",
                                           "current")] = None,
        group: Annotated[list[str] | None, Query(description="Only of this kind or record table "
                                                 "(repeatable)", examples=[["projects"]])] = None,
        change: Annotated[list[str] | None, Query(description="Only came, went or changed "
                                                  "(repeatable)", examples=[["came"]])] = None,
        about: Annotated[list[str] | None, Query(description="Only rows about this thing, by id "
                                                 "(repeatable: about all); `project/`: any project",
                                                 examples=[["country/FI"]])] = None,
        form: Annotated[str | None, _said("format", f"{', '.join(_FORMAT)}; else Accept decides",
                                          "csv")] = None,
    ) -> Response:  # fmt: skip
        """What came, went or changed from one release to another, a row a change."""
        offered = [FILE_FORMATS[name] for name in _FORMAT]
        said = request.headers.get("accept")
        wanted = FILE_FORMATS[named(form, offered)] if form else choose(said, offered)
        async with server.served() as served:
            pair = await asyncio.to_thread(changes_between, server.home, served.id, before, after)
            chosen = group or [], change or [], about or []
            tag = tag_of(pair.before, pair.after, *chosen, wanted.name)
            if (unchanged := not_modified(request, tag)) is not None:
                return unchanged
            rows = selected(pair.rows, *chosen)
            told = _description(served, pair, *chosen)
            body = await asyncio.to_thread(write_table, rows, wanted.name, told)
            headers = release_headers(pair.after, tag) | {"X-Permed-Total": str(rows.height)}
            called = file_name("changes", [("from", pair.before or "")], pair.after, wanted.name)
            headers["Content-Disposition"] = f'inline; filename="{called}"'
            return Response(body, headers=headers, media_type=wanted.content_type)

    return router


def _said(alias: str, about: str, example: str) -> Any:
    return Query(alias=alias, description=about, examples=[example], max_length=200)


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {FILE_FORMATS[name].media_type: {} for name in _FORMAT}},
    304: {"description": "The client has this answer already"},
    **{
        status: {"description": about, "content": {PROBLEM: {}}}
        for status, about in (
            (400, "A parameter cannot be used"),
            (404, "There was never such a release"),
            (406, "No acceptable format"),
            (410, "A release that is no longer kept"),
        )
    },
}


def changes_between(
    home: Path, served: str, before: str | None = None, after: str | None = None
) -> ReleasePair:
    """Return the changes between two releases of a home, by whole id.

    after: by default, or as `current`, the one that is served. before: by default the one that the
    later was built after, else the one that was current before it. RemovedError or NotFoundError
    for a release that is not kept; one that a record was made against need not be.
    """
    later = kept_release(home, served if after in (None, "", "current") else str(after))
    against = (later.receipt.get("changes") or {}).get("against")
    earlier = before or against or _used_before(home, later.id)
    if earlier is None or earlier == later.id:
        return ReleasePair(None if earlier is None else earlier, later.id, _grouped(_NONE))
    if earlier != against:
        kept_release(home, earlier)
    with _comparing:  # it reads all tables of both: one at a time
        return ReleasePair(earlier, later.id, _compared(home, earlier, later.id))


_NONE: Final = pl.DataFrame(schema=CHANGE_SCHEMA)
_comparing: Final = threading.Lock()


@lru_cache(maxsize=4)
def _compared(home: Path, before: str, after: str) -> pl.DataFrame:
    return _grouped(compare(Release(home / before), Release(home / after)))


def _used_before(home: Path, name: str) -> str | None:
    kept = [release.id for release in Releases(home).list()]
    return history.before(home, name, kept)


def _grouped(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the kind of thing in front; of what is said of things it is the record table."""
    stem = pl.col("id").str.split("/").list.first().replace_strict(_STEMS, default=None)
    of_thing = pl.when(pl.col("kind").is_in(_THINGS)).then(stem.cast(pl.String))
    return rows.select(pl.coalesce(of_thing, "kind").alias("group"), *CHANGE_SCHEMA)


def selected(
    rows: pl.DataFrame,
    groups: Collection[str] = (),
    changes: Collection[str] = (),
    about: Collection[str] = (),
) -> pl.DataFrame:
    """Return the rows of some groups and changes that are about all of some things.

    about: ids that stand in the key of the row, or first parts of ids with their slash
    (`project/`); of a type of role (`scheme/role/coordinator`) the key holds the code. InputError
    for a group or change that there is not.
    """
    for what, values, known in (("group", groups, GROUPS), ("change", changes, CHANGES)):
        for value in values:
            if value not in known:
                raise InputError(unknown(what, value, known))
    chosen = [pl.col(n).is_in(list(v)) for n, v in (("group", groups), ("change", changes)) if v]
    key = pl.concat_str(pl.lit(" "), pl.col("id"), pl.lit(" "))
    words = (thing.removeprefix("scheme/role/") for thing in about)
    ends = ((word, "" if word.endswith("/") else " ") for word in words)
    chosen += [key.str.contains(f" {word}{end}", literal=True) for word, end in ends]
    return rows.filter(*chosen) if chosen else rows


def _description(
    served: ServedRelease, pair: ReleasePair,
    groups: Sequence[str], changes: Sequence[str], about: Sequence[str],
) -> TableDescription:  # fmt: skip
    asked = [("From", pair.before or ""), ("To", pair.after), ("Of", ", ".join(groups)),
             ("Only", ", ".join(changes)), ("About", ", ".join(about))]  # fmt: skip
    columns = tuple(Column(name, "text", about) for name, about in _ABOUT.items())
    title = "PerMed Graph: what changed from one release to another"
    return TableDescription("changes", title, columns, file_facts(served.citation, *asked))
