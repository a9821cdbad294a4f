"""PerMed Graph from Python: open a release, ask it, measure its network, match names.

    import permed

    graph = permed.open("releases")                 # the current release of that home
    graph.ask("call-success")                       # a question of the catalogue, as a Polars frame
    graph.query("SELECT * { ?s a pm:Call } LIMIT 5")
    graph.network(relation="project").measures("degree", "betweenness")

Everything else under `permed.` is internal and may change. The folders of the checkout
(`ontology/`, `graph/`, `ingest/`, `queries/`, `api/`) stand in here through links, and as plain
folders in a wheel: `permed.` and a file's path make its import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permed.api.python.functions import (
        build,
        check,
        compare,
        match,
        match_affiliations,
    )
    from permed.api.python.functions import (
        open_release as open,  # noqa: A004 - the word that users expect
    )
    from permed.api.python.network import CollaborationNetwork
    from permed.api.python.opened_release import OpenedRelease
    from permed.graph.errors import InputError, NotFoundError, PermedError

__all__ = [
    "CollaborationNetwork",
    "InputError",
    "NotFoundError",
    "OpenedRelease",
    "PermedError",
    "build",
    "check",
    "compare",
    "match",
    "match_affiliations",
    "open",
]

# loaded when first used: `import permed` alone must cost nothing
_HOMES = {
    "permed.api.python.functions": ("build", "check", "compare", "match", "match_affiliations"),
    "permed.api.python.network": ("CollaborationNetwork",),
    "permed.api.python.opened_release": ("OpenedRelease",),
    "permed.graph.errors": ("InputError", "NotFoundError", "PermedError"),
}
_FROM = {name: (module, name) for module, names in _HOMES.items() for name in names}
_FROM["open"] = ("permed.api.python.functions", "open_release")


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module 'permed' has no attribute '{name}'")
    module, member = _FROM[name]
    return getattr(import_module(module), member)


def __dir__() -> list[str]:
    return __all__
