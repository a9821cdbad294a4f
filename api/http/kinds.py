"""Kinds of things: what lists and reconciliation call them, and how the graph marks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from ontology import PREFIXES

__all__ = ["KINDS", "Kind", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """One kind: its name in addresses, its title, the first parts of its ids and its class."""

    name: str
    title: str
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
        Kind("organisations", "Organisations", ("organisation",), "eurio:Organisation"),
        Kind("people", "People", ("person",), "eurio:Person"),
        Kind("projects", "Projects", ("project",), "eurio:Project"),
        Kind("consortia", "Consortia and bodies", ("consortium", "body"), "pm:Consortium"),
        Kind("initiatives", "Initiatives", ("initiative", "alliance"), "pm:Initiative"),
        Kind("calls", "Calls", ("call",), "pm:Call"),
        Kind("programmes", "Programmes", ("programme", "funding-scheme"), "pm:Programme"),
        Kind("infrastructures", "Infrastructures", ("infrastructure",), "pm:Infrastructure"),
        Kind("events", "Events", ("event",), "pm:Event"),
        Kind("awards", "Awards", ("award",), "pm:AwardEdition"),
        Kind("publications", "Publications and outputs", ("output",), "pm:Output"),
        Kind("countries", "Countries", ("country",), "pm:Country"),
        Kind("regions", "Regions", ("region",), "pm:Region"),
        Kind("topics", "Topics and terms", ("scheme",), "skos:Concept"),
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
