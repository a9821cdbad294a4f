"""The first page: key figures with their change, and what matters in a few sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import number, percent
from permed.api.report.selection_error import total_ranges
from permed.graph.counting import EU, counted, stated_total
from permed.graph.network import Network, RoleData
from permed.graph.network.measures.assortativity import ei_index
from permed.graph.network.measures.whole_network import density
from permed.graph.network.projection.selection import COLLABORATION, Selection, release_roles

__all__ = ["KeyFigure", "key_figures", "key_table"]

_NAMES = {
    "activities": ("Activities", number()),
    "organisations": ("Organisations", number()),
    "countries": ("Countries", number()),
    "ties": ("Ties between organisations", number()),
    "partners": ("Partners on average", number(1)),
    "abroad": ("Ties that cross a border", percent()),
    "eur": ("EU contribution, M€", number()),
    "density": ("Pairs that are tied", percent(1)),
}


@dataclass(frozen=True)
class KeyFigure:
    """value: over all years. change: a sentence on what it is measured against.

    error: how much of a total lies in projects that a reader would label alike.
    """

    label: str
    value: str
    change: str
    error: str = ""


def key_table(report: ReportData) -> pl.DataFrame:
    """Return figure, whole, low, high, before, after, against: the numbers of the first page.

    low and high: the part of a total that is in projects rightly labelled (`total_ranges`).

    before and after are those of the previous release of the same sources, or of the last two
    complete years where there is none; null where too little is recorded of one of the two.
    """
    whole = _figures(report.network, report.rows)
    against, before, after = _compared(report, whole)
    ranges = total_ranges(report.rows, report.classifications)
    rows = [
        (name, whole[name], *ranges.get(name, (None, None)), before[name], after[name], against)
        for name in _NAMES
    ]
    numbers = ("whole", "low", "high", "before", "after")
    schema = {"figure": pl.String()} | dict.fromkeys(numbers, pl.Float64())
    return pl.DataFrame(rows, schema=schema | {"against": pl.String()}, orient="row")


def key_figures(table: pl.DataFrame, whose: str = "") -> list[KeyFigure]:
    """Return the key figures as text; whose: of whom the report is, if not of all."""
    found = []
    for row in table.iter_rows(named=True):
        label, shown = _NAMES[row["figure"]]
        if whose and row["figure"] == "eur":  # else it is read as what they themselves receive
            label = "EU contribution to all partners, M€"
        found.append(KeyFigure(label, shown(row["whole"]), _change(row), _error(row, shown)))
    return found


def _error(row: dict[str, float | str | None], shown: Callable[[object], str]) -> str:
    if row["low"] is None or row["low"] == row["high"]:
        return ""
    span = f"{shown(row['low'])} to {shown(row['high'])}"
    return f"of which {span} in activities rightly labelled as personalised medicine (95 %)"


def _change(row: dict[str, float | str | None]) -> str:
    before, after, against = row["before"], row["after"], row["against"]
    if not isinstance(before, float) or not isinstance(after, float):
        return ""
    _, shown = _NAMES[str(row["figure"])]
    if row["figure"] in ("abroad", "density"):
        gap = 100 * (after - before)
        step = f"{gap:+.1f} points".replace("-", "−") if abs(gap) >= 0.05 else "unchanged"
    else:
        gap = after - before
        text = shown(gap)
        same = text.strip("−0.") == ""
        step = "unchanged" if same else f"{'+' if gap > 0 else ''}{text}"
    year, _, base = str(against).partition("|")
    return f"{year} {shown(after)}, {step} {base}".strip() if year else f"{step} {base}"


def _compared(
    report: ReportData, whole: dict[str, float | None]
) -> tuple[str, dict[str, float | None], dict[str, float | None]]:
    earlier = report.earlier
    if earlier is not None:
        data = release_roles(earlier)
        before = _of(data, report.asked.among(COLLABORATION, data))
        return f"|since release {earlier.id}", before, whole
    now = report.complete_year
    against = f"{now}:|on {now - 1}"
    if {now, now - 1} & set(report.weak_years):  # no change is told across a hole
        nothing: dict[str, float | None] = dict.fromkeys(_NAMES)
        return against, nothing, nothing
    years = (_year(report.selection, year) for year in (now - 1, now))
    before, after = (_of(report.role_data, selection) for selection in years)
    return against, before, after


def _year(selection: Selection, year: int) -> Selection:
    return selection.during(date(year, 1, 1), date(year, 12, 31))


def _of(data: RoleData, selection: Selection) -> dict[str, float | None]:
    return _figures(selection.network(data), counted(selection.scope.apply(data)[0]))


def _figures(network: Network, rows: pl.DataFrame) -> dict[str, float | None]:
    abroad = ei_index(network, "country")
    found: dict[str, float | None] = {
        "activities": float(rows["activity"].n_unique()),
        "organisations": float(network.size),
        "countries": float(rows.filter(pl.col("agent_country") != EU)["agent_country"].n_unique()),
        "ties": float(network.proper.height),
        "partners": float(network.degree.mean()) if network.size else float("nan"),
        "abroad": (abroad + 1) / 2,
        "eur": rows.select(stated_total("amount") / 1e6).item(),
        "density": density(network),
    }
    return {name: value if value == value else None for name, value in found.items()}
