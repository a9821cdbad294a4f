"""Who has met before: in the release, and in projects that it does not hold."""

from __future__ import annotations

import polars as pl

from permed.graph.network import from_tables
from permed.graph.network.link_prediction.met_elsewhere import TABLE, Meetings, meetings, strangers
from tests.graph.network.samples import tables

DATA = from_tables(tables())


def _pair_of_one_project() -> tuple[int, int, int]:
    """A project of the packaged table and two of its PICs."""
    rows = pl.read_parquet(TABLE).filter(pl.col("project") > 0).sort("project", "pic")
    (project, one), (_, other) = rows.rows()[:2]
    return project, one, other


def test_the_packaged_table_is_small_and_knows_what_was_looked_up() -> None:
    table = pl.read_parquet(TABLE)
    assert TABLE.stat().st_size < 3_000_000
    assert table.columns == ["project", "pic"]
    looked_up = set(table.filter(pl.col("project") == 0)["pic"])
    assert set(table["pic"]) == looked_up
    members = table.filter(pl.col("project") > 0).group_by("project").len()
    assert members["len"].min() == 2


def test_meetings_in_the_release_and_elsewhere() -> None:
    _, one, other = _pair_of_one_project()
    identifiers = pl.DataFrame({
        "entity": ["organisation/e", "organisation/f", "organisation/a"],
        "scheme": ["pic", "pic", "ror"],
        "value": [str(one), str(other), str(one)],
    })  # fmt: skip
    known = meetings(DATA, {"identifiers": identifiers})
    assert known.looked_up == {"organisation/e", "organisation/f"}
    assert known.shared("organisation/e", "organisation/f") >= 1  # by the table
    assert known.shared("organisation/a", "organisation/b") == 2  # by the release
    assert known.shared("organisation/b", "organisation/d") == 0
    assert known.shared("organisation/b", "organisation/nobody") == 0


def test_without_identifiers_only_the_release_is_known() -> None:
    known = meetings(DATA, {})
    assert known.looked_up == frozenset()
    assert known.shared("organisation/e", "organisation/f") == 0
    assert known.shared("organisation/c", "organisation/d") == 1


def test_parts_have_met_whom_the_whole_has_met() -> None:
    _, one, other = _pair_of_one_project()
    identifiers = pl.DataFrame({
        "entity": ["organisation/part", "organisation/f"],
        "scheme": ["pic", "pic"],
        "value": [str(one), str(other)],
    })  # fmt: skip
    relations = pl.DataFrame({
        "subject": ["organisation/part"],
        "predicate": ["part-of"],
        "object": ["organisation/e"],
    })  # fmt: skip
    known = meetings(DATA, {"identifiers": identifiers, "relations": relations})
    assert known.shared("organisation/e", "organisation/f") >= 1


def test_strangers_are_pairs_that_met_nowhere() -> None:
    met = Meetings(
        {"a": frozenset({"p"}), "b": frozenset({"p", "q"}), "c": frozenset({"q"})},
        frozenset({"a", "c"}),
    )
    pairs = pl.DataFrame({"one": ["a", "a", "b", "a"], "other": ["b", "c", "c", "d"]})
    kept = strangers(pairs, met)
    assert kept.rows() == [("a", "c", True), ("a", "d", False)]
