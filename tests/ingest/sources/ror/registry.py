"""A registry of eight records, in the layouts that the official dump has had.

Id and names of DLR are facts of the registry; the others are
made up, with ids of the right form.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

ROR = "https://ror.org/"
DLR = "04bwf3e34"


def made_up(letters: str) -> str:
    """An id that no source holds: seven letters and the two check digits that fit them."""
    number = 0
    for letter in letters:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    return f"{letters}{98 - number * 100 % 97:02d}"


PARENT = made_up("0zzzzzz")
UNIT, TWICE, ENDED, HEIR, LOST, STRANGER = (made_up(f"0test{n}x") for n in "123456")

Name = tuple[str, str | None, str]


def record(key: str, *names: Name, **more: Any) -> dict[str, Any]:
    """One record of schema v2; the first name is the one to show."""
    types = [[kind, "ror_display"] if n == 0 else [kind] for n, (_, _, kind) in enumerate(names)]
    return {
        "id": ROR + key,
        "status": more.pop("status", "active"),
        "types": more.pop("types", ["facility"]),
        "established": None,
        "domains": [],
        "admin": {},
        "names": [
            {"value": value, "lang": lang, "types": kinds}
            for (value, lang, _), kinds in zip(names, types, strict=True)
        ],
        "locations": [
            {"geonames_id": 1, "geonames_details": {"country_code": "DE", "name": "Cologne"}}
        ],
        "links": [{"type": "website", "value": url} for url in more.pop("links", [])],
        "relationships": [
            {"type": kind, "id": ROR + target, "label": ""} for kind, target in more.pop("kin", [])
        ],
        "external_ids": [
            {"type": kind, "all": values, "preferred": None}
            for kind, values in more.pop("ids", {}).items()
        ],
    }


RECORDS = [
    record(
        DLR,
        ("Deutsches Zentrum für Luft- und Raumfahrt e. V. (DLR)", "de", "label"),
        ("German Aerospace Center", "en", "label"),
        ("DLR", None, "acronym"),
        ("Germana Aerspaca Centro", "eo", "alias"),
        types=["facility", "funder"],
        links=["https://www.dlr.de", "https://www.dlr.de/en"],
        kin=[("parent", PARENT), ("child", UNIT), ("related", STRANGER)],
        ids={
            "fundref": ["501100002946"],
            "wikidata": ["Q157332"],
            "isni": ["0000 0000 8983 7915"],
            "grid": ["grid.7551.6", "not a grid id"],
        },
    ),
    record(PARENT, ("Umbrella Association", "en", "label"), ids={"isni": ["0000000123456789"]}),
    record(UNIT, ("Unit below", "en", "label"), kin=[("parent", DLR)]),
    record(
        TWICE,
        ("Raumfahrtzentrum, entered twice", "de", "label"),
        status="withdrawn",
        kin=[("successor", DLR)],
        ids={"grid": ["grid.7551.6"], "wikidata": ["Q42"]},
    ),
    record(
        ENDED,
        ("Institute that ended", "en", "label"),
        status="inactive",
        kin=[("successor", HEIR)],
        ids={"isni": ["0000000123456789"]},
        types=["education"],
    ),
    record(HEIR, ("Institute that goes on", "en", "label"), kin=[("predecessor", ENDED)]),
    record(LOST, ("Made in error", None, "label"), status="withdrawn"),
    record(STRANGER, ("Nobody asked for it", "en", "label"), ids={"wikidata": ["Q1"]}),
]


def zipped(path: Path, name: str, content: str) -> Path:
    """A zip with one member."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, content)
    return path


def dump(folder: Path, records: list[dict[str, Any]] | None = None) -> Path:
    """The dump as it is published: a dated zip with schema v2 inside."""
    content = json.dumps(RECORDS if records is None else records)
    path = folder / "v2.9-2026-06-24-ror-data.zip"
    return zipped(path, "v2.9-2026-06-24-ror-data_schema_v2.json", content)


def csv_dump(folder: Path) -> Path:
    """Two records as the CSV of schema v2 writes them."""
    place = "locations.geonames_details."
    rows = [
        {
            "id": r["id"],
            "status": r["status"],
            "types": "; ".join(r["types"]),
            "names.types.ror_display": r["names"][0]["value"],
            "ror_display_lang": r["names"][0]["lang"],
            "names.types.label": "; ".join(f"{n['lang']}: {n['value']}" for n in r["names"][:2]),
            "names.types.acronym": "no_lang_code: DLR",
            "relationships": "; ".join(f"{x['type']}: {x['id']}" for x in r["relationships"]),
            f"{place}country_code": "DE",
            f"{place}name": "Cologne",
            "external_ids.type.wikidata.all": "Q157332" if r["id"].endswith(DLR) else "",
            "links.type.website": "https://www.dlr.de",
        }
        for r in RECORDS[:2]
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "ror-data.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def old_dump(folder: Path) -> Path:
    """DLR in schema v1."""
    entry = {
        "id": ROR + DLR,
        "name": "German Aerospace Center",
        "status": "active",
        "types": ["Facility"],
        "aliases": [],
        "acronyms": ["DLR"],
        "labels": [{"label": "Deutsches Zentrum für Luft- und Raumfahrt", "iso639": "de"}],
        "links": ["https://www.dlr.de"],
        "country": {"country_code": "DE", "country_name": "Germany"},
        "addresses": [{"city": "Cologne", "geonames_city": {"city": "Cologne"}}],
        "relationships": [],
        "external_ids": {
            "ISNI": {"all": ["0000 0000 8983 7915"], "preferred": None},
            "GRID": {"all": "grid.7551.6", "preferred": "grid.7551.6"},
        },
    }
    return zipped(folder / "2021-09-23-ror-data.zip", "ror.json", json.dumps([entry]))
