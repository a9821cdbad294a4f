"""The loader process: reads a release into memory and forks query processes on request.

Started as a program of its own, so that it holds nothing of the server: no threads, no sockets.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.errors import PermedError
from graph.store.executor.query_process import quiet, serve_queries
from graph.store.executor.wire import error_head, write_frame
from graph.store.loading import load_files

__all__ = ["main"]

FORK: Final = b"F"
_REAP_SECONDS: Final = 1.0


def main(arguments: Sequence[str]) -> int:
    """Run: control socket's number, memory growth allowed to a child in bytes, graph files."""
    control = socket.socket(fileno=int(arguments[0]))
    memory = int(arguments[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    store = ox.Store()
    try:
        quads = load_files(store, [Path(a) for a in arguments[2:]])
    except PermedError as problem:
        control.sendall(write_frame(error_head(problem), b""))
        return 1
    gc.freeze()  # the collector must not touch, and so copy, the pages that children share
    graphs = sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    control.sendall(write_frame({"ready": True, "quads": quads, "graphs": graphs}, b""))
    return _serve(store, control, memory)


def _serve(store: ox.Store, control: socket.socket, memory: int) -> int:
    while True:
        readable, _, _ = select.select([control], [], [], _REAP_SECONDS)
        _reap()
        if readable:
            order = control.recv(1)
            if not order:
                return 0
            _fork(store, control, memory)


def _fork(store: ox.Store, control: socket.socket, memory: int) -> None:
    _insist_on_one_thread()
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        control.close()
        theirs.close()
        _be_query_process(store, ours, memory)
    ours.close()
    process = os.pidfd_open(child)
    socket.send_fds(control, [child.to_bytes(4, "big")], [theirs.fileno(), process])
    theirs.close()
    os.close(process)


def _be_query_process(store: ox.Store, channel: socket.socket, memory: int) -> None:
    """Never returns: a child must not run on into the loader's own loop."""
    code = 1
    try:
        quiet()
        serve_queries(store, channel, memory)
        code = 0
    finally:
        os._exit(code)


def _insist_on_one_thread() -> None:
    """Forking a process with several threads can leave locks held for ever in the child."""
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - only the number matters
    if threads != 1:
        raise RuntimeError(f"the loader has {threads} threads and will not fork")


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return
