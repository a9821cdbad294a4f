"""Every face gives one number of projects on personalised medicine for every country.

That number is counted from the CSV files (`tests/api/country_projects.py`).
"""

from __future__ import annotations

import csv
import io
import zipfile

import polars as pl
import pytest

from permed.api.http.pages.explore.key_numbers import key_numbers
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import read_directory
from permed.api.http.rest.filters import ListFilters, select
from permed.api.report.figures.countries import country_table
from permed.api.report.figures.data import ReportData
from permed.api.report.sheets.country import COUNTRY_NUMBERS
from permed.graph.network import Scope, Selection, project, release_roles
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.ingest.sources.cordis import SAMPLE
from permed.queries.sentences import filled
from tests import ROOT
from tests.api.country_projects import countries_of_projects, named_alone, projects_of_countries
from tests.queries.conftest import Ask, ask
from tests.queries.test_recomputed import table
from tests.shown_labels import packaged_labels

__all__ = ["ask"]

ON = ("core", "related")
# the four in which the list and the questions differed by one, and one without any doubt
DISPUTED = ("FR", "AT", "CN", "CA", "FI")


@pytest.fixture(scope="module")
def directory(release: Release) -> Directory:
    return read_directory(release)


def test_what_the_build_counts(release: Release) -> None:
    judged = {a for a, _ in countries_of_projects()}
    pairs = release.table("counting", "partner_countries").select("activity", "country")
    built = {(a, c.removeprefix("country/")) for a, c in pairs.iter_rows() if a in judged}
    assert built == countries_of_projects()
    assert ("project/permim", "FR") in named_alone()  # the one that only some faces counted


@pytest.mark.parametrize("question", ["projects-by-country", "country-balance"])
def test_questions_on_all_countries(ask: Ask, question: str) -> None:
    rows = ask(question).select("country", "projects").filter(pl.col("projects") > 0)
    told = {country.rpartition("/")[2]: n for country, n in rows.iter_rows()}
    assert told == projects_of_countries()


@pytest.mark.parametrize("code", DISPUTED)
def test_question_and_sheet_of_a_country(ask: Ask, code: str) -> None:
    rows = ask("country-projects", country=f"country/{code}")
    told = rows["project"].str.split("/id/").list.last()
    assert set(told) == {a for a, c in countries_of_projects() if c == code}
    alone = {a for a, c in named_alone() if c == code}
    nobody = rows.filter(pl.col("partnersThere") == 0)["project"].str.split("/id/").list.last()
    assert set(nobody) == alone
    front = next(n for n in COUNTRY_NUMBERS if n.label == "Projects")
    assert filled(front.says, rows) == f"{projects_of_countries()[code]:,}"


def test_list_and_page_of_every_country(directory: Directory) -> None:
    for code, n in projects_of_countries().items():
        listed = select(directory, ListFilters(kind=("projects",), country=(code,), relevance=ON))
        assert listed.mask.sum() == n, code
        told = {k.words: k.value for k in key_numbers(directory, f"country/{code}")}
        one = "project" if n == 1 else "projects"
        assert told[f"{one} on personalised medicine"] == n, code


def test_page_and_question_agree_on_who_coordinates(ask: Ask, directory: Directory) -> None:
    led = {c.rpartition("/")[2]: n for c, n in
           ask("projects-by-country").select("country", "coordinates").iter_rows()}  # fmt: skip
    for code in projects_of_countries():
        told = {k.words: k.value for k in key_numbers(directory, f"country/{code}")}
        assert told.get("coordinated from here", 0) == led[code], code


def test_network_and_report(release: Release) -> None:
    known = release.all_tables()["classifications"]["topic"]
    scope = Scope(relevance=tuple(r for r in ON if f"pm-relevance/{r}" in set(known)))
    nodes = project(release_roles(release), "country", scope).nodes
    wanted = projects_of_countries()
    told = {c: n for c, n in nodes.select("country", "activities").iter_rows() if c != "EU"}
    assert told == wanted
    table = country_table(ReportData(release, Selection(scope)))
    rows = table.filter(pl.col("country") != "EU").select("country", "activities")
    assert dict(rows.iter_rows()) == wanted


def test_raw_cordis_has_more_countries_only_where_it_names_nobody(ask: Ask) -> None:
    with zipfile.ZipFile(SAMPLE) as archive:
        text = archive.read("organization.csv").decode("utf-8")
    raw = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    named = {r["organisationID"] for r in raw if r["name"]}
    left_out = {number for number, label in packaged_labels().items() if label == "none"}
    raw = [r for r in raw if r["projectID"] not in left_out]
    stated: set[tuple[str, str]] = set()
    nobody: set[tuple[str, str]] = set()
    for r in raw:
        pair = (
            f"project/{r['projectID']}",
            {"EL": "GR", "UK": "GB"}.get(r["country"], r["country"]),
        )
        if pair[1]:
            (stated if r["name"] or r["organisationID"] in named else nobody).add(pair)
    lost = nobody - countries_of_projects()
    assert stated <= countries_of_projects()
    assert not lost & stated
    page = " ".join((ROOT / "docs" / "counting.md").read_text(encoding="utf-8").split())
    assert f"{len(lost)} pairs of a project and a country" in page
    shared = dict(
        ask("country-partners", country="country/IT").select("other", "shared").iter_rows()
    )
    here = {a for a, c in stated | nobody if c == "IT"}
    swiss = len(here & {a for a, c in stated | nobody if c == "CH"})
    ours = {c.rpartition("/")[2]: n for c, n in shared.items()}["CH"]
    assert f"works with Switzerland in {ours} projects and not in {swiss}" in page


def test_every_project_is_judged_and_a_reader_says_why(store: EmbeddedStore) -> None:
    unjudged = store.query(
        "PREFIX pm: <https://w3id.org/permed/ontology#> PREFIX eurio: <http://data.europa.eu/s66#> "
        "SELECT ?project WHERE { ?project a eurio:Project . "
        "FILTER NOT EXISTS { ?project pm:relevance ?any } }"
    ).frame()
    assert unjudged.is_empty()
    judged = {
        r["entity"]: r["reason"]
        for r in table("classifications")
        if r["topic"].startswith("pm-relevance/")
    }
    mine = {r["id"] for r in table("activities") if r["id"].startswith("project/")}
    assert mine <= judged.keys()
    assert all(judged.values())
