"""The end of a build: take up what was contributed during it, then publish.

A build holds nobody up. So graphs may have been contributed, replaced or removed since it began;
what is published has them as they are in the moment of publishing, and none is lost.
"""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any, Final

from permed.graph import clock
from permed.graph.contributions.files import ContributedFiles, carry_over
from permed.graph.errors import InputError
from permed.graph.releases import locks
from permed.graph.releases.release import Release, Releases
from permed.graph.workers.object_storage import copied_to
from permed.ingest.building.gate import refuse_failed
from permed.ingest.building.run import BuildRun
from permed.ingest.source import Progress

__all__ = ["copy_out", "publish"]

_COPIED: Final = ("graphs/*.nq", "tables/**/*.parquet", "mappings/*", "*.ttl", "receipt.json")
_FREE_TRIES: Final = (
    3  # after these, other writers are kept out: else they could for ever be faster
)


def publish(run: BuildRun, facts: dict[str, object]) -> Release:
    """Publish the folder of a run; facts: its receipt but for the contributions.

    GateRefused where a check fails together with a graph that was contributed during the build.
    """
    for tried in range(_FREE_TRIES + 1):
        alone = tried == _FREE_TRIES
        with locks.contributing(run.config.home) if alone else nullcontext():
            published = _try_to_publish(run, facts)
        if published is not None:
            return published
    raise AssertionError("nobody else could write")


def copy_out(address: str, release: Release, progress: Progress) -> None:
    """Copy what other machines load or read of a release to an address of [build], if it has one.

    The release is published already: EndpointError and InputError say that only the copy failed.
    """
    if address:
        names = sorted(path for kind in _COPIED for path in release.path.glob(kind))
        copied_to(f"{address.rstrip('/')}/{release.id}", release.path, names, progress)


def _try_to_publish(run: BuildRun, facts: dict[str, object]) -> Release | None:
    """Publish, or return None where somebody has contributed in the meantime."""
    home, releases = run.config.home, Releases(run.config.home)
    told = _contributions(releases)
    if carry_over(home, run.folder, run.config.base):
        run.progress("take up what was contributed meanwhile")
        refuse_failed(run.folder)
    built = clock.now().isoformat(timespec="microseconds")
    releases.seal(run.folder, {**facts, "built": built, "contributions": told})
    with locks.publishing(home):
        if _contributions(releases) != told:
            return None
        return releases.install(run.folder, run.name, run.config.keep)


def _contributions(releases: Releases) -> dict[str, dict[str, Any]]:
    """Return what is contributed and by whom: by notes, where there are none by the receipt."""
    known = dict[str, Any]()
    with suppress(InputError):  # a damaged release does not stop the build that replaces it
        now = releases.current_or_none()
        known = {} if now is None else now.receipt.get("contributions", {})
    return ContributedFiles(releases.home).told(known)
