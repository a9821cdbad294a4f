"""The older single-file layout: participants joined in the project row."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from permed.ingest.source import SourceData
from tests.ingest.sources.cordis.official import issues, partner, table, whole

ROW = {
    "rcn": "193157",
    "id": "633002",
    "acronym": "OLD",
    "status": "SIGNED",
    "programme": "H2020-EU.1.1.",
    "topics": "ERC",
    "frameworkProgramme": "H2020",
    "title": "Old layout",
    "startDate": "2014-01-01",
    "endDate": "2016-03-31",
    "projectUrl": "http://old.example",
    "objective": "o",
    "totalCost": "230000,5",
    "ecMaxContribution": "230000",
    "call": "H2020-Adhoc-2014-20",
    "fundingScheme": "CSA",
    "coordinator": "TRUST LIMITED",
    "coordinatorCountry": "UK",
    "participants": "UNI ONE;UNI TWO",
    "participantCountries": "FR;EL",
    "subjects": "",
}


def read(folder: Path, *more: Path, **change: str) -> SourceData:
    path = folder / "cordis-h2020projects.csv"
    path.write_bytes(table([{**ROW, **change}]))
    return whole(path, *more)


def test_participants_are_taken_from_the_project_row(tmp_path: Path) -> None:
    data = read(tmp_path)
    assert data.tables["roles"].select("agent", "role", "position").rows() == [
        ("organisation/cordis-gb-trust-limited", "coordinator", 1),
        ("organisation/cordis-fr-uni-one", "participant", 2),
        ("organisation/cordis-gr-uni-two", "participant", 3),
    ]
    activity = data.tables["activities"].filter(pl.col("id") == "project/633002").row(0, named=True)
    assert (activity["kind"], activity["website"]) == ("csa", "http://old.example")
    grant = data.tables["grants"].row(0, named=True)
    assert (grant["total_cost"], grant["legal_basis"]) == ("230000.5", "H2020-EU.1.1.")


def test_countries_that_are_not_one_each_are_not_guessed(tmp_path: Path) -> None:
    data = read(tmp_path, participantCountries="FR")
    who_pays = ["country/BE"]  # the Commission
    found = data.tables["organisations"]["country"].to_list()
    assert found == ["country/GB", None, None, *who_pays]
    why = "its countries are not one for each participant: participants stay without country"
    assert ("participant_countries", 1, why) in issues(data, "warning")


def test_an_organisation_table_has_the_better_word(tmp_path: Path) -> None:
    other = tmp_path / "organization.csv"
    other.write_bytes(table([partner(projectID="633002")]))
    data = read(tmp_path, other)
    assert data.tables["roles"]["agent"].to_list() == ["organisation/pic-999999984"]
