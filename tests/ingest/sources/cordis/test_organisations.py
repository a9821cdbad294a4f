"""Organisations: one a PIC, with place, registry numbers and other spellings."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.ingest.sources.cordis.official import dump, issues, one, partner, project, whole


def test_an_organisation_with_all_its_columns(tmp_path: Path) -> None:
    row = partner(shortName="INST", SME="true", activityType="PRC", country="EL", nutsCode="EL303")
    data = whole(dump(tmp_path, partners=[row]))
    found = one(data, "organisations")
    assert (
        found
        | {
            "id": "organisation/pic-999999984",
            "name": "INSTITUT 999999984",
            "short_name": "INST",
            "org_type": "company",
            "country": "country/GR",
            "region": "region/EL303",
            "city": "Berlin",
            "street": "Weg 1",
            "postcode": "10115",
            "latitude": "52.5200661",
            "longitude": "13.404954",
            "website": "https://example.org",
            "vat": "DE999999984",
            "sme": True,
            "evidence": "registry",
        }
        == found
    )
    regions = data.tables["regions"].select("id", "name", "country", "parent").rows()
    assert regions == [
        ("region/EL3", "Attiki", "country/GR", None),
        ("region/EL30", "Attiki", "country/GR", "region/EL3"),
        ("region/EL303", "Kentrikos Tomeas Athinon", "country/GR", "region/EL30"),
    ]


def test_the_newest_spelling_wins_and_the_others_stay_as_names(tmp_path: Path) -> None:
    rows = [
        partner(name="OLD NAME", shortName="ON", contentUpdateDate="2023-01-01 00:00:00"),
        partner(
            projectID="101000002",
            name="NEW NAME",
            shortName="",
            contentUpdateDate="2025-01-01 00:00:00",
        ),
        partner(
            projectID="101000003",
            name="MIDDLE NAME",
            shortName="MN",
            contentUpdateDate="2024-01-01 00:00:00",
        ),
    ]
    projects = [project(), project("101000002"), project("101000003")]
    data = whole(dump(tmp_path, projects, rows))
    found = one(data, "organisations")
    assert (found["name"], found["short_name"]) == ("NEW NAME", "MN")
    assert data.tables["names"].select("name", "kind").rows() == [
        ("MIDDLE NAME", "alias"),
        ("OLD NAME", "alias"),
        ("ON", "acronym"),
    ]


@pytest.mark.parametrize(("name", "city"), [("HELSINGIN YLIOPISTO", None), ("BERLIN AG", "Berlin")])
def test_a_name_that_stands_where_the_city_belongs_is_no_city(
    tmp_path: Path, name: str, city: str | None
) -> None:
    said = "Helsingin Yliopisto" if city is None else city
    data = whole(dump(tmp_path, partners=[partner(name=name, city=said)]))
    assert one(data, "organisations")["city"] == city


def test_registry_numbers(tmp_path: Path) -> None:
    rows = [
        partner("911111111", vatNumber="BE 0123.456.789", rcn="1"),
        partner("922222222", role="participant", order="2", vatNumber="BE0123456789", rcn="7"),
        partner("933333333", role="participant", order="3", vatNumber="", rcn="7"),
    ]
    ids = whole(dump(tmp_path, partners=rows)).tables["identifiers"]
    own = ids.filter(pl.col("entity").str.starts_with("organisation"))
    assert sorted(own.select("entity", "scheme", "value", "match").rows()) == [
        ("organisation/pic-911111111", "cordis-rcn", "1", "exact"),
        ("organisation/pic-911111111", "pic", "911111111", "exact"),
        ("organisation/pic-911111111", "vat", "BE0123456789", "related"),
        ("organisation/pic-922222222", "pic", "922222222", "exact"),
        ("organisation/pic-922222222", "vat", "BE0123456789", "related"),
        ("organisation/pic-933333333", "pic", "933333333", "exact"),
    ]


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"nutsCode": "FR101"}, "nuts"),
        ({"nutsCode": "D"}, "nuts"),
        ({"geolocation": "91,7"}, "geolocation"),
        ({"organizationURL": "not a page"}, "website"),
        ({"vatNumber": "?"}, "vat"),
        ({"country": "XH", "nutsCode": ""}, "country"),
    ],
)
def test_odd_values_are_left_out_and_told(
    tmp_path: Path, more: dict[str, str], column: str
) -> None:
    data = whole(dump(tmp_path, partners=[partner(**more)]))
    assert [field for field, *_ in issues(data, "dropped")] == [column]
    assert data.tables["roles"].height == 1


def test_a_region_code_of_the_whole_country_is_no_region(tmp_path: Path) -> None:
    data = whole(dump(tmp_path, partners=[partner(nutsCode="DE")]))
    assert one(data, "organisations")["region"] is None
    assert issues(data, "dropped") == []


def test_an_unknown_region_is_called_by_its_code(tmp_path: Path) -> None:
    data = whole(dump(tmp_path, partners=[partner(nutsCode="DE3ZZ")]))
    assert one(data, "regions", id="region/DE3ZZ")["name"] == "DE3ZZ"
