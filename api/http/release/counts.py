"""What lists count of each thing: projects, partners, money. One rule: that of `graph/counting`.

A part counts as the organisation that it is a part of, so that parts have no counts of their own;
what is counted for the whole includes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

__all__ = ["COUNTS", "counts_of", "money_of"]

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
