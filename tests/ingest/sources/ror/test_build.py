"""Builds with a registry behind the curated source: what it adds, and what stays outside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.graph.releases.release import Release
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.building.prepare import Prepared, prepare
from permed.ingest.linking.identity.wanted_records import wanted_records
from permed.ingest.linking.judgements import EffectiveJudgements
from permed.ingest.source import SourceRequest, load
from tests.conftest import silent
from tests.ingest.sources.ror.registry import DLR, PARENT, STRANGER, dump

pytestmark = pytest.mark.long

BASE = "https://w3id.org/permed/"
ALT = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("ror")
    sources = {"reference": {}, "icpermed": {}, "ror": {"files": [str(dump(folder))]}}
    return build(
        Config.model_validate({"home": folder / "home", "sources": sources}), silent
    ).release


@pytest.fixture(scope="module")
def quads(built: Release) -> list[ox.Quad]:
    path = next(path for path in built.graphs if path.stem == "ror")
    return list(ox.parse(path=str(path)))


def test_the_registry_adds_names_to_the_curated_organisation(quads: list[ox.Quad]) -> None:
    dlr = ox.NamedNode(f"{BASE}id/organisation/dlr")
    told = {q.object for q in quads if q.subject == dlr and q.predicate == ALT}
    assert ox.Literal("Germana Aerspaca Centro", language="eo") in told
    assert ox.Literal("Raumfahrtzentrum, entered twice", language="de") in told


def test_nothing_unneeded_enters(quads: list[ox.Quad]) -> None:
    organisations = {
        q.subject.value.removeprefix(f"{BASE}id/")
        for q in quads
        if isinstance(q.subject, ox.NamedNode) and "/id/organisation/" in q.subject.value
    }
    assert f"organisation/ror-{PARENT}" in organisations
    assert f"organisation/ror-{STRANGER}" not in organisations
    assert f"organisation/ror-{DLR}" not in organisations


def test_the_parent_of_the_curated_organisation_is_linked(quads: list[ox.Quad]) -> None:
    parent = ox.NamedNode("https://w3id.org/permed/ontology#parentOrganisation")
    pairs = {(str(q.subject), str(q.object)) for q in quads if q.predicate == parent}
    assert pairs == {(f"<{BASE}id/organisation/dlr>", f"<{BASE}id/organisation/ror-{PARENT}>")}


def test_what_is_wanted_decides_whether_the_cache_serves(tmp_path: Path) -> None:
    source, request = load("ror"), SourceRequest((dump(tmp_path),))
    wanted = {"ror": {DLR: "organisation/dlr"}}
    first = prepare(source, replace(request, wanted=wanted), tmp_path / "cache")
    again = prepare(source, replace(request, wanted=wanted), tmp_path / "cache")
    other = {"ror": {STRANGER: "organisation/other"}}
    third = prepare(source, replace(request, wanted=other), tmp_path / "cache")
    assert (first.cached, again.cached, third.cached) == (False, True, False)
    assert first.tables["organisations"].equals(again.tables["organisations"])


def held(*prepared: Prepared) -> dict[str, dict[str, str]]:
    tables = {p.source.info.name: p.tables for p in prepared}
    return wanted_records(tables, EffectiveJudgements())


def test_records_that_are_one_thing_are_held_under_one_id(tmp_path: Path) -> None:
    before = [prepare(load("icpermed"), SourceRequest(), tmp_path)]
    request = SourceRequest((dump(tmp_path),), wanted=held(*before))
    found = held(*before, prepare(load("ror"), request, tmp_path))
    assert found["grid"]["grid.7551.6"] == "organisation/dlr"
    assert found["ror"][PARENT] == f"organisation/ror-{PARENT}"


def test_held_takes_exact_identifiers_grants_and_dois(tmp_path: Path) -> None:
    found = held(prepare(load("icpermed"), SourceRequest(), tmp_path))
    assert found["ror"][DLR] == "organisation/dlr"
    assert found["grant"]["731366"] == "project/731366"
    assert all(doi == doi.lower() for doi in found["doi"])
    assert held() == {}
