"""Addresses under which the registries publish their records."""

from __future__ import annotations

from permed.ontology import uri_stems

__all__ = ["REGISTRY_IRI"]

# registries whose address names the thing itself; those of the others name a page about it
_NAMING = ("ror", "fundref", "wikidata", "isni", "grid", "orcid", "doi")

# prefix + identifier = the IRI that the registry itself uses
REGISTRY_IRI: dict[str, str] = {scheme: uri_stems()[scheme] for scheme in _NAMING}
