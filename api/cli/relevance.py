"""`permed relevance`: how relevant projects are to personalised medicine, and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from permed.api.cli.common.options import ConfigFile, Home, config_of
from permed.api.cli.common.output import show, working
from permed.graph.errors import InputError
from permed.graph.tables.delimited import read_table
from permed.ingest.sources.cordis.dump import open_dump
from permed.queries.sentences import agreeing

__all__ = ["app"]

app = typer.Typer(help="Relevance of projects to personalised medicine.", no_args_is_help=True)


class ScoreFormat(StrEnum):
    """How scores are printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.callback()
def main() -> None:
    """Relevance of projects to personalised medicine."""


@app.command("score")
def score_command(
    ids: Annotated[Path, typer.Option(help="CSV file with project ids in its first column.")],
    form: Annotated[ScoreFormat, typer.Option("--format", "-f")] = ScoreFormat.table,
    config: ConfigFile = None,
    home: Home = None,
) -> None:
    """Score projects of the configured CORDIS files: projectID, label, score, evidence."""
    request = config_of(config, home).request("cordis")
    if not request.files:
        raise InputError("no CORDIS files configured; name them under [sources.cordis] files = []")
    wanted = _first_column(ids)
    with working("reading CORDIS"):
        labels = open_dump(request.files, lambda _: None).labels
    scored = wanted.join(labels, left_on="projectID", right_on="id", how="left").select(
        "projectID",
        "label",
        "score",
        evidence=pl.coalesce("evidence", pl.lit("not in the configured files")),
    )
    show(scored, form.value)


def _first_column(path: Path) -> pl.DataFrame:
    frame = read_table(path).rows
    column = frame.to_series(0).str.strip_chars()
    bad = column.filter(column == "")
    if not bad.is_empty():
        rows = agreeing(f"{bad.len():,} row(/s) (has/have)")
        raise InputError(f"{path}: {rows} no id in the first column; fill or drop")
    return pl.DataFrame({"projectID": column})
