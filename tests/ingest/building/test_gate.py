"""The gate counts rejected rows against the records that the source read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import GateRefused
from permed.graph.tables.issues import issue_rows
from permed.ingest.building import pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.source import Source, SourceData, SourceInfo, SourceRequest
from tests.conftest import silent
from tests.ingest.linking.judgements.samples import organisations

INFO = SourceInfo("few", "Few", "P", "CC0 1.0", "https://example.org/", "record")


def registry(read: int | None) -> Source:
    """One organisation kept, three records rejected, of `read` looked at."""

    def read_it(_: SourceRequest) -> SourceData:
        bad = pl.DataFrame({"id": ["a", "b", "c"]})
        issues = issue_rows(
            bad, source="few", table="", reason="broken", severity="rejected", field="id"
        )
        return SourceData({"organisations": organisations("one")}, issues, read)

    return Source(INFO, read_it, lambda _: [])


def made(home: Path, read: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "load", lambda _: registry(read))
    config = Config.model_validate({"home": home, "sources": {"few": {"read": read}}})
    build(config, silent)
    again = build(config, silent, force=True)  # from the cache this time
    assert again.new


def test_a_registry_of_which_little_is_kept_is_judged_by_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, 1000, monkeypatch)


@pytest.mark.parametrize(("read", "told"), [(100, "3 of 100"), (None, "3 of 4"), (0, "3 of 3")])
def test_too_large_a_share_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: int | None, told: str
) -> None:
    with pytest.raises(GateRefused, match=f"few: {told} records rejected"):
        made(tmp_path, read, monkeypatch)
