"""Rules that need joins: queries in `queries/checks/` that must return no row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from permed.graph.errors import InputError
from permed.ontology import prefix_block

__all__ = ["failed_checks"]

_FOLDER = Path(__file__).parents[2] / "queries" / "checks"


def failed_checks(release: Path) -> Iterator[str]:
    """Yield one line for each check query that finds something in a release's store."""
    store = ox.Store.read_only(str(release / "store"))
    for path in sorted(_FOLDER.glob("*.rq")):
        rows = store.query(
            prefix_block() + path.read_text(encoding="utf-8"), use_default_graph_as_union=True
        )
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError(f"{path}: a check must be a SELECT query")
        first = next(iter(rows), None)
        if first is not None:
            found = ", ".join(str(value) for value in first)
            yield f"check {path.stem}: {found}; mend the source or the check"
