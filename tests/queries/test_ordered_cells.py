"""The same bytes from every engine: cells of several values are in one order."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.ontology import DEFAULT_BASE
from permed.queries.catalogue import Catalogue, read_question
from permed.queries.conventions import broken_conventions
from permed.queries.ordered_cells import concatenated_columns, in_order

_QUERY = """SELECT ?g (GROUP_CONCAT(DISTINCT ?v; separator="; ") AS ?all) (GROUP_CONCAT(?v) AS ?two)
WHERE { VALUES (?g ?v) { (1 "b") (1 "a") (1 "b") (2 "z") } } GROUP BY ?g ORDER BY ?g"""


def test_columns_and_separators_are_read_off_the_query() -> None:
    assert concatenated_columns(_QUERY) == {"all": "; ", "two": " "}
    assert concatenated_columns("SELECT ?x WHERE { ?x ?p 'GROUP_CONCAT(?a) AS ?b' }") == {}


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "xml"])
def test_values_are_sorted_in_every_form(store: EmbeddedStore, form: str) -> None:
    answer = in_order(store.query(_QUERY, format="json"), _QUERY, form)
    text = answer.body.decode()
    assert answer.format.name == form
    assert "a; b" in text
    assert "a b b" in text
    assert "b; a" not in text


@pytest.mark.parametrize("name", ["body-roles", "funders-by-call", "experts", "era-to-ep"])
def test_memory_and_disk_give_the_same_bytes(
    store: EmbeddedStore, release: Release, name: str
) -> None:
    sparql = Catalogue.load().get(name).sparql(DEFAULT_BASE)
    disk = EmbeddedStore.open(release.store)
    told = [in_order(s.query(sparql, format="json"), sparql, "csv").body for s in (store, disk)]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("SELECT (YEAR(?d) AS ?source) WHERE { ?x eurio:startDate ?d }", "YEAR is defined for"),
        ("SELECT (SAMPLE(?d) AS ?source) WHERE { ?x eurio:startDate ?d }", "take MIN"),
        (
            'SELECT (CONCAT("x", GROUP_CONCAT(STR(?d))) AS ?source) WHERE '
            "{ ?x eurio:startDate ?d }",
            "gives values in no order",
        ),
    ],
)
def test_what_engines_do_not_agree_on_is_refused(tmp_path: Path, where: str, says: str) -> None:
    head = '#+ title: T\n#+ question: Q?\n#+ asks: all\n#+ tags: [role]\n#+ description: "R."\n'
    (tmp_path / "q.rq").write_text(f"{head}{where}\n", encoding="utf-8")
    (told,) = broken_conventions(read_question(tmp_path / "q.rq"))
    assert says in told
