"""Answers on their way out: entity tags, a cache of whole answers, and the headers of limits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from permed.graph.store import Answer

__all__ = [
    "AnswerCache",
    "answer_response",
    "is_steady",
    "matches",
    "not_modified",
    "release_headers",
    "tag_of",
]

_UNSTEADY: Final = re.compile(r"\b(now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)
_SHARE: Final = 8  # one answer may take this part of the cache at most


class AnswerCache:
    """The answers sent last, up to a number of bytes; forgotten with the release."""

    def __init__(self, capacity: int) -> None:
        self._most = capacity // _SHARE
        self._held: LRUCache[str, Answer] = LRUCache(capacity, getsizeof=lambda a: len(a.body))
        self.hits = 0

    def get(self, tag: str) -> Answer | None:
        """Return the answer with that tag, and keep it longer."""
        found = self._held.get(tag)
        self.hits += found is not None
        return found

    def put(self, tag: str, answer: Answer) -> None:
        """Keep an answer, dropping the ones used longest ago."""
        if tag not in self._held and len(answer.body) <= self._most:
            self._held[tag] = answer


def tag_of(*parts: object) -> str:
    """Return an entity tag for an answer that depends on the parts only."""
    text = "\x1f".join(str(part) for part in parts)
    return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


def is_steady(sparql: str) -> bool:
    """Whether a query gives the same answer each time: no clock, no dice, no new names."""
    return not _UNSTEADY.search(sparql)


def matches(known: str, tag: str) -> bool:
    """Whether an If-None-Match header names the tag (RFC 9110, 13.1.2)."""
    tags = {part.strip().removeprefix("W/") for part in known.split(",")}
    return tag.removeprefix("W/") in tags or "*" in tags


def not_modified(request: Request, tag: str) -> Response | None:
    """Return 304 where the client has this answer already, before it is made."""
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
    return None


def release_headers(release: str, tag: str) -> dict[str, str]:
    """Return the headers of an answer that holds as long as its release."""
    return {"ETag": tag, "Vary": "Accept", "X-Permed-Release": release}


def answer_response(
    answer: Answer, release: str, tag: str | None, more: Mapping[str, str] | None = None
) -> Response:
    """Return the answer with its release, time, limits and tag in the headers."""
    headers = {
        "Vary": "Accept",
        "X-Permed-Release": release,
        "X-Permed-Seconds": f"{answer.seconds:.4f}",
        "Cache-Control": "no-cache" if tag else "no-store",
        **(more or {}),
    }
    if answer.truncated:
        headers["X-Permed-Truncated"] = "rows"
    if tag:
        headers["ETag"] = tag
    return Response(answer.body, headers=headers, media_type=answer.format.content_type)
