"""The process that matches for a server: within its memory, behind the queries, until told off."""

from __future__ import annotations

import resource
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from permed.graph.store.executor.messages import answered, read_frame
from permed.ingest.linking.service.requests import MatchService

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, home, ROR dump (may be empty), bytes in all, seconds idle."""
    number, home, ror, memory, idle = arguments
    channel = socket.socket(fileno=int(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    service = MatchService(Path(home), Path(ror) if ror else None)
    while select.select([channel], [], [], float(idle))[0]:
        frame = read_frame(channel)
        if frame is None:
            return 0
        channel.sendall(answered(partial(_answer, service, frame[0]), "the matching"))
    return 0


def _answer(service: MatchService, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    found = service.answer(request)
    head = {"total": len(found["rows"]), "truncated": False, "notes": []}
    return head, orjson.dumps(found)
