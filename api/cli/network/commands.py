"""`permed network`: who is central, who bridges, what changes, who should meet."""

from __future__ import annotations

import typer

from permed.api.cli.network.export import export_command
from permed.api.cli.network.measures import measure_command, summary_command, top_command
from permed.api.cli.network.pairs import compare_command, suggest_command
from permed.api.cli.network.statistics import (
    backbone_command,
    core_command,
    diversity_command,
    gravity_command,
    ranks_command,
    survival_command,
)
from permed.api.cli.network.structure import (
    brokers_command,
    communities_command,
    path_command,
    robustness_command,
)

__all__ = ["app"]

app = typer.Typer(
    help="Network measures over roles; every command takes the same filters.", no_args_is_help=True
)
for name, command in {
    "summary": summary_command,
    "top": top_command,
    "measure": measure_command,
    "communities": communities_command,
    "brokers": brokers_command,
    "path": path_command,
    "backbone": backbone_command,
    "core": core_command,
    "ranks": ranks_command,
    "survival": survival_command,
    "diversity": diversity_command,
    "gravity": gravity_command,
    "compare": compare_command,
    "robustness": robustness_command,
    "suggest": suggest_command,
    "export": export_command,
}.items():
    app.command(name)(command)
