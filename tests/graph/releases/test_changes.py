"""The change record against a comparison by hand, cell by cell, of two small releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.releases.changes import (
    CHANGE_SCHEMA,
    CHANGES_FILE,
    compare,
    recorded_changes,
    write_changes,
)
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.model import TABLES
from tests.graph.network.samples import table

Rows = dict[str, list[dict[str, object]]]


def tables(rows: Rows) -> dict[str, pl.DataFrame]:
    return {name: table(name, told) for name, told in rows.items()}


def organisation(letter: str, **more: object) -> dict[str, object]:
    return {"id": f"organisation/{letter}", "name": f"Organisation {letter}"} | more


def role(agent: str, **more: object) -> dict[str, object]:
    return {"agent": f"organisation/{agent}", "activity": "project/1", "role": "participant"} | more


PROJECT: dict[str, object] = {
    "id": "project/1", "kind": "project", "title": "Long title", "acronym": "ONE", "lang": "en",
}  # fmt: skip
OLD: dict[str, Rows] = {
    "curated": {
        "organisations": [organisation("a", city="Bonn"), organisation("b")],
        "activities": [PROJECT],
        "roles": [role("a", ec_contribution="100")],
    },
    "registry": {
        "organisations": [organisation("a", city="Cologne", vat="DE1"), organisation("old")],
        "roles": [role("old"), role("b")],
    },
}
NEW: dict[str, Rows] = {
    "curated": {
        "organisations": [organisation("a", city="Berlin"), organisation("c")],
        "activities": [PROJECT],
        "roles": [role("a", ec_contribution="120")],
    },
    "registry": {
        "organisations": [organisation("a", city="Cologne", vat="DE1"), organisation("d")],
        "roles": [role("d"), role("c")],
        "replacements": [{"old": "organisation/old", "new": "organisation/d"}],
    },
}
EXPECTED = {
    # kind, change, id, name, field, before, after, source
    ("organisations", "changed", "organisation/a", "Organisation a", "city", "Bonn", "Berlin",
     "curated"),
    ("organisations", "went", "organisation/b", "Organisation b", None, None, None, "curated"),
    ("organisations", "came", "organisation/c", "Organisation c", None, None, None, "curated"),
    ("organisations", "changed", "organisation/d", "Organisation d", "name", "Organisation old",
     "Organisation d", "registry"),
    ("roles", "changed", "organisation/a project/1 participant ", "Organisation a, ONE",
     "ec_contribution", "100", "120", "curated"),
    ("roles", "went", "organisation/b project/1 participant ", "Organisation b, ONE", None, None,
     None, "registry"),
    ("roles", "came", "organisation/c project/1 participant ", "Organisation c, ONE", None, None,
     None, "registry"),
    ("replacements", "came", "organisation/old", "organisation/old", None, None, None, "registry"),
}  # fmt: skip


def publish(home: Path, name: str, rows: dict[str, Rows]) -> Release:
    releases = Releases(home)
    with releases.staging() as folder:
        (folder / "graphs").mkdir()
        sources = {source: tables(told) for source, told in rows.items()}
        for source, frames in sources.items():
            (folder / "tables" / source).mkdir(parents=True)
            for kind, frame in frames.items():
                frame.write_parquet(folder / "tables" / source / f"{kind}.parquet")
        receipt: dict[str, Any] = {
            "release": name, "built": f"2026-01-01T00:00:00+00:00 {name}", "key": name,
            "base": "http://x/", "sources": {source: {} for source in rows},
            "counts": {"triples": 0, "issues": 0},
            "changes": write_changes(folder, releases.current_or_none(), sources),
        }  # fmt: skip
        return releases.publish(folder, name, receipt, 9)


def told(frame: pl.DataFrame) -> set[tuple[str | None, ...]]:
    assert frame.schema == CHANGE_SCHEMA
    return set(frame.drop("source_url").iter_rows())


def test_changes_are_recorded_at_publishing(tmp_path: Path) -> None:
    first, second = publish(tmp_path, "a", OLD), publish(tmp_path, "b", NEW)
    empty = recorded_changes(first)
    assert empty is not None
    assert empty.height == 0
    record = recorded_changes(second, "a")
    assert record is not None
    assert told(record) == EXPECTED
    receipt = second.receipt
    assert receipt["changes"] == {"against": "a", "rows": 8, "came": 3, "changed": 3, "went": 2}
    assert CHANGES_FILE in receipt["files"]
    assert all(record["source_url"].is_not_null())


def test_the_record_is_what_is_read_and_else_it_is_made_again(tmp_path: Path) -> None:
    first, second = publish(tmp_path, "a", OLD), publish(tmp_path, "b", NEW)
    third = publish(tmp_path, "c", OLD)
    assert told(compare(first, second)) == EXPECTED
    assert recorded_changes(third, "a") is None
    assert compare(first, third).height == 0
    assert compare(first, second, ["roles"])["kind"].unique().to_list() == ["roles"]
    pl.DataFrame(schema=CHANGE_SCHEMA).write_parquet(second.path / CHANGES_FILE)
    assert compare(first, second).height == 0
    with pytest.raises(InputError, match="no table 'chairs'"):
        compare(first, second, ["chairs"])


def test_a_damaged_release_does_not_stop_the_build_after_it(tmp_path: Path) -> None:
    first = publish(tmp_path, "a", OLD)
    (first.path / "tables" / "curated" / "roles.parquet").write_bytes(b"PAR1 no more")
    assert publish(tmp_path, "b", NEW).receipt["changes"] == {"against": None, "rows": 0}


def test_every_table_is_compared() -> None:
    assert all(model.key for model in TABLES.values())


def test_a_chain_of_replacements_that_stays_is_no_change(tmp_path: Path) -> None:
    chain: list[dict[str, object]] = [{"old": "organisation/a", "new": "organisation/b"},
             {"old": "organisation/b", "new": "organisation/c"}]  # fmt: skip
    rows: dict[str, Rows] = {
        "curated": {"organisations": [organisation("c")], "replacements": chain}
    }
    publish(tmp_path, "a", rows)
    record = recorded_changes(publish(tmp_path, "b", rows), "a")
    assert record is not None
    assert record.height == 0
