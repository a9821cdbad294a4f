"""A bundle as an RO-Crate 1.1: what each file is, who made it from what, and on which terms.

RO-Crate Metadata Specification 1.1: one JSON-LD graph of schema.org terms about the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from permed.graph.bundles.archive import SUMS
from permed.graph.releases.citation import LICENCE, citation_of
from permed.graph.releases.dataset_metadata import KEYWORDS
from permed.graph.releases.published_files import media_type
from permed.graph.releases.release import Release

__all__ = ["METADATA", "crate_of"]

METADATA: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
_SOFTWARE: Final = "#permed-graph"
_MAKER: Final = "#contributors"
_WHAT: Final = {
    "graphs/": "One named graph as N-Quads",
    "tables/": "One record table as Parquet",
    "mappings/": "Which records of two registries are the same, as SSSOM",
    "ontology/shapes/": "Shapes (SHACL) that the graph was held to",
    "ontology/schemes/": "A scheme of concepts (SKOS)",
    "ontology/": "The vocabulary that the graph is written in",
    "void.ttl": "Description of the data set: VoID, DCAT and statistics",
    "provenance.ttl": "How the release was made (PROV-O)",
    "shacl-report.ttl": "What the shapes found in each source",
    "receipt.json": "Receipt of the build: inputs with checksums, versions, counts",
    "changes.parquet": "What came, went or changed since the release before",
    "network_layout.parquet": "Position and community of each organisation in the network",
    "sbom.cdx.json": "Packages that the release was built with (CycloneDX)",
    "requirements.txt": "The same packages as a requirements file",
    "datacite.json": "What a repository asks for when it gives a DOI (DataCite 4.5)",
    "entities.ftm.json": "Organisations, people and projects, one entity a line (FollowTheMoney)",
    "LICENCES.md": "On which terms each source is given",
    "README.md": "What this is, how to open and to cite it",
    SUMS: "SHA-256 of every file",
}
_MEDIA: Final = {
    ".md": "text/markdown", ".txt": "text/plain", ".jsonld": "application/ld+json",
    "": "text/plain",
}  # fmt: skip


def crate_of(release: Release, members: Iterable[str]) -> dict[str, Any]:
    """Return the crate of a release; members: paths of all files but its own and the checksums."""
    names = sorted({*members, SUMS})
    citation, receipt = citation_of(release), release.receipt
    sources = receipt["sources"]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{citation.title}, release {release.id}",
        "description": citation.about,
        "identifier": f"{release.base}releases/{release.id}/",
        "url": f"{release.base}dataset",
        "version": release.id,
        "datePublished": receipt["built"],
        "license": {"@id": LICENCE["path"]},
        "creditText": citation.text,
        "keywords": list(KEYWORDS),
        "author": {"@id": _MAKER},
        "publisher": {"@id": _MAKER},
        "isBasedOn": _references(_source_id(name) for name in sources),
        "mentions": {"@id": "#build"},
        "hasPart": _references(names),
    }
    head = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _PROFILE},
    }
    files = [_file(name, receipt.get("files", {}).get(name)) for name in names]
    told = [head, root, *files, *_makers(release, names), *_sources(sources)]
    return {"@context": f"{_PROFILE}/context", "@graph": told}


def _file(name: str, facts: Mapping[str, Any] | None) -> dict[str, Any]:
    about = next(text for start, text in _WHAT.items() if name.startswith(start))
    suffix = PurePosixPath(name).suffix
    told: dict[str, Any] = {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": about,
        "encodingFormat": _MEDIA.get(suffix) or media_type(name),
        "license": {"@id": LICENCE["path"]},
    }
    if facts:
        told |= {"contentSize": str(facts["bytes"]), "sha256": facts["sha256"]}
    return told


def _makers(release: Release, names: Iterable[str]) -> list[dict[str, Any]]:
    """Who made the release, with what, and how: a create action (schema.org)."""
    receipt, citation = release.receipt, citation_of(release)
    made = [n for n in names if n.startswith(("graphs/", "tables/", "mappings/"))]
    version = receipt.get("packages", {}).get("permed-graph", "")
    return [
        {
            "@id": _MAKER, "@type": "Organization", "name": citation.creator, "url": release.base,
        },
        {
            "@id": LICENCE["path"], "@type": "CreativeWork", "name": LICENCE["title"],
            "identifier": LICENCE["name"], "description": "Licence of the release as a whole",
        },
        {
            "@id": _SOFTWARE, "@type": "SoftwareApplication", "name": "permed-graph",
            "softwareVersion": version, "version": version, "url": release.base,
            "license": "https://spdx.org/licenses/Apache-2.0",
        },
        {
            "@id": "#build", "@type": "CreateAction", "name": f"Build of release {release.id}",
            "endTime": receipt["built"], "instrument": {"@id": _SOFTWARE},
            "agent": {"@id": _MAKER}, "result": _references(made),
            "object": _references(_source_id(name) for name in receipt["sources"]),
        },
    ]  # fmt: skip


def _sources(sources: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "@id": _source_id(name),
            "@type": "Dataset",
            "name": source.get("title", name),
            "description": f"Source of graphs/{name}.nq",
            "publisher": source.get("publisher", ""),
            "license": source.get("licence", ""),
            "url": source.get("homepage", ""),
        }
        for name, source in sources.items()
    ]


def _source_id(name: str) -> str:
    return f"#source-{name}"


def _references(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": one} for one in ids]
