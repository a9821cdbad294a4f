"""Stakeholders: who of a list of names takes part in what, and the nearest way in for the rest.

A name is known where one organisation is called so, in any language, by its acronym or by an
identifier. A name that several organisations have, or that only comes near one, is told with what
it may mean and not counted as known: whether a stakeholder takes part must not rest on a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.queries.naming import Naming
from permed.queries.stakeholder_lists import GivenName

__all__ = ["ANSWER_COLUMNS", "STATES", "Participation", "StakeholderCheck"]

STATES: Final = ("connected", "known, not connected", "to be checked", "not known")
# column of the answer: what it holds
ANSWER_COLUMNS: Final[Mapping[str, str]] = {
    "name": "Name as it was given",
    "state": f"What is known of it: {'; '.join(STATES)}",
    "id": "Organisation that was taken for it",
    "known_as": "Name of that organisation here",
    "country": "Country, ISO 3166-1 alpha-2",
    "actions": "Supporting actions, networks, partnerships, consortia, initiatives that it is in",
    "bodies": "Bodies that it has a role in",
    "calls": "Joint calls that it has a role in",
    "projects": "Number of its research projects in this release",
    "way_in": "For one that is in no action, body or call: the nearest who is",
    "may_be": "What a name that is to be checked may mean",
}
_ORGANISATION: Final = ("organisation/",)
_GROUPS: Final = {
    "csa": "actions", "funding-network": "actions", "partnership": "actions",
    "consortium": "actions", "alliance": "actions", "initiative": "actions",
    "body": "bodies", "call": "calls", "project": "projects",
}  # fmt: skip
_ONLY_CORE: Final = ("csa", "funding-network", "partnership")  # registers hold many of other fields
_SUGGESTED: Final = 3
_NO_WAY: Final = "none known"


@dataclass(frozen=True)
class Participation:
    """Who takes part in what. Ids are paths such as `organisation/dlr`.

    roles: agent, activity, role (codes of the scheme role). activities: id, label, kind (codes of
    the scheme activity-type), relevance (core, related, none or null). countries: ISO code by
    organisation. units: the organisation as which another one counts.
    """

    roles: pl.DataFrame
    activities: pl.DataFrame
    countries: Mapping[str, str]
    units: Mapping[str, str]


class StakeholderCheck:
    """Checks lists of names against the organisations of one release."""

    def __init__(self, naming: Naming, taken: Participation) -> None:
        self._naming = naming
        self._countries = taken.countries
        self._units = taken.units
        group = pl.col("kind").replace_strict(_GROUPS, default=None, return_dtype=pl.String)
        counts = ~pl.col("kind").is_in(_ONLY_CORE) | (pl.col("relevance") == "core").fill_null(
            value=False
        )
        near = taken.activities.with_columns(group=pl.when(counts).then(group))
        self._held = (
            taken.roles.filter(pl.col("agent").str.starts_with(_ORGANISATION[0]))
            .join(near.drop_nulls("group"), left_on="activity", right_on="id")
            .with_columns(unit=pl.col("agent").replace(dict(taken.units)))
            .select("unit", "activity", "label", "group", "role")
            .unique()
        )

    def check(self, given: Iterable[GivenName], country: str | None = None) -> pl.DataFrame:
        """Return a row a name, in the order given: the columns of `ANSWER_COLUMNS`.

        country: ISO code, of the names that the list gives none. Namesakes elsewhere are left out.
        """
        taken = [self._taken(one.name.strip(), one.country or country) for one in given]
        rows = pl.DataFrame(
            taken,
            schema={"name": pl.String, "id": pl.String, "may_be": pl.String},
            orient="row",
        ).with_columns(unit=pl.col("id").replace(dict(self._units)))
        parts = self._parts(rows)
        found = rows.join(parts, on="unit", how="left", maintain_order="left")
        connected = pl.any_horizontal(pl.col("actions", "bodies", "calls").is_not_null())
        known = pl.col("id").is_not_null()
        found = found.with_columns(
            state=pl.when(known & connected).then(pl.lit(STATES[0]))
            .when(known).then(pl.lit(STATES[1]))
            .when(pl.col("may_be").is_not_null()).then(pl.lit(STATES[2]))
            .otherwise(pl.lit(STATES[3])),
            known_as=self._looked_up("id", {i: self._naming.label(i) for i in rows["id"] if i}),
            country=self._looked_up("id", self._countries),
            projects=pl.when(known).then(pl.col("projects").fill_null(0)),
        )  # fmt: skip
        ways = self._ways(found.filter(pl.col("state") == STATES[1])["unit"])
        return found.with_columns(
            way_in=pl.when(pl.col("state") == STATES[1]).then(
                pl.col("unit").replace_strict(ways, default=_NO_WAY, return_dtype=pl.String)
            )
        ).select(*ANSWER_COLUMNS)

    def _taken(self, name: str, country: str | None) -> tuple[str, str | None, str | None]:
        """Return a name, the one organisation that it means, and else what it may mean."""
        mine = self._naming.existing(name.rpartition("/id/")[2])  # by its address or id here
        if mine is not None and mine.startswith(_ORGANISATION):
            return name, mine, None
        called = sorted(self._naming.exactly(name, _ORGANISATION))
        exact = self._of(called, country)
        whole = {self._units.get(thing, thing) for thing in exact}
        if len(whole) == 1:
            return name, (exact if len(exact) == 1 else sorted(whole))[0], None
        near = exact or self._of(self._naming.near(name, _ORGANISATION), country)
        elsewhere = [thing for thing in called if thing not in near]
        told = [self._told(thing) for thing in near[:_SUGGESTED]]
        told += [f"{self._told(thing)} in {self._countries[thing]}" for thing in elsewhere]
        rest = f" and {len(near) - _SUGGESTED} more" if len(near) > _SUGGESTED else ""
        return name, None, "; ".join(told) + rest if told else None

    def _told(self, thing: str) -> str:
        return f"{self._naming.label(thing)} ({thing})"

    def _of(self, things: Iterable[str], country: str | None) -> list[str]:
        """Leave out what is known to be in another country."""
        return [t for t in things if not country or self._countries.get(t, country) == country]

    def _parts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return unit, actions, bodies, calls (names by `; `) and the number of projects."""
        mine = self._held.filter(pl.col("unit").is_in(rows["unit"].drop_nulls().implode()))
        lists = [
            pl.col("label").filter(pl.col("group") == group).unique().sort().str.join("; ")
            .replace("", None).alias(group)
            for group in ("actions", "bodies", "calls")
        ]  # fmt: skip
        projects = pl.col("activity").filter(pl.col("group") == "projects").n_unique()
        return mine.group_by("unit").agg(*lists, projects=projects.cast(pl.Int64))

    def _ways(self, units: pl.Series) -> dict[str, str]:
        """Return the way in by unit: who shares most projects with it, else a funder at home."""
        ways: dict[str, str] = {}
        funders = self._funders()
        for unit in units:
            if funder := funders.get(self._countries.get(unit, "")):
                ways[unit] = f"{self._naming.label(funder)}, a funder of joint calls in its country"
        inside = self._held.filter(pl.col("group") != "projects")["unit"].unique()
        projects = self._held.filter(pl.col("group") == "projects").select("unit", "activity")
        mine = projects.filter(pl.col("unit").is_in(units.implode())).unique()
        others = projects.filter(pl.col("unit").is_in(inside.implode())).unique()
        shared = (
            mine.join(others, on="activity", suffix="_inside")
            .group_by("unit", "unit_inside")
            .len()
            .sort("len", "unit_inside", descending=[True, False])
            .unique("unit", keep="first", maintain_order=True)
        )
        for unit, through, count in shared.iter_rows():
            number = "one project" if count == 1 else f"{count} projects"
            ways[unit] = f"{self._naming.label(through)}, which shares {number} with it"
        return ways

    def _funders(self) -> dict[str, str]:
        """Return the funder of each country that is in most joint calls."""
        paying = (
            self._held.filter((pl.col("group") == "calls") & (pl.col("role") == "funder"))
            .group_by("unit")
            .agg(pl.col("activity").n_unique())
            .sort("activity", "unit", descending=[False, True])
        )
        return {self._countries[u]: u for u in paying["unit"] if u in self._countries}

    @staticmethod
    def _looked_up(column: str, values: Mapping[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(dict(values), default=None, return_dtype=pl.String)
