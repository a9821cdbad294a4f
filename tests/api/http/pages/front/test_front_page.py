"""The front page against the tables, counted by hand; and on a release that holds much else."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from permed.api.http.pages.explore.tile_map import shade
from permed.api.http.pages.front.countries import country_tiles
from permed.api.http.pages.front.family import family_of, overview
from permed.api.http.pages.front.timeline import _year, spans_of, timeline
from permed.api.http.pages.front.view import kind_numbers
from permed.api.http.release.directory import Directory
from permed.api.text.country_tiles import TILES
from permed.graph.releases.release import Release
from tests.graph.counting.test_packaged import Recount

CORE = "pm-relevance/core"


@pytest.fixture(scope="module")
def core(release: Release) -> set[str]:
    """Projects whose core is personalised medicine, by the tables."""
    frames = [release.table(s, "classifications") for s in release.sources]
    return {
        row["entity"]
        for frame in frames
        for row in frame.to_dicts()
        if row["topic"] == CORE and row["entity"].startswith("project/")
    }


def test_numbers_are_of_projects_on_personalised_medicine(
    directory: Directory, release: Release, core: set[str]
) -> None:
    found = {number.href: number for number in kind_numbers(directory)}
    projects = found["/search?kind=projects&relevance=core"]
    assert projects.count == len(core) > 600
    counted = Recount(release.path)
    among = {a for activity in core for a in counted.partners[activity]}
    assert found["/search?kind=organisations&sort=-pm_projects"].count == len(among)
    assert projects.total == directory.things.filter(pl.col("kind") == "projects").height
    assert found["/search?kind=calls"].count == found["/search?kind=calls"].total == 19


def test_countries_are_counted_by_the_rule(
    directory: Directory, release: Release, core: set[str]
) -> None:
    counted = Recount(release.path)
    expected = {f"country/{code}": 0 for code in TILES}
    for activity in core:
        for place in counted.countries[activity]:
            expected[place] = expected.get(place, 0) + 1
    found = country_tiles(directory)
    assert [(row.id, row.projects) for row in found.first[:3]] == sorted(
        expected.items(), key=lambda pair: (-pair[1], pair[0])
    )[:3]
    for code in ("FI", "AM", "DE"):
        tile = re.search(rf'<a href="/id/country/{code}">.*?</a>', found.picture)
        assert tile is not None
        assert f", projects: {expected[f'country/{code}']}</title>" in tile[0]
    assert found.total == sum(n > 0 for n in expected.values())


def test_the_timeline_holds_every_call_with_a_day(directory: Directory, release: Release) -> None:
    rows = release.table("icpermed", "activities").filter(pl.col("kind") == "call").to_dicts()
    stated = release.table("icpermed", "figures").to_dicts()
    dated = {r["entity"] for r in stated if r["indicator"].endswith("-deadline") and r["date"]}
    dated |= {r["id"] for r in rows if r["start"]}
    spans = spans_of(directory)
    assert {s.id for s in spans if s.kind == "call"} == {r["id"] for r in rows} & dated
    picture = timeline(directory)
    assert all(f'href="/id/{span.id}"' in picture for span in spans)
    assert [s.start for s in spans] == sorted(s.start for s in spans)


@pytest.mark.parametrize(
    ("day", "last", "year"),
    [("2020", False, 2020), ("2020", True, 2021), ("2020-07", False, 2020.5),
     ("2020-07", True, 2020 + 7 / 12), ("2020-01-01", True, 2020), ("spring", False, None)],
)  # fmt: skip
def test_a_day_of_any_precision_is_placed(day: str, last: bool, year: float | None) -> None:
    found = _year(day, last=last)
    assert found == (year if year is None else pytest.approx(year, abs=0.001))


def test_of_a_whole_programme_only_what_is_about_the_field_is_shown(directory: Directory) -> None:
    """As with all of Horizon Europe: actions about something else have most partners."""
    known = directory.things.filter(pl.col("id") == "project/101137129")
    other = known.with_columns(
        id=pl.lit("project/elsewhere"), relevance=pl.lit("scheme/pm-relevance/none")
    )
    partners = directory.partners.filter(pl.col("activity") == "project/101137129")
    whole = replace(
        directory,
        things=pl.concat([directory.things, other]),
        partners=pl.concat(
            [directory.partners, partners.with_columns(activity=pl.lit("project/elsewhere"))]
        ),
    )
    assert "project/elsewhere" not in family_of(whole)["id"]
    assert "project/elsewhere" not in overview(whole).picture
    assert "project/elsewhere" not in timeline(whole)
    numbers = {n.href: (n.count, n.total) for n in kind_numbers(whole)}
    count, total = numbers["/search?kind=projects&relevance=core"]
    before = {n.href: n.total for n in kind_numbers(directory)}
    assert total == before["/search?kind=projects&relevance=core"] + 1
    assert count < total


def test_a_release_without_a_judged_project_is_shown_whole(directory: Directory) -> None:
    bare = replace(directory, things=directory.things.with_columns(relevance=pl.lit(None)))
    assert family_of(bare).height == directory.things.height
    assert "/search?kind=projects" in {n.href for n in kind_numbers(bare)}


def test_shades_part_the_countries_into_fifths() -> None:
    held = list(range(1, 11))
    assert [shade(n, held) for n in held] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert shade(0, held) == 0
