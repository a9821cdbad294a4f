"""The command line: `permed`. Every command only parses its options and calls the layers below.

Exit codes: 0 done, 1 unusable input or missing thing, 2 refused by the gate or not conforming.
Errors are one line on standard error; PERMED_DEBUG=1 shows the traceback of an unexpected one.
"""

from __future__ import annotations

import os
import sys

import typer

from api.cli import build, check, fetch, info, link, match, network, query, releases, relevance
from graph.errors import PermedError

__all__ = ["app", "main"]

app = typer.Typer(
    name="permed",
    help="Open knowledge graph of the personalised-medicine research ecosystem.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("build")(build.build_command)
app.command("check")(check.check_command)
app.command("fetch")(fetch.fetch_command)
app.command("info")(info.info_command)
app.command("match")(match.match_command)
app.command("query")(query.query_command)
app.add_typer(releases.app, name="releases")
app.add_typer(link.app, name="link")
app.add_typer(network.app, name="network")
app.add_typer(relevance.app, name="relevance")


def main() -> None:
    """Run the command line; an error becomes one line and its exit code."""
    try:
        app()
    except PermedError as error:
        print(f"permed: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("permed: stopped; what was published before is untouched", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("PERMED_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"permed: unexpected problem, please report it: {what}", file=sys.stderr)
        sys.exit(1)
