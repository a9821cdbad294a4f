"""Network analytics over roles: projection, measures, communities, null models, exports.

Everything here is pure: frames in, frames out. `from_tables` or `from_sparql` delivers
the roles, `projection.project` makes a `Network`, and the other modules measure it. The libraries
behind them are slow to import, so each name brings its module along when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permed.graph.network.analysis import analyses
    from permed.graph.network.core.network import Network
    from permed.graph.network.files.export import EXPORTS
    from permed.graph.network.files.graph_files import read_graph
    from permed.graph.network.files.reading import read_edges, read_members
    from permed.graph.network.measures.brokerage import BROKER_ROLES
    from permed.graph.network.measures.catalogue import MEASURES, Measure
    from permed.graph.network.measures.ranking import DEFAULT_TOP, measure, top
    from permed.graph.network.pictures.release_layout import read_layout
    from permed.graph.network.projection.filters import Scope
    from permed.graph.network.projection.project import project
    from permed.graph.network.projection.quotient import gather
    from permed.graph.network.projection.roles import RoleData
    from permed.graph.network.projection.roles_from_sparql import from_sparql
    from permed.graph.network.projection.roles_from_tables import from_tables
    from permed.graph.network.projection.selection import (
        FAMILY,
        Selection,
        release_roles,
        selection_of,
    )

__all__ = [
    "BROKER_ROLES",
    "DEFAULT_TOP",
    "EXPORTS",
    "FAMILY",
    "MEASURES",
    "Measure",
    "Network",
    "RoleData",
    "Scope",
    "Selection",
    "analyses",
    "from_sparql",
    "from_tables",
    "gather",
    "measure",
    "project",
    "read_edges",
    "read_graph",
    "read_layout",
    "read_members",
    "release_roles",
    "selection_of",
    "top",
]

_HOMES = {
    "BROKER_ROLES": "measures.brokerage",
    "DEFAULT_TOP": "measures.ranking",
    "EXPORTS": "files.export",
    "FAMILY": "projection.selection",
    "MEASURES": "measures.catalogue",
    "Measure": "measures.catalogue",
    "Network": "core.network",
    "RoleData": "projection.roles",
    "Scope": "projection.filters",
    "Selection": "projection.selection",
    "from_sparql": "projection.roles_from_sparql",
    "from_tables": "projection.roles_from_tables",
    "gather": "projection.quotient",
    "measure": "measures.ranking",
    "project": "projection.project",
    "read_graph": "files.graph_files",
    "read_edges": "files.reading",
    "read_layout": "pictures.release_layout",
    "read_members": "files.reading",
    "release_roles": "projection.selection",
    "selection_of": "projection.selection",
    "top": "measures.ranking",
}


def __getattr__(name: str) -> Any:
    if name == "analyses":
        return import_module(f"{__name__}.analysis.analyses")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
