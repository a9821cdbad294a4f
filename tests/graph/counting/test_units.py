from __future__ import annotations

import polars as pl
import pytest

from permed.graph.counting import counting_country, counting_units


def _units(*triples: tuple[str, str, str]) -> dict[str, str]:
    rows = [(f"organisation/{s}", p, f"organisation/{o}") for s, p, o in triples]
    schema = ["subject", "predicate", "object"]
    found = counting_units(pl.DataFrame(rows, schema=schema, orient="row"))
    return {a.split("/")[1]: u.split("/")[1] for a, u in found.iter_rows()}


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        (("office", "part-of", "ministry"), {"office": "ministry"}),
        (("old", "continued-by", "new"), {"old": "new"}),
        (("old", "precursor-of", "new"), {"old": "new"}),
        (("new", "replaces", "old"), {"old": "new"}),
        (("agency", "parent-organisation", "ministry"), {}),
        (("new", "follows", "old"), {}),
    ],
)
def test_parts_and_predecessors_roll_up_and_children_do_not(
    triple: tuple[str, str, str], expected: dict[str, str]
) -> None:
    assert _units(triple) == expected


def test_chains_are_followed_to_their_end() -> None:
    told = _units(("a", "part-of", "b"), ("b", "continued-by", "c"), ("d", "replaces", "c"))
    assert told == {"a": "d", "b": "d", "c": "d"}


def test_what_was_divided_counts_as_itself() -> None:
    told = _units(("whole", "continued-by", "b"), ("whole", "continued-by", "c"))
    assert told == {}


def test_the_same_told_twice_is_no_division() -> None:
    told = _units(("old", "continued-by", "new"), ("new", "replaces", "old"))
    assert told == {"old": "new"}


def test_a_circle_counts_as_its_first_member() -> None:
    told = _units(("c", "part-of", "b"), ("b", "part-of", "c"), ("z", "part-of", "c"))
    assert told == {"c": "b", "z": "b"}


def test_parts_of_activities_are_no_units() -> None:
    rows = [("body/x", "part-of", "consortium/y"), ("organisation/x", "part-of", "project/y")]
    frame = pl.DataFrame(rows, schema=["subject", "predicate", "object"], orient="row")
    assert counting_units(frame).is_empty()


def test_an_institution_of_the_union_counts_for_the_union() -> None:
    frame = pl.DataFrame(
        {"country": ["BE", "BE", None], "type": ["eu-institution", "university", "eu-institution"]}
    )
    told = frame.select(country=counting_country(pl.col("country"), pl.col("type")))
    assert told["country"].to_list() == ["EU", "BE", "EU"]
