"""Addresses under which the registries publish their records."""

from __future__ import annotations

__all__ = ["REGISTRY_IRI"]

# prefix + identifier = the IRI that the registry itself uses; registries without one are left out
REGISTRY_IRI: dict[str, str] = {
    "ror": "https://ror.org/",
    "fundref": "https://doi.org/10.13039/",
    "wikidata": "http://www.wikidata.org/entity/",
    "isni": "https://isni.org/isni/",
    "grid": "https://www.grid.ac/institutes/",
    "orcid": "https://orcid.org/",
    "doi": "https://doi.org/",
}
