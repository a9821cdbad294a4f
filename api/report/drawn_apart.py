"""The program that draws the strategy report in a process of its own: release folder, folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from permed.graph.errors import PermedError
from permed.graph.releases.release import Release

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Write index.html and data/ into the folder; 1, with the reason in a line, if it cannot be."""
    from permed.api.report.build import build_report

    _, release, folder = arguments
    try:
        build_report(Release(Path(release)), Path(folder), pdf=False)
    except PermedError as problem:
        print(" ".join(str(problem).split()), file=sys.stderr)
        return 1
    return 0
