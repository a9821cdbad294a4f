"""The packaged sample: how it is made, and that it is whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from permed.graph.tables.checks import check
from permed.graph.tables.delimited import parse
from permed.ingest.source import SourceRequest, load
from permed.ingest.sources.cordis import SAMPLE, inputs, read
from permed.ingest.sources.cordis.layout import metadata
from permed.ingest.sources.cordis.sample import main
from tests.ingest.sources.cordis.official import dump, partner, project, table

PM = {"projectID": "101000001", "label": "core", "score": "0.9", "evidence": "e", "method": "m"}


def made(folder: Path, *more: str) -> tuple[int, Path]:
    partners = [
        partner(),
        partner("911111111", name="", order="2", role="participant"),
        partner("922222222", projectID="101000002"),
    ]
    labels = [PM, {**PM, "projectID": "101000002", "label": "none"}]
    path = dump(folder, [project(), project("101000002")], partners, relevance=table(labels))
    out = folder / "sample.zip"
    return main(["--out", str(out), *more, str(path)]), out


def test_the_sample_holds_facts_of_core_projects_and_no_prose(tmp_path: Path) -> None:
    code, out = made(tmp_path)
    assert code == 0
    with zipfile.ZipFile(out) as archive:
        text = {n: archive.read(n).decode() for n in archive.namelist()}
    assert "101000001" in text["project.csv"]
    assert "101000002" not in text["project.csv"] + text["organization.csv"] + text["relevance.csv"]
    assert "Aims." not in text["project.csv"]
    assert "911111111" in text["organization.csv"]  # nobody names it: it must not vanish untold
    assert '"HORIZON";"";"";"2";"3000000.00";"exact"' in text["totals.csv"]


def test_the_sample_can_be_read_back_and_is_made_alike_twice(tmp_path: Path) -> None:
    _, out = made(tmp_path)
    first = out.read_bytes()
    made(tmp_path)
    assert out.read_bytes() == first
    data = read(SourceRequest((out,)))
    assert data.issues.select("value", "severity").rows() == [("911111111", "warning")]
    assert data.tables["roles"].height == 1
    marks = data.tables["classifications"]
    (reason,) = marks.filter(marks["topic"] == "pm-relevance/core").to_dicts()
    assert (reason["topic"], reason["score"], reason["reason"]) == ("pm-relevance/core", "0.9", "e")


def test_the_strongest_stay_when_there_are_too_many(tmp_path: Path) -> None:
    labels = [{**PM, "projectID": str(101000001 + i), "score": f"0.{i}"} for i in range(1, 9)]
    projects = [project(row["projectID"]) for row in labels]
    partners = [partner(projectID=row["projectID"]) for row in labels]
    path = dump(tmp_path, projects, partners, relevance=table(labels))
    out = tmp_path / "small.zip"
    assert main(["--out", str(out), "--limit", "1500", str(path)]) == 0
    kept = read(SourceRequest((out,))).tables["grants"]["number"].to_list()
    assert 0 < len(kept) < 8
    assert kept == sorted(kept)
    assert "101000009" in kept


def test_problems_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "o.zip"), str(tmp_path / "gone.zip")]) == 1
    assert "no such file" in capsys.readouterr().err


def test_the_packaged_sample_is_read_without_files() -> None:
    assert inputs(SourceRequest()) == [SAMPLE]
    assert SAMPLE.stat().st_size < 3_000_000
    data = read(SourceRequest((), {"scope": "all"}))  # what readers call none is there too
    assert set(data.issues["severity"]) == {"warning"}
    lost = data.issues.filter(data.issues["reason"].str.starts_with("CORDIS names this PIC in no"))
    assert lost.height > 0
    tables = data.tables
    with zipfile.ZipFile(SAMPLE) as archive:
        stated = parse(archive.read("organization.csv"), "organization.csv").rows.height
    assert tables["roles"].height + lost.height == stated
    partners = tables["roles"].filter(tables["roles"]["activity"] == "project/101137129")
    assert sorted(partners["role"].value_counts().rows()) == [
        ("associated-partner", 1),
        ("coordinator", 1),
        ("participant", 51),
        ("third-party", 6),
    ]
    known = set(tables["activities"]["id"])
    assert {f"project/{n}" for n in ("731366", "779282", "964197")} <= known
    for name, rows in tables.items():
        assert check(rows, name, "cordis").rows.height == rows.height, name


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "a.csv").write_bytes(b"")
    assert inputs(SourceRequest((tmp_path,))) == [tmp_path / "a.csv", tmp_path / "b.csv"]


def test_the_metadata_names_official_files() -> None:
    info = load("cordis").info
    assert info.packaged
    for entry in metadata()["files"]:
        assert entry["url"].startswith("https://cordis.europa.eu/data/")
        assert entry["url"].endswith(entry["name"])
        assert entry["programme"] in metadata()["programmes"]
        assert entry["known"]
