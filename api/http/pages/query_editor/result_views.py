"""Views of the editor's result beside its table: chart, map and network, from its columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl
import pyoxigraph as ox
from markupsafe import escape

from permed.api.http.linked_data.resource import text_of
from permed.api.http.linked_data.routes import local_path
from permed.api.http.pages.answer_table import answer_table, is_number, is_year
from permed.api.http.pages.explore.answer_pictures import AnswerPicture
from permed.api.http.pages.explore.outlines import Box, land
from permed.api.http.pages.explore.tile_map import on_the_map, tile_map
from permed.api.http.pages.svg import Mark, map_picture
from permed.api.http.release.directory import Directory
from permed.api.http.release.served_release import ServedRelease
from permed.api.text.names import name_of
from permed.api.text.wording import grouped, titled
from permed.graph.store import Answer

__all__ = ["VIEWS", "ResultView", "View", "chart_of", "map_of", "network_of", "result_view"]

View = Literal["table", "chart", "map", "network"]
VIEWS: Final[tuple[View, ...]] = ("table", "chart", "map", "network")
_NODES: Final = 80  # of a picture: more names cannot be told apart
_DOTS: Final = 1_000
_NO_CHART: Final = (
    "A chart needs a column of names, each once, beside one of numbers that differ, "
    "in at most 500 rows."
)
_NO_MAP: Final = (
    "A map needs a column of things that have a place (organisations, projects, events), "
    "or of countries."
)
_NO_NETWORK: Final = (
    "A network needs two columns of things: each row is a tie between them, "
    "a column of numbers its weight."
)
_Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class ResultView:
    """A picture of a result: bars or an SVG, what it leaves out, or why there is none."""

    name: str
    picture: AnswerPicture | None = None
    label: str = ""  # head of the names of the bars
    svg: str = ""
    note: str = ""
    why: str = ""


def result_view(view: View, answer: Answer, served: ServedRelease) -> ResultView | None:
    """Return the picture of an answer of SELECT; None for the table."""
    if view == "chart":
        return chart_of(answer_table(answer, served))
    unbound = dict.fromkeys(answer.columns())  # so that columns keep the order of the query
    rows = [unbound | row for row in answer.rows()]
    if view == "map":
        return map_of(rows, served.directory)
    return network_of(rows, served.directory, served.base) if view == "network" else None


def chart_of(table: Mapping[str, Any]) -> ResultView:
    """Return bars of the first number against the first name, largest first."""
    picture = table["picture"]
    names = [str(head) for head, number in table["columns"] if not number]
    if picture is None:
        return ResultView("chart", why=_NO_CHART)
    return ResultView("chart", picture, names[0])


def map_of(rows: _Rows, directory: Directory) -> ResultView:
    """Return the things of the first column that has places, sized by the first number or rows."""
    points = {me: (lon, lat) for me, lat, lon in directory.points.iter_rows()}
    number = _number_column(rows)
    for column in _columns(rows):
        counts: Counter[str] = Counter()
        for row in rows:
            if me := _id(row.get(column), directory):
                counts[me] += _weight(row, number)  # type: ignore[assignment]  # of decimals too
        unit = number or "rows"
        if any(map(on_the_map, counts)):
            return _country_map(counts, directory, unit)
        if placed := {me: n for me, n in counts.items() if me in points}:
            return _dots(placed, points, directory, unit, len(counts))
    return ResultView("map", why=_NO_MAP)


def _country_map(counts: Mapping[str, float], directory: Directory, unit: str) -> ResultView:
    outside = [directory.label(me) for me in counts if not on_the_map(me)]
    note = f"Outside of this map: {', '.join(sorted(outside))}." if outside else ""
    svg = tile_map(directory, counts, unit)
    return ResultView("map", svg=svg, note=note)


def _dots(
    counts: Mapping[str, float], points: Mapping[str, tuple[float, float]], directory: Directory,
    unit: str, total: int,
) -> ResultView:  # fmt: skip
    drawn = sorted(counts, key=lambda me: (-counts[me], me))[:_DOTS]
    box = Box.fit([points[me][0] for me in drawn], [points[me][1] for me in drawn])
    most = max(counts[drawn[0]], 1)
    dots = [_dot(me, box.at(*points[me]), counts[me], most, directory, unit) for me in drawn]
    words = f"Map of {len(drawn)} things by {unit}"
    head = (
        f'<svg class="network world" viewBox="0 0 960 {box.height:.0f}" role="group" '
        f'aria-label="{escape(words)}">{land(box)}'
    )
    note = f"{grouped(str(len(drawn)))} of {grouped(str(total))} things are drawn"
    parts = [f"{grouped(str(total - len(counts)))} have no known place"] * (total > len(counts))
    parts += [f"of the others the {_DOTS} largest"] * (len(counts) > _DOTS)
    svg = head + "".join(dots) + "</svg>"
    return ResultView("map", svg=svg, note="; ".join([note, *parts]) + f". Size: {unit}.")


def _dot(
    me: str, place: tuple[float, float], number: float, most: float, directory: Directory, unit: str
) -> str:
    radius = 3 + 11 * math.sqrt(max(number, 0) / most)
    told = escape(titled(name_of(me, directory.label(me)), grouped(f"{number:.12g}"), unit))
    return (
        f'<a href="/id/{escape(me)}"><title>{told}</title>'
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{radius:.1f}"/></a>'
    )


def network_of(rows: _Rows, directory: Directory, base: str) -> ResultView:
    """Return the network of the first two columns of things; a tie weighs its number or rows."""
    pair = _columns(rows)[:2]
    if len(pair) < 2:
        return ResultView("network", why=_NO_NETWORK)
    number = _number_column(rows)
    ties: Counter[tuple[str, str]] = Counter()
    for row in rows:
        ends = [row.get(column) for column in pair]
        if all(isinstance(end, ox.NamedNode) for end in ends) and ends[0] != ends[1]:
            one, other = sorted(text_of(end) for end in ends)
            ties[one, other] += _weight(row, number)  # type: ignore[assignment]  # of decimals too
    if not ties:
        return ResultView("network", why=_NO_NETWORK)
    nodes, kept = _strongest(ties)
    degree = Counter(end for tie in kept for end in tie)
    marks = [_mark(iri, degree[iri], directory, base) for iri in sorted(nodes)]
    edges = pl.DataFrame(
        [(one, other, float(n)) for (one, other), n in kept.items()],
        schema={"source": pl.String, "target": pl.String, "shared": pl.Float64}, orient="row",
    )  # fmt: skip
    everyone = len({end for tie in ties for end in tie})
    note = f"{len(nodes)} things, {len(kept)} ties between {pair[0]} and {pair[1]}"
    if everyone > len(nodes):
        note += f": those with the most ties, of {everyone} things and {len(ties)} ties in all"
    picture = map_picture(marks, edges, note, "ties")
    weight = f"Thicker: more {number or 'rows'}."
    return ResultView("network", svg=picture, note=f"{note}. {weight}")


def _strongest(
    ties: Mapping[tuple[str, str], float],
) -> tuple[set[str], dict[tuple[str, str], float]]:
    """Keep the things with the most ties, and the ties among them that leave nobody alone."""
    degree = Counter(end for tie in ties for end in tie)
    order = sorted(degree, key=lambda iri: (-degree[iri], iri))
    chosen = set(order[:_NODES])
    kept = {tie: n for tie, n in ties.items() if chosen.issuperset(tie)}
    return {end for tie in kept for end in tie}, kept


def _mark(iri: str, size: int, directory: Directory, base: str) -> Mark:
    me = directory.id_of(iri) or ""
    label = directory.label_of_iri(iri)
    name = name_of(me, label) if label else iri.replace("#", "/").rstrip("/").rpartition("/")[2]
    web = iri if iri.startswith(("http://", "https://")) else ""  # a script's address leads nowhere
    return Mark(iri, name, "", local_path(iri, base) or web, size)


def _columns(rows: _Rows) -> list[str]:
    """Columns that hold things, in the order of the query."""
    names = dict.fromkeys(name for row in rows for name in row)
    return [c for c in names if any(isinstance(row.get(c), ox.NamedNode) for row in rows)]


def _number_column(rows: _Rows) -> str:
    """Return the first column of numbers that are no years; empty where there is none."""
    names = dict.fromkeys(name for row in rows for name in row)
    for name in names:
        held = [row[name] for row in rows if row.get(name) is not None]
        if all(map(is_number, held)) and not all(is_year(text_of(term)) for term in held):
            return name
    return ""


def _weight(row: Mapping[str, object], number: str) -> float:
    if not number:
        return 1
    stated = float(text_of(row[number])) if row.get(number) is not None else 0.0
    return stated if math.isfinite(stated) else 0.0


def _id(term: object, directory: Directory) -> str | None:
    return directory.id_of(term.value) if isinstance(term, ox.NamedNode) else None
