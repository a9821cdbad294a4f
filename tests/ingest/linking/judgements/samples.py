"""Short ways to write judgements and record tables."""

from __future__ import annotations

from typing import Any

import polars as pl

from permed.graph.tables.model import TABLES
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, LEXICAL, MANUAL, Judgement

DAY = "2026-01-01"


def said(subject: str, object_: str, **more: Any) -> Judgement:
    """A person's exact match, unless `more` says otherwise."""
    told: dict[str, Any] = {"predicate": EXACT, "justification": MANUAL, "date": DAY}
    return Judgement(subject=subject, object=object_, **(told | more))


def denied(subject: str, object_: str, **more: Any) -> Judgement:
    """A person's negative."""
    return said(subject, object_, negative=True, **more)


def unsure(subject: str, object_: str, **more: Any) -> Judgement:
    """A person who does not know."""
    return said(subject, object_, predicate=CANDIDATE, **more)


def matched(subject: str, object_: str, confidence: float = 0.9, **more: Any) -> Judgement:
    """A machine's exact match."""
    return said(subject, object_, justification=LEXICAL, confidence=confidence, **more)


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A record table with its provenance filled."""
    base = {"source_url": "https://example.org/", "evidence": "data", "seen": "2026-01-01"}
    full = [base | row for row in rows]
    return pl.DataFrame(full, schema=TABLES[name].schema)


def organisations(*ids: str) -> pl.DataFrame:
    """Organisations whose name is their id."""
    return table("organisations", [{"id": f"organisation/{i}", "name": i.title()} for i in ids])


def identifiers(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Exact identifiers: organisation, scheme, value."""
    return table(
        "identifiers",
        [{"entity": f"organisation/{e}", "scheme": s, "value": v} for e, s, v in rows],
    )


def source(*ids: str, known: tuple[tuple[str, str, str], ...] = ()) -> dict[str, pl.DataFrame]:
    """Tables of one source."""
    return {"organisations": organisations(*ids), "identifiers": identifiers(*known)}
