"""The usual prefixes, for queries that use them without declaring them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from permed.graph.store.query.inspection import Inspection
from permed.graph.store.query.tokens import Token
from permed.ontology import QUERY_PREFIXES

__all__ = ["declared_prefixes", "full_address", "usual_prologue"]


def declared_prefixes(found: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares, with their addresses."""
    declared: dict[str, str] = {}
    for word, name, address in zip(found, found[1:], found[2:], strict=False):
        if word.text.upper() == "PREFIX" and address.kind == "iri":
            declared[name.text.removesuffix(":")] = address.text[1:-1]
    return declared


def full_address(term: str, prefixes: Mapping[str, str]) -> str:
    """Return the address that `<address>` or `prefix:name` stands for."""
    if term.startswith("<"):
        return term[1:-1]
    prefix, _, local = term.partition(":")
    return prefixes.get(prefix, "") + local.replace("\\", "")


def usual_prologue(inspection: Inspection) -> str:
    """Return declarations of the usual prefixes that a query lacks, to stand before it.

    They are on one line with its first, so that lines keep their numbers.
    """
    lacking = (p for p in inspection.undeclared if p in QUERY_PREFIXES)
    return "".join(f"PREFIX {p}: <{QUERY_PREFIXES[p]}> " for p in lacking)
