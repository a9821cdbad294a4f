"""Organisations, people, projects and who takes part, as entities of FollowTheMoney.

One JSON object a line: id, schema, caption, properties (lists of text) and datasets, the names of
the sources. The format is the one that Aleph and OpenSanctions exchange.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES

__all__ = ["ENTITIES", "entity_lines"]

ENTITIES: Final = "entities.ftm.json"
_PROJECT: Final = "project"
# table -> schema, and for each of its properties the columns that fill it
_THINGS: Final = {
    "organisations": ("Organization", {
        "name": ("name", "label", "display"), "alias": ("short_name",), "country": ("country",),
        "website": ("website",), "vatCode": ("vat",), "sourceUrl": ("source_url",),
    }),
    "persons": ("Person", {
        "name": ("name", "label"), "firstName": ("given",), "lastName": ("family",),
        "sourceUrl": ("source_url",),
    }),
    "activities": ("Project", {
        "name": ("title", "label"), "alias": ("acronym",), "startDate": ("start",),
        "endDate": ("end",), "summary": ("abstract",), "sourceUrl": ("source_url",),
    }),
}  # fmt: skip
_ROLES: Final = {
    "project": ("activity",), "participant": ("agent",), "role": ("role",),
    "startDate": ("start",), "endDate": ("end",), "sourceUrl": ("source_url",),
}  # fmt: skip


def entity_lines(release: Release) -> Iterator[str]:
    """Yield the entities of a release, a line of JSON each, sorted by schema and id.

    Projects are the activities of that kind; who takes part in another one is not told, since the
    format has no words for it.
    """
    tables = release.all_tables()
    for table, (schema, properties) in _THINGS.items():
        frame = tables.get(table, pl.DataFrame(schema=TABLES[table].schema))
        if table == "activities":
            frame = frame.filter(kind=_PROJECT)
        for row in frame.sort("id").iter_rows(named=True):
            yield _line(str(row["id"]), schema, row, properties)
    roles = tables.get("roles", pl.DataFrame(schema=TABLES["roles"].schema))
    roles = roles.filter(
        pl.col("activity").str.starts_with(f"{_PROJECT}/"),
        ~pl.col("agent").str.starts_with("country/"),
    )
    key = [c for c in TABLES["roles"].key if c in roles.columns]
    roles = roles.unique(key, keep="first", maintain_order=True)  # several sources may tell of one
    for row in roles.sort(key, nulls_last=True).iter_rows(named=True):
        name = " ".join(str(row[c] or "") for c in key).strip()
        yield _line(f"role/{name}", "ProjectParticipant", row, _ROLES)


def _line(
    name: str, schema: str, row: Mapping[str, Any], properties: Mapping[str, tuple[str, ...]]
) -> str:
    filled = {
        key: list(dict.fromkeys(_text(key, row[c]) for c in columns if row.get(c) is not None))
        for key, columns in properties.items()
    }
    told = {
        "id": name,
        "schema": schema,
        "caption": str(row.get("display") or row.get("label") or row.get("name")
                       or row.get("title") or row.get("role") or name),
        "properties": {key: values for key, values in filled.items() if values},
        "datasets": ["permed"],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _text(key: str, value: object) -> str:
    """Return a value as the format writes it: countries as two small letters."""
    text = str(value)
    return text.removeprefix("country/").lower() if key == "country" else text
