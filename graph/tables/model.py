"""The record tables: what every source delivers and what the mapping turns into RDF.

A source's whole work is to fill these tables. Identifiers inside them are short paths such as
`organisation/dlr` or `project/101137129`; the mapping puts the base IRI in front. Dates are text of
the precision that the source gives (`2016`, `2016-11` or `2016-11-20`). Money is in euro, as text,
so that the source's own digits survive. `checks.py` checks frames against
these declarations.
"""

from __future__ import annotations

import polars as pl

from permed.graph.tables.columns import PROVENANCE, Column, Kind, Table

__all__ = ["PROVENANCE", "TABLES", "Column", "Kind", "Table", "empty"]

_PLACES = ("countries", "regions")
_AGENTS = ("organisations", "persons", "countries", "regions")
_THINGS = ("organisations", "persons", "activities", "outputs", *_PLACES)


def _id(about: str) -> Column:
    return Column("id", "id", about, required=True)


def _table(name: str, about: str, key: str, *columns: Column) -> Table:
    return Table(name, about, tuple(key.split()), columns)


TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        _table(
            "countries",
            "Countries by ISO 3166-1 alpha-2, with the codes that EU sources use (EL, UK).",
            "id",
            _id("country/{ISO alpha-2}"),
            Column("name", "text", "English short name", required=True),
            Column("iso3", "code", "ISO 3166-1 alpha-3"),
            Column("eu_code", "code", "code used by EU institutions where it differs"),
            Column("eu_status", "concept", "EU member, associated ...", scheme="eu-status"),
            Column("continent", "code", "AF, AN, AS, EU, NA, OC or SA"),
        ),
        _table(
            "regions",
            "Regions below a country, by NUTS code where one exists.",
            "id",
            _id("region/{NUTS code or slug}"),
            Column("name", "text", "name", required=True),
            Column("country", "id", "country", required=True, refers=("countries",)),
            Column("nuts", "code", "NUTS code"),
            Column("parent", "id", "region that holds it", refers=("regions",)),
            Column("label", "text", "name to show, where an earlier source names the thing"),
        ),
        _table(
            "organisations",
            "Legal entities and recognised units: funders, universities, hospitals, companies.",
            "id",
            _id("organisation/{slug or registry-id}"),
            Column("name", "text", "legal or official name", required=True),
            Column("short_name", "text", "acronym or short name"),
            Column("org_type", "concept", "kind of organisation", scheme="organisation-type"),
            Column("country", "id", "country of the seat", refers=("countries",)),
            Column("region", "id", "region of the seat", refers=("regions",)),
            Column("city", "text", "city of the seat"),
            Column("street", "text", "street of the seat"),
            Column("postcode", "text", "postal code of the seat"),
            Column("latitude", "decimal", "WGS 84 latitude", unit="degree"),
            Column("longitude", "decimal", "WGS 84 longitude", unit="degree"),
            Column("website", "iri", "home page"),
            Column("vat", "code", "VAT number"),
            Column("sme", "boolean", "small or medium-sized enterprise"),
            Column("label", "text", "name to show, where an earlier source names the thing"),
            Column("display", "text", "name to read, where it is not the first that is stated"),
        ),
        _table(
            "persons",
            "People in public professional roles.",
            "id",
            _id("person/{slug or ORCID}"),
            Column("name", "text", "full name", required=True),
            Column("given", "text", "given name"),
            Column("family", "text", "family name"),
            Column("label", "text", "name to show, where an earlier source names the thing"),
        ),
        _table(
            "activities",
            "Whatever agents take part in: projects, CSAs, consortia, bodies, calls, programmes, "
            "infrastructures, events, award editions, strategies.",
            "id",
            _id("{kind}/{slug or grant number}"),
            Column("kind", "concept", "kind of activity", required=True, scheme="activity-type"),
            Column("title", "text", "official title", required=True),
            Column("lang", "code", "language tag of title and abstract"),
            Column("acronym", "text", "acronym"),
            Column("abstract", "text", "description"),
            Column("start", "date", "first day, month or year"),
            Column("end", "date", "last day, month or year"),
            Column("parent", "id", "activity that it is part of", refers=("activities",)),
            Column("website", "iri", "home page"),
            Column("city", "text", "city of the event or seat"),
            Column("country", "id", "country of the event or seat", refers=("countries",)),
            Column("mode", "concept", "on site, virtual, hybrid", scheme="event-mode"),
            Column("region", "id", "region of a strategy", refers=("regions",)),
            Column("legal_form", "text", "legal form of an infrastructure"),
            Column("status", "text", "status word of the source"),
            Column("label", "text", "name to show, where an earlier source names the thing"),
        ),
        _table(
            "roles",
            "Who takes part in what, as what and when: the one pattern of every collaboration.",
            "agent activity role start",
            Column("agent", "id", "organisation, person or country", required=True, refers=_AGENTS),
            Column(
                "activity",
                "id",
                "activity, or the employer for the role employee",
                required=True,
                refers=("activities", "organisations"),
            ),
            Column("role", "concept", "role", required=True, scheme="role"),
            Column("start", "date", "first day, month or year"),
            Column("end", "date", "last day, month or year"),
            Column("attested", "date", "when the source saw the role held, if no period is given"),
            Column("label", "text", "the source's own words for the role"),
            Column("affiliation", "id", "a person's employer then", refers=("organisations",)),
            Column("position", "integer", "order in the consortium or rank of a laureate"),
            Column("ec_contribution", "decimal", "EU contribution", unit="EUR"),
            Column("net_ec_contribution", "decimal", "net EU contribution", unit="EUR"),
            Column("total_cost", "decimal", "total cost of the participant", unit="EUR"),
            Column("ended", "boolean", "participation ended before the project"),
            Column("recipient", "id", "partner whom the funder pays", refers=("organisations",)),
            Column("grant_number", "code", "number under which the funder pays"),
            Column("amount", "decimal", "what the funder gives or sets aside"),
            Column("currency", "code", "ISO 4217 code of the amount"),
            Column("amount_qualifier", "concept", "exact, at most", scheme="qualifier"),
            Column("part", "integer", "tells apart several roles of one kind, from 2"),
        ),
        _table(
            "grants",
            "The grant behind a project or call.",
            "activity",
            Column("activity", "id", "project", required=True, refers=("activities",)),
            Column("number", "code", "grant agreement number", required=True),
            Column("programme", "id", "framework programme", refers=("activities",)),
            Column("funder", "id", "body that pays", refers=("organisations",)),
            Column("scheme_code", "code", "type of action, e.g. HORIZON-CSA"),
            Column("topic_code", "code", "topic, e.g. HORIZON-HLTH-2023-CARE-08-01"),
            Column("call_code", "code", "call, e.g. HORIZON-HLTH-2023-CARE-08"),
            Column("legal_basis", "code", "legal basis or programme part"),
            Column("eu_contribution", "decimal", "maximum EU contribution", unit="EUR"),
            Column("total_cost", "decimal", "total cost", unit="EUR"),
            Column("signed", "date", "signature"),
            Column("doi", "code", "DOI of the grant"),
        ),
        _table(
            "outputs",
            "Publications, reports, data sets, deliverables, recognised works.",
            "id",
            _id("output/{slug or source id}"),
            Column("kind", "concept", "kind of output", required=True, scheme="output-type"),
            Column("title", "text", "title", required=True),
            Column("lang", "code", "language tag of the title"),
            Column("published", "date", "publication day, month or year"),
            Column("covers_start", "date", "period covered, from"),
            Column("covers_end", "date", "period covered, to"),
            Column("authors", "text", "authors as the source writes them"),
            Column("journal", "text", "journal or book"),
            Column("publisher", "text", "publisher as the source writes it"),
            Column("issued_by", "id", "issuer", refers=("organisations", "activities")),
            Column("activity", "id", "activity that produced it", refers=("activities",)),
            Column("doi", "code", "DOI without resolver"),
            Column("url", "iri", "where to read it"),
            Column("issn", "code", "ISSN"),
            Column("isbn", "code", "ISBN"),
            Column("about", "text", "what it is about, in few words"),
            Column("access", "concept", "who may read it; empty is unknown", scheme="access-right"),
        ),
        _table(
            "topics",
            "SKOS concepts that come with the data; scheme titles are in `schemes`.",
            "id",
            Column("id", "code", "{scheme}/{code}", required=True),
            Column("scheme", "code", "scheme slug", required=True),
            Column("code", "code", "notation"),
            Column("label", "text", "preferred label", required=True),
            Column("lang", "code", "language tag of label and definition"),
            Column("alt_label", "text", "other label"),
            Column("broader", "code", "{scheme}/{code} of the broader concept"),
            Column("definition", "text", "definition"),
            Column("exact_match", "iri", "the same concept elsewhere"),
        ),
        _table(
            "schemes",
            "SKOS concept schemes that come with the data.",
            "id",
            Column("id", "code", "slug", required=True),
            Column("title", "text", "title", required=True),
            Column("licence", "iri", "licence of labels and hierarchy"),
            Column("original", "iri", "the scheme's own address at its publisher"),
        ),
        _table(
            "classifications",
            "Which topic a thing is about, with score and reason where a method decided.",
            "entity topic method",
            Column("entity", "id", "thing", required=True, refers=_THINGS),
            Column("topic", "code", "{scheme}/{code}", required=True),
            Column("method", "code", "method and version; empty where a source says so"),
            Column("score", "decimal", "0 to 1 or the source's weight"),
            Column("reason", "text", "evidence that led to it"),
        ),
        _table(
            "identifiers",
            "Registry identifiers of things.",
            "entity scheme value",
            Column("entity", "id", "thing", required=True, refers=_THINGS),
            Column("scheme", "concept", "registry", required=True, scheme="identifier-scheme"),
            Column("value", "code", "identifier as the registry writes it", required=True),
            Column("match", "concept", "exact, close or related", scheme="match-type"),
        ),
        _table(
            "names",
            "Further names of things.",
            "entity name lang kind",
            Column("entity", "id", "thing", required=True, refers=_THINGS),
            Column("name", "text", "name", required=True),
            Column("lang", "code", "language tag"),
            Column("kind", "concept", "label, alias, acronym, former", True, (), "name-type"),
        ),
        _table(
            "figures",
            "Reported figures: what a source said of a number, date or text, as of when.",
            "entity indicator value text date as_of source_url",
            Column("entity", "id", "thing or role", required=True, refers=(*_THINGS, "roles")),
            Column("indicator", "concept", "what is counted", required=True, scheme="indicator"),
            Column("value", "decimal", "number"),
            Column("date", "date", "day, month or year where the figure is a date"),
            Column("text", "text", "where the figure is neither number nor date"),
            Column("unit", "code", "ISO 4217 currency, or empty for a count"),
            Column("qualifier", "concept", "exact, about, at least", scheme="qualifier"),
            Column("as_of", "date", "state of which day, month or year"),
        ),
        _table(
            "relations",
            "Plain relations between things.",
            "subject predicate object",
            Column("subject", "id", "thing", required=True, refers=_THINGS),
            Column("predicate", "concept", "relation", required=True, scheme="relation"),
            Column("object", "id", "thing", required=True, refers=_THINGS),
            Column("start", "date", "from"),
            Column("end", "date", "to"),
        ),
        _table(
            "services",
            "What an infrastructure offers for a step of personalised medicine.",
            "infrastructure label step",
            Column("infrastructure", "id", "infrastructure", True, ("activities",)),
            Column("label", "text", "service", required=True),
            Column("step", "concept", "step of PM that it serves", scheme="pm-step"),
        ),
        _table(
            "links",
            "Web pages about a thing.",
            "entity url",
            Column("entity", "id", "thing", required=True, refers=_THINGS),
            Column("url", "iri", "address", required=True),
            Column("title", "text", "title"),
        ),
        _table(
            "replacements",
            "Ids that are no longer used, and the id that took their place; linking writes them.",
            "old",
            Column("old", "id", "id that is no longer used", required=True),
            Column("new", "id", "thing it stands for now", required=True, refers=_THINGS),
        ),
        _table(
            "counting_units",
            "As which organisation, and for which country, each organisation counts; the build "
            "writes it.",
            "organisation",
            Column("organisation", "id", "organisation", True, ("organisations",)),
            Column("unit", "id", "organisation as which it counts", True, ("organisations",)),
            Column("country", "id", "country that it counts for", refers=("countries",)),
        ),
        _table(
            "partners",
            "The partners of each activity, each once; the build writes it.",
            "activity partner",
            Column("activity", "id", "activity", True, ("activities",)),
            Column("partner", "id", "counting unit that takes part", True, ("organisations",)),
            Column("ec_contribution", "decimal", "EU contribution, counted once", unit="EUR"),
        ),
        _table(
            "partner_countries",
            "The countries of each activity's partners, and those named itself; the build writes "
            "it.",
            "activity country",
            Column("activity", "id", "activity", True, ("activities",)),
            Column("country", "id", "country", True, ("countries",)),
        ),
        _table(
            "activity_counts",
            "What the counting rule gives for each activity; the build writes it.",
            "activity",
            Column("activity", "id", "activity", True, ("activities",)),
            Column("partners", "integer", "partners"),
            Column("countries", "integer", "countries of partners, and those named itself"),
            Column("funders", "integer", "organisations and countries that fund it"),
            Column("persons", "integer", "persons with a role in it, no partners"),
            Column("ec_contribution", "decimal", "EU contribution of all partners", unit="EUR"),
        ),
    )
}


def empty(name: str) -> pl.DataFrame:
    """Return the named table with no row."""
    return pl.DataFrame(schema=TABLES[name].schema)
