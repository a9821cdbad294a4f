"""The history of a home: which release became current when, one JSON object a line.

Rollback and pruning follow this order and not the clock, which may jump; an id that stands here is
never given again, also when its release is gone.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from permed.graph.errors import InputError

__all__ = ["HISTORY", "Promotion", "before", "in_order_of_use", "promotions", "record", "up_to"]

HISTORY = "history.jsonl"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # told by those who write whole releases
Way = Literal["promote", "rollback"]


@dataclass(frozen=True)
class Promotion:
    """A release that became current: when (UTC, ISO 8601), and whether by going back to it."""

    release: str
    at: str
    way: Way = "promote"


def promotions(home: Path) -> list[Promotion]:
    """Return all promotions, oldest first; a line that a crash cut off is passed over."""
    try:
        lines = (home / HISTORY).read_bytes().splitlines()
    except OSError:
        return []
    return [found for line in lines if (found := _promotion(line)) is not None]


def _promotion(line: bytes) -> Promotion | None:
    try:
        told = json.loads(line)
        way: Way = "rollback" if told.get("way") == "rollback" else "promote"
        return Promotion(str(told["release"]), str(told["at"]), way)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def record(home: Path, release: str, way: Way) -> None:
    """Append one promotion; it is on the disk when this returns. InputError where it cannot be."""
    told = asdict(Promotion(release, datetime.now(UTC).isoformat(timespec="microseconds"), way))
    path = home / HISTORY
    try:
        with path.open("ab+") as file:
            # a line of its own also behind one that a crash cut off
            file.write(b"\n" * _is_cut(file.fileno()) + json.dumps(told).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        if problem.errno in _NO_ROOM:
            raise
        raise InputError(
            f"{path}: cannot be written ({problem.strerror}); move it away, it is made again"
        ) from problem


def _is_cut(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def before(home: Path, now: str, kept: Sequence[str]) -> str | None:
    """Return the id that a rollback from `now` leads to, None where there is none.

    A promotion lies on top of what was current; a rollback takes off what lies above its release.
    `kept` are the ids of the releases that are there, oldest first; without a history they count
    as promoted in that order.
    """
    steps = promotions(home)
    stack = [] if steps else up_to(now, kept)
    for step in steps:
        if step.way == "rollback" and step.release in stack:
            del stack[_last(stack, step.release) + 1 :]
        elif stack[-1:] != [step.release]:
            stack.append(step.release)
    below = stack[: _last(stack, now)] if now in stack else stack
    return next((name for name in reversed(below) if name in kept and name != now), None)


def up_to(now: str | None, kept: Sequence[str]) -> list[str]:
    """Return what was current before there was a history: the kept ids up to the current one."""
    return [*kept[: kept.index(now) + 1]] if now in kept else []


def _last(stack: Sequence[str], name: str) -> int:
    return len(stack) - 1 - stack[::-1].index(name)


def in_order_of_use(home: Path, ids: Iterable[str]) -> list[str]:
    """Return ids by when they last became current; those that never did keep their order, first."""
    last = {step.release: number for number, step in enumerate(promotions(home))}
    return sorted(ids, key=lambda name: last.get(name, -1))
