"""Countries and regions, and the reader of packaged tables with its errors."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.graph.tables.checks import check, check_references
from permed.ingest.source import SourceRequest, load
from permed.ingest.sources.reference.packaged import files, tables

_HEADER = "id,name,country,nuts,source_url,evidence\n"
_ROW = "region/ITC4,Lombardy,country/IT,ITC4,https://example.org/nuts,data\n"


@pytest.fixture(scope="module")
def reference() -> dict[str, pl.DataFrame]:
    delivered = load("reference").read(SourceRequest()).tables
    checked = {name: check(frame, name, "reference") for name, frame in delivered.items()}
    assert all(part.issues.is_empty() for part in checked.values())
    return {name: part.rows for name, part in checked.items()}


def _folder(tmp_path: Path, text: str, table: str = "regions") -> Path:
    (tmp_path / table).mkdir()
    (tmp_path / table / "places.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_all_countries_of_iso_and_kosovo(reference: dict[str, pl.DataFrame]) -> None:
    countries = reference["countries"]
    assert countries.height == 251  # those of ISO 3166-1, and the European Union
    assert countries["id"].is_unique().all()
    assert countries["iso3"].is_unique().all()
    assert countries["continent"].null_count() == 0
    assert countries.filter(pl.col("id") == "country/NA")["name"].to_list() == ["Namibia"]


def test_eu_codes_and_status(reference: dict[str, pl.DataFrame]) -> None:
    countries = reference["countries"]
    codes = countries.filter(pl.col("eu_code").is_not_null())
    assert dict(codes.select("id", "eu_code").rows()) == {"country/GR": "EL", "country/GB": "UK"}
    counts = dict(countries["eu_status"].value_counts().rows())
    assert counts["member-state"] == 27
    assert counts["associated"] == 21
    status = dict(countries.select("id", "eu_status").rows())
    assert status["country/IL"] == "associated"
    assert status["country/ZA"] == "third-country"


def test_regions_lie_in_countries(reference: dict[str, pl.DataFrame]) -> None:
    ids = {name: frame["id"] for name, frame in reference.items()}
    _, issues = check_references(reference, ids, "reference")
    assert issues.is_empty()
    regions = {row["id"]: row for row in reference["regions"].to_dicts()}
    assert regions["region/ITC4"]["name"] == "Lombardy"
    assert regions["region/quebec"]["nuts"] is None


def test_rows_are_numbered_and_empty_fields_are_null(tmp_path: Path) -> None:
    second = "region/quebec,Québec,country/CA,,https://example.org,page\n"
    frame = tables(_folder(tmp_path, _HEADER + _ROW + second))["regions"]
    assert frame["source_row"].to_list() == [1, 2]
    assert frame["nuts"].to_list() == ["ITC4", None]
    assert frame["name"].to_list() == ["Lombardy", "Québec"]


def test_themes_of_one_table_are_joined(tmp_path: Path) -> None:
    folder = _folder(tmp_path, _HEADER + _ROW)
    more = "id,name,country,parent,source_url,evidence\n"
    more += "region/BE2,Flanders,country/BE,,https://example.org,data\n"
    (folder / "regions" / "more.csv").write_text(more, encoding="utf-8")
    assert [path.stem for path in files(folder)] == ["more", "places"]
    assert tables(folder)["regions"]["id"].to_list() == ["region/BE2", "region/ITC4"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_HEADER.replace("nuts", "nut") + _ROW, r"places\.csv: table regions has no column 'nut'"),
        (_HEADER.replace("nuts", "name") + _ROW, r"places\.csv: the column 'name' stands twice"),
        (
            _HEADER + _ROW + "region/BE2,Flanders\n",
            r"places\.csv: row 3 has 2 fields where the header has 6",
        ),
        (_HEADER + 'region/BE2,"Flanders"x,\n', r"places\.csv: row 2 has 3 fields"),
        ("", r"places\.csv: the file is empty"),
    ],
)
def test_a_bad_file_is_named_with_the_remedy(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        tables(_folder(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_another_encoding_is_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "")
    path = folder / "regions" / "places.csv"
    path.write_bytes((_HEADER + "region/quebec,Québec,country/CA,,,\n").encode("latin-1"))
    assert tables(folder)["regions"]["name"].to_list() == ["Québec"]


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the model has no table 'places'"):
        tables(_folder(tmp_path, _HEADER, table="places"))


def test_missing_and_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        tables(tmp_path / "nowhere")
    with pytest.raises(InputError, match="restore the packaged tables"):
        tables(tmp_path)


def test_an_edited_copy_can_take_the_place_of_the_curated_tables(tmp_path: Path) -> None:
    header = "id,name,country,source_url,evidence\n"
    folder = _folder(
        tmp_path, header + "organisation/x,X,,https://example.org,page\n", "organisations"
    )
    request = SourceRequest(options={"folder": str(folder)})
    source = load("icpermed")
    assert source.inputs(request) == [folder / "organisations" / "places.csv"]
    assert source.read(request).tables["organisations"]["id"].to_list() == ["organisation/x"]
