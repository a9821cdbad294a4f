"""Mutations of valid data: one thing wrong at a time, and what the shapes and checks say of each.

`good.ttl` holds a conforming node of every class with every property. A mutation is a copy of the
whole of it under addresses of its own (`.../m17/id/...`) with one error in it, so that one run over
all the copies judges all the mutations. Errors come from two sides: operators that are applied to
every property of every class (a value of the wrong kind, a dangling reference, markup ...), and the
list of `errors.ttl`, things that curators and hostile contributors do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.ontology import PM, PREFIXES, expand, ontology_files, shorten

__all__ = [
    "ALLOWED",
    "DISPLACED",
    "Mutation",
    "Triple",
    "copies",
    "good_triples",
    "mutations",
    "place_of",
]

HERE: Final = Path(__file__).parent
ID: Final = "https://w3id.org/permed/id/"
_TYPE: Final = expand("rdf:type")
Triple = tuple[str, str, str]  # in N-Triples syntax

# what an operator does to these is no error, and why
ALLOWED: Final = {
    ("rdf:object", "*"): "an assertion may say anything of anything: it is what somebody said",
    ("rdf:subject", "*"): "an assertion may speak of what the graph does not hold",
    ("rdf:predicate", "*"): "an assertion may use any property",
    ("eurio:postalCode", "no such code"): "sources write - or . where there is no postal code",
}
_LINKS: Final = frozenset(
    expand(p)
    for p in (
        *("foaf:homepage", "foaf:page", "foaf:depiction", "foaf:logo", "prov:wasDerivedFrom"),
        *("rdfs:seeAlso", "rdfs:isDefinedBy", "owl:sameAs", "skos:exactMatch", "skos:closeMatch"),
        *("skos:relatedMatch", "skos:broadMatch", "skos:narrowMatch", "dcterms:license"),
        *("dcterms:source", "dcterms:references", "schema:url", "schema:sameAs"),
    )
)
DISPLACED: Final = "on a thing of another kind"
# what may be said of anything, or what is said of several kinds, each by a shape of its own
_OF_ANYTHING: Final = _LINKS | frozenset(
    expand(p)
    for p in (
        *("rdfs:label", "skos:altLabel", "skos:note", "skos:notation", "skos:definition"),
        *("dcterms:title", "pm:topic", "pm:relevance", "pm:identifier", "pm:acronym", "pm:city"),
        *(
            "pm:country",
            "pm:region",
            "pm:amount",
            "pm:currency",
            "pm:partOf",
            "pm:evidence",
            "pm:seen",
            "pm:totalCost",
            "pm:formerName",
        ),
        *("eurio:title", "eurio:url", "eurio:doi", "eurio:rcn", "eurio:identifier", "eurio:name"),
        *("eurio:startDate", "eurio:endDate", "pm:startAsStated", "pm:endAsStated"),
        *("eurio:hasRole", "eurio:hasAcronym", "eurio:hasEuroSciVocClassification"),
        *("rdf:subject", "rdf:predicate", "rdf:object", "dcterms:isReplacedBy"),
        *("pm:precursorOf", "pm:continuedBy", "pm:follows", "pm:replaces", "pm:resultedIn"),
        *("pm:buildsOn", "pm:basedOn", "pm:implements", "pm:supports", "pm:advises"),
        *("pm:promotes", "pm:complements", "pm:liaisesWith", "pm:activeIn", "pm:hostedBy"),
        *("pm:initiatedBy", "pm:publishesReportOf", "pm:includesProjectsOf", "pm:recognisedFor"),
    )
)
_FREE_TEXT: Final = re.compile(r'^"[^"]*"(@[a-z]+)?$')
_CODES: Final = frozenset(
    expand(p)
    for p in (
        *("skos:notation", "eurio:identifier", "eurio:doi", "eurio:issn", "eurio:isbn", "pm:iso3"),
        *("pm:euCode", "pm:continent", "pm:nutsCode", "pm:unit", "eurio:currency"),
        *("pm:startAsStated", "pm:endAsStated", "pm:publishedAsStated", "pm:dateAsStated"),
        *("pm:asOfAsStated", "eurio:vatNumber", "eurio:addressCountry", "eurio:postalCode"),
    )
)


@dataclass(frozen=True)
class Mutation:
    """One error: where it stands (class and property), which operator made it, and the change."""

    name: str
    cls: str
    prop: str
    operator: str
    without: tuple[Triple, ...] = ()
    added: tuple[Triple, ...] = ()


def good_triples() -> list[Triple]:
    """Return the conforming data."""
    parsed = ox.parse(path=HERE / "good.ttl")
    return sorted({(str(q.subject), f"<{q.predicate.value}>", str(q.object)) for q in parsed})


def copies(changed: list[Mutation], good: list[Triple]) -> str:
    """Return N-Triples: a copy of the conforming data for each mutation, and the vocabulary."""
    lines = [_vocabulary()]
    for number, mutation in enumerate(changed):
        kept = [t for t in good if t not in set(mutation.without)]
        text = "".join(f"{s} {p} {o} .\n" for s, p, o in [*kept, *mutation.added])
        lines.append(_moved(text, number))
    return "".join(lines)


def _moved(text: str, number: int) -> str:
    """Give the things of a copy, and the concepts that it brings, addresses of their own."""
    text = text.replace("permed/id/", f"permed/m{number}/id/")
    return text.replace("scheme/euroscivoc", f"scheme/m{number}/euroscivoc")


def place_of(term: str) -> int | None:
    """Return the number of the mutation that a term belongs to."""
    found = re.search(r"permed/(?:scheme/)?m(\d+)/", term)
    return int(found[1]) if found else None


def _vocabulary() -> str:
    quads = (q for path in ontology_files() for q in ox.parse(path=path))
    return "".join(sorted({f"{q.triple} .\n" for q in quads}))


def mutations() -> list[Mutation]:
    """Return all mutations in a stable order."""
    good = good_triples()
    return [*_operated(good), *_listed(good)]


# --- operators, applied to every property of every class ------------------------------------------


def _operated(good: list[Triple]) -> Iterator[Mutation]:
    classes: dict[str, list[str]] = defaultdict(list)
    for s, p, o in good:
        if p == f"<{_TYPE}>":
            classes[s].append(o)
    done: set[tuple[str, str]] = set()
    for s, p, o in good:
        cls, prop = _most_special(classes.get(s, [])), shorten(p[1:-1])
        of = s if cls == "pm:Identifier" else cls  # each scheme has a form of its own
        if (of, prop) in done or prop == "rdf:type":
            continue
        done.add((of, prop))
        for operator, without, value in _values(p[1:-1], o, classes):
            if _allowed(prop, operator):
                continue
            name = f"{of} {prop}: {operator}"
            gone = ((s, p, o),) if without else ()
            yield Mutation(name, cls, prop, operator, gone, ((s, p, value),))
    yield from _displaced(good, classes)


def _displaced(good: list[Triple], classes: dict[str, list[str]]) -> Iterator[Mutation]:
    """Say each property of one kind of thing of a thing of another kind."""
    hosts = cycle(f"<{ID}output/{n}>" for n in ("publication", "recommendation", "dataset"))
    others = cycle(f"<{ID}organisation/{n}>" for n in ("uni", "lab", "firm", "ministry"))
    done = {_TYPE, *_OF_ANYTHING}
    for s, p, o in good:
        if p[1:-1] in done or s not in classes:
            continue
        done.add(p[1:-1])
        output = "Output" in str(classes[s])
        host, cls = next(others if output else hosts), _most_special(classes[s])
        prop = shorten(p[1:-1])
        name = f"{cls} {prop}: {DISPLACED}"
        yield Mutation(name, cls, prop, DISPLACED, (), ((host, p, o),))


def _allowed(prop: str, operator: str) -> bool:
    return (prop, "*") in ALLOWED or (prop, operator) in ALLOWED


def _most_special(classes: list[str]) -> str:
    general = {"pm:Activity", "pm:Role", "pm:Output", "eurio:Organisation", "eurio:Country"}
    names = sorted(shorten(c[1:-1]) for c in classes)
    special = [n for n in names if n not in general and n != "eurio:AdministrativeArea"]
    return (special or names or ["no class"])[0]


def _values(prop: str, old: str, classes: dict[str, list[str]]) -> Iterator[tuple[str, bool, str]]:
    """Yield what stands in place of a value, or beside it: operator, replaced?, new value."""
    if old.startswith("<"):
        yield "text in place of an address", True, '"text"'
        if prop in _LINKS:
            yield "address that runs code", True, "<javascript:alert(1)>"
            return
        yield "nothing there", True, f"<{ID}organisation/nowhere-at-all>"
        wrong = "output/report" if "MonetaryAmount" in str(classes.get(old)) else "payment/1/amount"
        yield "thing of another kind", True, f"<{ID}{wrong}>"
        return
    yield "address in place of text", True, f"<{ID}organisation/frrb>"
    if "^^" in old:
        yield from _typed(prop, old.rpartition("^^")[2])
    elif prop in _CODES:
        yield "no such code", True, '" ?"'
    elif _FREE_TEXT.match(old):
        yield "markup", True, re.sub(r'^"[^"]*"', '"A <i>b</i> c"', old)
        yield "entity", True, re.sub(r'^"[^"]*"', '"A &amp; b"', old)
        yield "only blanks", True, re.sub(r'^"[^"]*"', '"  "', old)
        yield "control character", True, re.sub(r'^"[^"]*"', '"A \\\\u0007 b"', old)


def _typed(prop: str, datatype: str) -> Iterator[tuple[str, bool, str]]:
    yield "text in place of a typed value", True, '"twelve"'
    kind = datatype[1:-1].rsplit("#", 1)[-1]
    if kind == "date":
        yield "far in the future", True, f'"2999-01-01"^^{datatype}'
        yield "time in place of a day", True, f'"2020-01-01T10:00:00"^^<{PREFIXES["xsd"]}dateTime>'
        if prop not in (str(PM.seen),):
            yield "second value", False, f'"2018-06-06"^^{datatype}'
    elif kind in ("decimal", "integer"):
        yield "out of range", True, f'"-1000"^^{datatype}'
        yield "second value", False, f'"7"^^{datatype}'


# --- what curators and hostile contributors do ----------------------------------------------------

_ERROR: Final = re.compile(r"^# (?P<name>.+) \[(?P<cls>\S+) (?P<prop>\S+)\]$", re.MULTILINE)


def _listed(good: list[Triple]) -> Iterator[Mutation]:
    """Read `errors.ttl`: a comment names the error; `- ` before a line takes statements away."""
    text = (HERE / "errors.ttl").read_text(encoding="utf-8")
    prefixes = "".join(line + "\n" for line in text.splitlines() if line.startswith("@"))
    marks = list(_ERROR.finditer(text))
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        body = text[mark.end() : after.start() if after else len(text)].splitlines()
        gone = [line[2:] for line in body if line.startswith("- ")]
        new = "\n".join(line for line in body if not line.startswith("- "))
        yield Mutation(
            mark["name"], mark["cls"], mark["prop"], "listed",
            tuple(t for line in gone for t in _matching(line, prefixes, good)),
            tuple(_parsed(prefixes + new)),
        )  # fmt: skip


def _parsed(text: str) -> list[Triple]:
    parsed = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)
    return [(str(q.subject), f"<{q.predicate.value}>", str(q.object)) for q in parsed]


def _matching(line: str, prefixes: str, good: list[Triple]) -> list[Triple]:
    """Return the statements that `subject property *` means; it must mean some."""
    pattern = _parsed(prefixes + line.replace(" * ", ' "*" '))
    found = [t for t in good for s, p, o in pattern if t[:2] == (s, p) and o in ('"*"', t[2])]
    assert found, f"errors.ttl takes away what good.ttl does not say: {line}"
    return found
