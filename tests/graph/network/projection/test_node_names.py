"""Nodes found by id, name, acronym, former id and registry identifier, or refused with a reason."""

from __future__ import annotations

import polars as pl
import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.project import project
from permed.graph.network.projection.roles_from_tables import from_tables
from tests.graph.network.graphs import empty
from tests.graph.network.samples import table, tables

NAMED = tables() | {
    "names": table("names", [
        {"entity": "organisation/a", "name": "Universität Ä", "kind": "alias"},
        {"entity": "organisation/b", "name": "OB", "kind": "acronym"},
        {"entity": "organisation/c", "name": "OB", "kind": "acronym"},
        {"entity": "person/w", "name": "Dr W", "kind": "alias"},
    ]),
    "identifiers": table("identifiers", [
        {"entity": "organisation/a", "scheme": "ror", "value": "04bwf3e34"},
        {"entity": "organisation/b", "scheme": "pic", "value": "999981731"},
    ]),
    "replacements": table("replacements", [{"old": "organisation/old-c", "new": "organisation/c"}]),
}  # fmt: skip
DATA = from_tables(NAMED)
WHOLE = project(DATA)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("organisation/a", "a"),
        ("A", "a"),
        ("ORGANISATION a", "a"),
        ("Universitat A", "a"),
        ("https://ror.org/04bwf3e34", "a"),
        ("PIC 999 981 731", "b"),
        ("organisation/old-c", "c"),
    ],
)
def test_found(said: str, found: str) -> None:
    at = find_node(WHOLE, said, DATA.names)
    assert WHOLE.nodes["id"][at] == f"organisation/{found}"


def test_a_name_of_two_is_asked_about() -> None:
    with pytest.raises(InputError, match=r"2 nodes are called 'ob'.*organisation/c.*give the id"):
        find_node(WHOLE, "ob", DATA.names)


def test_a_thing_outside_the_network_is_told_apart_from_an_unknown_one() -> None:
    with pytest.raises(NotFoundError, match=r"'Dr W' \(person/w\) is not in this network; widen"):
        find_node(WHOLE, "Dr W", DATA.names)
    with pytest.raises(NotFoundError, match="did you mean Organisation A"):
        find_node(WHOLE, "organization A", DATA.names)


def test_a_part_is_found_as_the_organisation_as_which_it_counts() -> None:
    relations = table("relations", [
        {"subject": "organisation/x", "predicate": "part-of", "object": "organisation/a"}
    ])  # fmt: skip
    part = table("organisations", [{"id": "organisation/x", "name": "Department X"}])
    more = NAMED | {"relations": relations}
    more["organisations"] = pl.concat([NAMED["organisations"], part])
    data = from_tables(more)
    whole = project(data)
    assert whole.nodes["id"][find_node(whole, "department x", data.names)] == "organisation/a"


def test_a_network_without_other_names() -> None:
    assert find_node(empty(3), "n2") == 2
    with pytest.raises(NotFoundError, match="is not in this network"):
        find_node(empty(), "n2")


@pytest.mark.parametrize("said", ["Germany", "Deutschland", "DEU", "de", "country/DE"])
def test_a_country_is_found_by_any_of_its_names(said: str) -> None:
    countries = project(DATA, "country")
    assert countries.nodes["id"][find_node(countries, said, DATA.names)] == "country/DE"
