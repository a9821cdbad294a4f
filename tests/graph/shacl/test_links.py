"""An address that runs code does not pass the gate, whatever property leads to it."""

from __future__ import annotations

from collections.abc import Iterable
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


def refused(folder: Path, objects: Iterable[str], engine: Engine = "shacl") -> set[str]:
    """Return those properties and objects with which a thing of its own violates a shape."""
    things = {f"<https://example.org/thing/{n}>": said for n, said in enumerate(objects)}
    path = folder / "data.ttl"
    prefixes = prefix_block().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    path.write_text(prefixes + "".join(f"{thing} {said} .\n" for thing, said in things.items()))
    found = validate_file(path, engine).violations
    return {things[v.focus] for v in found if v.severity == "Violation"}


@pytest.mark.slow
def test_links_lead_to_the_web(tmp_path: Path) -> None:
    good = {
        f"{p} <{scheme}://example.org/page>" for p in PROPERTIES for scheme in ("https", "HTTP")
    }
    bad = {f"{name} <{address}>" for name in PROPERTIES for address in HOSTILE}
    assert refused(tmp_path, good | bad) == bad
    one = {f"{name} <{HOSTILE[0]}>" for name in PROPERTIES}
    assert refused(tmp_path, good | one, "pyshacl") == one


def test_a_url_in_eurio_form_is_a_web_address(tmp_path: Path) -> None:
    good = {'eurio:url "https://example.org/"^^xsd:anyURI'}
    bad = {f'eurio:url "{address}"^^xsd:anyURI' for address in HOSTILE}
    bad |= {'eurio:url "https://example.org/"'}
    assert refused(tmp_path, good | bad) == bad


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
