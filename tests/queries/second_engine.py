"""The catalogue asked a second time, of rdflib: another engine, in Python alone."""

from __future__ import annotations

import os
import pickle
import resource
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import pyoxigraph as ox
import rdflib
from rdflib.query import ResultRow

from permed.graph.store import EmbeddedStore
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Question
from permed.queries.ordered_cells import concatenated_columns

__all__ = ["differences", "graph_of", "within"]

Rows = Counter[tuple[str, ...]]
T = TypeVar("T")


def within(seconds: int, work: Callable[[], T]) -> T | None:
    """Return what the work gives, None where it takes more processor seconds.

    It runs in a child that the system ends: rdflib cannot stop a query. RuntimeError where the
    child fails.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(reader)
        limit = int(time.process_time()) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        try:
            answer = pickle.dumps(work())
        except BaseException as error:
            answer = pickle.dumps(RuntimeError(repr(error)))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        return None
    found = pickle.loads(told)
    if isinstance(found, RuntimeError):
        raise found
    return found  # type: ignore[no-any-return]


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
