"""Which records the graph needs: a file is sifted on its own, by what the stages before found.

An organisation is needed if a source before holds one of its identifiers, a project if its EU grant
is held, a product if it comes from such a project or its DOI is held. Nothing else enters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from permed.graph.identifiers import normalise
from permed.graph.tables.issues import Severity
from permed.graph.workers.object_storage import file_at_hand
from permed.ingest.sources.openaire.cerif import read_cerif
from permed.ingest.sources.openaire.dump import read_dump
from permed.ingest.sources.openaire.files import Stream, stages_of, streams, told
from permed.ingest.sources.openaire.model import (
    Organisation,
    Product,
    Project,
    Record,
    Relation,
    Where,
)

__all__ = [
    "Complaint", "Identifiers", "Part", "Sieve", "Sifted", "child_and_parent", "held_project",
    "identifiers_of", "produced", "sift",
]  # fmt: skip

_BELOW = {"ischildof": False, "isparentof": True}  # relation of the Graph -> is it turned round
_PRODUCES = ("produces", "isproducedby")
Identifiers = list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """One file in one stage; `day`: of the dump; `origin`: its address, if it was fetched."""

    path: Path
    stage: str
    day: str | None
    origin: str | None = None


@dataclass(frozen=True)
class Complaint:
    """What could not be read, or what is doubtful."""

    reason: str
    severity: Severity
    row: int | None
    value: str


@dataclass
class Sifted:
    """What is left of a file, in its order; `read` counts all records of the stage."""

    found: list[tuple[Record, Where] | Complaint] = field(default_factory=list)
    read: int = 0


@dataclass(frozen=True)
class Sieve:
    """What the graph holds: ids by scheme and value, and what earlier stages found, by key.

    `projects` leads to those of the graph; `products` are the keys of products that they made.
    """

    wanted: Mapping[str, Mapping[str, str]]
    projects: Mapping[str, str]
    organisations: frozenset[str]
    products: frozenset[str]

    def lets_through(self, record: Record) -> bool:
        """Whether a record is needed."""
        if isinstance(record, Organisation):
            held = identifiers_of(record)
            return any(value in self.wanted.get(scheme, ()) for scheme, value in held)
        if isinstance(record, Project):
            return held_project(record, self.projects, self.wanted) is not None
        if isinstance(record, Relation):
            made, below = produced(record), child_and_parent(record)
            if made is not None:
                return made[0] in self.projects
            return below is not None and self.organisations.issuperset(below)
        return self._is_needed(record)

    def _is_needed(self, record: Product) -> bool:
        if record.key in self.products:
            return True
        if (normalise("doi", record.doi) or "") in self.wanted.get("doi", {}):
            return True
        return any(held_project(p, self.projects, self.wanted) for p in record.projects)


def sift(part: Part, sieve: Sieve) -> Sifted:
    """Read a file and keep what is needed; InputError where it is cut or none of ours.

    What is wrong with a file is told in the first stage that reads it.
    """
    sifted = Sifted()
    path = file_at_hand(part.path, part.origin)
    for stream in streams(path, part.stage):
        with told(stream.name):
            for record, where in _records(stream, part, sifted):
                if _stage_of(record) == part.stage:
                    sifted.read += 1
                    if sieve.lets_through(record):
                        sifted.found.append((record, where))
    return sifted


def _records(stream: Stream, part: Part, sifted: Sifted) -> Iterator[tuple[Record, Where]]:
    tell = stages_of(stream.name)[0] == part.stage

    def complain(row: int | None, reason: str, value: str) -> None:
        if tell:
            severity: Severity = "warning" if row is None else "rejected"
            sifted.found.append(Complaint(f"{stream.name}: {reason}", severity, row, value))

    return read_cerif(stream, complain) if stream.xml else read_dump(stream, complain, part.day)


def _stage_of(record: Record) -> str:
    if isinstance(record, Relation):
        return "links"
    return "products" if isinstance(record, Product) else "things"


def identifiers_of(record: Organisation) -> Identifiers:
    """Return the identifiers of an organisation as scheme and normal value."""
    pairs = ((scheme, normalise(scheme, text)) for scheme, text in record.identifiers)
    return [(scheme, value) for scheme, value in pairs if value is not None]


def held_project(
    record: Project, projects: Mapping[str, str], wanted: Mapping[str, Mapping[str, str]]
) -> str | None:
    """Return the project of the graph that a record is: known by its key, or by its EU grant."""
    number = (record.grant or "").lstrip("0")
    return projects.get(record.key) or wanted.get("grant", {}).get(number)


def produced(record: Relation) -> tuple[str, str] | None:
    """Return the keys of a project and of what it produced; None for another relation."""
    name = record.name.lower()
    if name not in _PRODUCES:
        return None
    pair = (record.source, record.target)
    return pair if name == "produces" else pair[::-1]


def child_and_parent(record: Relation) -> tuple[str, str] | None:
    """Return the keys of an organisation and of its parent; None for another relation."""
    turned = _BELOW.get(record.name.lower())
    pair = (record.source, record.target)
    return None if turned is None else pair[::-1] if turned else pair
