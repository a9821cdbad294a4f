"""Optional parts of an installation: the libraries of each, and how to say what lacks.

`pip install permed-graph` answers, builds and serves; reports and the heavier network measures
bring large libraries, so they are extras of their own.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

from permed.graph.errors import PermedError

__all__ = ["EXTRAS", "MissingExtra", "or_missing_extra", "refuse_without"]

# extra: modules that only it brings
EXTRAS: Final = {
    "cluster": ("ray",),
    "mcp": ("mcp",),
    "network": ("networkit",),
    "report": ("altair", "docx", "vl_convert"),
    "storage": ("fsspec",),
}


class MissingExtra(PermedError):  # noqa: N818 - says what is missing
    """A part of the program that was not installed."""

    status = 501
    title = "Not installed"


def refuse_without(extra: str) -> None:
    """MissingExtra where an extra was not installed, before anything is begun that needs it."""
    for module in EXTRAS[extra]:
        try:
            found = module in sys.modules or find_spec(module) is not None
        except ModuleNotFoundError:
            found = False
        if not found:
            raise _lacking(extra, module)


def or_missing_extra(problem: Exception) -> Exception:
    """Return a failed import of an extra as what to install; other problems as they are."""
    if isinstance(problem, ModuleNotFoundError):
        module = (problem.name or "").partition(".")[0]
        for extra, modules in EXTRAS.items():
            if module in modules:
                return _lacking(extra, module)
    return problem


def _lacking(extra: str, module: str) -> MissingExtra:
    told = f"this needs one more: pip install 'permed-graph[{extra}]'"
    return MissingExtra(f"{told} (there is no {module})")
