"""Projects: activities, grants, funding schemes, identifiers, links."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.source import SourceRequest
from permed.ingest.sources.cordis import read
from tests.ingest.sources.cordis.official import dump, issues, one, pack, project, table, whole


def test_a_project_becomes_activity_grant_and_identifiers(tmp_path: Path) -> None:
    data = whole(dump(tmp_path), abstracts=True)
    activity = one(data, "activities", id="project/101000001")
    assert (
        activity
        | {
            "kind": "project",
            "title": "Treatment fitted to the patient",
            "acronym": "ALPHA",
            "lang": "en",
            "abstract": "Aims.",
            "start": "2022-09-01",
            "end": "2025-08-31",
            "status": "SIGNED",
            "source_url": "https://cordis.europa.eu/project/id/101000001",
            "evidence": "registry",
            "seen": "2025-08-26",
            "source_row": 1,
        }
        == activity
    )
    grant = one(data, "grants")
    assert (
        grant
        | {
            "number": "101000001",
            "programme": "programme/horizon-europe",
            "scheme_code": "HORIZON-RIA",
            "topic_code": "HORIZON-HLTH-2021-TOOL-06-01",
            "call_code": "HORIZON-HLTH-2021-TOOL-06",
            "legal_basis": "HORIZON.2.1",
            "eu_contribution": "1500000",
            "total_cost": "2000000.5",
            "signed": "2022-05-12",
            "doi": "10.3030/101000001",
        }
        == grant
    )
    ids = data.tables["identifiers"].select("entity", "scheme", "value").rows()
    assert ("project/101000001", "grant", "101000001") in ids
    assert ("project/101000001", "doi", "10.3030/101000001") in ids
    assert ("project/101000001", "cordis-rcn", "237915") in ids


def test_a_grant_points_to_schemes_that_exist(tmp_path: Path) -> None:
    topics = table(
        [
            {
                "projectID": "101000001",
                "topic": "HORIZON-HLTH-2021-TOOL-06-01",
                "title": "Tools",
                "rcn": "1",
            }
        ]
    )
    data = whole(dump(tmp_path, topics=topics))
    topic = one(data, "activities", id="funding-scheme/HORIZON-HLTH-2021-TOOL-06-01")
    assert (topic["title"], topic["kind"], topic["acronym"]) == (
        "Tools",
        "funding-scheme",
        "HORIZON-HLTH-2021-TOOL-06-01",
    )
    assert topic["parent"] == "funding-scheme/HORIZON-HLTH-2021-TOOL-06"
    call = one(data, "activities", id="funding-scheme/HORIZON-HLTH-2021-TOOL-06")
    assert (call["title"], call["parent"]) == (
        "HORIZON-HLTH-2021-TOOL-06",
        "programme/horizon-europe",
    )
    assert one(data, "activities", id="programme/horizon-europe")["title"] == "Horizon Europe"
    assert one(data, "activities", id="funding-scheme/HORIZON-RIA")["parent"] is None


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [
        ("HORIZON-CSA", "csa"),
        ("HORIZON-JU-CSA", "csa"),
        ("Coordination & support action", "csa"),
        ("HORIZON-COFUND", "partnership"),
        ("COFUND-EJP", "partnership"),
        ("ERA-NET-Cofund", "funding-network"),
        ("ERA-NET Cofund", "funding-network"),
        ("HORIZON-TMA-MSCA-Cofund-P", "project"),
        ("", "project"),
    ],
)
def test_the_funding_scheme_tells_the_kind(tmp_path: Path, scheme: str, kind: str) -> None:
    data = whole(dump(tmp_path, [project(fundingScheme=scheme)]))
    assert one(data, "activities", id="project/101000001")["kind"] == kind


def test_the_newest_of_repeated_projects_is_kept(tmp_path: Path) -> None:
    rows = [
        project(title="Newer", contentUpdateDate="2025-09-01 00:00:00"),
        project(title="Older", contentUpdateDate="2024-09-01 00:00:00"),
    ]
    data = whole(dump(tmp_path, rows))
    assert one(data, "activities", id="project/101000001")["title"] == "Newer"
    assert issues(data, "rejected") == [("id", 2, "repeats the project; the newest row is kept")]


def test_odd_values_are_left_out_and_told(tmp_path: Path) -> None:
    row = project(
        endDate="2021-01-01",
        ecMaxContribution="-5",
        ecSignatureDate="soon",
        grantDoi="none",
        title="",
    )
    data = whole(dump(tmp_path, [row, project("GA-1")]))
    activity = one(data, "activities", id="project/101000001")
    assert (activity["title"], activity["end"]) == ("ALPHA", None)
    assert one(data, "grants")["eu_contribution"] is None
    assert {field for field, *_ in issues(data, "dropped")} == {
        "end",
        "eu_contribution",
        "signed",
        "doi",
    }
    assert issues(data, "rejected") == [("id", 2, "the id is no grant number: correct it")]
    assert ("id", 1, "the title is empty: acronym or number stands for it") in issues(
        data, "warning"
    )


def test_a_grant_points_to_the_first_of_several_codes(tmp_path: Path) -> None:
    data = whole(dump(tmp_path, [project(topics="T-1;T-2")]))
    assert one(data, "grants")["topic_code"] == "T-1"
    why = "lists several codes: the grant points to the first"
    assert issues(data, "warning")[0] == ("topic", 1, why)


def test_a_total_cost_of_zero_means_not_declared(tmp_path: Path) -> None:
    rows = [project(totalCost="0"), project("101000002", totalCost="0", ecMaxContribution="0")]
    costs = whole(dump(tmp_path, rows)).tables["grants"].select("number", "total_cost").rows()
    assert costs == [("101000001", None), ("101000002", "0")]


@pytest.mark.parametrize(
    ("more", "name", "programme"),
    [
        ({"frameworkProgramme": "FP7"}, "x.zip", "programme/fp7"),
        ({"frameworkProgramme": "", "legalBasis": "H2020-EU.3.1.;X"}, "x.zip", "programme/h2020"),
        (
            {"frameworkProgramme": "", "legalBasis": ""},
            "cordis-h2020projects.zip",
            "programme/h2020",
        ),
        ({"frameworkProgramme": "FP9"}, "x.zip", None),
    ],
)
def test_the_framework_programme_is_found(
    tmp_path: Path, more: dict[str, str], name: str, programme: str | None
) -> None:
    data = whole(pack(tmp_path / name, project=table([project(**more)])))
    assert one(data, "grants")["programme"] == programme


def test_links_and_home_page(tmp_path: Path) -> None:
    rows = [
        {
            "projectID": "101000001",
            "type": "socialMedia",
            "represents": "twitter",
            "physUrl": "https://x.example/a",
            "title": "",
        },
        {
            "projectID": "101000001",
            "type": "relatedWebsite",
            "represents": "project",
            "physUrl": "www.alpha.example",
            "title": "Site",
        },
        {
            "projectID": "101000001",
            "type": "relatedWebsite",
            "represents": "project",
            "physUrl": "alpha",
            "title": "",
        },
        {
            "projectID": "101999999",
            "type": "relatedWebsite",
            "represents": "project",
            "physUrl": "https://b.example",
            "title": "",
        },
    ]
    data = whole(dump(tmp_path, webLink=table(rows)))
    assert data.tables["links"].select("entity", "url", "title").rows() == [
        ("project/101000001", "https://x.example/a", "twitter"),
        ("project/101000001", "http://www.alpha.example", "Site"),
    ]
    assert one(data, "activities", id="project/101000001")["website"] == "http://www.alpha.example"
    assert [row for _, row, _ in issues(data, "rejected")] == [4, 3]


def test_files_without_projects_are_refused(tmp_path: Path) -> None:
    empty = pack(tmp_path / "a.zip", topics=table([{"projectID": "1", "topic": "T", "title": "t"}]))
    with pytest.raises(InputError, match=r"hold no project table; add cordis-\*projects-csv.zip"):
        whole(empty)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scope": "some"}, "unknown scope 'some'; use pm or all"),
        ({"scpe": "pm"}, "unknown option 'scpe'; use abstracts or dump_date or scope"),
        ({"abstracts": "yes"}, "'abstracts' must be true or false"),
        ({"dump_date": "today"}, "'dump_date' is 'today'; write YYYY-MM-DD"),
    ],
)
def test_options_are_checked(tmp_path: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(SourceRequest((dump(tmp_path),), options))


def test_the_day_of_the_dump_may_be_given(tmp_path: Path) -> None:
    assert one(whole(dump(tmp_path), dump_date="2025-12-06"), "grants")["seen"] == "2025-12-06"
