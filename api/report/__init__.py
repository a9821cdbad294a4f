"""The strategy report on a network: one self-contained page, its PDF, and the data of every figure.

`build_report` writes all of it; `build_figure` one figure only, by its key in `RECIPES`.
"""

from api.report.building import RECIPES, VIEWS, Report, build_figure, build_report
from api.report.selection import COLLABORATION, FAMILY, NODES, Selection, release_roles

__all__ = [
    "COLLABORATION",
    "FAMILY",
    "NODES",
    "RECIPES",
    "VIEWS",
    "Report",
    "Selection",
    "build_figure",
    "build_report",
    "release_roles",
]
