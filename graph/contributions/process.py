"""Reading and judging what somebody contributes, in a process that can be stopped.

A body may be made to take hours or all memory. The process that reads it has a deadline and a limit
of memory, and holds nothing of the server; it is started for one write and ends with it.
"""

from __future__ import annotations

import resource
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from permed.graph.contributions.body import UnreadableMedia, read_body
from permed.graph.errors import BusyError, GateRefused, InputError, LimitExceeded, PermedError
from permed.graph.process import Helper, start_helper
from permed.graph.store.executor.messages import error_head, read_frame, write_frame

__all__ = ["GraphTooLarge", "WriteProcess", "main"]


class GraphTooLarge(LimitExceeded):
    """A graph that cannot be read within the memory for it."""

    status = 413
    title = "Request too large"


_ERRORS: Final[dict[str, type[PermedError]]] = {
    c.__name__: c for c in (GraphTooLarge, GateRefused, InputError, UnreadableMedia)
}


class WriteProcess:
    """Our side: one write's process, its seconds of work and its memory in bytes.

    The time between two calls does not count: a writer may have to wait for its turn.
    """

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds, self._memory = seconds, memory
        self._left = seconds
        self._helper: Helper = start_helper(__name__, [str(memory)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._helper.end()

    def read(self, body: bytes, content_type: str, graph: str) -> bytes:
        """Return a body as N-Quads of `graph`; errors as of `body.read_body`."""
        return self._ask({"content_type": content_type, "graph": graph}, body)

    def judge(self, release: Path, graph: str, quads: bytes) -> None:
        """Refuse what `gate.judge` refuses."""
        self._ask({"release": str(release), "graph": graph}, quads)

    def _ask(self, head: Mapping[str, Any], body: bytes) -> bytes:
        """Ask and wait; LimitExceeded at the deadline, GraphTooLarge at the memory limit."""
        channel, started = self._helper.channel, time.monotonic()
        try:
            channel.settimeout(max(0.01, self._left))
            channel.sendall(write_frame(head, body))
            reply = read_frame(channel)
        except TimeoutError:
            raise LimitExceeded(
                f"the graph was not read and judged within {self._seconds:g} s; send less at once"
            ) from None
        except ConnectionError:
            reply = None
        finally:
            self._left -= time.monotonic() - started
        if reply is None:
            raise self._death()
        told, answer = reply
        if "error" in told:
            raise _ERRORS.get(told["error"], PermedError)(told["message"])
        return answer

    def _death(self) -> PermedError:
        said = self._helper.why_ended()
        if (self._helper.process.returncode or 0) > 0:
            return BusyError(f"the process that reads contributions ended: {said}")
        return _too_large(self._memory)


def _too_large(memory: int) -> GraphTooLarge:
    return GraphTooLarge(
        f"the graph needs more than {memory >> 20:,} MB to be read, or is nested too deep; "
        "send less at once"
    )


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, bytes of memory that reading may take."""
    channel = socket.socket(fileno=int(arguments[0]))
    memory = int(arguments[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    while (frame := read_frame(channel)) is not None:
        head, body = _answer(*frame, memory)
        channel.sendall(write_frame(head, body))
    return 0


def _answer(head: Mapping[str, Any], body: bytes, memory: int) -> tuple[dict[str, Any], bytes]:
    try:
        if "content_type" in head:
            return {}, read_body(body, head["content_type"], head["graph"])
        # imported late: what does not parse need not wait for the validators
        from permed.graph.contributions.gate import judge

        judge(Path(head["release"]), head["graph"], body)
    except PermedError as problem:
        return error_head(problem), b""
    except (MemoryError, RecursionError):
        return error_head(_too_large(memory)), b""
    return {}, b""
