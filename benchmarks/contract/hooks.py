"""What schemathesis must know to call the endpoint: bodies that are no JSON, and SPARQL to send."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import strategies as st

from permed.graph.store import GRAPH_FORMATS

_TERMS = ("?s", "?p", "?o", "<http://x/a>", '"text"', "1", "a", "[]", "$s", "'it''s'")
_WORDS = (
    "SELECT *", "ASK", "CONSTRUCT WHERE", "DESCRIBE <http://x/a>", "WHERE", "{", "}", "OPTIONAL",
    "UNION", "FILTER(?o > 1)", "LIMIT 3", "FROM <http://x/g>", "GRAPH ?g", "SERVICE <http://x/>",
    "INSERT DATA", "VALUES ?s { UNDEF }", "ORDER BY ?s", "PREFIX : <http://x/>", "\\u0053", "#",
)  # fmt: skip


def _bytes(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


for _media in ("application/sparql-query", *(f.media_type for f in GRAPH_FORMATS.values())):
    schemathesis.serializer(_media)(_bytes)

_triple = st.tuples(*[st.sampled_from(_TERMS)] * 3).map(" ".join)
_good = _triple.map(lambda triple: f"SELECT * WHERE {{ {triple} }} LIMIT 5")
_mixed = st.lists(st.sampled_from(_WORDS + _TERMS), max_size=12).map(" ".join)
schemathesis.openapi.media_type(
    "application/sparql-query", st.one_of(_good, _mixed, st.text(max_size=40)).map(str.encode)
)
