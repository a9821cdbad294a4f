"""OpenAIRE: organisations, projects and products of the Graph or of a CRIS, as far as needed.

The input is read once a stage (`files.STAGES`), each time as a stream; files whose names tell what
they hold are read in one stage only. docs/sources/registries.md tells more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from permed.graph.errors import InputError
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.openaire.files import STAGES, is_read, list_files
from permed.ingest.sources.openaire.needed import Needed
from permed.ingest.sources.openaire.sieve import Part, sift
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

    Option: `dump_date` (YYYY-MM-DD), the day of the dump. Files are read by the workers of the
    request, each on its own, and what is needed of them is taken in the order of the files. A line
    that is no record becomes an issue; raises InputError for cut or other files, and where no
    record can be read at all.
    """
    unknown = sorted(set(request.options) - {"dump_date"})
    if unknown:
        raise InputError(f"openaire: unknown option '{unknown[0]}'; use dump_date")
    rows, day = Rows("openaire"), _day(request)
    needed = Needed(request.wanted, rows)
    paths = inputs(request)
    for stage in STAGES:
        read = [path for path in paths if is_read(path, stage)]
        tasks = [Part(path, stage, day, request.origins.get(path)) for path in read]
        found = request.workers.each(sift, tasks, needed.sieve())
        for task in tasks:
            request.progress(f"{stage}: read {task.path.name}")
            needed.take(next(found))
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


def _day(request: SourceRequest) -> str | None:
    day = request.options.get("dump_date")
    try:
        return None if day is None else date.fromisoformat(str(day)).isoformat()
    except ValueError as error:
        raise InputError(f"openaire: option 'dump_date' is {day!r}; write YYYY-MM-DD") from error
