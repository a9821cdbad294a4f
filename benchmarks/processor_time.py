"""Processor time of another process."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["processor_seconds"]


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process, its threads and its ended children, in seconds.

    0 where it has ended. Format: proc(5), `stat`, fields 14 to 17.
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in told[11:15]) / os.sysconf("SC_CLK_TCK")
