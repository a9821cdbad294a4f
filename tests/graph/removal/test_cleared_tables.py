"""Tables without removed people: their rows go, other rows stay and name them no more."""

from __future__ import annotations

from permed.graph.removal.cleared_tables import IN_PLACE_OF_A_NAME, cleared_issues, cleared_tables
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.tables.issues import issue_rows
from tests.graph.network.samples import table

LIST = RemovedPeople().with_person(["Jane Doe"], ["person/jane-doe", "0000-0002-1825-0097"])
TABLES = {
    "persons": table("persons", [
        {"id": "person/jane-doe", "name": "Jane Doe"},
        {"id": "person/j2", "name": "DOE, Jane"},  # another source's id: known by name
        {"id": "person/j3", "name": "J. Doe"},  # known by ORCID
        {"id": "person/john-roe", "name": "John Roe"},
    ]),
    "identifiers": table("identifiers", [
        {"entity": "person/j3", "scheme": "orcid", "value": "0000-0002-1825-0097"},
        {"entity": "person/john-roe", "scheme": "orcid", "value": "0000-0001-5109-3700"},
    ]),
    "roles": table("roles", [
        {"agent": one, "activity": "event/e", "role": "speaker"}
        for one in ("person/jane-doe", "person/j2", "person/j3", "person/john-roe")
    ]),
    "outputs": table("outputs", [
        {"id": "output/1", "kind": "journal-paper", "title": "On tables",
         "authors": "Roe, John; Doe, Jane", "source_url": "https://x.org/people/jane-doe.html"},
        {"id": "output/2", "kind": "journal-paper", "title": "Jane and Doe",
         "authors": "Roe, John", "source_url": "https://x.org/people/john-roe.html"},
    ]),
}  # fmt: skip


def test_rows_of_and_about_removed_people_go() -> None:
    cleared = cleared_tables(TABLES, LIST)
    assert cleared["persons"]["id"].to_list() == ["person/john-roe"]
    assert cleared["identifiers"]["entity"].to_list() == ["person/john-roe"]
    assert cleared["roles"]["agent"].to_list() == ["person/john-roe"]


def test_other_rows_stay_without_the_name() -> None:
    outputs = cleared_tables(TABLES, LIST)["outputs"]
    assert outputs["authors"].to_list() == [f"Roe, John; {IN_PLACE_OF_A_NAME}", "Roe, John"]
    assert outputs["source_url"].to_list() == ["https://x.org/", TABLES["outputs"]["source_url"][1]]
    assert outputs["title"].to_list() == TABLES["outputs"]["title"].to_list()


def test_an_empty_list_changes_nothing() -> None:
    assert cleared_tables(TABLES, RemovedPeople()) == TABLES


def test_what_was_rejected_names_them_neither() -> None:
    issues = issue_rows(
        table("persons", [{"id": "person/jane-doe", "name": "Jane Doe"}]).with_columns(
            value="name"
        ),
        source="s", table="persons", reason="bad", severity="rejected", field="name",
    )  # fmt: skip
    assert "Doe" not in str(cleared_issues(issues, LIST).rows())
    assert cleared_issues(issues, LIST).height == 1
