"""An address that runs code does not pass the gate, whatever property leads to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.shacl.validation import Engine, validate_file
from permed.graph.store import EmbeddedStore
from permed.ontology import prefix_block

PROPERTIES = [
    "foaf:homepage",
    "foaf:page",
    "foaf:depiction",
    "foaf:logo",
    "prov:wasDerivedFrom",
    "rdfs:seeAlso",
    "rdfs:isDefinedBy",
    "owl:sameAs",
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:relatedMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "dcterms:license",
    "dcterms:source",
    "dcterms:references",
    "schema:url",
    "schema:sameAs",
]
HOSTILE = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://example.org/x",
)


def conforms(folder: Path, triple: str, engine: Engine = "shacl") -> bool:
    path = folder / "data.ttl"
    prefixes = prefix_block().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    path.write_text(f"{prefixes}<https://example.org/thing> {triple} .\n")
    return validate_file(path, engine).conforms


@pytest.mark.parametrize("name", PROPERTIES)
def test_links_lead_to_the_web(tmp_path: Path, name: str) -> None:
    assert conforms(tmp_path, f"{name} <https://example.org/page>")
    assert conforms(tmp_path, f"{name} <HTTP://example.org/page>")
    for address in HOSTILE:
        assert not conforms(tmp_path, f"{name} <{address}>"), address
    assert not conforms(tmp_path, f"{name} <{HOSTILE[0]}>", "pyshacl")


@pytest.mark.parametrize("address", HOSTILE)
def test_a_url_in_eurio_form_is_a_web_address(tmp_path: Path, address: str) -> None:
    assert conforms(tmp_path, 'eurio:url "https://example.org/"^^xsd:anyURI')
    assert not conforms(tmp_path, f'eurio:url "{address}"^^xsd:anyURI')
    assert not conforms(tmp_path, 'eurio:url "https://example.org/"')


def test_everything_that_the_release_links_to_is_a_web_address(store: EmbeddedStore) -> None:
    """No property is forgotten: every IRI that is an object begins with http(s)."""
    found = store.select_frame(
        "SELECT DISTINCT ?p WHERE { ?s ?p ?o . FILTER(ISIRI(?o))"
        " FILTER(!REGEX(STR(?o), '^https?://')) }"
    )
    assert found.is_empty()


def several(store: EmbeddedStore, name: str) -> int:
    """How many things have more than one value of a property."""
    found = store.select_frame(
        f"{prefix_block()} SELECT ?s WHERE {{ ?s {name} ?id }}"
        " GROUP BY ?s HAVING(COUNT(DISTINCT ?id) > 1)"
    )
    return found.height


def test_eurio_identifiers_are_one_a_thing(store: EmbeddedStore) -> None:
    """EURIO 2.4 declares these functional; over all sources, not only in each graph."""
    assert several(store, "eurio:identifier") == 0
    assert several(store, "eurio:rcn") == 0
    assert several(store, "eurio:title") == several(store, "eurio:legalName") == 0
    assert several(store, "skos:altLabel") > 0  # the query does count
