"""The page of lists and search: what was found, how to narrow it, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.protocol.parameters import without_trackers
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.rest.columns import columns_of, table
from permed.api.http.rest.filters import STEMS, ListFilters, resolved
from permed.api.http.rest.lists import Listing, ListRequest, cursor_at, list_things
from permed.api.text.names import sentence_list, shortened
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError

__all__ = ["Link", "SearchPage", "search_page"]

_SIZE: Final = 50
_LONGEST: Final = 2000  # letters of a search text, as in the lists of `/api/v1`
_TITLES: Final = {
    "kind": "Kind",
    "type": "Type",
    "country": "Country",
    "role": "Role",
    "topic": "Topic",
    "relevance": "Personalised-medicine relevance",
    "year": "Year",
    "programme": "Programme",
    "activity": "Takes part in",
    "has_identifier": "Has an identifier of",
}
_OFFERED: Final = ("kind", "type", "country", "role", "topic", "relevance", "year")
_FILES: Final = ("csv", "xlsx", "json", "parquet")


State = Sequence[tuple[str, str]]  # of a list: its search text and filters


@dataclass(frozen=True)
class Link:
    """A link to another view of the list: its words, address, and how many things it leads to."""

    text: str
    href: str
    count: int | None = None


@dataclass(frozen=True)
class SearchPage:
    """One page of a list: things `first` to `last` of `found`."""

    q: str
    kind: str
    title: str
    found: Listing
    items: list[dict[str, Any]]
    first: int
    last: int
    chosen: list[Link]
    narrower: list[tuple[str, list[Link]]]
    before: str
    after: str
    files: list[Link]


def search_page(directory: Directory, asked: Sequence[tuple[str, str]], page: int) -> SearchPage:
    """Return a page of what the filters leave; `asked` as in the address, empty ones not given.

    A page behind the last one holds nothing, and leads back to the last. InputError for a filter
    or a value that nobody knows.
    """
    filters = _filters(asked)
    start = (page - 1) * _SIZE
    wish = ListRequest((filters,), limit=_SIZE)
    found = list_things(directory, replace(wish, cursor=cursor_at(start, wish)))
    last = max(1, -(-found.total // _SIZE))
    state = [("q", filters.q)] if filters.q else []
    state += [(name, str(value)) for name, values in filters.given() for value in values]
    return SearchPage(
        q=filters.q,
        kind=filters.kind[0] if len(filters.kind) == 1 else "",
        title=_title(filters),
        found=found,
        items=_items(directory, found),
        first=start + 1,
        last=start + found.page.height,
        chosen=[_without(directory, state, pair) for pair in state if pair[0] != "q"],
        narrower=list(_narrower(found, state)),
        before=_address(state, min(page - 1, last)) if page > 1 else "",
        after=_address(state, page + 1) if found.next else "",
        files=_as_files(filters, state),
    )


def _items(directory: Directory, found: Listing) -> list[dict[str, Any]]:
    """Return the things of the page, days as texts."""
    rows = table(directory, found.page, columns_of(None))
    return rows.with_columns(pl.col(pl.Date).dt.to_string()).to_dicts()


def _filters(asked: Sequence[tuple[str, str]]) -> ListFilters:
    known = ("q", *_TITLES)
    given: dict[str, list[str]] = {}
    for name, value in without_trackers(asked):
        if name not in known:
            raise InputError(unknown("filter", name, known))
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    text = " ".join(given.pop("q", []))
    if len(text) > _LONGEST:
        raise InputError(f"q has {len(text):,} letters; look for at most {_LONGEST:,}")
    years = tuple(_year(year) for year in given.pop("year", []))
    many: dict[str, Any] = {name: tuple(values) for name, values in given.items()}
    return ListFilters(q=text, year=years, **many)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == len("2024")):
        raise InputError(f"year={shortened(text, 80)}: give a year such as 2024")
    return int(text)


def _title(filters: ListFilters) -> str:
    if filters.q:
        return f"Found for “{shortened(filters.q, 80)}”"
    titles = [KINDS[kind].title for kind in filters.kind if kind in KINDS]
    return sentence_list(titles) or "Everything"


def _address(state: State, page: int = 1) -> str:
    asked = [*state, *([("page", str(page))] if page > 1 else [])]
    return f"/search?{urlencode(asked)}" if asked else "/search"


def _without(directory: Directory, state: State, pair: tuple[str, str]) -> Link:
    """Return the link to the same list without one of the values of its filters."""
    name, value = pair
    label = value
    if name == "kind":
        label = KINDS[value].title
    elif name in STEMS:
        label = " or ".join(map(directory.label, resolved(directory, name, [value])))
    return Link(f"{_TITLES[name]}: {label}", _address([p for p in state if p != pair]))


def _narrower(found: Listing, state: State) -> Iterator[tuple[str, list[Link]]]:
    """Yield the facets that would narrow the list, each with a link for each value."""
    for name in _OFFERED:
        facets = [] if name in dict(state) else found.facets[name]
        if name == "topic":  # the relevance has a heading of its own
            facets = [f for f in facets if not f["value"].startswith("pm-relevance/")]
        if name == "year":
            facets = sorted(facets, key=lambda f: str(f["value"]), reverse=True)
        links = [
            Link(_facet_label(name, f), _address([*state, (name, f["value"])]), f["count"])
            for f in facets
        ]
        if len(links) > 1 or (links and (links[0].count or 0) < found.total):
            yield _TITLES[name], links


def _facet_label(name: str, facet: Mapping[str, Any]) -> str:
    return KINDS[facet["value"]].title if name == "kind" else str(facet["label"])


def _as_files(filters: ListFilters, state: State) -> list[Link]:
    """Return the same list as files, all of it."""
    name = filters.kind[0] if len(filters.kind) == 1 else "search"
    asked = [p for p in state if p[0] != "kind" or name == "search"]
    name = "experts" if name == "people" else name
    return [Link(f.upper(), f"/api/v1/{name}?{urlencode([*asked, ('format', f)])}") for f in _FILES]
