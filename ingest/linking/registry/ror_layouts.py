"""The four layouts of a ROR dump (schema v1 and v2, JSON and CSV), each read into one record shape.

Layouts: https://ror.readme.io/docs/data-dump, schema v2 (https://ror.readme.io/docs/ror-data-structure).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

__all__ = ["RegistryRecord", "read_csv_row", "read_json_record"]


class RegistryRecord(TypedDict):
    """One organisation in the shape every layout is read into."""

    id: str
    status: str
    established: int | None
    created: int | None  # year in which the registry took it up
    types: list[str]
    names: list[tuple[str, str | None, list[str]]]
    places: list[tuple[str | None, str | None, str | None, str | None]]
    relations: list[tuple[str, str]]
    identifiers: list[tuple[str, str]]
    domains: list[str]
    websites: list[str]


_LANGUAGE_PREFIX = re.compile(r"^([a-z]{2,3}|no_lang_code):\s*", re.IGNORECASE)
_CITIES = tuple(f"addresses[0].{c}" for c in ("geonames_city.name", "geonames_city.city", "city"))
_SCHEMES = ("fundref", "wikidata", "isni", "grid")


def read_json_record(record: Mapping[str, Any]) -> RegistryRecord:
    """Read one JSON record of either schema; raises KeyError or TypeError where it is neither."""
    return _read_v2(record) if isinstance(record.get("names"), list) else _read_v1(record)


def read_csv_row(row: Mapping[str, str | None]) -> RegistryRecord:
    """Read one CSV row of either schema; raises KeyError where it is neither."""
    filled = {key: value or "" for key, value in row.items()}
    return _csv_v2(filled) if "names.types.ror_display" in filled else _csv_v1(filled)


def _read_v2(record: Mapping[str, Any]) -> RegistryRecord:
    links = record.get("links") or []
    return RegistryRecord(
        id=record["id"],
        status=record["status"],
        established=record.get("established"),
        created=_created(record),
        types=[kind.lower() for kind in record.get("types") or []],
        names=[(n["value"], n.get("lang"), list(n["types"])) for n in record["names"]],
        places=[_place_v2(place) for place in record.get("locations") or []],
        relations=[(r["type"].lower(), r["id"]) for r in record.get("relationships") or []],
        identifiers=[
            (e["type"].lower(), value)
            for e in record.get("external_ids") or []
            for value in e.get("all") or []
        ],
        domains=list(record.get("domains") or []),
        websites=[link["value"] for link in links if link["type"] == "website"],
    )


def _place_v2(place: Mapping[str, Any]) -> tuple[str | None, str | None, str | None, str | None]:
    details = place.get("geonames_details") or {}
    return (
        details.get("country_code"),
        details.get("name"),
        details.get("country_subdivision_name"),
        details.get("country_subdivision_code"),
    )


def _read_v1(record: Mapping[str, Any]) -> RegistryRecord:
    names: list[tuple[str, str | None, list[str]]] = [
        (record["name"], None, ["ror_display", "label"])
    ]
    names += [(value, None, ["alias"]) for value in record.get("aliases") or []]
    names += [(value, None, ["acronym"]) for value in record.get("acronyms") or []]
    names += [(n["label"], n.get("iso639"), ["label"]) for n in record.get("labels") or []]
    country = (record.get("country") or {}).get("country_code")
    return RegistryRecord(
        id=record["id"],
        status=record.get("status", "active"),
        established=record.get("established"),
        created=_created(record),
        types=[kind.lower() for kind in record.get("types") or []],
        names=names,
        places=[_place_v1(country, place) for place in record.get("addresses") or [{}]],
        relations=[(r["type"].lower(), r["id"]) for r in record.get("relationships") or []],
        identifiers=list(_identifiers_v1(record.get("external_ids") or {})),
        domains=[],
        websites=list(record.get("links") or []),
    )


def _place_v1(
    country: str | None, place: Mapping[str, Any]
) -> tuple[str | None, str | None, str | None, str | None]:
    geonames = place.get("geonames_city") or {}
    region = geonames.get("geonames_admin1") or {}
    code = str(region.get("code") or place.get("state_code") or "").rpartition(".")[2]
    city = geonames.get("city") or place.get("city")
    return country, city, region.get("name") or place.get("state"), code or None


def _identifiers_v1(external: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for scheme, entry in external.items():
        values = entry.get("all") or entry.get("preferred") or []
        for value in [values] if isinstance(values, str) else values:
            yield scheme.lower(), value


def _created(record: Mapping[str, Any]) -> int | None:
    date = ((record.get("admin") or {}).get("created") or {}).get("date")
    return _year(str(date or "").partition("-")[0])


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _with_language(text: str, kinds: list[str]) -> list[tuple[str, str | None, list[str]]]:
    """Names of a CSV cell, ``en: One; fr: Un``, or without languages (schema v1).

    Several names of one language are joined by commas, which names may hold themselves: only
    acronyms, which do not, are taken apart.
    """
    names: list[tuple[str, str | None, list[str]]] = []
    for part in _split(text):
        match = _LANGUAGE_PREFIX.match(part)
        code = match.group(1).lower() if match else None
        value = part[match.end() :] if match else part
        values = _commas(value) if kinds == ["acronym"] else [value]
        names += [(name, None if code == "no_lang_code" else code, kinds) for name in values]
    return names


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _relations_of(text: str) -> list[tuple[str, str]]:
    """Relations of a CSV cell, ``parent: https://ror.org/1; child: https://ror.org/2, ...``."""
    pairs = (part.partition(":") for part in _split(text))
    return [(kind.strip().lower(), to) for kind, _, targets in pairs for to in _commas(targets)]


def _csv_v2(row: Mapping[str, str]) -> RegistryRecord:
    place = "locations.geonames_details."
    names: list[tuple[str, str | None, list[str]]] = [
        (row["names.types.ror_display"], row.get("ror_display_lang") or None, ["ror_display"])
    ]
    for kind in ("label", "alias", "acronym"):
        names += _with_language(row.get(f"names.types.{kind}", ""), [kind])
    return RegistryRecord(
        id=row["id"],
        status=row["status"],
        established=_year(row.get("established", "")),
        created=_year(row.get("admin.created.date", "").partition("-")[0]),
        types=[kind.lower() for kind in _split(row.get("types", ""))],
        names=names,
        places=[
            (
                row.get(f"{place}country_code") or None,
                row.get(f"{place}name") or None,
                row.get(f"{place}country_subdivision_name") or None,
                row.get(f"{place}country_subdivision_code") or None,
            )
        ],
        relations=_relations_of(row.get("relationships", "")),
        identifiers=[
            (scheme, value)
            for scheme in _SCHEMES
            for value in _split(row.get(f"external_ids.type.{scheme}.all", ""))
        ],
        domains=_split(row.get("domains", "")),
        websites=_split(row.get("links.type.website", "")),
    )


def _csv_v1(row: Mapping[str, str]) -> RegistryRecord:
    names: list[tuple[str, str | None, list[str]]] = [(row["name"], None, ["ror_display", "label"])]
    for column, kind in (("labels", "label"), ("aliases", "alias"), ("acronyms", "acronym")):
        names += _with_language(row.get(column, ""), [kind])
    region = row.get("addresses[0].geonames_city.geonames_admin1.code", "").rpartition(".")[2]
    region = "" if region.isdigit() else region  # the column of that name holds another id
    return RegistryRecord(
        id=row["id"],
        status=row.get("status") or "active",
        established=_year(row.get("established", "")),
        created=_year(row.get("admin.created.date", "").partition("-")[0]),
        types=[kind.lower() for kind in _split(row.get("types", ""))],
        names=names,
        places=[
            (
                row.get("country.country_code") or None,
                next((city for column in _CITIES if (city := row.get(column))), None),
                row.get("addresses[0].geonames_city.geonames_admin1.name") or None,
                region or None,
            )
        ],
        relations=_relations_of(row.get("relationships", "")),
        identifiers=[
            (scheme.lower(), value)
            for scheme in ("FundRef", "Wikidata", "ISNI", "GRID")
            for value in _split(
                row.get(f"external_ids.{scheme}.all")
                or row.get(f"external_ids.{scheme}.preferred", "")
            )
        ],
        domains=[],
        websites=_split(row.get("links", "")),
    )


def _year(text: str) -> int | None:
    digits = text.split(".")[0].strip()
    return int(digits) if digits.isdigit() else None
