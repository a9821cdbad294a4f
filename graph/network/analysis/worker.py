"""The worker process of a server: runs requests one by one, within its memory, until told off.

Started as a program of its own, so that what it computes cannot take the server's memory, threads
or turn; the server ends it at a deadline and starts another when it needs one.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from permed.graph.errors import LimitExceeded, PermedError
from permed.graph.network.analysis.requests import AnalysisCache, run_request
from permed.graph.store.executor.messages import error_head, read_frame, write_frame

__all__ = ["main"]

_UNFORESEEN = "the analysis met something that nobody foresaw; the server's log says more"


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, home of the releases, bytes beyond them, seconds to wait idle."""
    number, home, memory, idle = arguments
    channel = socket.socket(fileno=int(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    os.nice(10)  # queries go first
    cache = AnalysisCache(Path(home))
    limited = False
    while select.select([channel], [], [], float(idle))[0]:
        frame = read_frame(channel)
        if frame is None:
            return 0
        channel.sendall(_answered(cache, frame[0], 0 if limited else int(memory)))
        limited = True
    return 0


def _limit(memory: int) -> None:
    """Allow so many bytes beyond what the process holds by now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _answered(cache: AnalysisCache, request: Mapping[str, Any], memory: int) -> bytes:
    """Run a request; memory: limit to set once the release is read, 0 where it is set."""
    try:
        cache.roles(request["release"])
        if memory:
            _limit(memory)
        reply = run_request(cache, request)
    except PermedError as problem:
        return write_frame(error_head(problem), b"")
    except MemoryError:
        return write_frame(error_head(LimitExceeded("memory")), b"")
    except Exception:  # the worker goes on, and its log says what happened
        traceback.print_exc()
        return write_frame({"error": "", "message": _UNFORESEEN}, b"")
    head = {"total": reply.total, "truncated": reply.truncated, "notes": reply.notes}
    return write_frame(head, reply.body)
