"""Read an official dump of the Research Organization Registry (ROR) into record tables."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.archives import UNREADABLE_ZIP, left_behind
from permed.graph.chains import end
from permed.graph.documents import json_fault
from permed.graph.encoding import whole_text
from permed.graph.errors import InputError
from permed.graph.tables.delimited import parse
from permed.graph.tables.delimited import sound as sound_table
from permed.ingest.linking.registry.collection import no_collection
from permed.ingest.linking.registry.ror_faults import Fault, UnusableRecord, sound
from permed.ingest.linking.registry.ror_layouts import (
    RegistryRecord,
    read_csv_row,
    read_json_record,
)

__all__ = ["Registry", "read_registry"]

_ORGANISATIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.String,
    "name": pl.String,
    "status": pl.String,
    "established": pl.Int32,
    "created": pl.Int32,
    "types": pl.List(pl.String),
    "country": pl.String,
    "city": pl.String,
    "region": pl.String,
    "region_code": pl.String,
    "cities": pl.List(pl.String),
    "domains": pl.List(pl.String),
    "websites": pl.List(pl.String),
}
_NAMES: dict[str, pl.DataType | type[pl.DataType]] = {
    "id": pl.String,
    "value": pl.String,
    "lang": pl.String,
    "types": pl.List(pl.String),
}
_RELATIONS = {"id": pl.String, "type": pl.String, "target": pl.String}
_IDENTIFIERS = {"id": pl.String, "scheme": pl.String, "value": pl.String}
_REMEDY = "download the dump again from https://doi.org/10.5281/zenodo.6347574"


@dataclass(frozen=True)
class Registry:
    """The registry as four tables, keyed by the full ROR address (``https://ror.org/...``).

    ``organisations`` has one row a record (``city``, ``region`` may be null; ``created`` is the
    year in which the registry took it up); ``successor`` is the living record that took over a
    withdrawn or inactive one, chains followed, else null.
    ``names``, ``relations`` and ``identifiers`` have one row a value; ``faults`` tell what of the
    dump was left out.
    """

    organisations: pl.DataFrame
    names: pl.DataFrame
    relations: pl.DataFrame
    identifiers: pl.DataFrame
    faults: tuple[Fault, ...] = ()


def read_registry(path: Path) -> Registry:
    """Read a ROR dump: the zip as published, or the JSON or CSV file inside it, schema v1 or v2.

    A record without id, name or status, or that stands twice, becomes a fault. Raises InputError,
    naming the file and what is wrong, where the zip is cut, the JSON or CSV is broken, or most
    records have neither layout.
    """
    with no_collection():
        faults: list[Fault] = []
        tables = _tables(_sound(_records(Path(path)), faults), faults)
    unusable = [fault for fault in faults if fault.severity == "warning"]
    if len(unusable) > tables.organisations.height:
        first = unusable[0]
        raise InputError(f"{path}: record {first.row} is no ROR record: {first.reason}; {_REMEDY}")
    if tables.organisations.is_empty():
        raise InputError(f"{path}: holds no organisation; {_REMEDY}")
    return tables


def _records(path: Path) -> Iterator[Callable[[], RegistryRecord]]:
    name, content = _content(path)
    return _csv_records(path, content) if name.endswith(".csv") else _json_records(path, content)


def _content(path: Path) -> tuple[str, bytes]:
    try:
        if path.suffix.lower() != ".zip":
            return path.name.lower(), path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            member = _choose_member(path, archive.namelist())
            return member.lower(), archive.read(member)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (*UNREADABLE_ZIP, RuntimeError) as error:
        raise InputError(f"{path}: not a whole zip file; {_REMEDY}") from error


def _choose_member(path: Path, members: list[str]) -> str:
    """Prefer JSON to CSV (it carries languages and all places) and schema v2 to v1."""
    usable = [m for m in members if m.lower().endswith((".json", ".csv")) and not left_behind(m)]
    if not usable:
        raise InputError(f"{path}: no .json or .csv inside; {_REMEDY}")
    return max(usable, key=lambda m: (m.lower().endswith(".json"), "schema_v2" in m, m))


def _json_records(path: Path, content: bytes) -> Iterator[Callable[[], RegistryRecord]]:
    """Yield how to read each record: of a list, of an answer of the API, or one object a line."""
    text = whole_text(content, str(path))
    del content  # a hundred MB of a dump that nobody reads again
    records = _json(path, text)
    del text
    if isinstance(records, dict):
        records = records.get("items", [records] if "id" in records else None)
    if not isinstance(records, list):
        raise InputError(f"{path}: JSON must be a list of records; {_REMEDY}")
    records.reverse()
    while records:  # what has been read is let go, so that records and tables never stand together
        yield partial(read_json_record, records.pop())


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        with suppress(ValueError, RecursionError):
            if len(lines) > 1:
                return [json.loads(line) for line in lines]
        raise InputError(f"{path}: not valid JSON: {json_fault(error)}; {_REMEDY}") from error


def _csv_records(path: Path, content: bytes) -> Iterator[Callable[[], RegistryRecord]]:
    table = sound_table(parse(content, str(path)), path)
    missing = [c for c in ("id", "status") if c not in table.rows.columns]
    if missing and "country.country_code" not in table.rows.columns:
        raise InputError(
            f"{path}: row {table.heading_row} has no column {missing[0]}; expected those of a ROR"
            " dump"
        )
    for row in table.rows.iter_rows(named=True):
        yield partial(read_csv_row, row)


def _sound(
    records: Iterable[Callable[[], RegistryRecord]], faults: list[Fault]
) -> Iterator[RegistryRecord]:
    """Yield the records that can be used; others, and what had to be left out, become faults."""
    seen = set[str]()
    for number, read in enumerate(records, start=1):
        key: str | None = None
        try:
            record = read()
            key = record["id"] if isinstance(record["id"], str) else None
            good, changed = sound(record)
        except UnusableRecord as error:
            faults.append(Fault(number, key, f"{error}: the record is left out", "warning"))
            continue
        except (KeyError, TypeError, ValueError, AttributeError):
            why = "it is not laid out as one: the record is left out"
            faults.append(Fault(number, key, why, "warning"))
            continue
        if good["id"] in seen:
            faults.append(Fault(number, key, "stands here again: the first is kept", "dropped"))
            continue
        seen.add(good["id"])
        if changed:
            why = "holds values that are empty or of another kind: they are left out"
            faults.append(Fault(number, key, why, "dropped"))
        yield good


def _tables(records: Iterable[RegistryRecord], faults: list[Fault]) -> Registry:
    organisations: list[tuple[Any, ...]] = []
    names: list[tuple[Any, ...]] = []
    relations: list[tuple[str, str, str]] = []
    identifiers: list[tuple[str, str, str]] = []
    for record in records:
        key = record["id"]
        organisations.append(_organisation_row(record))
        names += [(key, *name) for name in record["names"]]
        relations += [(key, *relation) for relation in record["relations"]]
        identifiers += [(key, *identifier) for identifier in record["identifiers"]]
    related = pl.DataFrame(relations, schema=_RELATIONS, orient="row")
    base = pl.DataFrame(organisations, schema=_ORGANISATIONS, orient="row")
    return Registry(
        organisations=base.join(_successors(base, related), on="id", how="left"),
        names=pl.DataFrame(names, schema=_NAMES, orient="row"),
        relations=related,
        identifiers=pl.DataFrame(identifiers, schema=_IDENTIFIERS, orient="row"),
        faults=tuple(faults),
    )


def _organisation_row(record: RegistryRecord) -> tuple[Any, ...]:
    country, city, region, code = (record["places"] or [(None, None, None, None)])[0]
    display = next((n[0] for n in record["names"] if "ror_display" in n[2]), None)
    return (
        record["id"],
        display or (record["names"][0][0] if record["names"] else None),
        record["status"],
        record["established"],
        record["created"],
        record["types"],
        country,
        city,
        region,
        code,
        [place[1] for place in record["places"] if place[1]],
        record["domains"],
        record["websites"],
    )


def _successors(organisations: pl.DataFrame, relations: pl.DataFrame) -> pl.DataFrame:
    """Where each withdrawn or inactive record went in the end; splits (two heirs) lead nowhere."""
    status = dict(organisations.select("id", "status").iter_rows())
    heirs = (
        relations.filter(pl.col("type") == "successor")
        .group_by("id")
        .agg(pl.col("target").unique())
        .filter(pl.col("target").list.len() == 1)
    )
    step = {row[0]: row[1][0] for row in heirs.iter_rows() if status.get(row[0]) != "active"}
    rows = [(key, end(key, step)) for key in step]
    living = [(key, last) for key, last in rows if last and status.get(last) == "active"]
    schema = {"id": pl.String, "successor": pl.String}
    return pl.DataFrame(living, schema=schema, orient="row")
