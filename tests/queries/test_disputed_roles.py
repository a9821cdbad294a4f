"""A role whose end two pages state differently: one value in its column, both before the reader."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from permed.graph.store import EmbeddedStore
from permed.graph.tables.model import TABLES
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.source import Source, SourceData, SourceInfo
from permed.queries.catalogue import Catalogue
from tests.conftest import silent

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/permed/"
CHAIR = {"agent": "person/ada", "activity": "body/board", "role": "chair", "start": "2016"}
PAGES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "first": {
        "persons": [{"id": "person/ada", "name": "Ada Example"}],
        "activities": [{"id": "body/board", "kind": "body", "title": "Board"}],
        "roles": [CHAIR | {"end": "2018"}],
    },
    "second": {"roles": [CHAIR | {"end": "2019-03"}]},
}


def _source(name: str) -> Source:
    info = SourceInfo(name, name, "P", "CC0 1.0", "https://example.org/", "statement")
    told = {"source_url": f"https://{name}.example.org/", "evidence": "page", "seen": "2026-01-01"}
    tables = {
        table: pl.DataFrame([told | row for row in rows], schema=TABLES[table].schema)
        for table, rows in PAGES[name].items()
    }
    return Source(info, lambda _: SourceData(tables), lambda _: [])


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    sources: dict[str, dict[str, str]] = {name: {} for name in PAGES}
    home = tmp_path_factory.mktemp("disputed") / "home"
    config = Config.model_validate({"home": home, "sources": sources})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load", _source)
        return EmbeddedStore.load(build(config, silent).release.graphs)


def _ask(store: EmbeddedStore, name: str) -> list[dict[str, Any]]:
    return store.query(Catalogue.load().get(name).sparql(BASE)).frame().to_dicts()


def test_contradictions_names_the_role_and_both_ends(disputed: EmbeddedStore) -> None:
    rows = _ask(disputed, "contradictions")
    assert [(r["thingName"], r["what"], r["said"], r["source"]) for r in rows] == [
        ("Ada Example as chair of Board", "end date", "2018", "https://first.example.org/"),
        ("Ada Example as chair of Board", "end date", "2019-03", "https://second.example.org/"),
    ]


def test_the_office_is_one_row_that_tells_the_other_end(disputed: EmbeddedStore) -> None:
    row, *more = _ask(disputed, "body-roles")
    assert more == []
    assert (row["from"], row["until"]) == ("2016", "2018")
    assert set(row["alsoSaid"].split("; ")) == {"2018", "2019-03"}
    assert row["source"].split() == ["https://first.example.org/", "https://second.example.org/"]
