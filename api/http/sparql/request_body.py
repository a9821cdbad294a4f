"""RDF in the body of a request: one document, or several as multipart/form-data (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from pathlib import PurePosixPath
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request

from permed.api.http.protocol.http_errors import UnsupportedMedia
from permed.graph.errors import InputError
from permed.graph.store import format_named

__all__ = ["MULTIPART", "read_triples"]

MULTIPART: Final = "multipart/form-data"


async def read_triples(request: Request, base: str, *, parts: bool) -> list[ox.Triple]:
    """Return the triples of a body, or of all its parts; relative IRIs are read against `base`.

    UnsupportedMedia for a type that is not read, InputError where the text does not parse. Blank
    nodes of two parts are two, whatever they are called.
    """
    given = request.headers.get("content-type", "")
    media = given.partition(";")[0].strip().lower()
    body = await request.body()
    if media != MULTIPART:
        return _parsed(body, media, base)
    if not parts:
        raise UnsupportedMedia(f"{MULTIPART} adds to a graph, so it is sent with POST")
    return [t for text, kind in _parts(given, body) for t in _parsed(text, kind, base)]


def _parts(content_type: str, body: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield each part with its media type, which a file's ending may tell as well."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    found = BytesParser().parsebytes(head + body)
    if not found.is_multipart():
        raise InputError("the form has no parts; is the boundary in Content-Type the right one?")
    for part in found.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            yield payload if isinstance(payload, bytes) else b"", _media(part)


def _media(part: Message) -> str:
    told = part.get_content_type() if "content-type" in part else ""
    ending = PurePosixPath(part.get_filename() or "").suffix.lstrip(".")
    return ending if told in ("", "application/octet-stream", "text/plain") else told


def _parsed(text: bytes, media: str, base: str) -> list[ox.Triple]:
    try:
        wanted = format_named(media, graph=True).engine
    except InputError:
        raise UnsupportedMedia(f"content type {media or 'missing'} is not read here") from None
    if not isinstance(wanted, ox.RdfFormat):
        raise UnsupportedMedia(f"content type {media} is not read here")
    try:
        parsed = ox.parse(text, format=wanted, base_iri=base, rename_blank_nodes=True)
        return [quad.triple for quad in parsed]
    except (SyntaxError, ValueError) as problem:
        raise InputError(f"the body does not parse as {media}: {problem}") from None
