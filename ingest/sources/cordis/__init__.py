"""CORDIS: projects, participants, money and results of FP7, Horizon 2020 and Horizon Europe.

`dump` sets the order of the steps; every other module holds one of them. What the tables and their
oddities are stands in `source.yml`; docs/sources/cordis.md tells it to people.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from permed.graph.errors import InputError
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.cordis.dump import build, open_dump

__all__ = ["SAMPLE", "inputs", "read"]

SAMPLE = Path(__file__).parent / "sample" / "cordis-pm-sample.zip"
_OPTIONS = ("abstracts", "dump_date", "scope")


def inputs(request: SourceRequest) -> list[Path]:
    """Files whose bytes decide the outcome: those asked for, else the packaged sample."""
    found: list[Path] = []
    for path in request.files or (SAMPLE,):
        found += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return found


def read(request: SourceRequest) -> SourceData:
    """Read zips, folders or single files of CORDIS (csv, tsv, xlsx) into record tables.

    Options: `scope` (`pm`, default: projects core or related to personalised medicine; `all`),
    `abstracts` (true, the default, or false) and `dump_date` (YYYY-MM-DD; default: the
    newest update in the dump). Without files the packaged sample is read. Raises InputError for
    unknown options, unusable files, or when there is no project table.
    """
    unknown = sorted(set(request.options) - set(_OPTIONS))
    if unknown:
        raise InputError(f"cordis: unknown option '{unknown[0]}'; use {' or '.join(_OPTIONS)}")
    abstracts = request.options.get("abstracts", True)
    if not isinstance(abstracts, bool):
        raise InputError("cordis: option 'abstracts' must be true or false")
    dump = open_dump(request.files or (SAMPLE,), request.progress, _day(request))
    return build(dump, str(request.options.get("scope", "pm")), abstracts)


def _day(request: SourceRequest) -> str | None:
    day = request.options.get("dump_date")
    try:
        return None if day is None else date.fromisoformat(str(day)).isoformat()
    except ValueError as error:
        raise InputError(f"cordis: option 'dump_date' is {day!r}; write YYYY-MM-DD") from error
