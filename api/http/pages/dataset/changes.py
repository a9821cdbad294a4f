"""The page `/changes`: what came, went or changed from one release to another, kind by kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from permed.api.http.pages.explore.since import changes_since
from permed.api.http.pages.thing import Value, source_link
from permed.api.http.protocol.templates import render
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.links import within_release
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.changes import CHANGES, GROUPS, ReleasePair, changes_between, selected
from permed.api.text.names import name_of, shortened
from permed.graph.errors import NotFoundError, PermedError
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.model import TABLES

__all__ = [
    "GROUP_WORDS",
    "ChangeRow",
    "ChangesAbout",
    "GroupCount",
    "change_page_routes",
    "changes_about",
    "changes_of",
    "counts",
]

_DERIVED: Final = ("counting_units", "partners", "partner_countries", "activity_counts")
_FIRST: Final = 10  # rows of a group where all groups are shown
_ROWS: Final = 100  # of a page of one group
_LONGEST: Final = 160  # letters of a value
_THINGS: Final = ("countries", "regions", "organisations", "persons", "activities", "outputs")
# what is said of things, in words; kinds of things have theirs
_SAID: Final = {
    "roles": "Roles: who takes part in what",
    "grants": "Grants",
    "classifications": "Topics of things",
    "identifiers": "Identifiers",
    "names": "Further names",
    "figures": "Reported figures",
    "relations": "Relations between things",
    "services": "Services of infrastructures",
    "links": "Web pages of things",
    "replacements": "Addresses that were replaced",
    "schemes": "Vocabularies",
}
GROUP_WORDS: Final[dict[str, str]] = {
    **{name: _SAID.get(name, name.replace("_", " ").capitalize()) for name in TABLES},
    **{name: kind.title for name, kind in KINDS.items()},
}
_FILES: Final = ("csv", "xlsx", "parquet", "json")


@dataclass(frozen=True)
class GroupCount:
    """How many changes of a group there are: came, went, changed rows, each with its address."""

    group: str
    words: str
    counts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class ChangesAbout:
    """How many rows about a thing came, went and changed since the release before.

    counts: change, number of rows, address of them; only those that there are.
    """

    when: str
    counts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class ChangeRow:
    """One change: what it is of, what happened, and of a value what it was and is now."""

    change: str
    things: list[Value]
    note: str
    field: str
    about: str
    before: Value
    after: Value
    source: str
    page: Value | None


def change_page_routes(server: ReleaseServer) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/changes")
    async def page(
        before: Annotated[str, Query(alias="from", max_length=200)] = "",
        after: Annotated[str, Query(alias="to", max_length=200)] = "",
        group: Annotated[str, Query(max_length=100)] = "",
        change: Annotated[str, Query(max_length=100)] = "",
        about: Annotated[list[str] | None, Query(max_length=20)] = None,
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> Response:
        async with server.served() as served:
            wish = _Wish(before, after, group, change, page, tuple(filter(None, about or ())))
            status, values = 200, _empty(server, wish)
            try:
                values |= await asyncio.to_thread(_filled, server, served, wish)
            except PermedError as problem:
                status, values["trouble"] = problem.status, str(problem)
            return render("changes.html", served, values, status)

    return router


@dataclass(frozen=True)
class _Wish:
    before: str
    after: str
    group: str
    change: str
    page: int
    about: tuple[str, ...] = ()

    def address(self, pair: ReleasePair, group: str = "", change: str = "", page: int = 1) -> str:
        return f"/changes?{self.query(pair, group, change, page)}"

    def query(self, pair: ReleasePair, group: str = "", change: str = "", page: int = 1) -> str:
        """Return the parameters of a part of the changes."""
        asked = [("from", pair.before or ""), ("to", pair.after), ("group", group),
                 ("change", change), *(("about", thing) for thing in self.about),
                 ("page", str(page) if page > 1 else "")]  # fmt: skip
        return urlencode([(name, value) for name, value in asked if value])


def _empty(server: ReleaseServer, wish: _Wish) -> dict[str, Any]:
    kept = [release.id for release in reversed(Releases(server.home).list())]
    return {"wish": wish, "kept": kept, "pair": None, "trouble": "", "counts": [], "groups": [],
            "days": {}, "about": [], "files": [], "pages": [], "words": GROUP_WORDS, "total": 0,
            "shown": CHANGES}  # fmt: skip


def _filled(server: ReleaseServer, served: ServedRelease, wish: _Wish) -> dict[str, Any]:
    pair = changes_between(server.home, served.id, wish.before.strip(), wish.after.strip())
    only = [wish.group] if wish.group else [], [wish.change] if wish.change else []
    rows = selected(pair.rows, *only, wish.about)
    about = [_named(served.directory, rows, thing) for thing in wish.about]
    told = rows if wish.group else _not_counted(rows)
    days = {name: _built(server, name) for name in (pair.before, pair.after) if name}
    query = wish.query(pair, wish.group, wish.change)
    start = (wish.page - 1) * _ROWS if wish.group else 0
    most = _ROWS if wish.group else _FIRST
    sections = [
        (name, GROUP_WORDS[name], held.height, list(_rows(served, pair, held.slice(start, most))),
         wish.address(pair, name, wish.change))
        for name, held in _in_order(told)
    ]  # fmt: skip
    return {
        "pair": pair,
        "days": days,
        "total": told.height,
        "about": about,
        "counts": counts(
            _not_counted(selected(pair.rows, about=wish.about)),
            lambda g, c: wish.address(pair, g, c),
        ),
        "groups": sections,
        "pages": _around(pair, wish, told.height) if wish.group else [],
        "files": [(f.upper(), f"/api/v1/changes?{query}&format={f}") for f in _FILES],
    }


def _named(directory: Directory, rows: pl.DataFrame, thing: str) -> str:
    """Return what a thing is called that rows are about; NotFoundError where there was none."""
    kind = next((k for k in KINDS.values() if thing.removesuffix("/") in k.stems), None)
    if thing.endswith("/") and kind is not None:
        return kind.title.lower()
    if thing not in directory.row_of and rows.is_empty():
        raise NotFoundError(f"about={shortened(thing, 80)}: no such thing; give an id")
    return name_of(thing, directory.label(thing))


def _not_counted(rows: pl.DataFrame) -> pl.DataFrame:
    """What the counting rule derives follows from the rest, which stands here already."""
    return rows.filter(~pl.col("kind").is_in(list(_DERIVED)))


def _built(server: ReleaseServer, name: str) -> str:
    path = server.home / name
    return str(Release(path).receipt["built"])[:10] if (path / "receipt.json").is_file() else ""


def _in_order(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    held = dict(rows.group_by("group").len().iter_rows())
    for name in GROUPS:
        if name in held:
            part = rows.filter(pl.col("group") == name)
            place = pl.col("change").replace_strict({c: n for n, c in enumerate(CHANGES)})
            yield name, part.sort(place, "name", "field", maintain_order=True)


def _around(pair: ReleasePair, wish: _Wish, total: int) -> list[tuple[str, str]]:
    """Return the ways to the page before and after."""
    found = []
    if wish.page > 1:
        found.append(("← Previous", wish.address(pair, wish.group, wish.change, wish.page - 1)))
    if wish.page * _ROWS < total:
        found.append(("Next →", wish.address(pair, wish.group, wish.change, wish.page + 1)))
    return found


def counts(rows: pl.DataFrame, address: Callable[[str, str], str]) -> list[GroupCount]:
    """Return how many rows came, went and changed by group, in the order of groups."""
    held = {(g, c): n for g, c, n in rows.group_by("group", "change").len().iter_rows()}
    return [
        GroupCount(
            name,
            GROUP_WORDS[name],
            tuple((c, held.get((name, c), 0), address(name, c)) for c in CHANGES),
        )
        for name in GROUPS
        if any((name, c) in held for c in CHANGES)
    ]


def _rows(served: ServedRelease, pair: ReleasePair, rows: pl.DataFrame) -> Iterator[ChangeRow]:
    """Rows for people; what went is linked in the release that had it."""
    titles = {name: str(told.get("title", name))
              for name, told in served.release.receipt["sources"].items()}  # fmt: skip
    for row in rows.iter_rows(named=True):
        release = pair.before if row["change"] == "went" else pair.after
        things, note = _things(served, row, release or pair.after)
        column = next((c for c in TABLES[row["kind"]] if c.name == row["field"]), None)
        yield ChangeRow(
            change=row["change"],
            things=things,
            note=note,
            field=(row["field"] or "").replace("_", " "),
            about=column.about if column else "",
            before=_value(served.directory, row["before"]),
            after=_value(served.directory, row["after"]),
            source=titles.get(row["source"] or "", row["source"] or ""),
            page=source_link(row["source_url"].split()[0]) if row["source_url"] else None,
        )


def _things(served: ServedRelease, row: Mapping[str, Any], release: str) -> tuple[list[Value], str]:
    """The things that a row is of, with links, and what else its key says."""
    directory = served.directory
    if row["kind"] in _THINGS:
        return [_thing(served, row["id"], row["name"], release)], ""
    parts = [part for part in str(row["id"]).split(" ") if part]
    known = [part for part in parts if part in directory.row_of]
    if not known:
        return [Value(shortened(str(row["name"]), _LONGEST))], ""
    things = [_thing(served, part, directory.label(part), release) for part in known]
    rest = " ".join(part for part in parts if part not in known)
    return things, shortened(rest, _LONGEST)


def _thing(served: ServedRelease, me: str, name: str, release: str) -> Value:
    href = f"/{me}" if me.startswith("scheme/") else f"/id/{me}"
    here = release == served.id
    text = shortened(name_of(me, name or me), _LONGEST)
    return Value(text, href if here else within_release(href, release))


def _value(directory: Directory, text: str | None) -> Value:
    if not text:
        return Value("")
    if text in directory.row_of:
        return Value(name_of(text, directory.label(text)), f"/id/{text}")
    return Value(shortened(text, _LONGEST))


@lru_cache(maxsize=4)
def changes_of(release: Release) -> ReleasePair | None:
    """Return what a release was published with as its changes; None where it has no record."""
    if not (release.receipt.get("changes") or {}).get("against"):
        return None
    pair = changes_between(release.path.parent, release.id)
    return ReleasePair(pair.before, pair.after, _not_counted(pair.rows))


def changes_about(release: Release, thing: str) -> ChangesAbout | None:
    """Return what changed of what is said about a thing; None where there is no record of it."""
    told = changes_since(release)
    if told is None:
        return None
    rows = _not_counted(selected(told.pair.rows, about=[thing]))
    held = dict(rows.group_by("change").len().iter_rows())
    wish = _Wish(told.pair.before or "", told.pair.after, "", "", 1, (thing,))
    counts = [
        (name, held[name], wish.address(told.pair, "", name)) for name in CHANGES if name in held
    ]
    return ChangesAbout(told.when, tuple(counts))
