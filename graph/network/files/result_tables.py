"""Tables of analyses as files: what their columns mean, and the forms in which they come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from permed.graph.releases.citation import citation_of, file_facts
from permed.graph.releases.release import Release
from permed.graph.tables.columns import Column
from permed.graph.tables.output.description import TableDescription, column_of

__all__ = ["describe_result"]

_MEANINGS: Final = {
    "id": "Path of the node, the last part of its address",
    "label": "Name of the node",
    "type": "Kind of organisation",
    "country": "Country, ISO 3166-1 alpha-2; NA is Namibia, and no missing value",
    "activities": "Activities of the node in this network",
    "amount": "EUR of the EU that the node has in these activities",
    "community": "Number of the community",
    "size": "Number of nodes",
    "score": "Score of the pair",
    "meaning": "What the figure tells",
    "measure": "Name of the figure",
    "value": "Value of the figure",
    "partners": "Number of partners",
}


def describe_result(
    table: pl.DataFrame, name: str, release: Release | None, notes: Iterable[str] = (),
    meanings: dict[str, str] | None = None,
) -> TableDescription:  # fmt: skip
    """Return what a reader must know of the table of an analysis.

    meanings: of columns beyond those that many tables have, such as the measures; a column that
    nobody described is described by its name.
    """
    known = {**_MEANINGS, **(meanings or {})}
    columns = tuple(_column(series, known.get(series.name, "")) for series in table)
    facts = file_facts(citation_of(release)) if release is not None else ()
    remarks = tuple(("Note", note) for note in notes if note)
    return TableDescription(name, f"PerMed Graph: network, {name}", columns, (*facts, *remarks))


def _column(series: pl.Series, about: str) -> Column:
    return column_of(series, about, "analysis of the network")
