"""Kinds of things: what lists and reconciliation call them, and how the graph marks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from permed.ontology import PREFIXES

__all__ = ["KINDS", "Kind", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """One kind: its name in addresses, its title, one of it, first parts of its ids, its class."""

    name: str
    title: str
    one: str
    stems: tuple[str, ...]
    cls: str

    @property
    def class_iri(self) -> str:
        """IRI of the class."""
        prefix, local = self.cls.split(":", 1)
        return PREFIXES[prefix] + local


KINDS: Final[dict[str, Kind]] = {
    k.name: k
    for k in (
        Kind(
            "organisations",
            "Organisations",
            "organisation",
            ("organisation",),
            "eurio:Organisation",
        ),
        Kind("people", "People", "person", ("person",), "eurio:Person"),
        Kind("projects", "Projects", "project", ("project",), "eurio:Project"),
        Kind(
            "consortia",
            "Consortia and bodies",
            "consortium or body",
            ("consortium", "body"),
            "pm:Consortium",
        ),
        Kind(
            "initiatives", "Initiatives", "initiative", ("initiative", "alliance"), "pm:Initiative"
        ),
        Kind("calls", "Calls", "call", ("call",), "pm:Call"),
        Kind(
            "programmes", "Programmes", "programme", ("programme", "funding-scheme"), "pm:Programme"
        ),
        Kind(
            "infrastructures",
            "Infrastructures",
            "infrastructure",
            ("infrastructure",),
            "pm:Infrastructure",
        ),
        Kind("events", "Events", "event", ("event",), "pm:Event"),
        Kind("awards", "Awards", "award", ("award",), "pm:AwardEdition"),
        Kind("strategies", "Strategies", "strategy", ("strategy",), "pm:Strategy"),
        Kind("publications", "Publications and outputs", "output", ("output",), "pm:Output"),
        Kind("countries", "Countries", "country", ("country",), "pm:Country"),
        Kind("regions", "Regions", "region", ("region",), "pm:Region"),
        Kind("topics", "Topics and terms", "topic or term", ("scheme",), "skos:Concept"),
    )
}
_STEMS: Final = {stem: kind.name for kind in KINDS.values() for stem in kind.stems}


def kind_of(things: pl.DataFrame, types: pl.DataFrame) -> pl.DataFrame:
    """Add the column `kind`, read from the first part of the id.

    Nodes below a thing (`organisation/dlr/site`) and statement nodes have no kind.
    """
    stem = pl.col("id").str.split("/").list.first()
    own = (pl.col("id").str.count_matches("/") == 1) | (stem == "scheme")
    kinds = stem.replace_strict(_STEMS, default=None, return_dtype=pl.String)
    schemes = types.filter(pl.col("value") == PREFIXES["skos"] + "ConceptScheme")["id"].implode()
    return things.with_columns(kind=pl.when(own & ~pl.col("id").is_in(schemes)).then(kinds))
