"""Networks out of anybody's files, for `permed network summary` and `permed network measure`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from api.cli.network_options import Asked, filtered, remark, working
from api.report.selection import NODES
from graph.errors import InputError
from graph.network import Network, project, top
from graph.network.delimited import read_table
from graph.network.nullmodel import z_scores
from graph.network.reading import read_edges, read_members
from graph.network.whole import summary

__all__ = [
    "ActivityColumn",
    "AgentColumn",
    "CountryColumn",
    "Edges",
    "Files",
    "Members",
    "NodesFile",
    "SourceColumn",
    "TargetColumn",
    "summary_command",
]

_MANY = 500  # rows of a ranking of a file
_MOSTLY = 0.5  # share of a column's values that are nodes before the column holds nodes

Edges = Annotated[
    Path | None,
    typer.Option(help="Edge list, or list of organisations and projects where --nodes tells."),
]
Members = Annotated[
    Path | None, typer.Option(help="Memberships: organisation, project, perhaps country.")
]
NodesFile = Annotated[
    Path | None, typer.Option("--nodes-file", help="Nodes: id, label, type, country, region.")
]
SourceColumn = Annotated[str, typer.Option("--source", help="Column of --edges.")]
TargetColumn = Annotated[str, typer.Option("--target", help="Column of --edges.")]
AgentColumn = Annotated[str, typer.Option("--agent", help="Column of --members.")]
ActivityColumn = Annotated[str, typer.Option("--activity", help="Column of --members.")]
CountryColumn = Annotated[str | None, typer.Option("--country-column", help="Column of --members.")]


@dataclass(frozen=True)
class Files:
    """Files that take the place of the release, and the names of their columns."""

    edges: Path | None = None
    members: Path | None = None
    nodes: Path | None = None
    source: str = "source"
    target: str = "target"
    agent: str = "organisation"
    activity: str = "project"
    country: str | None = None

    def network(self, asked: Asked) -> Network:
        """Return the network of the files, or of the release where none is given."""
        nodes = self.nodes or asked.node_file
        if self.edges is not None and self.members is not None:
            raise InputError("give --edges or --members, not both")
        if self.edges is not None:
            return self._of_edges(asked, self.edges, nodes)
        if self.members is None:
            return asked.network()
        return self._of_members(asked, self.members, nodes, self.agent, self.activity)

    def _of_edges(self, asked: Asked, path: Path, nodes: Path | None) -> Network:
        """Read an edge list; where only one of its columns holds nodes, it is a membership list."""
        header = read_table(path).columns
        one, other = self._ends(path, header)
        if nodes is not None:
            held = [_share(path, column, nodes) > _MOSTLY for column in (one, other)]
            if held in ([True, False], [False, True]):
                agent, activity = (one, other) if held[0] else (other, one)
                remark(f"{path.name}: {agent} takes part in {activity}; projected to {agent}")
                return self._of_members(asked, path, nodes, agent, activity)
        network = read_edges(path, nodes, source=one, target=other, node_id=_key(nodes))
        remark(network.note)
        return network

    def _ends(self, path: Path, header: list[str]) -> tuple[str, str]:
        if {self.source, self.target} <= set(header):
            return self.source, self.target
        default = (self.source, self.target) == ("source", "target")
        if not default or len(header) not in (2, 3):
            raise InputError(
                f"{path}: no columns {self.source} and {self.target};"
                f" name two of {', '.join(header)} with --source and --target"
            )
        remark(f"{path.name}: taking {header[0]} and {header[1]} as the ends of edges")
        return header[0], header[1]

    def _of_members(
        self, asked: Asked, path: Path, nodes: Path | None, agent: str, activity: str
    ) -> Network:
        header = read_table(path).columns
        country = self.country or ("country" if "country" in header else None)
        data = read_members(
            path, nodes, agent=agent, activity=activity, country=country, node_id=_key(nodes)
        )
        chosen = asked.selection
        network = project(
            data, NODES[chosen.nodes], chosen.scope, weight=chosen.weight, minimum=chosen.minimum
        )
        remark(network.note)
        return network


def _key(nodes: Path | None) -> str:
    """Name of the column that holds the ids of a node file: `id`, else the first one."""
    if nodes is None:
        return "id"
    columns = read_table(nodes).columns
    return "id" if "id" in columns else columns[0]


def _share(path: Path, column: str, nodes: Path) -> float:
    """Share of a column's values that a node file names."""
    known = read_table(nodes)[_key(nodes)].cast(pl.String).str.strip_chars()
    values = read_table(path)[column].cast(pl.String).str.strip_chars().unique()
    return int(values.is_in(known.implode()).sum()) / max(values.len(), 1)


@filtered
def summary_command(
    asked: Asked,
    edges: Edges = None,
    members: Members = None,
    node_file: NodesFile = None,
    source: SourceColumn = "source",
    target: TargetColumn = "target",
    agent: AgentColumn = "organisation",
    activity: ActivityColumn = "project",
    place: CountryColumn = None,
    rank: Annotated[
        str | None, typer.Option("--top", help="Rank the nodes by this measure instead.")
    ] = None,
    chance: Annotated[
        bool, typer.Option("--chance", help="Compare with degree-preserving random networks.")
    ] = False,
) -> None:
    """Figures of the whole network; with --edges or --members, of a file instead of the release.

    --nodes countries makes the network of the countries of a membership file.
    """
    files = Files(edges, members, node_file, source, target, agent, activity, place)
    network = files.network(asked)
    with working("measuring"):
        if rank is not None:
            table = top(network, rank, _MANY, list(dict.fromkeys([rank, "degree", "strength"])))
            asked.give(table, table.drop("id"))
        elif chance:
            asked.give(z_scores(network))
        else:
            asked.give(summary(network))
