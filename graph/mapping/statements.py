"""Mapping rules of what is said about things: topics, identifiers, names, figures, relations."""

from __future__ import annotations

import polars as pl

from permed.graph.mapping.rule import Rule, about, facts, provenance, statement, when
from permed.graph.mapping.terms import (
    REGISTRY_IRI,
    Terms,
    as_stated,
    concept,
    constant,
    first_day_literal,
    slug_path,
    text,
    topic,
    typed,
    web,
)
from permed.ontology import expand, scheme_codes

__all__ = [
    "classifications",
    "figures",
    "identifiers",
    "links",
    "names",
    "relations",
    "replacements",
    "schemes",
    "services",
    "topics",
]


def topics() -> list[Rule]:
    """SKOS concepts that come with the data; those below no other are the tops of their scheme."""
    me, scheme, above = topic("id"), topic("scheme"), topic("broader")
    top = pl.col("broader").is_null()
    return [
        *about(me, {
            "rdf:type": constant("skos:Concept"),
            "skos:inScheme": scheme,
            "skos:topConceptOf": when(top, scheme),
            "skos:notation": text("code"),
            "rdfs:label": text("label", "lang"),
            "skos:prefLabel": text("label", "lang"),
            "skos:altLabel": text("alt_label", "lang"),
            "skos:broader": above,
            "skos:definition": text("definition", "lang"),
            "skos:exactMatch": web("exact_match"),
        }),
        *about(above, {"skos:narrower": me}),
        *about(when(top, scheme), {"skos:hasTopConcept": me}),
        *provenance(me),
    ]  # fmt: skip


def schemes() -> list[Rule]:
    """SKOS concept schemes that come with the data."""
    me = topic("id")
    return about(me, {
        "rdf:type": constant("skos:ConceptScheme"),
        "rdfs:label": text("title"),
        "dcterms:title": text("title"),
        "dcterms:license": web("licence"),
        "dcterms:source": web("original"),
    }) + provenance(me)  # fmt: skip


def classifications(t: Terms) -> list[Rule]:
    """Topics of things; a node with reason and score where a method decided."""
    me, node = t.thing("entity"), topic("topic")
    judged = pl.col("method").is_not_null()
    reason = t.made("classification", "entity", "topic", "method")
    project = pl.col("entity").str.starts_with("project/")
    voc = pl.col("topic").str.starts_with("euroscivoc/") & project
    return [
        *facts(me, {"pm:topic": node}),
        *about(me, {
            "eurio:hasEuroSciVocClassification": when(voc, node),
            "pm:relevance": when(pl.col("topic").str.starts_with("pm-relevance/"), node),
        }),
        *about(when(judged, reason), {
            "rdf:type": constant("pm:Classification"),
            "pm:classifies": me,
            "pm:assignedTopic": node,
            "pm:method": text("method"),
            "pm:score": typed("score", "decimal"),
            "pm:reason": text("reason"),
        }),
    ]  # fmt: skip


def identifiers(t: Terms) -> list[Rule]:
    """Identifier nodes, and the match with the record of the registry.

    A close or related match is no identifier of the thing, only a link to somebody else's record.
    """
    match = pl.col("match").fill_null("exact")
    exact = match == "exact"
    # CORDIS counts its record numbers once for projects and once for organisations
    kind = pl.col("entity").str.extract(r"^([a-z-]+)/")
    counted = pl.when(pl.col("scheme") == "cordis-rcn").then(kind)
    me = when(exact, t.made("identifier", "scheme", counted, "value"))
    registry = pl.col("scheme").replace_strict(REGISTRY_IRI, default=None, return_dtype=pl.String)
    value = slug_path(pl.col("value"))
    # EURIO has one identifier a thing: of a project its grant number (see `grants`), of an
    # organisation its PIC; the smallest counts where records with several became one
    first = exact & (pl.col("value") == pl.col("value").min().over("entity", "scheme", match))
    elsewhere = pl.concat_str(pl.lit("<"), registry, value, pl.lit(">"))
    return [
        *about(me, {
            "rdf:type": constant("pm:Identifier"),
            "pm:identifierScheme": concept("identifier-scheme", "scheme"),
            "skos:notation": text("value"),
        }),
        *about(t.thing("entity"), {
            "pm:identifier": me,
            "eurio:identifier": when(
                first & (pl.col("scheme") == "pic") & (kind == "organisation"), text("value")
            ),
            "eurio:rcn": when(
                first & (pl.col("scheme") == "cordis-rcn"), typed("value", "nonNegativeInteger")
            ),
            "eurio:doi": when(
                first & (pl.col("scheme") == "doi") & (kind == "project"),
                typed("value", "anyURI"),
            ),
        }),
        *facts(t.thing("entity"), {
            "skos:exactMatch": when(exact, elsewhere),
            "skos:closeMatch": when(match == "close", elsewhere),
            "skos:relatedMatch": when(match == "related", elsewhere),
        }),
    ]  # fmt: skip


def names(t: Terms) -> list[Rule]:
    """Further labels."""
    name = text("name", "lang")
    return [
        *facts(t.thing("entity"), {"skos:altLabel": name}),
        *about(t.thing("entity"), {"pm:formerName": when(pl.col("kind") == "former", name)}),
    ]


def figures(t: Terms) -> list[Rule]:
    """Statement nodes: what, value, unit, as of when, said by which source."""
    me = t.made("figure", "entity", "indicator", "fingerprint")
    return [
        *about(me, {
            "rdf:type": constant("pm:ReportedFigure"),
            "pm:figureOf": t.thing("entity"),
            "pm:indicator": concept("indicator", "indicator"),
            "pm:value": typed("value", "decimal"),
            "pm:dateValue": first_day_literal("date"),
            "pm:dateAsStated": as_stated("date"),
            "pm:textValue": text("text"),
            "pm:unit": text("unit"),
            "pm:qualifier": concept("qualifier", pl.col("qualifier").fill_null("exact")),
            "pm:asOf": first_day_literal("as_of"),
            "pm:asOfAsStated": as_stated("as_of"),
        }),
        *statement(me, pl.lit(True)),
    ]  # fmt: skip


def relations(t: Terms) -> list[Rule]:
    """Relations are plain properties, named like their codes (`continued-by`: pm:continuedBy)."""
    me, other = t.thing("subject"), t.thing("object")
    return [
        Rule(me, expand(property_name(code)), when(pl.col("predicate") == code, other), True)
        for code in sorted(scheme_codes("relation"))
    ]


def property_name(code: str) -> str:
    """Return the property that a relation code stands for, as a prefixed name."""
    head, *rest = code.split("-")
    return f"pm:{head}{''.join(word.capitalize() for word in rest)}"


def services(t: Terms) -> list[Rule]:
    """Services of infrastructures and the step of PM that they serve."""
    me = t.made("service", "infrastructure", "label")
    return [
        *about(me, {
            "rdf:type": constant("pm:Service"),
            "rdfs:label": text("label"),
            "pm:offeredBy": t.thing("infrastructure"),
            "pm:supportsStep": concept("pm-step", "step"),
        }),
        *statement(me),
    ]  # fmt: skip


def links(t: Terms) -> list[Rule]:
    """Pages about a thing."""
    return facts(t.thing("entity"), {"foaf:page": web("url")})


def replacements(t: Terms) -> list[Rule]:
    """Old addresses lead to the thing that took their place."""
    return about(t.thing("old"), {"dcterms:isReplacedBy": t.thing("new")})
