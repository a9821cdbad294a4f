"""Lists of things: filters, search, facets with counts, and pages by cursor."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, fields
from typing import Any, Final

import orjson
import polars as pl

from permed.api.http.release.directory import Directory
from permed.graph.errors import InputError

__all__ = ["FACETS", "Filters", "Listing", "cursor_at", "list_things"]

FACETS: Final = ("kind", "country", "type", "role", "topic", "relevance", "year")
_TYPE_SCHEMES: Final = tuple(
    f"scheme/{name}/" for name in ("organisation-type", "activity-type", "output-type")
)
_FACET_VALUES: Final = 20


@dataclass(frozen=True)
class Filters:
    """What a thing must be like; values are ids without their first part, such as `DE`."""

    q: str = ""
    kind: str | None = None
    country: str | None = None
    type: str | None = None
    role: str | None = None
    activity: str | None = None
    programme: str | None = None
    topic: str | None = None
    relevance: str | None = None
    year: int | None = None
    has_identifier: str | None = None


@dataclass(frozen=True)
class Listing:
    """A page of things with the total, the facets and the cursor of the next page."""

    items: list[dict[str, Any]]
    total: int
    facets: dict[str, list[dict[str, Any]]]
    next: str | None
    frame: pl.DataFrame


def list_things(
    directory: Directory, filters: Filters, limit: int, cursor: str = "", facets: bool = True
) -> Listing:
    """Return one page; by relevance where there is a search text, else by label.

    InputError for a cursor that is not one of ours or belongs to other filters.
    """
    start = _start(cursor, filters)
    found = _filtered(directory, filters)
    page = found.slice(start, limit)
    more = start + limit < found.height
    return Listing(
        items=[_item(row, directory) for row in page.iter_rows(named=True)],
        total=found.height,
        facets=_facets(directory, found) if facets else {},
        next=cursor_at(start + limit, filters) if more else None,
        frame=page,
    )


def _filtered(directory: Directory, filters: Filters) -> pl.DataFrame:
    frame = directory.find(filters.q) if filters.q.strip() else directory.things
    if filters.kind:
        frame = frame.filter(pl.col("kind") == filters.kind)
    for column, value in _conditions(filters):
        frame = frame.filter(pl.col(column) == value)
    if filters.type:
        frame = frame.filter(pl.col("type").str.ends_with(f"/{filters.type}"))
    if filters.year is not None:
        frame = frame.filter(_years(filters.year))
    for ids in _selections(directory, filters):
        frame = frame.filter(pl.col("id").is_in(ids.implode()))
    if "score" in frame.columns:
        return frame.sort("score", "id", descending=[True, False])
    return frame.sort("label", "id", nulls_last=True).with_columns(score=pl.lit(None, pl.Float64))


def _conditions(filters: Filters) -> list[tuple[str, str]]:
    pairs = []
    if filters.country:
        pairs.append(("country", f"country/{filters.country}"))
    if filters.relevance:
        pairs.append(("relevance", f"scheme/pm-relevance/{filters.relevance}"))
    if filters.programme:
        pairs.append(("programme", f"programme/{filters.programme}"))
    return pairs


def _years(year: int) -> pl.Expr:
    """A thing belongs to the years from its start to its end, or to its year of publication."""
    text = str(year)
    begun = pl.col("start").str.slice(0, 4) <= text
    ended = pl.col("end").fill_null(pl.col("start")).str.slice(0, 4) < text
    return (begun & ~ended) | (pl.col("published").str.slice(0, 4) == text)


def _selections(directory: Directory, filters: Filters) -> list[pl.Series]:
    chosen = []
    if filters.topic:
        wanted = pl.col("value") == f"scheme/{filters.topic}"
        chosen.append(directory.topics.filter(wanted)["id"])
    if filters.has_identifier:
        scheme = pl.col("scheme") == filters.has_identifier
        chosen.append(directory.identifiers.filter(scheme)["entity"])
    if filters.role or filters.activity:
        rows = directory.roles
        if filters.role:
            rows = rows.filter(pl.col("role") == f"scheme/role/{filters.role}")
        if filters.activity:
            rows = rows.filter(pl.col("activity") == filters.activity)
        chosen.append(rows["agent"])
    return chosen


def _item(row: dict[str, Any], directory: Directory) -> dict[str, Any]:
    item: dict[str, Any] = {"id": row["id"], "iri": directory.iri(row["id"])}
    for name, value in row.items():
        if name == "id" or value is None:
            continue
        linked = name in ("country", "part_of", "programme", "relevance", "type")
        item[name] = value
        if linked:
            item[f"{name}_label"] = directory.label(value)
    return item


def _facets(directory: Directory, found: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    ids = found.select("id")
    roles = directory.agent_roles.join(ids, on="id", how="semi")
    topics = directory.topics.join(ids, on="id", how="semi")
    columns = {c: found.select(value=c) for c in ("kind", "country", "type", "relevance")}
    frames = {**columns, "role": roles, "topic": topics, "year": _spanned(found)}
    return {name: _counted(directory, frames[name], name) for name in FACETS}


def _spanned(found: pl.DataFrame) -> pl.DataFrame:
    """Return the years of each thing, as the filter by year counts them: one row a year."""
    first, last = (
        c.str.slice(0, 4).cast(pl.Int32, strict=False)
        for c in (pl.col("start"), pl.col("end").fill_null(pl.col("start")))
    )
    spans = found.select("id", first=first, last=last).filter(pl.col("last") >= pl.col("first"))
    active = spans.select("id", value=pl.int_ranges("first", pl.col("last") + 1)).explode("value")
    years = active.with_columns(pl.col("value").cast(pl.String))
    appeared = found.select("id", value=pl.col("published").str.slice(0, 4))
    return pl.concat([years, appeared]).unique()


def _counted(directory: Directory, frame: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    counts = frame.drop_nulls("value").group_by("value").len("count")
    best = counts.sort("count", "value", descending=[True, False]).head(_FACET_VALUES)
    return [
        {"value": _plain(value, name), "label": directory.label(value), "count": count}
        for value, count in best.select("value", "count").iter_rows()
    ]


def _plain(value: str, name: str) -> str:
    """Return a facet's value as the filter of the same name takes it."""
    if name == "topic":  # named by scheme and code, whatever the scheme
        return value.removeprefix("scheme/")
    for stem in ("country/", "scheme/pm-relevance/", "scheme/role/", *_TYPE_SCHEMES, "scheme/"):
        if value.startswith(stem):
            return value.removeprefix(stem)
    return value


def _mark(filters: Filters) -> str:
    return "|".join(str(getattr(filters, f.name)) for f in fields(filters))


def cursor_at(start: int, filters: Filters) -> str:
    """Return the cursor of the page that begins with this row."""
    return base64.urlsafe_b64encode(orjson.dumps([start, _mark(filters)])).decode().rstrip("=")


def _start(cursor: str, filters: Filters) -> int:
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        start, mark = orjson.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, TypeError):
        raise InputError("the cursor is not one of ours; start again without it") from None
    if mark != _mark(filters) or not isinstance(start, int) or start < 0:
        raise InputError("the cursor belongs to other filters; start again without it")
    return start
