"""`permed network compare` and `suggest`: two networks, and two that should meet."""

from __future__ import annotations

from typing import Annotated

import typer

from permed.api.cli.common.output import working
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.cli.network.tables import Limit, named
from permed.graph import network as networks
from permed.graph.errors import InputError

__all__ = ["compare_command", "suggest_command"]


@filtered
def compare_command(
    asked: NetworkOptions,
    against: Annotated[
        str | None, typer.Option(help="Release to compare with (its id or beginning).")
    ] = None,
    before: Annotated[
        str | None, typer.Option(help="Period to compare with, e.g. 2014:2020.")
    ] = None,
    what: Annotated[str, typer.Option("--show", help="figures, nodes or links.")] = "figures",
) -> None:
    """Compare with another release (--against) or another period (--before)."""
    if (against is None) == (before is None):
        raise InputError("compare needs one of --against RELEASE and --before FIRST:LAST")
    with working("comparing"):
        earlier = asked.other(against, before).selected
        found = networks.analyses.compare(earlier, asked.selected, what)
    columns = ("label", "state", "degree_before", "degree_after", "degree_change")
    asked.found(found, lambda table: named(table, *columns) if what == "nodes" else table)


@filtered
def suggest_command(
    asked: NetworkOptions,
    who: Annotated[str | None, typer.Option(help="Only pairs of this node (id or name).")] = None,
    score: Annotated[
        str,
        typer.Option(
            help="auto (learnt or both, as history allows), both, learnt, partners or topics."
        ),
    ] = "auto",
    abroad: Annotated[
        bool, typer.Option("--abroad", help="Only pairs of different countries.")
    ] = False,
    limit: Limit = 20,
) -> None:
    """Who should meet: shared partners and topics, no joint activity that is known."""
    with working("scoring pairs"):
        found = networks.analyses.suggest(
            asked.data, asked.selection, who=who, score=score, abroad=abroad, limit=limit,  # type: ignore[arg-type]
            met=asked.meetings,
        )  # fmt: skip
    short = ("one_label", "one_country", "other_label", "other_country", "joint_partners", "score")
    renamed = {"one_country": "", "other_country": " ", "joint_partners": "partners"}
    asked.found(found, lambda table: named(table, *short).rename(renamed))
