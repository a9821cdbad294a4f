"""The query process: a forked child that answers queries from the memory it shares."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import time
from typing import Any, Final

import pyoxigraph as ox

from permed.graph.errors import LimitExceeded, PermedError
from permed.graph.store.embedded.evaluation import evaluate
from permed.graph.store.embedded.loading import is_merged
from permed.graph.store.executor.messages import QueryRequest, error_head, read_frame, write_frame
from permed.graph.store.query.inspection import inspect

__all__ = ["forbid_new_files", "memory_counter", "serve_queries", "silence_stderr"]

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None)


def serve_queries(store: ox.Store, channel: socket.socket, memory: int, statm: int) -> None:
    """Answer frames until the server goes away.

    `memory` is the growth allowed, in bytes; `statm` is an open `memory_counter`.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    start = _address_space(statm)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (start + memory, start + memory))
    while (frame := read_frame(channel)) is not None:
        head, body = _answer(store, frame[0])
        head |= {"grown": _address_space(statm) - start, "cpu": time.process_time()}
        channel.sendall(write_frame(head, body))


def forbid_new_files() -> None:
    """Close the way to files and sockets: what is open stays open, no more comes."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def memory_counter() -> int:
    """Open the system's account of this process, before new files are forbidden."""
    return os.open("/proc/self/statm", os.O_RDONLY)


def _address_space(statm: int) -> int:
    return int(os.pread(statm, 64, 0).split()[0]) * _PAGE


def _answer(store: ox.Store, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        request = QueryRequest.from_head(head)
        answer = evaluate(
            store,
            request.sparql,
            inspect(request.sparql),
            substitutions=request.substitutions,
            format=request.format,
            dataset=request.dataset,
            caps=request.caps,
            base=request.base,
            written=request.written,
            union=not is_merged(store),
        )
    except PermedError as problem:
        return error_head(problem), b""
    except MemoryError:
        return error_head(LimitExceeded("the query needs more memory than it may take")), b""
    told = {
        "form": answer.form,
        "format": answer.format.name,
        "truncated": answer.truncated,
        "seconds": answer.seconds,
    }
    return told, answer.body


def silence_stderr() -> None:
    """Send the engine's last words (an allocation that failed) nowhere; the server tells it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
