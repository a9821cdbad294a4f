"""What the columns of questions hold, by their name: the same name means the same everywhere."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from permed.graph.tables.columns import Column
from permed.graph.tables.output.description import column_of

__all__ = ["described"]

_MEANINGS: Final = {
    "actions": "Number of actions", "activities": "Number of activities",
    "affiliation": "Where the person works", "agent": "Organisation, person or country that acts",
    "alsoSaid": "What other sources say", "amount": "Amount of money", "as": "Role that is held",
    "asOf": "Day or year for which it is stated", "authors": "Authors, as the source lists them",
    "child": "Organisation that is a part", "city": "City", "code": "Code",
    "budgets": "Sums that sources give, with what they are", "countryOf": "Country",
    "countryOfName": "Name of the country", "employer": "Where the person works",
    "home": "Country of the strategy",
    "knownOf": "How many of the funded projects of the call are known here",
    "ownAmount": "What this funder sets aside or gives", "to": "Last year",
    "continent": "Continent, by its name", "coordinates": "Number of activities it leads",
    "counted": "Figure as the graph counts it", "countries": "Countries",
    "country": "Country, ISO 3166-1 alpha-2", "covers": "What is covered",
    "doi": "Digital object identifier", "ecContribution": "Contribution of the EU",
    "end": "Last day", "euContribution": "Contribution of the EU", "evidence": "How it was seen",
    "from": "Since when, or first year", "fundref": "Crossref Funder ID, whole address",
    "grant": "Grant agreement", "held": "When it was held", "isni": "ISNI, whole address",
    "issuer": "Who issued it", "journal": "Journal", "kind": "Kind", "legalForm": "Legal form",
    "missing": "What is missing", "names": "Names, several in one cell", "number": "Number",
    "nuts": "NUTS code", "page": "Page to read", "perCent": "Share",
    "pic": "Participant code, whole address", "published": "When it was published",
    "qualifier": "How exact it is: exact, at least, about ...", "rank": "Rank",
    "registry": "Registry", "remark": "What a reader should know", "reported": "Figure as reported",
    "ror": "ROR, whole address", "said": "What the source says", "seen": "When it was seen",
    "since": "Since when", "source": "Pages, documents or records that say so; several are parted "
    "by blanks", "sources": "Number of sources", "start": "First day", "state": "State of affairs",
    "title": "Title", "together": "Number of activities that both are in", "unit": "Unit",
    "until": "Until when", "value": "Value, as it is stated", "website": "Website",
    "wikidata": "Wikidata item, whole address", "year": "Year",
}  # fmt: skip
_UNITS: Final = {"amount": "see the column unit", "euContribution": "EUR", "ecContribution": "EUR",
                 "perCent": "per cent"}  # fmt: skip


def described(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return a description of every column of an answer: meaning, type and unit."""
    return tuple(_described(series, set(frame.columns)) for series in frame)


def _described(series: pl.Series, others: set[str]) -> Column:
    name = series.name
    thing = name.removesuffix("Name")
    if thing != name:
        about = f"Name of the {_words(thing)}"
    elif f"{name}Name" in others:
        about = f"{_words(name).capitalize()}, its address"
    else:
        about = _MEANINGS.get(name) or _words(name).capitalize()
    found = column_of(series, about, f"variable ?{name} of the query")
    return Column(found.name, found.kind, found.about, unit=_UNITS.get(name), source=found.source)


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
