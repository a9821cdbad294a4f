"""Mapping rules of the things: places, organisations, people, activities, outputs."""

from __future__ import annotations

import polars as pl

from permed.graph.mapping import classes
from permed.graph.mapping.rule import Rule, about, class_term, facts, provenance, when
from permed.graph.mapping.terms import (
    Terms,
    as_stated,
    concept,
    constant,
    first_day_literal,
    last_day_literal,
    text,
    typed,
    web,
)

__all__ = ["activities", "countries", "organisations", "outputs", "persons", "regions"]


# authority tables of the Publications Office of the EU
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


def countries(t: Terms) -> list[Rule]:
    """Countries with their codes."""
    me, code = t.thing("id"), pl.col("id").str.strip_prefix("country/")
    return about(me, {
        "rdf:type": [
            constant("pm:Agent"),
            constant("pm:Country"),
            constant("eurio:Country"),
            constant("eurio:AdministrativeArea"),
        ],
        "rdfs:label": pl.concat_str(text("name"), pl.lit("@en")),
        "eurio:name": text("name"),
        "skos:notation": text(code),
        "pm:iso3": text("iso3"),
        "pm:euCode": text("eu_code"),
        "pm:euStatus": concept("eu-status", "eu_status"),
        "pm:continent": text("continent"),
        # the EU authority table goes by the same code, but for Kosovo, which has none from ISO
        "skos:exactMatch": when(
            pl.col("iso3") != "XKX",
            pl.concat_str(pl.lit(f"<{_AUTHORITY}country/"), "iso3", pl.lit(">")),
        ),
    }) + provenance(me)  # fmt: skip


def regions(t: Terms) -> list[Rule]:
    """Regions with NUTS code and country; a name that a later source gives is a further label."""
    me = t.thing("id")
    return about(me, {
        "rdf:type": [
            constant("pm:Agent"), constant("pm:Region"), constant("eurio:AdministrativeArea")
        ],
        "rdfs:label": text(pl.coalesce("label", "name")),
        "eurio:name": text(pl.coalesce("label", "name")),
        "skos:altLabel": when(_second_name("name"), text("name")),
        "pm:nutsCode": text("nuts"),
        "pm:country": t.thing("country"),
        "pm:partOf": t.thing("parent"),
    }) + provenance(me)  # fmt: skip


def organisations(t: Terms) -> list[Rule]:
    """Organisations, in EURIO terms and with short ways to country, city and type."""
    me, site = t.thing("id"), t.thing("id", "/site")
    located = pl.any_horizontal(pl.col("city", "street", "postcode", "latitude").is_not_null())
    kind = pl.col("org_type")
    # EURIO's kinds of organisation exclude each other: a company counted as SME is its SME alone
    untyped = kind.is_null() & pl.col("label").is_null()  # nor has an earlier source a type
    small = pl.col("sme").fill_null(value=False) & (untyped | kind.is_in(classes.SMALL))
    return [
        *about(me, {
            "rdf:type": [
                constant("pm:Agent"),
                constant("eurio:Organisation"),
                pl.when(small).then(constant("eurio:SME")).otherwise(
                    class_term(kind, classes.ORGANISATION)
                ),
            ],
            "rdfs:label": text(pl.coalesce("display", "label", "name")),
            "eurio:hasSite": when(located, site),
        }),
        *facts(me, {
            "eurio:legalName": text(pl.coalesce("label", "name")),
            "skos:altLabel": when(_second_name("name"), text("name")),
            "pm:smallOrMedium": when(pl.col("sme"), typed("sme", "boolean")),
            "pm:acronym": text("short_name"),
            "pm:organisationType": concept("organisation-type", "org_type"),
            "pm:country": t.thing("country"),
            "pm:region": t.thing("region"),
            "pm:city": text("city"),
            "foaf:homepage": web("website"),
            "eurio:vatNumber": text("vat"),
        }),
        *about(me, {"eurio:url": typed("website", "anyURI")}),
        *_site(t, site, located),
        *provenance(me),
    ]  # fmt: skip


def _site(t: Terms, site: pl.Expr, located: pl.Expr) -> list[Rule]:
    address, place = t.thing("id", "/address"), t.thing("id", "/coordinates")
    mapped = pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
    code = pl.col("country").str.strip_prefix("country/")
    return [
        *about(when(located, site), {
            "rdf:type": constant("eurio:Site"),
            "eurio:hasAddress": address,
            "eurio:hasCoordinates": when(mapped, place),
            "eurio:hasGeographicalLocation": [t.thing("region"), t.thing("country")],
        }),
        *about(when(located, address), {
            "rdf:type": constant("eurio:PostalAddress"),
            "eurio:streetAddress": text("street"),
            "eurio:postalCode": text("postcode"),
            "eurio:addressLocality": text("city"),
            "eurio:addressCountry": text(code),
            # parts of two sources are no address: whole is what one source tells, with its city
            "eurio:fullAddress": when(
                pl.col("city").is_not_null() & pl.col("street").is_not_null(),
                _in_one_line("street", "postcode", "city", code),
            ),
        }),
        *about(when(mapped, place), {
            "rdf:type": constant("eurio:Coordinates"),
            "eurio:latitude": typed("latitude", "decimal"),
            "eurio:longitude": typed("longitude", "decimal"),
        }),
    ]  # fmt: skip


def _in_one_line(*parts: str | pl.Expr) -> pl.Expr:
    """Return an address as one text; what is not known is left out."""
    columns = [pl.col(p) if isinstance(p, str) else p for p in parts]
    return text(pl.concat_str(columns, separator=", ", ignore_nulls=True))


def persons(t: Terms) -> list[Rule]:
    """People in public professional roles."""
    me = t.thing("id")
    return [
        *about(me, {
            "rdf:type": [constant("pm:Agent"), constant("eurio:Person")],
            "rdfs:label": text(pl.coalesce("label", "name")),
            "eurio:givenName": text("given"),
            "eurio:familyName": text("family"),
        }),
        *facts(me, {
            "eurio:name": text(pl.coalesce("label", "name")),
            "skos:altLabel": when(_second_name("name"), text("name")),
        }),
        *provenance(me),
    ]  # fmt: skip


def activities(t: Terms) -> list[Rule]:
    """Activities by kind; projects are also eurio:Project."""
    me, acronym = t.thing("id"), t.thing("id", "/acronym")
    kind = pl.col("kind")
    funded = kind.is_in(["csa", "partnership", "funding-network"])
    # EURIO knows five words, and only for projects
    known = (funded | (kind == "project")) & pl.col("status").is_in(classes.PROJECT_STATUS)
    return [
        *about(me, {
            "rdf:type": [
                constant("pm:Activity"),
                class_term(kind, classes.ACTIVITY),
                when(funded, constant("eurio:Project")),
                when(kind == "programme", constant("eurio:FundingScheme")),
            ],
            "rdfs:label": text(pl.coalesce("label", "title"), "lang"),
            "eurio:hasAcronym": when(pl.col("acronym").is_not_null(), acronym),
        }),
        *facts(me, {
            "pm:activityType": concept("activity-type", "kind"),
            "eurio:title": text(pl.coalesce("label", "title")),
            "skos:altLabel": when(_second_name("title"), text("title", "lang")),
            "pm:acronym": text("acronym"),
            "eurio:abstract": text("abstract"),
            "eurio:startDate": first_day_literal("start"),
            "eurio:endDate": last_day_literal("end"),
            "pm:startAsStated": as_stated("start"),
            "pm:endAsStated": as_stated("end"),
            "pm:partOf": t.thing("parent"),
            "foaf:homepage": web("website"),
            "pm:city": text("city"),
            "pm:country": t.thing("country"),
            "pm:region": t.thing("region"),
            "pm:eventMode": concept("event-mode", "mode"),
            "pm:legalForm": text("legal_form"),
            "eurio:projectStatus": when(known, text("status")),
            "pm:status": when(~known, text("status")),
        }),
        *about(me, {"eurio:url": typed("website", "anyURI")}),
        *about(when(pl.col("acronym").is_not_null(), acronym), {
            "rdf:type": constant("eurio:Acronym"),
            "eurio:shortForm": text("acronym"),
            "eurio:isAcronymOf": me,
        }),
        *provenance(me),
    ]  # fmt: skip


def _second_name(column: str) -> pl.Expr:
    """Tell whether an earlier source names the thing otherwise: EURIO has one name a thing."""
    return pl.col("label").is_not_null() & (pl.col("label") != pl.col(column))


def outputs(t: Terms) -> list[Rule]:
    """Outputs by kind; results of projects are also eurio:Result."""
    me = t.thing("id")
    year = pl.col("published").str.slice(0, 4)
    activity = t.thing("activity")
    of_project = pl.col("activity").str.starts_with("project/").fill_null(value=False)
    publication = pl.col("kind").is_in(list(classes.PUBLICATIONS))
    result = of_project | pl.col("kind").is_in(list(classes.RESULTS))
    urn = {code: pl.concat_str(pl.lit(f"urn:{code}:"), code) for code in ("issn", "isbn")}
    return [
        *about(me, {
            "rdf:type": [
                constant("pm:Output"),
                when(result, constant("eurio:Result")),
                when(publication, constant("eurio:ProjectPublication")),
                pl.coalesce(
                class_term(pl.col("kind"), classes.OUTPUT), constant("pm:Publication")
            ),
            ],
            "rdfs:label": text("title", "lang"),
            "pm:resultOf": activity,
            "eurio:isResultOf": when(of_project, activity),
        }),
        *about(when(of_project, activity), {"eurio:hasResult": me}),
        *about(me, {"eurio:url": typed("url", "anyURI")}),
        *facts(me, {
            "pm:outputType": concept("output-type", "kind"),
            "dcterms:accessRights": concept("access-right", "access"),
            "eurio:title": text("title"),
            "pm:published": first_day_literal("published"),
            "pm:publishedAsStated": as_stated("published"),
            "eurio:publishedYear": when(publication, typed(year, "integer")),
            "pm:coversFrom": first_day_literal("covers_start"),
            "pm:coversTo": last_day_literal("covers_end"),
            "eurio:authorList": text("authors"),
            "eurio:journalTitle": when(publication, text("journal")),
            "pm:publishedIn": when(~publication, text("journal")),
            "eurio:publisher": when(publication, text("publisher")),
            "pm:publisherName": when(~publication, text("publisher")),
            "pm:issuedBy": t.thing("issued_by"),
            "eurio:doi": typed("doi", "anyURI"),
            "foaf:page": web("url"),
            "eurio:issn": when(publication, text("issn")),
            "eurio:isbn": when(publication, text("isbn")),
            "dcterms:identifier": [when(~publication, text(u)) for u in urn.values()],
            "pm:about": text("about"),
        }),
        *provenance(me),
    ]  # fmt: skip
