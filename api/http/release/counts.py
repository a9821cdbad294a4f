"""What lists count: projects, partners, money of each thing, and how many have each value.

One rule: that of `graph/counting`. A part counts as the organisation that it is a part of, so that
parts have no counts of their own; what is counted for the whole includes them.

A facet is kept as pairs of numbers, so that counting it is one pass over integers. A part of the
things is a mask: an array of truth values, one a row of `Directory.things`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from permed.api.text.collation import collation_key

__all__ = [
    "COUNTS", "FACETS", "FacetColumn", "Mask", "amounts_of", "counts_of", "facet_pairs",
    "mask_of_rows", "money_of", "points_of", "ranked",
]  # fmt: skip

COUNTS: Final = ("projects", "pm_projects", "coordinated", "pm_coordinated", "partners",
                 "countries", "organisations", "activities", "things")  # fmt: skip
_CORE: Final = "scheme/pm-relevance/core"
_COORDINATOR: Final = "scheme/role/coordinator"


def counts_of(
    things: pl.DataFrame, roles: pl.DataFrame, partners: pl.DataFrame,
    partner_countries: pl.DataFrame, topics: pl.DataFrame, units: Mapping[str, str],
    led_from: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """Return the counts by id, a column each of `COUNTS`; null where a thing has nothing of it.

    projects, coordinated: projects with the thing as partner, as coordinator (led_from: countries);
    pm_ those of which personalised medicine is the core. partners: of an activity its partners, of
    an organisation those that it shares a project with. countries, organisations: those that take
    part in an activity, those in a country. activities: those with a role of the thing. things:
    under a topic.
    """
    kinds = things.select("id", "kind", "relevance", "country")
    projects = kinds.filter(pl.col("kind") == "projects").select("relevance", activity="id")
    core = projects.filter(pl.col("relevance") == _CORE)
    both = pl.concat([partners, partner_countries]).unique()
    led = _whole(roles.filter(pl.col("role") == _COORDINATOR), units).select("agent", "activity")
    led = pl.concat([led, led_from])
    together = partners.join(projects, on="activity", how="semi")
    frames = {
        "projects": both.join(projects, on="activity", how="semi"),
        "pm_projects": both.join(core, on="activity", how="semi"),
        "coordinated": led.join(projects, on="activity", how="semi"),
        "pm_coordinated": led.join(core, on="activity", how="semi"),
    }
    counted = {name: _distinct(frame, "agent", "activity") for name, frame in frames.items()}
    counted["partners"] = pl.concat([_distinct(partners, "activity", "agent"), _others(together)])
    counted["countries"] = _distinct(partner_countries, "activity", "agent")
    own = kinds.filter(pl.col("kind") == "organisations").drop_nulls("country")
    counted["organisations"] = _distinct(own, "country", "id")
    counted["activities"] = _distinct(roles, "agent", "activity")
    counted["things"] = _distinct(topics, "value", "id")
    found = things.select("id")
    for name in COUNTS:
        frame = counted[name].rename({"n": name})
        found = found.join(frame, on="id", how="left", maintain_order="left")
    part = pl.col("id").is_in([part for part, unit in units.items() if part != unit])
    alone = ("projects", "pm_projects", "coordinated", "pm_coordinated", "partners")
    counts = found.with_columns(kinds["kind"]).with_columns(
        pl.when((pl.col("kind") == "organisations") & ~part)
        .then(pl.col(name).fill_null(0))
        .otherwise(name)
        .alias(name)
        for name in alone
    )
    return counts.drop("kind")


def money_of(roles: pl.DataFrame, things: pl.DataFrame, units: Mapping[str, str]) -> pl.DataFrame:
    """Return EUR by id: what the EU contributes to each organisation, its parts included.

    Of projects only; a role that several sources state is one role.
    """
    projects = things.filter(pl.col("kind") == "projects").select(activity="id")
    paid = roles.join(projects, on="activity", how="semi").drop_nulls("eur")
    return (
        _whole(paid, units)
        .group_by("agent")
        .agg(pl.col("eur").sum().round(2))
        .rename({"agent": "id"})
    )


def _whole(roles: pl.DataFrame, units: Mapping[str, str]) -> pl.DataFrame:
    """Put the counting unit in the place of each agent."""
    return roles.with_columns(pl.col("agent").replace(dict(units)))


def _distinct(frame: pl.DataFrame, by: str, what: str) -> pl.DataFrame:
    counted = frame.group_by(by).agg(n=pl.col(what).n_unique().cast(pl.Int64))
    return counted.rename({by: "id"})


def _others(together: pl.DataFrame) -> pl.DataFrame:
    """Count those that an organisation shares a project with, without itself."""
    pairs = together.join(together.rename({"agent": "other"}), on="activity")
    return _distinct(pairs.filter(pl.col("agent") != pl.col("other")), "agent", "other")


FACETS: Final = ("kind", "country", "type", "role", "topic", "relevance", "year", "has_identifier")

Mask = NDArray[np.bool_]
_Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FacetColumn:
    """Values of the things: `codes[i]` is a value of the thing in row `rows[i]`, each pair once."""

    values: list[str]  # in their order
    rows: _Numbers
    codes: _Numbers
    things: int  # how many there are

    @classmethod
    def of(cls, pairs: pl.DataFrame, row_of: pl.DataFrame) -> FacetColumn:
        """Read pairs of `id` and `value`; `row_of` has `id` and `row`, others are left out."""
        known = pairs.drop_nulls("value").unique().join(row_of, on="id")
        values = known["value"].unique().sort()
        codes = known.select(pl.col("value").cast(pl.Enum(values)).to_physical()).to_series()
        rows = known["row"].cast(pl.Int64).to_numpy()
        return cls(values.to_list(), rows, codes.cast(pl.Int64).to_numpy(), row_of.height)

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self.values)}

    def having(self, wanted: Sequence[str]) -> Mask:
        """Return which things have any of some values."""
        chosen = np.zeros(len(self.values), dtype=np.bool_)
        chosen[[self._code_of[value] for value in wanted if value in self._code_of]] = True
        found = np.zeros(self.things, dtype=np.bool_)
        found[self.rows[chosen[self.codes]]] = True
        return found

    def counts(self, among: Mask) -> list[tuple[str, int]]:
        """Return how many things among some have each value, the most frequent first."""
        counts = np.bincount(self.codes[among[self.rows]], minlength=len(self.values))
        order = np.argsort(-counts, kind="stable")
        return [(self.values[code], int(counts[code])) for code in order if counts[code]]


def facet_pairs(
    name: str, things: pl.DataFrame, roles: pl.DataFrame, topics: pl.DataFrame,
    identifiers: pl.DataFrame, partner_countries: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """Return the pairs of id and value of a facet.

    country: of a thing its own, and of an activity those that take part in it.
    """
    if name == "country":
        joined = partner_countries.select(id="activity", value="agent")
        return pl.concat([things.select("id", value="country"), joined])
    if name == "role":
        return roles.select(id="agent", value="role")
    if name == "topic":
        return topics.select("id", "value")
    if name == "has_identifier":
        return identifiers.select(id="entity", value="scheme")
    return _years(things) if name == "year" else things.select("id", value=name)


def _years(things: pl.DataFrame) -> pl.DataFrame:
    """The years of each thing: from its start to its end, and that of its publication."""
    first, last = (
        c.str.slice(0, 4).cast(pl.Int32, strict=False)
        for c in (pl.col("start"), pl.col("end").fill_null(pl.col("start")))
    )
    spans = things.select("id", first=first, last=last).filter(pl.col("last") >= pl.col("first"))
    active = spans.select("id", value=pl.int_ranges("first", pl.col("last") + 1)).explode("value")
    years = active.with_columns(pl.col("value").cast(pl.String))
    appeared = things.select("id", value=pl.col("published").str.slice(0, 4))
    return pl.concat([years, appeared])


def points_of(things: pl.DataFrame, roles: pl.DataFrame, sites: pl.DataFrame) -> pl.DataFrame:
    """Return latitude and longitude by id of organisations, projects and events."""
    led = roles.filter(pl.col("role") == _COORDINATOR).select("agent", id="activity")
    first = led.sort("id", "agent").unique("id", keep="first", maintain_order=True)
    projects = first.join(sites, left_on="agent", right_on="id").drop("agent")
    place = things.select(
        "id", "kind", "country", city=pl.col("city").str.to_lowercase()
    ).drop_nulls(["country", "city"])
    cities = place.filter(pl.col("kind") == "organisations").join(sites, on="id")
    middle = cities.group_by("country", "city").agg(pl.col("latitude", "longitude").median())
    events = place.filter(pl.col("kind") == "events").join(middle, on=["country", "city"])
    parts = (sites, projects, events.select("id", "latitude", "longitude"))
    return pl.concat(parts).unique("id", keep="first", maintain_order=True)


def amounts_of(things: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """Return counts and EUR, a row a thing."""
    project = things["kind"] == "projects"
    stated = [
        pl.when(project).then(pl.col(name).cast(pl.Float64, strict=False)).alias(f"{name}_eur")
        for name in ("eu_contribution", "total_cost")
    ]
    counted = counts.rename({"eur": "ec_contribution_eur"})
    return pl.concat([counted.drop("id"), things.select(stated)], how="horizontal")


def mask_of_rows(size: int, rows: pl.Series) -> Mask:
    """Return the mask of some row numbers."""
    found = np.zeros(size, dtype=np.bool_)
    found[rows.to_numpy()] = True
    return found


def ranked(texts: pl.Series) -> pl.Series:
    """Number texts in the order of people; the same text has the same number."""
    order = sorted(texts.drop_nulls().unique(), key=collation_key)
    places = {text: place for place, text in enumerate(order)}
    return texts.replace_strict(places, default=None, return_dtype=pl.Int64)
