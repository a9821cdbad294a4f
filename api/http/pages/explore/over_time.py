"""What a thing does over the years: activities that begin, and what the EU contributes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.api.http.pages.explore.queries_behind import QueryBehind, years_query
from permed.api.http.release.directory import Directory
from permed.api.text.wording import grouped
from permed.graph.counting import stated_total

__all__ = ["OverTime", "YearBar", "over_time"]

_LEAST: Final = 2  # years, else there is no time to see
_MOST: Final = 25
_CORE: Final = ("organisations", "countries", "topics", "programmes")


@dataclass(frozen=True)
class YearBar:
    """A year: activities that begin in it, EUR to them (empty: none known), shares in percent."""

    year: str
    count: int
    share: float
    eur: str
    eur_share: float


@dataclass(frozen=True)
class OverTime:
    """Years in their order; `undated` activities begin on no known day; what the money is."""

    bars: list[YearBar]
    undated: int
    money: str
    query: QueryBehind


def over_time(directory: Directory, me: str) -> OverTime | None:
    """Return the years of an organisation, country, topic or programme by the rule of counting.

    EUR: to an organisation what it gets (its parts included), else what the projects get.
    None where fewer than two years are known.
    """
    row = directory.row_of.get(me)
    kind = "" if row is None else str(directory.things["kind"][row])
    if kind not in _CORE:
        return None
    activities = _activities(directory, me, kind)
    columns = ("id", "start", "eu_contribution")
    known = directory.index("things", "id").any_of(activities, columns)
    dated = activities.to_frame("id").join(known, on="id", how="left")
    if kind == "organisations":
        dated = dated.drop("eu_contribution").join(_paid(directory, me), on="id", how="left")
    years = (
        dated.with_columns(
            year=pl.col("start").str.slice(0, 4),
            eur=pl.col("eu_contribution").cast(pl.Float64, strict=False),
        )
        .drop_nulls("year")
        .group_by("year")
        .agg(pl.len(), stated_total("eur"))
        .sort("year")
        .tail(_MOST)
    )
    if years.height < _LEAST:
        return None
    most, richest = int(years["len"].max() or 1), float(years["eur"].max() or 0)  # type: ignore[arg-type]
    bars = [
        YearBar(
            year, n, round(100 * n / most, 1), grouped(f"{eur:.0f}") if eur else "",
            round(100 * (eur or 0) / richest, 1) if richest else 0.0,
        )
        for year, n, eur in years.iter_rows()
    ]  # fmt: skip
    money = "" if not richest else "to it" if kind == "organisations" else "to all partners"
    query = years_query(directory, me, kind)
    return OverTime(bars, dated["start"].null_count(), money, query)


def _activities(directory: Directory, me: str, kind: str) -> pl.Series:
    if kind == "organisations":
        unit = directory.units.get(me, me)
        return directory.rows("partners", "agent", unit)["activity"].unique()
    if kind == "countries":
        return directory.rows("partner_countries", "agent", me)["activity"].unique()
    told = directory.things.select("id", "kind", "programme")  # a filter copies every column
    projects = told.filter(pl.col("kind") == "projects")
    if kind == "programmes":
        return projects.filter(pl.col("programme") == me)["id"]
    held = directory.rows("topics", "value", me)
    return projects.join(held, on="id", how="semi")["id"]


def _paid(directory: Directory, me: str) -> pl.DataFrame:
    unit = directory.units.get(me, me)
    agents = [unit, *directory.parts_of.get(unit, ())]
    paid = directory.index("roles", "agent").any_of(agents)
    return paid.drop_nulls("eur").group_by(id="activity").agg(eu_contribution=pl.col("eur").sum())
