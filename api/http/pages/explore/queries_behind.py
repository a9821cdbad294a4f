"""Queries behind tables of a thing's page that no question of the catalogue makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus

from permed.api.http.release.directory import Directory
from permed.ontology import PREFIXES, concept_iri

__all__ = ["QueryBehind", "neighbours_query", "sides_query", "years_query"]

_PREFIXED: Final = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("pm", "eurio", "rdfs"))
_FUNDER: Final = concept_iri("role", "funder")


@dataclass(frozen=True)
class QueryBehind:
    """The text of a query."""

    text: str

    @property
    def editor(self) -> str:
        """Address of the editor with the query in it."""
        return f"/editor?query={_quoted(self.text)}"

    @property
    def csv(self) -> str:
        """Address of the rows as a file."""
        return f"/sparql?query={_quoted(self.text)}&format=csv"


def _quoted(query: str) -> str:
    """Return a query as it stands in an address; most of its lines are those of other pages."""
    return "%0A".join(map(_quoted_line, query.split("\n")))


_quoted_line = lru_cache(maxsize=1 << 12)(quote_plus)


def neighbours_query(directory: Directory, me: str, *, by_people: bool = False) -> QueryBehind:
    """Return the query of those nearest to an agent or activity: ?other, ?name, ?shared.

    me: a counting unit, where it is an organisation. by_people: an activity without partners, whose
    neighbours share its people.
    """
    mine, theirs = (
        _shares(directory, me, who, way, by_people=by_people)
        for who, way in ((f"<{directory.iri(me)}>", "mine"), ("?other", "theirs"))
    )
    return QueryBehind(
        f"{_PREFIXED}\nSELECT ?other ?name (COUNT(DISTINCT ?joint) AS ?shared) WHERE {{\n"
        f"  {mine}\n  {theirs}\n  FILTER(?other != <{directory.iri(me)}>)\n"
        "  ?other rdfs:label ?name .\n}\nGROUP BY ?other ?name ORDER BY DESC(?shared) ?name\n"
    )


def _shares(directory: Directory, me: str, who: str, way: str, *, by_people: bool) -> str:
    """What somebody has that others may share, as ?joint."""
    stem = me.partition("/")[0]
    if stem == "organisation":
        funds = f"?{way} pm:roleIn ?joint ; pm:roleType <{_FUNDER}> ; pm:roleOf/pm:countingUnit"
        return f"{{ ?joint pm:partner {who} }} UNION {{ {funds} {who} }}"
    if stem == "country":
        project = directory.iri("project/")
        return f'?joint pm:partnerCountry {who} . FILTER(STRSTARTS(STR(?joint), "{project}"))'
    if stem in ("person", "region"):
        alike = directory.iri(f"{stem}/")
        only = f' FILTER(STRSTARTS(STR({who}), "{alike}"))' if who == "?other" else ""
        return f"?{way} pm:roleOf {who} ; pm:roleIn ?joint .{only}"
    if by_people:
        return f"?{way} pm:roleIn {who} ; pm:roleOf ?joint . ?joint a eurio:Person ."
    return f"{who} pm:partner ?joint ."


def years_query(directory: Directory, me: str, kind: str) -> QueryBehind:
    """Return the query of the years of a thing: ?year, ?activities and ?euro.

    kind: that of the thing, e.g. `organisations`.
    """
    iri = f"<{directory.iri(directory.units.get(me, me))}>"
    project = f'FILTER(STRSTARTS(STR(?activity), "{directory.iri("project/")}"))'
    held = {
        "organisations": f"?activity pm:partner {iri} .",
        "countries": f"?activity pm:partnerCountry {iri} .",
        "programmes": f"?activity pm:programme {iri} . {project}",
        "topics": f"?activity pm:topic|pm:relevance {iri} . {project}",
    }[kind]
    paid = "OPTIONAL { ?activity pm:euContribution ?paid }"
    if kind == "organisations":
        paid = (
            "OPTIONAL { SELECT ?activity (SUM(?part) AS ?paid) WHERE {\n"
            f"    ?role pm:roleOf/pm:countingUnit {iri} ; pm:roleIn ?activity .\n"
            "    OPTIONAL { ?role pm:ecContribution ?gross }\n"
            "    OPTIONAL { ?role pm:netEcContribution ?net }\n"
            "    BIND(COALESCE(?gross, ?net) AS ?part) FILTER(BOUND(?part))\n"
            "  } GROUP BY ?activity }"
        )
    return QueryBehind(
        f"{_PREFIXED}\nSELECT ?year (COUNT(?activity) AS ?activities) "
        "(SUM(COALESCE(?paid, 0)) AS ?euro) WHERE {\n"
        f"  {{ SELECT DISTINCT ?activity WHERE {{ {held} }} }}\n"
        "  ?activity eurio:startDate ?begun . BIND(SUBSTR(STR(?begun), 1, 4) AS ?year)\n"
        f"  {paid}\n}}\nGROUP BY ?year ORDER BY ?year\n"
    )


def sides_query(directory: Directory, sides: Sequence[tuple[str, str]]) -> QueryBehind:
    """Return the query of the activities of two sides: ?side, ?activity, ?name and ?kind.

    sides: kind and id of each; of a period its years, `2014:2020`.
    """
    ways = "\n  UNION\n".join(
        f'  {{ {_held(directory, kind, me)} BIND("{me}" AS ?side) }}' for kind, me in sides
    )
    return QueryBehind(
        f"{_PREFIXED}\nSELECT DISTINCT ?side ?activity ?name ?kind WHERE {{\n{ways}\n"
        "  ?activity rdfs:label ?name .\n  OPTIONAL { ?activity pm:activityType ?kind }\n"
        "}\nORDER BY ?side ?name\n"
    )


def _held(directory: Directory, kind: str, me: str) -> str:
    if kind == "period":
        first, _, last = me.partition(":")
        years = f'"{first}" <= SUBSTR(STR(?begun), 1, 4) && SUBSTR(STR(?begun), 1, 4) <= "{last}"'
        return f"?activity pm:partner ?any ; eurio:startDate ?begun . FILTER({years})"
    iri = f"<{directory.iri(directory.units.get(me, me))}>"
    if kind == "topic":
        return f"?activity pm:topic|pm:relevance {iri} ."
    return f"?activity {'pm:partnerCountry' if kind == 'country' else 'pm:partner'} {iri} ."
