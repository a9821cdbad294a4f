"""Row caps: asking the engine for one row more than the cap, and taking that row off again."""

from __future__ import annotations

import csv
import io
from typing import Final

import orjson

from permed.graph.store.query.tokens import Inspection

__all__ = ["cap_rows", "with_limit"]

_LEAST_ROW: Final = 2  # bytes that a row takes at least, in every format


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
