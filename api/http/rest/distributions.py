"""The files by which the data set can be had: endpoint, named graphs, lists."""

from __future__ import annotations

from typing import Final

from permed.api.http.release.served_release import ServedRelease
from permed.api.http.rest.formats import formats_of
from permed.graph.store import SOLUTION_FORMATS

__all__ = ["distributions"]

_LISTS: Final = ("organisations", "projects", "publications", "events", "calls", "infrastructures")


def distributions(served: ServedRelease, root: str) -> list[tuple[str, str, str]]:
    """Return name, media type and address of the files by which the data set can be had."""
    lists = [
        (f"{name} ({form.name})", form.media_type, f"{root}api/v1/{name}?format={form.name}")
        for name in _LISTS
        for form in formats_of(name)
        if form.name in ("csv", "xlsx", "parquet")
    ]
    dumps = [
        (
            f"named graph {path.stem}",
            "application/n-quads",
            f"{root}releases/{served.id}/graphs/{path.name}",
        )
        for path in served.release.graphs
    ]
    endpoint = ("SPARQL endpoint", SOLUTION_FORMATS["json"].media_type, f"{root}sparql")
    return [endpoint, *dumps, *lists]
