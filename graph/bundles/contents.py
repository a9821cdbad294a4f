"""What a bundle holds: the release as published, and what makes it readable without this software.

    receipt.json, graphs/, tables/, mappings/, *.ttl, *.parquet   as the release has them
    ontology/               vocabulary and schemes as Turtle; shapes and JSON-LD context
    ro-crate-metadata.json  what each file is (RO-Crate 1.1)
    datacite.json           what a repository asks for when it gives a DOI (DataCite 4.5)
    entities.ftm.json       organisations, people and projects, one JSON object a line
    LICENCES.md README.md   on which terms each source is given; how to open and cite it
    requirements.txt        the packages that the release was built with
    SHA256SUMS              checksums of all of these

Store and text index are left out: they are made from the graphs when a bundle is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph import clock
from permed.graph.bundles.archive import Content, write_archive
from permed.graph.bundles.crate import METADATA, crate_of
from permed.graph.bundles.entities import ENTITIES, entity_lines
from permed.graph.bundles.texts import licences_text, readme_text
from permed.graph.bundles.verification import RECEIPT
from permed.graph.errors import InputError
from permed.graph.releases.checksums import find_damage
from permed.graph.releases.citation import citation_of
from permed.graph.releases.dataset_metadata import datacite
from permed.graph.releases.published_files import published_files
from permed.graph.releases.release import Release
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.sbom import SBOM, pins
from permed.ontology import context_text, ontology_files, ontology_nquads, shape_files

__all__ = ["Bundled", "refuse_removed", "write_bundle"]

_ONTOLOGY: Final = "ontology"


@dataclass(frozen=True)
class Bundled:
    """What was written: the file, its size in bytes, the members, and what could not go in."""

    path: Path
    release: str
    size: int
    members: int
    left_out: tuple[str, ...]


def write_bundle(release: Release, path: Path, removed: RemovedPeople) -> Bundled:
    """Write a release as one file; the same release gives the same bytes.

    The time of the members is SOURCE_DATE_EPOCH, else that at which the release was built.
    InputError where a file of the release is not as published, or where it names somebody who is
    removed.
    """
    damage = next(find_damage(release.path), None)
    if damage:
        raise InputError(f"{damage}; go back with: permed releases rollback")
    refuse_removed(release, removed)
    members = dict(_release_files(release))
    left_out = [] if SBOM in members else [f"{SBOM}: the release was built without"]
    members |= dict(_vocabulary(release))
    if f"{_ONTOLOGY}/permed.ttl" not in members:
        left_out.append("shapes and context: the release was built with another vocabulary")
    members |= dict(_made(release, members))
    members[METADATA] = _json(crate_of(release, members))
    write_archive(path, members, _made_at(release))
    return Bundled(path, release.id, path.stat().st_size, len(members) + 1, tuple(left_out))


def refuse_removed(release: Release, removed: RemovedPeople) -> None:
    """Refuse with InputError a release that still names somebody who asked to be removed."""
    if not removed:
        return
    tables = release.all_tables()
    people, outputs = tables.get("persons"), tables.get("outputs")
    rows = [] if people is None else people.select("id", "name").iter_rows()
    found = sum(removed.is_identifier(i) or removed.is_name(n) for i, n in rows)
    texts = pl.Series([]) if outputs is None else outputs["authors"].drop_nulls()
    found += sum(bool(removed.spans(str(text))) for text in texts)
    if found:
        raise InputError(
            f"release {release.id} names removed people in {found} places; take a release that was"
            " built since: permed build, then permed releases bundle"
        )


def _release_files(release: Release) -> Iterator[tuple[str, Content]]:
    for file in published_files(release.path, release.receipt.get("files")):
        yield file.path, release.path / file.path
    yield RECEIPT, release.path / RECEIPT


def _vocabulary(release: Release) -> Iterator[tuple[str, Content]]:
    """Yield the vocabulary as its authors wrote it, where it is the one of the release."""
    graph = release.path / "graphs" / f"{_ONTOLOGY}.nq"
    ours = ontology_nquads(f"{release.base}graph/{_ONTOLOGY}")
    if not graph.is_file() or graph.read_bytes() != ours:
        return
    for file in ontology_files():
        folder = "" if file.parent.name == _ONTOLOGY else f"{file.parent.name}/"
        yield f"{_ONTOLOGY}/{folder}{file.name}", file.read_bytes()
    for file in shape_files():
        yield f"{_ONTOLOGY}/shapes/{file.name}", file.read_bytes()
    yield f"{_ONTOLOGY}/context.jsonld", context_text().encode()


def _made(release: Release, members: dict[str, Content]) -> Iterator[tuple[str, Content]]:
    """Yield what is written for the bundle alone."""
    citation = citation_of(release)
    yield "datacite.json", _json(datacite(citation, release.base))
    yield ENTITIES, "".join(entity_lines(release)).encode()
    yield "LICENCES.md", licences_text(release).encode()
    yield "README.md", readme_text(citation, sorted(members)).encode()
    if SBOM in members:
        yield "requirements.txt", pins((release.path / SBOM).read_text(encoding="utf-8")).encode()


def _made_at(release: Release) -> datetime:
    told = os.environ.get(clock.EPOCH)
    return clock.now() if told else datetime.fromisoformat(release.receipt["built"])


def _json(told: object) -> bytes:
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()
