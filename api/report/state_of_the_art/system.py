"""What surrounds the Family in a year: infrastructures, services, and the network of partners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import DocumentSection
from permed.api.report.state_of_the_art.years import last_day

__all__ = ["network_figures", "system_sections"]

_MEASURES = {
    "nodes": "organisations in running projects and actions",
    "links": "ties between them",
    "giant_component": "organisations in the largest connected part",
    "density": "share of pairs that are tied, per cent",
    "transitivity": "share of pairs with a partner in common that are tied too, per cent",
    "newcomers": "organisations that were not there the year before",
    "leavers": "organisations of the year before that are gone",
    "kept_links": "share of last year's ties that are still there, per cent",
}
_SHARES = ("density", "transitivity", "kept_links")


def system_sections(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    """Yield the sections in the order of the report."""
    yield _infrastructures(evidence, year)
    yield _services(evidence)
    yield _network(evidence, year)


def _infrastructures(evidence: AskedRelease, year: int) -> DocumentSection:
    told = evidence.rows("infrastructure-timeline")
    known = pl.col("roadmapYear", "ericYear")
    years = known.cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False)
    became = pl.col("ericYear").cast(pl.String).str.slice(0, 4).cast(pl.Int64, strict=False)
    form = pl.col("legalForm")
    rows = told.with_columns(
        pl.when(years <= year).then(known),
        pl.when(~(became > year).fill_null(value=False)).then(form),
    ).filter(pl.any_horizontal(known.is_not_null()))
    return DocumentSection(
        "infrastructures",
        f"Research infrastructures to {year}",
        f"Which research infrastructures were on the roadmap or an ERIC by {year}?",
        f"{{n:infrastructure}} infrastructure(/s) (was/were) on the roadmap or an ERIC by {year}, "
        "{n:infrastructure where ericYear} of them (is/are) known to have been an ERIC by then.",
        rows,
        {"infrastructureName": "Infrastructure", "roadmapYear": "On the roadmap",
         "ericYear": "ERIC since", "legalForm": "Legal form", "city": "Seat",
         "country": "Country", "source": "Source"},
        caveat="Infrastructures of which no source at hand gives either year are not listed. Names "
        "and seats are those of today, and legal forms of which no year is known.",
        links={"infrastructureName": "infrastructure"},
        most=40,
        made_of=("permed query infrastructure-timeline",),
    )  # fmt: skip


def _services(evidence: AskedRelease) -> DocumentSection:
    rows = evidence.rows("infrastructure-services")
    return DocumentSection(
        "services",
        "Services for personalised medicine",
        "Which infrastructures offer services for which step?",
        "{n:infrastructure} infrastructure(/s) offer(s/) {n:service} service(/s), "
        "{n:service where stepName} of them for {n:stepName} step(/s).",
        rows,
        {"stepName": "Step", "infrastructureName": "Infrastructure", "service": "Service",
         "source": "Source"},
        caveat="Sources do not say since when a service is offered: these are the ones of today.",
        links={"infrastructureName": "infrastructure"},
        most=60,
        made_of=("permed query infrastructure-services",),
    )  # fmt: skip


def network_figures(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return figure, before, now, change: the network of a year and of the one before.

    It is made of the dated roles in projects judged core or related, CSAs, networks and
    partnerships that touch the year, by the one rule of counting.
    """
    # networks are imported when one is asked for: they bring scipy, which a sheet does without
    from permed.graph.network.comparison.over_time import over_time, windows
    from permed.graph.network.projection.filters import Scope
    from permed.graph.network.projection.selection import (
        COLLABORATION,
        Selection,
    )

    schema = {"figure": pl.String, "before": pl.Float64, "now": pl.Float64, "change": pl.Float64}
    if evidence.roles is None:
        return pl.DataFrame(schema=schema)
    data = evidence.roles()
    first = data.roles["start"].drop_nulls().min()
    if not isinstance(first, date) or first > last_day(year):
        return pl.DataFrame(schema=schema)  # actions may have begun before the first dated role
    present = set(data.roles["relevance"].drop_nulls().unique())
    labels = tuple(label for label in ("core", "related") if label in present)
    scope = Scope(relevance=labels, start=date(year - 1, 1, 1), end=date(year, 12, 31))
    scope = Selection(scope).among(COLLABORATION, data).scope
    found = over_time(windows(data, scope=scope, years=1, rollup=True)).sort("start")
    last = {row["start"].year: row for row in found.to_dicts()}
    rows = []
    for name, words in _MEASURES.items():
        before, now = (_value(last.get(y, {}), name) for y in (year - 1, year))
        change = now - before if now is not None and before is not None else None
        rows.append((words, before, now, change))
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("now").is_not_null())


def _value(row: dict[str, float | None], name: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    return round(100 * value, 2) if name in _SHARES else float(value)


def _network(evidence: AskedRelease, year: int) -> DocumentSection:
    rows = network_figures(evidence, year)
    return DocumentSection(
        "network",
        "The network of partners",
        f"How large and how dense was the network in {year}, and how did it change?",
        f"{{first:now}} organisation(/s) took part in projects and actions running in {year}.",
        rows,
        {"figure": "Figure", "before": str(year - 1), "now": str(year), "change": "Change"},
        nothing=f"No dated role touches {year}.",
        caveat="A tie is an activity in which both are partners: an opportunity to work together. "
        "Roles without dates are in no year. Projects that are not in the sources are missing. "
        f"{evidence.untold_trend()} {evidence.scope}".strip(),
        made_of=(f"permed network summary --relevance core --from {year} --to {year} --rollup",),
    )  # fmt: skip
