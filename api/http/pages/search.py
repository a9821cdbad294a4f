"""The page of lists and search: what was found, how to narrow it, sort it, see it and take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from permed.api.http.pages.explore.outlines import land
from permed.api.http.pages.list_state import FILTERS, ListState, read_state
from permed.api.http.pages.list_views import (
    Bar,
    ListCell,
    ListHead,
    Place,
    bars,
    cells,
    choices,
    heads,
    places,
    shown,
)
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.api.http.rest.columns import columns_of, table
from permed.api.http.rest.filters import STEMS, ListFilters, resolved
from permed.api.http.rest.lists import Listing, ListRequest, cursor_at, list_things
from permed.api.text.names import sentence_list, shortened

__all__ = ["FacetLinks", "Link", "SearchPage", "search_page"]

_SIZE: Final = 50
_OFFERED: Final = (
    "kind", "type", "country", "role", "topic", "relevance", "year", "has_identifier",
)  # fmt: skip
_FILES: Final = ("csv", "xlsx", "json", "parquet")
_MORE_FILES: Final = {"events": ("ics",), "calls": ("ics",), "publications": ("bib", "ris")}
_MAPPED: Final = ("organisations", "projects", "events")


@dataclass(frozen=True)
class Link:
    """A link to another view of the list: its words, address, and how many things it leads to."""

    text: str
    href: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True)
class FacetLinks:
    """The values of one filter; those chosen stand first, the others stay to be added."""

    title: str
    links: list[Link]


@dataclass(frozen=True)
class SearchPage:
    """One page of a list: things `first` to `last` of `found`, in one of its views."""

    state: ListState
    title: str
    found: Listing
    items: list[dict[str, Any]]
    heads: list[ListHead]
    cells: list[list[ListCell]]
    places: list[Place]
    land: str
    height: float
    placeless: int
    bars: list[Bar]
    by: str
    chart_by: list[Link]
    first: int
    last: int
    chosen: list[Link]
    facets: list[FacetLinks]
    views: list[Link]
    columns: list[tuple[str, str, bool]]
    kept: list[tuple[str, str]]  # what the form of the columns keeps
    spanned: list[tuple[str, str]]  # what the form of the years keeps
    workers: Link | None  # those who work on what was searched for
    before: str
    after: str
    files: list[Link]

    @property
    def q(self) -> str:
        """The search text."""
        return self.state.filters.q

    @property
    def kind(self) -> str:
        """The one kind that is listed, or nothing."""
        return self.state.kind or ""


def search_page(directory: Directory, asked: Sequence[tuple[str, str]], page: int) -> SearchPage:
    """Return a page of what the filters leave; `asked` as in the address, empty ones not given.

    A page behind the last one holds nothing, and leads back to the last. InputError for a filter
    or a value that nobody knows.
    """
    state = read_state(asked)
    start = (page - 1) * _SIZE
    wish = ListRequest((state.filters,), (state.sort,) if state.sort else (), _SIZE, wide=True)
    found = list_things(directory, replace(wish, cursor=cursor_at(start, wish)))
    last = max(1, -(-found.total // _SIZE))
    rows = table(directory, found.page, columns_of(state.kind)).to_dicts()
    as_map, as_chart = state.shown_as == "map", state.shown_as == "chart"
    circles, box, placeless = places(directory, found.all_found, state) if as_map else ([], None, 0)
    by = state.by or _most_telling(found)
    return SearchPage(
        state=state,
        title=_title(state.filters),
        found=found,
        items=[_texts(row) for row in rows],
        heads=heads(state),
        cells=cells(rows, shown(state), directory.base) if state.shown_as == "table" else [],
        places=circles,
        land=land(box) if box else "",
        height=round(box.height, 1) if box else 0.0,
        placeless=placeless,
        bars=bars(found.facets, by, state) if as_chart else [],
        by=FILTERS[by],
        chart_by=[Link(FILTERS[n], state.address(by=n), chosen=n == by) for n in _charts(found)],
        first=start + 1,
        last=start + found.page.height,
        chosen=[_taken_away(directory, state, pair) for pair in state.pairs if pair[0] != "q"],
        facets=list(_facets(directory, found, state)),
        views=[
            Link(v.capitalize(), state.address(view=v), chosen=v == state.shown_as)
            for v in state.views
        ],
        columns=choices(state),
        kept=[p for p in state.asked(view="table") if p[0] != "columns"],
        spanned=[p for p in state.asked() if p[0] not in ("year_from", "year_to")],
        workers=_workers(directory, state),
        before=_page(state, min(page - 1, last)) if page > 1 else "",
        after=_page(state, page + 1) if found.next else "",
        files=_as_files(state),
    )


def _workers(directory: Directory, state: ListState) -> Link | None:
    """Return the list of organisations that work on what was searched for, where there are any."""
    text = state.filters.q
    if not text or state.filters.works_on:
        return None
    found = list_things(directory, ListRequest((_works_on(text),), limit=1, facets=False))
    asked = urlencode([("kind", "organisations"), ("works_on", text)])
    return Link(f"Who works on “{shortened(text, 60)}”", f"/search?{asked}", found.total)


def _works_on(text: str) -> ListFilters:
    return ListFilters(kind=("organisations",), works_on=(text,))


def _page(state: ListState, number: int) -> str:
    return state.address(page=str(number) if number > 1 else "")


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a thing with its days as texts, as its source states them."""
    days = {
        name: row.get(f"{name}_as_stated") or row.get(name)
        for name in ("start", "end", "published")
    }
    return {**row, **{name: str(value) if value else None for name, value in days.items()}}


def _title(filters: ListFilters) -> str:
    if filters.q:
        return f"Found for “{shortened(filters.q, 80)}”"
    titles = [KINDS[kind].title for kind in filters.kind if kind in KINDS]
    return sentence_list(titles) or "Everything"


_SPANS: Final = {"year_from": "From", "year_to": "Until"}


def _taken_away(directory: Directory, state: ListState, pair: tuple[str, str]) -> Link:
    """Return the link to the same list without one of the values of its filters."""
    name, value = pair
    label = value
    if name == "kind":
        label = KINDS[value].title
    elif name in STEMS:
        label = " or ".join(map(directory.label, resolved(directory, name, [value])))
    title = _SPANS.get(name) or FILTERS[name]
    start = replace(state, columns=(), sort="", view="") if name == "kind" else state
    return Link(f"{title}: {label}", start.without(pair).address())


def _facets(directory: Directory, found: Listing, state: ListState) -> Iterator[FacetLinks]:
    """Yield the filters that have a choice, each with a link for each value."""
    for name in _OFFERED:
        chosen = _chosen(directory, state, name)
        values = found.facets[name]
        if name == "topic":  # the relevance has a heading of its own
            values = [f for f in values if not f["value"].startswith("pm-relevance/")]
        if name == "year":
            values = sorted(values, key=lambda f: str(f["value"]), reverse=True)
        adding = state.adding(name)
        links = [_value(state, name, f, chosen, adding) for f in values]
        links.sort(key=lambda link: not link.chosen)
        if len(links) > 1 or (links and (links[0].count or 0) < found.total):
            yield FacetLinks(FILTERS[name], links)


def _chosen(directory: Directory, state: ListState, name: str) -> dict[str, tuple[str, str]]:
    """Return the pair of the address by each id that it names."""
    pairs = [pair for pair in state.pairs if pair[0] == name]
    return {thing: pair for pair in pairs for thing in resolved(directory, name, [pair[1]])}


def _value(
    state: ListState, name: str, facet: Mapping[str, Any],
    chosen: Mapping[str, tuple[str, str]], adding: Callable[[str], str],
) -> Link:  # fmt: skip
    value = str(facet["value"])
    text = KINDS[value].title if name == "kind" else str(facet["label"])
    stems = STEMS.get(name, ("",))
    pair = next((chosen[f"{stem}{value}"] for stem in stems if f"{stem}{value}" in chosen), None)
    if pair is not None:
        return Link(text, state.without(pair).address(), facet["count"], chosen=True)
    return Link(text, adding(value), facet["count"])


def _charts(found: Listing) -> list[str]:
    """Return the facets with more than one value, which a chart can show."""
    names = ("country", "type", "year", "role", "topic", "relevance")
    return [name for name in names if len(found.facets[name]) > 1]


def _most_telling(found: Listing) -> str:
    return next(iter(_charts(found)), "country")


def _as_files(state: ListState) -> list[Link]:
    """Return the same list as files, all of it; where columns were chosen, those."""
    name = state.kind or "search"
    asked = [p for p in state.pairs if p[0] != "kind" or name == "search"]
    if state.sort:
        asked.append(("sort", state.sort))
    if state.columns:
        asked.append(("fields", ",".join(dict.fromkeys(("id", "iri", *shown(state))))))
    forms = [*_FILES, *_MORE_FILES.get(name, ()), *(("geojson",) if name in _MAPPED else ())]
    name = "experts" if name == "people" else name
    return [
        Link("map (GeoJSON)" if f == "geojson" else "calendar" if f == "ics" else f.upper(),
             f"/api/v1/{name}?{urlencode([*asked, ('format', f)])}")
        for f in forms
    ]  # fmt: skip
