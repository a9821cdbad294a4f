"""The whole answer of one query: rows, a truth value or triples, and its other serialisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.graph.store.answers.formats import SOLUTION_FORMATS, Format, format_named

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Answer", "Form", "SparqlStore", "Term"]

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Form: TypeAlias = Literal["select", "ask", "graph"]


@dataclass(frozen=True)
class Answer:
    """A complete, checked answer: its kind, its bytes and the format of the bytes.

    `truncated` is true where a row cap cut it; nothing else ever shortens an answer.
    """

    form: Form
    body: bytes
    format: Format
    truncated: bool = False
    seconds: float = 0.0

    def serialise(self, name: str) -> bytes:
        """Return the answer in another format, named as in `formats`."""
        wanted = format_named(name, graph=self.form == "graph")
        if wanted == self.format:
            return self.body
        if isinstance(wanted.engine, ox.RdfFormat):
            return ox.serialize(self.triples(), format=wanted.engine) or b""
        found = ox.parse_query_results(self.body, format=_results_format(self.format))
        return found.serialize(format=wanted.engine) or b""

    def frame(self) -> pl.DataFrame:
        """Return the rows of a SELECT; see `frames.frame_of_tsv` for the column types."""
        self._expect("select")
        # imported late: Polars starts threads, and the loader that forks may have none
        from permed.graph.store.answers.frames import frame_of_tsv

        return frame_of_tsv(self.serialise("tsv"))

    def rows(self) -> list[dict[str, Term]]:
        """Return the rows of a SELECT as terms by variable; unbound variables are left out."""
        found = self._solutions()
        names = [v.value for v in found.variables]
        pairs = ([(n, row[n]) for n in names] for row in found)
        return [{n: term for n, term in row if isinstance(term, Term)} for row in pairs]

    def columns(self) -> list[str]:
        """Return the variables of a SELECT, in the order in which it names them."""
        return [variable.value for variable in self._solutions().variables]

    def _solutions(self) -> ox.QuerySolutions:
        self._expect("select")
        found = ox.parse_query_results(self.serialise("json"), format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            raise InputError("the answer holds a truth value where rows were expected")
        return found

    def truth(self) -> bool:
        """Return the answer of an ASK."""
        self._expect("ask")
        return bool(
            ox.parse_query_results(self.serialise("json"), format=ox.QueryResultsFormat.JSON)
        )

    def triples(self) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE."""
        self._expect("graph")
        if not isinstance(self.format.engine, ox.RdfFormat):
            raise InputError(f"triples cannot be read from {self.format.name}")
        return [q.triple for q in ox.parse(self.body, format=self.format.engine)]

    def _expect(self, form: Form) -> None:
        if self.form != form:
            raise InputError(f"the query is of the kind {self.form}, not {form}; ask it otherwise")


def _results_format(found: Format) -> ox.QueryResultsFormat:
    if isinstance(found.engine, ox.RdfFormat) or found is SOLUTION_FORMATS["csv"]:
        raise InputError(f"rows cannot be read back from {found.name}; ask for json")
    return found.engine


class SparqlStore(Protocol):
    """Whatever answers SPARQL queries: the embedded store, the executor or a remote endpoint."""

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        format: str | None = None,  # noqa: A002 - the word that users know
    ) -> Answer:
        """Answer a query; parameters are put in as terms, never as text."""
        ...

    def select_frame(
        self, sparql: str, *, substitutions: Mapping[str, Term] | None = None
    ) -> pl.DataFrame:
        """Answer a SELECT as a frame."""
        ...
