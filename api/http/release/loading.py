"""Loading in parts and at times: all parts at once, given up cleanly, tried again less and less."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Final, TypeVar

__all__ = ["TryAgain", "all_of", "unless_stopped"]

T = TypeVar("T")
_FIRST_WAIT: Final = 5.0  # seconds before a load that failed is tried again
_LONGEST_WAIT: Final = 300.0


class TryAgain:
    """When a load that failed is tried again: soon, then less and less often."""

    def __init__(self) -> None:
        self._wait, self._at = _FIRST_WAIT, float("inf")

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return time.monotonic() >= self._at

    def failed(self) -> None:
        """Wait twice as long as before."""
        self._at = time.monotonic() + self._wait
        self._wait = min(2 * self._wait, _LONGEST_WAIT)


async def all_of(*parts: Coroutine[None, None, None]) -> None:
    """Run parts at once; let all end before the first error is told."""
    done = await asyncio.gather(*parts, return_exceptions=True)
    for problem in done:
        if isinstance(problem, BaseException):
            raise problem


async def unless_stopped(
    work: Coroutine[None, None, T], discard: Callable[[], Coroutine[None, None, None]]
) -> T:
    """Load; where the server stops meanwhile, end what was begun before going."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, discard(), return_exceptions=True)
        raise
