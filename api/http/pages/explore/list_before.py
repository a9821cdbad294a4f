"""A list as it was in the release before: the same filters, asked of that release itself.

Its directory is read when a list is first compared, once, and beside what readers wait for. Nothing
is said where it is not kept, is larger than a server should hold twice, or uses other words.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import polars as pl
from cachetools import LRUCache

from permed.api.http.pages.explore.since import Since, changes_since
from permed.api.http.release.directory import Directory
from permed.api.http.release.links import within_release
from permed.api.http.release.reading import is_read_alike, read_directory
from permed.api.http.rest.filters import ListFilters, select, wanted_ids
from permed.graph.errors import PermedError
from permed.graph.releases.kept import kept_release
from permed.graph.releases.release import Release

__all__ = ["ListChange", "ReleaseBefore"]

_log: Final = logging.getLogger("permed.http")
_LARGEST: Final = 250_000_000  # bytes of N-Quads: 1.2 million statements, some 0.2 GB of memory
_KEPT: Final = 64  # lists


@dataclass(frozen=True)
class ListChange:
    """What a list held in the release before: how many, who came to it since, and who went.

    came and went are ids, each in the order of its release; earlier knows those that went;
    old_ids: id now -> ids of before.
    """

    before: str
    when: str
    was: int
    came: list[str]
    went: list[str]
    earlier: Directory
    old_ids: Mapping[str, list[str]]

    def since(self, address: str) -> Since:
        """Return it as it stands beside the number of a list, which has this address."""
        start = f"/search/changes{address.removeprefix('/search')}"
        ends = f"{start}#came", f"{start}#went"
        return Since(len(self.came), len(self.went), *ends, self.when, self.was)

    def was_new(self, thing: str) -> bool:
        """Whether something that came was not in the release before, under its id or an old one."""
        ids = (thing, *self.old_ids.get(thing, ()))
        return not any(one in self.earlier.row_of for one in ids)

    def address(self, thing: str, now: Directory) -> str:
        """Return where something that went is read: here, or in the release that had it."""
        stays = now.replaced_by.get(thing, thing) in now.row_of
        href = f"/{thing}" if thing.startswith("scheme/") else f"/id/{thing}"
        return href if stays else within_release(href, self.before)


class ReleaseBefore:
    """The release before the one that is served, as far as lists need it; and lists compared."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="release-before")
        self._turn = threading.Lock()
        self._of = ""
        self._read: Future[Directory | None] | None = None
        self._lists: LRUCache[ListFilters, ListChange] = LRUCache(_KEPT)

    def change(
        self, release: Release, now: Directory, filters: ListFilters, patience: float
    ) -> ListChange | None:
        """Return what changed in a list of the current release; None where that cannot be said.

        patience: seconds to wait for the release before to be read, which then goes on by itself.
        """
        told = changes_since(release)
        earlier = self._earlier(release, told.pair.before if told else None, patience)
        if told is None or earlier is None:
            return None
        with self._turn:
            found = self._lists.get(filters) if self._of == release.id else None
        if found is None:
            found = _compared(earlier, now, filters, told.pair.before or "", told.when)
            with self._turn:
                if self._of == release.id:
                    self._lists[filters] = found
        return found

    def close(self) -> None:
        """Let go of what was read; what is being read is not awaited."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _earlier(self, release: Release, before: str | None, patience: float) -> Directory | None:
        if before is None:
            return None
        with self._turn:
            if self._of != release.id or self._read is None:
                self._of = release.id
                self._lists.clear()
                self._read = self._reader.submit(_directory_of, release, before)
            read = self._read
        try:
            return read.result(patience)
        except TimeoutError:
            return None


def _directory_of(release: Release, name: str) -> Directory | None:
    """Read the directory of the release before; None, and a line in the log, where it cannot be."""
    try:
        before = kept_release(release.path.parent, name)
        if before.graph_bytes > _LARGEST or not is_read_alike(before, release):
            return None
        return read_directory(before)
    except (PermedError, OSError, pl.exceptions.PolarsError) as problem:
        _log.warning("lists are not compared", extra={"reason": str(problem)})
        return None


def _compared(
    earlier: Directory, now: Directory, filters: ListFilters, before: str, when: str
) -> ListChange:
    """Ask both releases; what has another id now is the same thing."""
    wanted = wanted_ids(now, filters)
    held = now.things["id"].filter(pl.Series(select(now, filters, wanted).mask)).to_list()
    old = _old_ids(now)
    known = {name: [v for i in ids for v in (i, *old.get(i, ()))] for name, ids in wanted.items()}
    mask = pl.Series(select(earlier, filters, known).mask)
    then = dict.fromkeys(now.replaced_by.get(i, i) for i in earlier.things["id"].filter(mask))
    here = set(held)
    came, went = [i for i in held if i not in then], [i for i in then if i not in here]
    return ListChange(before, when, len(then), came, went, earlier, old)


def _old_ids(now: Directory) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for old, new in now.replaced_by.items():
        found.setdefault(new, []).append(old)
    return found
