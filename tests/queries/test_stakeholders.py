"""The stakeholder check, against what the CSV files say when they are counted by hand."""

from __future__ import annotations

import csv
from collections import defaultdict

import polars as pl
import pytest

from permed.api.http.release.participation import stakeholder_check
from permed.api.http.release.reading import read_directory
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.queries.naming import Naming
from permed.queries.stakeholder_lists import GivenName, as_text, given_names, plain_names
from permed.queries.stakeholders import Participation, StakeholderCheck
from tests import ROOT
from tests.workbooks import workbook

_DATA = ROOT / "ingest/sources/icpermed/data"
_LABELS = {
    "organisation/a": "Alpha Institute",
    "organisation/a-part": "Alpha Unit",
    "organisation/b": "Beta University",
    "organisation/b2": "Beta University",
    "organisation/c": "Gamma Hospital",
    "organisation/d": "Delta Agency",
}
_ROLES = [
    ("organisation/a-part", "project/1", "coordinator"),
    ("organisation/d", "call/1", "funder"),
    ("organisation/c", "project/2", "participant"),
    ("organisation/a", "project/2", "participant"),
    ("organisation/b", "project/9", "participant"),
]
_ACTIVITIES = [
    ("project/1", "CSA One", "csa", "core"),
    ("project/2", "Research", "project", "core"),
    ("project/9", "Steel CSA", "csa", None),
    ("call/1", "JTC1", "call", None),
]


def check(**countries: str) -> StakeholderCheck:
    taken = Participation(
        pl.DataFrame(_ROLES, schema=["agent", "activity", "role"], orient="row"),
        pl.DataFrame(_ACTIVITIES, schema=["id", "label", "kind", "relevance"], orient="row"),
        {f"organisation/{name}": code for name, code in countries.items()},
        {"organisation/a-part": "organisation/a"},
    )
    return StakeholderCheck(Naming([("organisation/d", "DA")], _LABELS), taken)


def given(*names: str) -> list[GivenName]:
    return [GivenName(name) for name in names]


def test_each_state_and_the_nearest_way_in() -> None:
    made = check(b="DE", b2="FR", c="FI", d="FI", a="FI")
    rows = made.check(
        given("Alpha Unit", "Beta University", "gamma hospital", "DA", "Nobody", "Alpa Institute")
    )
    told = {row["name"]: row for row in rows.to_dicts()}
    assert [row["state"] for row in rows.to_dicts()] == [
        "connected", "to be checked", "known, not connected", "connected", "not known",
        "to be checked",
    ]  # fmt: skip
    assert told["Alpha Unit"]["actions"] == "CSA One"  # as the whole
    assert told["DA"]["calls"] == "JTC1"
    assert told["gamma hospital"]["way_in"] == "Alpha Institute, which shares one project with it"
    assert told["Beta University"]["may_be"].count("organisation/b") == 2
    assert "organisation/a)" in told["Alpa Institute"]["may_be"]
    assert told["Nobody"]["projects"] is None


def test_a_country_tells_namesakes_apart_and_offers_its_funder() -> None:
    made = check(b="DE", b2="FI", d="FI")
    (row,) = made.check(given("Beta University"), "FI").to_dicts()
    assert (row["id"], row["state"]) == ("organisation/b2", "known, not connected")
    assert row["way_in"] == "Delta Agency, a funder of joint calls in its country"
    (row,) = made.check(given("Beta University"), "DE").to_dicts()
    assert row["state"] == "known, not connected"  # an action of another field does not count
    assert row["way_in"] == "none known"


def test_the_country_of_a_row_counts_for_that_row() -> None:
    made = check(b="DE", b2="FI")
    rows = [GivenName("Beta University", code) for code in ("DE", "FI", None, "SE")]
    told = made.check(rows, "DE").to_dicts()
    assert [row["id"] for row in told] == [
        "organisation/b", "organisation/b2", "organisation/b", None
    ]  # fmt: skip
    assert told[3]["state"] == "to be checked"  # known elsewhere
    assert told[3]["may_be"].endswith("(organisation/b2) in FI")


FAR = (
    "University of Hull", "University of Kent", "University of Leicester", "University of Crete",
    "University of Lausanne", "Swiss Federal Institute of Technology in Lausanne", "Aalto Säätiö",
    "Helsinki University Hospital", "Ministry of Health of Malta", "Turun Yliopisto", "FWF",
    "The Board of Trustees of the University of Illinois", "Ospedale di Trieste", "ISCIII",
    "University of Dundee", "University of Brighton", "University of Bristol",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("University of Helsinki", {"Helsinki University Hospital"}),
        ("University of Turin", set()),  # neither Turku nor Hull
        ("University of Atlantis", set()),
        ("University of Lausane", {"University of Lausanne"}),
        ("Aalto University", {"Aalto Säätiö"}),
        ("Ministry of Health", {"Ministry of Health of Malta"}),
        ("ISCIIII", {"ISCIII"}),
        ("FWO", set()),  # short forms are not misspelt, they are others
        ("Universita di Trieste", {"Ospedale di Trieste"}),
    ],
)
def test_a_far_name_is_never_suggested(name: str, near: set[str]) -> None:
    labels = {f"organisation/{at}": label for at, label in enumerate(FAR)}
    found = Naming([], labels).near(name, ("organisation/",))
    assert {labels[thing] for thing in found} == near


def _rows(table: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted((_DATA / table).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


def test_calls_of_every_funder_are_those_of_the_files(release: Release) -> None:
    """Each organisation with a role in a call is connected, in as many calls as the files say."""
    whole = {
        r["subject"]: r["object"] for r in _rows("relations")
        if r["predicate"] == "part-of" and r["object"].startswith("organisation/")
    }  # fmt: skip
    calls: dict[str, set[str]] = defaultdict(set)
    for row in _rows("roles"):
        if row["activity"].startswith("call/") and row["agent"].startswith("organisation/"):
            calls[whole.get(row["agent"], row["agent"])].add(row["activity"])
    directory = read_directory(release)
    assert len(calls) > 30
    found = stakeholder_check(directory).check(
        given(*(f"{release.base}id/{agent}" for agent in calls))
    )
    for agent, row in zip(calls, found.to_dicts(), strict=True):
        assert row["state"] == "connected", row
        assert len(row["calls"].split("; ")) == len(calls[agent]), row


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (
            "DLR\n\n University of X, Department of Y \n",
            ["DLR", "University of X, Department of Y"],
        ),
        ("id;Organisation\n1;DLR\n2;ANR\n", ["DLR", "ANR"]),
        ("\ufeffname\nDLR\n", ["DLR"]),
        ("DLR;Germany\nISCIII;Spain\n", ["DLR", "ISCIII"]),  # no heading
        ("1;DLR;DE\n2;ANR;FR\n", ["DLR", "ANR"]),
        ("Aalto University\tx\nDLR\ty\n", ["Aalto University", "DLR"]),
        ("DLR,Germany\nANR,France\n", ["DLR", "ANR"]),
        ("DLR; ISCIII; ANR\n", ["DLR", "ISCIII", "ANR"]),
        ("Country;Name of organisation;Type\nDE;DLR;agency\n", ["DLR"]),
        ("Partners\nDLR\n", ["DLR"]),
        ("Partner no;Legal name\n1;DLR\n", ["DLR"]),
    ],
)
def test_lists_as_people_keep_them(data: str, names: list[str]) -> None:
    assert [one.name for one in given_names(data.encode(), "list")] == names


@pytest.mark.parametrize(("data", "says"), [("\n \n", "no name"), ("x\n" * 2001, "at most 2,000")])
def test_lists_that_are_refused(data: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        given_names(data.encode(), "list")


def names_in(text: bytes) -> list[str]:
    return [one.name for one in given_names(text, "list")]


def test_a_list_in_windows_1252_is_read_as_tables_are() -> None:
    assert names_in("Universität Bern\nDLR\n".encode("cp1252")) == ["Universität Bern", "DLR"]


@pytest.mark.parametrize("head", ["org", "institut", "Organization"])
def test_a_known_heading_is_no_stakeholder(head: str) -> None:
    assert names_in(f"{head}\nDLR\n".encode()) == ["DLR"]


def test_a_table_in_windows_1252_is_read_too() -> None:
    assert names_in("id;name\n1;Universität Bern\n".encode("cp1252")) == ["Universität Bern"]


@pytest.mark.parametrize(
    "data",
    [
        "name;country\nDLR;Germany\nANR;FR\nEMBL;\nWHO;International\n",
        "Organisation,Land\nDLR,Deutschland\nANR,Frankreich\nEMBL,\nWHO,-\n",
        "DLR;DE\nANR;France\nEMBL;\nWHO;n/a\n",
        '"DLR","Germany"\n"ANR","France"\n"EMBL",""\n"WHO",""\n',
        "iso code\tinstitution\nDE\tDLR\nFR\tANR\n\tEMBL\n\tWHO\n",
    ],
)
def test_countries_are_read_row_by_row(data: str) -> None:
    found = given_names(data.encode(), "list")
    assert [(one.name, one.country) for one in found] == [
        ("DLR", "DE"), ("ANR", "FR"), ("EMBL", None), ("WHO", None)
    ]  # fmt: skip
    assert given_names(as_text(found).encode(), "again") == found


@pytest.mark.parametrize("heading", [True, False])
def test_a_workbook_is_read_with_and_without_a_heading(heading: bool) -> None:
    rows = [["DLR", "Germany"], ["ANR", "France"]]
    book = workbook([["Partner", "Country"], *rows] if heading else rows)
    assert given_names(book, "a.xlsx") == [GivenName("DLR", "DE"), GivenName("ANR", "FR")]


def test_a_country_that_is_none_is_refused_with_its_rows() -> None:
    table = "name;country\nDLR;Germany\nANR;Frnce\nX;Atlantis\n"
    with pytest.raises(InputError, match=r"list: no country of this name: row 3 'Frnce', row 4"):
        given_names(table.encode(), "list")


def test_names_that_are_told_apart_are_not_cut() -> None:
    names = ["A; B", "University of X, Germany", '"Q"']
    found = plain_names(names, "list")
    assert [one.name for one in found] == names
    assert given_names(as_text(found).encode(), "list") == found
