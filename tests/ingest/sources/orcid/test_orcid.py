"""ORCID records: whose are read, what is taken of them, and inputs that are broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.tables.checks import check
from permed.ingest.source import SourceData, SourceRequest, load
from tests.ingest.sources.orcid.people import (
    CARBERRY,
    JOBS,
    OTHER,
    XML,
    archive,
    as_json,
    job,
    record,
)

HELD = {"orcid": {CARBERRY: "person/held"}}
PERSON = f"person/{CARBERRY}"
DLR = "organisation/ror-04bwf3e34"


def read(*paths: Path, options: dict[str, Any] | None = None) -> SourceData:
    return load("orcid").read(SourceRequest(tuple(paths), options or {}, wanted=HELD))


def everything(data: SourceData) -> str:
    return "\n".join(frame.write_csv() for frame in [*data.tables.values(), data.issues])


def test_employments_become_dated_roles(tmp_path: Path) -> None:
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, *JOBS)))
    roles = data.tables["roles"].filter(pl.col("activity") == DLR)
    assert roles.select("agent", "role", "start", "end", "label").rows() == [
        (PERSON, "employee", "2010-03", "2015-06-30", "Head, Project Management"),
        (PERSON, "employee", "2016", None, None),
    ]
    assert data.tables["roles"].height == 5
    assert set(data.tables["roles"]["source_url"]) == {f"https://orcid.org/{CARBERRY}"}


def test_employers_have_a_registry_id_where_it_is_open(tmp_path: Path) -> None:
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, *JOBS)))
    ids = data.tables["identifiers"].select("entity", "scheme", "value").rows()
    assert ids == [(PERSON, "orcid", CARBERRY), (DLR, "ror", "04bwf3e34")]
    assert data.tables["organisations"].height == 4
    assert data.issues.select("value", "severity").rows() == [("grid-x", "dropped")]


def test_nothing_but_name_id_and_public_employments_is_taken(tmp_path: Path) -> None:
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, *JOBS)))
    text = everything(data)
    assert "private" not in text
    assert "Secret employer" not in text
    assert data.tables["persons"].select("id", "name", "given", "family").rows() == [
        (PERSON, "Josiah Carberry", "Josiah", "Carberry")
    ]


def test_every_table_but_roles_passes_the_checks_of_the_model(tmp_path: Path) -> None:
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, *JOBS)))
    for name in ("persons", "organisations", "identifiers"):
        assert check(data.tables[name], name, "orcid").issues.is_empty(), name


def test_xml_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.format(orcid=CARBERRY), encoding="utf-8")
    data = read(path)
    assert data.tables["persons"]["name"].to_list() == ["J. Carberry"]
    assert data.tables["roles"].select("activity", "start", "end", "label").rows() == [
        ("organisation/fundref-501100002946", "2010-03", None, "Head")
    ]
    assert "private" not in everything(data)
    assert "School" not in everything(data)


def test_two_employments_alike_are_told_apart(tmp_path: Path) -> None:
    one = dict(JOBS[2])
    two = {"employment-summary": {**JOBS[2]["employment-summary"], "role-title": "Other"}}
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, one, one, two)))
    assert data.tables["roles"]["part"].to_list() == [None, 2]


def test_other_people_are_passed_over_unless_asked_for(tmp_path: Path) -> None:
    as_json(tmp_path / "a.json", record(CARBERRY))
    as_json(tmp_path / "b.json", record(OTHER, family="Other"))
    assert read(tmp_path).tables["persons"]["id"].to_list() == [PERSON]
    asked = read(tmp_path, options={"ids": [OTHER]})
    assert asked.tables["persons"]["id"].to_list() == [PERSON, f"person/{OTHER}"]


def test_an_employment_that_cannot_be_read_does_not_spoil_the_others(tmp_path: Path) -> None:
    odd = {"employment-summary": {**JOBS[2]["employment-summary"], "role-title": ["x"]}}
    nameless = {"employment-summary": {**JOBS[2]["employment-summary"], "organization": None}}
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, odd, nameless, JOBS[1])))
    assert data.tables["roles"]["activity"].to_list() == [DLR]
    assert data.issues["severity"].to_list() == ["dropped", "dropped"]
    assert [f"employment {n} " in r for n, r in zip((1, 2), data.issues["reason"], strict=True)]


def test_a_hidden_name_leaves_the_record_out_by_no_fault_of_the_file(tmp_path: Path) -> None:
    hidden = record(CARBERRY, *JOBS, visibility="private")
    data = read(as_json(tmp_path / "a.json", hidden))
    assert data.tables == {}
    assert data.issues.select("value", "severity").rows() == [(CARBERRY, "warning")]


LOCKED = "409 Conflict: The ORCID record is locked and cannot be edited."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{{"response-code": 409, "developer-message": "{LOCKED}"}}', "is locked"),
        (
            '<error xmlns="http://www.orcid.org/ns/error"><response-code>409</response-code>'
            f"<developer-message>{LOCKED}</developer-message></error>",
            "is locked",
        ),
        (
            json.dumps(record(OTHER, given="Given Names Deactivated", family="Deactivated")),
            "is deactivated",
        ),
    ],
)
def test_a_record_that_the_registry_withholds_is_a_warning(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "locked.json").write_text(text, "utf-8")
    as_json(tmp_path / "open.json", record(CARBERRY))
    data = read(tmp_path)
    assert data.tables["persons"]["id"].to_list() == [PERSON]
    [(reason, severity)] = data.issues.select("reason", "severity").rows()
    assert severity == "warning"
    assert told in reason


def test_an_impossible_day_is_cut_before_roles_are_told_apart(tmp_path: Path) -> None:
    jobs = [
        job("Institute", start, end)
        for start, end in (("2020-02-30", "2021-13"), ("", ""), ("2020-02", "soon"))
    ]
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, *jobs)))
    roles = check(data.tables["roles"], "roles", "orcid")
    assert roles.rows.select("start", "end", "part").rows() == [
        ("2020-02", "2021", None), (None, None, None), ("2020-02", None, 2)
    ]  # fmt: skip
    assert roles.issues.is_empty()
    assert sorted(data.issues["field"]) == ["end", "end", "start"]
    assert "2020-02-30 is no date: 2020-02 is kept" in data.issues["reason"][0]


@pytest.mark.parametrize(
    ("registry", "value"),
    [("ROR ", " https://ror.org/04bwf3e34 "), ("ror", "04BWF3E34"), ("", "ror.org/04bwf3e34")],
)
def test_a_padded_registry_is_the_registry(tmp_path: Path, registry: str, value: str) -> None:
    place = job("German Aerospace Center", registry=registry, registry_id=value)
    data = read(as_json(tmp_path / "a.json", record(CARBERRY, place)))
    assert data.tables["organisations"]["id"].to_list() == [DLR]


def test_the_public_data_file_is_read_as_a_stream(tmp_path: Path) -> None:
    good, broken = XML.format(orcid=CARBERRY), "<record:record"
    path = archive(tmp_path / "summaries.tar.gz", **{OTHER: broken, CARBERRY: good})
    data = read(path)
    assert data.tables["persons"]["id"].to_list() == [PERSON]
    assert data.issues.is_empty()  # the broken member belongs to somebody who is not wanted


def test_a_broken_record_among_others_is_an_issue(tmp_path: Path) -> None:
    as_json(tmp_path / "a.json", record(CARBERRY))
    (tmp_path / "half.json").write_text('{"orcid-identifier": {"path": "0000')
    (tmp_path / "odd.json").write_text('{"orcid-identifier": []}')
    data = read(tmp_path)
    assert data.tables["persons"].height == 1
    assert data.issues.select("table", "severity").rows() == [
        ("half.json", "rejected"),
        ("odd.json", "rejected"),
    ]
    assert "not valid JSON" in data.issues["reason"][0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", '{"orcid-identifier', "not valid JSON"),
        ("a.json", "[]", "no ORCID record"),
        ("a.json", '{"orcid-identifier": {"path": 5}}', "not laid out as an ORCID record"),
        ("a.xml", "<record:record", "not whole XML"),
        ("a.xml", '<?xml version="1.0" encoding="UFT-8"?><record/>', "not whole XML"),
        ("a.xml", "<html/>", "root is html"),
        ("a.xml", "<record/>", "XML without orcid-identifier"),
        ("a.xml", "", "not valid JSON"),
        ("a.txt", "x", "use a record"),
    ],
)
def test_inputs_without_any_record_are_refused(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        read(path)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_cut_archive_is_refused(tmp_path: Path, keep: float) -> None:
    path = archive(tmp_path / "s.tar.gz", **{CARBERRY: XML.format(orcid=CARBERRY)})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(InputError, match=r"s\.tar\.gz"):
        read(path)


def test_options_and_files_are_checked(tmp_path: Path) -> None:
    path = as_json(tmp_path / "a.json", record(CARBERRY))
    with pytest.raises(InputError, match="no ORCID iD; correct its digits"):
        read(path, options={"ids": ["0000-0002-1825-0098"]})
    with pytest.raises(InputError, match="unknown option 'email'"):
        read(path, options={"email": True})
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "gone.json")
    with pytest.raises(InputError, match="no file; write files"):
        load("orcid").inputs(SourceRequest())


def test_people_asked_for_in_vain_are_told(tmp_path: Path) -> None:
    path = as_json(tmp_path / "a.json", record(CARBERRY, *JOBS))
    issues = read(path, options={"ids": [OTHER, CARBERRY]}).issues
    assert issues.filter(severity="warning")["value"].to_list() == [OTHER]
    nobody = load("orcid").read(SourceRequest((path,)))
    assert "nobody of the sources before" in nobody.issues["reason"][0]


def test_a_folder_without_records_and_ids_that_are_no_list(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(InputError, match=r"holds no record \(\.json, \.xml\) and no tar archive"):
        read(tmp_path)
    path = as_json(tmp_path / "a.json", record(CARBERRY, *JOBS))
    with pytest.raises(InputError, match=r"option 'ids' is .*; write a list: ids = "):
        read(path, options={"ids": OTHER})
