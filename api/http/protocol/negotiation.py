"""Choosing a format by the Accept header (RFC 9110, 12.5.1) or by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from permed.api.http.protocol.http_errors import NotAcceptable
from permed.graph.store import Format

__all__ = ["TABLES", "choose", "preferences", "prefers_html"]

TABLES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


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
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Weight of a media type: the most specific range that covers it decides."""
    main = media.split("/")[0]
    for pattern in (media, f"{main}/*", "*/*"):
        for given, weight in ranges:
            if given == pattern:
                return weight
    return 0.0


def choose(accept: str | None, offered: Sequence[Format]) -> Format:
    """Return the best format; the first one offered where the client has no wish.

    NotAcceptable lists what is offered.
    """
    if not accept or accept.strip() == "*/*":
        return offered[0]
    return _best(accept, tuple(offered))


@lru_cache(maxsize=512)  # clients say the same again and again
def _best(accept: str, offered: tuple[Format, ...]) -> Format:
    ranges = preferences(accept)
    best, best_quality = offered[0], 0.0
    for found in offered:
        names = [found.media_type, *(a for a in found.aliases if "/" in a)]
        quality = max(_quality(name, ranges) for name in names)
        if quality > best_quality:
            best, best_quality = found, quality
    if best_quality == 0:
        listed = ", ".join(f.media_type for f in offered)
        raise NotAcceptable(f"none of the formats in Accept is sent here; these are: {listed}")
    return best


def prefers_html(accept: str | None) -> bool:
    """Whether a browser asks: HTML named, and not behind a data format."""
    ranges = preferences(accept or "")
    html = max((w for m, w in ranges if m in ("text/html", "application/xhtml+xml")), default=0.0)
    data = [w for m, w in ranges if "json" in m or "turtle" in m or "rdf" in m or "csv" in m]
    return html > 0 and html >= max(data, default=0.0)
