"""Wikidata: items of organisations that the graph holds, found by their registry identifiers.

Asks a SPARQL endpoint that the configuration names, a few hundred identifiers at a time, and keeps
every answer on disk. docs/sources/registries.md tells more.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from permed.graph.errors import InputError
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.wikidata.endpoint import TIMEOUT, Endpoint
from permed.ingest.sources.wikidata.items import read_items

__all__ = ["inputs", "read"]

_OPTIONS = ("as_of", "attempts", "cache", "contact", "endpoint", "pause", "timeout")


def inputs(request: SourceRequest) -> list[Path]:
    """There are no files: the wanted identifiers, the endpoint and `as_of` decide the outcome."""
    if request.files:
        raise InputError('wikidata: takes no files; write endpoint = "https://..." instead')
    return []


def read(request: SourceRequest) -> SourceData:
    """Ask the endpoint for items, names, websites, parents and successors into record tables.

    Options: `endpoint` (required), `as_of` (YYYY-MM-DD; a new day asks anew), `cache` (folder),
    `contact` (address of whoever asks, for the user agent), `pause` (seconds between queries),
    `attempts` and `timeout` (seconds for one answer). Raises InputError for unknown options or an
    endpoint that answers no SPARQL, and BusyError where it refuses for now.
    """
    unknown = sorted(set(request.options) - set(_OPTIONS))
    if unknown:
        raise InputError(f"wikidata: unknown option '{unknown[0]}'; use {', '.join(_OPTIONS)}")
    options = request.options
    address = str(options.get("endpoint", ""))
    if not address.startswith(("http://", "https://")):
        raise InputError(
            'wikidata: write endpoint = "https://query.wikidata.org/sparql" under'
            " [sources.wikidata] of permed.toml"
        )
    day = _day(options.get("as_of"))
    endpoint = Endpoint(
        address,
        Path(str(options.get("cache", _cache()))) / (day or "undated"),
        contact=str(options.get("contact", "")),
        pause=_number(options.get("pause", 1.0), "pause"),
        attempts=int(_number(options.get("attempts", 6), "attempts")),
        timeout=max(int(_number(options.get("timeout", TIMEOUT), "timeout")), 1),
    )
    return read_items(endpoint, request.wanted, request.progress, day)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "permed" / "wikidata"


def _day(told: object) -> str | None:
    try:
        return None if told is None else date.fromisoformat(str(told)).isoformat()
    except ValueError as error:
        raise InputError(f"wikidata: option 'as_of' is {told!r}; write YYYY-MM-DD") from error


def _number(told: object, name: str) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or told < 0:
        raise InputError(f"wikidata: option '{name}' is {told!r}; write a number, 0 or more")
    return float(told)
