"""The rows that needed records become; which those are, `sieve` says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from permed.graph.identifiers import normalise
from permed.ingest.source import SourceData
from permed.ingest.sources.openaire.model import (
    Organisation,
    Product,
    Project,
    Record,
    Relation,
    Where,
)
from permed.ingest.sources.openaire.settings import ACCESS, CONTAINERS, OUTPUTS
from permed.ingest.sources.openaire.sieve import (
    Complaint,
    Identifiers,
    Sieve,
    Sifted,
    child_and_parent,
    held_project,
    identifiers_of,
    produced,
)
from permed.ingest.sources.ror.rows import Rows, language

__all__ = ["Needed"]


class Needed:
    """Takes what is sifted stage by stage (things, then links, then products) and joins it."""

    def __init__(self, wanted: Mapping[str, Mapping[str, str]], rows: Rows) -> None:
        self._wanted = wanted
        self._rows = rows
        self._organisations: dict[str, tuple[Organisation, Identifiers, Where]] = {}
        self._projects: dict[str, str] = {}  # key -> project of the graph
        self._made_by: dict[str, str] = {}  # key of a product -> project of the graph
        self._products: set[str] = set()  # keys of needed products seen
        self._parents: dict[tuple[str, str], Where] = {}
        self.read = 0

    def sieve(self) -> Sieve:
        """Return what the files of the next stage are sifted by."""
        known = frozenset(self._organisations)
        return Sieve(self._wanted, dict(self._projects), known, frozenset(self._made_by))

    def take(self, sifted: Sifted) -> None:
        """Take what was found in one file, in its order."""
        self.read += sifted.read
        for found in sifted.found:
            if isinstance(found, Complaint):
                self._rows.issue(
                    found.reason, found.severity, table="records", row=found.row, value=found.value
                )
            else:
                self._record(*found)

    def _record(self, record: Record, where: Where) -> None:
        if isinstance(record, Organisation):
            self._organisation(record, where)
        elif isinstance(record, Project):
            self._project(record, where)
        elif isinstance(record, Relation):
            self._link(record, where)
        else:
            self._product(record, where)

    def _organisation(self, record: Organisation, where: Where) -> None:
        found = identifiers_of(record)
        if not record.names:
            self._reject("organisations", "has no name", record.key, where)
        elif len({value for scheme, value in found if scheme == "ror"}) > 1:
            why = "holds several ROR ids, so it is no one organisation: look at it by hand"
            self._reject("organisations", why, record.key, where)
        else:
            self._organisations.setdefault(record.key, (record, found, where))
            if record.parent:
                self._parents.setdefault((record.key, record.parent), where)

    def _project(self, record: Project, where: Where) -> None:
        entity = self._held(record)
        if entity is None or record.key in self._projects:
            return
        self._projects[record.key] = entity
        if where.graph:
            self._identifier(entity, "openaire", record.key, where)

    def _held(self, record: Project) -> str | None:
        return held_project(record, self._projects, self._wanted)

    def _link(self, record: Relation, where: Where) -> None:
        if (made := produced(record)) is not None:
            project, product = made
            self._made_by.setdefault(product, self._projects[project])
        elif (pair := child_and_parent(record)) is not None:
            self._parents.setdefault(pair, where)

    def _product(self, record: Product, where: Where) -> None:
        if record.key in self._products:
            return  # a file was given twice, or parts overlap
        doi = normalise("doi", record.doi)
        known = self._wanted.get("doi", {}).get(doi or "")
        projects = [entity for p in record.projects if (entity := self._held(p))]
        project = next(iter(projects), None) or self._made_by.get(record.key)
        if known or project:
            self._products.add(record.key)
        if known and where.graph:
            self._identifier(known, "openaire", record.key, where)
        if known and record.title and record.access in ACCESS:
            self._known_output(record, known, where)
        elif project and not known and record.kind not in CONTAINERS:
            self._output(record, doi, project, where)

    def _known_output(self, record: Product, entity: str, where: Where) -> None:
        """Say who may read an output of another source, which tells all the rest of it."""
        if entity.startswith("output/"):
            self._rows.add(
                "outputs",
                id=entity,
                kind=OUTPUTS.get(record.kind, "other-result"),
                title=record.title,
                access=ACCESS[record.access or ""],
                **self._said(where),
            )

    def _output(self, record: Product, doi: str | None, project: str, where: Where) -> None:
        kind, entity = OUTPUTS.get(record.kind), f"output/openaire-{slug(record.key)}"
        if not record.title:
            self._reject("outputs", "has no title", record.key, where)
            return
        if kind is None:
            why = "unknown kind of product, taken as other result: add it to source.yml"
            self._issue("outputs", why, record.kind, where, "warning")
        self._rows.add(
            "outputs",
            id=entity,
            kind=kind or "other-result",
            title=record.title,
            lang=language(record.lang),
            published=(record.published or "")[:10],
            authors=record.authors,
            journal=record.journal,
            publisher=record.publisher,
            activity=project,
            doi=doi,
            url=record.url,
            issn=record.issn,
            isbn=record.isbn,
            access=ACCESS.get(record.access or ""),
            **self._said(where),
        )
        if where.graph:
            self._identifier(entity, "openaire", record.key, where)

    def data(self) -> SourceData:
        """Write the organisations, now that all are known, and return the tables."""
        kept = self._organisations.values()
        claims = Counter(pair for _, found, _ in kept for pair in set(found))
        for record, found, where in kept:
            self._write(record, where)
            for scheme, value in dict.fromkeys(found):
                match = "exact" if claims[scheme, value] == 1 else "close"
                self._identifier(thing(record.key), scheme, value, where, match)
            if where.graph:
                self._identifier(thing(record.key), "openaire", record.key, where)
        for (child, parent), where in self._parents.items():
            if parent in self._organisations:
                self._rows.add(
                    "relations",
                    subject=thing(child),
                    predicate="parent-organisation",
                    object=thing(parent),
                    **self._said(where),
                )
        return self._rows.data()

    def _write(self, record: Organisation, where: Where) -> None:
        english = (n for n in record.names if n[1] == "en" and n[2] == "label")
        chosen = next(english, record.names[0])
        entity, country = thing(record.key), (record.country or "").upper()
        usable = re.fullmatch(r"[A-Z]{2}", country)
        self._rows.add(
            "organisations",
            id=entity,
            name=chosen[0],
            short_name=next((text for text, _, kind in record.names if kind == "acronym"), None),
            country=f"country/{country}" if usable else None,
            website=record.website,
            **self._said(where),
        )
        for text, lang, kind in record.names:
            if text != chosen[0] or lang:
                tag = language(lang)
                self._rows.add(
                    "names", entity=entity, name=text, lang=tag, kind=kind, **self._said(where)
                )

    def _identifier(
        self, entity: str, scheme: str, value: str, where: Where, match: str = "exact"
    ) -> None:
        row = {"entity": entity, "scheme": scheme, "value": value, "match": match}
        self._rows.add("identifiers", **row, **self._said(where))

    def _said(self, where: Where) -> dict[str, object]:
        seen = {"seen": where.seen} if where.seen else {}
        return {"source_url": where.page, "source_row": where.row, **seen}

    def _reject(self, table: str, reason: str, value: str, where: Where) -> None:
        self._issue(table, reason, value, where, "rejected")

    def _issue(self, table: str, why: str, value: str, where: Where, severity: str) -> None:
        self._rows.issue(
            f"{where.file}: {why}",
            "warning" if severity == "warning" else "rejected",
            table=table,
            row=where.row,
            field="id",
            value=value,
        )


def thing(key: str) -> str:
    """Return the id that an organisation has in the tables."""
    return f"organisation/openaire-{slug(key)}"


def slug(key: str) -> str:
    """Return a key in the letters that ids may have."""
    return re.sub(r"[^A-Za-z0-9._~]+", "-", key).strip("-")
