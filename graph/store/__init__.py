"""Stores that answer SPARQL: embedded (`EmbeddedStore`), remote (`RemoteStore`), and the executor.

All of them speak the protocol `SparqlStore` and return an `Answer`, whole or not at all. The
executor (`graph/store/executor`) runs the queries of strangers in processes that can be stopped.
"""

from permed.graph.store.answers.answer import Answer, SparqlStore, Term
from permed.graph.store.answers.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format, format_named
from permed.graph.store.embedded.limits import Caps
from permed.graph.store.embedded.store import EmbeddedStore
from permed.graph.store.query.dataset import Dataset
from permed.graph.store.query.inspection import Inspection, ServiceRefused, inspect
from permed.graph.store.remote.store import RemoteStore

__all__ = [
    "GRAPH_FORMATS",
    "SOLUTION_FORMATS",
    "Answer",
    "Caps",
    "Dataset",
    "EmbeddedStore",
    "Format",
    "Inspection",
    "RemoteStore",
    "ServiceRefused",
    "SparqlStore",
    "Term",
    "format_named",
    "inspect",
]
