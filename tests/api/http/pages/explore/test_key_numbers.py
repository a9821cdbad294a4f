"""The numbers on top of a page, counted once more from the record tables by hand."""

from __future__ import annotations

import polars as pl

from permed.api.http.pages.explore.key_numbers import key_numbers
from permed.api.http.release.directory import Directory
from permed.graph.releases.release import Release


def numbers(directory: Directory, me: str) -> dict[str, int]:
    return {n.words: n.value for n in key_numbers(directory, me)}


def test_of_an_organisation(directory: Directory) -> None:
    me = "organisation/zonmw"
    told = numbers(directory, me)
    rows = [r for r in directory.roles.to_dicts() if r["agent"] == me]
    coordinated = {r["activity"] for r in rows if r["role"] == "scheme/role/coordinator"}
    assert told.get("coordinated", 0) == len(coordinated)
    mine = {a for agent, a in directory.partners.iter_rows() if agent == me}
    beside = {agent for agent, a in directory.partners.iter_rows() if a in mine} - {me}
    assert told["activities as a partner"] == len(mine) > 0
    assert told["partners in them"] == len(beside)


def test_the_record_of_what_is_coordinated_holds_a_row_for_each_that_is_counted(
    directory: Directory, release: Release
) -> None:
    tables = [t["roles"] for t in (release.tables(s) for s in release.sources) if "roles" in t]
    roles = pl.concat([table.select("agent", "activity", "role") for table in tables]).unique()
    led = roles.filter(pl.col("role") == "coordinator").rows()
    wholes = set(directory.units.values())
    seen = 0
    for me in sorted({agent for agent, _, _ in led if agent.startswith("organisation/")}):
        number = next(n for n in key_numbers(directory, me) if n.words == "coordinated")
        if me in wholes or me in directory.units:
            assert number.record is None
            continue
        assert number.record == ("roles", (me, "scheme/role/coordinator"))
        assert number.value == sum(agent == me for agent, _, _ in led)
        seen += 1
    assert seen > 50


def test_of_a_country(directory: Directory) -> None:
    told = numbers(directory, "country/NL")
    rows = directory.things.filter(pl.col("kind") == "organisations").to_dicts()
    here = {row["id"] for row in rows if row["country"] == "country/NL"}
    assert told["organisations"] == len(here)
    roles = directory.roles.to_dicts()
    led = {
        r["activity"] for r in roles if r["agent"] in here and r["role"].endswith("/coordinator")
    }
    assert told["coordinated from here"] == len(led) > 0


def test_nothing_is_no_number(directory: Directory) -> None:
    assert key_numbers(directory, "nothing/there") == []
    for me in directory.things["id"].sample(60, seed=1):
        found = key_numbers(directory, me)
        assert len(found) <= 3
        assert all(n.value > 0 for n in found)


def test_one_is_said_of_one(directory: Directory) -> None:
    activities = directory.roles.filter(pl.col("agent").str.starts_with("person/"))["activity"]
    told = [n for me in activities.unique() for n in key_numbers(directory, me)]
    assert {n.words for n in told if n.value == 1} >= {"person"}
    assert not {n.words for n in told if n.value == 1} & {"people", "partners", "countries"}
