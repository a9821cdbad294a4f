"""A build links by itself: proposals for its own sources, beside what people and the package say.

The rows belong to the release (`mappings/machine.sssom.tsv`) and to nobody's file: they follow from
the sources, the dump and the code, so each build makes them anew. Where people decided, they yield.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from permed.graph import clock
from permed.graph.files import checksum
from permed.graph.releases.release import Release
from permed.graph.workers import HERE, Workers
from permed.ingest.building.config import Config
from permed.ingest.building.digest import digest_of, matching_files
from permed.ingest.building.prepare import Prepared
from permed.ingest.linking.identity.identify import identify, rename
from permed.ingest.linking.judgements import Judgement, Ledger
from permed.ingest.linking.judgements.ledger import mapping_text, metadata_of
from permed.ingest.linking.judgements.sssom import read
from permed.ingest.source import Progress

__all__ = [
    "MACHINE", "TITLE", "Proposed", "proposals_of", "with_machine", "with_proposals",
    "write_machine",
]  # fmt: skip

MACHINE = "machine.sssom.tsv"
TITLE = "Matches of the machine to registries"
_ABOUT = (
    "What the matcher found for the sources of this release: exact matches that count, candidates"
    " (rdfs:seeAlso) that wait for a person. A person's judgement overrides any row."
)
_REMEDY = "correct `ror` in [linking] of permed.toml"


@dataclass(frozen=True)
class Proposed:
    """What a build proposed: the rows, dump and matcher (digests), and how many of each kind."""

    rows: tuple[Judgement, ...]
    dump: str
    sha256: str
    matcher: str
    looked_at: int
    accepted: int
    review: int
    duplicates: int

    def told(self) -> dict[str, object]:
        """Return what the receipt says of it."""
        counts = ("looked_at", "accepted", "review", "duplicates")
        return {"dump": self.dump, "sha256": self.sha256, **{n: getattr(self, n) for n in counts}}


def proposals_of(
    config: Config,
    brought: list[Prepared],
    ledger: Ledger,
    progress: Progress,
    workers: Workers = HERE,
) -> Proposed | None:
    """Return the proposals for sources that bring things in; None where no dump is configured."""
    if config.ror is None:
        return None
    # late: the matcher and its libraries are for builds that match
    from permed.ingest.linking.proposing.propose import TOOLS, RorMatching, propose
    from permed.ingest.linking.proposing.records import OrganisationRecords

    progress(f"match organisations to {config.ror.name}")
    sum_ = checksum(config.ror, _REMEDY)
    tables = {p.source.info.name: p.tables for p in brought}
    renamed = identify(tables, ledger.effective).renamed
    records = OrganisationRecords.of_sources({n: rename(t, renamed) for n, t in tables.items()})
    how = RorMatching(
        config.ror,
        config.home / ".cache",
        digest_of(matching_files()),
        f"{clock.now():%Y-%m-%d}",
        TOOLS[1],
        config.accept,
        workers,
    )

    def say(done: int, rows: int) -> None:
        progress(f"match organisations to {how.dump.name}: {done:,} of {rows:,}")

    found = propose(records, ledger.effective, how, say)
    counts = (found.looked_at, found.accepted, found.review, found.duplicates)
    return Proposed(tuple(found.rows), config.ror.name, sum_, how.matcher, *counts)


def with_proposals(ledger: Ledger, proposed: Proposed | None) -> Ledger:
    """Return the ledger with the rows of the machine, under the name of their file."""
    if proposed is None:
        return ledger
    rows = tuple(replace(row, file=MACHINE) for row in proposed.rows)
    return replace(ledger, rows=(*ledger.rows, *rows))


def with_machine(ledger: Ledger, release: Release | None) -> Ledger:
    """Return the ledger with what the machine proposed when the release was built."""
    path = None if release is None else release.path / "mappings" / MACHINE
    if path is None or not path.is_file():
        return ledger
    rows = tuple(replace(row, file=MACHINE) for row in read(path, ledger.nodes).rows)
    return replace(ledger, rows=(*ledger.rows, *rows))


def write_machine(folder: Path, proposed: Proposed, ledger: Ledger, release: str) -> Path:
    """Write the rows as a mapping set with its own metadata; `release` begins with its date."""
    folder.mkdir(exist_ok=True)
    metadata = metadata_of(
        f"{ledger.nodes.base}mappings/machine",
        TITLE,
        ledger.nodes,
        _ABOUT,
        mapping_set_version=release,
        publication_date=release[:10],
    )
    path = folder / MACHINE
    path.write_text(mapping_text(proposed.rows, metadata, ledger.nodes), encoding="utf-8")
    return path
