"""One query against an engine's store: dataset, parameters, caps and serialisation."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import BusyError, InputError
from permed.graph.store.answers.answer import Answer, Term
from permed.graph.store.answers.formats import Format, format_named
from permed.graph.store.embedded.limits import UNLIMITED, CappedBuffer, Caps, cap_rows, with_limit
from permed.graph.store.query.dataset import Dataset, dataset_of, merge, needs_merge
from permed.graph.store.query.inspection import Inspection, ServiceRefused, inspect
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.prologue import usual_prologue
from permed.graph.store.query.star import with_columns_in_order
from permed.graph.store.query.syntax_errors import explain_syntax
from permed.ontology import PREFIXES

__all__ = ["evaluate", "refuse_unanswerable", "serialised"]

_ABBREVIATED: Final = ("ttl", "trig", "rdf")  # formats in which addresses have short forms


def evaluate(
    store: ox.Store,
    sparql: str,
    inspection: Inspection,
    *,
    substitutions: Mapping[str, Term],
    format: str | None = None,  # noqa: A002 - the word that users know
    dataset: Dataset | None = None,
    caps: Caps = UNLIMITED,
    union: bool = False,
    base: str | None = None,
    written: str | None = None,
) -> Answer:
    """Answer a query wholly; more rows than the cap are cut and the answer says so.

    Usual prefixes need no declaration; the columns of SELECT * stand in the order of the text.
    written: the query as its author wrote it, where rows were put into it since.

    LimitExceeded where the answer has more bytes than the cap; QuerySyntaxError with the place;
    InputError for updates and formats that do not fit.
    """
    refuse_unanswerable(inspection)
    started = time.perf_counter()
    prologue = usual_prologue(inspection)
    limited = sparql if caps.rows is None else with_limit(sparql, inspection, caps.rows + 1)
    try:
        text = prologue + substitute(limited, substitutions)
        run = partial(
            _run,
            store,
            dataset=dataset,
            union=union,
            from_clauses=inspection.has_dataset,
            base=base,
        )
        found = run(text)
        if isinstance(found, ox.QuerySolutions):
            columns = [v.value for v in found.variables]
            ordered = with_columns_in_order(text, columns)
            found = found if ordered is None else run(ordered)
        answer = serialised(found, format, caps)
    except SyntaxError as problem:
        own = usual_prologue(inspect(written)) if written else prologue
        raise explain_syntax(written or sparql, own, str(problem)) from None
    except OSError as problem:  # the store on disk; what is in memory does not fail so
        raise BusyError(f"the store cannot be read now ({problem}); try again later") from None
    except (RuntimeError, ValueError) as problem:
        raise InputError(f"the query cannot be run: {' '.join(str(problem).split())}") from None
    seconds = time.perf_counter() - started
    return Answer(answer.form, answer.body, answer.format, answer.truncated, seconds)


def refuse_unanswerable(inspection: Inspection) -> None:
    """Refuse an update, or what would make an engine call other addresses."""
    if inspection.form == "update":
        raise InputError("this endpoint answers queries only; updates are not accepted here")
    if inspection.services:
        raise ServiceRefused(
            f"SERVICE {inspection.services[0]} is not on the allowlist; run that part there, "
            "or ask the operator to allow the endpoint"
        )


def _run(
    store: ox.Store,
    sparql: str,
    *,
    dataset: Dataset | None,
    union: bool,
    from_clauses: bool,
    base: str | None,
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    graphs = dataset_of(sparql) if dataset is None and from_clauses else dataset
    if graphs is not None and needs_merge(graphs):
        return merge(store, graphs).query(
            sparql,
            base_iri=base,
            default_graph=ox.DefaultGraph(),
            named_graphs=[ox.NamedNode(g) for g in graphs.named],
        )
    if dataset is None:  # the engine would ignore FROM in a union
        whole = union and not from_clauses
        return store.query(sparql, base_iri=base, use_default_graph_as_union=whole)
    return store.query(
        sparql,
        base_iri=base,
        default_graph=[ox.NamedNode(g) for g in dataset.default],
        named_graphs=[ox.NamedNode(g) for g in dataset.named],
    )


def serialised(
    found: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple], name: str | None, caps: Caps
) -> Answer:
    """Return what was found in a format, within the caps; AnswerTooLarge past that of bytes."""
    if not isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        return _graph(found, format_named(name or "nt", graph=True), caps)
    wanted = format_named(name or "json", graph=False)
    buffer = CappedBuffer(caps.size)
    found.serialize(buffer, format=_rows_format(wanted))
    if isinstance(found, ox.QueryBoolean):
        return Answer("ask", buffer.getvalue(), wanted)
    body, truncated = cap_rows(buffer.getvalue(), wanted.name, caps.rows)
    return Answer("select", body, wanted, truncated)


def _rows_format(wanted: Format) -> ox.QueryResultsFormat:
    if isinstance(wanted.engine, ox.RdfFormat):
        raise InputError(f"rows cannot be written as {wanted.name}; use json, xml, csv or tsv")
    return wanted.engine


def _graph(found: Iterable[ox.Triple], wanted: Format, caps: Caps) -> Answer:
    if not isinstance(wanted.engine, ox.RdfFormat):
        raise InputError(f"triples cannot be written as {wanted.name}")
    buffer = CappedBuffer(caps.size)
    prefixes = PREFIXES if wanted.name in _ABBREVIATED else None
    if caps.rows is None:
        ox.serialize(found, buffer, format=wanted.engine, prefixes=prefixes)
        return Answer("graph", buffer.getvalue(), wanted)
    kept = list(islice(found, caps.rows + 1))
    ox.serialize(kept[: caps.rows], buffer, format=wanted.engine, prefixes=prefixes)
    return Answer("graph", buffer.getvalue(), wanted, len(kept) > caps.rows)
