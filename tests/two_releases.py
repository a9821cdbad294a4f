"""A home with two releases: the packaged one, and before it an invented one with known differences.

The earlier release lacks two projects and a role, has an organisation that is no longer there, and
another city of a third, in its tables and in its graphs; the record of changes is made by what a
build makes it with.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import polars as pl

from permed.graph.releases.changes import write_changes
from permed.graph.releases.release import Release, Releases
from permed.ontology import DEFAULT_BASE

__all__ = ["CITY", "EARLIER", "GONE", "MOVED", "NEW_PROJECTS", "two_releases"]

EARLIER = "2026-01-01-earlier0"
NEW_PROJECTS = ("project/era-permed-online-dialysis", "project/era-permed-iga-nephropathy")
GONE = "organisation/was-here-once"
_IDS = f"{DEFAULT_BASE}id/"
MOVED, CITY = "organisation/zonmw", "Elsewhere"


def two_releases(release: Release, home: Path) -> Path:
    """Fill a home and return it; files are shared with the release, so nothing may write them."""
    earlier = _copy(release, home / EARLIER, "2026-01-01T00:00:00+00:00")
    _change(earlier / "tables" / "icpermed" / "organisations.parquet", _organisations)
    _change(earlier / "tables" / "icpermed" / "activities.parquet", _activities)
    _rewrite(earlier / "graphs")
    later = _copy(release, home / release.id, str(release.receipt["built"]))
    told = write_changes(
        _fresh(later / "changes.parquet").parent,
        Release(earlier),
        {source: release.tables(source) for source in release.sources},
    )
    _tell(later, {"changes": told})
    for path in (earlier, later):
        Releases(home).promote(Release(path))
    return home


def _copy(release: Release, target: Path, built: str) -> Path:
    def linked(source: str, copy: str) -> str:
        os.link(source, copy)
        return copy

    left = shutil.ignore_patterns("store", "SHA256SUMS")
    shutil.copytree(release.path, target, copy_function=linked, ignore=left)
    _tell(target, {"built": built, "changes": {"against": None, "rows": 0}})
    return target


def _tell(folder: Path, more: dict[str, object]) -> None:
    path = folder / "receipt.json"
    told = json.loads(path.read_text(encoding="utf-8")) | more
    files = {name: f for name, f in told["files"].items() if (folder / name).is_file()}
    _fresh(path).write_text(json.dumps(told | {"files": files}), encoding="utf-8")


def _fresh(path: Path) -> Path:
    path.unlink()  # it may be a link to a file of another release
    return path


def _change(path: Path, change: object) -> None:
    frame = pl.read_parquet(path)
    assert callable(change)
    changed = change(frame)
    changed.write_parquet(_fresh(path))


def _rewrite(graphs: Path) -> None:
    """Say in the graphs what the tables say; what only roles of the new projects say stays."""
    new = tuple(f"{thing}>" for thing in NEW_PROJECTS)
    for path in (graphs / "icpermed.nq", graphs / "counting.nq"):
        lines = [
            line for line in path.read_text().splitlines(True) if not any(n in line for n in new)
        ]
        first = pl.read_parquet(graphs.parent / "tables" / "icpermed" / "organisations.parquet")[
            "id"
        ][0]
        gone = [line for line in lines if line.startswith(f"<{_IDS}{first}>")]
        lines += [_renamed(line, first) for line in gone]
        _fresh(path).write_text("".join(lines))


def _renamed(line: str, thing: str) -> str:
    line = line.replace(f"<{_IDS}{thing}>", f"<{_IDS}{GONE}>", 1)
    return re.sub(r'(rdf-schema#label> )"[^"]*"', r'\1"Was Here Once"', line)


def _organisations(frame: pl.DataFrame) -> pl.DataFrame:
    moved = pl.when(pl.col("id") == MOVED).then(pl.lit(CITY)).otherwise("city").alias("city")
    gone = frame.head(1).with_columns(id=pl.lit(GONE), name=pl.lit("Was Here Once"))
    return pl.concat([frame.with_columns(moved), gone])


def _activities(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(~pl.col("id").is_in(NEW_PROJECTS))
