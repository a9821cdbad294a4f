"""Networks out of anybody's files, for `permed network summary` and `permed network measure`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from permed.api.cli.common.output import remark
from permed.api.cli.network.options import NetworkOptions
from permed.graph import network as networks
from permed.graph.errors import InputError
from permed.graph.network.files.columns import column, is_membership, is_two_mode
from permed.graph.network.files.tables import read_table

if TYPE_CHECKING:
    from permed.graph.network import Network

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
]

_MOSTLY = 0.5  # share of a column's values that are nodes before the column holds nodes
_GATHERED = {"countries": "country", "regions": "region"}  # --nodes of an edge list: its groups

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
SourceColumn = Annotated[str | None, typer.Option("--source", help="Column of --edges.")]
TargetColumn = Annotated[str | None, typer.Option("--target", help="Column of --edges.")]
AgentColumn = Annotated[str | None, typer.Option("--agent", help="Column of --members.")]
ActivityColumn = Annotated[str | None, typer.Option("--activity", help="Column of --members.")]
CountryColumn = Annotated[str | None, typer.Option("--country-column", help="Column of --members.")]


@dataclass(frozen=True)
class Files:
    """Files that take the place of the release, and the names of their columns, where given."""

    edges: Path | None = None
    members: Path | None = None
    nodes: Path | None = None
    source: str | None = None
    target: str | None = None
    agent: str | None = None
    activity: str | None = None
    country: str | None = None

    def network(self, asked: NetworkOptions) -> Network:
        """Return the network of the files, or of the release where none is given."""
        nodes = self.nodes or asked.node_file
        if self.edges is not None and self.members is not None:
            raise InputError("give --edges or --members, not both")
        if self.edges is not None:
            return self._of_edges(asked, self.edges, nodes)
        if self.members is None:
            return asked.network()
        return self._of_members(asked, self.members, nodes, self.agent, self.activity)

    def _of_edges(self, asked: NetworkOptions, path: Path, nodes: Path | None) -> Network:
        """Read an edge list; where its columns say who is in what, it is a membership list."""
        table = read_table(path)
        named = self.source is not None or self.target is not None
        if not named and is_membership(table):
            remark(f"{path.name}: who takes part in what; taken as --members")
            return self._of_members(asked, path, nodes, self.agent, self.activity)
        one, other = self._ends(path, table.columns)
        if nodes is not None:
            held = [_share(path, name, nodes) > _MOSTLY for name in (one, other)]
            if held in ([True, False], [False, True]):
                agent, activity = (one, other) if held[0] else (other, one)
                remark(f"{path.name}: {agent} takes part in {activity}; projected to {agent}")
                return self._of_members(asked, path, nodes, agent, activity)
        if not named and is_two_mode(table[one], table[other]):
            remark(
                f"{path.name}: no value of {one} stands in {other}: {one} takes part in {other},"
                f" and is projected; for edges between two kinds give --source {one}"
                f" --target {other}"
            )
            return self._of_members(asked, path, nodes, one, other)
        if column(table.columns, "source", self.source) is None:
            remark(f"{path.name}: taking {one} and {other} as the ends of edges")
        weight = column(table.columns, "weight") or "weight"
        network = networks.read_edges(
            path, nodes, source=one, target=other, weight=weight, node_id=_key(nodes),
            minimum=asked.selection.minimum,
            labels=(column(table.columns, "source label"), column(table.columns, "target label")),
        )  # fmt: skip
        remark(network.note)
        return _gathered(network, asked.selection.nodes, asked.selection.loops != "none")

    def _ends(self, path: Path, header: list[str]) -> tuple[str, str]:
        one, other = column(header, "source", self.source), column(header, "target", self.target)
        if one is not None and other is not None:
            return one, other
        if self.source or self.target or len(header) not in (2, 3):
            raise InputError(
                f"{path}: no columns source and target;"
                f" name two of {', '.join(header)} with --source and --target"
            )
        return header[0], header[1]

    def _of_members(
        self,
        asked: NetworkOptions,
        path: Path,
        nodes: Path | None,
        agent: str | None,
        activity: str | None,
    ) -> Network:
        header = read_table(path).columns
        who, what = column(header, "agent", agent), column(header, "activity", activity)
        if who is None or what is None or who == what:
            raise InputError(
                f"{path}: no columns organisation and project;"
                f" name two of {', '.join(header)} with --agent and --activity"
            )
        if agent is None or activity is None:
            remark(f"{path.name}: taking {who} as organisation and {what} as project")
        country = column(header, "country", self.country)
        notes: list[str] = []
        data = networks.read_members(
            path,
            nodes,
            agent=who,
            activity=what,
            country=country,
            node_id=_key(nodes),
            labels=(column(header, "agent label"), column(header, "activity label")),
            notes=notes,
        )
        chosen = asked.selection
        network = chosen.network(data)
        for note in (*notes, network.note):
            remark(note)
        placeless = int(data.roles["agent_country"].is_null().sum())
        if chosen.nodes == "countries" and placeless:
            remark(f"{placeless} of {data.roles.height} rows have no country and are left out")
        namibian = int((data.roles["agent_country"] == "NA").sum())
        if country and namibian:
            remark(f"{namibian} rows hold NA in {country}: read as Namibia; empty it if not known")
        return network


def _gathered(network: Network, nodes: str, loops: bool) -> Network:
    """The network of the countries or regions of an edge list, where asked for."""
    by = _GATHERED.get(nodes)
    if by is None:
        return network
    if network.nodes[by].null_count() == network.size:
        raise InputError(f"--nodes {nodes}: no node has a {by}; give --nodes-file with that column")
    return networks.gather(network, by, loops=loops)


def _key(nodes: Path | None) -> str:
    """Name of the column that holds the ids of a node file: `id` and its kin, else the first."""
    if nodes is None:
        return "id"
    columns = read_table(nodes).columns
    return column(columns, "id") or columns[0]


def _share(path: Path, name: str, nodes: Path) -> float:
    """Share of a column's values that a node file names."""
    known = read_table(nodes)[_key(nodes)].cast(pl.String).str.strip_chars()
    values = read_table(path)[name].cast(pl.String).str.strip_chars().unique()
    return int(values.is_in(known.implode()).sum()) / max(values.len(), 1)
