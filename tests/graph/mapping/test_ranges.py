"""A graph that is mapped range by range has the bytes of one that is mapped whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.mapping import writer
from permed.graph.mapping.subject_ranges import SubjectRanges
from permed.graph.mapping.writer import Seen, Statistics, ranges_for, write_quads
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES
from permed.graph.workers import HERE, Workers
from permed.ontology import DEFAULT_BASE
from tests.graph.workers.elsewhere import Elsewhere

SOURCES = ("icpermed", "cordis", "counting")
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def tables(release: Release) -> list[Tables]:
    folders = [release.path / "tables" / name for name in SOURCES]
    found = [{p.stem: pl.read_parquet(p) for p in folder.glob("*.parquet")} for folder in folders]
    return [{name: t[name] for name in TABLES if name in t} for t in found]


def written(
    tables: list[Tables], folder: Path, ranges: SubjectRanges, workers: Workers = HERE
) -> tuple[list[bytes], list[Statistics]]:
    texts, told, seen = [], [], Seen.nothing(ranges)
    for number, (name, held) in enumerate(zip(SOURCES, tables, strict=True)):
        path = folder / f"{number}.nq"
        said = held if name == "icpermed" else None
        done = write_quads(
            held,
            path,
            graph=f"{DEFAULT_BASE}g",
            base=DEFAULT_BASE,
            statements=said,
            seen=seen,
            workers=workers,
        )
        seen = done.seen
        texts.append(path.read_bytes())
        told.append(done.statistics)
    return texts, told


@pytest.mark.parametrize(("triples", "rows"), [(60_000, 100_000), (20_000, 3_000)])
def test_neither_ranges_nor_shares_of_rows_nor_workers_change_a_byte(
    triples: int,
    rows: int,
    tables: list[Tables],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, counted = written(tables, tmp_path, SubjectRanges())
    ranges = ranges_for(tables, DEFAULT_BASE, triples)
    assert ranges.count > 3
    monkeypatch.setattr(writer, "_ROWS", rows)
    parts, counted_again = written(tables, tmp_path, ranges, Elsewhere() if rows < 5_000 else HERE)
    assert parts == whole
    assert counted_again == counted
    assert sum(one.triples for one in counted) == sum(text.count(b"\n") for text in whole)


def test_ranges_hold_about_as_many_triples_each(tables: list[Tables], tmp_path: Path) -> None:
    ranges = ranges_for(tables, DEFAULT_BASE, 20_000)
    lines = [
        line for text in written(tables, tmp_path, SubjectRanges())[0] for line in text.splitlines()
    ]
    subjects = pl.DataFrame({"s": [line.split(b" ", 1)[0].decode() for line in lines]})
    sizes = [part.height for part in ranges.split(subjects)]
    assert sum(sizes) == len(lines)
    assert max(sizes) < 4 * 20_000


def test_each_subject_is_in_the_range_of_its_bounds() -> None:
    ranges = SubjectRanges(("<b>", "<m>"))
    frame = pl.DataFrame({"s": ["<m>", "<a>", "<b>", "<lz>", "<z>"]})
    found = [part["s"].to_list() for part in ranges.split(frame)]
    assert found == [["<a>"], ["<b>", "<lz>"], ["<m>", "<z>"]]


def test_few_rows_are_one_range(tables: list[Tables]) -> None:
    assert ranges_for(tables, DEFAULT_BASE).count == 1
