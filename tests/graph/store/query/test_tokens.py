"""No spelling of SERVICE or LOAD may slip through, and no innocent word may be refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.store import ServiceRefused, inspect

HIDDEN = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { service<http://127.0.0.1:1/>{ ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { SERVICE # note\n <http://localhost/> { ?s ?p ?o } }",
    "PREFIX x: <http://localhost/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }",
    "SELECT * { BIND(<http://localhost/> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { { SELECT * { { SERVICE <http://localhost/> { ?s ?p ?o } } } } }",
    "SELECT * { FILTER EXISTS { SERVICE <http://localhost/> { ?s ?p ?o } } }",
    "SELECT * { \\u0053ERVICE <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ervice <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { \\u005Cu0053ERVICE <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE<http://localhost/>{ ?s ?p ?o } }",
    "SELECT * { ?a ?b '''SERVICE''' . SERVICE <http://localhost/> { ?s ?p ?o } }",
    'SELECT * { ?a ?b "\\"" . SERVICE <http://localhost/> { ?s ?p ?o } }',
]
DOUBLE_MEANING = [
    'SELECT * { ?a ?p ?b FILTER(?a<?b#>"""\n) SERVICE <http://h/> {?s ?p ?o} #"""\n}',
    "SELECT * { ?a ?p ?b FILTER(?a<ex:b#>'''\n) SERVICE <http://h/> {?s ?p ?o} #'''\n}",
]
INNOCENT = [
    "SELECT ?service { ?service ?p ?o }",
    "SELECT * { ?s <http://example.org/service> ?o }",
    "PREFIX pm: <http://example.org/> SELECT * { ?s a pm:Service ; pm:service ?o }",
    "SELECT * { ?s ?p 'SERVICE <http://localhost/>' }",
    'SELECT * { ?s ?p """SERVICE\n<http://localhost/>""" }',
    "# SERVICE <http://localhost/>\nSELECT * { ?s ?p ?o }",
    "SELECT * { ?s <http://example.org/#SERVICE> ?o }",
    "SELECT * { ?s ?p ?o FILTER(?o < 3 && 4 > ?o) }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_services_are_found_however_they_are_written(query: str) -> None:
    assert inspect(query).services


@pytest.mark.parametrize("query", DOUBLE_MEANING)
def test_text_with_two_readings_is_refused(query: str) -> None:
    with pytest.raises(ServiceRefused, match="comparison"):
        inspect(query)


@pytest.mark.parametrize("query", INNOCENT)
def test_the_word_alone_is_no_service(query: str) -> None:
    assert inspect(query).services == ()


@given(
    st.lists(st.sampled_from([" ", "\n", "# x\n", "\t"]), min_size=0, max_size=4),
    st.sampled_from(["SERVICE", "service", "SerVice"]),
)
def test_spaces_and_case_hide_nothing(spaces: list[str], word: str) -> None:
    query = f"SELECT * {{ {word}{''.join(spaces)}<http://localhost/> {{ ?s ?p ?o }} }}"
    assert inspect(query).services == ("http://localhost/",)


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "select"),
        ("BASE <http://x/> PREFIX select: <http://ask/> ASK {}", "ask"),
        ("# construct\nDESCRIBE <http://x/>", "describe"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "construct"),
        ("LOAD <http://localhost/>", "update"),
        ("PREFIX x: <http://x/> INSERT DATA { x:a x:b 1 }", "update"),
        ("nonsense", "unknown"),
    ],
)
def test_forms(query: str, form: str) -> None:
    assert inspect(query).form == form


def test_outer_limit_and_dataset() -> None:
    found = inspect("SELECT * FROM <http://g/> { { SELECT * { ?s ?p ?o } LIMIT 3 } } LIMIT 7")
    assert (found.limit, found.has_dataset) == (7, True)
    assert inspect("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 3 } }").limit is None
