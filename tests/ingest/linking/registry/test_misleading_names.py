from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.data import needed_data_folder
from permed.ingest.linking.registry.entities import entities_from_registry, misleading_names
from permed.ingest.linking.registry.ror_dump import read_registry
from tests.ingest.linking.conftest import ROR, display, label, record


def test_a_name_that_misleads_is_left_out_of_its_record_only(tmp_path: Path) -> None:
    first = misleading_names().row(0, named=True)
    records = [
        record(key, [display(shown), label(first["value"], "es")], "EC", "Quito", ["nonprofit"])
        for key, shown in ((first["id"].removeprefix(ROR), "One"), ("00000aa99", "Two"))
    ]
    (tmp_path / "ror.json").write_text(json.dumps(records), "utf-8")
    names = entities_from_registry(read_registry(tmp_path / "ror.json")).names
    assert set(names.select("id", "value").iter_rows()) == {
        (first["id"], "One"),
        (ROR + "00000aa99", "Two"),
        (ROR + "00000aa99", first["value"]),
    }


def test_every_row_says_why_and_stands_once() -> None:
    table = misleading_names()
    assert table.select("id", "value").is_unique().all()
    assert table["why"].str.len_chars().min() > 5  # type: ignore[operator]


@pytest.mark.full
def test_the_registry_still_has_them() -> None:
    dump = needed_data_folder() / "ror" / "v2.9-ror-data-reconstructed.zip"
    names = read_registry(dump).names
    held = names.join(misleading_names(), on="value", how="semi")["value"].unique()
    assert set(misleading_names()["value"]) <= set(held)
