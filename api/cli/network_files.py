"""`permed network summary`: figures of a network out of the release, or out of anybody's file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.network_options import Asked, filtered, remark, working
from api.report.selection import NODES
from graph.errors import InputError
from graph.network import Network, project, top
from graph.network.nullmodel import z_scores
from graph.network.reading import read_edges, read_members
from graph.network.whole import summary

__all__ = ["summary_command"]

_MANY = 500  # rows of a ranking of a file


@filtered
def summary_command(
    asked: Asked,
    edges: Annotated[
        Path | None, typer.Option(help="Edge list: source, target, perhaps weight.")
    ] = None,
    members: Annotated[
        Path | None, typer.Option(help="Memberships: organisation, project, perhaps country.")
    ] = None,
    node_file: Annotated[
        Path | None, typer.Option("--nodes-file", help="Nodes: id, label, type, country, region.")
    ] = None,
    source: Annotated[str, typer.Option(help="Column of --edges.")] = "source",
    target: Annotated[str, typer.Option(help="Column of --edges.")] = "target",
    agent: Annotated[str, typer.Option(help="Column of --members.")] = "organisation",
    activity: Annotated[str, typer.Option(help="Column of --members.")] = "project",
    place: Annotated[
        str | None, typer.Option("--country-column", help="Column of --members.")
    ] = None,
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
    network = _network(asked, edges, members, node_file, (source, target), (agent, activity), place)
    with working("measuring"):
        if rank is not None:
            table = top(network, rank, _MANY, list(dict.fromkeys([rank, "degree", "strength"])))
            asked.give(table, table.drop("id"))
        elif chance:
            asked.give(z_scores(network))
        else:
            asked.give(summary(network))


def _network(
    asked: Asked,
    edges: Path | None,
    members: Path | None,
    nodes: Path | None,
    ends: tuple[str, str],
    columns: tuple[str, str],
    country: str | None,
) -> Network:
    if edges is not None and members is not None:
        raise InputError("give --edges or --members, not both")
    if edges is not None:
        network = read_edges(edges, nodes, source=ends[0], target=ends[1])
        remark(network.note)
        return network
    if members is None:
        return asked.network()
    found = country or ("country" if "country" in _header(members) else None)
    data = read_members(members, nodes, agent=columns[0], activity=columns[1], country=found)
    chosen = asked.selection
    network = project(
        data, NODES[chosen.nodes], chosen.scope,
        weight=chosen.weight, minimum=chosen.minimum,
    )  # fmt: skip
    remark(network.note)
    return network


def _header(path: Path) -> list[str]:
    """Names of the columns; empty for a file that cannot be read, which its reader then reports."""
    try:
        first = path.read_text(encoding="utf-8-sig").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError):
        return []
    separator = max("\t;,", key=first.count)
    return [name.strip().strip('"') for name in first.split(separator)]
