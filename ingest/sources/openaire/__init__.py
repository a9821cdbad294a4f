"""OpenAIRE: organisations, projects and products of the Graph or of a CRIS, as far as needed.

The input is read once a stage (`files.STAGES`), each time as a stream; files whose names tell what
they hold are read in one stage only. docs/sources/registries.md tells more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.tables.issues import Severity
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.openaire.cerif import read_cerif
from permed.ingest.sources.openaire.dump import read_dump
from permed.ingest.sources.openaire.files import (
    STAGES,
    Stream,
    list_files,
    stages_of,
    streams,
    told,
)
from permed.ingest.sources.openaire.model import Product, Record, Relation, Where
from permed.ingest.sources.openaire.needed import Needed
from permed.ingest.sources.ror.rows import Rows

__all__ = ["inputs", "read"]


def inputs(request: SourceRequest) -> list[Path]:
    """Return the files, and the files of the folders, that the configuration names."""
    if not request.files:
        raise InputError(
            'openaire: no file; write files = ["organization.tar", "project.tar"] under'
            " [sources.openaire] of permed.toml"
        )
    return list_files(request.files)


def read(request: SourceRequest) -> SourceData:
    """Read dumps of the Graph (JSON lines) and CERIF (XML) into record tables.

    Option: `dump_date` (YYYY-MM-DD), the day of the dump. A line that is no record becomes an
    issue; raises InputError for cut or other files, and where no record can be read at all.
    """
    unknown = sorted(set(request.options) - {"dump_date"})
    if unknown:
        raise InputError(f"openaire: unknown option '{unknown[0]}'; use dump_date")
    rows, day = Rows("openaire"), _day(request)
    needed = Needed(request.wanted, rows)
    paths = inputs(request)
    for stage in STAGES:
        for path in paths:
            request.progress(f"{stage}: read {path.name}")
            for stream in streams(path, stage):
                with told(stream.name):
                    for record, where in _records(stream, stage, rows, day):
                        if _stage_of(record) == stage:
                            needed.take(record, where)
    data = needed.data()
    if needed.read == 0 and not data.issues.is_empty():
        raise InputError(f"{data.issues['reason'][0]}; no record of the input can be read")
    if needed.read == 0:
        raise InputError(
            f"{paths[0]}: holds no organisation, project, relation or product; look at `files` in"
            " permed.toml"
        )
    broken = data.issues.filter(table="records", severity="rejected").height
    return replace(data, read=needed.read + broken)


def _records(
    stream: Stream, stage: str, rows: Rows, day: str | None
) -> Iterator[tuple[Record, Where]]:
    """Read a stream; what is wrong with it is told in the first stage that reads it."""
    tell = stages_of(stream.name)[0] == stage

    def complain(row: int | None, reason: str, value: str) -> None:
        if tell:
            severity: Severity = "warning" if row is None else "rejected"
            why = f"{stream.name}: {reason}"
            rows.issue(why, severity, table="records", row=row, value=value)

    return read_cerif(stream, complain) if stream.xml else read_dump(stream, complain, day)


def _stage_of(record: Record) -> str:
    if isinstance(record, Relation):
        return "links"
    return "products" if isinstance(record, Product) else "things"


def _day(request: SourceRequest) -> str | None:
    day = request.options.get("dump_date")
    try:
        return None if day is None else date.fromisoformat(str(day)).isoformat()
    except ValueError as error:
        raise InputError(f"openaire: option 'dump_date' is {day!r}; write YYYY-MM-DD") from error
