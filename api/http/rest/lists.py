"""Lists of things: filters, search, facets with counts, and pages by cursor."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Final

import orjson
import polars as pl

from permed.api.http.release.counts import FACETS
from permed.api.http.release.directory import Directory
from permed.api.http.rest.columns import ordered
from permed.api.http.rest.filters import STEMS, Filtered, ListFilters, select
from permed.graph.errors import InputError

__all__ = ["ListRequest", "Listing", "cursor_at", "list_things"]

_MOST_FACET_VALUES: Final = 60  # of a filter on a page
_FACET_VALUES: Final = 20


@dataclass(frozen=True)
class ListRequest:
    """What a list holds: things that pass all the filters, in an order, a page of them."""

    filters: tuple[ListFilters, ...]
    sort: tuple[str, ...] = ()
    limit: int = 50
    cursor: str = ""
    facets: bool = True
    wide: bool = False  # facets keep the values that the filter of the same name leaves out

    @property
    def start(self) -> int:
        """Number of things before the first of the page; InputError for a strange cursor."""
        return _start(self)


@dataclass(frozen=True)
class Listing:
    """A page of things with the total, the facets, how many values each of them has, and the
    cursor of the next page; `rows` are the numbers in `things` of all pages, in order."""

    page: pl.DataFrame
    facets: dict[str, list[dict[str, Any]]]
    facet_totals: dict[str, int]
    next: str | None
    rows: pl.Series
    things: pl.DataFrame

    @property
    def total(self) -> int:
        """How many things were found."""
        return self.rows.len()

    @property
    def all_found(self) -> pl.DataFrame:
        """The things of all pages, in order."""
        return self.things[self.rows]


def list_things(directory: Directory, wish: ListRequest) -> Listing:
    """Return one page; by score where there is a search text, else by label.

    InputError for a value that names nothing, and for a cursor of other filters.
    """
    start, end = wish.start, wish.start + wish.limit
    found = _selected(directory, wish.filters)
    rows, scores = ordered(directory, found, wish.sort)
    facets, totals = _facets(directory, found, wish) if wish.facets else ({}, {})
    none = pl.Series("score", [None], pl.Float64)
    score = none.new_from_index(0, rows.len()) if scores is None else scores
    return Listing(
        page=directory.things[rows[start:end]].with_columns(score[start:end]),
        facets=facets,
        facet_totals=totals,
        rows=rows,
        things=directory.things,
        next=cursor_at(end, wish) if end < rows.len() else None,
    )


def _selected(directory: Directory, every: Sequence[ListFilters]) -> Filtered:
    found, *others = (select(directory, filters) for filters in every)
    for other in others:
        found = found.also(other)
    return found


def _facets(
    directory: Directory, found: Filtered, wish: ListRequest
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
    """Count the values of every facet among what was found.

    A wide facet counts as if nothing had been chosen in it, so that its other values stay.
    """
    set_here = {name for filters in wish.filters for name, _ in filters.given()}
    counts = {}
    for name in FACETS:
        among = found
        if wish.wide and name in set_here:
            nothing: dict[str, Any] = {name: ()}
            open_here = [replace(filters, **nothing) for filters in wish.filters]
            among = _selected(directory, open_here)
        counts[name] = directory.facets[name].counts(among.mask)
    most = _MOST_FACET_VALUES if wish.wide else _FACET_VALUES
    shown = {name: _shown(directory, counts[name][:most], name) for name in FACETS}
    return shown, {name: len(counts[name]) for name in FACETS}


def _shown(
    directory: Directory, counts: Sequence[tuple[str, int]], name: str
) -> list[dict[str, Any]]:
    return [
        {"value": _plain(value, name), "label": _label(directory, name, value), "count": count}
        for value, count in counts
    ]


def _label(directory: Directory, name: str, value: str) -> str:
    if name == "has_identifier":
        return directory.labels.get(f"scheme/identifier-scheme/{value}", value)
    return directory.label(value)


def _plain(value: str, name: str) -> str:
    """Return a facet's value as the filter of the same name takes it."""
    stems = STEMS.get(name, ())
    return next((value.removeprefix(stem) for stem in stems if value.startswith(stem)), value)


def _mark(wish: ListRequest) -> str:
    """Return a short mark of what a list holds, by which a cursor knows its own."""
    asked = repr((*map(astuple, wish.filters), wish.sort))
    return hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()


def cursor_at(start: int, wish: ListRequest) -> str:
    """Return the cursor of the page that begins with this row."""
    return base64.urlsafe_b64encode(orjson.dumps([start, _mark(wish)])).decode().rstrip("=")


def _start(wish: ListRequest) -> int:
    if not wish.cursor:
        return 0
    try:
        padded = wish.cursor + "=" * (-len(wish.cursor) % 4)
        start, mark = orjson.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, TypeError):
        raise InputError("the cursor is not one of ours; start again without it") from None
    if mark != _mark(wish) or not isinstance(start, int) or start < 0:
        raise InputError("the cursor belongs to other filters; start again without it")
    return start
