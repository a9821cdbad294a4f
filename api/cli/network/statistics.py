"""`permed network backbone`, `core`, `ranks`, `survival`, `diversity`, `gravity`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from permed.api.cli.common.output import working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.cli.network.tables import Limit, named
from permed.graph import network as networks
from permed.graph.network.backbone.methods import BackboneMethod

__all__ = [
    "backbone_command",
    "core_command",
    "diversity_command",
    "gravity_command",
    "ranks_command",
    "survival_command",
]


@filtered
def backbone_command(
    asked: NetworkOptions,
    method: Annotated[
        BackboneMethod, typer.Option(help="Test of a tie; disparity looks at weights.")
    ] = "sdsm",
    limit: Limit = 20,
) -> None:
    """Ties beside chance: which pairs work together more than how much both do anyway."""
    with working("testing ties"):
        found = networks.analyses.backbone(asked.selected, method, limit)
    columns = ("one_label", "other_label", "observed", "expected", "p", "q")
    asked.found(found, lambda table: named(table, *columns))


@filtered
def core_command(
    asked: NetworkOptions,
    by: Annotated[str, typer.Option(help="Group: country, type, region.")] = "country",
) -> None:
    """Core and periphery: whose organisations are in the dense centre."""
    with working("parting core and periphery"):
        found = networks.analyses.core(asked.selected, by)
    asked.found(found, lambda table: table)


@filtered
def survival_command(
    asked: NetworkOptions,
    periods: Annotated[
        list[str] | None,
        typer.Option(help="Period of years, e.g. 2014:2017 (repeat, in order, not overlapping)."),
    ] = None,
) -> None:
    """Ties that come again: survival and renewal from one period to the next."""
    with working("following ties"):
        found = networks.analyses.survival(asked.data, asked.selection, periods or [])
    asked.found(found, lambda table: table.drop("nodes_before", "nodes_after"))


@filtered
def ranks_command(
    asked: NetworkOptions,
    by: Annotated[str, typer.Option(help="Measure that ranks; see: network measure.")] = "degree",
    draws: Annotated[int, typer.Option(help="Draws of the activities.", min=2)] = 200,
    limit: Limit = 20,
) -> None:
    """Ranks with intervals: how sure the order is, by drawing the activities again."""
    with working("drawing activities"):
        found = networks.analyses.ranks(
            asked.selected, by, draws=draws, limit=limit, selection=asked.selection
        )
    columns = ("rank", "rank_low", "rank_high", "label", "country", "value", "stable_top")
    asked.found(found, lambda table: named(table, *columns))


@filtered
def diversity_command(
    asked: NetworkOptions,
    who: Annotated[
        str | None, typer.Option(help="Beside the topics of this node (id or name).")
    ] = None,
    limit: Limit = 20,
) -> None:
    """Diversity of topics (Rao-Stirling); with --who, whose topics lie farthest from a node's."""
    with working("comparing topics"):
        found = networks.analyses.diversity(asked.selected, asked.data, who, limit)
    more = () if who is None else ("distance",)
    asked.found(found, lambda table: named(table, "label", "country", "topics", "diversity", *more))


@filtered
def gravity_command(
    asked: NetworkOptions,
    show: Annotated[str, typer.Option("--show", help="pairs or coefficients.")] = "pairs",
    limit: Limit = 20,
) -> None:
    """Country pairs beside gravity: size, distance, border and language; widest gaps first."""
    countries = replace(asked.selection, nodes="countries").network(asked.data)
    with working("fitting"):
        found = networks.analyses.gravity(countries, show, limit)
    asked.found(found, lambda table: table)
