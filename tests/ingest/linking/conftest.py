# Strategy: one dump of sixteen real organisations (ids, names, places are facts of the registry) in
# the published layouts; nothing else is replaced, the real index and weights run on it.
from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from permed.ingest.linking.matching.matcher import Matcher

ROR = "https://ror.org/"


def record(
    key: str,
    names: list[tuple[str, str | None, list[str]]],
    country: str,
    city: str | None,
    types: list[str],
    **more: Any,
) -> dict[str, Any]:
    """One record of schema v2."""
    return {
        "id": ROR + key,
        "names": [{"value": v, "lang": lang, "types": kinds} for v, lang, kinds in names],
        "locations": [
            {
                "geonames_id": 1,
                "geonames_details": {
                    "country_code": country,
                    "name": city,
                    **more.pop("place", {}),
                },
            }
        ],
        "types": types,
        "status": more.pop("status", "active"),
        "established": more.pop("established", None),
        "relationships": more.pop("relationships", []),
        "external_ids": more.pop("external_ids", []),
        "links": more.pop("links", []),
        "domains": more.pop("domains", []),
        "admin": {"created": {"date": more.pop("created", None), "schema_version": "2.1"}},
    }


def display(value: str, lang: str | None = "en") -> tuple[str, str | None, list[str]]:
    return (value, lang, ["ror_display", "label"])


def label(value: str, lang: str) -> tuple[str, str | None, list[str]]:
    return (value, lang, ["label"])


def acronym(value: str) -> tuple[str, str | None, list[str]]:
    return (value, None, ["acronym"])


RECORDS = [
    record(
        "038t36y30",
        [
            display("Heidelberg University"),
            label("Ruprecht-Karls-Universität Heidelberg", "de"),
            ("Universität Heidelberg", "de", ["alias"]),
        ],
        "DE",
        "Heidelberg",
        ["education", "funder"],
        external_ids=[{"type": "grid", "all": ["grid.7700.0"], "preferred": "grid.7700.0"}],
        domains=["uni-heidelberg.de"],
        links=[{"type": "website", "value": "https://www.uni-heidelberg.de"}],
    ),
    record(
        "013czdx64",
        [display("University Hospital Heidelberg"), label("Universitätsklinikum Heidelberg", "de")],
        "DE",
        "Heidelberg",
        ["healthcare"],
        relationships=[{"type": "parent", "id": ROR + "038t36y30", "label": ""}],
    ),
    record("03dtebk39", [display("National Observatory of Athens"),
           label("Εθνικό Αστεροσκοπείο Αθηνών", "el"), acronym("NOA")],
           "GR", "Athens", ["facility"]),
    record("02v51f717", [display("Peking University"), label("北京大学", "zh"), acronym("PKU")],
           "CN", "Beijing", ["education"]),
    record("03q21mh05", [display("Cairo University"), label("جامعة القاهرة", "ar")],
           "EG", None, ["education"]),
    record("00be78e63", [display("Bayer (Germany)", None)], "DE", "Leverkusen", ["company"]),
    record("01k63j862", [display("Bayer (Italy)", None)], "IT", None, ["company"]),
    record("02vjkv261", [display("Inserm", "fr"),
           label("Institut national de la santé et de la recherche médicale", "fr"),
           label("French Institute of Health and Medical Research", "en")],
           "FR", "Paris", ["government", "funder"]),
    record("02c3ywg26", [display("Edison (Italy)", None)], "IT", None, ["company"]),
    record("00wzqmx94", [display("Czech Academy of Sciences, Institute of Biotechnology"),
           label("Biotechnologický ústav AV ČR", "cs")],
           "CZ", None, ["facility"],
           relationships=[{"type": "parent", "id": ROR + "053avzc18", "label": ""}]),
    record("053avzc18", [display("Czech Academy of Sciences"),
           label("Akademie věd České republiky", "cs"), acronym("CAS")],
           "CZ", "Prague", ["funder", "government"]),
    record("034t30j35", [display("Chinese Academy of Sciences"), acronym("CAS")],
           "CN", "Beijing", ["funder", "government"]),
    record("05f82e368", [display("Université Paris Cité", "fr"),
           label("Paris Cité University", "en")],
           "FR", "Paris", ["education", "funder"], established=2019),
    record("02vjqmd57", [display("Paris Diderot University")], "FR", "Paris", ["education"],
           status="withdrawn",
           relationships=[{"type": "successor", "id": ROR + "00000aa11", "label": ""}]),
    record("00000aa11", [display("University of Paris")], "FR", "Paris", ["education"],
           status="withdrawn",
           relationships=[{"type": "successor", "id": ROR + "05f82e368", "label": ""}]),
    record("04gzb2213", [display("Open University of Cyprus")], "CY", "Nicosia", ["education"]),
]  # fmt: skip


@pytest.fixture(scope="session")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump zip of schema v2, as published (with the v1 file of old releases beside it)."""
    path = tmp_path_factory.mktemp("ror") / "v2.9-ror-data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("v2.9-ror-data_schema_v2.json", json.dumps(RECORDS))
        archive.writestr("v2.9-ror-data.json", "[]")
    return path


@pytest.fixture(scope="session")
def matcher(dump: Path, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return Matcher.from_ror(dump, tmp_path_factory.mktemp("cache"))
