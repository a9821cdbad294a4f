# Strategy: 200 rows as people type them (slips of the pen, departments, addresses, other languages,
# wrong countries, firms that no registry has), written for this test, with the ROR records that are
# right. messy/registry.json holds just those records and their parents, as the registry (CC0) has
# them; the whole dump is asked in make full.
from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.data import needed_data_folder
from permed.ingest.linking.matching.csv_file import match_file

FOLDER = Path(__file__).parent / "messy"


def matched(ror: Path, folder: Path) -> pl.DataFrame:
    out = folder / "out.csv"
    match_file(
        FOLDER / "sheet.csv", out, name="organisation", country="country", city="city",
        ror=ror, cache_dir=folder,
    )  # fmt: skip
    return pl.read_csv(out, infer_schema=False)


def check(found: pl.DataFrame, precision: float, recall: float) -> None:
    assert found.height == 200
    rows = list(found.iter_rows(named=True))
    asked = [row for row in rows if row["right"] and not row["note"]]
    given = [row for row in rows if row["decision"] == "accept"]
    right = [
        row
        for row in given
        if row["right"] and set(row["match_id"].split(";")) <= set(row["right"].split(";"))
    ]
    wrong = [(row["organisation"], row["match_name"]) for row in given if row not in right]
    missed = [row["organisation"] for row in asked if row not in right]
    assert len(right) >= precision * len(given), wrong
    assert len(right) >= recall * len(asked), missed
    for row in rows:
        if row["note"]:
            assert (row["decision"], row["match_id"]) == ("review", row["right"])
            assert "country differs" in row["reason"]


@pytest.mark.slow
def test_nearly_all_rows_are_found_and_next_to_none_wrong(tmp_path: Path) -> None:
    check(matched(FOLDER / "registry.json", tmp_path), precision=0.97, recall=0.9)


@pytest.mark.full
def test_so_they_are_in_the_whole_registry(tmp_path: Path) -> None:
    dump = needed_data_folder() / "ror" / "v2.9-ror-data-reconstructed.zip"
    check(matched(dump, tmp_path), precision=0.97, recall=0.85)
