"""Places of errors are places in the user's own text, whatever was put in before it ran."""

from __future__ import annotations

import pytest

from permed.graph.errors import InputError, QuerySyntaxError
from permed.graph.store import Caps, EmbeddedStore, inspect
from permed.graph.store.embedded.evaluation import evaluate

_LINES = "SELECT ?s WHERE {\n  ?s a pm:Role ;\n  ?p ?o ??\n}\n"


def place_of(store: EmbeddedStore, query: str, rows: int | None = 10) -> str:
    with pytest.raises(QuerySyntaxError) as refusal:
        evaluate(store.native, query, inspect(query), substitutions={}, caps=Caps(rows))
    said = str(refusal.value)
    assert "Error" not in said
    assert said.count("\n") == 0
    return said


@pytest.mark.parametrize("rows", [None, 10])
@pytest.mark.parametrize(
    ("query", "place"),
    [
        (_LINES, "line 4, column 2: the query ends here"),  # where the engine stops
        ("SELECT * WHERE {\n  ?s nix:x ?y .\n}\n", "line 2, column 11: the prefix"),
        ("SELECT * WHERE { ?s pm:a ?o .\n  FILTER(?o = )\n}\n", "line 2, column 15: a value"),
        ("PREFIX x: <http://x/>\nSELECT * { ?s x:a ?o }}", "line 2, column 23: } closes nothing"),
        ("SELECT * { ?s pm:a ?o ) }", "line 1, column 23: ) closes nothing"),
        ("SELECT * {\n ?s pm:a (1 2\n}", "line 3, column 1: } closes nothing"),
        ("SELECT * {\n ?s pm:a ?o", "line 1, column 10: { is not closed"),
        ("ASK { ?s pm:a }", "line 1, column 15: expected"),
        ("ASK { ?s a }\n\n\n", "line 1, column 13: the query ends here"),
        ("SELECT * { ?s a ?o } LIMIT x", "line 1, column 28:"),
        ("\n SELEC * {}", "line 2, column 2: a query begins with ASK, BASE"),
        ("", "line 1, column 1: the query is empty"),
        ("SELECT * { ?s nonesuch:a ?o }", "line 1"),
        ("SELECT * { ?s ?p 'open }", "line 1, column 18:"),
    ],
)
def test_places(small: EmbeddedStore, query: str, place: str, rows: int | None) -> None:
    assert place_of(small, query, rows).startswith(place)


def test_an_unknown_prefix_says_what_to_write(small: EmbeddedStore) -> None:
    assert "PREFIX" in place_of(small, "ASK { ?s nonesuch:a ?o }")


def test_usual_prefixes_need_no_declaration(small: EmbeddedStore) -> None:
    query = "SELECT (xsd:integer('7') AS ?n) (STR(pm:a) AS ?a) {}"
    assert (
        small.query(query, format="csv").body == b"n,a\r\n7,https://w3id.org/permed/ontology#a\r\n"
    )
    own = "PREFIX pm: <http://own/> SELECT (STR(pm:a) AS ?a) {}"
    assert small.query(own, format="csv").body == b"a\r\nhttp://own/a\r\n"
    with pytest.raises(InputError):
        small.query("ASK { ?s :a ?o }")


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "s,p,o"),
        ("SELECT DISTINCT * { ?s ?p ?o }", "s,p,o"),
        ("select reduced * where { ?z ?a ?m }", "z,a,m"),
        ("SELECT*{?s ?p ?o}", "s,p,o"),
        ("SELECT * { BIND(1 AS ?z) ?s ?p ?o } LIMIT 3", "z,s,p,o"),
        (
            "SELECT * { { SELECT ?o ?b { ?b <http://x/size> ?o ; ?hidden ?q } } ?a ?p ?o }",
            "o,b,a,p",
        ),
        ("SELECT * { ?s ?p ?o } VALUES ?a { 1 }", "s,p,o,a"),
        ("SELECT ?o ?s { ?s ?p ?o }", "o,s"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "n"),
        ("SELECT * { }", ""),
        ("SELECT ?s { ?s ?p ?o { SELECT * { ?z ?y ?x } } }", "s"),
    ],
)
def test_columns_of_a_star_stand_in_the_order_of_the_text(
    small: EmbeddedStore, query: str, columns: str
) -> None:
    head = small.query(query, format="csv").body.partition(b"\r\n")[0]
    assert head.decode() == columns


@pytest.mark.parametrize("query", ["", " \n\t"])
def test_an_empty_query_is_called_so(small: EmbeddedStore, query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="the query is empty"):
        small.query(query)


def test_lines_are_counted_as_editors_count_them(small: EmbeddedStore) -> None:
    query = 'SELECT ?s {\n ?s ?p "form\x0cfeed\u2028" ;\n  WRONG 1 }'
    with pytest.raises(QuerySyntaxError, match=r"line 3, column .*the line is: WRONG 1 }"):
        small.query(query)


def test_a_star_gives_the_same_rows_in_every_format(small: EmbeddedStore) -> None:
    star, named = "SELECT * { ?s ?p ?o } ORDER BY ?o", "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?o"
    for form in ("json", "xml", "csv", "tsv"):
        assert small.query(star, format=form).body == small.query(named, format=form).body
