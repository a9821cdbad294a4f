"""Choosing a format by the Accept header (RFC 9110, 12.5.1) or by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol, TypeVar, cast

from permed.api.http.protocol.http_errors import NotAcceptable
from permed.graph.errors import InputError

__all__ = [
    "TABLES",
    "Offered",
    "choose",
    "choose_named",
    "names_html",
    "preferences",
    "prefers_html",
]

TABLES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Offered(Protocol):
    """A format that may be chosen: its short name, media type, and other names."""

    @property
    def name(self) -> str:
        """Short name, also the ending of files."""

    @property
    def media_type(self) -> str:
        """Media type without parameters."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other media types and names."""


T = TypeVar("T", bound=Offered)
_HTML: Final = ("text/html", "application/xhtml+xml")
_WEIGHT: Final = re.compile(r"0(\.\d*)?|1(\.0*)?|\.\d+")


def preferences(accept: str) -> list[tuple[str, float]]:
    """Return the media ranges of an Accept header with their weights, in the given order."""
    ranges = []
    for part in accept.split(","):
        media, *parameters = (p.strip() for p in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                weight = _weight(value)
        if media:
            ranges.append((media.lower(), weight))
    return ranges


def _weight(text: str) -> float:
    """Read a weight (RFC 9110, 12.4.2); one that is none refuses."""
    return float(text) if _WEIGHT.fullmatch(text.strip()) else 0.0


def _quality(wanted: Offered, ranges: Sequence[tuple[str, float]]) -> float:
    """Weight of a format: the most specific range that covers what would be sent decides.

    An alias counts only where it is named: `text/*` does not ask for what is sent as
    `application/sparql-results+xml`, although `text/xml` does.
    """
    named = dict(reversed(ranges))  # what stands first counts
    aliases = [a for a in wanted.aliases if a in named]
    if wanted.media_type in named:
        return named[wanted.media_type]
    if aliases:
        return max(named[a] for a in aliases)
    main = wanted.media_type.partition("/")[0]
    return named.get(f"{main}/*", named.get("*/*", 0.0))


def choose(accept: str | None, offered: Sequence[T]) -> T:
    """Return the best format; the first one offered where the client has no wish.

    NotAcceptable lists what is offered.
    """
    if not accept or accept.strip() == "*/*":
        return offered[0]
    return cast(T, _best(accept, tuple(offered)))


@lru_cache(maxsize=512)  # clients say the same again and again
def _best(accept: str, offered: tuple[Offered, ...]) -> Offered:
    ranges = preferences(accept)
    if not ranges:  # a header without a range wishes nothing
        return offered[0]
    best, best_quality = offered[0], 0.0
    for found in offered:
        quality = _quality(found, ranges)
        if quality > best_quality:
            best, best_quality = found, quality
    if best_quality == 0:
        listed = ", ".join(f.media_type for f in offered)
        raise NotAcceptable(f"none of the formats in Accept is sent here; these are: {listed}")
    return best


def choose_named(wishes: Sequence[str], accept: str | None, offered: Sequence[T]) -> T:
    """Return the format that parameters name, as lists of short names or media types.

    Clients send values of their own making beside Accept, so that Accept decides where none of
    them fits; InputError where it wishes nothing either.
    """
    for part in ",".join(wishes).split(","):
        name = part.partition(";")[0].strip().lower().replace(" ", "+")  # an unescaped plus
        for found in offered:
            if name in (found.name, found.media_type, *found.aliases):
                return found
    if any(wishes) and (accept or "*/*").strip() == "*/*":
        given, listed = ", ".join(wishes)[:200], ", ".join(f.name for f in offered)
        raise InputError(f"format {given} is not known here; use one of {listed}")
    return choose(accept, offered)


def names_html(name: str) -> bool:
    """Whether a name of a format, as it stands in an address, is that of a page."""
    return name.partition(";")[0].strip().lower() in ("html", "xhtml", *_HTML)


def prefers_html(accept: str | None) -> bool:
    """Whether a browser asks: HTML named, and not behind a data format."""
    ranges = preferences(accept or "")
    html = max((w for m, w in ranges if m in _HTML), default=0.0)
    others = ("*", "image/")  # what browsers take beside pages
    data = [w for m, w in ranges if m not in _HTML and not any(o in m for o in others)]
    return html > 0 and html >= max(data, default=0.0)
