"""The command line: `permed`. Every command only parses its options and calls the layers below.

Exit codes: 0 done, 1 unusable input or missing thing, 2 refused by the gate or not conforming.
Errors are one line on standard error; PERMED_DEBUG=1 shows the traceback of an unexpected one.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from graph.errors import PermedError

__all__ = ["COMMANDS", "main", "make_app"]

# command -> name of the function or group in api/cli/{module}.py; a module is imported only when
# its command is called, since some bring slow libraries along
COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("build", "build_command"),
    "check": ("check", "check_command"),
    "info": ("info", "info_command"),
    "query": ("query", "query_command"),
    "releases": ("releases", "app"),
    "network": ("network", "app"),
    "report": ("report", "app"),
    "serve": ("serve", "serve_command"),
    "fetch": ("fetch", "fetch_command"),
    "relevance": ("relevance", "app"),
    "match": ("match", "match_command"),
    "link": ("link", "app"),
}


def make_app(wanted: str | None = None) -> typer.Typer:
    """Return the application with one command, or with all of them."""
    app = typer.Typer(
        name="permed",
        help="Open knowledge graph of the personalised-medicine research ecosystem.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_root)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module, member = COMMANDS[name]
        found = getattr(import_module(f"api.cli.{module}"), member)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _root() -> None:
    """Open knowledge graph of the personalised-medicine research ecosystem."""


def main() -> None:
    """Run the command line; an error becomes one line and its exit code."""
    try:
        make_app(sys.argv[1] if len(sys.argv) > 1 else None)()
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
