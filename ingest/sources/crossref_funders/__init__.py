"""Crossref funder ids of organisations that the graph holds, and the registry's names for them.

Files, in any number and order: the mapping of funder ids to ROR (JSON), the registry (RDF/XML),
and the list of funder names (CSV). docs/sources/registries.md tells more.
"""

from __future__ import annotations

from pathlib import Path

from permed.graph.archives import TABLE_SUFFIXES
from permed.graph.errors import InputError
from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.crossref_funders.files import names_of_csv, names_of_rdf, read_mapping
from permed.ingest.sources.crossref_funders.funders import Funders

__all__ = ["inputs", "read"]


def inputs(request: SourceRequest) -> list[Path]:
    """Return the files that the configuration names."""
    if not request.files:
        raise InputError(
            'crossref_funders: no file; write files = ["ror_funder_registry_mapping.json"]'
            " under [sources.crossref_funders] of permed.toml"
        )
    for path in request.files:
        if path.suffix.lower() not in (".json", ".rdf", ".xml", *TABLE_SUFFIXES):
            raise InputError(
                f"{path}: use the ROR mapping (.json), the registry (.rdf) or its names (.csv)"
            )
    return list(request.files)


def read(request: SourceRequest) -> SourceData:
    """Read mapping and registry files into `identifiers` and `names` of things already held.

    Raises InputError for files that are cut, of another layout, or for options (there are none).
    """
    if request.options:
        raise InputError(f"crossref_funders: there is no option '{next(iter(request.options))}'")
    paths = sorted(inputs(request), key=lambda p: p.suffix.lower() != ".json")
    funders = Funders(request.wanted)
    for path in paths:
        request.progress(f"read {path.name}")
        if path.suffix.lower() == ".json":
            funders.map(read_mapping(path))
        elif path.suffix.lower() in TABLE_SUFFIXES:
            funders.name(names_of_csv(path))
        else:
            funders.name(names_of_rdf(path))
    return funders.data()
