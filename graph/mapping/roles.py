"""Mapping rules of roles, the payments that go with them, and grants."""

from __future__ import annotations

import polars as pl

from permed.graph.mapping import classes
from permed.graph.mapping.rule import (
    Rule,
    about,
    class_term,
    facts,
    money,
    provenance,
    statement,
    when,
)
from permed.graph.mapping.terms import (
    Terms,
    as_stated,
    concept,
    constant,
    first_day_literal,
    last_day_literal,
    text,
    typed,
)

__all__ = ["grants", "roles"]


def roles(t: Terms) -> list[Rule]:
    """The role pattern; roles of organisations in projects carry the EURIO form beside ours."""
    me = t.made("role", "activity", "agent", "role", "start", "part")
    project = _in_eurio()
    agent, activity = t.thing("agent"), t.thing("activity")
    return [
        *about(me, {
            "rdf:type": [
                constant("pm:Role"),
                class_term(pl.col("activity").str.extract(r"^([a-z-]+)/"), classes.ROLE),
                when(project, constant("eurio:OrganisationRole")),
                when(project, constant("eurio:Role")),
            ],
            "pm:roleOf": agent,
            "pm:roleIn": activity,
            "pm:roleType": concept("role", "role"),
            "eurio:isRoleOf": when(project, agent),
            "eurio:isInvolvedIn": when(project, activity),
            "eurio:roleLabel": when(
                project,
                text(pl.col("role").replace_strict(classes.ROLE_LABEL, default=None)),
            ),
            "eurio:startDate": first_day_literal("start"),
            "eurio:endDate": last_day_literal("end"),
            "pm:startAsStated": as_stated("start"),
            "pm:endAsStated": as_stated("end"),
            "pm:attestedFrom": first_day_literal("attested"),
            "pm:attestedUntil": last_day_literal("attested"),
            "pm:statedAs": text("label"),
            "pm:atOrganisation": t.thing("affiliation"),
            "pm:paysPartner": t.thing("recipient"),
            "pm:grantNumber": text("grant_number"),
            "pm:amount": typed("amount", "decimal"),
            "pm:currency": text("currency"),
            "pm:amountQualifier": concept("qualifier", pl.col("amount_qualifier")),
            "pm:position": typed("position", "integer"),
            "pm:ecContribution": typed("ec_contribution", "decimal"),
            "pm:netEcContribution": typed("net_ec_contribution", "decimal"),
            "pm:totalCost": typed("total_cost", "decimal"),
            "pm:endedEarly": when(pl.col("ended"), typed("ended", "boolean")),
        }),
        *about(when(project, agent), {"eurio:hasRole": me}),
        *about(when(project, activity), {"eurio:hasInvolvedParty": me}),
        *about(when(_funds(), me), {
            "rdf:type": constant("pm:Funding"), "pm:funder": agent, "pm:fundedActivity": activity,
        }),
        *_payment(t, me),
        *statement(me),
    ]  # fmt: skip


def _in_eurio() -> pl.Expr:
    """Tell what EURIO calls a role: an organisation's part in a grant, no task and no contact.

    EURIO's roles of persons cannot be used: its axioms leave
    its class PersonRole no instance.
    """
    return (
        pl.col("activity").str.starts_with("project/")
        & pl.col("agent").str.starts_with("organisation/")
        & pl.col("role").is_in(list(classes.ROLE_LABEL))
    )


def _funds() -> pl.Expr:
    """Tell which roles are funding; a country takes part in a call by funding its researchers."""
    country = pl.col("role") == "participating-country"
    in_call = pl.col("activity").str.starts_with("call/")
    return (pl.col("role") == "funder") | (country & in_call)


def _payment(t: Terms, role: pl.Expr) -> list[Rule]:
    paid = pl.col("ec_contribution").is_not_null() & _in_eurio()
    payment = t.made("payment", "activity", "agent", "role", "start", "part")
    return [
        *about(when(paid, role), {"eurio:isRecipientOf": payment}),
        *about(when(paid, payment), {
            "rdf:type": constant("eurio:GrantPayment"),
            "eurio:isPaymentOf": t.thing(pl.col("activity").str.replace("project/", "grant/")),
        }),
        *money(when(paid, payment), "eurio:hasPaymentAmount", t.made(
            "payment", "activity", "agent", "role", "start", "part", suffix="/amount"
        ), "ec_contribution"),
    ]  # fmt: skip


def grants(t: Terms) -> list[Rule]:
    """Grants, their money and the funding schemes behind them."""
    me, project = t.made("grant", "number"), t.thing("activity")
    schemes = {
        "eurio:hasFundingSchemeType": "scheme_code",
        "eurio:hasFundingSchemeTopic": "topic_code",
        "eurio:hasFundingSchemeCall": "call_code",
        "pm:legalBasis": "legal_basis",
    }
    nodes = {p: t.made("funding-scheme", c) for p, c in schemes.items()}
    known = {p: when(pl.col(c).is_not_null(), nodes[p]) for p, c in schemes.items()}
    return [
        *about(me, {
            "rdf:type": [constant("eurio:Grant"), constant("pm:Funding")],
            "rdfs:label": text(pl.lit("Grant ") + pl.col("number")),
            "eurio:identifier": text("number"),
            "eurio:funds": project,
            "pm:fundedActivity": project,
            "pm:fundedAmount": typed("eu_contribution", "decimal"),
            "eurio:hasFundingSchemeProgramme": t.thing("programme"),
            **known,
            "eurio:doi": typed("doi", "anyURI"),
        }),
        *facts(me, {"pm:funder": t.thing("funder")}),
        *about(project, {"eurio:isFundedBy": me}),
        *facts(project, {
            "eurio:identifier": text("number"),
            "pm:euContribution": typed("eu_contribution", "decimal"),
            "pm:totalCost": typed("total_cost", "decimal"),
            "eurio:signatureDate": first_day_literal("signed"),
            "pm:programme": t.thing("programme"),
            "pm:grantTopic": known["eurio:hasFundingSchemeTopic"],
        }),
        *money(me, "eurio:hasFundingAmount", t.made("grant", "number", suffix="/amount"),
                "eu_contribution"),
        *money(project, "eurio:hasTotalCost", t.thing("activity", "/total-cost"), "total_cost"),
        *[r for p, c in schemes.items() for r in about(known[p], {
            "rdf:type": constant("eurio:FundingScheme"),
            "eurio:code": text(c),
        })],
        *provenance(me),
    ]  # fmt: skip
