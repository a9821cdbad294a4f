from __future__ import annotations

import pytest

from permed.ingest.linking.names.parsing import city_key, country_code, fold, parse_name, table


@pytest.mark.parametrize(
    ("text", "core", "legal"),
    [
        ("Bosch GmbH", ("bosch",), {"company"}),
        ("Eni S.p.A.", ("eni",), {"company"}),
        ("INEGI Sp. z o.o.", ("inegi",), {"company"}),
        ("Ústav v. v. i.", ("ustav",), {"public"}),
        ("Člověk v tísni, z.s.", ("clovek", "v", "tisni"), {"nonprofit"}),
        ("ΕΔΑ Α.Ε.", ("eda",), {"company"}),
        ("Sky Ltd", ("sky",), {"company"}),
        ("Forschung e.V.", ("forschung",), {"nonprofit"}),
        ("GmbH", ("gmbh",), set()),
    ],
)
def test_legal_forms_come_off(text: str, core: tuple[str, ...], legal: set[str]) -> None:
    name = parse_name(text)
    assert name.core == core
    assert name.legal == legal


@pytest.mark.parametrize(
    "same",
    [
        ("Universität Zürich", "UNIVERSITAET ZUERICH", "Univ. Zurich"),
        ("Università degli Studi di Torino", "University of Turin", "Univ Torino"),
        ("Universitätsklinikum Köln", "University Hospital Cologne"),
        ("Εθνικό Αστεροσκοπείο Αθηνών", "ETHNIKO ASTEROSKOPEIO ATHINON"),
    ],
)
def test_names_of_one_meaning_share_a_key(same: tuple[str, ...]) -> None:
    assert len({parse_name(text).key for text in same}) == 1


def test_scripts_without_vowels_or_tones_stay_as_they_are() -> None:
    assert fold("陕西师范大学") != fold("山西师范大学")
    assert fold("北京大学") == ("北", "京", "大", "学")
    assert fold("جامعة القاهرة") == ("جامعة", "القاهرة")


def test_control_and_direction_marks_are_dropped() -> None:
    assert fold("\u202eUni\u200bversity\x00 of\tX\u0007") == ("university", "of", "x")
    assert parse_name("  \x00 -- ... ").key == ()


def test_countries_and_cities_are_understood() -> None:
    codes = [
        country_code(c)
        for c in ("EL", "UK", "XK", "gr", "Italy", "GBR", "P.R. China", "ZZ", "", None)
    ]
    assert codes == ["GR", "GB", "XK", "GR", "IT", "GB", "CN", None, None, None]
    assert city_key("Wien") == city_key("VIENNA") == ("vienna",)
    assert city_key("Praha 6") == city_key("Prague")


def test_tables_are_well_formed() -> None:
    assert {row["kind"] for row in table("legal_forms.tsv")} == {"company", "nonprofit", "public"}
    for name in ("words.tsv", "cities.tsv", "countries.tsv", "stopwords.tsv", "unit_words.tsv"):
        rows = table(name)
        assert rows
        assert all(value for row in rows for value in row.values()), name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Max-Planck-Institut für Kernphysik", "Max Planck Institute for Nuclear Physics"),
        ("Institut für Festkörperforschung", "Institute of Solid State Research"),
        ("Max-Planck-Institut für Strafrecht", "Max Planck Institute for Criminal Law"),
        ("Instytut Hydrologii", "Institute of Hydrology"),
        ("Folkehelse", "Public Health"),
    ],
)
def test_compounds_are_read_as_the_words_they_are_made_of(one: str, other: str) -> None:
    assert parse_name(one).key == parse_name(other).key
