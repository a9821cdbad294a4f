"""A release as a data set in the words of those who list data sets: schema.org and DataCite.

schema.org Dataset as Google Dataset Search reads it; DataCite Metadata Schema 4.5 as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from permed.graph.releases.citation import LICENCE, Citation

__all__ = ["KEYWORDS", "datacite", "schema_dataset"]

KEYWORDS: Final = (
    "personalised medicine", "precision medicine", "research funding", "knowledge graph",
    "ICPerMed", "CORDIS", "collaboration network", "open science",
)  # fmt: skip
_COVERED: Final = "2014-01-01/.."  # since when the graph follows the field; open to the present


def schema_dataset(
    citation: Citation, root: str, files: Iterable[tuple[str, str, str]]
) -> dict[str, Any]:
    """Return the data set in JSON-LD; files: name, media type and address of each distribution."""
    creator = {"@type": "Organization", "name": citation.creator, "url": root}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{citation.base}dataset",
        "name": f"{citation.title}: who does what in personalised-medicine research",
        "description": citation.about,
        "url": root,
        "license": LICENCE["path"],
        "version": citation.release,
        "dateModified": citation.built,
        "datePublished": citation.built,
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "temporalCoverage": _COVERED,
        "spatialCoverage": "Europe and its partner countries",
        "creator": creator,
        "publisher": creator,
        "citation": citation.text,
        "isBasedOn": [_origin(source) for source in citation.sources],
        "distribution": [
            {"@type": "DataDownload", "name": n, "encodingFormat": m, "contentUrl": url}
            for n, m, url in files
        ],
    }


def _origin(source: Mapping[str, Any]) -> dict[str, Any]:
    told = {"@type": "CreativeWork", "name": source.get("title"), "url": source.get("homepage")}
    return {key: value for key, value in told.items() if value}


def datacite(citation: Citation, root: str) -> dict[str, Any]:
    """Return what DataCite is told when the release gets a DOI; the DOI itself is not known yet."""
    return {
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "titles": [{"title": citation.title}],
        "creators": [{"name": citation.creator, "nameType": "Organizational"}],
        "publisher": {"name": citation.creator},
        "publicationYear": citation.built[:4],
        "version": citation.release,
        "language": "en",
        "subjects": [{"subject": keyword} for keyword in KEYWORDS],
        "dates": [
            {"date": citation.built, "dateType": "Issued"},
            {
                "date": _COVERED.replace("..", ""),
                "dateType": "Other",
                "dateInformation": "Period that the data cover",
            },
        ],
        "rightsList": [
            {
                "rights": LICENCE["title"],
                "rightsUri": LICENCE["path"],
                "rightsIdentifier": LICENCE["name"].lower(),
                "rightsIdentifierScheme": "SPDX",
            }
        ],
        "descriptions": [{"description": citation.about, "descriptionType": "Abstract"}],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": source["homepage"],
                "relatedIdentifierType": "URL",
                "relationType": "IsDerivedFrom",
            }
            for source in citation.sources
            if source.get("homepage")
        ],
        "url": f"{root}dataset",
        "formats": ["application/n-quads", "application/vnd.apache.parquet", "text/csv"],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
