"""Mapping rules of what the counting rule gives: units, partners, countries, money."""

from __future__ import annotations

from permed.graph.mapping.rule import Rule, about
from permed.graph.mapping.terms import Terms, typed

__all__ = ["activity_counts", "counting_units", "partner_countries", "partners"]


def counting_units(t: Terms) -> list[Rule]:
    """As which organisation and for which country an organisation counts."""
    objects = {"pm:countingUnit": t.thing("unit"), "pm:countsFor": t.thing("country")}
    return about(t.thing("organisation"), objects)


def partners(t: Terms) -> list[Rule]:
    """Each partner of an activity, once."""
    return about(t.thing("activity"), {"pm:partner": t.thing("partner")})


def partner_countries(t: Terms) -> list[Rule]:
    """Each country of an activity, once."""
    return about(t.thing("activity"), {"pm:partnerCountry": t.thing("country")})


def activity_counts(t: Terms) -> list[Rule]:
    """The money of an activity, each role once; the counts follow from the triples above."""
    return about(
        t.thing("activity"), {"pm:contributionCounted": typed("ec_contribution", "decimal")}
    )
