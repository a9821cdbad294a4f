"""A build with several registries one after the other: all speak of the curated organisation."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from tests.conftest import silent
from tests.ingest.sources.openaire.records import DLR, graph
from tests.ingest.sources.wikidata.server import serving

pytestmark = pytest.mark.long

BASE = "https://w3id.org/permed/"


def test_registries_add_to_the_same_organisation_and_bring_no_stranger(tmp_path: Path) -> None:
    folder = tmp_path / "openaire"
    folder.mkdir()
    graph(folder)
    with serving() as server:
        options = {"endpoint": server.address, "cache": str(tmp_path / "cache"), "pause": 0}
        sources = {
            "reference": {},
            "icpermed": {},
            "openaire": {"files": [str(folder)]},
            "wikidata": options,
        }
        config = Config.model_validate({"home": tmp_path / "home", "sources": sources})
        release = build(config, silent).release
    told = {path.stem: list(ox.parse(path=str(path))) for path in release.graphs}
    dlr = ox.NamedNode(f"{BASE}id/organisation/dlr")
    said = {
        str(q.object) for name in ("openaire", "wikidata") for q in told[name] if q.subject == dlr
    }
    assert '"Deutsches Zentrum e. V."@de' in said
    nodes = {q.object for q in told["openaire"] if q.subject == dlr}
    values = {q.object.value for q in told["openaire"] if q.subject in nodes}
    assert DLR in values  # of an identifier node
    strangers = {"Nobody asked", "Nobody asked for it", "Of another funder"}
    literals = {
        q.object.value for quads in told.values() for q in quads if isinstance(q.object, ox.Literal)
    }
    assert not strangers & literals
    assert "A paper of the secretariat" in literals
