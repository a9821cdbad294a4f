"""What each column of the lists holds: meaning, type, unit, and the property it is read from."""

from __future__ import annotations

from typing import Final

from permed.graph.tables.columns import Column, Kind

__all__ = ["MEANINGS"]


def _column(name: str, kind: Kind, about: str, source: str, unit: str | None = None) -> Column:
    return Column(name, kind, about, unit=unit, source=source)


def _registry(name: str, of: str) -> Column:
    about = f"{of}, as a whole address or CURIE; several are joined by `; `"
    return _column(name, "iri", about, "pm:identifier")


_RULE: Final = "pm:partner (counting rule)"
_EUR: Final = "EUR"
MEANINGS: Final[dict[str, Column]] = {
    c.name: c
    for c in (
        _column("id", "id", "Path of the thing, the last part of its address", "the address"),
        _column("iri", "iri", "Lasting address of the thing", "the address"),
        _column("kind", "code", "Kind of thing: the list that it stands in", "rdf:type"),
        _column("label", "text", "Name or title", "rdfs:label"),
        _column("acronym", "text", "Short name", "pm:acronym"),
        _column("type", "id", "Kind of organisation, activity or output", "pm:organisationType, "
                "pm:activityType, pm:outputType"),
        _column("type_label", "text", "The same in words", "skos:prefLabel"),
        _column("country", "id", "Country, as the path of its address", "pm:country"),
        _column("country_code", "code", "Country, ISO 3166-1 alpha-2; NA is Namibia, and no "
                "missing value", "pm:country"),
        _column("country_iso3", "code", "Country, ISO 3166-1 alpha-3", "pm:iso3"),
        _column("country_label", "text", "Country, its name", "rdfs:label"),
        _column("city", "text", "City", "pm:city"),
        _column("latitude", "decimal", "Degrees north (WGS 84): of an organisation its site, of a "
                "project its coordinator, of an event the middle of the organisations of its city",
                "eurio:latitude", "degree"),
        _column("longitude", "decimal", "Degrees east (WGS 84), of the same place",
                "eurio:longitude", "degree"),
        _column("part_of", "id", "What it is part of", "pm:partOf"),
        _column("part_of_label", "text", "Name of what it is part of", "rdfs:label"),
        _column("programme", "id", "Funding programme", "pm:programme"),
        _column("programme_label", "text", "Name of the programme", "rdfs:label"),
        _column("relevance", "id", "Relevance to personalised medicine", "pm:relevance"),
        _column("relevance_label", "text", "The same in words", "skos:prefLabel"),
        _column("start", "date", "First day; of a stated year or month its first",
                "eurio:startDate"),
        _column("start_as_stated", "text", "Start as its source states it, where that is a year or "
                "a month", "pm:startAsStated"),
        _column("end", "date", "Last day; of a stated year or month its last", "eurio:endDate"),
        _column("end_as_stated", "text", "End as its source states it, where that is a year or a "
                "month", "pm:endAsStated"),
        _column("published", "date", "Day of publication; of a stated year or month its first",
                "pm:published"),
        _column("published_as_stated", "text", "Publication as its source states it, where that is "
                "a year or a month", "pm:publishedAsStated"),
        _column("website", "iri", "Website, or where the thing can be read", "foaf:homepage, "
                "eurio:url"),
        _column("authors", "text", "Authors, as the source lists them", "eurio:authorList"),
        _column("journal", "text", "Journal", "eurio:journalTitle"),
        _column("publisher", "text", "Publisher", "eurio:publisher"),
        _column("issn", "text", "ISSN", "eurio:issn"),
        _column("project", "id", "Project of which it is a result", "eurio:isResultOf"),
        _column("project_label", "text", "Title of the project", "rdfs:label"),
        _registry("ror", "ROR"),
        _registry("pic", "Participant code (PIC) of the European Commission"),
        _registry("vat", "Value added tax number"),
        _registry("fundref", "Crossref Funder ID"),
        _registry("wikidata", "Wikidata item"),
        _registry("grid", "GRID"),
        _registry("isni", "ISNI"),
        _registry("orcid", "ORCID"),
        _registry("cordis_rcn", "Record number in CORDIS"),
        _registry("grant", "Grant agreement"),
        _registry("doi", "DOI"),
        _registry("project_reference", "Reference of the project with its funder"),
        _column("iso2", "code", "ISO 3166-1 alpha-2; NA is Namibia, and no missing value",
                "the address"),
        _column("iso3", "code", "ISO 3166-1 alpha-3", "pm:iso3"),
        _column("notation", "code", "Code of the concept or region (NUTS)", "skos:notation"),
        _column("projects", "integer", "Projects with it as a partner, its parts included", _RULE,
                "projects"),
        _column("pm_projects", "integer", "Those of them that are about personalised medicine "
                "(relevance core)", _RULE, "projects"),
        _column("coordinated", "integer", "Projects that it coordinates, its parts included",
                "pm:roleType coordinator", "projects"),
        _column("pm_coordinated", "integer", "Those of them that are about personalised medicine "
                "(relevance core)", "pm:roleType coordinator", "projects"),
        _column("partners", "integer", "Of an activity its partners; of an organisation those that "
                "it shares a project with", _RULE, "organisations"),
        _column("countries", "integer", "Countries that take part", "pm:partnerCountry",
                "countries"),
        _column("organisations", "integer", "Organisations of the country", "pm:country",
                "organisations"),
        _column("activities", "integer", "Activities with a role of the person", "pm:roleIn",
                "activities"),
        _column("things", "integer", "Things that have the topic", "pm:topic", "things"),
        _column("ec_contribution_eur", "decimal", "What the EU contributes to it in projects, its "
                "parts included", "pm:ecContribution, else pm:netEcContribution", _EUR),
        _column("eu_contribution_eur", "decimal", "What the EU contributes to the project",
                "pm:euContribution", _EUR),
        _column("total_cost_eur", "decimal", "Total cost of the project", "pm:totalCost", _EUR),
        _column("score", "decimal", "How well the search text is found; only where one is given",
                "text index"),
    )
}  # fmt: skip
