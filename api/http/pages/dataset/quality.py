"""The page `/quality`: what the gate found, in words, and how much is known of each kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import polars as pl
from fastapi import APIRouter
from starlette.responses import Response

from permed.api.http.pages.answer_table import answer_table
from permed.api.http.pages.dataset.releases import SEVERITIES
from permed.api.http.pages.thing import Value
from permed.api.http.protocol.templates import render
from permed.api.http.release.answer_cache import release_headers, tag_of
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.questions import ask
from permed.api.text.names import name_of, shortened
from permed.graph.errors import PermedError
from permed.graph.releases.citation import Citation, file_facts
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.writing import FILE_FORMATS, write_table
from permed.queries.catalogue import Catalogue

__all__ = ["Finding", "Known", "SourceState", "findings", "issues_file",
           "known_of_kinds", "quality_routes",
           "source_states"]  # fmt: skip

_EXAMPLES: Final = 3
_MOST: Final = 60  # findings on the page; the file holds all
_LONGEST: Final = 120
_FIRST: Final = 10  # contradictions on the page
_CONTRADICTIONS: Final = "contradictions"
_IRI: Final = re.compile(r"^<([^>]+)>: ")
_THING: Final = re.compile(r"^[a-z-]+/[^\s:]+: ")
_WORDS: Final = {"rejected": "rows left out", "dropped": "values left out", "warning": "to look at"}
# what one would want to know of a kind of thing: words and column
_WANTED: Final = {
    "organisations": (("country", "country"), ("city", "city"), ("kind of organisation", "type"),
                      ("website", "website")),
    "projects": (("start", "start"), ("end", "end"), ("EU contribution", "eu_contribution"),
                 ("programme", "programme"), ("relevance to PM", "relevance")),
    "calls": (("opening day", "start"), ("programme or parent", "part_of")),
    "events": (("day", "start"), ("country", "country"), ("city", "city")),
    "publications": (("date", "published"), ("DOI", "doi")),
}  # fmt: skip
_REGISTRIES: Final = {
    "organisations": ("ror", "pic", "fundref", "wikidata", "openaire"),
    "people": ("orcid",),
    "projects": ("grant", "cordis-rcn", "doi", "openaire"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that the gate says of a source, how often, with some rows that it is said of."""

    severity: str
    words: str
    source: str
    table: str
    reason: str
    count: int
    examples: list[Value]


@dataclass(frozen=True)
class Known:
    """Of how many things of a kind something is known; percent, and the list of those, if any."""

    kind: str
    what: str
    count: int
    total: int
    percent: float
    href: str


@dataclass(frozen=True)
class SourceState:
    """A source: rows and things it brings, what the gate found, its newest day and its files."""

    name: str
    title: str
    homepage: str
    rows: int
    statements: int
    issues: Mapping[str, int]
    newest: str
    files: int


def quality_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the route of the page; it is left out of the OpenAPI description."""
    router = APIRouter(include_in_schema=False)

    @router.get("/quality")
    async def page() -> Response:
        async with server.served() as served:
            values = await asyncio.to_thread(_values, served)
            values["disputes"] = await _disputes(served, catalogue)
            return render("quality.html", served, values)

    @router.get("/quality/issues")
    async def issues(
        format: Literal["csv", "xlsx", "json", "parquet"] = "csv",  # noqa: A002
    ) -> Response:
        async with server.served() as served:
            return await asyncio.to_thread(_issues, served, format)

    return router


def _values(served: ServedRelease) -> dict[str, Any]:
    found = findings(served.release, served.directory)
    return {
        "findings": found[:_MOST],
        "all_findings": len(found),
        "sources": source_states(served.release),
        "known": known_of_kinds(served.directory),
        "severities": [(name, _WORDS[name]) for name in SEVERITIES],
        "files": ("csv", "xlsx", "json", "parquet"),
    }


def _issues(served: ServedRelease, form: str) -> Response:
    body = issues_file(served.release.issues, served.citation, form)
    headers = release_headers(served.id, tag_of(served.id, "issues", form))
    headers["Content-Disposition"] = f'attachment; filename="issues-{served.id}.{form}"'
    return Response(body, media_type=FILE_FORMATS[form].content_type, headers=headers)


def issues_file(rows: pl.DataFrame, citation: Citation, form: str) -> bytes:
    """Return all that the gate found as a file in one of `FILE_FORMATS`."""
    told = TableDescription(
        "issues", "PerMed Graph: what the gate found", facts=file_facts(citation)
    )
    return write_table(rows, form, told.of(rows))


async def _disputes(served: ServedRelease, catalogue: Catalogue) -> dict[str, Any]:
    """The first rows in which sources contradict each other, and how many there are."""
    try:
        answer, _ = await ask(served, catalogue.get(_CONTRADICTIONS), {}, "json")
    except PermedError as problem:
        return {"trouble": str(problem), "total": 0, "columns": [], "rows": []}
    told = answer_table(answer, served)
    return {**told, "rows": told["rows"][:_FIRST], "trouble": ""}


@lru_cache(maxsize=2)
def findings(release: Release, directory: Directory) -> list[Finding]:
    """Return what the issues table holds, the same reason of one source and table together."""
    rows = release.issues.with_columns(
        said=pl.col("reason").str.replace(_THING.pattern, "").str.replace(r"^\d+ ", "")
    )
    keys = ["severity", "source", "table", "said"]
    grouped = rows.group_by(keys, maintain_order=True).agg(
        pl.len(), pl.col("value", "row", "reason").head(_EXAMPLES)
    )
    order = pl.col("severity").replace_strict({s: n for n, s in enumerate(SEVERITIES)}, default=9)
    titles = {name: str(told.get("title", name))
              for name, told in release.receipt["sources"].items()}  # fmt: skip
    return [
        Finding(
            severity=row["severity"],
            words=_WORDS.get(row["severity"], row["severity"]),
            source=titles.get(row["source"], row["source"]),
            table=(row["table"] or "shapes").rpartition("/")[2],
            reason=_readable(row["reason"][0] if row["len"] == 1 else row["said"], directory),
            count=row["len"],
            examples=list(_examples(row, directory)),
        )
        for row in grouped.sort(order, "len", descending=[False, True]).iter_rows(named=True)
    ]


def _readable(reason: str, directory: Directory) -> str:
    """Put the words for a property in the place of its address."""
    found = _IRI.match(reason)
    if found is None:
        return reason
    name = directory.label_of_iri(found[1]) or found[1].replace("#", "/").rsplit("/", 1)[-1]
    return f"{reason[found.end() :]} ({name})"


def _examples(row: Mapping[str, Any], directory: Directory) -> Iterator[Value]:
    """What the finding is said of: a thing with its page, else the value and the row."""
    for value, number, reason in zip(row["value"], row["row"], row["reason"], strict=True):
        stated = (value or "").strip("<>")
        me = directory.id_of(stated) or reason.partition(": ")[0]
        if me in directory.row_of:
            yield Value(name_of(me, directory.label(me)), f"/id/{me}")
        elif stated:
            row_of = f"row {number}" if number is not None else ""
            yield Value(shortened(stated, _LONGEST), None, row_of)


@lru_cache(maxsize=2)
def source_states(release: Release) -> list[SourceState]:
    """Return the sources with what they bring and how new it is."""
    return [
        SourceState(
            name=name,
            title=str(told.get("title", name)),
            homepage=str(told.get("homepage") or ""),
            rows=sum(int(n) for n in told.get("rows", {}).values()),
            statements=int(told.get("triples", 0)),
            issues={s: int(told.get("issues", {}).get(s, 0)) for s in SEVERITIES},
            newest=_newest(release, name, told.get("rows", {})),
            files=len(told.get("inputs", {})),
        )
        for name, told in release.receipt["sources"].items()
    ]


def _newest(release: Release, source: str, tables: Mapping[str, int]) -> str:
    """The last day on which a row of the source was seen; empty where none tells."""
    days = [
        release.table(source, name, ["seen"])["seen"].max()
        for name in tables
        if name in TABLES and source in release.sources
    ]
    return max((str(day) for day in days if day), default="")


@lru_cache(maxsize=2)
def known_of_kinds(directory: Directory) -> list[Known]:
    """Return of how many things of each kind there is an identifier, a place, a day, money."""
    return [
        found
        for kind in dict.fromkeys((*_REGISTRIES, *_WANTED))
        for found in _known(directory, kind)
    ]


def _known(directory: Directory, kind: str) -> Iterator[Known]:
    things = directory.things.filter(pl.col("kind") == kind)
    total = things.height
    if not total:
        return
    title = KINDS[kind].title
    ids = things["id"].implode()
    held = directory.identifiers.filter(pl.col("entity").is_in(ids))
    for scheme in _REGISTRIES.get(kind, ()):
        count = held.filter(pl.col("scheme") == scheme)["entity"].n_unique()
        if count:
            label = directory.labels.get(f"scheme/identifier-scheme/{scheme}", scheme)
            href = f"/search?kind={kind}&has_identifier={scheme}"
            yield _share(title, f"identifier: {label}", count, total, href)
    for words, column in _WANTED.get(kind, ()):
        yield _share(title, words, total - things[column].null_count(), total)
    if kind in ("organisations", "projects"):
        there = directory.points.filter(pl.col("id").is_in(ids)).height
        yield _share(title, "place on the map", there, total, f"/search?kind={kind}&view=map")
    if kind == "projects":
        topics = directory.topics.filter(pl.col("id").is_in(ids))
        topics = topics.filter(~pl.col("value").str.starts_with("scheme/pm-relevance/"))
        yield _share(title, "topics", topics["id"].n_unique(), total)


def _share(kind: str, what: str, count: int, total: int, href: str = "") -> Known:
    return Known(kind, what, count, total, round(100 * count / total, 1), href)


def totals(sources: Sequence[SourceState]) -> dict[str, int]:
    """Return how much the gate found in all sources together, by severity."""
    return {s: sum(source.issues[s] for source in sources) for s in SEVERITIES}
