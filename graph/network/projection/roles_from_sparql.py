"""Roles out of a SPARQL store: one scan of the needed triples, pivoted column-wise.

The scan asks for no join, so its time grows with the triples alone and any engine answers it.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from permed.graph.counting import ROLLS_UP
from permed.graph.errors import InputError
from permed.graph.mapping.statements import property_name
from permed.graph.network.projection.roles import (
    AGENT_SCHEMA,
    TOPIC_SCHEMA,
    RoleData,
    RoleParts,
    assemble,
)
from permed.graph.tables.dates import first_day, last_day
from permed.ontology import EURIO, PM, SCHEME, expand

__all__ = ["SCAN", "from_sparql"]

_PROPERTIES = {
    f"{PM}roleOf": "agent",
    f"{PM}roleIn": "activity",
    f"{PM}roleType": "role",
    f"{PM}atOrganisation": "at",
    f"{PM}attestedFrom": "attested_from",
    f"{PM}attestedUntil": "attested_until",
    f"{PM}ecContribution": "ec",
    f"{PM}netEcContribution": "net",
    f"{EURIO}startDate": "start",
    f"{EURIO}endDate": "end",
    f"{PM}activityType": "kind",
    f"{PM}programme": "programme",
    f"{PM}topic": "topic",
    f"{PM}parentOrganisation": "parent-organisation",
    **{expand(property_name(code)): code for code in ROLLS_UP},
    f"{PM}organisationType": "type",
    f"{PM}country": "country",
    f"{PM}region": "region",
    f"{PM}acronym": "acronym",
    "http://www.w3.org/2000/01/rdf-schema#label": "label",
}
SCAN = "SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {} }} ?s ?p ?o }}".format(
    " ".join(f"<{iri}>" for iri in _PROPERTIES)
)


def from_sparql(select: Callable[[str], pl.DataFrame]) -> RoleData:
    """Read roles with one query; `select` runs SPARQL and returns a frame of plain strings.

    `select` must read the union of all named graphs and return IRIs without brackets and literals
    without quotes. InputError if the answer lacks ?s, ?p or ?o.
    """
    answer = select(SCAN)
    if not {"s", "p", "o"} <= set(answer.columns):
        raise InputError("role scan: the answer lacks ?s, ?p or ?o; check the SPARQL endpoint")
    triples = answer.select(
        _local("s"),
        pl.col("p").replace_strict(_PROPERTIES, default=None, return_dtype=pl.String),
        _local("o"),
    )
    return assemble(_parts(triples.filter(pl.col("p").is_not_null())))


def _local(column: str) -> pl.Expr:
    """Shorten IRIs of things to `{kind}/{key}` and of concepts to `{scheme}/{code}`."""
    text = pl.col(column).cast(pl.String)
    return text.str.replace(r"^https?://\S*?[/#]id/", "").str.strip_prefix(str(SCHEME))


def _parts(triples: pl.DataFrame) -> RoleParts:
    roles = _wide(
        triples,
        "agent",
        "activity role at attested_from attested_until ec net start end",
    )
    classified = triples.filter(pl.col("p") == "topic").select(id="s", topic="o")
    relevant = pl.col("topic").str.starts_with("pm-relevance/")
    return RoleParts(
        _roles(roles),
        _agents(triples),
        _activities(triples),
        classified.filter(relevant).select(
            "id", relevance=pl.col("topic").str.strip_prefix("pm-relevance/")
        ),
        triples.filter(pl.col("p").is_in(["parent-organisation", *ROLLS_UP])).select(
            subject="s", predicate="p", object="o"
        ),
        _topics(triples, classified.filter(~relevant), roles),
    )


def _wide(triples: pl.DataFrame, anchor: str, others: str) -> pl.DataFrame:
    """One row a subject that has the anchor property; the least value where there are several."""
    wanted = [anchor, *others.split()]
    mine = triples.filter(pl.col("p") == anchor).select("s").unique()
    values = [pl.col("o").filter(pl.col("p") == name).min().alias(name) for name in wanted]
    return triples.join(mine, on="s", how="semi").group_by("s").agg(values)


def _roles(roles: pl.DataFrame) -> pl.DataFrame:
    return roles.select(
        "agent",
        "activity",
        pl.col("role").str.strip_prefix("role/"),
        pl.int_range(pl.len()).alias("part"),  # every role node is a statement of its own
        first_day("start"),
        last_day("end"),
        first_day("attested_from"),
        last_day("attested_until"),
        pl.coalesce("ec", "net").cast(pl.Float64, strict=False).alias("amount"),
        "at",
    )


def _agents(triples: pl.DataFrame) -> pl.DataFrame:
    named = triples.filter(
        pl.col("s").str.contains(r"^(organisation|person|country|region)/[^/]+$")
    )
    place = pl.col("s").str.extract(r"^country/(.+)$")
    area = pl.col("s").str.extract(r"^region/(.+)$")
    return (
        _wide(named, "label", "type country region")
        .select(
            "label",
            id="s",
            type=pl.col("type").str.strip_prefix("organisation-type/"),
            country=pl.coalesce(place, pl.col("country").str.strip_prefix("country/")),
            region=pl.coalesce(area, pl.col("region").str.strip_prefix("region/")),
        )
        .select(*AGENT_SCHEMA)
        .cast(AGENT_SCHEMA)
    )


def _activities(triples: pl.DataFrame) -> pl.DataFrame:
    return _wide(triples, "kind", "acronym label start end programme").select(
        pl.col("kind").str.strip_prefix("activity-type/"),
        first_day("start"),
        last_day("end"),
        "programme",
        id="s",
        label=pl.coalesce("acronym", "label"),
    )


def _topics(triples: pl.DataFrame, topics: pl.DataFrame, roles: pl.DataFrame) -> pl.DataFrame:
    labels = triples.filter(pl.col("p") == "label").group_by("s").agg(pl.col("o").min())
    return (
        topics.join(roles, left_on="id", right_on="activity", how="semi")
        .join(labels, left_on="topic", right_on="s", how="left")
        .select("topic", activity="id", topic_label=pl.coalesce("o", "topic"))
        .select(*TOPIC_SCHEMA)
    )
