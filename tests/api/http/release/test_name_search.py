from __future__ import annotations

import polars as pl
import pytest

from permed.api.http.release.directory import Directory
from permed.api.http.release.name_search import NameSearch
from permed.api.http.rest.lists import Filters, list_things

NAMES = pl.DataFrame(
    [
        ("organisation/paris", "Université de Paris"),
        ("organisation/paris", "Paris University"),
        ("organisation/parma", "Università di Parma"),
        ("project/gen", "Genomics in Paris"),
        ("organisation/none", None),
    ],
    schema=["id", "name"],
    orient="row",
)
INDEX = NameSearch.build(NAMES)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("universite paris", ["organisation/paris"]),
        ("genom", ["project/gen"]),
        ("genomisc", ["project/gen"]),
        ("parma zurich", ["organisation/parma"]),
        ("zurich", []),
        ("?", []),
    ],
)
def test_words_beginnings_and_slips(text: str, ids: list[str]) -> None:
    found = INDEX.search(text)
    assert found["id"].to_list()[: len(ids)] == ids
    assert bool(ids) == bool(found.height)
    assert found["id"].equals(INDEX.ids.gather(found["place"]).alias("id"))


def test_best_first_and_no_more_than_asked() -> None:
    found = INDEX.search("paris")
    assert set(found["id"]) == {"organisation/paris", "project/gen"}
    assert found["score"].is_sorted(descending=True)
    assert INDEX.search("paris", 1).height == 1


def test_names_of_nothing_that_is_listed_are_left_out() -> None:
    empty = Directory.empty("https://w3id.org/permed/")
    things = empty.things.clear(1).with_columns(id=pl.lit("project/gen"), kind=pl.lit("project"))
    directory = Directory(empty.base, things, NAMES, *(empty.topics,) * 4)
    found = list_things(directory, Filters(q="paris"), 10, facets=False)
    assert [item["id"] for item in found.items] == ["project/gen"]
    assert directory.indexed.null_count() == 3


def test_a_whole_name_comes_before_a_word_of_a_shorter_one() -> None:
    rows = [
        ("organisation/unit", "CEMES-CNRS"),
        ("organisation/cnrs", "Centre national de la recherche scientifique"),
        ("organisation/cnrs", "National Centre for Scientific Research"),
        ("organisation/cnrs", "CNRS"),
    ]
    index = NameSearch.build(pl.DataFrame(rows, schema=["id", "name"], orient="row"))
    assert index.search("cnrs")["id"].to_list() == ["organisation/cnrs", "organisation/unit"]
