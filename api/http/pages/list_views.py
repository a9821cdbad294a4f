"""Views of a list: a table with sortable heads, a map of places, bars of counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.explore.outlines import Box
from permed.api.http.pages.list_state import ListState
from permed.api.http.release.directory import Directory
from permed.api.http.rest.column_meanings import MEANINGS
from permed.api.http.rest.columns import SORT_KEYS, columns_of
from permed.api.text.names import name_of, place_of, shortened
from permed.api.text.wording import day, grouped

__all__ = ["Bar", "ListCell", "ListHead", "Place", "bars", "cells", "heads", "places", "shown"]

# columns of the table where nobody chose, the first that says who or what it is
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "organisations": ("label", "type_label", "country_label", "city", "pm_projects",
                      "pm_coordinated", "partners", "ec_contribution_eur"),
    "people": ("label", "country_label", "orcid", "activities"),
    "projects": ("label", "acronym", "start", "end", "programme_label", "partners", "countries",
                 "eu_contribution_eur"),
    "calls": ("label", "acronym", "start", "partners", "countries"),
    "events": ("label", "start", "end", "city", "country_label"),
    "publications": ("label", "type_label", "published", "journal", "doi"),
    "infrastructures": ("label", "acronym", "start", "city", "country_label", "partners",
                        "countries"),
    "countries": ("label", "iso2", "organisations", "projects", "pm_projects"),
    "topics": ("label", "notation", "things"),
}  # fmt: skip
_EVERY: Final = ("label", "type_label", "country_label", "city", "start", "end")
_OF_ANY: Final = ("label", "acronym", "type_label", "start", "end", "partners", "countries")
_HIDDEN: Final = frozenset({"id", "iri", "kind", "score"})  # that no reader chooses
_HEADS: Final = {
    "label": "name", "type_label": "type", "country_label": "country", "part_of_label": "part of",
    "programme_label": "programme", "relevance_label": "relevance", "project_label": "project",
    "ror": "ROR", "pic": "PIC", "vat": "VAT", "isni": "ISNI", "orcid": "ORCID", "doi": "DOI",
    "grid": "GRID", "issn": "ISSN", "iso2": "ISO 2", "iso3": "ISO 3", "wikidata": "Wikidata",
    "country_iso3": "ISO 3", "ec_contribution_eur": "EU contribution, EUR",
    "eu_contribution_eur": "EU contribution, EUR", "total_cost_eur": "total cost, EUR",
    "pm_projects": "PM projects", "pm_coordinated": "PM coordinated", "fundref": "Crossref funder",
    "notation": "code", "things": "things with it", "cordis_rcn": "CORDIS RCN",
}  # fmt: skip
_LONGEST: Final = 110  # letters of a cell
_MOST_PLACES: Final = 1_000  # circles of a map


@dataclass(frozen=True)
class ListHead:
    """Head of a column: its words, where sorting by it leads, and whether it is sorted by."""

    text: str
    about: str
    href: str = ""
    order: str = ""  # ascending, descending
    number: bool = False


@dataclass(frozen=True)
class ListCell:
    """A cell: its text, and where it leads."""

    text: str
    href: str = ""
    number: bool = False


@dataclass(frozen=True)
class Place:
    """A circle of the map: x, y, radius in units of the picture, what is there, where it leads."""

    x: float
    y: float
    radius: float
    text: str
    href: str


@dataclass(frozen=True)
class Bar:
    """A bar of the chart: its words, count, share of the longest (0 to 100), and where it leads."""

    text: str
    count: int
    share: float
    href: str


def shown(state: ListState) -> tuple[str, ...]:
    """Return the columns of the table, the name first."""
    known = columns_of(state.kind)
    usual = _EVERY if state.kind is None else _USUAL.get(state.kind, _OF_ANY)
    chosen = state.columns or tuple(column for column in usual if column in known)
    return tuple(dict.fromkeys(("label", *chosen)))


def choices(state: ListState) -> list[tuple[str, str, bool]]:
    """Return the columns that a reader may choose: name, words, whether it is shown."""
    here = shown(state)
    offered = [name for name in columns_of(state.kind) if name not in (*_HIDDEN, "label")]
    named = {f"{name}_label" for name in offered} & set(offered)
    plain = [name for name in offered if f"{name}_label" not in named]
    return [(name, _words(name), name in here) for name in plain]


def _words(name: str) -> str:
    return _HEADS.get(name) or name.replace("_", " ")


def heads(state: ListState) -> list[ListHead]:
    """Return the heads of the table; numbers are sorted from the largest first."""
    return [_head(state, name) for name in shown(state)]


def _head(state: ListState, name: str) -> ListHead:
    column = MEANINGS[name]
    number = column.kind in ("integer", "decimal")
    if name not in SORT_KEYS:
        return ListHead(_words(name), column.about, number=number)
    down = state.sort == f"-{name}"
    up = state.sort == name or (not state.sort and name == "label" and not state.filters.q)
    order = "descending" if down else "ascending" if up else ""
    following = name if down or (number is False and not up) else f"-{name}"
    return ListHead(_words(name), column.about, state.address(sort=following), order, number)


def cells(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], base: str
) -> list[list[ListCell]]:
    """Return the cells of the table."""
    return [[_cell(row, name, base) for name in columns] for row in rows]


def _cell(row: Mapping[str, Any], name: str, base: str) -> ListCell:
    value = row.get(name)
    thing = str(row["id"])
    if name == "label":
        href = f"/{'' if thing.startswith('scheme/') else 'id/'}{thing}"
        return ListCell(shortened(name_of(thing, str(value or thing)), _LONGEST), href)
    if value is None:
        return ListCell("")
    kind = MEANINGS[name].kind
    if kind in ("integer", "decimal"):
        return ListCell(_number(value), number=True)
    if kind == "date":
        return ListCell(day(str(row.get(f"{name}_as_stated") or value)))
    text = place_of(str(value)) if name == "city" else str(value)
    if kind == "iri" and text.startswith("http") and "; " not in text:
        return ListCell(_without_address(text), local_path(text, base) or text)
    return ListCell(shortened(text, _LONGEST))


def _number(value: float) -> str:
    if isinstance(value, int) or abs(value) >= 1000:
        return grouped(str(round(value)))
    return f"{value:.4g}"


def _without_address(text: str) -> str:
    """Shorten an identifier's address to what differs; other addresses to their host."""
    last = text.rstrip("/").rpartition("/")[2]
    return last if any(c.isdigit() for c in last) else text.split("/")[2].removeprefix("www.")


def places(
    directory: Directory, found: pl.DataFrame, state: ListState
) -> tuple[list[Place], Box | None, int]:
    """Return the circles of a map, the part of the world it shows, how many things have no place.

    The projection is equirectangular, true at the middle latitude; things within half a degree
    share a circle whose area grows with their number.
    """
    there = found.join(directory.points, on="id", how="inner", maintain_order="left")
    missing = found.height - there.height
    if there.is_empty():
        return [], None, missing
    cell = [(pl.col(c) * 2).round() / 2 for c in ("latitude", "longitude")]
    grouped_places = (
        there.group_by(cell[0].alias("cell_y"), cell[1].alias("cell_x"), maintain_order=True)
        .agg(
            pl.len().alias("n"), pl.col("latitude", "longitude").mean(), pl.col("id").first(),
            pl.col("label").head(2).alias("names"), pl.col("city").drop_nulls().first(),
        )
        .sort("n", descending=True)
        .head(_MOST_PLACES)
    )  # fmt: skip
    box = Box.fit(grouped_places["longitude"].to_list(), grouped_places["latitude"].to_list())
    where = [box.at(lon, lat) for lon, lat in grouped_places["longitude", "latitude"].iter_rows()]
    circles = [
        Place(
            x=round(x, 1),
            y=round(y, 1),
            radius=round(2.5 + 1.6 * math.sqrt(row["n"]), 1),
            text=_said(row),
            href=_leads(row, state),
        )
        for (x, y), row in zip(where, grouped_places.iter_rows(named=True), strict=True)
    ]
    return circles, box, missing


def _said(row: Mapping[str, Any]) -> str:
    names = [shortened(str(name), 40) for name in row["names"]]
    more = row["n"] - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more > 0 else "")
    return f"{place_of(row['city'])}: {listed}" if row["city"] else listed


def _leads(row: Mapping[str, Any], state: ListState) -> str:
    """Return the page of a thing that stands alone; of several the list of their city."""
    if row["n"] == 1 or not row["city"] or state.filters.q:
        return f"/id/{row['id']}"
    return state.and_also("q", str(row["city"])).address(view="table")


def bars(facets: Mapping[str, list[dict[str, Any]]], by: str, state: ListState) -> list[Bar]:
    """Return the bars of a chart: values of a facet with their counts; years in their order."""
    values = facets.get(by, [])
    if by == "topic":
        values = [f for f in values if not f["value"].startswith("pm-relevance/")]
    if by == "year":
        values = sorted(values, key=lambda f: str(f["value"]))
    most = max((f["count"] for f in values), default=1)
    address = replace(state, view="", by="").adding(by)
    return [
        Bar(
            str(f["label"]), f["count"], round(100 * f["count"] / most, 1),
            address(str(f["value"])),
        )
        for f in values
    ]  # fmt: skip
