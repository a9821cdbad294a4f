"""The gate counts rejected rows against the records that the source read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import GateRefused
from permed.graph.shacl.report import ValidationReport, Violation
from permed.graph.tables.issues import issue_rows
from permed.graph.tables.model import TABLES
from permed.ingest.building import gate, pipeline
from permed.ingest.building.config import Config
from permed.ingest.building.pipeline import build
from permed.ingest.source import Source, SourceData, SourceInfo, SourceRequest
from tests.conftest import silent
from tests.ingest.linking.judgements.samples import organisations

pytestmark = pytest.mark.slow  # builds

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


def test_a_share_at_the_limit_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, 150, monkeypatch)  # 3 of 150 are the 2 % that the default allows


def test_the_refusal_names_a_violation_and_no_warning() -> None:
    """Results are sorted: a warning may stand before what is wrong."""
    warning = Violation("<https://e.org/a>", "<p>", "c", "", "only odd", "Warning")
    wrong = Violation("<https://e.org/b>", "<p>", "c", "", "is wrong", "Violation")
    report = ValidationReport((warning, wrong), "")
    assert gate._first(report) == "<https://e.org/b> <p>: is wrong"


def test_what_violates_a_shape_goes_with_all_that_points_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A latitude of 123 is a number that the tables let pass, and no place on earth."""
    two = organisations("good", "bad").with_columns(
        latitude=pl.Series(["12.5", "123"]), longitude=pl.Series(["1", "1"])
    )
    told = {"kind": "alias", "source_url": "https://example.org/", "evidence": "data"}
    rows = [{"entity": two["id"][n], "name": f"Other {n}", **told} for n in (0, 1)]
    names = pl.DataFrame(rows, schema=TABLES["names"].schema)
    data = SourceData({"organisations": two, "names": names}, read=1000)
    source = Source(INFO, lambda _: data, lambda _: [])
    monkeypatch.setattr(pipeline, "load", lambda _: source)
    config = Config.model_validate({"home": tmp_path, "sources": {"few": {}}})
    release = build(config, silent).release
    assert release.table("few", "organisations")["id"].to_list() == [two["id"][0]]
    assert release.table("few", "names")["entity"].to_list() == [two["id"][0]]
    rejected = release.issues.filter(pl.col("severity") == "rejected").sort("table")
    assert rejected["table"].to_list() == ["names", "organisations"]
    assert "points to nothing" in rejected["reason"][0]
    assert "atitude" in rejected["reason"][1]
    graph = (release.path / "graphs" / "few.nq").read_text()
    assert two["id"][0] in graph
    assert two["id"][1] not in graph
