"""FROM makes a merge: a triple that two graphs say counts once."""

from __future__ import annotations

import pytest

from permed.graph.store import Dataset, EmbeddedStore
from permed.graph.store.query.dataset import CONTRIBUTED, dataset_of, needs_merge

_B = "https://b.example/graph/"
_MINE = f"{_B}contributed-mine"
_COUNT = "(COUNT(*) AS ?n)"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Two graphs of a build and a contributed one that repeats a triple of the first."""
    path = tmp_path_factory.mktemp("merge") / "graphs.nq"
    shared = "<http://x/a> <http://x/p> 'one'".replace("'", '"')
    lines = [
        f"{shared} <{_B}first> .",
        f"{shared} <{_MINE}> .",
        f'<http://x/a> <http://x/p> "two" <{_MINE}> .',
        f'<http://x/b> <http://x/p> "three" <{_B}second> .',
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return EmbeddedStore.load([path])


def count(store: EmbeddedStore, sparql: str, dataset: Dataset | None = None) -> int:
    rows = store.query(sparql, dataset=dataset).rows()
    return int(rows[0]["n"].value)


def test_from_merges_what_two_graphs_say(store: EmbeddedStore) -> None:
    both = f"FROM <{_B}first> FROM <{_MINE}>"
    assert count(store, f"SELECT {_COUNT} {both} {{ ?s ?p ?o }}") == 2
    short = f"PREFIX g: <{_B}> SELECT {_COUNT} FROM g:first FROM g:contributed-mine {{ ?s ?p ?o }}"
    assert count(store, short) == 2
    asked = Dataset((f"{_B}first", _MINE))
    assert count(store, f"SELECT {_COUNT} {{ ?s ?p ?o }}", asked) == 2
    assert count(store, f"SELECT {_COUNT} {{ ?s ?p ?o }}") == 3


def test_named_graphs_stay_beside_the_merge(store: EmbeddedStore) -> None:
    clauses = f"FROM <{_B}first> FROM <{_MINE}> FROM NAMED <{_MINE}>"
    query = f"SELECT {_COUNT} {clauses} {{ ?s ?p ?o GRAPH ?g {{ ?s ?p ?o }} }}"
    assert count(store, query) == 2
    other = f"SELECT {_COUNT} {clauses} {{ GRAPH <{_B}second> {{ ?s ?p ?o }} }}"
    assert count(store, other) == 0


def test_graphs_of_a_build_need_no_merge(store: EmbeddedStore) -> None:
    query = f"SELECT {_COUNT} FROM <{_B}first> FROM <{_B}second> {{ ?s ?p ?o }}"
    assert count(store, query) == 2


def test_what_from_names() -> None:
    text = f"""PREFIX g: <{_B}> # FROM <http://not/this>
        SELECT ?from FROM g:first FROM NAMED <http://x/n> {{ ?s ?p "FROM <http://nor/this>" }}"""
    assert dataset_of(text) == Dataset((f"{_B}first",), ("http://x/n",))


@pytest.mark.parametrize(
    ("graphs", "merged"),
    [
        ((), False),
        (("http://x/a", "http://x/b"), False),  # our own graphs never say the same
        ((f"http://x/{CONTRIBUTED}a",), False),
        ((f"http://x/{CONTRIBUTED}a",) * 2, False),
        ((f"http://x/{CONTRIBUTED}a", "http://x/b"), True),
    ],
)
def test_graphs_are_merged_where_one_of_several_is_contributed(
    graphs: tuple[str, ...], merged: bool
) -> None:
    assert needs_merge(Dataset(graphs)) is merged
