"""`permed network`: who is central, who bridges, what changes, who should meet."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from api.cli.network_files import (
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
from api.cli.network_options import Asked, filtered, remark, working
from api.report.names import readable, shortened
from api.report.selection import FAMILY, NODES
from graph.errors import InputError
from graph.network import MEASURES, measure, top
from graph.network.brokerage import BROKER_ROLES, brokerage
from graph.network.communities import communities
from graph.network.comparison import compare
from graph.network.export import EXPORTS, export, look
from graph.network.profile import describe, node_topics
from graph.network.robustness import attack, departures
from graph.network.suggestion import evidence, suggest

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
# a tie has no direction, so gatekeeper and representative are the same number
_SHOWN_ROLES = tuple(role for role in BROKER_ROLES if role != "representative")
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
    asked: Asked,
    by: Annotated[str, typer.Option(help="Measure that ranks; see: network measure.")] = "degree",
    limit: Limit = 20,
) -> None:
    """Rank by degree, strength and betweenness; without --relation among the programme family."""
    with working("measuring"):
        table = top(asked.network(FAMILY), by=by, count=limit)
    extra = [] if by in ("degree", "strength", "betweenness") else [by]
    columns = ("rank", "label", "country", *extra, "degree", "strength", "betweenness")
    asked.give(table, named(table, *columns, "activities"))


@app.command("measure")
@filtered
def measure_command(
    asked: Asked,
    which: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="Measure (repeatable); default: the usual three."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Sort by this measure.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List all measures.")] = False,
    edges: Edges = None,
    members: Members = None,
    node_file: NodesFile = None,
    source: SourceColumn = "source",
    target: TargetColumn = "target",
    agent: AgentColumn = "organisation",
    activity: ActivityColumn = "project",
    place: CountryColumn = None,
    norm: Annotated[
        Norm, typer.Option(help="Length of eigenvectors: l2, max 1, or sum 1.")
    ] = Norm.l2,
) -> None:
    """Every node with its measures: `--list` tells them with formula and paper.

    With --edges or --members, of a file instead of the release.
    """
    if list_all:
        rows = [(m.name, m.tells, m.formula, m.paper) for m in MEASURES.values()]
        schema = ["measure", "tells", "formula", "paper"]
        table = pl.DataFrame(rows, schema=schema, orient="row")
        asked.give(table, table.select("measure", "tells"))
        return
    names = list(which or ("degree", "strength", "betweenness"))
    order = by or names[0]
    if order not in names:
        raise InputError(f"--by {order}: not among the measures; add --measure {order}")
    files = Files(edges, members, node_file, source, target, agent, activity, place)
    network = files.network(asked)
    with working("measuring"):
        table = measure(network, names, norm=norm.value)
    table = table.sort([order, "id"], descending=[True, False], nulls_last=True)
    asked.give(table, named(table, "label", "country", *names))


@app.command("communities")
@filtered
def communities_command(
    asked: Asked,
    members: Annotated[bool, typer.Option("--members", help="One row a node.")] = False,
    resolution: Annotated[float, typer.Option(help="Above 1: more and smaller ones.")] = 1.0,
    seeds: Annotated[int, typer.Option(help="Runs that must agree.")] = 20,
) -> None:
    """Circles of close collaboration, what marks them, and how stable they are."""
    network = asked.network()
    with working("finding communities"):
        found = communities(network, seeds=seeds, resolution=resolution)
    if network.proper.height:
        remark(
            f"modularity {found.modularity:.3f}, agreement between {found.runs} runs "
            f"{found.stability:.3f} (1: all the same)"
        )
    if members:
        labels = pl.Series(found.labels, dtype=pl.Int64)
        sure = pl.Series(found.certainty).fill_nan(None)
        table = network.nodes.select("id", "label", "country").with_columns(
            community=labels, certainty=sure
        ).sort("community", "id")  # fmt: skip
        asked.give(table, named(table, "community", "label", "country", "certainty"))
        return
    target = NODES[asked.selection.nodes]
    topics = node_topics(asked.data, network, target, asked.selection.scope)
    table = describe(network, found.labels, topics)
    renamed = table.rename({"label": "name", "hub": "label"})
    asked.give(table, named(renamed, "community", "size", "label", "countries", "topics"))


@app.command("brokers")
@filtered
def brokers_command(
    asked: Asked,
    by: Annotated[str, typer.Option(help="Group: country, type, region.")] = "country",
    limit: Limit = 20,
) -> None:
    """Gould-Fernandez roles: who brings together those that do not work together."""
    with working("counting brokers"):
        table = brokerage(asked.network(), by).sort(["total", "id"], descending=[True, False])
    table = table.head(limit)
    asked.give(table, named(table, "label", "group", *_SHOWN_ROLES, "total"))


@app.command("compare")
@filtered
def compare_command(
    asked: Asked,
    against: Annotated[
        str | None, typer.Option(help="Release to compare with (its id or beginning).")
    ] = None,
    before: Annotated[
        str | None, typer.Option(help="Period to compare with, e.g. 2014:2020.")
    ] = None,
    what: Annotated[str, typer.Option("--show", help="figures, nodes or links.")] = "figures",
) -> None:
    """Compare with another release (--against) or another period (--before)."""
    if what not in ("figures", "nodes", "links"):
        raise InputError(f"--show {what}: use figures, nodes or links")
    if (against is None) == (before is None):
        raise InputError("compare needs one of --against RELEASE and --before FIRST:LAST")
    other = asked.other(against, before)
    with working("comparing"):
        found = compare(other.network(), asked.network())
    table: pl.DataFrame = getattr(found, what)
    short = {
        "figures": table,
        "nodes": named(table, "label", "state", "degree_before", "degree_after", "degree_change")
        if what == "nodes" else table,
        "links": table,
    }[what]  # fmt: skip
    asked.give(table, short)


@app.command("robustness")
@filtered
def robustness_command(
    asked: Asked,
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
    network = asked.network()
    with working("removing nodes"):
        if curve is not None:
            asked.give(attack(network, curve))  # type: ignore[arg-type]
            return
        table = departures(network, leave, count=limit, together=together)
    columns = ("label", "partners", "lost_pairs", "stranded", "giant_before", "giant_after")
    asked.give(table, named(table, *columns))


@app.command("suggest")
@filtered
def suggest_command(
    asked: Asked,
    who: Annotated[str | None, typer.Option(help="Only pairs of this node (its id).")] = None,
    score: Annotated[str, typer.Option(help="both, partners or topics.")] = "both",
    abroad: Annotated[
        bool, typer.Option("--abroad", help="Only pairs of different countries.")
    ] = False,
    limit: Limit = 20,
) -> None:
    """Who should meet: shared partners and topics, no joint activity."""
    with working("scoring pairs"):
        known = evidence(asked.data, NODES[asked.selection.nodes], asked.selection.scope)
        remark(known.network.note)
        table = suggest(known, who=who, score=score, count=limit, abroad=abroad)  # type: ignore[arg-type]
    short = ("one_label", "one_country", "other_label", "other_country", "joint_partners", "score")
    renamed = named(table, *short).rename(
        {"one_country": "", "other_country": " ", "joint_partners": "partners"}
    )
    asked.give(table, renamed)


_FORMATS = (*EXPORTS, "csv")


@app.command("export")
@filtered
def export_command(
    asked: Asked,
    form: Annotated[
        str, typer.Option("--format", "-f", help=f"One of {', '.join(_FORMATS)}.")
    ] = "gexf",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: the terminal.")
    ] = None,
    groups: Annotated[
        bool, typer.Option("--communities", help="Colour by community, not by component.")
    ] = False,
) -> None:
    """The network as a file for Gephi, VOSviewer, Pajek, yEd, R or a spreadsheet."""
    name = "edges-csv" if form == "csv" else form
    if name not in EXPORTS:
        raise InputError(f"--format {form} is unknown; choose {', '.join(_FORMATS)}")
    network = asked.network()
    with working("laying out"):
        labels = communities(network).labels if groups else None
        text = export(network, name, look(network, labels))
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    opens = EXPORTS[name].opens_in
    remark(f"wrote {output}: {network.size:,} nodes, {network.edges.height:,} edges; for {opens}")
