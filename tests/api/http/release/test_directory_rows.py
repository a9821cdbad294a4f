"""Looking rows up by a value gives what filtering gives, in the same order."""

from __future__ import annotations

import polars as pl
import pytest

from permed.api.http.release.directory import Directory, RowIndex
from permed.api.http.release.reading import read_directory
from permed.graph.releases.release import Release

_FRAME = pl.DataFrame({"agent": ["b", "a", None, "b", "c"], "activity": ["x", "y", "x", "z", "x"]})


@pytest.mark.parametrize("value", ["a", "b", "c", "nobody"])
def test_rows_of_a_value_are_those_that_a_filter_leaves(value: str) -> None:
    assert RowIndex(_FRAME, "agent")[value].equals(_FRAME.filter(pl.col("agent") == value))


def test_rows_of_several_values_stand_value_by_value() -> None:
    index = RowIndex(_FRAME, "agent")
    assert index.any_of(["b", "nobody", "a"])["activity"].to_list() == ["x", "z", "y"]
    assert index.any_of([]).equals(_FRAME.clear())
    assert index.any_of(["nobody"]).equals(_FRAME.clear())


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
