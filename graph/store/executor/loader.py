"""The loader process: reads a release into memory, or lends the store on disk, and forks.

Started as a program of its own, so that it holds nothing of the server: no threads, no sockets.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from permed.graph.errors import InputError, PermedError
from permed.graph.store.embedded.loading import load_files
from permed.graph.store.executor.messages import error_head, read_frame, write_frame
from permed.graph.store.executor.query_process import (
    forbid_new_files,
    memory_counter,
    serve_queries,
    silence_stderr,
)
from permed.graph.store.executor.seccomp import install_seccomp_filter

__all__ = ["FORK", "main"]

FORK: Final = b"F"
_REAP_SECONDS: Final = 1.0


def main(arguments: Sequence[str]) -> int:
    """Run: control socket's number, memory growth allowed to a child in bytes, kind, paths.

    The kind is `memory` with graph files or `disk` with the folder of a store.
    """
    control = socket.socket(fileno=int(arguments[0]))
    memory, kind, paths = int(arguments[1]), arguments[2], [Path(a) for a in arguments[3:]]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    try:
        supply = _on_disk(paths[0]) if kind == "disk" else _in_memory(paths)
    except PermedError as problem:
        control.sendall(write_frame(error_head(problem), b""))
        return 1
    gc.freeze()  # the collector must not touch, and so copy, the pages that children share
    control.sendall(write_frame({"ready": True, **supply.told}, b""))
    return _serve(supply, control, memory)


@dataclass(frozen=True)
class _Supply:
    """How a query process comes by its store, and what the loader tells of it."""

    open: Callable[[], ox.Store]
    told: dict[str, Any]
    restrict: Callable[[], None]


def _in_memory(files: Sequence[Path]) -> _Supply:
    store = ox.Store()
    quads = load_files(store, files)
    return _Supply(lambda: store, {"quads": quads, "graphs": _graphs(store)}, forbid_new_files)


def _on_disk(folder: Path) -> _Supply:
    """Each process opens the store itself: opening starts threads, and they do not survive a fork.

    InputError where a process of the kind that will answer cannot read the store.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            ours.close()
            silence_stderr()
            theirs.sendall(write_frame(_examine(folder), b""))
            code = 0
        finally:
            os._exit(code)
    theirs.close()
    frame = read_frame(ours)
    ours.close()
    os.waitpid(child, 0)
    told = frame[0] if frame else {"error": "", "message": f"{folder}: the store is damaged"}
    if "error" in told:
        raise InputError(told["message"])
    return _Supply(lambda: _opened(folder), told, install_seccomp_filter)


def _examine(folder: Path) -> dict[str, Any]:
    """Read all statements once, as a process that answers would."""
    try:
        install_seccomp_filter()
        store = _opened(folder)
        return {"quads": len(store), "graphs": _graphs(store)}
    except PermedError as problem:
        return error_head(problem)
    except (OSError, RuntimeError, ValueError) as problem:
        return error_head(InputError(f"{folder}: the store cannot be read: {problem}"))


def _opened(folder: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(folder))
    except OSError as problem:
        raise InputError(f"{folder}: the store cannot be opened: {problem}") from None


def _graphs(store: ox.Store) -> list[str]:
    return sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))


def _serve(supply: _Supply, control: socket.socket, memory: int) -> int:
    while True:
        readable, _, _ = select.select([control], [], [], _REAP_SECONDS)
        _reap()
        if readable:
            order = control.recv(1)
            if not order:
                return 0
            _fork(supply, control, memory)


def _fork(supply: _Supply, control: socket.socket, memory: int) -> None:
    _insist_on_one_thread()
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        control.close()
        theirs.close()
        _be_query_process(supply, ours, memory)
    ours.close()
    process = os.pidfd_open(child)
    socket.send_fds(control, [child.to_bytes(4, "big")], [theirs.fileno(), process])
    theirs.close()
    os.close(process)


def _be_query_process(supply: _Supply, channel: socket.socket, memory: int) -> None:
    """Never returns: a child must not run on into the loader's own loop."""
    code = 1
    try:
        silence_stderr()
        statm = memory_counter()
        supply.restrict()  # before the store is opened, so that its threads are bound as well
        serve_queries(supply.open(), channel, memory, statm)
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
