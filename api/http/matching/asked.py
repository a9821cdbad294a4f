"""What is asked of `/match`: one row in the address, or many as JSON or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.tables.delimited import parse, sound

__all__ = ["MatchRequest", "of_csv", "of_json", "of_parameters"]

_COLUMNS: Final = ("name", "country", "city", "short_name")
_MOST_CANDIDATES: Final = 10
_OPTIONS: Final = ("against", "candidates")
_AGAINST: Final = ("graph", "ror")
_JSON: Final = ("names", "affiliations", *_OPTIONS)


@dataclass(frozen=True)
class MatchRequest:
    """Rows of names (name, country, city, short name) or of strings, and what to match to."""

    kind: str
    rows: tuple[tuple[str | None, ...], ...]
    against: str = "graph"
    candidates: int = 0


def of_parameters(given: Mapping[str, str]) -> MatchRequest:
    """Read the parameters of an address; InputError says what is missing or too much."""
    if ("name" in given) == ("affiliation" in given):
        raise InputError("give either name (with country and city) or affiliation")
    if "affiliation" in given:
        if beside := [c for c in _COLUMNS[1:] if c in given]:
            raise InputError(f"{beside[0]} goes with name; an affiliation holds its own place")
        return _request("affiliations", [(given["affiliation"],)], given)
    return _request("names", [tuple(given.get(c) for c in _COLUMNS)], given)


def of_json(body: bytes) -> MatchRequest:
    """Read an object with the list `names` (texts, or objects) or the list `affiliations`."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InputError("the body is no JSON") from None
    if not isinstance(told, dict):
        raise InputError("the body is an object with the list `names` or `affiliations`")
    if strange := [key for key in told if key not in _JSON]:
        raise InputError(unknown("key", strange[0], _JSON))
    if ("names" in told) == ("affiliations" in told):
        raise InputError("give either the list `names` or the list `affiliations`")
    kind = "names" if "names" in told else "affiliations"
    if not isinstance(told[kind], list):
        raise InputError(f"`{kind}` is a list")
    read = _name if kind == "names" else _affiliation
    return _request(kind, [read(at, row) for at, row in enumerate(told[kind], 1)], told)


def of_csv(body: bytes, given: Mapping[str, str]) -> MatchRequest:
    """Read a table with the column name (country, city, short_name) or affiliation."""
    frame = sound(parse(body, "the body", keep_blank=True), Path("the body")).rows
    if ("name" in frame.columns) == ("affiliation" in frame.columns):
        found = ", ".join(frame.columns)[:300]
        raise InputError(f"the table needs the column name or affiliation; it has {found}")
    if "affiliation" in frame.columns:
        return _request("affiliations", frame.select("affiliation").rows(), given)
    columns = [
        frame[c].to_list() if c in frame.columns else [None] * frame.height for c in _COLUMNS
    ]
    return _request("names", list(zip(*columns, strict=True)), given)


def _name(at: int, row: object) -> tuple[str | None, ...]:
    if isinstance(row, str):
        return row, None, None, None
    if not isinstance(row, dict):
        raise InputError(f"name {at} is no text and no object with name, country, city")
    if strange := [key for key in row if key not in _COLUMNS]:
        raise InputError(f"name {at}: {unknown('key', str(strange[0]), _COLUMNS)}")
    values = [row.get(c) for c in _COLUMNS]
    if any(v is not None and not isinstance(v, str) for v in values):
        raise InputError(f"name {at}: name, country, city and short_name are texts")
    return tuple(values)


def _affiliation(at: int, row: object) -> tuple[str]:
    if not isinstance(row, str):
        raise InputError(f"affiliation {at} is no text")
    return (row,)


def _request(
    kind: str, rows: Sequence[tuple[str | None, ...]], options: Mapping[str, Any]
) -> MatchRequest:
    against = options.get("against", "graph")
    if against not in _AGAINST:
        raise InputError(unknown("value of against", str(against)[:100], _AGAINST))
    return MatchRequest(kind, tuple(rows), against, _count(options.get("candidates", 0)))


def _count(given: object) -> int:
    text = str(given)
    if isinstance(given, bool) or not text.isascii() or not text.isdigit():
        raise InputError("candidates is a whole number")
    if len(text) > 4 or int(text) > _MOST_CANDIDATES:
        raise InputError(f"candidates is at most {_MOST_CANDIDATES}")
    return int(text)
