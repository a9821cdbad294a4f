"""The query behind a table gives the rows of the table."""

from __future__ import annotations

import pytest

from permed.api.http.pages.explore.compare import compare
from permed.api.http.pages.explore.over_time import over_time
from permed.api.http.pages.neighbourhood import neighbourhood_of
from permed.api.http.release.directory import Directory
from permed.graph.store import EmbeddedStore


@pytest.mark.parametrize(
    "me",
    [
        "organisation/isciii",
        "country/FI",
        "person/ejner-moltzen",
        "project/101137129",
        "body/icpermed-executive-committee",
    ],
)
def test_neighbours(me: str, directory: Directory, store: EmbeddedStore) -> None:
    found = neighbourhood_of(directory, me)
    assert found is not None
    rows = store.query(found.query.text).frame().select("other", "shared").iter_rows()
    shared = {directory.id_of(other): int(n) for other, n in rows}
    assert {mark.id: mark.size for mark in found.rows}.items() <= shared.items()
    assert max(shared.values()) == found.rows[0].size


@pytest.mark.parametrize(
    "me", ["organisation/dlr", "country/FI", "programme/h2020", "scheme/euroscivoc/337"]
)
def test_years(me: str, directory: Directory, store: EmbeddedStore) -> None:
    found = over_time(directory, me)
    assert found is not None
    rows = store.query(found.query.text).frame().iter_rows(named=True)
    told = {row["year"]: (int(row["activities"]), float(row["euro"] or 0)) for row in rows}
    for bar in found.bars:
        euro = float(bar.eur.replace("\u202f", "")) if bar.eur else 0.0
        count, paid = told[bar.year]
        assert count == bar.count
        assert paid == pytest.approx(euro, abs=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisation/dlr", "organisation/anr"),
        ("country/FI", "country/DK"),
        ("scheme/euroscivoc/337", "scheme/pm-relevance/core"),
        ("2015:2017", "2018:2020"),
    ],
)
def test_two_sides(one: str, other: str, directory: Directory, store: EmbeddedStore) -> None:
    found = compare(directory, one, other)
    rows = store.query(found.query.text).frame().select("side", "activity").iter_rows()
    told: dict[str, set[str | None]] = {}
    for side, activity in rows:
        told.setdefault(side, set()).add(directory.id_of(activity))
    assert told == {side.id: side.activities for side in (found.one, found.other)}
