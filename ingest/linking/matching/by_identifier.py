"""A cell that holds an identifier instead of a name, or beside one: it decides by itself."""

from __future__ import annotations

from permed.graph.identifiers import identifiers_in, recognise
from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.scoring.decision import Decision

__all__ = ["decide_by_identifier"]

_SCHEMES = ("ror", "pic", "grid", "isni", "fundref", "wikidata")  # of organisations


def decide_by_identifier(index: NameIndex, text: str) -> Decision | None:
    """Return the decision of a text with identifiers of organisations; None where it has none.

    A text that is nothing but an identifier of no record gives ``none``. Where identifiers stand
    beside other words, and no record has any of them, the words decide.
    """
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
            withdrawn=any(
                node.startswith("ror:") and not index.ids[row].endswith(node.removeprefix("ror:"))
                for row, node in rows.items()
            ),
        )
    return Decision.none(f"no record has the identifier {nodes[0]}") if alone and nodes else None
