"""The strategy report on a network: one self-contained page, its PDF, and the data of every figure.

`build_report` writes all of it; `build_figure` one figure only, by its key in `FIGURE_SPECS`.
Charts and networks are slow to import, so what needs them is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permed.api.report.build import CHAPTERS, FIGURE_SPECS, Report, build_figure, build_report
    from permed.graph.network.projection.selection import (
        COLLABORATION,
        FAMILY,
        Selection,
        release_roles,
    )

__all__ = [
    "CHAPTERS",
    "COLLABORATION",
    "FAMILY",
    "FIGURE_SPECS",
    "Report",
    "Selection",
    "build_figure",
    "build_report",
    "release_roles",
]

_SELECTION = ("COLLABORATION", "FAMILY", "Selection", "release_roles")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = (
        "permed.graph.network.projection.selection"
        if name in _SELECTION
        else "permed.api.report.build"
    )
    return getattr(import_module(home), name)
