"""Messages between the server and its query processes: a length, a JSON head, a body.

Frame: 4 bytes length of the head, 8 bytes length of the body (big-endian), head, body.
"""

from __future__ import annotations

import socket
import struct
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from permed.graph.errors import BusyError, InputError, LimitExceeded, PermedError, QuerySyntaxError
from permed.graph.extras import MissingExtra, or_missing_extra
from permed.graph.store.answers.answer import Answer, Term
from permed.graph.store.answers.formats import format_named
from permed.graph.store.answers.terms import term_from_json, term_to_json
from permed.graph.store.embedded.limits import AnswerTooLarge, Caps
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.inspection import ServiceRefused

__all__ = [
    "HEAD", "QueryRequest", "answer_of", "answered", "error_head", "read_frame", "write_frame",
]  # fmt: skip

HEAD: Final = struct.Struct(">IQ")
_ERRORS: Final[dict[str, type[PermedError]]] = {
    c.__name__: c
    for c in (BusyError, InputError, MissingExtra, QuerySyntaxError, ServiceRefused, LimitExceeded)
}


@dataclass(frozen=True)
class QueryRequest:
    """One query with its parameters, dataset, format and caps; `seconds` is its deadline."""

    sparql: str
    substitutions: Mapping[str, Term] = field(default_factory=dict)
    format: str | None = None
    dataset: Dataset | None = None
    caps: Caps = field(default_factory=Caps)
    seconds: float = 30.0
    base: str | None = None  # against which relative IRIs are read
    written: str | None = None  # as its author wrote it, where rows were put into it since

    def to_bytes(self) -> bytes:
        """Return the request as a frame without body."""
        head = {
            "sparql": self.sparql,
            "terms": {k: term_to_json(t) for k, t in self.substitutions.items()},
            "format": self.format,
            "dataset": None if self.dataset is None else [self.dataset.default, self.dataset.named],
            "base": self.base,
            "written": self.written,
            "caps": [self.caps.rows, self.caps.size],
        }
        return write_frame(head, b"")

    @classmethod
    def from_head(cls, head: Mapping[str, Any]) -> QueryRequest:
        """Read back what `to_bytes` wrote."""
        graphs = head["dataset"]
        return cls(
            sparql=head["sparql"],
            substitutions={k: term_from_json(t) for k, t in head["terms"].items()},
            format=head["format"],
            dataset=None if graphs is None else Dataset(tuple(graphs[0]), tuple(graphs[1])),
            caps=Caps(*head["caps"]),
            base=head["base"],
            written=head["written"],
        )


def write_frame(head: Mapping[str, Any], body: bytes) -> bytes:
    """Return a frame."""
    written = orjson.dumps(head)
    return HEAD.pack(len(written), len(body)) + written + body


def read_frame(channel: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame, blocking; None where the other side has gone."""
    start = _exactly(channel, HEAD.size)
    if start is None:
        return None
    sizes = HEAD.unpack(start)
    head, body = _exactly(channel, sizes[0]), _exactly(channel, sizes[1])
    return None if head is None or body is None else (orjson.loads(head), body)


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def error_head(problem: PermedError) -> dict[str, Any]:
    """Return the head that tells an error of ours."""
    return {"error": type(problem).__name__, "message": str(problem)}


def answered(answer: Callable[[], tuple[Mapping[str, Any], bytes]], what: str) -> bytes:
    """Return the frame of an answer (head, body), or of the error that came in its place.

    A worker goes on after a fault that nobody foresaw: its log says what happened, and the frame
    that `what` met it.
    """
    try:
        head, body = answer()
    except PermedError as problem:
        return write_frame(error_head(problem), b"")
    except MemoryError:
        return write_frame(error_head(LimitExceeded("memory")), b"")
    except Exception as problem:
        if isinstance(lacking := or_missing_extra(problem), PermedError):
            return write_frame(error_head(lacking), b"")
        traceback.print_exc()
        said = f"{what} met something that nobody foresaw; the server's log says more"
        return write_frame({"error": "", "message": said}, b"")
    return write_frame(head, body)


def answer_of(head: Mapping[str, Any], body: bytes) -> Answer:
    """Return the answer in a frame, or raise the error that it tells."""
    if "error" in head:
        if head["error"] == AnswerTooLarge.__name__:
            raise LimitExceeded(head["message"])
        raise _ERRORS.get(head["error"], PermedError)(head["message"])
    found = format_named(head["format"], graph=head["form"] == "graph")
    return Answer(head["form"], body, found, head["truncated"], head["seconds"])
