"""The limits at their very edge: one more is cut or refused, one less is not."""

from __future__ import annotations

import pytest

from permed.graph.errors import InputError
from permed.graph.store import Caps, Dataset, EmbeddedStore, inspect
from permed.graph.store.embedded.evaluation import evaluate
from permed.graph.store.embedded.limits import AnswerTooLarge, CappedBuffer, with_limit
from permed.graph.store.query.dataset import needs_merge

_ALL = "SELECT * { ?s ?p ?o }"


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        ("SELECT * {} LIMIT 50", "SELECT * {} LIMIT 11"),
        ("SELECT * {} LIMIT 12 OFFSET 1", "SELECT * {} LIMIT 11 OFFSET 1"),
        ("SELECT * {} LIMIT 11", "SELECT * {} LIMIT 11"),
        ("SELECT * {} LIMIT 5", "SELECT * {} LIMIT 5"),
        ("SELECT * {}", "SELECT * {}\nLIMIT 11\n"),
        ("SELECT * {} VALUES ?x { 1 }", "SELECT * {} \nLIMIT 11\nVALUES ?x { 1 }"),
        ("ASK {}", "ASK {}"),
        ("CONSTRUCT WHERE {}", "CONSTRUCT WHERE {}"),
        ("ASK { { SELECT * {} LIMIT 50 } }", "ASK { { SELECT * {} LIMIT 50 } }"),
    ],
)  # fmt: skip
def test_the_outer_limit(query: str, limited: str) -> None:
    assert with_limit(query, inspect(query), 11) == limited


def test_a_buffer_takes_its_cap_and_no_byte_more() -> None:
    buffer = CappedBuffer(3)
    assert (buffer.write(b"ab"), buffer.write(b"c")) == (2, 1)
    with pytest.raises(AnswerTooLarge, match="3 bytes"):
        buffer.write(b"d")
    assert CappedBuffer(None).write(b"x" * 1000) == 1000


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(("rows", "truncated"), [(1, True), (5, True), (6, False), (7, False)])
def test_rows_at_the_cap(small: EmbeddedStore, form: str, rows: int, truncated: bool) -> None:
    """The store says 6 triples: 7 statements, of which two are one."""
    answer = evaluate(
        small.native, _ALL, inspect(_ALL), substitutions={}, format=form, caps=Caps(rows)
    )
    assert answer.truncated is truncated
    named = "SELECT ?s ?p ?o { ?s ?p ?o }"
    whole = small.query(named, format=form).body
    assert (len(answer.body) < len(whole)) is truncated


@pytest.mark.parametrize(("rows", "truncated"), [(5, True), (6, False), (7, False)])
def test_triples_at_the_cap(small: EmbeddedStore, rows: int, truncated: bool) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    answer = evaluate(small.native, query, inspect(query), substitutions={}, caps=Caps(rows))
    assert (answer.truncated, len(answer.triples())) == (truncated, min(rows, 6))


@pytest.mark.parametrize(
    ("query", "form"), [(_ALL, "ttl"), ("ASK {}", "nt"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")]
)
def test_formats_that_do_not_fit_are_refused(small: EmbeddedStore, query: str, form: str) -> None:
    with pytest.raises(InputError, match="not known here"):
        small.query(query, format=form)


def test_from_is_obeyed_where_the_default_graph_is_a_union(small: EmbeddedStore) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    whole, one = count.format(""), count.format("FROM <http://g/1>")
    answers = [
        evaluate(small.native, q, inspect(q), substitutions={}, format="csv", union=True).body
        for q in (whole, one)
    ]
    assert answers[1] == b"n\r\n2\r\n"
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    ("default", "needed"),
    [
        (("http://b/graph/contributed-a", "http://b/graph/b"), True),
        (("http://b/graph/contributed-a", "http://b/graph/contributed-a"), False),
        (("http://b/graph/contributed-a",), False),
        (("http://b/graph/a", "http://b/graph/b"), False),
        ((), False),
    ],
)
def test_only_contributed_graphs_beside_others_are_merged(
    default: tuple[str, ...], needed: bool
) -> None:
    assert needs_merge(Dataset(default)) is needed
