"""Networks as files for other tools: GEXF, GraphML, Pajek, VOSviewer JSON, edge and node CSV.

`export(network, "gexf")` gives the text of the file; `EXPORTS` lists the formats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from permed.graph.errors import InputError
from permed.graph.network.core.network import Network
from permed.graph.network.files.csv import edges_csv, nodes_csv
from permed.graph.network.files.gexf import gexf
from permed.graph.network.files.graphml import graphml
from permed.graph.network.files.pajek import pajek
from permed.graph.network.files.r_scripts import goldfish, statnet
from permed.graph.network.files.vosviewer import vosviewer
from permed.graph.network.pictures.appearance import Look, look, trim

__all__ = ["EXPORTS", "Export", "Look", "export", "look", "trim"]


@dataclass(frozen=True)
class Export:
    """A file format: name of the format, file name ending, media type, tools that open it."""

    name: str
    ending: str
    media_type: str
    opens_in: str
    write: Callable[[Network, Look], str]


_ALL = (
    Export("gexf", ".gexf", "application/gexf+xml", "Gephi, Gephi Lite", gexf),
    Export("graphml", ".graphml", "application/graphml+xml", "Gephi, yEd, Cytoscape", graphml),
    Export("pajek", ".net", "text/plain", "Pajek, VOSviewer", pajek),
    Export("vosviewer", ".json", "application/json", "VOSviewer Online", vosviewer),
    Export("edges-csv", ".csv", "text/csv", "spreadsheets, R, Gephi", edges_csv),
    Export("statnet", ".R", "text/plain", "R with statnet (ERGM)", statnet),
    Export("goldfish", ".R", "text/plain", "R with goldfish (actor-oriented models)", goldfish),
    Export("nodes-csv", ".csv", "text/csv", "spreadsheets, R, Gephi", nodes_csv),
)
EXPORTS: dict[str, Export] = {e.name: e for e in _ALL}


def export(network: Network, name: str = "gexf", appearance: Look | None = None) -> str:
    """Return the network as the text of a file; InputError for an unknown format.

    appearance: positions, colours, sizes and groups, by default `look(network)`.
    """
    if name not in EXPORTS:
        raise InputError(f"format {name!r} is unknown; choose from {', '.join(EXPORTS)}")
    return EXPORTS[name].write(network, appearance or look(network))
