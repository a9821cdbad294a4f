"""Parameters are terms: they change values, never the query."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError
from permed.graph.store import EmbeddedStore
from permed.graph.store.query import parameters
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.tokens import Token, tokens

_SIZE = ox.NamedNode("http://x/size")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT ?s ?p { ?s ?p ?n }", 2),
        ("SELECT ?s { ?s ?p ?n } ORDER BY ?p ?s", 2),
        ("SELECT ?p (COUNT(?n) AS ?c) { ?s ?p ?n } GROUP BY ?p", 1),
        ("SELECT ?s { ?s ?p ?n FILTER(BOUND(?p) && ?p = <http://x/size>) }", 2),
        ("SELECT ?s { { SELECT ?s ?p { ?s ?p ?n } LIMIT 1 } }", 1),
        ("SELECT ?s { VALUES ?n { 12 30 } ?s ?p ?n }", 2),
        ("SELECT ?s { ?s $p ?n }", 2),
    ],
)
def test_every_place_of_a_variable(small: EmbeddedStore, query: str, rows: int) -> None:
    assert small.select_frame(query, substitutions={"p": _SIZE}).height == rows


def test_a_parameter_is_no_group_of_its_own_where_others_are(small: EmbeddedStore) -> None:
    # Virtuoso makes text of an IRI that stands in GROUP BY under an alias
    query = "SELECT ?p ?s (COUNT(?n) AS ?c) { ?s ?p ?n } GROUP BY ?p ?s"
    assert "GROUP BY  ?s" in substitute(query, {"p": _SIZE})
    found = small.select_frame(query, substitutions={"p": _SIZE})
    assert set(found["p"]) == {_SIZE.value}
    assert found.height == 2


def test_a_name_that_an_inner_select_hands_out_is_not_given_twice(small: EmbeddedStore) -> None:
    query = (
        "SELECT ?s ?p ?c { ?s ?p ?n { SELECT ?p (COUNT(*) AS ?c) { ?x ?p ?y } GROUP BY ?p } }"
        " GROUP BY ?s ?p ?c"
    )
    assert set(small.select_frame(query, substitutions={"p": _SIZE})["c"]) == {2}


def test_a_column_is_filled_where_an_inner_select_finds_nothing(small: EmbeddedStore) -> None:
    query = (
        "SELECT ?s ?c { ?s ?p ?n OPTIONAL { SELECT ?s (COUNT(*) AS ?c)"
        " { ?s <http://x/unheard> ?y } GROUP BY ?s } }"
    )
    subject = ox.NamedNode(small.select_frame("SELECT ?s { ?s ?p ?n }")["s"][0])
    assert set(small.select_frame(query, substitutions={"s": subject})["s"]) == {subject.value}


@pytest.mark.parametrize("query", ["SELECT (1 AS ?p) {}", "SELECT * { VALUES ?p { 1 } }"])
def test_assigned_variables_are_no_parameters(query: str) -> None:
    with pytest.raises(InputError, match="cannot be a parameter"):
        substitute(query, {"p": _SIZE})


def test_comments_strings_and_other_names_stay(small: EmbeddedStore) -> None:
    query = "SELECT ?pp { ?pp ?q '?p' } # ?p"
    assert substitute(query, {"p": _SIZE}) == query


@pytest.mark.slow
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_no_text_becomes_syntax(small: EmbeddedStore, text: str) -> None:
    rows = small.query("SELECT ?v { }", substitutions={"v": ox.Literal(text)}).rows()
    assert [str(getattr(row["v"], "value", None)) for row in rows] == [text]


def test_a_query_is_read_once_for_all_values(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> Iterator[Token]:
        read.append(text)
        return tokens(text)

    monkeypatch.setattr(parameters, "tokens", counted)
    query = "SELECT ?s ?once { ?s ?once ?n }"
    for number in range(3):
        term = ox.NamedNode(f"http://x/{number}")
        assert f"?s  {term}  ?n" in substitute(query, {"once": term})
    assert len(read) == 1
    long = f"{query} # {'x' * 9000}"  # not kept, yet read all the same
    assert "http://x/9" in substitute(long, {"once": ox.NamedNode("http://x/9")})
    assert len(read) == 2


def test_a_value_has_one_name_in_each_select() -> None:
    """Virtuoso refuses one alias in two SELECTs."""
    text = (
        "SELECT ?c ?n ?m { ?c a <x:C> "
        "OPTIONAL { SELECT ?c (COUNT(?p) AS ?n) { ?c <x:p> ?p } GROUP BY ?c } "
        "OPTIONAL { SELECT ?c ?i (COUNT(?p) AS ?m) { ?c <x:p> ?p ; <x:i> ?i } GROUP BY ?c ?i } }"
    )
    written = substitute(text, {"c": ox.NamedNode("x:1")})
    aliases = re.findall(r"AS (\?\w+)\)", written)
    assert sorted(aliases) == sorted(set(aliases))
    store = ox.Store()
    for line in ("<x:1> a <x:C> ; <x:p> 1, 2 ; <x:i> 3 .", "<x:2> a <x:C> ; <x:p> 1 ; <x:i> 3 ."):
        store.load(line.encode(), format=ox.RdfFormat.TURTLE)
    rows = [[str(v) for v in row] for row in store.query(written)]  # type: ignore[union-attr]
    integer = '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert rows == [["<x:1>", integer, integer]]
    store.remove_graph(ox.DefaultGraph())
    store.load(b"<x:1> a <x:C> .", format=ox.RdfFormat.TURTLE)
    rows = [[str(v) for v in row] for row in store.query(written)]  # type: ignore[union-attr]
    assert rows == [["<x:1>", "None", "None"]]  # nothing to count is no row, as with a variable
