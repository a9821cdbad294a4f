"""A release opened from Python: queries, questions, search, networks, matching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from permed.api.python.matching import match_with
from permed.api.python.values import Value, term, texts
from permed.graph.errors import InputError, NotFoundError
from permed.graph.releases.release import Release
from permed.graph.releases.text_index import TextIndex, open_text_index
from permed.graph.store import Answer, EmbeddedStore, RemoteStore, Term
from permed.graph.store.query.parameters import substitute
from permed.graph.store.query.text_search import expand_text_search, has_text_search
from permed.graph.store.query.tokens import tokens
from permed.queries.catalogue import Catalogue, Question
from permed.queries.naming import Naming, naming_of
from permed.queries.ordered_cells import in_order
from permed.queries.resolution import Resolved, resolve_all

if TYPE_CHECKING:
    from permed.api.python.network import CollaborationNetwork

__all__ = ["OpenedRelease", "open_store"]

_IN_MEMORY = 60_000_000  # bytes of N-Quads that load into memory faster than they repay on disk
_NAMES = """
SELECT ?thing (MIN(STR(?named)) AS ?label) (MIN(STR(?place)) AS ?country) {
  VALUES ?thing { %s }
  OPTIONAL { ?thing rdfs:label|skos:prefLabel ?named }
  OPTIONAL { ?thing pm:country/rdfs:label ?place }
} GROUP BY ?thing"""
_SAID = """
SELECT ?property ?value ?label ?graph {
  GRAPH ?graph { ?thing ?property ?value }
  OPTIONAL { ?value rdfs:label ?label }
} ORDER BY ?property ?value ?graph"""


def open_store(release: Release) -> EmbeddedStore:
    """Open the graph of a release: small ones answer from memory, large ones open faster on disk.

    InputError where a file of it is damaged.
    """
    if release.graph_bytes <= _IN_MEMORY:
        release.check("graphs")
        return EmbeddedStore.load(release.graphs)
    return EmbeddedStore.open(release.store)


class OpenedRelease:
    """A release; rows come as Polars frames (`.to_pandas()` and `.to_arrow()` turn them).

    Its graph may be answered by a `remote` store. Without the release's files beside it, what needs
    them is refused; `base` and `name` then say what the store holds.
    """

    def __init__(
        self,
        release: Release | None,
        remote: RemoteStore | None = None,
        base: str = "",
        name: str = "",
    ) -> None:
        self._files, self._remote = release, remote
        self._base, self._name = base, name

    def __repr__(self) -> str:
        if self._files is None:
            return f"<Release {self.id}>"
        return f"<Release {self.id}: {self.receipt['counts']['triples']:,} triples>"

    @property
    def files(self) -> Release:
        """The release's folder; InputError where only a store is asked."""
        if self._files is None:
            where = self._remote.endpoint if self._remote is not None else self._name
            raise InputError(
                f"{where}: answers queries, and this needs the release's files (tables, text"
                " index): build it here, or name its folder or bundle with --into"
            )
        return self._files

    @property
    def is_remote(self) -> bool:
        """Whether a store of another server answers its queries."""
        return self._remote is not None

    @property
    def id(self) -> str:
        """Name of the release; of a store that holds none of ours, its address."""
        return self._name if self._files is None else self._files.id

    @property
    def base(self) -> str:
        """Base address of everything that it names."""
        return self._base if self._files is None else self._files.base

    @property
    def receipt(self) -> dict[str, Any]:
        """What went in, with checksums, and what came out."""
        return self.files.receipt

    def query(self, sparql: str, **terms: Value) -> pl.DataFrame | bool | str:
        """Answer a SPARQL 1.1 query; the usual prefixes are known.

        SELECT gives a frame, ASK a truth value, CONSTRUCT and DESCRIBE N-Triples. terms: values of
        variables: addresses (`http...`), text, numbers, truth values, days; they go in as terms,
        never as text of the query.

        QuerySyntaxError tells line and column; InputError a variable that the query lacks.

        >>> call = f"{graph.base}id/call/ep-permed-jtc2025"
        >>> graph.query("SELECT ?name { ?call pm:acronym ?name }", call=call)["name"].to_list()
        ['EP PerMed JTC2025']
        >>> graph.query("ASK { ?call a pm:Call }", call=call)
        True
        """
        if terms:
            _refuse_unknown(sparql, terms)
        return _told(self.answer(sparql, {name: term(name, v) for name, v in terms.items()}))

    def ask(self, question: str | int, **parameters: Value | None) -> pl.DataFrame:
        """Answer a question of the catalogue, by name or by its number among the forty.

        Parameters name things as people do: `country="Austria"`, `call="JTC2024"`, `year=2024`.
        NotFoundError for a question or thing, InputError for a parameter that there is not.

        >>> found = graph.ask("call-success", call="JTC2025")
        >>> found.select("callName", "preProposals", "funded").row(0)
        ('EP PerMed JTC2025', 110, 22)
        """
        chosen = _question(question)
        given = texts(parameters)
        taken = {one.parameter: one.value for one in self.resolved(chosen, given)}
        terms = chosen.bind(given | taken, self.base)
        sparql = chosen.sparql(self.base)
        return in_order(self.answer(sparql, terms), sparql).frame()

    def resolved(self, question: Question, parameters: Mapping[str, str]) -> list[Resolved]:
        """Return the things that the parameters of a question name; NotFoundError suggests some."""
        if not any(p.type in ("iri", "concept", "date") for p in question.params):
            return []
        return resolve_all(question, parameters, self.naming, self.base)

    def questions(self) -> pl.DataFrame:
        """Return the catalogue: name, number, question, parameters.

        >>> graph.questions().filter(number=40)["name"].to_list()
        ['country-balance']
        """
        rows = [
            {
                "name": question.name,
                "number": question.competency,
                "question": question.question,
                "parameters": [f"{p.name}={p.default or p.example}" for p in question.params],
            }
            for question in Catalogue.load()
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    def find(self, text: str, limit: int = 20) -> pl.DataFrame:
        """Search names, identifiers and texts; best first: id, kind, label, country, score.

        InputError where there is no word to search for, or nothing is to be given.

        >>> graph.find("Carlos III", limit=1).select("id", "country").row(0)
        ('organisation/isciii', 'Spain')
        """
        if not text.strip() or limit < 1:
            raise InputError("find: give a word or an identifier, and a limit above 0")
        scores = dict(self._index.things(text, False)[:limit])
        ranked = pl.DataFrame(
            {"thing": list(scores), "score": list(scores.values())},
            schema={"thing": pl.String, "score": pl.Float64},
        )
        values = " ".join(f"<{thing}>" for thing in scores)
        found = self.answer(_NAMES % values, {}).frame().cast(pl.String)
        path = pl.col("thing").str.strip_prefix(f"{self.base}id/")
        return (
            ranked.join(found, on="thing", how="left", maintain_order="left")
            .with_columns(id=path, kind=path.str.split("/").list.first())
            .select("id", "kind", "label", "country", "score")
        )

    def describe(self, thing: str) -> pl.DataFrame:
        """Return all that is said of a thing, by whom: property, value, label, graph.

        thing: its address, or the path behind `id/` such as `organisation/dlr`. NotFoundError
        suggests what is called alike.

        >>> graph.describe("call/ep-permed-jtc2025").columns
        ['property', 'value', 'label', 'graph']
        """
        iri = thing if "://" in thing else f"{self.base}id/{thing}"
        said = self.answer(_SAID, {"thing": term("thing", iri)}).frame()
        if said.is_empty():
            word = thing.rstrip("/ ").rpartition("/")[2]
            near = ", ".join(self.find(word, 3)["id"]) if word else ""
            hint = f"; did you mean {near}?" if near else ""
            raise NotFoundError(f"release {self.id} says nothing of {thing}{hint}")
        return said

    def network(self, **filters: Any) -> CollaborationNetwork:
        """Return who works with whom; filters as those of `permed network` (docs/commands.md).

        `start` and `end` bound the time, as `--from` and `--to` do. InputError names a
        filter or value that there is not.

        >>> graph.network(nodes="countries", relation="csa", start="2020").nodes.height > 20
        True
        """
        # measures load scipy, which a query does without
        from permed.api.python.network import CollaborationNetwork

        return CollaborationNetwork.of(self.files, filters)

    def match(self, names: Iterable[str] | str, country: str | None = None) -> pl.DataFrame:
        """Match names of organisations, or one, to those of the release, a row a name.

        Columns: name, match_id, match_name, match_score (0 to 1), decision (accept, review, none),
        reason, match_status, successor. country: code or name, where all are of one.

        >>> graph.match(["Inst. de Salud Carlos III"]).select("match_name", "decision").row(0)
        ('Institute of Health Carlos III', 'accept')
        """
        return match_with(self._matcher, names, country)

    def answer(self, sparql: str, terms: Mapping[str, Term]) -> Answer:
        """Answer a query in any form; text searches go to the text index of the release."""
        text, written = self.prepared(sparql, terms)
        if written is None:
            return self._store.query(sparql, substitutions=terms)
        return self._store.query(text, written=written)

    def prepared(
        self, sparql: str, terms: Mapping[str, Term] | None = None
    ) -> tuple[str, str | None]:
        """Return a query with its text searches done, and then as it was written, else None."""
        if not has_text_search(sparql):
            return sparql, None
        return expand_text_search(substitute(sparql, terms or {}), self._index.things), sparql

    def store_folder(self) -> Path:
        """Return the folder of the store on disk; InputError where a file of it is damaged."""
        return self.files.store

    def description_files(self) -> list[Path]:
        """Return the files that say what is in it: VoID, and the vocabulary."""
        return [self.files.path / "void.ttl", self.files.path / "graphs" / "ontology.nq"]

    @cached_property
    def _store(self) -> EmbeddedStore | RemoteStore:
        return open_store(self.files) if self._remote is None else self._remote

    @cached_property
    def naming(self) -> Naming:
        """Things of the release by all that they are called."""
        return naming_of(self._store, self.base)

    @cached_property
    def _index(self) -> TextIndex:
        return open_text_index(self.files.path)

    @cached_property
    def _matcher(self) -> Any:
        from permed.ingest.linking.matching.matcher import Matcher  # brings slow libraries along
        from permed.ingest.linking.review.organisations import entities_of

        cache = self.files.path.parent / ".cache"
        return Matcher.from_names(entities_of(self.files), cache)


def _question(asked: str | int) -> Question:
    catalogue = Catalogue.load()
    if isinstance(asked, str) and not asked.isdigit():
        return catalogue.get(asked)
    found = [question for question in catalogue if question.competency == int(asked)]
    if not found:
        raise NotFoundError(f"no question {asked} in the catalogue; see questions()")
    if len(found) > 1:
        names = ", ".join(question.name for question in found)
        raise InputError(f"{asked} is answered by several questions; name one of {names}")
    return found[0]


def _refuse_unknown(sparql: str, terms: Mapping[str, object]) -> None:
    there = {token.text[1:] for token in tokens(sparql) if token.kind == "variable"}
    for name in terms:
        if name not in there:
            told = ", ".join(f"?{known}" for known in sorted(there)) or "none"
            raise InputError(f"the query has no variable ?{name}; it has {told}")


def _told(answer: Answer) -> pl.DataFrame | bool | str:
    if answer.form == "select":
        return answer.frame()
    return answer.truth() if answer.form == "ask" else answer.serialise("nt").decode()
