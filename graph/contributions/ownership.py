"""A contributor speaks of their own things, and says of others' what is their word, not fact.

Own is what no other graph of the release describes. A statement about another's thing would be a
fact of the graph like any other, and nobody could tell it from what its source says; so it is
refused, and goes into a pm:Assertion or a pm:ReportedFigure, which say whose word it is.
Vocabularies and the records of registries are nobody's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import GateRefused
from permed.ontology import EURIO, PM, PREFIXES, expand, shorten, uri_stems
from permed.ontology.undefined_terms import undefined_terms

__all__ = ["refuse_statements_about_others", "refuse_unknown_terms"]

# the way back from a thing to the contributor's own node, which shapes ask for
_WAYS_BACK: Final = frozenset(
    expand(p)
    for p in ("eurio:hasRole", "eurio:hasInvolvedParty", "eurio:hasResult", "eurio:isFundedBy")
)
_SCHEME_KEEPERS: Final = frozenset(expand(p) for p in ("skos:inScheme", "skos:topConceptOf"))
_VOCABULARIES: Final = tuple(base for name, base in PREFIXES.items() if name != "scheme")


def refuse_statements_about_others(quads: Iterable[ox.Quad], context: Iterable[ox.Quad]) -> None:
    """Refuse (GateRefused) the first statement about a thing that another graph describes.

    `context` holds what the other graphs say of the things that `quads` name.
    """
    theirs = {q.subject.value for q in context if isinstance(q.subject, ox.NamedNode)}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and not _may_say(quad, theirs):
            raise GateRefused(
                f"{quad.subject} {quad.predicate}: this thing is not described by your graph alone,"
                " and what is said of it here would be a fact of the graph; say it as a"
                " pm:Assertion (rdf:subject, rdf:predicate, rdf:object, prov:wasDerivedFrom,"
                " pm:evidence), or describe a thing of your own"
            )


def _may_say(quad: ox.Quad, theirs: set[str]) -> bool:
    subject = getattr(quad.subject, "value", "")
    aim = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
    if quad.predicate.value in _SCHEME_KEEPERS and aim in theirs:
        return False
    if subject in theirs:
        return quad.predicate.value in _WAYS_BACK and aim != "" and aim not in theirs
    return not subject.startswith((*_VOCABULARIES, *uri_stems().values()))


def refuse_unknown_terms(quads: Iterable[ox.Quad]) -> None:
    """Refuse (GateRefused) terms of our namespace or EURIO's that nobody has defined."""
    unknown = [t for t in undefined_terms(quads) if t.startswith((str(PM), str(EURIO)))]
    if unknown:
        raise GateRefused(f"{shorten(unknown[0])}: there is no such term; correct its spelling")
