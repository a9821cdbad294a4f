"""What pages count is what the rule counts, on the packaged release."""

from __future__ import annotations

from permed.api.http.pages.front.family import overview
from permed.api.http.pages.neighbourhood import neighbourhood_of
from permed.api.http.release.directory import Directory
from permed.graph.releases.release import Release
from tests.graph.counting.test_packaged import Recount


def test_the_map_of_the_home_page_counts_partners(directory: Directory) -> None:
    found = {mark.short: mark.size for mark in overview(directory).largest}
    assert (found["EP PerMed"], found["ERA PerMed"], found["PROPHET"]) == (59, 32, 22)
    assert "partners in common" in overview(directory).picture


def test_countries_meet_through_their_organisations(directory: Directory, release: Release) -> None:
    found = neighbourhood_of(directory, "country/ES")
    assert found is not None
    joint = Recount(release.path).joint_projects("ES", "IT")
    assert {m.name: m.size for m in found.rows}["Italy"] == len(joint) > 100
    assert found.counted == "projects together"


def test_a_part_has_the_neighbours_of_its_whole(directory: Directory) -> None:
    part = neighbourhood_of(directory, "organisation/cso-moh")
    whole = neighbourhood_of(directory, "organisation/il-moh")
    assert part is not None
    assert whole is not None
    assert part.rows == whole.rows
    assert "il-moh" not in {mark.id.split("/")[1] for mark in part.rows}


def test_actions_overlap_by_partners_and_bodies_by_people(directory: Directory) -> None:
    action = neighbourhood_of(directory, "project/101137129")
    assert action is not None
    assert action.rows[0].size == 26
    body = neighbourhood_of(directory, "body/icpermed-executive-committee")
    assert body is not None
    assert body.counted == "people in common"


def test_a_list_by_activity_leaves_out_parts_of_its_partners(directory: Directory) -> None:
    found = directory.takes_part("project/101137129").to_list()
    organisations = [agent for agent in found if agent.startswith("organisation/")]
    assert len(organisations) == 59
    assert "organisation/cso-moh" not in organisations
