"""What a release says about the things that a contributed graph names.

A shape asks for more than a small graph says itself: that an organisation has a name, that a role
is of somebody who exists. What other graphs say of the same things answers that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.ontology import expand

__all__ = ["context_of"]

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_BACK: Final = tuple(
    ox.NamedNode(expand(p))
    for p in ("pm:identifier", "pm:roleIn", "eurio:funds", "pm:partOf", "pm:parentOrganisation")
)
_STEPS: Final = 2  # the things themselves, and the things that these name


def context_of(release: Path, graph: str, quads: bytes) -> bytes:
    """Return N-Quads: all that other graphs than `graph` say of the things that `quads` names.

    Two steps far: a role that the graph names, and the organisation that this role is of. Of what
    leads to the things named: who has an identifier, the roles in an activity, grants and parts; of
    what is named last, the classes.
    """
    named = {n for q in ox.parse(quads, format=ox.RdfFormat.N_QUADS) for n in _things(q)}
    back = [q for q in _leading_to(release, named) if _graph(q) != graph]
    known: set[ox.NamedNode] = set()
    kept: set[ox.Quad] = set(back)
    found: Iterable[ox.Quad] = [*ox.parse(quads, format=ox.RdfFormat.N_QUADS), *back]
    for _ in range(_STEPS):
        named = {n for quad in found for n in _things(quad)} - known
        known |= named
        found = [q for q in _about(release, named) if _graph(q) != graph]
        kept |= set(found)
    last = {n for quad in found for n in _things(quad)} - known
    kept |= {q for q in _about(release, last) if _graph(q) != graph and q.predicate == _TYPE}
    return ox.serialize(sorted(kept, key=str), format=ox.RdfFormat.N_QUADS) or b""


def _things(quad: ox.Quad) -> list[ox.NamedNode]:
    return [n for n in (quad.subject, quad.object) if isinstance(n, ox.NamedNode)]


def _graph(quad: ox.Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))


def _leading_to(release: Path, things: set[ox.NamedNode]) -> Iterator[ox.Quad]:
    """Statements that lead to the things by one of the properties that checks look at."""
    folder = release / "store"
    if folder.is_dir():
        store = ox.Store.read_only(str(folder))
        for thing in things:
            for leads in _BACK:
                yield from store.quads_for_pattern(None, leads, thing, None)
        return
    for path in sorted((release / "graphs").glob("*.nq")):
        parsed = ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
        yield from (q for q in parsed if q.predicate in _BACK and q.object in things)


def _about(release: Path, things: set[ox.NamedNode]) -> Iterator[ox.Quad]:
    """Statements about the things: from the store on disk, or from the graph files without one."""
    folder = release / "store"
    if folder.is_dir():
        store = ox.Store.read_only(str(folder))
        for thing in things:
            yield from store.quads_for_pattern(thing, None, None, None)
        return
    for path in sorted((release / "graphs").glob("*.nq")):
        parsed = ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
        yield from (quad for quad in parsed if quad.subject in things)
