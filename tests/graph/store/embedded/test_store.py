"""The embedded store: dataset, formats, frames, errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib

from permed.graph.errors import InputError, NotFoundError, QuerySyntaxError
from permed.graph.store import Dataset, EmbeddedStore, ServiceRefused


def test_the_default_graph_is_the_union_without_repetition(small: EmbeddedStore) -> None:
    frame = small.select_frame("SELECT ?s ?n { ?s <http://x/size> ?n } ORDER BY ?n")
    assert frame.rows() == [("http://x/a", 12), ("http://x/b", 30)]


def test_from_and_the_protocol_dataset_replace_the_union(small: EmbeddedStore) -> None:
    count = "(COUNT(*) AS ?n)"
    one = small.select_frame(f"SELECT {count} FROM <http://g/1> {{ ?s ?p ?o }}")
    given = small.query(
        f"SELECT {count} FROM <http://g/1> {{ ?s ?p ?o }}",
        dataset=Dataset(default=("http://g/2",)),
    )
    assert (one["n"][0], given.frame()["n"][0]) == (2, 5)


def test_columns_get_the_type_that_all_values_have(small: EmbeddedStore) -> None:
    frame = small.select_frame(
        "SELECT ?n ?m ?d ?b ?l ?none { <http://x/a> <http://x/size> ?n ; <http://x/money> ?m ;"
        " <http://x/day> ?d ; <http://x/open> ?b ; <http://x/label> ?l }"
    )
    assert frame.rows() == [(12, 1.5, date(2020, 1, 31), True, 'Ältere "Klinik"\t1\\n', None)]
    assert frame.schema["none"] == pl.String


def test_one_column_keeps_its_unbound_rows(small: EmbeddedStore) -> None:
    frame = small.select_frame("SELECT ?x { VALUES ?x { UNDEF 'a' UNDEF } }")
    assert frame["x"].to_list() == [None, "a", None]


def test_no_row_gives_an_empty_frame(small: EmbeddedStore) -> None:
    frame = small.select_frame("SELECT ?a ?b { ?a <http://x/nothing> ?b }")
    assert (frame.columns, frame.height) == (["a", "b"], 0)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_rows_in_every_format(small: EmbeddedStore, name: str) -> None:
    query = "SELECT ?s ?n { ?s <http://x/size> ?n } ORDER BY ?n"
    body = small.query(query, format=name).body
    read = rdflib.query.Result.parse(__import__("io").BytesIO(body), format=name)
    found = [str(row[0]) for row in read if isinstance(row, rdflib.query.ResultRow)]
    assert found[-2:] == ["http://x/a", "http://x/b"]


@pytest.mark.parametrize("name", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_triples_in_every_format(small: EmbeddedStore, name: str) -> None:
    answer = small.query("CONSTRUCT WHERE { ?s <http://x/size> ?n }", format=name)
    assert len(answer.triples()) == 2
    assert answer.serialise("nt").count(b"\n") == 2


def test_answers_change_format(small: EmbeddedStore) -> None:
    answer = small.query("ASK { ?s ?p ?o }")
    assert answer.truth() is True
    assert b"<boolean>true</boolean>" in answer.serialise("xml")
    rows = small.query("SELECT ?n { <http://x/b> <http://x/size> ?n }").rows()
    assert [str(row["n"]) for row in rows] == [str(ox.Literal(30))]
    with pytest.raises(InputError, match="kind ask"):
        answer.rows()


def test_a_syntax_error_names_line_column_and_text(small: EmbeddedStore) -> None:
    with pytest.raises(QuerySyntaxError, match=r"line 2, column \d+: .*WHERE \{ \?s \?p \}"):
        small.query("SELECT *\nWHERE { ?s ?p }")
    with pytest.raises(QuerySyntaxError, match="prefix is not declared"):
        small.query("SELECT * { ?s nope:x ?o }")


def test_the_network_and_updates_are_refused(small: EmbeddedStore) -> None:
    with pytest.raises(ServiceRefused, match="allowlist"):
        small.query("ASK { SERVICE <http://localhost/> { ?s ?p ?o } }")
    with pytest.raises(InputError, match="queries only"):
        small.query("LOAD <http://localhost/>")


def test_a_store_on_disk_opens_for_reading(graph_file: Path, tmp_path: Path) -> None:
    disk = ox.Store(str(tmp_path / "store"))
    disk.bulk_load(path=str(graph_file), format=ox.RdfFormat.N_QUADS)
    disk.flush()
    del disk
    store = EmbeddedStore.open(tmp_path / "store")
    assert store.graphs() == ["http://g/1", "http://g/2"]
    with pytest.raises(NotFoundError, match="permed build"):
        EmbeddedStore.open(tmp_path / "none")


def test_broken_files_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.nq"
    broken.write_text("<http://x/a> nonsense .\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.nq"):
        EmbeddedStore.load([broken])
    with pytest.raises(NotFoundError, match=r"none\.nq"):
        EmbeddedStore.load([tmp_path / "none.nq"])
