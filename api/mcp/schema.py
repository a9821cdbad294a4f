"""What a writer of SPARQL must know: classes and properties in use, with meaning and counts.

Counts are those of the release's VoID description, meanings those of its vocabulary.
"""

from __future__ import annotations

from typing import Any, Final

import pyoxigraph as ox

from permed.api.python.opened_release import OpenedRelease
from permed.ontology import QUERY_PREFIXES, prefix_block
from permed.queries.catalogue import Catalogue

__all__ = ["schema_of"]

_TERMS: Final = """
SELECT ?term (MIN(STR(?meant)) AS ?meaning) (MIN(STR(?before)) AS ?of) (MIN(STR(?behind)) AS ?to)
       (MAX(?count) AS ?used) {
  ?partition %s ?term ; %s ?count .
  OPTIONAL {
    ?term skos:definition|rdfs:comment ?meant . FILTER(LANG(?meant) IN ("", "en"))
  }
  OPTIONAL { ?term rdfs:domain|schema:domainIncludes ?before . FILTER(ISIRI(?before)) }
  OPTIONAL { ?term rdfs:range|schema:rangeIncludes ?behind . FILTER(ISIRI(?behind)) }
} GROUP BY ?term ORDER BY DESC(?used) ?term"""
_EXAMPLES: Final = 6
_LONGEST: Final = 160  # letters of a meaning


def schema_of(release: OpenedRelease) -> dict[str, Any]:
    """Return prefixes, classes, properties and example queries of a release."""
    store = ox.Store()
    for path in release.description_files():
        store.load(path=str(path))
    return {
        "prefixes": dict(QUERY_PREFIXES),
        "classes": _terms(store, "void:class", "void:entities"),
        "properties": _terms(store, "void:property", "void:triples"),
        "examples": [
            {"question": question.question, "sparql": question.text}
            for question in list(Catalogue.load())[:_EXAMPLES]
        ],
    }


def _terms(store: ox.Store, kind: str, count: str) -> list[dict[str, Any]]:
    text = f"PREFIX schema: <https://schema.org/>\n{prefix_block()}{_TERMS % (kind, count)}"
    rows = store.query(text, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    names = [variable.value for variable in rows.variables]
    return [
        {name: _short(term.value) for name in names if (term := row[name]) is not None}
        for row in rows
    ]


def _short(value: str) -> str | int:
    """Return addresses as prefixed names, meanings of one line, counts as numbers."""
    if value.isdigit():
        return int(value)
    for prefix, start in QUERY_PREFIXES.items():
        if value.startswith(start):
            return f"{prefix}:{value.removeprefix(start)}"
    return " ".join(value.split())[:_LONGEST]
