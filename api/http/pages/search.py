"""The page of lists and search: what was found, how to narrow it, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import urlencode

from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.rest.lists import Filters, Listing, cursor_at, list_things
from permed.api.text.names import shortened
from permed.graph.errors import InputError

__all__ = ["Link", "SearchPage", "search_page"]

_SIZE: Final = 50
_LONGEST: Final = 200  # letters of a search text, as in the lists of `/api/v1`
_FILE_ROWS: Final = 1000  # of a list as a file, the most that one request gives
_MOST_HITS: Final = 2000  # that the index of names gives
_STEMS: Final = {  # what stands before the value of a filter in the id of the thing it names
    "country": ("country/",),
    "type": tuple(f"scheme/{n}-type/" for n in ("organisation", "activity", "output")),
    "role": ("scheme/role/",),
    "topic": ("scheme/",),
    "relevance": ("scheme/pm-relevance/",),
    "programme": ("programme/",),
    "activity": ("",),
}
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
}
_OFFERED: Final = ("kind", "type", "country", "role", "topic", "relevance", "year")
_FILES: Final = ("csv", "json", "parquet")


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
    first: int
    last: int
    capped: bool
    cut: bool
    chosen: list[Link]
    narrower: list[tuple[str, list[Link]]]
    before: str
    after: str
    files: list[Link]


def search_page(directory: Directory, asked: Mapping[str, str], page: int) -> SearchPage:
    """Return a page of what the filters leave; `asked` as in the address, empty ones not given.

    A page behind the last one holds nothing, and leads back to the last. InputError for an unknown
    kind and for a year that is none.
    """
    filters = _filters(asked)
    start = (page - 1) * _SIZE
    found = list_things(directory, filters, _SIZE, cursor_at(start, filters))
    last = max(1, -(-found.total // _SIZE))
    given = _given(filters)
    state = {"q": filters.q, **given}
    return SearchPage(
        q=filters.q,
        kind=filters.kind or "",
        title=_title(filters),
        found=found,
        first=start + 1,
        last=start + len(found.items),
        capped=bool(filters.q) and found.total >= _MOST_HITS,
        cut=len(asked.get("q", "")) > _LONGEST,
        chosen=[_without(directory, state, name) for name in given],
        narrower=list(_narrower(found, state)),
        before=_address(state, min(page - 1, last)) if page > 1 else "",
        after=_address(state, page + 1) if found.next else "",
        files=_as_files(filters, state),
    )


def _filters(asked: Mapping[str, str]) -> Filters:
    known = {"q", *_TITLES}  # what trackers and old links add is not looked at
    given: dict[str, Any] = {k: v.strip() for k, v in asked.items() if k in known and v.strip()}
    kind = given.get("kind")
    if kind is not None and kind not in KINDS:
        raise InputError(f"kind={shortened(kind, 80)}: choose {', '.join(KINDS)}")
    if "year" in given:
        if not (given["year"].isascii() and given["year"].isdigit()):
            raise InputError(f"year={shortened(given['year'], 80)}: give a year such as 2024")
        given["year"] = int(given["year"])
    return Filters(**given | {"q": given.get("q", "")[:_LONGEST]})


def _given(filters: Filters) -> dict[str, str]:
    """Return the filters that are set, by name, but for the search text."""
    pairs = ((f.name, getattr(filters, f.name)) for f in fields(filters) if f.name != "q")
    return {name: str(value) for name, value in pairs if value is not None}


def _title(filters: Filters) -> str:
    if filters.q:
        return f"Found for “{shortened(filters.q, 80)}”"
    return KINDS[filters.kind].title if filters.kind else "Everything"


def _address(state: Mapping[str, str], page: int = 1) -> str:
    asked = {k: v for k, v in state.items() if v} | ({"page": str(page)} if page > 1 else {})
    return f"/search?{urlencode(asked)}" if asked else "/search"


def _without(directory: Directory, state: Mapping[str, str], name: str) -> Link:
    """Return the link to the same list without one of its filters."""
    value = state[name]
    ids = (f"{stem}{value}" for stem in _STEMS.get(name, ()))
    label = next((directory.labels[i] for i in ids if i in directory.labels), value)
    if name == "kind":
        label = KINDS[value].title
    return Link(
        f"{_TITLES[name]}: {label}", _address({k: v for k, v in state.items() if k != name})
    )


def _narrower(found: Listing, state: Mapping[str, str]) -> Iterator[tuple[str, list[Link]]]:
    """Yield the facets that would narrow the list, each with a link for each value."""
    for name in _OFFERED:
        facets = [] if name in state else found.facets[name]
        if name == "topic":  # the relevance has a heading of its own
            facets = [f for f in facets if not f["value"].startswith("pm-relevance/")]
        if name == "year":
            facets = sorted(facets, key=lambda f: str(f["value"]), reverse=True)
        links = [
            Link(_facet_label(name, f), _address({**state, name: f["value"]}), f["count"])
            for f in facets
        ]
        if len(links) > 1 or (links and (links[0].count or 0) < found.total):
            yield _TITLES[name], links


def _facet_label(name: str, facet: Mapping[str, Any]) -> str:
    return KINDS[facet["value"]].title if name == "kind" else str(facet["label"])


def _as_files(filters: Filters, state: Mapping[str, str]) -> list[Link]:
    """Return the same list as files, which are of one kind."""
    if not filters.kind:
        return []
    name = "experts" if filters.kind == "people" else filters.kind
    asked = {k: v for k, v in state.items() if v and k != "kind"} | {"limit": str(_FILE_ROWS)}
    return [Link(f.upper(), f"/api/v1/{name}?{urlencode({**asked, 'format': f})}") for f in _FILES]
