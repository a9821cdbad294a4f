"""A cell that holds an identifier instead of a name, or beside one: it decides by itself."""

from __future__ import annotations

import re
from typing import Final

from permed.graph.identifiers import identifiers_in, recognise
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision

__all__ = ["decide_by_identifier"]

_SCHEMES = ("ror", "pic", "grid", "isni", "fundref", "wikidata")  # of organisations
_ROR: Final = "https://ror.org/"  # begins the ids of a dump, and no id of the graph
_KIND: Final = "organisation/"  # with which the ids of organisations of a graph begin
_OWN: Final = re.compile(rf"(?:https?://\S+/)?(?P<id>{_KIND}[^\s/]+)/?")


def decide_by_identifier(index: NameIndex, text: str) -> Decision | None:
    """Return the decision of a text with identifiers of organisations; None where it has none.

    A text that is nothing but an identifier of no record gives ``none``. Where identifiers stand
    beside other words, and no record has any of them, the words decide. The graph's own addresses
    and ids (``organisation/dlr``) are identifiers too.
    """
    if (own := _own(index, text)) is not None:
        return own
    alone = recognise(text)
    found = [pair for pair in ([alone] if alone else identifiers_in(text)) if pair[0] in _SCHEMES]
    nodes = [f"{scheme}:{value}" for scheme, value in found]
    rows = {index.row_of_identifier[n]: n for n in nodes if n in index.row_of_identifier}
    if rows:
        return Decision(
            match_id=";".join(index.ids[row] for row in rows),
            match_name=";".join(index.entities["name"][row] for row in rows),
            match_score=1.0,
            decision="accept",
            reason=f"the identifier itself, {', '.join(rows.values())}",
            withdrawn=any(_led_on(index.ids[row], node) for row, node in rows.items()),
        )
    return Decision.none(f"no record has the identifier {nodes[0]}") if alone and nodes else None


def _led_on(found: str, node: str) -> bool:
    """Whether a record of ROR has another id than was asked for: that one is withdrawn."""
    return found.startswith(_ROR) and node.startswith("ror:") and found != f"{_ROR}{node[4:]}"


def _own(index: NameIndex, text: str) -> Decision | None:
    """Return the decision of an address or id of the graph that is matched to; None for others."""
    start, kind, _ = index.ids[0].partition(_KIND) if index.ids else ("", "", "")
    written = _OWN.fullmatch(text.strip().strip("<>"))
    if not kind or written is None:
        return None
    row = index.row_of.get(start + written["id"])
    if row is None:  # of an earlier release, before the record was joined with another
        row = index.row_of_identifier.get(written["id"].removeprefix(_KIND).replace("-", ":", 1))
    if row is None:
        return Decision.none(f"no record has the identifier {written['id']}")
    return Decision(
        match_id=index.ids[row],
        match_name=index.entities["name"][row],
        match_score=1.0,
        decision="accept",
        reason=f"the identifier itself, {written['id']}",
    )
