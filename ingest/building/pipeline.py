"""The pipeline: sources in, a published release out, or nothing changed at all.

read and check each source -> propose links -> one id a thing, one row a thing -> RDF and SHACL gate
for each source -> store, checks as queries, description, receipt -> publish. Everything happens in
a staging directory; see `graph/releases/release.py`.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from permed.graph import clock
from permed.graph.errors import InputError
from permed.graph.releases.changes import write_changes
from permed.graph.releases.release import Release, Releases
from permed.graph.removal.cleared_tables import cleared_issues, cleared_tables
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.workers import Workers, workers_of
from permed.ingest.building.config import Config
from permed.ingest.building.gate import map_and_validate, refuse_rejects
from permed.ingest.building.linked_sources import Linking, link
from permed.ingest.building.prepare import Prepared, prepare
from permed.ingest.building.proposals import Proposed, proposals_of, with_proposals
from permed.ingest.building.publishing import copy_out, publish
from permed.ingest.building.receipt import build_key, receipt
from permed.ingest.building.run import BuildRun
from permed.ingest.building.space import check_space
from permed.ingest.building.writing import write_release
from permed.ingest.linking.identity.wanted_records import wanted_records
from permed.ingest.linking.judgements import Ledger, read_ledger
from permed.ingest.source import Progress, SourceRequest, load

__all__ = ["Built", "build"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Built:
    """The outcome of a build: the release that is current now, and whether it is new."""

    release: Release
    new: bool


def build(
    config: Config, progress: Progress, *, only: Iterable[str] = (), force: bool = False
) -> Built:
    """Make a release from the configured sources and publish it.

    Raises InputError where a source cannot be read, GateRefused where it may not be published, and
    BusyError where another build runs; the current release stays as it is in all three cases.
    """
    chosen = _chosen(config, list(only))
    releases, workers = Releases(config.home), workers_of(config.engine, config.cluster)
    with releases.staging() as folder, _disk(config.home):
        now = _current(releases, progress)
        check_space(config.home, now)
        ledger = _ledger(config, now, force)
        removed = RemovedPeople.read(config.removed_people)
        given = {name: _request(config, name, workers, progress) for name in chosen}
        prepared, proposed = _prepare_all(config, given, workers, ledger, removed, progress)
        ledger = with_proposals(ledger, proposed)
        key = build_key(config, prepared, ledger, proposed)
        if now is not None and now.receipt["key"] == key and not force:
            return Built(now, new=False)
        started = clock.now()
        name = _unused(releases, f"{started:%Y-%m-%d}-{key[:8]}")
        run = BuildRun(name, key, started, folder, config, ledger, progress, proposed, workers)
        progress("link")
        facts = _fill(run, _cleared(link(prepared, ledger, now), removed), now, removed)
        release = publish(run, facts)
        copy_out(config.output, release, progress)
        return Built(release, new=True)


def _request(config: Config, name: str, workers: Workers, progress: Progress) -> SourceRequest:
    def told(what: str) -> None:
        progress(f"read {name}: {what}")

    return replace(config.request(name), workers=workers, progress=told)


def _current(releases: Releases, progress: Progress) -> Release | None:
    """Return the current release; one that is damaged does not stop the build that replaces it."""
    try:
        return releases.current_or_none()
    except InputError as problem:
        progress(f"going on without the current release: {problem}")
        return None


def _chosen(config: Config, only: list[str]) -> list[str]:
    unknown = [n for n in only if n not in config.sources]
    if unknown:
        raise InputError(
            f"source '{unknown[0]}' is not configured; configured: {', '.join(config.sources)}"
        )
    return [n for n in config.sources if not only or n in only]


@contextmanager
def _disk(home: Path) -> Iterator[None]:
    """A full disk is told as such, not as a traceback."""
    full = InputError(f"{home}: no space left; free some or build elsewhere with --into")
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full from error
        raise InputError(f"{error.filename or home}: {error.strerror or error}") from error
    except pl.exceptions.PolarsError as error:
        # Polars wraps what the system says in its own text
        if any(f"os error {number})" in str(error) for number in _FULL):
            raise full from error
        raise


def _ledger(config: Config, now: Release | None, force: bool) -> Ledger:
    """Read the judgements; a file that the last release was made with must not be missing."""
    ledger = read_ledger(config.judgements, config.base)
    before = now.receipt.get("judgements", {}) if now is not None else {}
    lost = sorted(n for n in before if n not in ledger.files and not n.startswith("packaged/"))
    if lost and not force:
        raise InputError(
            f"{lost[0]}: the current release was made with these judgements and the file is gone;"
            " restore it, or go on without it with --force"
        )
    return ledger


def _prepare_all(
    config: Config,
    requests: dict[str, SourceRequest],
    workers: Workers,
    ledger: Ledger,
    removed: RemovedPeople,
    progress: Progress,
) -> tuple[list[Prepared], Proposed | None]:
    """Prepare what brings things in, propose links for it, and then the registries.

    A registry gets what the sources before it hold, whatever the order in which they are read.
    """
    chosen = list(requests)
    registries = [name for name in chosen if load(name).info.needs_wanted]
    prepared: dict[str, Prepared] = {}
    for name in chosen:
        if name not in registries:
            prepared[name] = _prepare(config, name, requests[name], removed, progress)
    brought = [prepared[name] for name in chosen if name in prepared]
    proposed = proposals_of(config, brought, ledger, progress, workers)
    judgements = with_proposals(ledger, proposed).effective
    for name in registries:
        before = chosen[: chosen.index(name)]
        tables = {n: prepared[n].tables for n in before if n in prepared}
        request = replace(requests[name], wanted=wanted_records(tables, judgements))
        prepared[name] = _prepare(config, name, request, removed, progress)
    return [prepared[name] for name in chosen], proposed


def _prepare(
    config: Config, name: str, request: SourceRequest, removed: RemovedPeople, progress: Progress
) -> Prepared:
    progress(f"read {name}")
    done = prepare(load(name), request, config.home / ".cache", removed)
    refuse_rejects(name, done.issues, done.read, config.max_rejected_share)
    return done


def _unused(releases: Releases, name: str) -> str:
    """A forced rebuild of the same input gets a number behind its name: releases never change."""
    taken = releases.used_ids()
    tries = [name, *(f"{name}.{n}" for n in range(2, len(taken) + 3))]
    return next(t for t in tries if t not in taken)


def _cleared(linking: Linking, removed: RemovedPeople) -> Linking:
    """What linking takes over from the release before names nobody who was removed either."""
    if not removed:
        return linking
    sources = tuple(
        replace(
            source,
            tables=cleared_tables(source.tables, removed),
            statements=cleared_tables(source.statements, removed),
            issues=cleared_issues(source.issues, removed),
        )
        for source in linking.sources
    )
    renamed = {old: new for old, new in linking.renamed.items() if not removed.is_identifier(old)}
    return replace(linking, sources=sources, renamed=renamed)


def _fill(
    run: BuildRun, linking: Linking, now: Release | None, removed: RemovedPeople
) -> dict[str, object]:
    """Fill the folder of the run and return the receipt; now: the release to be followed."""
    run.graphs.mkdir()
    mapped, report = map_and_validate(linking, run)
    told = {m.name: m.tables for m in mapped}
    changes = write_changes(run.folder, now, told, partial(cleared_tables, removed=removed))
    mapped = write_release(run, mapped, report)
    return receipt(run, mapped, linking.renamed) | {"changes": changes}
