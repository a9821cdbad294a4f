"""Two small releases with known differences, served; the record is made by what a build uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import polars as pl
import pytest

from permed.graph.releases.changes import write_changes
from permed.graph.releases.release import Release
from permed.graph.releases.text_index import write_text_index
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release, tables, write_graphs

FIRST, SECOND = "2026-01-01-first", "2026-02-01-second"


def renamed(told: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return tables in which an organisation has the id that it had before it was replaced."""
    old = pl.col("id").replace("organisation/frrb", "organisation/frrb-old")
    rest = {name: frame for name, frame in told.items() if name != "replacements"}
    return rest | {"organisations": told["organisations"].with_columns(old)}


def before() -> dict[str, pl.DataFrame]:
    """The tables of the first release: no event, another city, a person who is gone later."""
    rows = tables()
    moved = pl.when(pl.col("id") == "organisation/dlr").then(pl.lit("Köln")).otherwise("city")
    gone = rows["persons"].with_columns(id=pl.lit("person/bob"), name=pl.lit("Bob <b>Gone</b>"))
    return rows | {
        "organisations": rows["organisations"].with_columns(city=moved),
        "activities": rows["activities"].filter(pl.col("kind") != "event"),
        "persons": pl.concat([rows["persons"], gone]),
        "roles": rows["roles"].filter(pl.col("role") != "chair"),
    }


@pytest.fixture(scope="session")
def two_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both."""
    home = tmp_path_factory.mktemp("two-releases")
    for name, told in ((FIRST, before()), (SECOND, tables())):
        release = make_release(home, name)
        folder = release.path / "tables" / "sample"
        write_graphs(release.path, renamed(told) if name == FIRST else told)
        write_text_index(release.path)
        for table, frame in told.items():
            frame.write_parquet(folder / f"{table}.parquet")
        earlier = Release(home / FIRST) if name == SECOND else None
        changes = write_changes(release.path, earlier, {"sample": told})
        source = {"title": "Sample", "triples": 7, "issues": {"rejected": 2, "warning": 1}}
        receipt = release.receipt | {"sources": {"sample": source}, "changes": changes}
        receipt["files"] = {"void.ttl": {"bytes": 1500, "sha256": "0" * 64}}
        (release.path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def reader(two_small: Path) -> Iterator[httpx2.Client]:
    """A browser of the server over both."""
    with (
        running(two_small, settings_of(ready=1)) as address,
        httpx2.Client(base_url=address, timeout=30, headers={"Accept": "text/html"}) as client,
    ):
        yield client
