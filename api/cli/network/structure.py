"""`permed network communities`, `brokers`, `path` and `robustness`: who holds what together."""

from __future__ import annotations

from typing import Annotated

import typer

from permed.api.cli.common.output import working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.cli.network.tables import Limit, named
from permed.graph import network as networks

__all__ = ["brokers_command", "communities_command", "path_command", "robustness_command"]


@filtered
def communities_command(
    asked: NetworkOptions,
    by_node: Annotated[bool, typer.Option("--by-node", help="One row a node.")] = False,
    method: Annotated[
        str, typer.Option(help="leiden, or sbm: blocks of alike memberships, by fewest bits.")
    ] = "leiden",
    resolution: Annotated[float, typer.Option(help="Above 1: more and smaller ones.")] = 1.0,
    seeds: Annotated[int, typer.Option(help="Runs that must agree.")] = 20,
) -> None:
    """Circles of close collaboration, what marks them, and how stable they are."""
    network = asked.selected
    with working("finding communities"):
        found = networks.analyses.communities(
            network, asked.known, members=by_node, method=method, resolution=resolution, seeds=seeds
        )
    if by_node:
        shown = ["community", "label", "country", "certainty"]
        asked.found(found, lambda table: named(table, *shown))
    else:
        shown = ["community", "size", "label", "countries", "topics"]
        renamed = {"label": "name", "hub": "label"}
        asked.found(found, lambda table: named(table.rename(renamed), *shown))


@filtered
def brokers_command(
    asked: NetworkOptions,
    by: Annotated[str, typer.Option(help="Group: country, type, region.")] = "country",
    limit: Limit = 20,
    chance: Annotated[
        bool,
        typer.Option(
            "--chance",
            help="Beside what activity alone would give (300 random networks; 499 for the 12 nodes "
            "with most activities, which alone have a q).",
        ),
    ] = False,
) -> None:
    """Gould-Fernandez roles: who brings together those that do not work together."""
    with working("counting brokers"):
        found = networks.analyses.brokers(asked.selected, by, limit, chance=chance)
    # a tie has no direction, so gatekeeper and representative are the same number
    shown = [role for role in networks.BROKER_ROLES if role != "representative"]
    beside = ("ratio", "q") if chance else ()
    asked.found(found, lambda table: named(table, "label", "group", *shown, "total", *beside))


@filtered
def path_command(
    asked: NetworkOptions,
    one: Annotated[str, typer.Argument(help="Id, name or registry identifier (PIC, ROR ...).")],
    other: Annotated[str, typer.Argument(help="The other end.")],
    limit: Annotated[int, typer.Option(help="Paths.", min=1)] = 20,
) -> None:
    """All shortest paths between two nodes, with the joint activities and years of each step."""
    network = asked.selected
    with working("searching"):
        found = networks.analyses.path(network, one, other, asked.names, limit=limit)
    columns = ("path", "step", "one_label", "other_label", "joint", "first", "last")
    asked.found(found, lambda table: named(table, *columns) if table.width else table)


@filtered
def robustness_command(
    asked: NetworkOptions,
    leave: Annotated[
        list[str] | None,
        typer.Option(help="Id or name of who leaves (repeatable); default: the hubs."),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Let all leave at once.")
    ] = False,
    curve: Annotated[
        str | None, typer.Option(help="Curve instead: degree, strength, betweenness, random.")
    ] = None,
    limit: Limit = 10,
) -> None:  # fmt: skip
    """What the others lose when somebody leaves."""
    with working("removing nodes"):
        found = networks.analyses.robustness(
            asked.selected, leave, together=together, curve=curve, limit=limit,
            names=asked.names,
        )  # fmt: skip
    columns = ("label", "partners", "lost_pairs", "stranded", "giant_before", "giant_after")
    asked.found(found, lambda table: table if curve else named(table, *columns))
