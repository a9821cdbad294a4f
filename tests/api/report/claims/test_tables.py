"""Every cell of the report's tables that can be counted is counted a second time by brute force."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from permed.api.report import Report, Selection, build_report
from permed.graph.network import Scope
from permed.graph.releases.release import Release
from tests.api.report.brute_force import FAMILY, JOINT_WORK, World
from tests.api.report.claims.recounted import ANY, TABLES

pytestmark = pytest.mark.long
_NONE = "0.000000"  # a pair without ties stands there because some are expected


def differences(folder: Path, name: str, world: World) -> list[str]:
    """Return in words where a table beside a report says something else than brute force."""
    columns, count = TABLES[name]
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        told = {_key(row, columns): row for row in csv.DictReader(file)}
    counted = count(world)
    wrong = [
        f"{name}: {row} is one too many" for row in sorted(told.keys() - counted)
        if told[row].get("observed") != _NONE
    ]  # fmt: skip
    wrong += [f"{name}: {row} is missing" for row in sorted(counted.keys() - told)]
    for row in sorted(counted.keys() & told):
        wrong += [
            f"{name}: {row}: {column} is {told[row][column]!r}, not {value!r}"
            for column, value in counted[row].items()
            if value is not ANY and not _same(told[row][column], value)
        ]
    return wrong


def _key(row: dict[str, str], columns: str) -> str:
    """Pairs have no order."""
    parts = [row[column] for column in columns.split()]
    return " ".join(sorted(parts) if columns == "one other" else parts)


def _same(told: str, value: object) -> bool:
    if isinstance(value, int | float):
        return told != "" and float(told) == pytest.approx(value, rel=1e-5, abs=2e-6)
    return told == ("" if value is None else str(value))


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_on_the_family_is_counted_again(
    name: str, report: Report, release: Release
) -> None:
    world = World(release.path, release.sources, FAMILY, set())
    wrong = differences(report.page.parent / "data", name, world)
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.full
def test_every_cell_on_all_joint_work_is_counted_again(release: Release, tmp_path: Path) -> None:
    """The report that `make run` draws; networkx takes minutes for it."""
    written = build_report(release, tmp_path, Selection(Scope()), pdf=False)
    world = World(release.path, release.sources, JOINT_WORK, set())
    wrong = [
        line for name in TABLES for line in differences(written.page.parent / "data", name, world)
    ]
    assert not wrong, "\n".join(wrong[:40])
