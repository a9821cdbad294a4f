"""`permed network`: who is central, who bridges."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import ConfigFile, Home, TableFormat, WhichRelease, release_of
from api.cli.output import show
from graph.network import Scope, from_tables, project, top

__all__ = ["app"]

app = typer.Typer(help="Network measures over roles.", no_args_is_help=True)


@app.command("top")
def top_command(
    relation: Annotated[
        list[str] | None,
        typer.Option(help="Kind of activity that connects (repeatable); default: the Family's."),
    ] = None,
    by: Annotated[str, typer.Option(help="Measure that ranks.")] = "degree",
    limit: Annotated[int, typer.Option(help="Rows.")] = 20,
    form: Annotated[TableFormat, typer.Option("--format", "-f")] = TableFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> None:
    """Organisations by degree, strength and betweenness over shared activities."""
    tables = release_of(config, home, release).all_tables()
    scope = Scope(relation=tuple(relation or _FAMILY))
    table = top(project(from_tables(tables), scope=scope), by=by, count=limit)
    show(table, "json" if as_json else form.value)


_FAMILY = ("csa", "partnership", "funding-network", "consortium")
