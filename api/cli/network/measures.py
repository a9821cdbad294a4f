"""`permed network top`, `measure` and `summary`: figures of nodes and of the whole network."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.output import working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.cli.network.tables import Limit, named
from permed.graph import network as networks

__all__ = ["measure_command", "summary_command", "top_command"]


class Norm(StrEnum):
    """How eigenvectors are scaled."""

    l2 = "l2"
    max = "max"
    sum = "sum"


@filtered
def top_command(
    asked: NetworkOptions,
    by: Annotated[str, typer.Option(help="Measure that ranks; see: network measure.")] = "degree",
    limit: Limit = 20,
) -> None:
    """Rank by degree, strength and betweenness; without --relation among the programme family."""
    with working("measuring"):
        table = networks.top(asked.network(networks.FAMILY), by=by, count=limit)
    extra = [] if by in ("degree", "strength", "betweenness") else [by]
    columns = ("rank", "label", "country", *extra, "degree", "strength", "betweenness")
    asked.give(table, lambda: named(table, *columns, "activities"))


@filtered
def measure_command(
    asked: NetworkOptions,
    which: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="Measure (repeatable); default: the usual three."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Sort by this measure.")] = None,
    limit: Annotated[int | None, typer.Option(help="Rows; default: all.", min=1)] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all measures.")] = False,
    norm: Annotated[
        Norm, typer.Option(help="Length of eigenvectors: l2, max 1, or sum 1.")
    ] = Norm.l2,
) -> None:
    """Every node with its measures: `--list` tells them with formula and paper.

    With --edges or --members, of a file instead of the release. Eigenvectors count self-loops where
    --loops asks for them.
    """
    if list_all:
        rows = [(m.name, m.tells, m.formula, m.paper) for m in networks.MEASURES.values()]
        schema = ["measure", "tells", "formula", "paper"]
        table = pl.DataFrame(rows, schema=schema, orient="row")
        asked.give(table, lambda: table.select("measure", "tells"))
        return
    names = list(which or networks.DEFAULT_TOP)
    network = asked.network()
    with working("measuring"):
        loops = asked.selection.loops != "none"
        found = networks.analyses.measure(network, names, by=by, norm=norm.value, loops=loops)
    table = found.table if limit is None else found.table.head(limit)
    asked.give(table, lambda: named(table, "label", "country", *names))


@filtered
def summary_command(
    asked: NetworkOptions,
    rank: Annotated[
        str | None, typer.Option("--top", help="Rank the nodes by this measure instead.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Rows of the ranking.", min=1)] = 500,
    chance: Annotated[
        bool, typer.Option("--chance", help="Compare with degree-preserving random networks.")
    ] = False,
) -> None:
    """Figures of the whole network; with --edges or --members, of a file instead of the release.

    --nodes countries makes the network of the countries of such a file.
    """
    network = asked.network()
    with working("measuring"):
        found = networks.analyses.summary(network, rank=rank, chance=chance, limit=limit)
    table = found.table
    ranked = dict.fromkeys(("rank", "label", "country", rank, "degree", "strength"))
    asked.give(table, lambda: table.select(n for n in ranked if n) if rank else table)
