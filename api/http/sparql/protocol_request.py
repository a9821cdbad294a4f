"""Reading a request of the SPARQL 1.1 Protocol (sections 2.1, 2.2): parameters, forms, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from permed.api.http.protocol.http_errors import MethodNotAllowed, UnsupportedMedia
from permed.api.http.protocol.parameters import refuse_misspelt
from permed.graph.errors import InputError
from permed.graph.store import Dataset

__all__ = ["DIRECT", "FORM", "ProtocolRequest", "read_request", "updates_refused"]

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_FORMATS: Final = ("format", "output", "results")  # different clients send different ones
_KNOWN: Final = ("query", "default-graph-uri", "named-graph-uri", "timeout", "release", *_FORMATS)
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
_MOST_FIELDS: Final = 200


@dataclass(frozen=True)
class ProtocolRequest:
    """One protocol request, read: the query, its dataset, the format and time asked for."""

    query: str | None
    dataset: Dataset | None
    formats: tuple[str, ...]
    seconds: float | None
    release: str | None = None  # named in the form; in the address it is seen before


async def read_request(request: Request) -> ProtocolRequest:
    """Return what a GET or a POST asks; only a GET may go without a query."""
    if request.method == "POST":
        return await _read_post(request)
    return _read_parameters(_pairs(request.scope["query_string"]))


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """Decode a form once, strictly as UTF-8; InputError where it is not."""
    if not text:
        return []
    try:
        if text.count(b"&") >= _MOST_FIELDS:
            raise InputError(f"more than {_MOST_FIELDS} parameters in one request")
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise InputError("the parameters are not UTF-8; encode them as UTF-8") from None


def _read_parameters(pairs: Iterable[tuple[str, str]]) -> ProtocolRequest:
    """Read protocol parameters; InputError for several queries, MethodNotAllowed for an update."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise updates_refused()
    refuse_misspelt(values, _KNOWN)
    queries = values.get("query", [])
    if len(queries) > 1:
        raise InputError("several queries in one request; send one")
    default, named = _graphs(values, "default-graph-uri"), _graphs(values, "named-graph-uri")
    return ProtocolRequest(
        # editors of Windows put a byte order mark before a text
        query=queries[0].removeprefix("\ufeff") if queries else None,
        dataset=Dataset(default, named) if default or named else None,
        formats=tuple(v for name in _FORMATS for v in values.get(name, ()) if v),
        seconds=_seconds(_last(values, "timeout")),
        release=(_last(values, "release") or "").replace("current", "") or None,
    )


def _graphs(values: dict[str, list[str]], name: str) -> tuple[str, ...]:
    """Addresses of graphs; forms send the parameter empty where none is chosen."""
    given = tuple(value.strip() for value in values.get(name, ()) if value.strip())
    for value in given:
        if not _ADDRESS.fullmatch(value):
            raise InputError(f"{name}={value[:200]}: not a whole address, such as http://...")
    return given


def _last(values: dict[str, list[str]], name: str) -> str | None:
    return values[name][-1] if name in values else None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise InputError(f"timeout={text!r} is not a number of seconds")
    return seconds or None  # 0 is how forms of other servers say: as long as you let me


def updates_refused() -> MethodNotAllowed:
    """Return the refusal of an update, with the way that data do come in."""
    return MethodNotAllowed(
        "this endpoint answers queries only; contribute data through /graphs with a token"
    )


async def _read_post(request: Request) -> ProtocolRequest:
    """Read a POST by its media type; UnsupportedMedia names the types that are read."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    media = media.strip().lower()
    if media == _UPDATE:
        raise updates_refused()
    if media not in (FORM, DIRECT):
        raise UnsupportedMedia(f"content type {media or 'missing'}; send {FORM} or {DIRECT}")
    charset = parameters.lower().partition("charset=")[2].strip(' "') or "utf-8"
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMedia(f"charset {charset}; send UTF-8")
    body = await request.body()
    in_address = _pairs(request.scope["query_string"])
    if media == FORM:
        return _read_parameters([*in_address, *_pairs(body)])
    try:
        return _read_parameters([*in_address, ("query", body.decode("utf-8"))])
    except UnicodeDecodeError:
        raise InputError("the query is not UTF-8; encode it as UTF-8") from None
