"""A small research landscape for the network tests: eleven roles of nine agents, by hand.

Organisations A to F; projects p1 {A, B, C}, p2 {A, B}, p3 {C, D}; call c1 {A, E} as funders;
F stands alone in p4. D belongs to A (parent). Person w sits in body b1 at B; Germany is a member
of consortium k1.
"""

from __future__ import annotations

import polars as pl

from permed.graph.tables.model import TABLES

Tables = dict[str, pl.DataFrame]


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """A record table with provenance filled in."""
    told = {"source_url": "https://example.org/source", "evidence": "data"}
    return pl.DataFrame([told | row for row in rows], schema=dict(TABLES[name].schema))


def _organisation(letter: str, country: str, kind: str) -> dict[str, object]:
    return {
        "id": f"organisation/{letter.lower()}",
        "name": f"Organisation {letter}",
        "org_type": kind,
        "country": f"country/{country}",
        "region": f"region/{country}1",
    }


def _role(
    agent: str, activity: str, role: str = "participant", **more: object
) -> dict[str, object]:
    return {"agent": agent, "activity": activity, "role": role} | more


def _activity(key: str, kind: str, **more: object) -> dict[str, object]:
    return {"id": key, "kind": kind, "title": f"Title of {key}", "lang": "en"} | more


ORGANISATIONS = table(
    "organisations",
    [
        _organisation("A", "DE", "university"),
        _organisation("B", "DE", "funding-agency"),
        _organisation("C", "FR", "university"),
        _organisation("D", "IT", "company"),
        _organisation("E", "IT", "ministry"),
        _organisation("F", "FR", "hospital"),
    ],
)
ACTIVITIES = table(
    "activities",
    [
        _activity("project/1", "project", acronym="ONE", start="2016", end="2018-06"),
        _activity("project/2", "csa", start="2019-03-01", end="2021-02-28"),
        _activity("project/3", "project", start="2020", end="2022"),
        _activity("project/4", "project", start="2021"),
        _activity("call/1", "call"),
        _activity("body/1", "body"),
        _activity("consortium/1", "consortium", start="2016-11"),
    ],
)
ROLES = table(
    "roles",
    [
        _role("organisation/a", "project/1", "coordinator", ec_contribution="300000.00"),
        _role("organisation/b", "project/1", ec_contribution="100000"),
        _role("organisation/c", "project/1", net_ec_contribution="200000.00"),
        _role("organisation/a", "project/2", ec_contribution="50000"),
        _role("organisation/b", "project/2", "coordinator", ec_contribution="50000"),
        _role("organisation/c", "project/3", "coordinator", end="2020-12-31"),
        _role("organisation/d", "project/3"),
        _role("organisation/f", "project/4"),
        _role("organisation/a", "call/1", "funder", attested="2018"),
        _role("organisation/e", "call/1", "funder", attested="2018"),
        _role("person/w", "body/1", "chair", affiliation="organisation/b", start="2019-05"),
        _role("country/DE", "consortium/1", "member", start="2016-11-20"),
    ],
)


def tables() -> Tables:
    """All record tables of the landscape."""
    return {
        "organisations": ORGANISATIONS,
        "persons": table("persons", [{"id": "person/w", "name": "Wanda Weber"}]),
        "countries": table(
            "countries",
            [
                {"id": "country/DE", "name": "Germany"},
                {"id": "country/FR", "name": "France"},
                {"id": "country/IT", "name": "Italy"},
            ],
        ),
        "regions": table(
            "regions", [{"id": "region/DE1", "name": "Baden", "country": "country/DE"}]
        ),
        "activities": ACTIVITIES,
        "roles": ROLES,
        "grants": table(
            "grants",
            [
                {"activity": "project/1", "number": "1", "programme": "programme/h2020"},
                {"activity": "project/3", "number": "3", "programme": "programme/he"},
            ],
        ),
        "classifications": table(
            "classifications",
            [
                {"entity": "project/1", "topic": "euroscivoc/7", "method": None},
                {"entity": "project/3", "topic": "euroscivoc/7", "method": "m1", "score": "0.9"},
                {"entity": "project/2", "topic": "euroscivoc/8"},
                {"entity": "project/1", "topic": "pm-relevance/core", "method": "m1"},
                {"entity": "project/1", "topic": "pm-relevance/none", "method": "m0"},
                {"entity": "project/3", "topic": "pm-relevance/related", "method": "m1"},
            ],
        ),
        "topics": table(
            "topics",
            [
                {"id": "euroscivoc/7", "scheme": "euroscivoc", "code": "7", "label": "genetics"},
                {"id": "euroscivoc/8", "scheme": "euroscivoc", "code": "8", "label": "ethics"},
            ],
        ),
        "relations": table(
            "relations",
            [
                {
                    "subject": "organisation/d",
                    "predicate": "parent-organisation",
                    "object": "organisation/a",
                }
            ],
        ),
    }
