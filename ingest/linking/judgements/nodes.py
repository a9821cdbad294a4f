"""What a judgement speaks of: our own ids and registry identifiers, and their addresses.

A node is an id of the record tables (`organisation/dlr`) or `scheme:value` (`ror:04bwf3e34`). Any
other address stays as it is: such a judgement is kept, and joins nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from permed.graph.identifiers import normalise, told_scheme
from permed.graph.mapping.terms import REGISTRY_IRI
from permed.ontology import DEFAULT_BASE, PREFIXES, uri_stems

__all__ = ["PREFIX_MAP", "Nodes", "kind_of", "scheme_of"]

_STEMS: dict[str, str] = {**REGISTRY_IRI, "pic": uri_stems()["pic"]}
_PREFIX = {"ror": "ROR", "pic": "PIC", "grid": "GRID", "fundref": "FUNDREF"}

# prefix -> address, for the header of the files that we write
PREFIX_MAP: dict[str, str] = {
    **{_PREFIX.get(scheme, scheme): stem for scheme, stem in _STEMS.items()},
    "semapv": "https://w3id.org/semapv/vocab/",
    "sssom": "https://w3id.org/sssom/",
    **{p: PREFIXES[p] for p in ("skos", "rdfs", "owl", "rdf", "xsd", "pm")},
}

_KINDS = {
    "organisation": "organisations",
    "person": "persons",
    "output": "outputs",
    "country": "countries",
    "region": "regions",
    "topic": "topics",
}
_SCHEME_KINDS = {
    **dict.fromkeys(("ror", "pic", "fundref", "grid"), "organisations"),
    "orcid": "persons",
    "doi": "outputs",
}
_ID = re.compile(r"^[a-z][a-z-]*/[A-Za-z0-9._~-]+$")


def scheme_of(node: str) -> str | None:
    """Return the registry scheme of an identifier node, None for our ids and other addresses."""
    scheme, colon, rest = node.partition(":")
    return scheme if colon and scheme in _STEMS and not rest.startswith("//") else None


def kind_of(node: str) -> str | None:
    """Return the table a node belongs to, None where the node alone does not tell."""
    scheme = scheme_of(node)
    if scheme is not None:
        return _SCHEME_KINDS.get(scheme)
    if not _ID.match(node):
        return None
    return _KINDS.get(node.partition("/")[0], "activities")


@dataclass(frozen=True)
class Nodes:
    """Turns addresses into nodes and back, for one base IRI."""

    base: str = DEFAULT_BASE

    def of(self, iri: str) -> str:
        """Return the node of an address; ValueError where the identifier has not its form."""
        for base in (self.base, DEFAULT_BASE):
            if iri.startswith(f"{base}id/"):
                return self._own(iri, iri.removeprefix(f"{base}id/"))
        scheme = told_scheme(iri)
        return _identifier(scheme, iri) if scheme in _STEMS else iri

    def _own(self, iri: str, rest: str) -> str:
        if rest.startswith("identifier/"):
            _, scheme, value = [*rest.split("/", 2), "", ""][:3]
            return _identifier(scheme, value) if scheme in _STEMS else iri
        if not _ID.match(rest):
            raise ValueError(f"'{rest}' is no id of this graph; write it as kind/slug")
        return rest

    def iri(self, node: str) -> str:
        """Return the address of a node."""
        scheme = scheme_of(node)
        if scheme is not None:
            return _STEMS[scheme] + node.partition(":")[2]
        return f"{self.base}id/{node}" if _ID.match(node) else node

    def prefixes(self) -> dict[str, str]:
        """Return the prefixes of our own files: registries, vocabularies and this graph."""
        return {**PREFIX_MAP, "permed": f"{self.base}id/"}

    def read(self, text: str) -> str:
        """Return the node that a person typed: an id, an address or a prefixed identifier.

        ValueError, with the forms that can be read, for anything else.
        """
        text = text.strip()
        prefix, colon, rest = text.partition(":")
        told = told_scheme(text)
        if told in _STEMS:
            return _identifier(told, text)
        stem = {p.lower(): s for p, s in self.prefixes().items()}.get(prefix.lower())
        if colon and stem and not rest.startswith("//"):
            return self.of(stem + rest)
        if text.startswith(("http://", "https://")) and not re.search(r"\s", text):
            return self.of(text)
        if not _ID.match(text):
            raise ValueError(
                f"'{text}' is no identifier; write such as PIC:999981731, ROR:04bwf3e34,"
                " organisation/dlr or a full address"
            )
        return text


def _identifier(scheme: str, text: str) -> str:
    value = normalise(scheme, text)
    if value is None:
        raise ValueError(f"'{text}' is not a valid {scheme} identifier; correct it")
    return f"{scheme}:{value}"
