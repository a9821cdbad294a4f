"""Tell of a file what it is, how it is written, which command reads it and what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from permed.graph.archives import Member, members
from permed.graph.encoding import decode, whole_text
from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.files.columns import column
from permed.graph.rdf_text import read_rdf
from permed.graph.tables.delimited import Parsed, parse
from permed.ingest.inspection.columns import ColumnContent, column_contents
from permed.ingest.inspection.doubtful_rows import doubtful_rows
from permed.ingest.linking.judgements import Nodes, sssom
from permed.ingest.sources.cordis.layout import recognise as cordis_layout

__all__ = ["FileContent", "look"]

_QUERIES = (".rq", ".sparql")
_JSON = (".json", ".jsonl", ".ndjson")
_SHOWN = 5  # rows that cannot be read, at most


@dataclass(frozen=True)
class FileContent:
    """What a file is: kind, how it is written, its rows and columns, who reads it, what is wrong.

    `rows` counts rows of a table, triples of RDF, records of JSON; None where nothing is counted.
    `delimiter` is None for what is no delimited text.
    """

    name: str
    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    heading_row: int | None = None
    rows: int | None = None
    columns: list[ColumnContent] = field(default_factory=list)
    read_by: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look(path: Path) -> list[FileContent]:
    """Look at a file, or at all files of a folder or zip archive.

    NotFoundError where there is none; a file that cannot be read has its reason as a problem.
    """
    if not path.exists():
        raise NotFoundError(f"{path}: no such file; check the path")
    return [_seen(member, path) for member in members([path])]


def _seen(member: Member, path: Path) -> FileContent:
    try:
        return _known(member, path)
    except InputError as error:
        reason = str(error).removeprefix(f"{member.name}: ")
        return FileContent(member.name, "cannot be read", problems=[reason])


def _known(member: Member, path: Path) -> FileContent:
    data, name = member.load(), member.name
    form = ox.RdfFormat.from_extension(member.suffix.lstrip(".")) if member.suffix else None
    if member.suffix in _QUERIES:
        decoded = decode(data, name)
        whole_text(data, name)
        return FileContent(name, "SPARQL query", decoded.encoding, read_by=[f"permed query {path}"])
    if member.suffix in _JSON:
        return _json(data, name, path)
    if form is not None and member.suffix != ".xml":
        return _rdf(data, name, path, form)
    if member.suffix == ".xml" or data.lstrip()[:5] == b"<?xml":
        return _xml(data, name)
    return _table(data, name, path)


def _rdf(data: bytes, name: str, path: Path, form: ox.RdfFormat) -> FileContent:
    encoding = decode(data, name).encoding
    triples = sum(1 for _ in read_rdf(whole_text(data, name).encode(), form))
    return FileContent(
        name, f"RDF, {form.name}", encoding, rows=triples, read_by=[f"permed check {path}"]
    )


def _json(data: bytes, name: str, path: Path) -> FileContent:
    text = whole_text(data, name)
    try:
        found = json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            found = [json.loads(line) for line in lines]
        except ValueError as error:
            raise InputError(f"{name}: is no whole JSON; download or export it again") from error
    found = found.get("items", found) if isinstance(found, dict) else found
    records = found if isinstance(found, list) else [found]
    first = records[0] if records and isinstance(records[0], dict) else {}
    kind, read_by = _json_kind(first, path)
    problems = [] if read_by else ["no source takes a JSON of this layout"]
    return FileContent(name, kind, decode(data, name).encoding, rows=len(records),
                       read_by=read_by, problems=problems)  # fmt: skip


def _json_kind(first: dict[str, object], path: Path) -> tuple[str, list[str]]:
    if str(first.get("id", "")).startswith("https://ror.org/"):
        return "ROR records", [
            _source("ror", path),
            f"permed match FILE --name COLUMN --ror {path}",
        ]
    if "orcid-identifier" in first:
        return "ORCID record", [_source("orcid", path)]
    low = {key.lower() for key in first}
    if "legalname" in low or "reltype" in low or {"maintitle", "id"} <= low:
        return "OpenAIRE Graph records", [_source("openaire", path)]
    if first and all(str(value).startswith("https://ror.org/") for value in first.values()):
        return "mapping of funders to ROR", [_source("crossref_funders", path)]
    return "JSON", []


def _xml(data: bytes, name: str) -> FileContent:
    text = whole_text(data, name)
    for mark, kind, source in (
        ("orcid.org/ns/record", "ORCID record", "orcid"),
        ("openaire.eu/cerif-profile", "OpenAIRE CERIF records", "openaire"),
        ("fundref", "Crossref Funder Registry", "crossref_funders"),
    ):
        if mark in text[:20_000]:
            return FileContent(name, kind, decode(data, name).encoding,
                               read_by=[_source(source, Path(name))])  # fmt: skip
    why = "no source takes an XML of this layout; CORDIS is read from its CSV files"
    return FileContent(name, "XML", decode(data, name).encoding, problems=[why])


def _source(name: str, path: Path) -> str:
    return f'[sources.{name}] files = ["{path}"] in permed.toml, then permed build'


def _table(data: bytes, name: str, path: Path) -> FileContent:
    table = parse(data, name)
    contents = column_contents(table)
    kind, read_by = _table_kind(table, contents, path)
    problems = [*table.warnings, *(fault for c in contents for fault in c.faults)]
    problems += [f"row {table.heading_row + r.row} {r.reason}" for r in table.rejects[:_SHOWN]]
    if len(table.rejects) > _SHOWN:
        problems.append(f"{len(table.rejects)} rows in all cannot be read")
    problems += doubtful_rows(table)
    problems += [f"the column {c.name} is empty" for c in contents if not c.filled]
    if kind == "SSSOM mapping set":
        problems += _mapping_faults(data, name)
    return FileContent(
        name,
        f"{kind} (workbook)" if table.encoding is None else kind,
        table.encoding,
        table.delimiter,
        table.heading_row,
        table.read,
        contents,
        read_by,
        problems,
    )


def _mapping_faults(data: bytes, name: str) -> list[str]:
    try:
        sssom.parse(whole_text(data, name), name, Nodes())
    except InputError as error:
        return [str(error).removeprefix(f"{name}: ")]
    return []


def _table_kind(table: Parsed, contents: list[ColumnContent], path: Path) -> tuple[str, list[str]]:
    """What a table is, by its columns: the first that fits, the most telling ones first."""
    names = table.rows.columns
    if {"subject_id", "predicate_id", "object_id"} <= set(names):
        return "SSSOM mapping set", [f"permed link import {path}"]
    layout = cordis_layout(names)
    if layout is not None:
        return f"CORDIS table {layout.name}", [_source("cordis", path)]
    if {"uri", "primary_name_display"} <= set(names):
        return "names of Crossref funders", [_source("crossref_funders", path)]
    if {"names.types.ror_display", "id"} <= set(names):
        return "ROR records", [_source("ror", path)]
    return _lists(names, contents, path)


def _lists(names: list[str], contents: list[ColumnContent], path: Path) -> tuple[str, list[str]]:
    read_by = []
    agent, activity = column(names, "agent"), column(names, "activity")
    if column(names, "source") and column(names, "target"):
        return "edge list", [f"permed network summary --edges {path}"]
    if agent and activity and agent != activity:
        read_by.append(f"permed network summary --members {path}")
    name = column(names, "agent label")
    texts = [c.name for c in contents if c.holds in ("text", "long text")]
    if name in texts or (len(names) == 1 and texts):
        country = column(names, "country")
        also = f" --country {country!r}" if country else ""
        read_by.append(f"permed match {path} --name {(name or texts[0])!r}{also} --ror DUMP.zip")
    kind = "membership list" if agent and activity and agent != activity else "table"
    return kind, read_by
