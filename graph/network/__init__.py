"""Network analytics over roles: projection, measures, communities, null models, exports.

Everything here is pure: frames in, frames out. `roles.from_tables` or `scan.from_sparql` delivers
the roles, `projection.project` makes a `Network`, and the other modules measure it. The libraries
behind them are slow to import, so each name brings its module along when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permed.graph.network import analyses
    from permed.graph.network.brokerage import BROKER_ROLES
    from permed.graph.network.catalogue import MEASURES, Measure
    from permed.graph.network.export import EXPORTS
    from permed.graph.network.orders import flat
    from permed.graph.network.projection import project
    from permed.graph.network.quotient import gather
    from permed.graph.network.ranking import DEFAULT_TOP, measure, top
    from permed.graph.network.reading import read_edges, read_members
    from permed.graph.network.roles import RoleData, from_tables
    from permed.graph.network.scan import from_sparql
    from permed.graph.network.scope import Scope
    from permed.graph.network.selection import FAMILY, Selection, release_roles
    from permed.graph.network.structure import Network

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
    "flat",
    "from_sparql",
    "from_tables",
    "gather",
    "measure",
    "project",
    "read_edges",
    "read_members",
    "release_roles",
    "top",
]

_HOMES = {
    "BROKER_ROLES": "brokerage",
    "DEFAULT_TOP": "ranking",
    "EXPORTS": "export",
    "FAMILY": "selection",
    "MEASURES": "catalogue",
    "Measure": "catalogue",
    "Network": "structure",
    "RoleData": "roles",
    "Scope": "scope",
    "Selection": "selection",
    "flat": "orders",
    "from_sparql": "scan",
    "from_tables": "roles",
    "gather": "quotient",
    "measure": "ranking",
    "project": "projection",
    "read_edges": "reading",
    "read_members": "reading",
    "release_roles": "selection",
    "top": "ranking",
}


def __getattr__(name: str) -> Any:
    if name == "analyses":
        return import_module(f"{__name__}.analyses")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
