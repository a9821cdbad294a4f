"""What a contributor sends: one RDF document, or several as multipart/form-data (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from pathlib import PurePosixPath
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.graph.rdf_text import read_rdf
from permed.graph.store.answers.formats import format_named

__all__ = ["MULTIPART", "UnreadableMedia", "media_type", "read_body"]

MULTIPART: Final = "multipart/form-data"


class UnreadableMedia(InputError):  # noqa: N818 - says what happened
    """A document of a type that is not read here."""

    status = 415
    title = "Media type not read here"


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def read_body(body: bytes, content_type: str, graph: str) -> bytes:
    """Return the statements of a body, or of all its parts, as sorted N-Quads of `graph`.

    Relative IRIs are read against the graph's address. UnreadableMedia for a type that is not
    read, InputError where the text does not parse. Blank nodes of two parts are two, whatever they
    are called.
    """
    media = media_type(content_type)
    parts = _parts(content_type, body) if media == MULTIPART else iter([(body, media)])
    name = ox.NamedNode(graph)
    lines = {
        f"{ox.Quad(q.subject, q.predicate, q.object, name)} .\n"
        for text, kind in parts
        for q in _quads(text, kind, graph)
    }
    return "".join(sorted(lines)).encode()


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


def _quads(text: bytes, media: str, base: str) -> Iterator[ox.Quad]:
    try:
        wanted = format_named(media, graph=True).engine
    except InputError:
        raise UnreadableMedia(f"content type {media or 'missing'} is not read here") from None
    if not isinstance(wanted, ox.RdfFormat):
        raise UnreadableMedia(f"content type {media} is not read here")
    try:
        yield from read_rdf(text, wanted, base)
    except InputError as problem:
        raise InputError(f"the body does not parse as {media}: {problem}") from None
