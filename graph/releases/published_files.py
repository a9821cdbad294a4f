"""The files that a release publishes: graphs, tables, mappings and descriptions, with checksums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from permed.graph.files import checksum
from permed.graph.sbom import SBOM

__all__ = [
    "MEDIA_TYPES",
    "PublishedFile",
    "as_receipt",
    "is_published",
    "media_type",
    "published_files",
]

# folders that a release publishes whole, and single files; store and text index are made from them
_FOLDERS = ("graphs", "tables", "mappings")
_FILES = (
    "void.ttl",
    "provenance.ttl",
    "shacl-report.ttl",
    "changes.parquet",
    "network_layout.parquet",
    SBOM,
)
MEDIA_TYPES = {
    ".nq": "application/n-quads",
    ".ttl": "text/turtle",
    ".json": "application/json",
    ".tsv": "text/tab-separated-values",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True)
class PublishedFile:
    """A file of a release: path inside it, size in bytes, SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


def published_files(release: Path, known: dict[str, Any] | None = None) -> list[PublishedFile]:
    """Return the files of a release folder, sorted by path.

    `known` is what a receipt says of them (`as_receipt`); without it the checksums are computed.
    """
    if known is not None:
        return [PublishedFile(path, **told) for path, told in sorted(known.items())]
    return [
        PublishedFile(path.relative_to(release).as_posix(), path.stat().st_size, checksum(path))
        for path in sorted(_paths(release))
    ]


def _paths(release: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from (path for path in (release / folder).rglob("*") if path.is_file())
    yield from (release / name for name in _FILES if (release / name).is_file())


def is_published(path: str) -> bool:
    """Whether a path inside a release names a file that releases publish."""
    return path in _FILES or path.partition("/")[0] in _FOLDERS


def as_receipt(files: list[PublishedFile]) -> dict[str, dict[str, Any]]:
    """Return the files as a receipt has them: path -> size and checksum."""
    return {
        file.path: {key: value for key, value in asdict(file).items() if key != "path"}
        for file in files
    }


def media_type(path: str) -> str:
    """Return the media type of a published file by the end of its name."""
    return MEDIA_TYPES.get(Path(path).suffix, "application/octet-stream")
