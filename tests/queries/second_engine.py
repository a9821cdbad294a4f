"""The catalogue asked a second time, of rdflib: another engine, in Python alone."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox
import rdflib
from rdflib.query import ResultRow

from permed.graph.store import EmbeddedStore
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Question
from permed.queries.ordered_cells import concatenated_columns

__all__ = ["differences", "graph_of"]

Rows = Counter[tuple[str, ...]]


def graph_of(ntriples: str) -> rdflib.Graph:
    """Return triples as a graph of rdflib, which keeps the text of literals as it stands."""
    graph = rdflib.Graph()
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        graph.parse(data=ntriples, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return graph


def differences(
    question: Question, given: dict[str, str], store: EmbeddedStore, graph: rdflib.Graph, base: str
) -> tuple[Rows, Rows]:
    """Return the rows that our engine alone gives, and those that rdflib alone gives."""
    terms = question.bind(given, base)
    text = question.sparql(base)
    parts = concatenated_columns(text)
    ours = store.query(text, substitutions=terms)
    answer = graph.query(substitute(text, terms))
    names = [str(name) for name in answer.vars or ()]
    mine = Counter(
        tuple(_cell(_text(row.get(n)), parts.get(n)) for n in names) for row in ours.rows()
    )
    theirs = Counter(
        tuple(_cell(_text(row.get(n)), parts.get(n)) for n in names)
        for row in (binding.asdict() for binding in answer if isinstance(binding, ResultRow))
    )
    return mine - theirs, theirs - mine


def _text(term: object) -> str:
    if isinstance(term, ox.Literal | ox.NamedNode):
        return term.value
    return "" if term is None else str(term)


def _cell(text: str, separator: str | None) -> str:
    """Numbers by value, lists in one order: the standard leaves both ways of writing open."""
    if separator:
        return separator.join(sorted(text.split(separator)))
    try:
        return str(Decimal(text).normalize()) if text.strip() else text
    except InvalidOperation:
        return text
