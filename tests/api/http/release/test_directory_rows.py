"""Rows of a release by a value are those that filtering gives, and no page waits for them."""

from __future__ import annotations

import polars as pl
import pytest

from permed.api.http.pages.explore.key_numbers import key_numbers
from permed.api.http.pages.explore.over_time import over_time
from permed.api.http.pages.neighbourhood import neighbourhood_of
from permed.api.http.pages.see_also import lists_of
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import read_directory
from permed.graph.releases.release import Release


@pytest.fixture(scope="module")
def directory(release: Release) -> Directory:
    return read_directory(release)


@pytest.mark.parametrize(
    ("frame", "column"),
    [("roles", "agent"), ("roles", "activity"), ("partners", "agent"), ("things", "country")],
)
def test_frames_of_a_release_are_looked_up_like_that(
    directory: Directory, frame: str, column: str
) -> None:
    held: pl.DataFrame = getattr(directory, frame)
    values = held[column].drop_nulls().unique(maintain_order=True)
    assert len(values) > 10
    for value in [*values.head(5), *values.tail(5)]:
        found = directory.rows(frame, column, value)
        assert found.equals(held.filter(pl.col(column) == value), null_equal=True), value


def test_no_page_of_a_thing_waits_for_an_index(release: Release) -> None:
    prepared = read_directory(release)
    prepared.prepare_search()
    before = set(prepared._indexes)
    for me in (
        "organisation/dlr", "country/FI", "scheme/pm-relevance/core", "call/era-permed-jtc2021",
        "consortium/icpermed", "project/era-permed-online-dialysis", "programme/h2020",
        "scheme/role/coordinator", "scheme/activity-type/csa",
    ):  # fmt: skip
        assert me in prepared.row_of
        for told in (key_numbers, lists_of, over_time, neighbourhood_of):
            told(prepared, me)
    assert set(prepared._indexes) == before


def test_parts_are_listed_by_what_they_count_as(directory: Directory) -> None:
    listed = {(part, unit) for unit, parts in directory.parts_of.items() for part in parts}
    assert listed == set(directory.units.items()) != set()


def test_organisations_are_tied_as_partners_or_funders(directory: Directory) -> None:
    tied = set(directory.organisation_ties.iter_rows())
    funders = {
        (directory.units.get(role["agent"], role["agent"]), role["activity"])
        for role in directory.roles.iter_rows(named=True)
        if role["role"] == "scheme/role/funder" and role["agent"].startswith("organisation/")
    }
    assert tied == set(directory.partners.iter_rows()) | funders
    assert directory.organisation_ties.height == len(tied)
