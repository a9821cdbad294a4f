"""Chains of steps, such as successors, replacements and parents, and one rule for circles.

A chain ends where no step leads on. One that comes back to itself has no end: who looks for an end
gets none, and who counts takes the whole circle as its smallest member.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["anchor", "end", "path"]


def path(start: str, steps: Mapping[str, str]) -> list[str]:
    """Return the start and all that it leads to, in order, each once."""
    found = dict.fromkeys([start])
    while (following := steps.get(start)) is not None and following not in found:
        found[following] = None
        start = following
    return list(found)


def end(start: str, steps: Mapping[str, str]) -> str | None:
    """Return where a chain ends, the start itself where no step leads on; None for a circle."""
    last = path(start, steps)[-1]
    return None if last in steps else last


def anchor(start: str, steps: Mapping[str, str]) -> str:
    """Return where a chain ends; the smallest member of the circle that it runs into, if any."""
    found = path(start, steps)
    back = steps.get(found[-1])
    return found[-1] if back is None else min(found[found.index(back) :])
