"""Network analytics over roles: projection, measures, communities, null models, exports.

Everything here is pure: frames in, frames out. `roles.from_tables` or `scan.from_sparql` delivers
the roles, `projection.project` makes a `Network`, and the other modules measure it.
"""

from graph.network.catalogue import MEASURES, Measure
from graph.network.projection import project
from graph.network.ranking import measure, top
from graph.network.roles import RoleData, from_tables
from graph.network.scan import from_sparql
from graph.network.scope import Scope
from graph.network.structure import Network

__all__ = [
    "MEASURES",
    "Measure",
    "Network",
    "RoleData",
    "Scope",
    "from_sparql",
    "from_tables",
    "measure",
    "project",
    "top",
]
