"""What the source takes from a record, whichever of the two layouts it has."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Organisation", "Product", "Project", "Record", "Relation", "Where"]


@dataclass(frozen=True)
class Where:
    """Where a record stands: its page, the day it says it is of, file and row, and Graph or not."""

    page: str
    seen: str | None
    file: str
    row: int
    graph: bool


@dataclass(frozen=True)
class Organisation:
    """`identifiers` are (scheme of the graph, text), names are (text, language tag, kind)."""

    key: str
    names: tuple[tuple[str, str | None, str], ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    country: str | None = None
    website: str | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Project:
    """`grant` is the number of an EU grant; projects of other funders have none here."""

    key: str
    grant: str | None
    website: str | None = None


@dataclass(frozen=True)
class Product:
    """A publication, data set, software or other result; `projects` are told inside the record."""

    key: str
    kind: str
    title: str | None
    lang: str | None = None
    published: str | None = None
    authors: str | None = None
    journal: str | None = None
    publisher: str | None = None
    doi: str | None = None
    issn: str | None = None
    isbn: str | None = None
    url: str | None = None
    access: str | None = None  # code of COAR's access rights, such as c_abf2, or the source's word
    projects: tuple[Project, ...] = field(default=())


@dataclass(frozen=True)
class Relation:
    """A relation of the Graph by its name, such as `produces` or `IsChildOf`."""

    name: str
    source: str
    target: str


Record = Organisation | Project | Product | Relation
