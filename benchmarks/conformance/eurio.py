"""Queries in the form in which people ask the EURIO endpoint of CORDIS, run unchanged.

The clauses are those of public programs and tutorials: a project by its title with address and
abstract, organisations by the country of their site, payments by role, classification by label.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import httpx2

from benchmarks.conformance.check import Check, NotTried, attempt

__all__ = ["EURIO_PREFIXES", "QUERIES", "eurio_checks"]

EURIO_PREFIXES = (
    "PREFIX eurio: <http://data.europa.eu/s66#>\n"
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
)
QUERIES = {
    "projects with title, address and abstract": """SELECT ?title ?url ?abstract WHERE {
        ?project a eurio:Project ; eurio:title ?title ; eurio:url ?url ;
                 eurio:abstract ?abstract }""",
    "projects with number and dates": """SELECT ?id ?title ?start ?end WHERE {
        ?project a eurio:Project ; eurio:identifier ?id ; eurio:title ?title ;
                 eurio:startDate ?start ; eurio:endDate ?end }""",
    "projects that started since 2022": """SELECT ?project ?start WHERE {
        ?project a eurio:Project ; eurio:startDate ?start
        FILTER(?start >= "2022-01-01"^^xsd:date) }""",
    "projects whose title holds a word": """SELECT ?project ?title WHERE {
        ?project a eurio:Project ; eurio:title ?title
        FILTER(CONTAINS(LCASE(STR(?title)), "medicine")) }""",
    "a project by its acronym": """SELECT ?project ?short WHERE {
        ?project a eurio:Project ; eurio:hasAcronym ?acronym .
        ?acronym eurio:shortForm ?short }""",
    "an acronym's project": """SELECT ?acronym ?project WHERE {
        ?acronym eurio:isAcronymOf ?project . ?project a eurio:Project }""",
    "participants with role": """SELECT ?name ?label WHERE {
        ?project a eurio:Project ; eurio:hasInvolvedParty ?role .
        ?role a eurio:OrganisationRole ; eurio:roleLabel ?label ; eurio:isRoleOf ?organisation .
        ?organisation eurio:legalName ?name }""",
    "coordinators only": """SELECT ?name ?title WHERE {
        ?role eurio:roleLabel "coordinator" ; eurio:isRoleOf/eurio:legalName ?name ;
              eurio:isInvolvedIn/eurio:title ?title }""",
    "organisations of a country": """SELECT ?name ?country WHERE {
        ?organisation a eurio:Organisation ; eurio:legalName ?name ; eurio:hasSite ?site .
        ?site eurio:hasGeographicalLocation ?place . ?place a eurio:Country ;
               eurio:name ?country }""",
    "addresses": """SELECT ?name ?address WHERE {
        ?organisation eurio:legalName ?name ; eurio:hasSite/eurio:hasAddress ?a .
        ?a eurio:fullAddress ?address }""",
    "money by organisation": """SELECT ?name (SUM(?value) AS ?total) WHERE {
        ?organisation a eurio:Organisation ; eurio:legalName ?name ; eurio:hasRole ?role .
        ?role eurio:isRecipientOf ?payment . ?payment eurio:hasPaymentAmount ?amount .
        ?amount eurio:value ?value } GROUP BY ?name ORDER BY DESC(?total)""",
    "grants with scheme and sum": """SELECT ?type ?sum WHERE {
        ?project eurio:isFundedBy ?grant . ?grant eurio:hasFundingSchemeType/eurio:code ?type ;
                 eurio:hasFundingAmount/eurio:value ?sum }""",
    "fields of science by label": """SELECT ?label (COUNT(?project) AS ?n) WHERE {
        ?project eurio:hasEuroSciVocClassification/skos:prefLabel ?label } GROUP BY ?label""",
    "publications with DOI": """SELECT ?doi ?title WHERE {
        ?paper a eurio:ProjectPublication ; eurio:doi ?doi ; eurio:title ?title ;
               eurio:isResultOf ?project }""",
}


def eurio_checks(client: httpx2.Client) -> Iterator[Check]:
    """Ask every query, and demand rows without a gap; it must be answered as it is written."""
    for name, query in QUERIES.items():
        yield attempt("EURIO queries, unchanged", name, partial(_ask, client, query))


def _ask(client: httpx2.Client, query: str) -> None:
    headers = {"Accept": "application/sparql-results+json"}
    reply = client.get("/sparql", params={"query": EURIO_PREFIXES + query}, headers=headers)
    assert reply.status_code == 200, f"{reply.status_code}: {reply.json().get('detail', '')}"
    found = reply.json()
    rows = found["results"]["bindings"]
    if not rows and "eurio:abstract" in query:
        raise NotTried(
            "the packaged sample holds facts and no objectives; `make full` asks it of a release "
            "of the whole Horizon Europe dump, and `make test` of a small dump with objectives"
        )
    assert rows, "no row"
    gaps = [row for row in rows if len(row) < len(found["head"]["vars"])]
    assert not gaps, f"{len(gaps)} of {len(rows)} rows have a gap"
