"""JSON-LD 1.1 through our context, made to be read: the thing first, what it owns inside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import orjson
import pyoxigraph as ox

from permed.ontology import PREFIXES, context_text

__all__ = ["tree"]

Node = dict[str, Any]
_TYPE: Final = PREFIXES["rdf"] + "type"
_XSD: Final = PREFIXES["xsd"]


def tree(iri: str, triples: Iterable[ox.Triple]) -> bytes:
    """Return one document: node `iri` with the nodes that only it names inside; others beside it.

    The context holds the terms used and no more, so that the document stands on its own.
    """
    nodes, used = _nodes(triples)
    root = nodes.pop(iri, {"id": iri})
    _embed(root, nodes, {iri})
    document: Node = {"@context": _context_of(used), **root}
    if nodes:
        document["@included"] = [nodes[name] for name in sorted(nodes)]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _nodes(triples: Iterable[ox.Triple]) -> tuple[dict[str, Node], set[str]]:
    nodes: dict[str, Node] = {}
    used = {"id", "type"}
    for triple in triples:
        subject = _name(triple.subject)
        node = nodes.setdefault(subject, {"id": subject})
        if triple.predicate.value == _TYPE:
            node.setdefault("type", []).append(_short(_name(triple.object), used))
        else:
            key, value = _entry(triple.predicate.value, triple.object, used)
            node.setdefault(key, []).append(value)
    return {name: _simple(node) for name, node in nodes.items()}, used


def _name(term: object) -> str:
    value = str(getattr(term, "value", ""))
    return f"_:{value}" if isinstance(term, ox.BlankNode) else value


def _simple(node: Node) -> Node:
    """One value stands alone, several in a list; id, type and label come first."""
    plain = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in node.items()}
    first = [k for k in ("id", "type", "label") if k in plain]
    return {k: plain[k] for k in [*first, *sorted(k for k in plain if k not in first)]}


def _entry(predicate: str, value: object, used: set[str]) -> tuple[str, object]:
    """Return key and value of one statement under the best fitting term of the context."""
    wanted = _coercion(value)
    terms = _terms().get(predicate, {})
    if wanted in terms:
        term = terms[wanted]
        used.add(term)
        return term, _bare(value)
    if None in terms and wanted != "@id":
        used.add(terms[None])
        return terms[None], _value(value)
    return _short(predicate, used), _value(value)


def _coercion(value: object) -> str | None:
    if not isinstance(value, ox.Literal):
        return "@id"
    if value.language:
        return "@language"  # no term of ours fixes a language
    plain = value.datatype.value == _XSD + "string"
    return None if plain else value.datatype.value


def _bare(value: object) -> str:
    return _name(value) if not isinstance(value, ox.Literal) else value.value


def _value(value: object) -> object:
    if not isinstance(value, ox.Literal):
        return {"id": _name(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    kind = value.datatype.value
    return value.value if kind == _XSD + "string" else {"@value": value.value, "@type": kind}


def _short(iri: str, used: set[str]) -> str:
    """Return the name of a class or property: its term, else its prefixed name."""
    plain = _terms().get(iri, {}).get(None)
    if plain:
        used.add(plain)
        return plain
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(str(namespace))
        if local != iri and local and "/" not in local:
            used.add(prefix)
            return f"{prefix}:{local}"
    return iri


def _embed(node: Node, nodes: dict[str, Node], above: set[str]) -> None:
    """Move nodes that this one names into it; a node stays where it was named first."""
    for key, value in node.items():
        if key in ("id", "type"):
            continue
        values = value if isinstance(value, list) else [value]
        held = [_held(v, key, nodes, above) for v in values]
        node[key] = held if isinstance(value, list) else held[0]


def _held(value: object, key: str, nodes: dict[str, Node], above: set[str]) -> object:
    name = value.get("id") if isinstance(value, dict) else value
    if not isinstance(name, str) or name not in nodes or name in above or key == "label":
        return value
    node = nodes.pop(name)
    _embed(node, nodes, above | {name})
    return node


@cache
def _context() -> dict[str, Any]:
    return dict(json.loads(context_text())["@context"])


def _expand(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return f"{PREFIXES[prefix]}{local}" if colon and prefix in PREFIXES else name


@cache
def _terms() -> dict[str, dict[str | None, str]]:
    """Terms of the context by IRI and coercion ("@id", a datatype, or None)."""
    found: dict[str, dict[str | None, str]] = {}
    for term, definition in _context().items():
        if term.startswith("@") or term in PREFIXES or definition in ("@id", "@type"):
            continue
        spec = definition if isinstance(definition, dict) else {"@id": definition}
        if "@container" in spec or "@reverse" in spec or "@language" in spec:
            continue
        kind = spec.get("@type")
        found.setdefault(_expand(spec["@id"]), {}).setdefault(_expand(kind) if kind else None, term)
    return found


def _context_of(used: set[str]) -> dict[str, Any]:
    """Return the part of the context that the terms in use need."""
    context = _context()
    kept: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    prefixes: set[str] = {name for name in used if name in PREFIXES}
    for term in sorted(used - prefixes - {"id", "type"}):
        definition = kept[term] = context[term]
        spec = definition.values() if isinstance(definition, dict) else [definition]
        prefixes |= {str(v).partition(":")[0] for v in spec if ":" in str(v)}
    return {**{p: str(PREFIXES[p]) for p in sorted(prefixes & set(PREFIXES))}, **kept}
