"""From a source's files to checked tables, with a cache: unchanged input is not read again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from permed.graph.errors import GateRefused, InputError
from permed.graph.files import checksum
from permed.graph.releases.checksums import SUMS, find_damage, write_checksums
from permed.graph.removal.cleared_tables import cleared_issues, cleared_tables
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.tables.checks import check
from permed.graph.tables.issues import collect, issue_rows
from permed.graph.tables.model import TABLES
from permed.ingest.building.digest import digest_of, reading_files
from permed.ingest.source import Source, SourceRequest

__all__ = ["Prepared", "count_warnings", "prepare"]

_REMEDY = "correct `files` in permed.toml"


@dataclass(frozen=True)
class Prepared:
    """Checked tables of one source before linking; `read` counts the records of its input."""

    source: Source
    tables: dict[str, pl.DataFrame]
    issues: pl.DataFrame
    inputs: dict[str, str]  # file name -> sha256
    key: str
    cached: bool
    read: int = 0


def prepare(
    source: Source, request: SourceRequest, cache: Path, removed: RemovedPeople | None = None
) -> Prepared:
    """Read and check one source, or take both from the cache where input and code are the same.

    Whoever is on the list of removed people is taken out before anything is kept.
    """
    removed = removed or RemovedPeople()
    inputs = _checksums(source.inputs(request))
    code = digest_of(reading_files(source.info.name))
    told: list[object] = [source.info.name, list(inputs.items()), dict(request.options), code]
    told += [_plain(request), *([removed.digest] if removed else [])]
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]
    inputs = {name: digest for name, digest in inputs.items() if not removed.spans(name)}
    folder = cache / f"{source.info.name}-{key}"
    if (known := _load(folder)) is not None:
        tables, issues, read = known
        return Prepared(source, tables, issues, inputs, key, cached=True, read=read)
    tables, issues, read = _read(source, request)
    tables, issues = cleared_tables(tables, removed), cleared_issues(issues, removed)
    _store(folder, tables, issues, read)
    return Prepared(source, tables, issues, inputs, key, cached=False, read=read)


def _checksums(paths: Sequence[Path]) -> dict[str, str]:
    """Return checksums by the name of a file with two folders above it; longer names if alike."""
    sums: dict[str, str] = {}
    for path in paths:
        parts = path.parts[-3:]
        while "/".join(parts) in sums and len(parts) < len(path.parts):
            parts = path.parts[-len(parts) - 1 :]
        sums["/".join(parts)] = checksum(path, _REMEDY)
    return sums


def _plain(request: SourceRequest) -> dict[str, dict[str, str]]:
    return {scheme: dict(values) for scheme, values in request.wanted.items()}


def _read(
    source: Source, request: SourceRequest
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, int]:
    data = source.read(request)
    rejected = data.issues.filter(pl.col("severity") == "rejected").height
    rows = sum(frame.height for frame in data.tables.values()) + rejected
    tables, issues = {}, [data.issues]
    for name in TABLES:
        if name in data.tables:
            checked = check(data.tables[name], name, source.info.name)
            tables[name] = checked.rows
            issues.append(checked.issues)
    _expected_counts(source, tables)
    return tables, collect(issues), rows if data.read is None else data.read


def _expected_counts(source: Source, tables: Mapping[str, pl.DataFrame]) -> None:
    for name, (low, _) in source.info.expected.items():
        height = tables[name].height if name in tables else 0
        if height < low:
            raise GateRefused(
                f"{source.info.name}: table {name} has {height} rows, at least {low} are expected;"
                " look at the input, or correct `expected` in its source.yml"
            )


def _load(folder: Path) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, int] | None:
    """Return what the cache holds; None where it has nothing, or a file of it is damaged."""
    if not (folder / SUMS).is_file():
        return None
    try:
        if any(find_damage(folder)):
            return None
        found = {p.stem: pl.read_parquet(p) for p in folder.glob("*.parquet")}
        read = int((folder / "read").read_text())
    except (OSError, ValueError, InputError, pl.exceptions.PolarsError):
        return None
    issues = found.pop("issues")
    return {n: found[n] for n in TABLES if n in found}, issues, read


def _store(
    folder: Path, tables: Mapping[str, pl.DataFrame], issues: pl.DataFrame, read: int
) -> None:
    """Keep one cache entry a source; its checksums last, since they mark it as whole."""
    for old in folder.parent.glob(f"{folder.name.rsplit('-', 1)[0]}-*"):
        shutil.rmtree(old)
    folder.mkdir(parents=True)
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    (folder / "read").write_text(str(read))
    issues.write_parquet(folder / "issues.parquet")
    write_checksums(folder)


def count_warnings(source: Source, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return a warning for each table with more rows than its source.yml expects."""
    rows = pl.DataFrame(
        [
            {"table": name, "rows": tables[name].height, "most": high}
            for name, (_, high) in source.info.expected.items()
            if high is not None and name in tables and tables[name].height > high
        ],
        schema={"table": pl.String, "rows": pl.Int64, "most": pl.Int64},
    )
    why = pl.format("{} has {} rows, at most {} are expected", "table", "rows", "most")
    return issue_rows(
        rows, source=source.info.name, table="", reason=why, severity="warning", field="rows"
    )
