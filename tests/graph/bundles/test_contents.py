"""A bundle holds the release and says of it what is true."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from permed.graph.bundles.archive import write_archive
from permed.graph.bundles.contents import write_bundle
from permed.graph.errors import InputError
from permed.graph.releases.release import Release
from permed.graph.removal.removed_people import RemovedPeople


@pytest.fixture(scope="module")
def members(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.fixture(scope="module")
def crate(members: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    return {e["@id"]: e for e in json.loads(members["ro-crate-metadata.json"])["@graph"]}


def test_the_same_release_gives_the_same_bytes(
    release: Release, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is that of the build, or the one that is asked for: here they are the same."""
    built = datetime.fromisoformat(release.receipt["built"])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(built.timestamp())))
    write_bundle(release, tmp_path / "again.zip", RemovedPeople())
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_members_stand_in_order_with_the_time_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "small.zip"
    write_archive(path, {"b": b"2", "a": b"1"}, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    with zipfile.ZipFile(path) as archive:
        assert {i.date_time for i in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert archive.namelist() == ["a", "b", "SHA256SUMS"]


def test_the_release_is_in_it_byte_for_byte(release: Release, members: dict[str, bytes]) -> None:
    files = [p for p in release.path.rglob("*") if p.is_file()]
    names = {p.relative_to(release.path).as_posix() for p in files}
    wanted = {n for n in names if not n.startswith(("store/", "text_index/"))} - {"SHA256SUMS"}
    assert wanted <= members.keys()
    for name in wanted:
        assert members[name] == (release.path / name).read_bytes(), name


def test_checksums_are_those_of_the_members(members: dict[str, bytes]) -> None:
    lines = [line.split("  ", 1) for line in members["SHA256SUMS"].decode().splitlines()]
    told = {name: digest for digest, name in lines}
    assert told == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in members.items()
        if name != "SHA256SUMS"
    }


def test_the_crate_describes_every_file(
    crate: dict[str, dict[str, Any]], members: dict[str, bytes], release: Release
) -> None:
    parts = {part["@id"] for part in crate["./"]["hasPart"]}
    assert parts == members.keys() - {"ro-crate-metadata.json"}
    for name in parts:
        told = crate[name]
        assert told["@type"] == "File"
        if "sha256" in told:
            assert told["sha256"] == hashlib.sha256(members[name]).hexdigest()
            assert told["contentSize"] == str(len(members[name]))
    assert crate["./"]["version"] == release.id
    referred = [v["@id"] for e in crate.values() for v in e.values() if isinstance(v, dict)]
    assert {r for r in referred if not r.startswith("https://w3id.org/ro/")} <= crate.keys()


def test_metadata_follow_their_schemas(members: dict[str, bytes]) -> None:
    from datacite import schema45

    assert list(schema45.validator.iter_errors(json.loads(members["datacite.json"]))) == []
    bill = members["sbom.cdx.json"].decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_licences_are_those_of_the_receipt(members: dict[str, bytes], release: Release) -> None:
    text = members["LICENCES.md"].decode()
    for name, source in release.receipt["sources"].items():
        assert f"| {name} | " in text
        assert source["licence"] in text
        assert source["publisher"] in text


def test_the_vocabulary_in_it_is_the_graph_of_the_release(members: dict[str, bytes]) -> None:
    from_files = {
        quad.triple.predicate.value
        for name, content in members.items()
        if name.startswith("ontology/") and name.endswith(".ttl") and "/shapes/" not in name
        for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)
    }
    graph = ox.parse(members["graphs/ontology.nq"], format=ox.RdfFormat.N_QUADS)
    assert {quad.predicate.value for quad in graph} == from_files
    assert any(name.startswith("ontology/shapes/") for name in members)


def test_entities_are_the_rows_of_the_tables(members: dict[str, bytes], release: Release) -> None:
    told = [json.loads(line) for line in members["entities.ftm.json"].splitlines()]
    ids = [entity["id"] for entity in told]
    assert len(ids) == len(set(ids))
    tables = release.all_tables()
    by_schema = {
        s: {e["id"] for e in told if e["schema"] == s} for s in {e["schema"] for e in told}
    }
    assert by_schema["Organization"] == set(tables["organisations"]["id"])
    assert by_schema["Person"] == set(tables["persons"]["id"])
    projects = tables["activities"].filter(kind="project")
    assert by_schema["Project"] == set(projects["id"])
    taking_part = [e["properties"] for e in told if e["schema"] == "ProjectParticipant"]
    pairs = {(p["participant"][0], p["project"][0], p["role"][0]) for p in taking_part}
    wanted = {
        (a, p, r)
        for a, p, r in tables["roles"].select("agent", "activity", "role").iter_rows()
        if p.startswith("project/") and not a.startswith("country/")
    }
    assert pairs == wanted


def test_nobody_who_is_removed_is_bundled(release: Release, tmp_path: Path) -> None:
    person = release.all_tables()["persons"].row(0, named=True)
    removed = RemovedPeople().with_person({person["name"]}, {person["id"]})
    with pytest.raises(InputError, match="names removed people"):
        write_bundle(release, tmp_path / "none.zip", removed)
    assert not (tmp_path / "none.zip").exists()
