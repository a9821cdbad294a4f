"""The worker process of a server: runs requests one by one, within its memory, until told off.

Started as a program of its own, so that what it computes cannot take the server's memory, threads
or turn; the server ends it at a deadline and starts another when it needs one.
"""

from __future__ import annotations

import resource
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from permed.graph.network.analysis.requests import AnalysisCache, run_request
from permed.graph.store.executor.messages import answered, read_frame

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, home of the releases, bytes beyond them, seconds to wait idle."""
    number, home, memory, idle = arguments
    channel = socket.socket(fileno=int(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    cache = AnalysisCache(Path(home))
    limited = False
    while select.select([channel], [], [], float(idle))[0]:
        frame = read_frame(channel)
        if frame is None:
            return 0
        answer = partial(_answer, cache, frame[0], 0 if limited else int(memory))
        channel.sendall(answered(answer, "the analysis"))
        limited = True
    return 0


def _limit(memory: int) -> None:
    """Allow so many bytes beyond what the process holds by now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _answer(
    cache: AnalysisCache, request: Mapping[str, Any], memory: int
) -> tuple[dict[str, Any], bytes]:
    """Run a request; memory: limit to set once the release is read, 0 where it is set."""
    cache.roles(request["release"])
    if memory:
        _limit(memory)
    reply = run_request(cache, request)
    head = {"total": reply.total, "truncated": reply.truncated, "notes": reply.notes}
    return head, reply.body
