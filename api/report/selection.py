"""What a report is about: the selections of `graph.network.selection`, under the report's roof."""

from graph.network.selection import COLLABORATION, FAMILY, NODES, Selection, release_roles

__all__ = ["COLLABORATION", "FAMILY", "NODES", "Selection", "release_roles"]
