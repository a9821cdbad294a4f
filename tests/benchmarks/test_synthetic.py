"""Synthetic CORDIS is read like CORDIS, says that it is none, and is the same every time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from benchmarks.scale import measure
from benchmarks.synthetic.cordis import PARTICIPATIONS, PROJECTS, write_synthetic_cordis
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.cordis import read

_TIMES = 0.05


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_synthetic_cordis(tmp_path_factory.mktemp("synthetic"), _TIMES)


@pytest.fixture(scope="module")
def data(files: list[Path]) -> SourceData:
    return read(SourceRequest(files=tuple(files), options={"scope": "all"}))


def _tables(path: Path) -> dict[str, pl.DataFrame]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: pl.read_csv(io.BytesIO(archive.read(name)), separator=";", infer_schema=False)
            for name in archive.namelist()
        }


def test_no_row_is_rejected_and_no_column_unknown(data: SourceData) -> None:
    assert data.issues.filter(pl.col("severity") == "rejected").is_empty()
    assert data.issues.filter(pl.col("reason").str.contains("column")).is_empty()


def test_it_has_the_shape_of_horizon_europe(data: SourceData) -> None:
    roles, projects = data.tables["roles"], round(PROJECTS * _TIMES)
    own = data.tables["activities"].filter(pl.col("id").str.starts_with("project/"))
    assert own.height == projects
    assert roles.height / projects == pytest.approx(PARTICIPATIONS / PROJECTS, rel=0.15)
    taken = roles["agent"].value_counts()["count"]
    assert (taken == 1).mean() == pytest.approx(0.63, abs=0.1)  # as of the dump
    assert taken.max() > 10 * taken.mean()  # type: ignore[operator]
    led = roles.filter(pl.col("role") == "coordinator")
    assert led["activity"].is_unique().all()
    assert led.height == projects


def test_every_name_says_that_it_is_synthetic(files: list[Path]) -> None:
    assert all(path.name.startswith("SYNTHETIC-") for path in files)
    assert all(zipfile.ZipFile(path).comment.startswith(b"SYNTHETIC") for path in files)
    named = ("title", "name", "projectAcronym", "acronym", "euroSciVocTitle", "authors")
    for table in (table for path in files for table in _tables(path).values()):
        for column in (c for c in named if c in table.columns):
            told = table[column].fill_null("synthetic").str.to_lowercase()
            assert (told.str.contains("synthetic") | told.is_in(["", "project website"])).all(), (
                column
            )


def test_the_same_arguments_give_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    again = write_synthetic_cordis(tmp_path, _TIMES)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]
    other = write_synthetic_cordis(tmp_path / "other", _TIMES, seed=2)
    assert other[0].read_bytes() != files[0].read_bytes()


@pytest.mark.long
def test_a_build_of_it_is_measured_phase_by_phase(files: list[Path], tmp_path: Path) -> None:
    found = measure(files, tmp_path / "home")
    names = [phase.name for phase in found.phases]
    assert {"validate", "load the store"} <= set(names)
    assert found.quads > 100_000
    assert all(phase.seconds >= 0 for phase in found.phases)
    assert max(phase.resident for phase in found.phases) > 100_000  # kB
