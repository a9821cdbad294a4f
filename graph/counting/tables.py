"""What the rule gives for every organisation and activity of a release, as record tables."""

from __future__ import annotations

from typing import Final

import polars as pl

from permed.graph.counting.rule import (
    EU,
    FUNDER,
    NAMED_COUNTRY,
    counted,
    own_account,
    partner_roles,
)
from permed.graph.counting.units import counting_country, counting_units

__all__ = ["count_tables", "stated_total"]

_CENT: Final = 2  # digits of a sum in euro


def count_tables(
    roles: pl.DataFrame, organisations: pl.DataFrame, relations: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return counting_units, partners, partner_countries, activity_counts, without provenance.

    roles: one row a role (`one_row_a_role`) with agent, agent_kind, agent_country, agent_region,
    activity, role, amount. organisations: id, country (ISO code), type. relations: subject,
    predicate, object. Ids are table ids, money is EUR as text with two digits.
    """
    roles = roles.filter(~pl.col("activity").str.starts_with("organisation/"))  # employments
    partners = _partners(roles)
    countries = _countries(roles)
    return {
        "counting_units": _units(organisations, relations),
        "partners": partners.with_columns(_euro("ec_contribution")),
        "partner_countries": countries,
        "activity_counts": _counts(roles, partners, countries),
    }


def _units(organisations: pl.DataFrame, relations: pl.DataFrame) -> pl.DataFrame:
    known = organisations.select("id").unique()
    units = counting_units(relations).join(known, left_on="unit", right_on="id", how="semi")
    seats = organisations.unique("id", keep="first", maintain_order=True).select(
        unit="id", code=counting_country(pl.col("country"), pl.col("type"))
    )
    return (
        known.rename({"id": "organisation"})
        .join(units, left_on="organisation", right_on="agent", how="left")
        .with_columns(pl.coalesce("unit", "organisation"))
        .join(seats, on="unit", how="left")
        .select("organisation", "unit", country=pl.lit("country/") + pl.col("code"))
        .sort("organisation")
    )


def _partners(roles: pl.DataFrame) -> pl.DataFrame:
    makes = pl.col("role").is_in(list(partner_roles()))
    return (
        roles.filter(pl.col("agent_kind") == "organisation", makes)
        .group_by("activity", partner="agent")
        .agg(ec_contribution=stated_total("amount"))
        .sort("activity", "partner")
    )


def _countries(roles: pl.DataFrame) -> pl.DataFrame:
    takes_part = pl.col("role").is_in([*own_account(), NAMED_COUNTRY])
    return (
        roles.filter(takes_part, pl.col("agent_kind") != "person", pl.col("agent_country") != EU)
        .select("activity", country=pl.lit("country/") + pl.col("agent_country"))
        .unique()
        .sort("activity", "country")
    )


def _counts(roles: pl.DataFrame, partners: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    funds = pl.col("role") == FUNDER
    parts = (
        _number(partners, "partner", "partners"),
        _number(countries, "country", "countries"),
        _number(counted(roles).filter(funds), "agent", "funders"),
        _number(roles.filter(pl.col("agent_kind") == "person"), "agent", "persons"),
        roles.group_by("activity").agg(ec_contribution=stated_total("amount")),
    )
    table = roles.select("activity").unique().sort("activity")
    for part in parts:
        table = table.join(part, on="activity", how="left", maintain_order="left")
    return table.with_columns(
        pl.col("partners", "countries", "funders", "persons").fill_null(0).cast(pl.Int64),
        _euro("ec_contribution"),
    )


def _number(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return rows.group_by("activity").agg(pl.col(column).n_unique().alias(name))


def stated_total(column: str) -> pl.Expr:
    """Return the sum of what is stated in a column; null, not 0, where nothing is."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum())


def _euro(column: str) -> pl.Expr:
    """Text with two digits: sums of binary fractions would show their last bits."""
    return (
        pl.col(column)
        .map_elements(lambda euro: f"{euro:.{_CENT}f}", return_dtype=pl.String)
        .alias(column)
    )
