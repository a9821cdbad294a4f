"""`permed network`: who is central, who bridges, what changes, who should meet."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.output import remark, working
from permed.api.cli.network.files import (
    ActivityColumn,
    AgentColumn,
    CountryColumn,
    Edges,
    Files,
    Members,
    NodesFile,
    SourceColumn,
    TargetColumn,
    summary_command,
)
from permed.api.cli.network.options import NetworkOptions, filtered
from permed.api.text.names import readable, shortened
from permed.graph import network as networks
from permed.graph.errors import InputError

__all__ = ["app"]


class Norm(StrEnum):
    """How eigenvectors are scaled."""

    l2 = "l2"
    max = "max"
    sum = "sum"


app = typer.Typer(
    help="Network measures over roles; every command takes the same filters.", no_args_is_help=True
)
app.command("summary")(summary_command)

Limit = Annotated[int, typer.Option(help="Rows.", min=1)]
_LABEL = 38  # characters of a name in a table of 80 columns


def named(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The columns for a terminal, names short enough to fit."""
    names = [c for c in columns if c == "label" or c.endswith("_label")]
    size = _LABEL if len(names) == 1 else _LABEL * 2 // 3
    short = [
        pl.col(name).map_elements(lambda n: shortened(readable(n), size), return_dtype=pl.String)
        for name in names
    ]
    return frame.select(columns).with_columns(short)


@app.command("top")
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


@app.command("measure")
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
    edges: Edges = None,
    members: Members = None,
    node_file: NodesFile = None,
    source: SourceColumn = None,
    target: TargetColumn = None,
    agent: AgentColumn = None,
    activity: ActivityColumn = None,
    place: CountryColumn = None,
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
    files = Files(edges, members, node_file, source, target, agent, activity, place)
    network = files.network(asked)
    with working("measuring"):
        loops = asked.selection.loops != "none"
        found = networks.analyses.measure(network, names, by=by, norm=norm.value, loops=loops)
    table = found.table if limit is None else found.table.head(limit)
    asked.give(table, lambda: named(table, "label", "country", *names))


@app.command("communities")
@filtered
def communities_command(
    asked: NetworkOptions,
    members: Annotated[bool, typer.Option("--members", help="One row a node.")] = False,
    resolution: Annotated[float, typer.Option(help="Above 1: more and smaller ones.")] = 1.0,
    seeds: Annotated[int, typer.Option(help="Runs that must agree.")] = 20,
) -> None:
    """Circles of close collaboration, what marks them, and how stable they are."""
    network = asked.selected
    with working("finding communities"):
        found = networks.analyses.communities(
            network, asked.data, asked.selection,
            members=members, resolution=resolution, seeds=seeds,
        )  # fmt: skip
    if members:
        shown = ["community", "label", "country", "certainty"]
        asked.found(found, lambda table: named(table, *shown))
    else:
        shown = ["community", "size", "label", "countries", "topics"]
        renamed = {"label": "name", "hub": "label"}
        asked.found(found, lambda table: named(table.rename(renamed), *shown))


@app.command("brokers")
@filtered
def brokers_command(
    asked: NetworkOptions,
    by: Annotated[str, typer.Option(help="Group: country, type, region.")] = "country",
    limit: Limit = 20,
) -> None:
    """Gould-Fernandez roles: who brings together those that do not work together."""
    with working("counting brokers"):
        found = networks.analyses.brokers(asked.selected, by, limit)
    # a tie has no direction, so gatekeeper and representative are the same number
    shown = [role for role in networks.BROKER_ROLES if role != "representative"]
    asked.found(found, lambda table: named(table, "label", "group", *shown, "total"))


@app.command("compare")
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


@app.command("robustness")
@filtered
def robustness_command(
    asked: NetworkOptions,
    leave: Annotated[
        list[str] | None, typer.Option(help="Id of who leaves (repeatable); default: the hubs.")
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
            asked.selected, leave, together=together, curve=curve, limit=limit
        )  # fmt: skip
    columns = ("label", "partners", "lost_pairs", "stranded", "giant_before", "giant_after")
    asked.found(found, lambda table: table if curve else named(table, *columns))


@app.command("suggest")
@filtered
def suggest_command(
    asked: NetworkOptions,
    who: Annotated[str | None, typer.Option(help="Only pairs of this node (its id).")] = None,
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
    """Who should meet: shared partners and topics, no joint activity."""
    with working("scoring pairs"):
        found = networks.analyses.suggest(
            asked.data, asked.selection, who=who, score=score, abroad=abroad, limit=limit  # type: ignore[arg-type]
        )  # fmt: skip
    short = ("one_label", "one_country", "other_label", "other_country", "joint_partners", "score")
    renamed = {"one_country": "", "other_country": " ", "joint_partners": "partners"}
    asked.found(found, lambda table: named(table, *short).rename(renamed))


@app.command("export")
@filtered
def export_command(
    asked: NetworkOptions,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="One of gexf, graphml, pajek, vosviewer, edges-csv, nodes-csv, csv.",
        ),
    ] = "gexf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: the terminal.")
    ] = None,
    groups: Annotated[
        bool, typer.Option("--communities", help="Colour by community, not by component.")
    ] = False,
    most: Annotated[
        int | None, typer.Option(help="Nodes to keep, those with most partners.", min=1)
    ] = None,
) -> None:
    """The network as a file for Gephi, VOSviewer, Pajek, yEd, R or a spreadsheet."""
    with working("laying out"):
        text, notes = networks.analyses.export(asked.selected, form, grouped=groups, most=most)
    for note in notes:
        remark(note)
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    opens = networks.EXPORTS["edges-csv" if form == "csv" else form].opens_in
    remark(f"wrote {output}, {output.stat().st_size:,} bytes; for {opens}")
