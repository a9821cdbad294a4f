"""Networks out of anybody's files, for every command of `permed network`."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import polars as pl
import typer

from permed.api.cli.common.output import remark
from permed.graph import network as networks
from permed.graph.errors import InputError
from permed.graph.network.files.columns import (
    USUAL,
    column,
    is_matrix,
    is_membership,
    is_two_mode,
)
from permed.graph.network.files.endings import is_graph_file
from permed.graph.network.files.tables import FileTable, Reading, open_table, read_table
from permed.graph.network.projection.filters import Scope

if TYPE_CHECKING:
    from permed.graph.network import Network, RoleData, Selection

__all__ = ["OPTIONS", "Files", "options"]

_MOSTLY = 0.5  # share of a column's values that are nodes before the column holds nodes
_GATHERED = {"countries": "country", "regions": "region"}  # --nodes of an edge list: its groups

Edges = Annotated[
    Path | None,
    typer.Option(help="File of ties: a table, GML, GraphML, GEXF, Pajek or VOSviewer JSON."),
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


Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="Only rows of the file with this value, e.g. year=2020 (repeat)."),
]
NoHeading = Annotated[
    bool, typer.Option("--no-heading", help="The first row of the file is data, not a heading.")
]


def options(
    edges: Edges = None,
    members: Members = None,
    node_file: NodesFile = None,
    source: SourceColumn = None,
    target: TargetColumn = None,
    agent: AgentColumn = None,
    activity: ActivityColumn = None,
    place: CountryColumn = None,
    where: Where = None,
    bare: NoHeading = False,
) -> Files:
    """Files that take the place of the release."""
    reading = Reading(tuple(where or ()), bare)
    return Files(edges, members, node_file, source, target, agent, activity, place, reading)


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
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        if self.edges is not None and self.members is not None:
            raise InputError("give --edges or --members, not both")
        if self.edges is None and self.members is None and self.reading != Reading():
            raise InputError("--where and --no-heading are for --edges and --members")

    @property
    def given(self) -> bool:
        """Whether there are any."""
        return self.edges is not None or self.members is not None

    @property
    def words(self) -> tuple[str, ...]:
        """The options of a command line that read the same again."""
        given = {
            "--edges": self.edges, "--members": self.members, "--nodes-file": self.nodes,
            "--source": self.source, "--target": self.target, "--agent": self.agent,
            "--activity": self.activity, "--country-column": self.country,
        }  # fmt: skip
        words = [
            w for name, value in given.items() if value is not None for w in (name, str(value))
        ]
        words += [w for condition in self.reading.where for w in ("--where", condition)]
        return (*words, *(("--no-heading",) if self.reading.bare else ()))

    def read(self, selection: Selection, node_file: Path | None) -> RoleData | Network:
        """Return what the files hold: memberships as roles, ties as a network.

        node_file: named by --nodes, where --nodes-file is not given.
        """
        nodes = self.nodes or node_file
        if self.edges is not None:
            return self._of_edges(self.edges, nodes, selection)
        if self.members is None:
            raise InputError("give --edges or --members")
        return self._of_members(self.members, nodes, self.agent, self.activity)

    def other(self, path: Path) -> Files:
        """The same reading of another file."""
        if self.edges is not None:
            return replace(self, edges=path)
        return replace(self, members=path)

    def _of_edges(self, path: Path, nodes: Path | None, selection: Selection) -> RoleData | Network:
        """Read an edge list; where its columns say who is in what, it is a membership list."""
        if is_graph_file(path):
            if self.reading != Reading():
                raise InputError(f"{path}: --where and --no-heading are for tables")
            return _reduced(networks.read_graph(path), selection)
        table = open_table(path, self.reading)
        if is_matrix(table.frame):
            raise InputError(
                f"{path}: a matrix of nodes by nodes; write a row a tie: source, target, weight"
            )
        named = self.source is not None or self.target is not None
        if not named and is_membership(table.frame):
            remark(f"{path.name}: who takes part in what; taken as --members")
            return self._of_members(path, nodes, self.agent, self.activity)
        one, other = self._ends(path, table.frame.columns)
        if nodes is not None:
            held = [_share(table.frame, name, nodes) > _MOSTLY for name in (one, other)]
            if held in ([True, False], [False, True]):
                agent, activity = (one, other) if held[0] else (other, one)
                remark(f"{path.name}: {agent} takes part in {activity}; projected to {agent}")
                return self._of_members(path, nodes, agent, activity)
        if not named and is_two_mode(table.frame[one], table.frame[other]):
            remark(
                f"{path.name}: no value of {one} stands in {other}: {one} takes part in {other},"
                f" and is projected; for edges between two kinds give --source {one}"
                f" --target {other}"
            )
            return self._of_members(path, nodes, one, other)
        header = table.frame.columns
        weight = _weight_of(table, one, other)
        if column(header, "source", self.source) is None:
            also = f", {weight} as their weight" if weight else ""
            remark(f"{path.name}: taking {one} and {other} as the ends of edges{also}")
        network = networks.read_edges(
            path, nodes, source=one, target=other, weight=weight or "weight", node_id=_key(nodes),
            labels=(column(header, "source label"), column(header, "target label")),
            reading=self.reading,
        )  # fmt: skip
        return _reduced(network, selection)

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
        self, path: Path, nodes: Path | None, agent: str | None, activity: str | None
    ) -> RoleData:
        if is_graph_file(path):
            raise InputError(f"{path}: --members takes a table; give this file with --edges")
        header = open_table(path, self.reading).frame.columns
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
            reading=self.reading,
            period=(column(header, "start"), column(header, "end")),
        )
        for note in notes:
            remark(note)
        placeless = int(data.roles["agent_country"].is_null().sum())
        if country and placeless:
            remark(f"{placeless} of {data.roles.height} rows have no country")
        namibian = int((data.roles["agent_country"] == "NA").sum())
        if country and namibian:
            remark(f"{namibian} rows hold NA in {country}: read as Namibia; empty it if not known")
        return data


def _weight_of(table: FileTable, one: str, other: str) -> str | None:
    """The column of weights: by its name, or as the third of three that holds numbers only.

    What is passed over although it holds numbers is told.
    """
    header = table.frame.columns
    if (named := column(header, "weight")) is not None:
        return named
    rest = [name for name in header if name not in (one, other) and not _known(name)]
    numeric = [name for name in rest if _holds_numbers(table.frame[name])]
    if len(header) == len((one, other)) + 1 and numeric:
        return numeric[0]
    if numeric:
        remark(
            f"{Path(table.path).name}: no column weight, so that every row weighs 1;"
            f" {', '.join(numeric)} not read: call one weight to take it"
        )
    return None


def _known(name: str) -> bool:
    """Whether a column is known to hold something else than weights."""
    return any(column([name], meaning) for meaning in USUAL if meaning != "weight")


def _holds_numbers(values: pl.Series) -> bool:
    plain = values.drop_nulls().cast(pl.String)
    return not plain.is_empty() and bool(plain.str.contains(r"^[\d.,\s'’]*\d$").all())


OPTIONS: Final = inspect.signature(options, eval_str=True).parameters


def _reduced(network: Network, selection: Selection) -> Network:
    """What is asked of a network of ties: weights from a minimum, groups, backbone, ego."""
    if selection.scope != Scope():
        raise InputError(
            f"{selection.scope.sentence()}: ties of a file have no roles to filter; use --where"
        )
    edges = network.edges.filter(pl.col("weight") >= selection.minimum)
    kept = networks.Network(network.nodes, edges, None, network.note)
    return selection.reduced(_gathered(kept, selection.nodes, selection.loops != "none"))


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


def _share(table: pl.DataFrame, name: str, nodes: Path) -> float:
    """Share of a column's values that a node file names."""
    known = read_table(nodes)[_key(nodes)].cast(pl.String).str.strip_chars()
    values = table[name].cast(pl.String).str.strip_chars().unique()
    return int(values.is_in(known.implode()).sum()) / max(values.len(), 1)
