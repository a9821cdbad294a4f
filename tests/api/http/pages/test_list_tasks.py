"""What people come to lists for, on the packaged data: each task in at most four clicks.

Each answer is recomputed from the record tables, which the lists do not read.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import polars as pl
import pytest

from permed.api.http.pages.search import SearchPage, search_page
from permed.api.http.release.counts import COUNTS
from permed.api.http.release.directory import Directory
from permed.graph.releases.release import Release


def _opened(directory: Directory, address: str) -> SearchPage:
    return search_page(directory, parse_qsl(urlsplit(address).query), 1)


def _clicked(directory: Directory, page: SearchPage, title: str, text: str) -> SearchPage:
    """Follow the link of one facet value."""
    facet = next(f for f in page.facets if f.title == title)
    link = next(link for link in facet.links if link.text == text)
    found = _opened(directory, link.href)
    assert found.found.total == link.count
    return found


def _in_projects(release: Release) -> pl.DataFrame:
    tables = release.all_tables()
    roles, activities = tables["roles"], tables["activities"]
    core = activities.filter(pl.col("id").str.starts_with("project/"))
    return roles.join(core.select(activity="id"), on="activity", how="semi")


def test_who_coordinates_most_pm_projects_in_spain(directory: Directory, release: Release) -> None:
    page = _opened(directory, "/search?kind=organisations")  # 1: the tile of the front page
    page = _clicked(directory, page, "Country", "Spain")  # 2
    head = next(h for h in page.heads if h.text == "PM coordinated")
    page = _opened(directory, head.href)  # 3
    led = _in_projects(release).filter(pl.col("role") == "coordinator")
    organisations = release.all_tables()["organisations"]
    spanish = organisations.filter(pl.col("country") == "country/ES")["id"]
    counts = (
        led.filter(pl.col("agent").is_in(spanish.implode()))
        .group_by("agent")
        .agg(pl.col("activity").n_unique())
    )
    best = counts.sort("activity", "agent", descending=[True, False]).row(0)
    at = [h.text for h in page.heads].index("PM coordinated")
    assert page.cells[0][0].href == f"/id/{best[0]}"
    assert int(page.cells[0][at].text) == best[1]


def test_which_calls_finland_joined(directory: Directory, release: Release) -> None:
    page = _opened(directory, "/search?kind=calls")  # 1
    page = _clicked(directory, page, "Country", "Finland")  # 2
    tables = release.all_tables()
    home = dict(tables["organisations"].select("id", "country").iter_rows())
    regions = dict(tables["regions"].select("id", "country").iter_rows())
    joined = {
        activity
        for activity, agent in tables["roles"].select("activity", "agent").iter_rows()
        if activity.startswith("call/")
        and "country/FI" in (agent, home.get(agent), regions.get(agent))
    }
    assert {row["id"] for row in page.items} == joined


def test_dutch_organisations_with_ror_as_a_file(directory: Directory, release: Release) -> None:
    page = _opened(directory, "/search?kind=organisations")  # 1
    page = _clicked(directory, page, "Country", "Netherlands")  # 2
    page = _clicked(directory, page, "Has an identifier of", "ROR")  # 3
    address = next(link.href for link in page.files if link.text == "CSV")  # 4
    assert parse_qsl(urlsplit(address).query) == [
        ("country", "NL"), ("has_identifier", "ror"), ("format", "csv"),
    ]  # fmt: skip
    tables = release.all_tables()
    held = tables["identifiers"].filter(scheme="ror", match="exact")["entity"]
    dutch = tables["organisations"].filter(pl.col("country") == "country/NL")["id"]
    assert page.found.total >= dutch.is_in(held.implode()).sum() > 0


def test_who_works_on_pharmacogenomics(directory: Directory) -> None:
    page = _opened(directory, "/search?q=pharmacogenomics")  # 1: the search
    assert page.workers is not None
    found = _opened(directory, page.workers.href)  # 2
    assert found.found.total == page.workers.count
    assert found.found.total
    said = [
        thing
        for thing, label in directory.things.select("id", "label").iter_rows()
        if label and "pharmacogenomic" in label.lower() and not thing.startswith("output/")
    ]
    expected = set(directory.roles.filter(pl.col("activity").is_in(said))["agent"].unique()) & set(
        directory.things.filter(pl.col("kind") == "organisations")["id"]
    )
    assert expected
    assert expected <= set(found.found.all_found["id"])


def test_several_values_of_a_filter_are_any_and_the_others_keep_their_counts(
    directory: Directory,
) -> None:
    one = _opened(directory, "/search?kind=organisations&country=NL")
    counts = {link.text: link.count for f in one.facets if f.title == "Country" for link in f.links}
    assert {"Netherlands", "Belgium", "Germany"} <= set(counts)
    facet = next(f for f in one.facets if f.title == "Country")
    assert [link.text for link in facet.links if link.chosen] == ["Netherlands"]
    both = _opened(directory, next(x.href for x in facet.links if x.text == "Belgium"))
    assert both.found.total == (counts["Netherlands"] or 0) + (counts["Belgium"] or 0)


def test_a_range_of_years_holds_what_belongs_to_any_of_them(directory: Directory) -> None:
    page = _opened(directory, "/search?kind=projects&year_from=2015&year_to=2016")
    projects = directory.things.filter(pl.col("kind") == "projects")
    expected = {
        row["id"]
        for row in projects.iter_rows(named=True)
        if row["start"]
        and row["start"][:4] <= "2016"
        and (row["end"] or row["start"])[:4] >= "2015"
    }
    assert set(page.found.all_found["id"]) == expected
    assert {link.text for link in page.chosen} >= {"From: 2015", "Until: 2016"}


def test_counts_are_those_of_the_counting_rule(directory: Directory) -> None:
    """Recomputed one organisation at a time, from pairs of partner and activity."""
    projects = set(directory.things.filter(pl.col("kind") == "projects")["id"])
    pairs = [(a, p) for a, p in directory.partners.iter_rows() if p in projects]
    mine: dict[str, set[str]] = {}
    there: dict[str, set[str]] = {}
    for agent, project in pairs:
        mine.setdefault(agent, set()).add(project)
        there.setdefault(project, set()).add(agent)
    counts = {row["id"]: row for row in directory.counts.iter_rows(named=True)}
    assert set(COUNTS) < set(directory.counts.columns)
    for agent in sorted(mine, key=lambda a: (-len(mine[a]), a))[:40]:
        partners = set().union(*(there[p] for p in mine[agent])) - {agent}
        assert counts[agent]["projects"] == len(mine[agent])
        assert counts[agent]["partners"] == len(partners), agent


@pytest.mark.parametrize("view", ["table", "cards", "map", "chart"])
def test_every_view_shows_the_same_things(directory: Directory, view: str) -> None:
    page = _opened(directory, f"/search?kind=organisations&country=FI&view={view}")
    assert (
        page.found.total == _opened(directory, "/search?kind=organisations&country=FI").found.total
    )
    assert bool(page.places) == (view == "map")
    assert bool(page.bars) == (view == "chart")
    assert bool(page.cells) == (view == "table")
    assert [link.text for link in page.views if link.chosen] == [view.capitalize()]


def test_columns_are_chosen_and_the_files_follow(directory: Directory) -> None:
    page = _opened(directory, "/search?kind=organisations&columns=ror&columns=pic&sort=-projects")
    assert [h.text for h in page.heads] == ["name", "ROR", "PIC"]
    csv = next(link.href for link in page.files if link.text == "CSV")
    assert dict(parse_qsl(urlsplit(csv).query)) == {
        "sort": "-projects", "fields": "id,iri,label,ror,pic", "format": "csv",
    }  # fmt: skip
