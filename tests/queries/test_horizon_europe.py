"""Questions on all of Horizon Europe, counted a second time from the CSV files of the dump.

Neither catalogue nor graph takes part in what is expected. Which projects are judged to be about
personalised medicine is taken from the table of judgements of the release: it is what a method
says, not what is counted. Organisations are counted by participant code (PIC).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from benchmarks.data import needed_data_folder
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests.api.country_projects import judged_by_hand, takes_part
from tests.horizon_europe import horizon_europe
from tests.queries.conftest import Ask

pytestmark = pytest.mark.full

Row = dict[str, str]
YEAR = "2024"


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Every row of a table of the dump, as text."""
    csv.field_size_limit(10**8)
    names = ("cordis-HORIZONprojects-csv.zip", "cordis-HORIZONprojects-results-csv.zip")
    for name in names:
        with zipfile.ZipFile(needed_data_folder() / "cordis" / name) as dump:
            if f"{table}.csv" in dump.namelist():
                with dump.open(f"{table}.csv") as file:
                    text = io.TextIOWrapper(file, "utf-8", newline="")
                    return tuple(csv.DictReader(text, delimiter=";"))
    raise AssertionError(table)


@pytest.fixture(scope="module")
def release() -> Release:
    return horizon_europe()


@pytest.fixture(scope="module")
def ask(release: Release) -> Ask:
    store, catalogue = EmbeddedStore.load(release.graphs), Catalogue.load()

    @cache
    def run(name: str, **given: str) -> pl.DataFrame:
        question = catalogue.get(name)
        terms = question.bind(given, release.base)
        return store.query(question.sparql(release.base), substitutions=terms).frame()

    return run


@pytest.fixture(scope="module")
def judged(release: Release) -> set[str]:
    """Ids of the projects that are core or related, by the method or by hand."""
    words = ("pm-relevance/core", "pm-relevance/related")
    table = release.table("cordis", "classifications").filter(pl.col("topic").is_in(words))
    return set(table["entity"]) | judged_by_hand()


@pytest.fixture(scope="module")
def pairs(judged: set[str]) -> set[tuple[str, str]]:
    """Every judged project with every country that takes part in it."""
    return set(takes_part(rows("organization"), judged))


def begun(year: str) -> set[str]:
    """Ids of the projects of the dump that start in a year."""
    return {f"project/{r['id']}" for r in rows("project") if r["startDate"].startswith(year)}


def number(address: str) -> str:
    return address.rpartition("/")[2]


def test_projects_of_a_country(ask: Ask, pairs: set[tuple[str, str]]) -> None:
    told = {
        f"project/{number(p)}" for p in ask("country-projects", country="country/FI")["project"]
    }
    assert told == {project for project, code in pairs if code == "FI"}
    assert len(told) > 50


@pytest.mark.parametrize("question", ["projects-by-country", "country-balance"])
def test_projects_of_all_countries(ask: Ask, question: str, pairs: set[tuple[str, str]]) -> None:
    found = ask(question).select("country", "projects").filter(pl.col("projects") > 0)
    assert {number(c): n for c, n in found.iter_rows()} == Counter(code for _, code in pairs)


def test_countries_of_a_year(ask: Ask, pairs: set[tuple[str, str]]) -> None:
    found = ask("projects-by-country", year=YEAR).select("country", "projects")
    mine = begun(YEAR)
    wanted = Counter(code for project, code in pairs if project in mine)
    told = {number(c): n for c, n in found.iter_rows()}
    # the curated source knows projects of that year which are in no dump
    extra = {c: n - wanted[c] for c, n in told.items() if n != wanted[c]}
    assert all(0 < n <= len(judged_by_hand() - mine) for n in extra.values())
    assert told.keys() >= wanted.keys()


def test_what_countries_share(ask: Ask, pairs: set[tuple[str, str]]) -> None:
    found = ask("country-partners", country="country/FI").select("other", "shared")
    mine = {project for project, code in pairs if code == "FI"}
    wanted = Counter(code for project, code in pairs if project in mine and code != "FI")
    assert {number(c): n for c, n in found.iter_rows()} == wanted


def test_who_coordinates(ask: Ask, judged: set[str]) -> None:
    found = ask("country-projects", country="country/FI").filter(pl.col("coordinates") == "yes")
    dumped = {f"project/{row['id']}" for row in rows("project")}
    told = {f"project/{number(p)}" for p in found["project"]} & dumped
    seats: dict[str, str] = {}
    for row in rows("organization"):
        if row["country"]:
            seats.setdefault(row["organisationID"], row["country"])
    led = {
        f"project/{row['projectID']}" for row in rows("organization")
        if row["role"] == "coordinator" and seats.get(row["organisationID"]) == "FI"
    }  # fmt: skip
    assert told == led & judged
    assert len(told) > 5


def test_projects_that_started(ask: Ask, judged: set[str]) -> None:
    found = ask("projects-started", year=YEAR)
    dumped = {f"project/{row['id']}": row for row in rows("project")}
    told = {f"project/{number(p)}" for p in found["project"]} & dumped.keys()
    assert told == begun(YEAR) & judged
    for row in found.iter_rows(named=True):
        if source := dumped.get(f"project/{number(row['project'])}"):
            assert row["projectName"] == source["acronym"]
            assert row["start"] == source["startDate"]


def test_topics_of_a_year(ask: Ask, judged: set[str]) -> None:
    mine = begun(YEAR) & judged
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows("euroSciVoc"):
        if (project := f"project/{row['projectID']}") in mine:
            wanted[number(row["euroSciVocCode"])].add(project)
    found = ask("project-topics", year=YEAR).select("topic", "projects")
    told = {number(t): n for t, n in found.iter_rows() if "/euroscivoc/" in t}
    assert told == {code: len(projects) for code, projects in wanted.items()}


def test_outputs_of_a_project(ask: Ask) -> None:
    held: dict[str, list[Row]] = defaultdict(list)
    for row in rows("result"):
        held[row["projectID"]].append(row)
    project = max(held, key=lambda me: (len({r["doi"] for r in held[me] if r["doi"]}), me))
    found = ask("project-outputs", project=f"project/{project}")
    dois = {r["doi"].strip().lower() for r in held[project] if r["doi"].startswith("10.")}
    told = {str(doi).lower() for doi in found["doi"].drop_nulls()}
    assert told == dois
    assert len(dois) > 50


def test_grants_of_the_eu(ask: Ask) -> None:
    dumped = {row["id"]: row for row in rows("project")}
    for project in ("101137129", "101057721", "101136728", "101057182"):
        found = ask("who-funds-what", activity=f"project/{project}").filter(
            pl.col("funder").str.ends_with("/organisation/ec")
        )
        [(amount,)] = found.select("amount").unique().iter_rows()
        assert Decimal(str(amount)) == Decimal(dumped[project]["ecMaxContribution"])


def test_what_partners_get_and_the_grant(ask: Ask) -> None:
    found = ask("counted-and-reported").filter(pl.col("what") == "grant agreement")
    dumped = {row["id"]: row for row in rows("project")}
    named = {row["organisationID"] for row in rows("organization") if row["name"]}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    once: set[tuple[str, ...]] = set()
    for row in rows("organization"):
        stated = (row["projectID"], row["organisationID"], row["ecContribution"])
        if row["organisationID"] in named and stated not in once:
            once.add(stated)
            sums[row["projectID"]] += Decimal(row["ecContribution"] or "0")
    told = {
        number(activity): (Decimal(str(counted)), Decimal(str(reported)))
        for activity, counted, reported in
        found.select("activity", "counted", "reported").iter_rows()
        if number(activity) in dumped
    }  # fmt: skip
    assert len(told) > 15_000
    for project, (_, reported) in told.items():
        assert reported == Decimal(dumped[project]["ecMaxContribution"]), project
    other = {me for me, (counted, _) in told.items() if abs(counted - sums[me]) > Decimal("0.01")}
    assert len(other) <= 0.002 * len(told), sorted(other)[:20]  # two PICs of one body, one sum


def test_organisations_of_a_country(ask: Ask, judged: set[str]) -> None:
    """Bodies of one participant code each: those that linking joined are left out."""
    found = ask("country-organisations", country="country/FI").select("organisation", "projects")
    counts: dict[str, set[str]] = defaultdict(set)
    for row in rows("organization"):
        if (project := f"project/{row['projectID']}") in judged:
            counts[row["organisationID"]].add(project)
    told = {number(me).removeprefix("pic-"): n for me, n in found.iter_rows() if "/pic-" in me}
    same = [pic for pic, n in told.items() if n == len(counts[pic])]
    assert len(same) >= 0.95 * len(told) > 20
    assert all(n >= len(counts[pic]) for pic, n in told.items())


@pytest.mark.parametrize("name", [question.name for question in Catalogue.load()])
def test_every_question_answers_there(ask: Ask, name: str) -> None:
    given = {
        p.name: p.default or p.example for p in Catalogue.load().get(name).params if not p.optional
    }
    assert ask(name, **given).height > 0
