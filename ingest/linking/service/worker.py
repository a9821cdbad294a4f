"""The process that matches for a server: within its memory, behind the queries, until told off."""

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

import orjson

from permed.graph.errors import LimitExceeded, PermedError
from permed.graph.store.executor.messages import error_head, read_frame, write_frame
from permed.ingest.linking.service.requests import MatchService

__all__ = ["main"]

_UNFORESEEN = "the matching met something that nobody foresaw; the server's log says more"


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, home, ROR dump (may be empty), bytes in all, seconds idle."""
    number, home, ror, memory, idle = arguments
    channel = socket.socket(fileno=int(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    os.nice(10)  # queries go first
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    service = MatchService(Path(home), Path(ror) if ror else None)
    while select.select([channel], [], [], float(idle))[0]:
        frame = read_frame(channel)
        if frame is None:
            return 0
        channel.sendall(_answered(service, frame[0]))
    return 0


def _answered(service: MatchService, request: Mapping[str, Any]) -> bytes:
    try:
        found = service.answer(request)
    except PermedError as problem:
        return write_frame(error_head(problem), b"")
    except MemoryError:
        return write_frame(error_head(LimitExceeded("memory")), b"")
    except Exception:  # the worker goes on, and its log says what happened
        traceback.print_exc()
        return write_frame({"error": "", "message": _UNFORESEEN}, b"")
    head = {"total": len(found["rows"]), "truncated": False, "notes": []}
    return write_frame(head, orjson.dumps(found))
