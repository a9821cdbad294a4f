"""The server's side of the loader and of each query process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from permed.graph.errors import InputError, LimitExceeded
from permed.graph.process import Helper, make_way, start_helper
from permed.graph.store.executor.loader import FORK
from permed.graph.store.executor.messages import HEAD, read_frame

__all__ = ["Loader", "QueryProcess"]

_PROGRAM: Final = "permed.graph.store.executor.loader"
_CHUNK: Final = 1 << 18
_LAST: Final = 19  # the system's lowest priority
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(eq=False)
class QueryProcess:
    """One query process: its socket and a handle that never means another process."""

    pid: int
    channel: socket.socket
    handle: int
    answered: int = 0
    cpu: float = 0.0  # processor seconds until its last answer
    spent: bool = field(default=False)

    async def ask(self, frame: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a request and read the whole reply; LimitExceeded where the process died on it."""
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self.channel, frame)
            head, body = await self._reply()
        except OSError:
            raise _died() from None
        self.answered += 1
        self.cpu = float(head.get("cpu", 0.0))
        return head, body

    def cpu_of_query(self) -> float:
        """Return the processor seconds that the running query has taken."""
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICKS - self.cpu

    async def _reply(self) -> tuple[dict[str, Any], bytes]:
        """Read one frame; nothing follows it until the next request, so no byte is read too far."""
        loop = asyncio.get_running_loop()
        held, total, start = bytearray(), HEAD.size, HEAD.size
        while len(held) < total:
            part = await loop.sock_recv(self.channel, _CHUNK)
            if not part:
                raise _died()
            held += part
            if total == HEAD.size and len(held) >= total:
                head_size, body_size = HEAD.unpack_from(held)
                start += head_size
                total = start + body_size
        return orjson.loads(held[HEAD.size : start]), bytes(held[start:])

    def slow_down(self) -> None:
        """Let others go first: the system gives this process what they leave."""
        make_way(self.pid, _LAST)

    def pause(self, paused: bool) -> None:
        """Stop or continue the process."""
        self._signal(signal.SIGSTOP if paused else signal.SIGCONT)

    def kill(self) -> None:
        """End the process, whatever it does."""
        if not self.spent:
            self.spent = True
            self._signal(signal.SIGKILL)
            self.channel.close()
            os.close(self.handle)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)


def _died() -> LimitExceeded:
    return LimitExceeded(
        "the query needed more memory than the server allows; narrow it, or use LIMIT earlier"
    )


class Loader:
    """A loader process; `start` returns when its store can be asked.

    The store is read into memory from graph files, or is the folder of a store on `disk`.
    """

    def __init__(self, paths: Sequence[Path], memory: int, *, disk: bool = False) -> None:
        self._paths = paths
        self._memory = memory
        self.kind: Literal["memory", "disk"] = "disk" if disk else "memory"
        self._helper: Helper | None = None
        self._is_stopped = False
        self.quads = 0
        self.graphs: tuple[str, ...] = ()

    def start(self) -> None:
        """Load the files; InputError where one cannot be read. Blocks until loaded."""
        arguments = [str(self._memory), self.kind, *map(str, self._paths)]
        helper = start_helper(_PROGRAM, arguments)
        self._helper = helper  # before it is ready, so that `kill` reaches it
        if self._is_stopped:  # while the process was made
            self.stop()
            raise InputError("the release is no longer wanted")
        frame = read_frame(helper.channel)
        if frame is None or "error" in frame[0]:
            said = frame[0]["message"] if frame else helper.why_ended()
            self.stop()
            raise InputError(f"the release cannot be loaded: {said}")
        self.quads = int(frame[0]["quads"])
        self.graphs = tuple(frame[0]["graphs"])

    def fork(self) -> QueryProcess:
        """Return a new query process; InputError where the loader has gone."""
        if self._helper is None:
            raise InputError("the loader is not running; restart the server")
        control = self._helper.channel
        try:
            control.sendall(FORK)
            told, handles, _, _ = socket.recv_fds(control, 4, 2)
        except OSError as problem:
            raise InputError(f"the loader does not answer: {problem}; restart it") from None
        if len(handles) != 2:
            raise InputError("the loader has ended; restart the server")
        channel = socket.socket(fileno=handles[0])
        channel.setblocking(False)
        return QueryProcess(int.from_bytes(told, "big"), channel, handles[1])

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        running = self._helper is not None and self._helper.process.poll() is None
        return self._helper.process.pid if self._helper and running else None

    def kill(self) -> None:
        """End the loader at once, also while another thread is in `start`."""
        self._is_stopped = True
        if self._helper is not None:
            self._helper.process.kill()

    def stop(self) -> None:
        """End the loader, and with it every query process; it cannot be started again."""
        self._is_stopped = True
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.channel.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                helper.process.wait(timeout=5)
            helper.end()
