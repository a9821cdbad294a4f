"""Helper processes: programs of ours that run apart from the caller's folder and variables.

Python looks for modules in the working directory and in `PYTHONPATH` first, so that a stranger's
`csv.py` lying there would run. A helper is started with `python -I`, which passes both over; our
own package is taken from the very files that the caller runs, the libraries from where its own lie.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import pyoxigraph

import permed

__all__ = ["Helper", "make_way", "start_helper"]

_PACKAGE: Final = Path(permed.__file__)
_LIBRARIES: Final = Path(pyoxigraph.__file__).parents[1]
# "-c" and not a file: a file's folder would be searched first
_PROGRAM: Final = """\
import sys
from importlib import import_module, util
package, libraries, module, *arguments = sys.argv[1:]
if libraries not in sys.path:
    sys.path.append(libraries)
spec = util.spec_from_file_location("permed", package)
sys.modules["permed"] = util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["permed"])
sys.exit(import_module(module).main(arguments))
"""
_ENDING: Final = 5.0  # seconds that a process may take to end once its socket is closed
_LONGEST: Final = 500  # letters of a last line that are told


class Helper:
    """A running helper process and our end of its socket."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket) -> None:
        self.process, self.channel = process, channel
        self._last_line = ""
        self._reader = threading.Thread(target=self._forward, args=(process.stderr,), daemon=True)
        self._reader.start()

    def why_ended(self) -> str:
        """Return the last line of its standard error, or how it ended; blocks until it has."""
        try:
            code = self.process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            return "it does not answer"
        self._reader.join(_ENDING)
        if self._last_line:
            return self._last_line[:_LONGEST]
        if code == -signal.SIGKILL:
            return "ended by SIGKILL, as the system does when memory runs out"
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def end(self) -> None:
        """End the process at once and close our end of its socket."""
        self.process.kill()
        self.process.wait()
        self.channel.close()

    def _forward(self, errors: IO[bytes]) -> None:
        """Pass its standard error on to ours, and remember the last line."""
        with errors:
            for line in errors:
                self._last_line = line.decode("utf-8", "replace").strip() or self._last_line
                with contextlib.suppress(OSError):
                    os.write(2, line)


def make_way(process: int, niceness: int) -> None:
    """Let others go before a process: the higher, the less of the processor it gets."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, process, niceness)


def start_helper(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    niceness: int = 0,
) -> Helper:
    """Start `main(arguments)` of a module of ours in a process of its own.

    The number of its end of a socket stands before the arguments; `environment` is added to ours.
    niceness: how far behind others it runs, 0 (as we do) to 19 (on what they leave).
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-c", _PROGRAM, str(_PACKAGE), str(_LIBRARIES)),
                *(module, str(theirs.fileno()), *arguments),
            ],
            pass_fds=[theirs.fileno()],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if niceness:
            make_way(process.pid, niceness)
    return Helper(process, ours)
