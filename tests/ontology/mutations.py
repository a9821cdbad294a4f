"""One broken node for every constraint of the shapes, made from a conforming node.

Every constraint is read from the shapes graph. A copy of a conforming node is then changed so that
it breaks this one constraint, and the result that an engine must report is written down. All the
broken copies stand in one graph, so that each engine runs once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH, XSD
from rdflib.term import IdentifiedNode, Node

PM = Namespace("https://w3id.org/permed/ontology#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SHAPE = Namespace("https://w3id.org/permed/shape#")

_PARAMETERS = {
    SH[name]: name[0].upper() + name[1:] + "ConstraintComponent"
    for name in (
        *("minCount", "maxCount", "datatype", "nodeKind", "pattern", "node", "hasValue", "in"),
        *("equals", "uniqueLang", "minLength", "lessThanOrEquals", "minInclusive"),
        *("maxInclusive", "qualifiedMaxCount", "closed", "or", "xone"),
    )
}


@dataclass(frozen=True)
class Constraint:
    """One parameter of one (property) shape of a shape with targets; no path for node shapes."""

    shape: URIRef
    holder: Node
    path: Node | None
    parameter: URIRef
    value: Node

    def __str__(self) -> str:
        path = f" {self.path.n3()}" if isinstance(self.path, URIRef) else ""
        return f"{self.shape.fragment}{path} {self.parameter.fragment}"


def constraints(shapes: Graph) -> Iterator[Constraint]:
    """Every constraint of every shape that has targets."""
    targeted = {s for p in (SH.targetClass, SH.targetSubjectsOf) for s in shapes.subjects(p, None)}
    for shape in sorted(s for s in targeted if isinstance(s, URIRef)):
        for holder in (shape, *shapes.objects(shape, SH.property)):
            path = shapes.value(holder, SH.path)
            for parameter, value in shapes.predicate_objects(holder):
                if parameter in _PARAMETERS and isinstance(parameter, URIRef):
                    yield Constraint(shape, holder, path, parameter, value)


@dataclass
class Case:
    """A broken node and the result that must be reported for it."""

    constraint: Constraint
    focus: IdentifiedNode
    path: str
    component: str


class Breaker:
    """Writes broken copies of the nodes of a conforming graph into `broken`."""

    def __init__(self, good: Graph, shapes: Graph) -> None:
        self.good, self.shapes, self.broken = good, shapes, Graph()
        self._number = count(1)

    def case(self, constraint: Constraint) -> Case:
        """Copy a fitting node, break it, and say what must be reported."""
        name = str(constraint.parameter.fragment)
        source = self._source(constraint)
        focus = self._copy(source, constraint)
        change = getattr(self, f"_break_{name}")
        path = change(focus, constraint) or _path(self.shapes, constraint.path)
        return Case(constraint, focus, path, _PARAMETERS[constraint.parameter])

    def _candidates(self, shape: URIRef) -> list[Node]:
        classes = list(self.shapes.objects(shape, SH.targetClass))
        subjects_of = list(self.shapes.objects(shape, SH.targetSubjectsOf))
        found = {s for c in classes for s in self.good.subjects(RDF.type, c)}
        found |= {s for p in subjects_of if isinstance(p, URIRef) for s in self.good.subjects(p)}
        return sorted(found, key=str)

    def _source(self, constraint: Constraint) -> Node:
        fits = [n for n in self._candidates(constraint.shape) if self._fits(n, constraint)]
        assert fits, f"the conforming graph has no node for {constraint}"
        return fits[0]

    def _fits(self, node: Node, constraint: Constraint) -> bool:
        """A node fits if it has the path, and stays a target when the path is taken away."""
        if constraint.shape.fragment.endswith("Value") and constraint.parameter == SH["or"]:
            scheme = next(self.good.objects(node, PM.identifierScheme))
            name = str(scheme).rsplit("/", 1)[-1].title().replace("-", "")
            return f"{name}Value" == constraint.shape.fragment
        if constraint.parameter == SH["or"]:
            return (node, PM.evidence, None) in self.good
        if constraint.parameter == SH.lessThanOrEquals:
            return (node, constraint.value, None) in self.good
        if constraint.path == RDF.type:
            others = set(self.good.objects(node, RDF.type)) - {constraint.value}
            return any((constraint.shape, SH.targetClass, o) in self.shapes for o in others)
        return not isinstance(constraint.path, URIRef) or (node, constraint.path, None) in self.good

    def _name(self, source: Node, constraint: Constraint) -> IdentifiedNode:
        number = next(self._number)
        if constraint.path is None and constraint.parameter == SH.nodeKind:
            return BNode()
        if constraint.path is None and constraint.parameter == SH.pattern:
            return URIRef(f"https://example.org/elsewhere/{number}")
        if (source, RDF.type, PM.Country) in self.good:
            letters = chr(65 + number // 26 % 26) + chr(65 + number % 26)
            return URIRef(f"https://w3id.org/permed/{number}/id/country/{letters}")
        return URIRef(f"{source}-{number}")

    def _copy(self, source: Node, constraint: Constraint) -> IdentifiedNode:
        focus = self._name(source, constraint)
        for predicate, value in self.good.predicate_objects(source):
            self.broken.add((focus, predicate, value))
        for subject, predicate in self.good.subject_predicates(source):
            self.broken.add((subject, predicate, focus))
        return focus

    def _replace(self, focus: Node, constraint: Constraint, *values: Node) -> None:
        assert isinstance(constraint.path, URIRef)
        self.broken.remove((focus, constraint.path, None))
        for value in values:
            self.broken.add((focus, constraint.path, value))

    def _old(self, focus: Node, constraint: Constraint) -> Node:
        assert isinstance(constraint.path, URIRef)
        return next(self.broken.objects(focus, constraint.path))

    def _break_minCount(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        inverse = self.shapes.value(constraint.path, SH.inversePath)
        if isinstance(inverse, URIRef):
            self.broken.remove((None, inverse, focus))
        else:
            self._replace(focus, constraint)

    def _break_maxCount(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        inverse = self.shapes.value(constraint.path, SH.inversePath)
        if isinstance(inverse, URIRef):
            self.broken.add((URIRef("https://w3id.org/permed/id/organisation/x"), inverse, focus))
        else:
            assert isinstance(constraint.path, URIRef)
            self.broken.add((focus, constraint.path, Literal("one more")))

    def _break_datatype(self, focus: Node, constraint: Constraint) -> None:
        self._replace(focus, constraint, Literal("wrong", lang="en"))

    def _break_nodeKind(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        if constraint.path is not None:
            self._replace(focus, constraint, Literal("text"))

    def _break_pattern(self, focus: Node, constraint: Constraint) -> None:
        if constraint.path is None:
            return
        literal = isinstance(self._old(focus, constraint), Literal)
        value = Literal(" ?") if literal else URIRef("javascript:alert(1)")
        self._replace(focus, constraint, value)

    def _break_node(self, focus: Node, constraint: Constraint) -> None:
        old = str(self._old(focus, constraint))
        self._replace(focus, constraint, URIRef(old.rsplit("/", 1)[0] + "/no-such-code"))

    def _break_hasValue(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        assert isinstance(constraint.path, URIRef)
        self.broken.remove((focus, constraint.path, constraint.value))

    def _break_in(self, focus: Node, constraint: Constraint) -> None:
        allowed = set(Collection(self.shapes, constraint.value))
        assert self._old(focus, constraint) in allowed
        self._replace(focus, constraint, Literal("nowhere"))

    def _break_equals(self, focus: Node, constraint: Constraint) -> None:
        self._replace(focus, constraint, URIRef(f"{self._old(focus, constraint)}-other"))

    def _break_uniqueLang(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, Literal("one", lang="fr"), Literal("two", lang="fr"))

    def _break_minLength(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, Literal(""))

    def _break_lessThanOrEquals(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, Literal("2999-01-01", datatype=XSD.date))

    def _break_minInclusive(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, self._number_like(focus, constraint, "-1000"))

    def _break_maxInclusive(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, self._number_like(focus, constraint, "100000"))

    def _number_like(self, focus: Node, constraint: Constraint, digits: str) -> Literal:
        old = self._old(focus, constraint)
        assert isinstance(old, Literal)
        return Literal(digits, datatype=old.datatype)

    def _break_qualifiedMaxCount(self, focus: Node, constraint: Constraint) -> None:  # noqa: N802
        self._replace(focus, constraint, Literal("one"), Literal("two"))

    def _break_closed(self, focus: Node, constraint: Constraint) -> str:
        self.broken.add((focus, RDFS.comment, Literal("not foreseen")))
        return RDFS.comment.n3()

    def _break_or(self, focus: Node, constraint: Constraint) -> None:
        if constraint.shape == SHAPE.Role:
            self.broken.remove((focus, PROV.wasDerivedFrom, None))
        else:
            self.broken.remove((focus, SKOS.notation, None))
            self.broken.add((focus, SKOS.notation, Literal(" ?")))

    def _break_xone(self, focus: Node, constraint: Constraint) -> None:
        for predicate in (PM.value, PM.dateValue, PM.textValue):
            self.broken.remove((focus, predicate, None))


def _path(shapes: Graph, path: Node | None) -> str:
    if path is None:
        return ""
    inverse = shapes.value(path, SH.inversePath)
    return f"^{inverse.n3()}" if isinstance(inverse, URIRef) else URIRef(str(path)).n3()
