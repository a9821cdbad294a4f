"""Who is let in when more is asked than can be done: few at a time, and the newest first.

With as many requests under way as come, each takes as long as all before it. So a small number is
worked on at a time, and others wait, in their order. Where all have waited too long for half a
second, the service is overloaded: the newest goes first, since whoever has waited long has given up
or asks again, and who is not let in within a moment is refused, until for a while nobody had to be.
Method: controlled delay with adaptive last-in-first-out, B. Maurer, Fail at Scale, ACM Queue 13(8),
2015.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from permed.graph.errors import BusyError

__all__ = ["Admission"]

_PATIENCE: Final = 5.0  # seconds that a request waits for its turn, as a rule
_TOO_LONG: Final = 0.05  # and where the service is overloaded; it is where all wait longer
_OVERLOADED: Final = 0.5  # for so many seconds
_CALM: Final = 1.0  # seconds without a refusal after which it is no longer
_SHORT: Final = 0.25  # seconds after which a request makes room: long ones have limits of their own
_MOST: Final = 2_000  # that wait
_RETRY_AFTER: Final = 2.0
_EACH: Final = 2  # at once for each processor: one computes, one is read or sent


@dataclass(eq=False)
class _Turn:
    """One that waits: since when (seconds of the loop), and what it waits for."""

    came: float
    let_in: asyncio.Future[None]

    def refuse(self) -> None:
        if not self.let_in.done():
            self.let_in.set_exception(_busy())


class Admission:
    """Lets so many short requests be worked on at once (0: by the processors); for one loop."""

    def __init__(self, at_once: int = 0) -> None:
        self._free = at_once or _EACH * (os.cpu_count() or 1)
        self._waiting: deque[_Turn] = deque()
        self._slow_since: float | None = None  # since when nobody was let in quickly
        self._overloaded_until = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn; BusyError where there are too many."""
        loop = asyncio.get_running_loop()
        await self._turn(loop)
        place = _Place(self)
        timer = loop.call_later(_SHORT, place.leave)
        try:
            yield
        finally:
            timer.cancel()
            place.leave()

    async def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        if self._free > 0:
            self._free -= 1
            self._slow_since = None
            return
        if len(self._waiting) >= _MOST:
            raise _busy()
        mine = _Turn(now, loop.create_future())
        self._waiting.append(mine)
        patience = _TOO_LONG if now < self._overloaded_until else _PATIENCE
        timer = loop.call_later(patience, mine.refuse)
        try:
            await mine.let_in
        except BusyError:
            self._leave_line(mine)
            self._overloaded_until = loop.time() + _CALM
            raise
        except asyncio.CancelledError:
            if not self._leave_line(mine) and _is_let_in(mine):
                self.pass_on()  # the turn came together with the end of the request
            raise
        finally:
            timer.cancel()

    def _leave_line(self, turn: _Turn) -> bool:
        """Take one out that waits; False where it waits no more."""
        if turn not in self._waiting:
            return False
        self._waiting.remove(turn)
        return True

    def pass_on(self) -> None:
        """Give a place that is free now to one that waits."""
        now = asyncio.get_running_loop().time()
        overloaded = now < self._overloaded_until
        while overloaded and self._waiting and now - self._waiting[0].came > _TOO_LONG:
            self._waiting.popleft().refuse()
        while self._waiting:
            turn = self._waiting.pop() if overloaded else self._waiting.popleft()
            if not turn.let_in.done():
                self._note(now - turn.came, now)
                turn.let_in.set_result(None)
                return
        self._free += 1

    def _note(self, waited: float, now: float) -> None:
        """Note how long somebody waited who is let in."""
        if waited <= _TOO_LONG:
            self._slow_since = None
        elif self._slow_since is None:
            self._slow_since = now
        elif now - self._slow_since > _OVERLOADED:
            self._overloaded_until = now + _CALM


class _Place:
    """A place among those that are worked on, left once."""

    def __init__(self, admission: Admission) -> None:
        self._admission: Admission | None = admission

    def leave(self) -> None:
        admission, self._admission = self._admission, None
        if admission is not None:
            admission.pass_on()


def _is_let_in(turn: _Turn) -> bool:
    done = turn.let_in.done() and not turn.let_in.cancelled()
    return done and turn.let_in.exception() is None


def _busy() -> BusyError:
    return BusyError(
        "more is asked of this service than it can do; try again in a few seconds", _RETRY_AFTER
    )
