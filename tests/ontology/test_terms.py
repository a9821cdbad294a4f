"""Names, prefixes and what is read from the files."""

from __future__ import annotations

import pytest

from permed.ontology import (
    DEFAULT_BASE,
    EURIO,
    PM,
    PREFIXES,
    concept_iri,
    concept_label,
    expand,
    ontology_nquads,
    prefix_block,
    scheme_codes,
    shorten,
)
from tests import ROOT


def test_namespace_gives_terms_even_where_text_has_a_method() -> None:
    assert EURIO.title == "http://data.europa.eu/s66#title"
    assert PM["roleOf"] == PM.roleOf == "https://w3id.org/permed/ontology#roleOf"
    assert PM.roleOf in PM
    assert f"{PM}x" == "https://w3id.org/permed/ontology#x"


@pytest.mark.parametrize("name", ["pm:roleOf", "eurio:title", "scheme:role/chair", "skos:broader"])
def test_expand_and_shorten(name: str) -> None:
    assert shorten(expand(name)) == name


def test_shorten_leaves_strange_addresses() -> None:
    assert shorten("https://example.org/x") == "https://example.org/x"


def test_expand_unknown_prefix() -> None:
    with pytest.raises(KeyError):
        expand("nobody:x")


def test_prefix_block_is_complete() -> None:
    assert prefix_block().count("PREFIX ") == len(PREFIXES)
    assert "PREFIX pm: <https://w3id.org/permed/ontology#>\n" in prefix_block()
    used = prefix_block("?x a eurio:Project FILTER(xsd:integer(?n) > 1)")
    assert used.split()[1::3] == ["eurio:", "xsd:"]


def test_scheme_codes_leave_groups_out() -> None:
    codes = scheme_codes("role")
    assert {"coordinator", "member", "observer"} <= codes
    assert not any(code.endswith("-group") for code in codes)


def test_unknown_scheme_and_code() -> None:
    with pytest.raises(KeyError, match="there are access-right, activity-type"):
        scheme_codes("nothing")
    with pytest.raises(KeyError):
        concept_label("role", "king")


def test_concept_label_and_iri() -> None:
    assert concept_label("organisation-type", "eu-institution") == "EU institution"
    assert concept_iri("role", "chair") == "https://w3id.org/permed/scheme/role/chair"


def test_nquads_are_the_same_twice() -> None:
    graph = "https://w3id.org/permed/graph/ontology"
    first = ontology_nquads(graph)
    assert first == ontology_nquads(graph)
    lines = first.decode().splitlines()
    assert lines == sorted(lines)
    assert all(line.endswith(f"<{graph}> .") for line in lines)


def test_the_base_stands_once_in_code() -> None:
    """All else takes it from the receipt of a release, the configuration or this constant."""
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for folder in ("ontology", "graph", "ingest", "queries", "api")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "w3id.org/permed" in line
    ]
    assert found == [f'ontology/terms.py: DEFAULT_BASE: Final = "{DEFAULT_BASE}"']
