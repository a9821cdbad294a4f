"""NetworKit, brought in when it is first needed, and with the threads that give one answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["networkit", "one_thread"]


@cache
def networkit() -> Any:
    """Return the library; importing it takes seconds where scikit-learn is installed."""
    return import_module("networkit")


@contextmanager
def one_thread() -> Iterator[None]:
    """Run with one thread: several add up in any order, which changes last digits and ties."""
    before = networkit().getMaxNumberOfThreads()
    networkit().setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit().setNumberOfThreads(before)
