"""Limits of an answer: a row cap that cuts and says so, a size cap that refuses.

Rows: the engine is asked for one more than the cap, and that one is taken off again.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

import orjson
from typing_extensions import Buffer

from permed.graph.errors import LimitExceeded
from permed.graph.store.query.inspection import Inspection

__all__ = ["UNLIMITED", "AnswerTooLarge", "CappedBuffer", "Caps", "cap_rows", "with_limit"]

_LEAST_ROW: Final = 2  # bytes that a row takes at least, in every format


@dataclass(frozen=True)
class Caps:
    """Most rows or triples and most bytes of an answer; None for no cap."""

    rows: int | None = None
    size: int | None = None


UNLIMITED: Final = Caps()


class AnswerTooLarge(LimitExceeded):
    """The answer has more bytes than the server sends."""

    def __init__(self, cap: int) -> None:
        super().__init__(
            f"the answer is larger than {cap:,} bytes; add LIMIT, ask for fewer columns, "
            "or take the release's files"
        )


class CappedBuffer(io.BytesIO):
    """Memory for an answer that refuses to grow past its cap, so that none is cut in silence."""

    def __init__(self, cap: int | None) -> None:
        super().__init__()
        self._cap = cap

    def write(self, data: Buffer, /) -> int:
        """Take bytes; AnswerTooLarge past the cap."""
        if self._cap is not None and self.tell() + len(memoryview(data)) > self._cap:
            raise AnswerTooLarge(self._cap)
        return super().write(data)


def with_limit(sparql: str, inspection: Inspection, most: int) -> str:
    """Return the query with an outer LIMIT of at most `most`; only SELECT takes one here."""
    if inspection.form != "select":
        return sparql
    if inspection.limit is None:
        at = len(sparql) if inspection.values_at is None else inspection.values_at
        return f"{sparql[:at]}\nLIMIT {most}\n{sparql[at:]}"
    token = inspection.limit_token
    if inspection.limit <= most or token is None:
        return sparql
    return f"{sparql[: token.start]}{most}{sparql[token.start + len(token.text) :]}"


def cap_rows(body: bytes, name: str, cap: int | None) -> tuple[bytes, bool]:
    """Return the answer with at most `cap` rows and whether rows were taken off."""
    if cap is None or len(body) <= cap * _LEAST_ROW:
        return body, False
    return {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}[name](body, cap)


def _json(body: bytes, cap: int) -> tuple[bytes, bool]:
    document = orjson.loads(body)
    bindings = document["results"]["bindings"]
    if len(bindings) <= cap:
        return body, False
    document["results"]["bindings"] = bindings[:cap]
    document["truncated"] = True
    return orjson.dumps(document), True


def _xml(body: bytes, cap: int) -> tuple[bytes, bool]:
    if body.count(b"<result>") <= cap:
        return body, False
    at = -1
    for _ in range(cap + 1):
        at = body.index(b"<result>", at + 1)
    note = b"<!-- truncated: more rows than the server sends -->"
    return body[:at] + b"</results></sparql>" + note, True


def _csv(body: bytes, cap: int) -> tuple[bytes, bool]:
    reader = csv.reader(io.StringIO(body.decode(), newline=""))
    rows = list(reader)
    if len(rows) <= cap + 1:
        return body, False
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows[: cap + 1])
    return out.getvalue().encode(), True


def _tsv(body: bytes, cap: int) -> tuple[bytes, bool]:
    lines = body.split(b"\n", cap + 1)
    rest = lines[cap + 1] if len(lines) > cap + 1 else b""
    if not rest.strip(b"\n") and rest.count(b"\n") == 0:
        return body, False
    return b"\n".join(lines[: cap + 1]) + b"\n", True
