"""Write the reference pages of the vocabulary: `python -m permed.ontology.pages.build OUT_DIR`.

Four pages without outside requests: terms with the class diagram, schemes, shapes, versions.
The same files give the same bytes, so the pages can be kept beside the code and compared.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, SH
from rdflib.term import Node

from permed.ontology.pages.diagram import class_diagram
from permed.ontology.pages.versions import since, versions
from permed.ontology.terms import DEFAULT_BASE, ONTOLOGY_IRI, PM, SCHEME, shorten
from permed.ontology.vocabulary import ontology_files, scheme_names, shapes_text

__all__ = ["pages", "write"]

_TEMPLATES: Final = Path(__file__).parent / "templates"
_KINDS: Final = {
    "Classes": OWL.Class,
    "Properties between things": OWL.ObjectProperty,
    "Properties with values": OWL.DatatypeProperty,
}
_SHAPE: Final = f"{DEFAULT_BASE}shape#"
_LIMITS: Final = (
    *("minCount", "maxCount", "class", "datatype", "nodeKind", "pattern", "in", "hasValue"),
    *("equals", "disjoint", "uniqueLang", "minLength", "maxLength", "lessThanOrEquals"),
    *("minInclusive", "maxInclusive", "qualifiedMinCount", "qualifiedMaxCount", "node", "closed"),
)


@dataclass
class Entry:
    """One term, concept or shape as the pages show it; rows are (word, values)."""

    name: str
    iri: str
    label: str
    definition: str
    example: str = ""
    rows: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass
class ShapeConstraint:
    """One constraint of a shape: path, limits in words, message, severity."""

    path: str
    limits: str
    message: str
    severity: str


@dataclass
class Shape:
    """One shape with its targets and rules."""

    name: str
    label: str
    targets: list[str]
    rules: list[ShapeConstraint]
    example: str


def write(out: Path) -> list[Path]:
    """Write the pages into a folder, made if it is not there, and return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages().items():
        path = out / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def pages(usage: Mapping[str, int] | None = None) -> dict[str, str]:
    """Return the pages by file name; `usage` says how often a release uses a term, by its IRI."""
    terms = Graph()
    for path in ontology_files():
        terms.parse(path)
    shapes = Graph().parse(data=shapes_text(), format="turtle")
    used = _classes_of_shapes(shapes)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shared = {"version": str(terms.value(URIRef(ONTOLOGY_IRI), OWL.versionInfo))}
    contents: dict[str, dict[str, object]] = {
        "index.html": {
            "groups": {kind: _terms(terms, iri, used, usage) for kind, iri in _KINDS.items()},
            "diagram": class_diagram(terms),
        },
        "schemes.html": {"schemes": [_scheme(terms, shapes, name) for name in scheme_names()]},
        "shapes.html": {"shapes": _shapes(shapes, terms)},
        "versions.html": {"versions": versions()},
    }
    return {
        name: environment.get_template(f"{name}.j2").render(current=name, **shared, **content)
        for name, content in contents.items()
    }


def _short(node: Node) -> str:
    return shorten(str(node)) if isinstance(node, URIRef) else str(node)


def _names(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    return sorted(_short(o) for o in graph.objects(subject, predicate))


def _text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    return str(graph.value(subject, predicate) or "")


def _classes_of_shapes(shapes: Graph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for shape, target in sorted(shapes.subject_objects(SH.targetClass)):
        found.setdefault(_short(target), []).append(str(shape).removeprefix(_SHAPE))
    return found


def _terms(
    graph: Graph, kind: URIRef, used: dict[str, list[str]], usage: Mapping[str, int] | None
) -> list[Entry]:
    own = sorted((s for s in graph.subjects(RDF.type, kind) if str(s).startswith(str(PM))), key=str)
    entries = [_term(graph, term, used) for term in own]
    for entry in entries:
        entry.rows.append(("since", [since(entry.iri.removeprefix(str(PM)))]))
        if usage is not None:
            entry.rows.append(("used", [_times(usage.get(entry.iri, 0), kind)]))
    return entries


def _times(n: int, kind: URIRef) -> str:
    what = "node" if kind == OWL.Class else "statement"
    return (
        f"{n:,} {what}{'' if n == 1 else 's'} in the release that is served"
        if n
        else "not in this release"
    )


def _term(graph: Graph, term: Node, used: dict[str, list[str]]) -> Entry:
    asked = {
        "sub-class of": RDFS.subClassOf,
        "sub-property of": RDFS.subPropertyOf,
        "used on": RDFS.domain,
        "value": RDFS.range,
        "excludes": OWL.disjointWith,
        "close to": SKOS.closeMatch,
        "narrower than": SKOS.broadMatch,
        "related to": SKOS.relatedMatch,
    }
    rows = [(word, _names(graph, term, predicate)) for word, predicate in asked.items()]
    below = [*graph.subjects(RDFS.subClassOf, term), *graph.subjects(RDFS.subPropertyOf, term)]
    rows.append(("has below it", sorted(_short(s) for s in below)))
    rows.append(("shapes", used.get(_short(term), [])))
    told = {
        str(t).rpartition("#")[2].removesuffix("Property") for t in graph.objects(term, RDF.type)
    }
    kinds = sorted(k.lower() for k in told - {"Object", "Datatype", "Class"})
    return Entry(
        name=_short(term),
        iri=str(term),
        label=_text(graph, term, RDFS.label),
        definition=_text(graph, term, SKOS.definition),
        example=_text(graph, term, SKOS.example),
        rows=[(word, names) for word, names in [*rows, ("kind of property", kinds)] if names],
    )


def _users(shapes: Graph, scheme: str) -> list[str]:
    """Return the properties whose values a shape takes from the scheme."""
    codes = shapes.subjects(SH.property / SH.hasValue, URIRef(SCHEME[scheme]))
    holders = [h for code in codes for h in shapes.subjects(SH.node, code)]
    return sorted({_short(path) for h in holders for path in shapes.objects(h, SH.path)})


def _scheme(graph: Graph, shapes: Graph, name: str) -> tuple[Entry, list[Entry]]:
    head = URIRef(SCHEME[name])
    entry = Entry(
        name=name,
        iri=str(head),
        label=_text(graph, head, DCTERMS.title),
        definition=" ".join(
            t for t in (_text(graph, head, DCTERMS.description), _text(graph, head, SKOS.note)) if t
        ),
        rows=[("used by", _users(shapes, name))],
    )
    concepts = sorted(graph.subjects(SKOS.inScheme, head), key=str)
    return entry, [_concept(graph, concept, name) for concept in concepts]


def _concept(graph: Graph, concept: Node, scheme: str) -> Entry:
    asked = {
        "broader": SKOS.broader,
        "broader elsewhere": SKOS.broadMatch,
        "related elsewhere": SKOS.relatedMatch,
        "property": URIRef("http://www.w3.org/ns/org#roleProperty"),
        "see": RDFS.seeAlso,
        "template": URIRef(PM.uriTemplate),
        "pattern": URIRef(PM.valuePattern),
        "makes a partner": URIRef(PM.makesPartner),
        "source": DCTERMS.source,
    }
    rows = [(word, _names(graph, concept, predicate)) for word, predicate in asked.items()]
    own = f"scheme:{scheme}/"
    return Entry(
        name=_text(graph, concept, SKOS.notation),
        iri=str(concept),
        label=_text(graph, concept, SKOS.prefLabel),
        definition=_text(graph, concept, SKOS.definition),
        rows=[(word, [n.removeprefix(own) for n in names]) for word, names in rows if names],
    )


def _shapes(graph: Graph, terms: Graph) -> list[Shape]:
    nodes = sorted(s for s in graph.subjects(RDF.type, SH.NodeShape) if isinstance(s, URIRef))
    return [_shape(graph, node, terms) for node in nodes]


def _shape(graph: Graph, node: Node, terms: Graph) -> Shape:
    rules = [_rule(graph, holder) for holder in graph.objects(node, SH.property)]
    if message := _text(graph, node, SH.message):
        rules.append(ShapeConstraint("the node itself", _limits(graph, node), message, "Violation"))
    shown = [t for t in graph.objects(node, SH.targetClass) if (t, SKOS.example, None) in terms]
    of_subjects = [f"subjects of {n}" for n in _names(graph, node, SH.targetSubjectsOf)]
    return Shape(
        name=str(node).removeprefix(_SHAPE),
        label=_text(graph, node, RDFS.label),
        targets=[*_names(graph, node, SH.targetClass), *of_subjects],
        rules=sorted(rules, key=lambda rule: (rule.path, rule.limits, rule.message)),
        example=_text(terms, min(shown, key=str), SKOS.example) if shown else "",
    )


def _rule(graph: Graph, holder: Node) -> ShapeConstraint:
    path = graph.value(holder, SH.path)
    assert path is not None
    return ShapeConstraint(
        path=_path(graph, path),
        limits=_limits(graph, holder),
        message=_text(graph, holder, SH.message),
        severity=_text(graph, holder, SH.severity).rpartition("#")[2] or "Violation",
    )


def _path(graph: Graph, path: Node) -> str:
    """Return a path in words: `inverse of p`, `p, then q`, `p, any number of times`."""
    if isinstance(path, URIRef):
        return _short(path)
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return f"inverse of {_path(graph, inverse)}"
    if (repeated := graph.value(path, SH.oneOrMorePath)) is not None:
        return f"{_path(graph, repeated)}, any number of times"
    return ", then ".join(_path(graph, step) for step in Collection(graph, path))


def _limits(graph: Graph, holder: Node) -> str:
    words = []
    for name in _LIMITS:
        value = graph.value(holder, SH[name])
        if value is None:
            continue
        listed = name == "in"
        shown = [_short(v) for v in Collection(graph, value)] if listed else [_short(value)]
        words.append(f"{name} {' '.join(shown)}")
    return "; ".join(words)


def _main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m permed.ontology.pages.build OUT_DIR\n")
        return 2
    sizes = Counter({path.name: path.stat().st_size for path in write(Path(arguments[0]))})
    for name, size in sorted(sizes.items()):
        sys.stdout.write(f"{name} {size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
