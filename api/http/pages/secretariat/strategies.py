"""The page `/strategies`: strategies on a map, and those of some countries side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query
from starlette.responses import Response

from permed.api.http.pages.explore.tile_map import tile_map
from permed.api.http.protocol.templates import render
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.rest.questions import ask
from permed.api.text.wording import grouped, period
from permed.graph.errors import InputError, PermedError
from permed.queries.catalogue import Catalogue
from permed.queries.resolution import country_code
from permed.queries.sentences import known_of, sentence

__all__ = ["CountryStrategies", "side_by_side", "strategy_page_routes"]

_QUESTION: Final = "strategies"
_MOST: Final = 4  # countries beside each other
_SUM: Final = re.compile(r"\b\d{5,}\b")
_USUAL: Final = 3  # where none is chosen: those with most strategies
_Countries = Annotated[list[str], Query(max_length=_MOST + 1)]


@dataclass(frozen=True)
class CountryStrategies:
    """What is known of one country: its strategies in the order of their years."""

    country: str  # id, country/FI
    name: str
    rows: list[dict[str, Any]]

    @property
    def first(self) -> str:
        """The year in which the first dated one begins."""
        return min((row["from"][:4] for row in self.rows if row["from"]), default="")

    @property
    def with_money(self) -> int:
        """How many have a sum that a source states."""
        return sum(1 for row in self.rows if row["budgets"])


def strategy_page_routes(server: ReleaseServer, catalogue: Catalogue) -> APIRouter:
    """Return the route of the page; its rows are those of the question `strategies`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/strategies")
    async def page(country: _Countries = []) -> Response:  # noqa: B006 - FastAPI copies it
        async with server.served() as served:
            return await _page(served, catalogue, [one for one in country if one.strip()])

    return router


async def _page(served: ServedRelease, catalogue: Catalogue, asked: list[str]) -> Response:
    question = catalogue.get(_QUESTION)
    answer, _ = await ask(served, question, {}, "json")
    rows = answer.frame()
    counts = _counts(rows, served.base)
    values: dict[str, Any] = {
        "map": tile_map(served.directory, counts, question.chart.unit if question.chart else ""),
        "sentence": sentence(question, rows),
        "known": known_of(question, rows.is_empty()),
        "beside": [],
        "choices": sorted((served.directory.labels.get(me, me), me) for me in counts),
        "chosen": [""] * _MOST,  # of each list to choose from
        "most": _MOST,
        "trouble": "",
    }
    status = 200
    try:
        chosen = _chosen(asked, served) or _usual(counts)
        labels = served.directory.labels
        values["chosen"] = [*chosen, *[""] * (_MOST - len(chosen))]
        values["beside"] = side_by_side(rows, chosen, labels, served.base)
    except PermedError as problem:
        values["trouble"], status = str(problem), problem.status
    return render("strategies.html", served, values, status)


def _chosen(asked: list[str], served: ServedRelease) -> list[str]:
    if len(asked) > _MOST:
        raise InputError(f"{len(asked)} countries; choose at most {_MOST} to set side by side")
    codes = [country_code(one, served.directory.naming, served.base) for one in asked]
    return list(dict.fromkeys(f"country/{code}" for code in codes))


def _counts(rows: pl.DataFrame, base: str) -> dict[str, float]:
    """Return the number of strategies by country; those of several countries have none."""
    held = rows.drop_nulls("home").group_by("home").agg(pl.col("strategy").n_unique())
    return {home.removeprefix(f"{base}id/"): number for home, number in held.iter_rows()}


def _usual(counts: dict[str, float]) -> list[str]:
    return sorted(counts, key=lambda country: (-counts[country], country))[:_USUAL]


def side_by_side(
    rows: pl.DataFrame, countries: list[str], labels: dict[str, str], base: str
) -> list[CountryStrategies]:
    """Return the strategies of countries, in the order asked, each by year and title."""
    ordered = rows.sort("from", "strategyName", nulls_last=True)
    return [
        CountryStrategies(
            country,
            labels.get(country, country),
            [
                row
                | {
                    "id": row["strategy"].removeprefix(f"{base}id/"),
                    "years": period(row["from"], row["until"]),
                    "money": _SUM.sub(lambda n: grouped(n[0]), row["budgets"] or ""),
                }
                for row in ordered.filter(pl.col("home") == f"{base}id/{country}").to_dicts()
            ],
        )
        for country in countries
    ]
