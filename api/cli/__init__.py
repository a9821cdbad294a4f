"""The command line: `permed`. Every command only parses its options and calls the layers below.

Exit codes: 0 done, 1 unusable input or missing thing, 2 refused by the gate or not conforming.
Errors are one line on standard error; PERMED_DEBUG=1 shows the traceback of an unexpected one.
"""

from __future__ import annotations

import errno
import gc
import io
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from permed.graph.errors import PermedError
from permed.graph.extras import or_missing_extra

__all__ = ["COMMANDS", "main", "make_app"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of the disk, or of what a user may have

# command -> module in api/cli, its function or group, and what the overview says of it; a module is
# imported only when its command is called, since some bring slow libraries along
COMMANDS: dict[str, tuple[str, str, str]] = {
    "build": ("build", "build_command", "Read, link, validate and publish the configured sources."),
    "check": ("check", "check_command", "Validate RDF files against the shapes of the graph."),
    "look": ("look", "look_command", "What a file is, and what is wrong with it, before a build."),
    "info": ("info", "info_command", "Counts by class, source and evidence; licence; issues."),
    "ask": (
        "secretariat.ask",
        "ask_command",
        "Answer one of the forty questions, by number or in words.",
    ),
    "newsletter": (
        "secretariat.newsletter",
        "newsletter_command",
        "What is new since a day, for a country or a topic.",
    ),
    "stakeholders": (
        "secretariat.stakeholders",
        "stakeholders_command",
        "Who of a list of names takes part in what, and the nearest way in.",
    ),
    "query": ("query", "query_command", "Answer a question of the catalogue, or your own SPARQL."),
    "releases": ("releases", "app", "List, show, promote, roll back and compare releases."),
    "network": (
        "network.commands",
        "app",
        "Who is central, who bridges: measures, communities, exports.",
    ),
    "report": ("report", "app", "Reports for strategy work, as HTML, PDF and CSV."),
    "serve": ("serve", "serve_command", "SPARQL, REST, linked data and pages over HTTP."),
    "publish": ("publish", "publish_command", "A release as a folder that any web host serves."),
    "mcp": ("mcp", "mcp_command", "The graph for AI assistants (Model Context Protocol)."),
    "fetch": ("fetch", "fetch_command", "Download the official files of a source."),
    "source": ("source", "app", "List sources, or write the skeleton of a new one."),
    "relevance": ("relevance", "app", "Relevance of projects to personalised medicine."),
    "match": (
        "match",
        "match_command",
        "Match a spreadsheet of organisations to ROR or the graph.",
    ),
    "link": ("link.commands", "app", "Review and correct what is taken for one thing."),
    "remove-person": (
        "secretariat.remove_person",
        "remove_person_command",
        "Take a person who asks for it out of everything that a home keeps.",
    ),
    "corrections": ("corrections", "app", "Mistakes that readers reported: list and settle them."),
}


def make_app(*wanted: str) -> typer.Typer:
    """Return the application with these commands; without any, an outline for the overview."""
    app = typer.Typer(
        name="permed",
        help="Open knowledge graph of the personalised-medicine research ecosystem.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_root)
    for name, (module, member, about) in COMMANDS.items():
        if not wanted:
            app.command(name, help=about)(_outline)
        elif name in wanted:
            found = getattr(import_module(f"permed.api.cli.{module}"), member)
            if isinstance(found, typer.Typer):
                app.add_typer(found, name=name)
            else:
                app.command(name)(found)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # a tenth of a second that only this needs

        typer.echo(f"permed {version('permed-graph')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Open knowledge graph of the personalised-medicine research ecosystem."""


def _outline() -> None:
    """Stand in for a command that only the overview needs."""


@cache
def _command(*wanted: str) -> Callable[[], Any]:
    """The application read by its declarations: the same each time that a process asks."""
    return get_command(make_app(*wanted))


def main() -> None:
    """Run the command line; an error becomes one line and its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    _open_streams()
    _speak_utf8()
    logging.getLogger("stamina").setLevel(logging.ERROR)  # that it tries again is no news
    gc.disable()  # what is imported stays: looking for garbage in it is a tenth of the start
    try:
        command = _command(*[a for a in sys.argv[1:2] if a in COMMANDS])
        gc.freeze()
        gc.enable()
        command()
    except PermedError as error:
        print(f"permed: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_stopped(signal.SIGINT))
    except _Terminated:
        sys.exit(_stopped(signal.SIGTERM))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("PERMED_DEBUG"):
            raise
        if isinstance(lacking := or_missing_extra(error), PermedError):
            print(f"permed: {lacking}", file=sys.stderr)
            sys.exit(lacking.exit_code)
        if isinstance(error, OSError) and error.errno in _FULL:
            where = f"{error.filename}: " if error.filename else ""
            print(f"permed: {where}{error.strerror}; make room and try again", file=sys.stderr)
            sys.exit(1)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"permed: unexpected problem, please report it: {what}", file=sys.stderr)
        sys.exit(1)


def _open_streams() -> None:
    """Let what a caller closed (`>&-`) lead nowhere, so that no file opened later takes its place.

    Python has None for such a stream, and a number of it is given to the next file.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _speak_utf8() -> None:
    """Let no name be too foreign to print: files and pipes get UTF-8, a terminal what it can show.

    Elsewhere Python takes the encoding of the locale (ASCII under LC_ALL=C, code pages on Windows).
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")


class _Terminated(BaseException):
    """Told to end: what is open is closed, and what is half written removed, on the way out."""


def _stop(*_: object) -> NoReturn:
    raise _Terminated


def _stopped(number: signal.Signals) -> int:
    """Say so, and return the exit code that shells expect of a process ended by that signal."""
    print("permed: stopped; what was published before is untouched", file=sys.stderr)
    return 128 + number
