"""A synthetic OpenAIRE Graph is read like the Graph and says that it is none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from benchmarks.synthetic import openaire
from benchmarks.synthetic.openaire import write_synthetic_openaire
from permed.ingest.source import SourceRequest
from permed.ingest.sources.openaire import read
from tests.graph.workers.elsewhere import Elsewhere

RECORDS = 4_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("graph")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openaire, "_PART", 500)
        assert len(list(write_synthetic_openaire(made, RECORDS))) == 10
    return made


def _lines(folder: Path, kind: str = "*") -> list[dict[str, object]]:
    parts = sorted(folder.glob(f"{kind}/*.gz"))
    texts = (gzip.decompress(part.read_bytes()) for part in parts)
    return [json.loads(line) for text in texts for line in text.splitlines()]


def test_as_many_records_as_asked_for_and_each_says_that_it_is_none(folder: Path) -> None:
    lines = _lines(folder)
    assert len(lines) == RECORDS
    assert all("synthetic" in json.dumps(line).lower() for line in lines)


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openaire, "_PART", 500)
        again = list(write_synthetic_openaire(tmp_path, RECORDS))
    for path in again:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_the_source_takes_what_hangs_on_held_projects_whoever_reads(folder: Path) -> None:
    projects, links = _lines(folder, "project"), _lines(folder, "relation")
    held = {str(p["id"]): str(p["code"]) for p in projects if "EC" in json.dumps(p["fundings"])}
    made = {link["target"] for link in links if link["source"] in held}
    wanted = {
        "grant": {code: f"project/{code}" for code in held.values()},
        "pic": {"100000003": "organisation/three"},
    }
    request = SourceRequest(files=(folder,), wanted=wanted)
    workers = Elsewhere()
    here = read(request)
    there = read(SourceRequest(files=(folder,), wanted=wanted, workers=workers))
    outputs = here.tables["outputs"]
    assert held
    assert outputs.height == len(made) > 20
    assert here.tables["organisations"]["name"].to_list() == ["SYNTHETIC ORGANISATION 3"]
    assert here.read == there.read == RECORDS
    assert here.tables.keys() == there.tables.keys()
    assert all(here.tables[name].equals(there.tables[name]) for name in here.tables)
    assert here.issues.equals(there.issues)
    assert here.issues.filter(pl.col("severity") == "rejected").is_empty()
    assert workers.tasks == 10
