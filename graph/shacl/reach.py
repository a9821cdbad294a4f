"""What shapes look at beyond the node that they judge: so far around it must the graph be whole.

A shape judges its focus nodes one by one. To the verdict on one belong the statements that its
paths lead over, and no others (W3C SHACL 2017, sections 2.3 and 3.4). They are derived from the
shapes, so a new shape needs nothing here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from permed.ontology import expand, ontology_quads, shapes_text

__all__ = ["TYPE", "FocusTarget", "ShapeReach", "reach_of", "shape_reach", "targeted"]

TYPE: Final = f"<{RDF.type}>"
_NESTED: Final = (SH.property, SH.node, SH.qualifiedValueShape, SH["not"])
_LISTS: Final = (SH["or"], SH["and"], SH.xone)
_COMPARED: Final = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_CLOSURES: Final = (SH.oneOrMorePath, SH.zeroOrMorePath)
_CURIE: Final = r"[\w-]+:[\w-]+"
_TARGET: Final = re.compile(rf"sh:(targetClass|targetSubjectsOf)\s+({_CURIE}(?:\s*,\s*{_CURIE})*)")
_MARK: Final = "urn:permed:focus:"

Step = tuple[str, bool]  # property as a term, and whether it is followed backwards


@dataclass(frozen=True)
class ShapeReach:
    """Properties that shapes follow, as terms: by distance from the focus node, and onwards.

    `forward[n]` and `backward[n]` are followed from nodes n steps away; `everywhere` are those
    followed as often as they lead on.
    """

    forward: tuple[frozenset[str], ...]
    backward: tuple[frozenset[str], ...]
    everywhere: frozenset[str]

    @property
    def context(self) -> frozenset[str]:
        """Properties of which statements about other nodes than the focus may count."""
        return frozenset().union(*self.forward[1:], *self.backward, self.everywhere)


@dataclass(frozen=True)
class FocusTarget:
    """One declaration of targets, and the property that leads to its focus nodes in its place."""

    mark: str
    classes: frozenset[str]  # with those below them
    properties: frozenset[str]


@cache
def shape_reach() -> ShapeReach:
    """Return how far our shapes reach."""
    return reach_of(shapes_text())


def reach_of(shapes: str) -> ShapeReach:
    """Return how far shapes (Turtle) reach; ValueError for forms that this does not know."""
    graph = Graph().parse(data=shapes, format="turtle")
    walk = _Walk(graph)
    for predicate in (SH.targetClass, SH.targetSubjectsOf):
        for shape in set(graph.subjects(predicate)):
            walk.shape(shape, 0, ())
    other = (SH.targetNode, SH.targetObjectsOf, SH.sparql, SH.target)
    if found := [p for p in other if (None, p, None) in graph]:
        raise ValueError(f"{found[0]} is not known to validation by parts")
    depth = max([*walk.forward, *walk.backward])
    return ShapeReach(
        tuple(frozenset(walk.forward[n]) for n in range(depth + 1)),
        tuple(frozenset(walk.backward[n]) for n in range(depth + 1)),
        frozenset(walk.everywhere),
    )


class _Walk:
    """A walk over shapes that notes each property with its distance from the focus node."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.forward: dict[int, set[str]] = defaultdict(set)
        self.backward: dict[int, set[str]] = defaultdict(set)
        self.everywhere: set[str] = set()

    def shape(self, shape: Node, depth: int, above: tuple[Node, ...]) -> None:
        """Note what a shape looks at, whose nodes are so many steps from the focus node."""
        if shape in above:
            raise ValueError(f"the shape {shape} is part of itself")
        graph = self.graph
        for predicate in _COMPARED:
            self.forward[depth] |= {_term(p) for p in graph.objects(shape, predicate)}
        if depth and (shape, SH.closed, None) in graph:
            raise ValueError(f"the closed shape {shape} stands behind a path")
        path = graph.value(shape, SH.path)
        ends = {depth} if path is None else set(self._path(path, depth))
        if not ends and (any(self._nested(shape)) or (shape, SH["class"], None) in graph):
            raise ValueError(f"the shape {shape} asks more of what an endless path leads to")
        for end in ends:
            if (shape, SH["class"], None) in graph:
                self._note((TYPE, False), end)
            for nested in self._nested(shape):
                self.shape(nested, end, (*above, shape))

    def _nested(self, shape: Node) -> Iterator[Node]:
        for predicate in _NESTED:
            yield from self.graph.objects(shape, predicate)
        for predicate in _LISTS:
            for members in self.graph.objects(shape, predicate):
                yield from Collection(self.graph, members)

    def _path(self, path: Node, depth: int) -> Iterator[int]:
        """Note the steps of a path, and yield the distances at which it ends."""
        graph = self.graph
        if isinstance(path, URIRef):
            yield self._note((_term(path), False), depth)
        elif (inverse := graph.value(path, SH.inversePath)) is not None:
            yield self._note((_term(inverse), True), depth)
        elif (inner := self._repeated(path)) is not None:
            self.everywhere.add(_term(graph.value(inner, SH.inversePath) or inner))
        elif (path, RDF.first, None) in graph:
            yield from self._sequence(list(Collection(graph, path)), depth)
        else:
            raise ValueError("a form of path that validation by parts does not know")

    def _repeated(self, path: Node) -> Node | None:
        found = (self.graph.value(path, closure) for closure in _CLOSURES)
        return next((inner for inner in found if inner is not None), None)

    def _sequence(self, steps: list[Node], depth: int) -> Iterable[int]:
        ends = {depth}
        for step in steps:
            if not ends:
                raise ValueError("a path goes on behind an endless one")
            ends = {end for start in ends for end in self._path(step, start)}
        return ends

    def _note(self, step: Step, depth: int) -> int:
        predicate, inverse = step
        (self.backward if inverse else self.forward)[depth].add(predicate)
        return depth + 1


def _term(node: Node) -> str:
    if not isinstance(node, URIRef):
        raise ValueError(f"{node}: a property is named by its address")
    return f"<{node}>"


def targeted(context: frozenset[str]) -> tuple[str, tuple[FocusTarget, ...]]:
    """Return the shapes as Turtle with marks as targets, and the targets that the marks stand for.

    Nodes of which only a part is there look like targets too. So focus nodes are marked, and shapes
    aim at the marks. A mark leads to the node: what is said of the node itself, its class above
    all, is what shapes judge. Subjects of a property outside `context` are focus nodes anyway.
    """
    targets: list[FocusTarget] = []

    def marked(found: re.Match[str]) -> str:
        kind, names = found[1], [f"<{expand(n.strip())}>" for n in found[2].split(",")]
        if kind == "targetSubjectsOf" and not context & set(names):
            return found[0]
        mark = f"<{_MARK}{len(targets)}>"
        if kind == "targetClass":
            targets.append(FocusTarget(mark, _with_subclasses(names), frozenset()))
        else:
            targets.append(FocusTarget(mark, frozenset(), frozenset(names)))
        return f"sh:targetObjectsOf {mark}"

    return _TARGET.sub(marked, shapes_text()), tuple(targets)


def _with_subclasses(names: Iterable[str]) -> frozenset[str]:
    below = _subclasses()
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += below.get(name, ())
    return frozenset(found)


@cache
def _subclasses() -> dict[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for quad in ontology_quads("urn:permed:vocabulary"):
        if quad.predicate.value == str(RDFS.subClassOf):
            below[str(quad.object)].append(str(quad.subject))
    return below
