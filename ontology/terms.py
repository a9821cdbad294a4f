"""Namespaces and prefixes: the one place where a short name is tied to an address."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ADMS",
    "DCAT",
    "DCTERMS",
    "DEFAULT_BASE",
    "EURIO",
    "FOAF",
    "FRAPO",
    "ONTOLOGY_IRI",
    "ORG",
    "OWL",
    "PM",
    "PREFIXES",
    "PROV",
    "QUERY_PREFIXES",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SCHEME",
    "SH",
    "SHAPES_IRI",
    "SKOS",
    "TEXT",
    "VANN",
    "VOID",
    "XSD",
    "Namespace",
    "concept_iri",
    "expand",
    "prefix_block",
    "shorten",
]


class Namespace:
    """An address that terms start with; `PM.roleOf` and `PM["roleOf"]` give the term's address.

    Not a `str`, since `EURIO.title` would then be a method of text.
    """

    __slots__ = ("_base",)

    def __init__(self, base: str) -> None:
        self._base = base

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._base + name

    def __getitem__(self, name: str) -> str:
        return self._base + name

    def __contains__(self, iri: str) -> bool:
        return iri.startswith(self._base)

    def __str__(self) -> str:
        return self._base


# where things get their addresses unless a build says otherwise, and where the project is at home;
# the vocabulary stays here whatever the base of a release, since others refer to its terms
DEFAULT_BASE: Final = "https://w3id.org/permed/"
ONTOLOGY_IRI: Final = f"{DEFAULT_BASE}ontology"
SHAPES_IRI: Final = f"{DEFAULT_BASE}shape"

PM: Final = Namespace(f"{ONTOLOGY_IRI}#")
SCHEME: Final = Namespace(f"{DEFAULT_BASE}scheme/")
TEXT: Final = Namespace(f"{DEFAULT_BASE}text#")  # text search inside queries; in no data
EURIO: Final = Namespace("http://data.europa.eu/s66#")
ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
FRAPO: Final = Namespace("http://purl.org/cerif/frapo/")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("https://schema.org/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
VANN: Final = Namespace("http://purl.org/vocab/vann/")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final[dict[str, str]] = {
    "pm": str(PM),
    "scheme": str(SCHEME),
    "eurio": str(EURIO),
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "frapo": str(FRAPO),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "sh": str(SH),
    "skos": str(SKOS),
    "vann": str(VANN),
    "void": str(VOID),
    "xsd": str(XSD),
}
# what queries may use without declaring it: what data use, and what stands in queries only
QUERY_PREFIXES: Final[dict[str, str]] = PREFIXES | {"pmtext": str(TEXT)}


def concept_iri(scheme: str, code: str) -> str:
    """Address of a concept: `SCHEME`, then `{scheme}/{code}`."""
    return f"{SCHEME}{scheme}/{code}"


def expand(name: str) -> str:
    """Turn `pm:roleOf` into its address; KeyError where the prefix is not in `PREFIXES`."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """Turn an address into `prefix:name` where a prefix fits, else return it unchanged."""
    fits = [(base, p) for p, base in PREFIXES.items() if iri.startswith(base)]
    if not fits:
        return iri
    base, prefix = max(fits, key=lambda fit: len(fit[0]))
    return f"{prefix}:{iri[len(base) :]}"


_PREFIX: Final = re.compile(r"\b([a-z]+):")


def prefix_block(text: str | None = None) -> str:
    """Return the prefixes that a text uses, by default all, as SPARQL lines ended by a newline."""
    used = PREFIXES if text is None else set(_PREFIX.findall(text))
    lines = (f"PREFIX {p}: <{base}>\n" for p, base in PREFIXES.items() if p in used)
    return "".join(lines)
