"""ROR: names, places, relations and identifiers of the organisations that the graph holds.

A record enters the graph if a source read before holds one of its identifiers, or if it is asked
for, or if it is above such a record or came after it. Without a dump the packaged sample gives the
names of the organisations of the packaged data. docs/sources/registries.md tells more.
"""

from __future__ import annotations

import re
from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.identifiers import normalise
from permed.ingest.linking.registry.ror_dump import read_registry
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.ror.packaged_names import DAY, SAMPLE, packaged_registry
from permed.ingest.sources.ror.records import RorRecords
from permed.ingest.sources.ror.rows import listed

__all__ = ["inputs", "read"]

_OPTIONS = ("dump_date", "ids")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def inputs(request: SourceRequest) -> list[Path]:
    """Return the one dump that the configuration names, else the packaged sample."""
    return [_dump(request)] if request.files else [SAMPLE]


def read(request: SourceRequest) -> SourceData:
    """Read the needed records of a dump (zip, JSON or CSV; schema v1 or v2) into record tables.

    Options: `ids` (further ROR ids to take in) and `dump_date` (YYYY-MM-DD; default: the date in
    the file name). Raises InputError for a file that is no whole dump, unknown options, or when
    nothing is wanted.
    """
    unknown = sorted(set(request.options) - set(_OPTIONS))
    if unknown:
        raise InputError(f"ror: unknown option '{unknown[0]}'; use {' or '.join(_OPTIONS)}")
    asked = [_asked(str(text)) for text in listed("ror", request.options, "ids")]
    if not request.files and not request.options:
        return _packaged(request)
    path = _dump(request)
    request.progress(f"read {path.name}")
    records = RorRecords(read_registry(path))
    needed = records.needed(request.wanted, asked)
    if not needed:
        raise InputError(
            f"{path}: no organisation of the sources before has an identifier of this registry;"
            " put `ror` after them in permed.toml, or name ids in its option `ids`"
        )
    request.progress(f"{len(needed)} of {records.height} records are needed")
    missing = records.missing([*asked, *request.wanted.get("ror", ())])
    return records.tables(needed, missing, _day(request, path))


def _packaged(request: SourceRequest) -> SourceData:
    records = RorRecords(packaged_registry())
    return records.tables(records.needed(request.wanted, ()), (), DAY)


def _dump(request: SourceRequest) -> Path:
    if len(request.files) != 1:
        raise InputError(
            f"ror: needs one dump, {len(request.files)} given;"
            ' write files = ["v1.63-2025-04-03-ror-data.zip"] under [sources.ror] of permed.toml'
        )
    return request.files[0]


def _asked(text: str) -> str:
    value = normalise("ror", text)
    if value is None:
        raise InputError(f"ror: option 'ids': '{text}' is no ROR id; write such as 04bwf3e34")
    return value


def _day(request: SourceRequest, path: Path) -> str | None:
    told = request.options.get("dump_date")
    if told is not None and not _DAY.fullmatch(str(told)):
        raise InputError(f"ror: option 'dump_date' is {told!r}; write YYYY-MM-DD")
    found = _DAY.search(path.name)
    return str(told) if told is not None else (found.group() if found else None)
