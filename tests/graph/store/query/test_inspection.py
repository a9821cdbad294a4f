"""No spelling of SERVICE or LOAD may slip through, and no innocent word may be refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permed.graph.errors import InputError
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
    # the engine wants no space behind a keyword
    "SELECT * { SERVICESILENT <http://localhost/> { ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE <http://localhost/> { ?s ?p ?o } }",
    "PREFIX ex: <http://localhost/> SELECT * { SERVICEex:foo { ?s ?p ?o } }",
    "PREFIX : <http://localhost/> SELECT * { service:foo { ?s ?p ?o } }",
    "PREFIX : <http://localhost/> SELECT * { ?a ?b 1SERVICE:foo { ?s ?p ?o } }",
    # an escaped sign in a local name opens neither a string nor a comment
    "PREFIX e: <http://e/> SELECT * { ?a ?b e:c\\' . SERVICE <http://h/> { ?s ?p ?o } #'\n}",
    "PREFIX e: <http://e/> SELECT * { ?a ?b e:c\\# . SERVICE <http://localhost/> { ?s ?p ?o } }",
    "PREFIX e: <http://e/> SELECT * { ?a ?b e:.SERVICE <http://localhost/> { ?s ?p ?o } }",
    # the engine leaves escapes in strings alone, the standard does not
    "SELECT * { ?a ?b 'x\\u0027' . SERVICE <http://localhost/> { ?s ?p ?o } #'\n}",
    'SELECT * { ?a ?b "x\\u0022" . SERVICE <http://localhost/> { ?s ?p ?o } #"\n}',
]
DOUBLE_MEANING = [
    'SELECT * { ?a ?p ?b FILTER(?a<?b#>"""\n) SERVICE <http://h/> {?s ?p ?o} #"""\n}',
    "SELECT * { ?a ?p ?b FILTER(?a<ex:b#>'''\n) SERVICE <http://h/> {?s ?p ?o} #'''\n}",
    "SELECT * { FILTER(EXISTS{?a ?p ?b}<?b#>'''\n) SERVICE <http://h/> {?s ?p ?o} #'''\n}",
    "SELECT * { FILTER((?a<(?b>?c)&&?d)<?e#>'''\n) SERVICE <http://h/> {?s ?p ?o} #'''\n}",
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
    "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s service:p service:o } }",
    "SELECT * { ?s ?p 'service' ; <http://x/a#b> <http://dbpedia.org/resource/A_(b)#c> }",
    "SELECT * { ?s ?p 'a\\u0027b' }",
    "SELECT * { ?s ?p 'a\\u0062 service' }",
    'SELECT * { ?s ?p """it\'s "so" # SERVICE""" . ?s ?q \'\'\'"\'\'\' }',
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


def test_a_text_with_escapes_is_read_in_both_ways() -> None:
    r"""`\u0027` ends the string for the standard: a SERVICE behind it may be hidden by it."""
    with pytest.raises(ServiceRefused, match="escapes"):
        inspect("SELECT * { ?s ?p 'a\\u0027b service' }")
    nested = "\\" + "u005C" * 9 + "u0053ERVICE"
    with pytest.raises(ServiceRefused, match="nested"):
        inspect(f"SELECT * {{ {nested} <http://localhost/> {{ ?s ?p ?o }} }}")
    outside = inspect("SELECT * { ?s ?p '\\UFFFFFFFF service' }")  # no character has that number
    assert outside.services == ()


_STORE = ox.Store()
_STORE.add(ox.Quad(ox.NamedNode("http://x/a"), ox.NamedNode("http://x/b"), ox.Literal("c")))
_BEFORE = [
    "",
    "?a ?b ?c .",
    "OPTIONAL { ?a ?b e:c\\' }",
    "OPTIONAL { ?a ?b e:c\\# }",
    "OPTIONAL { ?a ?b e: }",
    "OPTIONAL { ?a ?b 'x\\u0027' }",
    'OPTIONAL { ?a ?b "x\\u0022" }',
    "VALUES ?y { '''a' }",
    "FILTER(?a<?b)",
    "FILTER(?a<?b#>'''\n)",
    "FILTER(EXISTS{?s ?p ?o}<?c#>'''\n)",
    "FILTER((?c<(?b>?c)&&?c)||?c<?e#>'''\n)",
    "#'\n",
]
_WORDS = ["SERVICE", "service", "SERVICE#\n", "\\u0053ERVICE", "UNION{}SERVICE", "{}SERVICE"]
_NAMES = ["<http://127.0.0.1:1/>", " <http://127.0.0.1:1/>", "e:f", " e:f", ":f", "?x"]
_AFTER = ["", "#'\n", '#"\n', "#'''\n", '#"""\n', "# >\n"]


@settings(max_examples=400)
@given(*map(st.sampled_from, (_BEFORE, _WORDS, _NAMES, _AFTER)))
def test_what_the_engine_would_call_is_never_passed_on(
    before: str, word: str, name: str, after: str
) -> None:
    """The engine itself is asked: port 1 is one that it refuses to call, before any network."""
    query = (
        "PREFIX e: <http://127.0.0.1:1/> PREFIX : <http://127.0.0.1:1/> SELECT * { "
        f"BIND(<http://127.0.0.1:1/> AS ?x) {before} {word}{name} {{ ?s ?p ?o }} {after} }}"
    )
    if not _calls(query):
        return
    try:
        services = inspect(query).services
    except InputError:
        return
    assert services


def _calls(query: str) -> bool:
    try:
        list(_STORE.query(query))  # type: ignore[arg-type]
    except SyntaxError:
        return False
    except (OSError, RuntimeError):  # refused there, or a variable without a value
        return True
    return False


def test_the_engine_does_call() -> None:
    """What the test above leans on: else it could not fail."""
    assert _calls("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert _calls(f"PREFIX e: <http://e/> SELECT * {{ {_BEFORE[2]} SERVICE e:x {{ ?s ?p ?o }} }}")


def test_prefixes_that_are_used_and_not_declared_are_told() -> None:
    query = "PREFIX a: <http://a/> PREFIX c: <http://c/> SELECT * { ?s a:p b:q, b:r ; d:e 'f:g' }"
    assert inspect(query).undeclared == ("b", "d")


def test_the_limit_and_the_values_are_those_of_the_whole_query() -> None:
    assert inspect("SELECT * { ?s ?p ?o } OFFSET 5 LIMIT 7").limit == 7
    assert inspect("SELECT * { ?s ?p ?o } LIMIT many").limit is None
    assert inspect("SELECT * { VALUES ?a { 1 } ?s ?p ?a }").values_at is None


def test_what_a_query_says_of_its_dataset_and_of_its_values() -> None:
    assert not inspect("SELECT * { ?s ?p ?o }").has_dataset
    assert inspect("SELECT * { { VALUES ?s { 1 } } }").values_at is None
    text = "SELECT * { VALUES ?s { 1 } } VALUES ?s { 2 }"
    assert inspect(text).values_at == text.rindex("VALUES")


def test_a_name_at_the_end_is_no_service_and_the_refusal_forbids() -> None:
    assert inspect("DESCRIBE service:x").services == ()
    assert inspect("SELECT * { service:x {").services == ("service:x",)
    assert ServiceRefused("x").status == 403
