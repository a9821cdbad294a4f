"""The one mapping of record tables to RDF, declared table by table and applied column-wise.

`rules(base)` says which triples a table gives: subject term, predicate, object term. A new source
needs nothing here; a new column needs one line. The terms are defined in `ontology/permed.ttl`.
`graph/mapping/writer.py` applies the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from permed.graph.mapping import counting, roles, statements, things
from permed.graph.mapping.rule import Rule
from permed.graph.mapping.terms import Terms

__all__ = ["Rule", "rules"]


@cache  # thousands of expressions: making them costs more than mapping a small table
def rules(base: str) -> Mapping[str, list[Rule]]:
    """Return the rules of every table for a base IRI."""
    t = Terms(base)
    return {
        "countries": things.countries(t),
        "regions": things.regions(t),
        "organisations": things.organisations(t),
        "persons": things.persons(t),
        "activities": things.activities(t),
        "outputs": things.outputs(t),
        "roles": roles.roles(t),
        "grants": roles.grants(t),
        "topics": statements.topics(),
        "schemes": statements.schemes(),
        "classifications": statements.classifications(t),
        "identifiers": statements.identifiers(t),
        "names": statements.names(t),
        "figures": statements.figures(t),
        "relations": statements.relations(t),
        "services": statements.services(t),
        "links": statements.links(t),
        "replacements": statements.replacements(t),
        "counting_units": counting.counting_units(t),
        "partners": counting.partners(t),
        "partner_countries": counting.partner_countries(t),
        "activity_counts": counting.activity_counts(t),
    }
