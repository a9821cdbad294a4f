"""Roles as one flat frame: who takes part in what, as what and when, ready to be projected.

The frame comes from the record tables (`roles_from_tables.py`) or from any SPARQL store through
one scan of the needed triples (`roles_from_sparql.py`); both give the same rows. It follows the
counting rule (`graph/counting`): an agent is a counting unit, a role is one row, its money counts
once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from permed.graph.chains import anchor
from permed.graph.counting import counting_country, counting_units, one_row_a_role
from permed.graph.errors import InputError

__all__ = [
    "AGENT_SCHEMA",
    "NAME_SCHEMA",
    "ROLE_SCHEMA",
    "TOPIC_SCHEMA",
    "RoleData",
    "RoleParts",
    "assemble",
]

ROLE_SCHEMA = pl.Schema(
    {
        "agent": pl.String(),
        "agent_label": pl.String(),
        "agent_kind": pl.String(),
        "agent_type": pl.String(),
        "agent_country": pl.String(),
        "agent_region": pl.String(),
        "agent_parent": pl.String(),
        "activity": pl.String(),
        "activity_label": pl.String(),
        "activity_kind": pl.String(),
        "role": pl.String(),
        "programme": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "amount": pl.Float64(),
        "relevance": pl.String(),
    }
)
TOPIC_SCHEMA = pl.Schema(
    {
        "activity": pl.String(),
        "topic": pl.String(),
        "topic_label": pl.String(),
    }
)
AGENT_SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "label": pl.String(),
        "type": pl.String(),
        "country": pl.String(),
        "region": pl.String(),
    }
)
NAME_SCHEMA = pl.Schema({"name": pl.String(), "id": pl.String()})
_RELEVANCE = ("core", "related", "none")


@dataclass(frozen=True)
class RoleData:
    """Roles (`ROLE_SCHEMA`), topics of activities (`TOPIC_SCHEMA`) and names of all agents.

    Countries are ISO 3166-1 alpha-2 codes, regions NUTS codes, amounts euro; institutions of the
    European Union have the country `EU`. `agent_parent` is the topmost parent organisation, null
    for one without. A role without dates of its own carries the
    period in which it was attested, else the dates of its activity. `names` (`NAME_SCHEMA`): by
    what else an agent is called, as `node_names` writes it.
    """

    roles: pl.DataFrame
    topics: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOPIC_SCHEMA))
    agents: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=AGENT_SCHEMA))
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NAME_SCHEMA))

    def __repr__(self) -> str:
        agents, activities = (self.roles[name].n_unique() for name in ("agent", "activity"))
        told = f"{self.roles.height:,} roles of {agents:,} agents in {activities:,} activities"
        return f"<RoleData: {told}>"

    def __post_init__(self) -> None:
        for name, frame, schema in (
            ("roles", self.roles, ROLE_SCHEMA),
            ("topics", self.topics, TOPIC_SCHEMA),
        ):
            missing = [column for column in schema if column not in frame.columns]
            if missing:
                raise InputError(f"{name}: column {missing[0]!r} is missing; add it (may be empty)")


@dataclass(frozen=True)
class RoleParts:
    """What both readers deliver before `assemble` joins it into one frame."""

    roles: pl.DataFrame  # agent activity role part start end attested_from attested_until amount at
    agents: pl.DataFrame  # AGENT_SCHEMA
    activities: pl.DataFrame  # id label kind programme start end
    relevance: pl.DataFrame  # activity relevance (several allowed)
    relations: pl.DataFrame  # subject predicate object, by codes of the scheme relation
    topics: pl.DataFrame  # TOPIC_SCHEMA
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NAME_SCHEMA))


def assemble(parts: RoleParts) -> RoleData:
    """Join the parts into role rows, sorted, so that every reader gives the same frame."""
    agents = parts.agents.unique("id", keep="first", maintain_order=True).with_columns(
        country=counting_country(pl.col("country"), pl.col("type"))
    )
    seats = agents.select(at="id", at_country="country", at_region="region")
    activities = parts.activities.join(_strongest(parts.relevance), "id", "left")
    roles = (
        one_row_a_role(parts.roles, counting_units(parts.relations))
        .join(agents, left_on="agent", right_on="id", how="left")
        .join(seats, on="at", how="left")
        .join(activities, left_on="activity", right_on="id", how="left", suffix="_activity")
        .join(_topmost(parts.relations), on="agent", how="left")
        .with_columns(*_dates())
    )
    flat = roles.select(
        "agent",
        agent_label=pl.coalesce("label", "agent"),
        agent_kind=pl.col("agent").str.extract(r"^([a-z-]+)/"),
        agent_type="type",
        agent_country=pl.coalesce("country", "at_country"),
        agent_region=pl.coalesce("region", "at_region"),
        agent_parent="agent_parent",
        activity="activity",
        activity_label=pl.coalesce("label_activity", "activity"),
        activity_kind="kind",
        role="role",
        programme="programme",
        start="start",
        end="end",
        amount="amount",
        relevance="relevance",
    ).cast(ROLE_SCHEMA)
    topics = parts.topics.unique(["activity", "topic"], keep="first").sort("activity", "topic")
    ordered = flat.sort("activity", "agent", "role", "start", nulls_last=True)
    return RoleData(ordered, topics.cast(TOPIC_SCHEMA), agents.sort("id"), parts.names)


def _dates() -> tuple[pl.Expr, pl.Expr]:
    """A role's own period, else when it was attested, else the period of its activity."""
    own = pl.any_horizontal(pl.col("start", "end").is_not_null())
    seen = pl.col("attested_from").is_not_null()
    return (
        pl.when(own | ~seen)
        .then(pl.coalesce("start", "start_activity"))
        .otherwise("attested_from")
        .alias("start"),
        pl.when(own | ~seen)
        .then(pl.coalesce("end", "end_activity"))
        .otherwise("attested_until")
        .alias("end"),
    )


def _strongest(relevance: pl.DataFrame) -> pl.DataFrame:
    order = pl.Enum(_RELEVANCE)
    return (
        relevance.filter(pl.col("relevance").is_in(_RELEVANCE))
        .group_by("id")
        .agg(pl.col("relevance").cast(order).min().cast(pl.String))
    )


def _topmost(relations: pl.DataFrame) -> pl.DataFrame:
    """Follow parents to the top; a circle of parents ends where it would start again."""
    up: dict[str, str] = {}
    parents = relations.filter(pl.col("predicate") == "parent-organisation")
    for child, parent in parents.select("subject", "object").sort(pl.all()).iter_rows():
        up.setdefault(child, parent)
    tops = [(child, anchor(child, up)) for child in up]
    rows = [(child, top) for child, top in tops if top != child]
    return pl.DataFrame(rows, schema={"agent": pl.String, "agent_parent": pl.String}, orient="row")
