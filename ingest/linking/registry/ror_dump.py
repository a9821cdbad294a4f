"""Read an official dump of the Research Organization Registry (ROR) into record tables."""

from __future__ import annotations

import csv
import gc
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.chains import end
from permed.graph.errors import InputError
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
_PAGE = "https://ror.org/"
_REMEDY = "download the dump again from https://doi.org/10.5281/zenodo.6347574"


@dataclass(frozen=True)
class Registry:
    """The registry as four tables, keyed by the full ROR address (``https://ror.org/...``).

    ``organisations`` has one row a record (``city``, ``region`` may be null); ``successor`` is the
    living record that took over a withdrawn or inactive one, chains followed, else null.
    ``names``, ``relations`` and ``identifiers`` have one row a value.
    """

    organisations: pl.DataFrame
    names: pl.DataFrame
    relations: pl.DataFrame
    identifiers: pl.DataFrame


def read_registry(path: Path) -> Registry:
    """Read a ROR dump: the zip as published, or the JSON or CSV file inside it, schema v1 or v2.

    Raises InputError, naming the file and the record, where the zip is cut, the JSON or CSV is
    broken, or a record has neither layout.
    """
    name, content = _content(Path(path))
    read = _csv_records if name.endswith(".csv") else _json_records
    with _no_collection():
        try:
            tables = _tables(read(Path(path), content))
        except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
            what = " ".join(str(error).split())[:200]
            raise InputError(
                f"{path}: a record has values of another kind ({what}); {_REMEDY}"
            ) from error
    if tables.organisations.is_empty():
        raise InputError(f"{path}: holds no organisation; {_REMEDY}")
    twice = tables.organisations.filter(pl.col("id").is_duplicated())["id"]
    if len(twice):
        raise InputError(f"{path}: holds {twice[0]} more than once; {_REMEDY}")
    return tables


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of small live objects make the cycle collector take most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _content(path: Path) -> tuple[str, bytes]:
    try:
        if path.suffix.lower() != ".zip":
            return path.name.lower(), path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            member = _choose_member(path, archive.namelist())
            return member.lower(), archive.read(member)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise InputError(f"{path}: not a whole zip file ({error}); {_REMEDY}") from error


def _choose_member(path: Path, members: list[str]) -> str:
    """Prefer JSON to CSV (it carries languages and all places) and schema v2 to v1."""
    usable = [m for m in members if m.lower().endswith((".json", ".csv")) and "__MACOSX" not in m]
    if not usable:
        raise InputError(f"{path}: no .json or .csv inside; {_REMEDY}")
    return max(usable, key=lambda m: (m.lower().endswith(".json"), "schema_v2" in m, m))


def _json_records(path: Path, content: bytes) -> Iterator[RegistryRecord]:
    try:
        records: Any = json.loads(content)
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON ({error}); {_REMEDY}") from error
    if not isinstance(records, list):
        raise InputError(f"{path}: JSON must be a list of records; {_REMEDY}")
    for number, record in enumerate(records, start=1):
        try:
            yield _sound(read_json_record(record))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{path}: record {number} is no ROR record ({error!r}); {_REMEDY}"
            ) from error


def _csv_records(path: Path, content: bytes) -> Iterator[RegistryRecord]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error}); {_REMEDY}") from error
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            yield _sound(read_csv_row(row))
        except (KeyError, AttributeError) as error:
            raise InputError(
                f"{path}: row {number} has no column {error}; expected the columns of a ROR dump"
            ) from error
        except ValueError as error:
            raise InputError(f"{path}: row {number}: {error}; {_REMEDY}") from error


def _sound(record: RegistryRecord) -> RegistryRecord:
    """Return a record with the texts that everything else counts on; else ValueError."""
    ids = (record["id"], *(target for _, target in record["relations"]))
    if not all(isinstance(key, str) and key.startswith(_PAGE) for key in ids):
        raise ValueError(f"an id is no address that begins with {_PAGE}")
    texts = (record["status"], *(name[0] for name in record["names"]))
    values = (value for _, value in record["identifiers"])
    if len(texts) == 1 or not all(isinstance(text, str) and text for text in (*texts, *values)):
        raise ValueError("the name, status or an identifier is empty or no text")
    return record


def _tables(records: Iterable[RegistryRecord]) -> Registry:
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
    )


def _organisation_row(record: RegistryRecord) -> tuple[Any, ...]:
    country, city, region, code = (record["places"] or [(None, None, None, None)])[0]
    display = next((n[0] for n in record["names"] if "ror_display" in n[2]), None)
    return (
        record["id"],
        display or (record["names"][0][0] if record["names"] else None),
        record["status"],
        record["established"],
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
