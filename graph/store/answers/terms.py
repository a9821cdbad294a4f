"""Terms in the form of SPARQL 1.1 JSON results."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.graph.store.answers.answer import Term

__all__ = ["term_from_json", "term_to_json"]


def term_to_json(term: Term) -> dict[str, str]:
    """Return a term in the form of W3C SPARQL 1.1 JSON results, section 3.2.2."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def term_from_json(data: Mapping[str, str]) -> Term:
    """Return the term that `term_to_json` wrote; InputError for an unusable IRI or tag."""
    try:
        if data["type"] == "uri":
            return ox.NamedNode(data["value"])
        if data["type"] == "bnode":
            return ox.BlankNode(data["value"])
        if "xml:lang" in data:
            return ox.Literal(data["value"], language=data["xml:lang"])
        datatype = data.get("datatype")
        return ox.Literal(data["value"], datatype=ox.NamedNode(datatype) if datatype else None)
    except ValueError as problem:
        raise InputError(f"{data.get('value')!r} is not a usable term: {problem}") from None
