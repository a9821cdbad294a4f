"""Row caps: exact, visible, in every format."""

from __future__ import annotations

import pytest

from permed.graph.errors import LimitExceeded
from permed.graph.store import Caps, EmbeddedStore, inspect
from permed.graph.store.embedded.evaluation import evaluate

_ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p"


def rows_of(store: EmbeddedStore, query: str, name: str, cap: int) -> tuple[int, bool]:
    answer = evaluate(
        store.native, query, inspect(query), substitutions={}, format=name, caps=Caps(cap)
    )
    counts = {
        "json": answer.body.count(b'"s":{'),
        "xml": answer.body.count(b"<result>"),
        "csv": answer.body.count(b"\r\n") - 1,
        "tsv": answer.body.count(b"\n") - 1,
    }
    return counts[name], answer.truncated


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_more_rows_than_the_cap_are_cut_and_told(small: EmbeddedStore, name: str) -> None:
    assert rows_of(small, _ALL, name, 4) == (4, True)
    assert rows_of(small, _ALL, name, 6) == (6, False)
    assert rows_of(small, f"{_ALL} LIMIT 3", name, 4) == (3, False)
    assert rows_of(small, f"{_ALL} LIMIT 5", name, 4) == (4, True)


def test_a_trailing_values_block_keeps_its_place(small: EmbeddedStore) -> None:
    query = "SELECT ?s { ?s ?p ?o } VALUES ?p { <http://x/size> }"
    assert rows_of(small, query, "json", 1) == (1, True)


def test_triples_are_capped_too(small: EmbeddedStore) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    answer = evaluate(small.native, query, inspect(query), substitutions={}, caps=Caps(2))
    assert (len(answer.triples()), answer.truncated) == (2, True)


def test_too_many_bytes_are_an_error_not_a_cut(small: EmbeddedStore) -> None:
    with pytest.raises(LimitExceeded, match="larger than 20 bytes"):
        evaluate(small.native, _ALL, inspect(_ALL), substitutions={}, caps=Caps(None, 20))
