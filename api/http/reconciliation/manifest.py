"""What the service says of itself, and what it suggests while somebody types."""

from __future__ import annotations

from typing import Any, Final

from permed.api.http.reconciliation.batches import MOST_QUERIES
from permed.api.http.reconciliation.candidates import described, search
from permed.api.http.reconciliation.properties import PROPERTIES, kinds_named, properties_of
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.ontology import PM

__all__ = ["manifest", "proposed", "suggested_entities", "suggested_properties", "suggested_types"]

_SUGGESTED: Final = 20
_LONGEST: Final = 200  # letters of what is being typed


def manifest(root: str, base: str) -> dict[str, Any]:
    """Return the service manifest; `root` is the address of the server, with a slash at its end."""
    service = f"{root}reconcile"
    return {
        "versions": ["0.1", "0.2"],
        "name": "PerMed Graph",
        "identifierSpace": f"{base}id/",
        "schemaSpace": str(PM),
        "documentation": f"{root}docs",
        "view": {"url": f"{root}id/{{{{id}}}}"},
        "defaultTypes": [{"id": k.name, "name": k.title} for k in KINDS.values()],
        "batchSize": MOST_QUERIES,
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 400, "height": 160},
        "suggest": {
            name: {"service_url": service, "service_path": f"/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def suggested_entities(directory: Directory, prefix: str, cursor: int) -> list[dict[str, Any]]:
    """Return things whose names have words that begin like this, from place `cursor` on."""
    rows = search(directory, prefix[:_LONGEST], [], cursor + _SUGGESTED)[cursor:]
    return [described(directory, row) for row in rows.iter_rows(named=True)]


def suggested_types(prefix: str) -> list[dict[str, str]]:
    """Return types whose name or a word of it begins like this."""
    return _beginning({k.name: k.title for k in KINDS.values()}, prefix)


def suggested_properties(prefix: str) -> list[dict[str, str]]:
    """Return properties whose name or a word of it begins like this."""
    return _beginning(PROPERTIES, prefix)


def _beginning(names: dict[str, str], prefix: str) -> list[dict[str, str]]:
    asked = prefix.strip().lower()
    return [
        {"id": key, "name": title}
        for key, title in names.items()
        if title.lower().startswith(asked) or f" {asked}" in f" {title.lower()}"
    ]


def proposed(kind: str, limit: int | None) -> dict[str, Any]:
    """Return the properties by which things of a kind can be extended; InputError for no kind."""
    names = [name for k in kinds_named(kind) for name in properties_of(k)] or list(PROPERTIES)
    properties = [{"id": name, "name": PROPERTIES[name]} for name in names]
    told = {"type": kind, "properties": properties[:limit]}
    return told if limit is None else told | {"limit": limit}
