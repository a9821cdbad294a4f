from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.linking.registry.ror_dump import read_registry
from tests.ingest.linking.conftest import RECORDS, ROR

V1 = [
    {
        "id": ROR + "038t36y30",
        "name": "Heidelberg University",
        "aliases": ["Universität Heidelberg"],
        "acronyms": ["HU"],
        "labels": [{"label": "Ruprecht-Karls-Universität Heidelberg", "iso639": "de"}],
        "types": ["Education"],
        "addresses": [
            {
                "city": "Heidelberg",
                "geonames_city": {
                    "city": "Heidelberg",
                    "geonames_admin1": {"name": "Baden-Wurttemberg", "code": "DE.01"},
                },
            }
        ],
        "country": {"country_code": "DE", "country_name": "Germany"},
        "links": ["https://www.uni-heidelberg.de"],
        "relationships": [{"type": "Child", "id": ROR + "013czdx64", "label": "x"}],
        "status": "active",
        "external_ids": {
            "GRID": {"preferred": "grid.7700.0", "all": "grid.7700.0"},
            "FundRef": {"preferred": None, "all": ["501100001661"]},
        },
        "established": 1386,
    }
]


def test_v2_zip_gives_all_tables(dump: Path) -> None:
    registry = read_registry(dump)
    assert registry.organisations.height == 16
    row = registry.organisations.row(0, named=True)
    assert (row["name"], row["country"], row["city"]) == (
        "Heidelberg University",
        "DE",
        "Heidelberg",
    )
    assert row["domains"] == ["uni-heidelberg.de"]
    assert registry.identifiers.rows() == [(ROR + "038t36y30", "grid", "grid.7700.0")]
    names = registry.names.filter(registry.names["id"] == ROR + "03dtebk39")
    assert names["lang"].to_list() == ["en", "el", None]
    assert names["types"].to_list() == [["ror_display", "label"], ["label"], ["acronym"]]


def test_successors_are_followed_to_the_living_record(dump: Path) -> None:
    rows = read_registry(dump).organisations.select("id", "successor").rows()
    heirs = {key: heir for key, heir in rows if heir}
    assert heirs == {ROR + "02vjqmd57": ROR + "05f82e368", ROR + "00000aa11": ROR + "05f82e368"}


def test_v1_json_reads_into_the_same_shape(tmp_path: Path) -> None:
    path = tmp_path / "v1.json"
    path.write_text(json.dumps(V1), "utf-8")
    registry = read_registry(path)
    row = registry.organisations.row(0, named=True)
    assert (row["region"], row["region_code"], row["types"]) == (
        "Baden-Wurttemberg",
        "01",
        ["education"],
    )
    assert registry.names["value"].to_list()[-1] == "Ruprecht-Karls-Universität Heidelberg"
    assert registry.identifiers.rows()[1] == (ROR + "038t36y30", "fundref", "501100001661")
    assert registry.relations.rows() == [(ROR + "038t36y30", "child", ROR + "013czdx64")]


def test_v2_csv_reads_languages_and_relations(tmp_path: Path) -> None:
    path = tmp_path / "v2.csv"
    path.write_text(
        "id,status,types,established,names.types.ror_display,names.types.label,names.types.acronym,"
        "locations.geonames_details.country_code,locations.geonames_details.name,relationships,"
        "external_ids.type.isni.all,domains\n"
        f"{ROR}03dtebk39,active,facility,1842,National Observatory of Athens,"
        "el: Εθνικό Αστεροσκοπείο Αθηνών; en: National Observatory of Athens,no_lang_code: NOA,"
        f"GR,Athens,related: {ROR}038t36y30,0000 0001 2111 7257,noa.gr\n",
        "utf-8",
    )
    registry = read_registry(path)
    assert registry.names["lang"].to_list() == [None, "el", "en", None]
    assert registry.names["value"].to_list()[-1] == "NOA"
    assert registry.relations.rows() == [(ROR + "03dtebk39", "related", ROR + "038t36y30")]
    assert registry.organisations["established"].to_list() == [1842]


def test_v1_csv_reads(tmp_path: Path) -> None:
    path = tmp_path / "v1.csv"
    path.write_text(
        "id,name,types,status,links,aliases,labels,acronyms,country.country_code,"
        "addresses[0].city,external_ids.GRID.preferred,relationships,established\n"
        f"{ROR}02v51f717,Peking University,Education,active,http://pku.edu.cn,Beida; PKU,,PKU,CN,"
        "Beijing,grid.11135.37,,1898\n",
        "utf-8",
    )
    registry = read_registry(path)
    assert registry.names["value"].to_list() == ["Peking University", "Beida", "PKU", "PKU"]
    assert registry.identifiers.rows() == [(ROR + "02v51f717", "grid", "grid.11135.37")]


def test_cut_zip_is_refused(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(dump.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"cut\.zip: not a whole zip file"):
        read_registry(path)


def test_damaged_member_is_refused(dump: Path, tmp_path: Path) -> None:
    content = bytearray(dump.read_bytes())
    content[200:260] = bytes(60)
    path = tmp_path / "damaged.zip"
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="not a whole zip file"):
        read_registry(path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", '[{"id": ', "not valid JSON"),
        ("a.json", '{"hits": 3}', "must be a list"),
        ("a.json", '[{"title": "x"}]', "record 1 is no ROR record"),
        ("a.json", "[7]", "record 1 is no ROR record"),
        ("a.json", "[]", "holds no organisation"),
        ("a.csv", "name;country\nx;DE\n", "row 1 has no column id"),
    ],
)
def test_wrong_content_is_refused(tmp_path: Path, name: str, content: str, problem: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=problem):
        read_registry(path)


def test_zip_without_a_table_and_missing_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no data")
    with pytest.raises(InputError, match=r"no \.json or \.csv inside"):
        read_registry(path)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": None}, "its id is no address that begins with https://ror.org/"),
        ({"names": []}, "it has no name"),
        ({"names": [{"value": " ", "types": ["label"]}]}, "it has no name"),
        ({"names": 7}, "it is not laid out as one"),
        ({"status": None}, "its status is empty"),
        ({"types": [3]}, "it is not laid out as one"),
    ],
)
def test_an_unfinished_record_is_left_out_and_told(
    tmp_path: Path, changed: dict[str, object], reason: str
) -> None:
    path = tmp_path / "ror.json"
    path.write_text(json.dumps([RECORDS[0], RECORDS[1] | changed]))
    found = read_registry(path)
    assert found.organisations["id"].to_list() == [RECORDS[0]["id"]]
    [fault] = found.faults
    assert (fault.row, fault.severity) == (2, "warning")
    assert fault.reason.startswith(reason)
    path.write_text(json.dumps([RECORDS[0] | changed]))
    with pytest.raises(InputError, match=r"ror\.json: record 1 is no ROR record: it"):
        read_registry(path)


def test_values_of_another_kind_cost_themselves_only(tmp_path: Path) -> None:
    path = tmp_path / "ror.json"
    odd = {"established": "long ago", "domains": [None, "example.org"]}
    path.write_text(json.dumps([RECORDS[0] | odd, RECORDS[0]]))
    found = read_registry(path)
    assert found.organisations.select("established", "domains").row(0) == (None, ["example.org"])
    assert [(f.row, f.severity) for f in found.faults] == [(1, "dropped"), (2, "dropped")]
    assert found.faults[1].reason == "stands here again: the first is kept"


@pytest.mark.parametrize("shape", ["list", "answer", "lines", "one"])
def test_json_of_every_shape(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "ror.json"
    text = {
        "list": json.dumps(RECORDS),
        "answer": json.dumps({"number_of_results": 2, "items": RECORDS}),
        "lines": "\ufeff" + "\n".join(json.dumps(record) for record in RECORDS) + "\n",
        "one": json.dumps(RECORDS[0]),
    }[shape]
    path.write_text(text, "utf-8")
    known = [r["id"] for r in (RECORDS[:1] if shape == "one" else RECORDS)]
    assert read_registry(path).organisations["id"].to_list() == known


def test_csv_joins_relations_and_names_of_one_kind_by_commas(tmp_path: Path) -> None:
    path = tmp_path / "v2.csv"
    kin = f"parent: {ROR}013czdx64; child: {ROR}02v51f717, {ROR}02vjkv261"
    path.write_text(
        "id,status,types,names.types.ror_display,names.types.acronym,names.types.label,relationships\n"
        f'{ROR}038t36y30,active,education,"Here, There","no_lang_code: HU, RKU","en: Here, There",'
        f'"{kin}"\n'
    )
    found = read_registry(path)
    assert found.relations.select("type", "target").rows() == [
        ("parent", ROR + "013czdx64"), ("child", ROR + "02v51f717"), ("child", ROR + "02vjkv261")
    ]  # fmt: skip
    assert found.names["value"].to_list() == ["Here, There", "Here, There", "HU", "RKU"]


def test_v1_csv_has_its_city_under_the_name_of_geonames(tmp_path: Path) -> None:
    path = tmp_path / "v1.csv"
    admin = "addresses[0].geonames_city.geonames_admin1"
    path.write_text(
        f"id,name,types,status,addresses[0].geonames_city.name,{admin}.name,{admin}.code,"
        "country.country_code,labels,relationships\n"
        f"{ROR}02v51f717,Peking University,Education,active,Beijing,Beijing,2038349,CN,"
        f'"zh: 北京大学","Child: {ROR}013czdx64, {ROR}02vjkv261"\n',
        "utf-8",
    )
    found = read_registry(path)
    assert found.organisations.select("city", "region", "region_code").row(0) == (
        "Beijing", "Beijing", None
    )  # fmt: skip
    assert found.relations["target"].to_list() == [ROR + "013czdx64", ROR + "02vjkv261"]
