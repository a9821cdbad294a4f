"""Random networks drawn in a process of their own, while the caller goes on with something else.

Python lets one thread at a time into its own code, so that drawing in a thread stops whatever else
is computed again and again; two processes use two processors.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from permed.graph.errors import BusyError
from permed.graph.network.comparison.against_chance import report_statistics
from permed.graph.network.comparison.brokers_beside_chance import Tested, more_draws
from permed.graph.network.comparison.null_model import SAMPLES, Draws, draw
from permed.graph.network.core.network import Network
from permed.graph.process import start_helper
from permed.graph.store.executor.messages import read_frame, write_frame

__all__ = ["draw_apart", "main"]

_BEHIND: Final = 2  # how far: what the caller makes goes first, and nobody waits long for it
_LEAST_PRIORITY: Final = 19


def draw_apart(
    network: Network, own: npt.NDArray[np.bool_], samples: int = SAMPLES, seed: int = 1
) -> tuple[dict[str, Draws], Tested]:
    """Return what `draw` gives for `report_statistics`, and what `more_draws` gives then; blocks.

    BusyError with the reason if the process that draws ends before its time.
    """
    bare = Network(network.nodes, network.edges, network.incidence)  # without what it remembers
    body = pickle.dumps((bare, own, samples, seed))
    behind = min(os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND, _LEAST_PRIORITY)
    helper = start_helper(__name__, [], niceness=behind)
    try:
        try:
            helper.channel.sendall(write_frame({}, body))
            reply = read_frame(helper.channel)
        except OSError:
            reply = None
        if reply is None:
            raise BusyError(f"the random networks were not drawn: {helper.why_ended()}")
    finally:
        helper.end()
    found: tuple[dict[str, Draws], Tested]
    found = pickle.loads(reply[1])  # noqa: S301 - from `main`
    return found


def main(arguments: Sequence[str]) -> int:
    """Run: number of the socket, on which one network comes in and its draws go out."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends without a word: the caller has the last
    channel = socket.socket(fileno=int(arguments[0]))
    frame = read_frame(channel)
    if frame is None:
        return 0
    network, own, samples, seed = pickle.loads(frame[1])  # noqa: S301 - from `draw_apart`
    draws = draw(network, report_statistics(network, own), samples, seed)
    tested = more_draws(network, draws["open"], own=own, seed=seed)
    channel.sendall(write_frame({}, pickle.dumps((draws, tested))))
    return 0
