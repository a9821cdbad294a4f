"""Participations: roles with their money, and who is left out and why."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.tables.checks import check
from tests.ingest.sources.cordis.official import dump, issues, one, partner, project, whole

_NAMELESS = "CORDIS names this PIC in no row: left out; a file with its name brings it back"


def test_a_participation_becomes_a_role(tmp_path: Path) -> None:
    role = one(whole(dump(tmp_path)), "roles")
    assert (
        role
        | {
            "agent": "organisation/pic-999999984",
            "activity": "project/101000001",
            "role": "coordinator",
            "position": 1,
            "ec_contribution": "750000",
            "net_ec_contribution": "700000",
            "total_cost": "800000.25",
            "ended": False,
            "part": None,
            "seen": "2025-08-26",
            "source_url": "https://cordis.europa.eu/project/id/101000001",
        }
        == role
    )


def test_the_same_organisation_may_take_part_twice(tmp_path: Path) -> None:
    rows = [
        partner(),
        partner(role="thirdParty", order="7", ecContribution="5"),
        partner(role="thirdParty", order="3", ecContribution="4", endOfParticipation="true"),
    ]
    roles = whole(dump(tmp_path, partners=rows)).tables["roles"]
    assert roles.select("role", "position", "ec_contribution", "ended", "part").rows() == [
        ("coordinator", 1, "750000", False, None),
        ("third-party", 3, "4", True, None),
        ("third-party", 7, "5", False, 2),
    ]
    assert check(roles, "roles", "cordis").rows.height == 3


def test_associated_partners_have_no_money(tmp_path: Path) -> None:
    rows = [
        partner(),
        partner(
            "911111111",
            role="associatedPartner",
            order="2",
            ecContribution="",
            netEcContribution="0",
            totalCost="0",
        ),
        partner(
            "922222222",
            role="participant",
            order="3",
            ecContribution="",
            netEcContribution="",
            totalCost="",
        ),
    ]
    roles = whole(dump(tmp_path, partners=rows)).tables["roles"]
    money = roles.select("ec_contribution", "net_ec_contribution", "total_cost").rows()
    assert money[1:] == [(None, None, None), (None, None, None)]


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        ({"role": "guest"}, "role", "unknown role"),
        ({"role": ""}, "role", "unknown role"),
        ({"projectID": "101999999"}, "project", "its project is in no project table"),
        ({"organisationID": "", "name": ""}, "project", "has neither PIC nor name"),
    ],
)
def test_rows_that_say_too_little_are_rejected(
    tmp_path: Path, bad: dict[str, str], field: str, reason: str
) -> None:
    rows = [partner(), partner(**{"order": "2", "role": "participant", **bad})]
    data = whole(dump(tmp_path, partners=rows))
    assert data.tables["roles"].height == 1
    [(found, row, why)] = issues(data, "rejected")
    assert (found, row) == (field, 2)
    assert reason in why


def test_a_pic_without_a_name_is_left_out_and_ends_no_build(tmp_path: Path) -> None:
    rows = [partner(), partner("933333333", name="", order="2", role="participant")]
    data = whole(dump(tmp_path, partners=rows))
    assert data.tables["roles"].height == 1
    assert ("pic", 2, _NAMELESS) in issues(data, "warning")
    assert issues(data, "rejected") == []


def test_a_file_that_lost_its_names_is_refused(tmp_path: Path) -> None:
    rows = [partner(), *(partner(f"93333333{n}", name="", order=f"{n}") for n in (2, 3, 4))]
    found = issues(whole(dump(tmp_path, partners=rows)), "rejected")
    assert [row for _, row, _ in found] == [2, 3, 4]
    assert "export it again with its names" in found[0][2]


def test_a_name_in_another_row_is_enough(tmp_path: Path) -> None:
    rows = [partner(), partner(projectID="101000002", name="")]
    data = whole(dump(tmp_path, [project(), project("101000002")], rows))
    assert data.tables["roles"].height == 2
    assert one(data, "organisations")["name"] == "INSTITUT 999999984"


def test_without_pic_the_name_stands_for_it(tmp_path: Path) -> None:
    rows = [partner("", name="Université Żółta", order="1"), partner("12", name="Other", order="2")]
    data = whole(dump(tmp_path, partners=rows))
    assert sorted(data.tables["organisations"]["id"]) == [
        "organisation/cordis-de-other",
        "organisation/cordis-de-universite-zolta",
        "organisation/ec",  # who pays
    ]
    assert data.tables["identifiers"].filter(pl.col("scheme") == "pic").is_empty()


def test_money_and_order_must_be_numbers(tmp_path: Path) -> None:
    row = partner(
        ecContribution="-1", totalCost="many", order="first", SME="perhaps", activityType="ZZZ"
    )
    data = whole(dump(tmp_path, partners=[row]))
    assert {field for field, *_ in issues(data, "dropped")} == {
        "ec_contribution",
        "total_cost",
        "order",
        "sme",
        "type",
    }


def test_the_lack_of_a_coordinator_is_told(tmp_path: Path) -> None:
    projects = [project(), project("101000002"), project("101000003")]
    rows = [
        partner(role="participant"),
        partner(projectID="101000002"),
        partner("911111111", projectID="101000002"),
    ]
    warnings = issues(whole(dump(tmp_path, projects, rows)), "warning")
    assert ("id", 1, "has no coordinator") in warnings
    assert ("id", 2, "has 2 coordinators") in warnings
    assert (
        None,
        None,
        "without participants in the organisation table: 1 of the projects",
    ) in warnings
