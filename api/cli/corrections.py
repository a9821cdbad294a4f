"""`permed corrections`: mistakes that readers of the pages reported, and what became of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import AsJson, ConfigFile, Home, config_of
from permed.api.cli.common.output import remark, show
from permed.graph.contributions.corrections import Corrections, Outcome

__all__ = ["app"]

app = typer.Typer(
    help="Mistakes that readers reported: list and settle them.", no_args_is_help=True
)


@app.command("list")
def list_command(
    settled: Annotated[bool, typer.Option("--settled", help="Those settled too.")] = False,
    config: ConfigFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List the reports that wait, oldest first. They are shown to nobody else."""
    queue = Corrections(config_of(config, home).home)
    rows = [asdict(one) for one in queue.list(settled=settled)]
    if not rows and not as_json:
        remark("no report waits" if queue.path.exists() else f"no report yet, no {queue.path}")
        return
    first = ["id", "received", "thing", "missing", "statement", "value", "message"]
    frame = pl.DataFrame(rows)
    columns = [*first, *(c for c in frame.columns if c not in first)] if rows else []
    show(frame.select(columns), "json" if as_json else "table")


@app.command("settle")
def settle_command(
    number: Annotated[str, typer.Argument(help="Number of the report, e.g. c-1a2b3c4d.")],
    outcome: Annotated[Outcome, typer.Option("--as", help="What became of it.")],
    note: Annotated[str, typer.Option("--note", help="Why, or where it was mended.")] = "",
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Say what became of a report; the graph itself changes with its sources and decisions only."""
    done = Corrections(config_of(config, home).home).settle(number, outcome, note)
    remark(f"{done.id} about {done.thing or done.value}: {done.outcome}")
