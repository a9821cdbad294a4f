"""Withdrawn and closed records: their state, who took over, and an answer that names the heir."""

from __future__ import annotations

from dataclasses import replace

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision

__all__ = ["with_status"]


def with_status(index: NameIndex, decision: Decision, *, follow: bool) -> Decision:
    """Add ``match_status`` and ``successor``; where ``follow``, answer with the successors.

    A withdrawn record is no answer in any case: its successor stands in its place, and the status
    says so. A closed one (inactive) was an organisation; who took over is told where it is known.
    """
    if not decision.match_id:
        return decision
    rows = [index.row_of[key] for key in decision.match_id.split(";")]
    heirs = [index.successors[row] if index.inactive[row] else None for row in rows]
    states = [
        "withdrawn" if decision.withdrawn else "inactive" if index.inactive[row] else "active"
        for row in rows
    ]
    known = [
        index.ids[row] if decision.withdrawn else heir
        for row, heir in zip(rows, heirs, strict=True)
    ]
    told = replace(
        decision,
        match_status=";".join(states),
        successor=";".join(heir or "" for heir in known) if any(known) else None,
    )
    if not follow or not any(heirs):
        return told
    last = [index.row_of.get(heir or "", row) for row, heir in zip(rows, heirs, strict=True)]
    return replace(
        told,
        match_id=";".join(dict.fromkeys(index.ids[row] for row in last)),
        match_name=";".join(dict.fromkeys(index.entities["name"][row] for row in last)),
        reason=f"{decision.reason}; closed, its successor taken",
    )
