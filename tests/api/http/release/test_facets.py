"""Facets against counts by hand, and the orders of lists against a sort of each list."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from permed.api.http.release.counts import FACETS, FacetColumn, facet_pairs
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import read_directory
from permed.api.http.rest.columns import SORT_KEYS
from permed.api.http.rest.filters import ListFilters
from permed.api.http.rest.lists import ListRequest, list_things
from permed.api.text.collation import collation_key
from permed.graph.releases.release import Release


@pytest.fixture(scope="module")
def directory(release: Release) -> Directory:
    return read_directory(release)


def test_counts_and_things_of_a_facet_are_those_of_its_pairs() -> None:
    drawn = random.Random(3)
    ids = [f"thing/{i}" for i in range(40)]
    pairs = [(drawn.choice([*ids, "elsewhere"]), drawn.choice(["b", "a", "ü", None]))
             for _ in range(200)]  # fmt: skip
    rows = pl.DataFrame({"id": ids}).with_row_index("row")
    facet = FacetColumn.of(pl.DataFrame(pairs, schema=["id", "value"], orient="row"), rows)
    among = np.array([drawn.random() < 0.5 for _ in ids])
    there = {(me, value) for me, value in pairs if me in ids and value}
    found = {me for me, here in zip(ids, among, strict=True) if here}
    by_hand = {v: sum(me in found for me, held in there if held == v) for v in ("a", "b", "ü")}
    assert facet.counts(among) == sorted(by_hand.items(), key=lambda c: (-c[1], c[0]))
    for wanted in (["a"], ["a", "ü"], ["nobody has it"]):
        having = {me for me, has in zip(ids, facet.having(wanted), strict=True) if has}
        assert having == {me for me, value in there if value in wanted}


@pytest.mark.parametrize("name", FACETS)
def test_every_value_of_a_facet_leads_to_as_many_things(directory: Directory, name: str) -> None:
    """Counted here from the frames of the directory, row by row."""
    parts = (directory.things, directory.roles, directory.topics, directory.identifiers,
             directory.partner_countries)  # fmt: skip
    known = set(directory.things["id"])
    pairs = {pair for pair in facet_pairs(name, *parts).iter_rows() if pair[0] in known}
    shown = list_things(directory, ListRequest((ListFilters(),))).facets[name]
    assert shown
    for value in shown[:3]:
        given = value["value"] if name != "year" else int(value["value"])
        chosen: dict[str, Any] = {name: (given,)}
        found = list_things(directory, ListRequest((ListFilters(**chosen),)))
        ending = str(value["value"])
        held = {me for me, has in pairs if has and (has == ending or has.endswith(f"/{ending}"))}
        assert found.total == value["count"] == len(held)


@pytest.mark.parametrize("key", ["label", "-label", "start", "-projects", "country", "-city"])
def test_a_list_keeps_the_order_of_all_things(directory: Directory, key: str) -> None:
    filters = ListFilters(kind=("organisations", "projects"), country=("FI",))
    found = list_things(directory, ListRequest((filters,), (key,))).all_found
    name = key.removeprefix("-")
    assert name in SORT_KEYS
    values = found.join(directory.counts, on="id", how="left", maintain_order="left")[name]
    held = values.drop_nulls().to_list()
    ordered = collation_key if name in ("label", "city") else None
    assert held == sorted(held, key=ordered, reverse=key != name)
    assert values.to_list()[len(held) :] == [None] * (found.height - len(held))
    assert held
