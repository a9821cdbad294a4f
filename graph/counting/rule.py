"""Which roles count, and as what: partners, funders, and those who only stand for one of them."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from permed.ontology import partner_role_codes

__all__ = [
    "EU",
    "EU_TYPE",
    "FUNDER",
    "NAMED_COUNTRY",
    "SPEAKERS",
    "counted",
    "own_account",
    "partner_roles",
]

FUNDER: Final = "funder"
# a source names the country and not the organisations of it that take part
NAMED_COUNTRY: Final = "participating-country"
# who speaks for one that takes part is told apart from it
SPEAKERS: Final = ("representative", "contact")
# an institution of the European Union stands for none of the countries in which it sits
EU_TYPE: Final = "eu-institution"
EU: Final = "EU"


def partner_roles() -> frozenset[str]:
    """Return the codes of the role types that make the organisation holding them a partner."""
    return partner_role_codes()


@cache
def own_account() -> frozenset[str]:
    """Return the codes of the roles held on one's own account: those of partners, and funder."""
    return partner_roles() | {FUNDER}


def counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the role rows that count: without those that only stand for another row.

    rows: activity, role, agent_kind, agent_country, agent_region. Persons, contacts and
    representatives stand for the organisations and countries of the same activity; a country or
    region stands for its organisations. Where nobody else is in the activity, they count.
    """
    speaks = (pl.col("agent_kind") == "person") | pl.col("role").is_in(SPEAKERS)
    place = pl.col("agent_kind").is_in(["country", "region"])
    marked = rows.with_columns(_speaks=speaks.fill_null(False), _place=place.fill_null(False))
    holders = marked.filter(~pl.col("_speaks") & ~pl.col("_place"))
    here = {
        kind: holders.select("activity", f"agent_{kind}").drop_nulls().unique()
        for kind in ("country", "region")
    }
    named = marked.filter("_place")
    stands = [
        named.filter(pl.col("agent_kind") == kind)
        .join(found, on=["activity", f"agent_{kind}"], how="semi")
        .select("activity", "agent")
        for kind, found in here.items()
    ]
    others = marked.filter(~pl.col("_speaks")).select("activity").unique()
    spoken = marked.filter("_speaks").join(others, on="activity", how="semi").select(
        "activity", "agent", "role"
    )  # fmt: skip
    kept = marked.join(spoken.unique(), on=["activity", "agent", "role"], how="anti")
    kept = kept.join(pl.concat(stands).unique(), on=["activity", "agent"], how="anti")
    return kept.drop("_speaks", "_place")
