"""Options that all commands on networks share: which roles, which nodes, which form of answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, cast

import polars as pl
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, release_of
from permed.api.cli.common.output import console, show
from permed.graph import network as networks
from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.projection.filters import Scope, first_of, last_of
from permed.graph.releases.release import Release

if TYPE_CHECKING:
    from permed.graph.network import Network, RoleData, Selection
    from permed.graph.network.analysis.analyses import Found

__all__ = ["Asked", "NetworkFormat", "filtered", "give", "remark", "working"]

P = ParamSpec("P")
Many = list[str] | None
_UNUSABLE = 2


class NetworkFormat(StrEnum):
    """How a result is given; parquet needs --output."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class Counted(StrEnum):
    """How a link between two countries is counted."""

    presence = "presence"
    members = "members"


class Looped(StrEnum):
    """Whether a country is linked to itself."""

    none = "none"
    within = "within"
    diagonal = "diagonal"


@dataclass(frozen=True)
class Asked:
    """The shared options of one call."""

    selection: Selection
    config: Path | None
    home: Path | None
    which: str
    form: NetworkFormat
    output: Path | None
    node_file: Path | None = None  # --nodes may name a file instead of a kind

    @cached_property
    def release(self) -> Release:
        """The release that was named."""
        return release_of(self.config, self.home, self.which)

    @cached_property
    def data(self) -> RoleData:
        """Its roles."""
        return networks.release_roles(self.release)

    def other(self, release: str | None, period: str | None) -> Asked:
        """The same call for another release, or another period (`2014:2020`)."""
        if period is None:
            return replace(self, which=release or self.which)
        scope = self.selection.scope.during(period, "--before")
        return replace(self, selection=self.selection.within(scope))

    @property
    def selected(self) -> Network:
        """The network asked for, without a word; its note comes with the answer."""
        return self.selection.network(self.data)

    def network(self, kinds: tuple[str, ...] = ()) -> Network:
        """The network asked for, among those kinds of activity if no relation was named."""
        chosen = self.selection.among(kinds, self.data) if kinds else self.selection
        network = chosen.network(self.data)
        remark(network.note)
        return network

    def give(self, frame: pl.DataFrame, short: Callable[[], pl.DataFrame] | None = None) -> None:
        """Give the frame in the form asked for; short: what a table on a terminal shows of it."""
        give(frame, self.form, self.output, short)

    def found(self, found: Found, short: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Give an answer, its notes on standard error."""
        for note in found.notes:
            remark(note)
        self.give(found.table, lambda: short(found.table))


def remark(note: str | None) -> None:
    """Print a note on standard error."""
    if note:
        console.print(note, highlight=False)


def _asked(
    relation: Annotated[
        Many, typer.Option(help="Kind of activity: project, csa, call ... (repeatable).")
    ] = None,
    role: Annotated[Many, typer.Option(help="Role: coordinator, member ... (repeatable).")] = None,
    programme: Annotated[
        Many, typer.Option(help="Programme, e.g. programme/h2020 (repeatable).")
    ] = None,
    topic: Annotated[Many, typer.Option(help="Topic by id or label (repeatable).")] = None,
    relevance: Annotated[
        Many, typer.Option(help="PM relevance: core, related, none (repeatable).")
    ] = None,
    country: Annotated[Many, typer.Option(help="ISO code, e.g. DE (repeatable).")] = None,
    kind: Annotated[
        Many, typer.Option("--type", help="Type of organisation (repeatable).")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Year or day from which roles count.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Year or day up to which roles count.")
    ] = None,
    nodes: Annotated[
        str, typer.Option(help="organisations, countries, regions, funders, people, topics, "
                               "activities; or, for --edges and --members, a file of nodes.")
    ] = "organisations",
    weight: Annotated[
        str, typer.Option(help="Weight of an edge: count, fractional, money, duration.")
    ] = "count",
    min_weight: Annotated[float, typer.Option(help="Leave out edges below this weight.")] = 0.0,
    rollup: Annotated[
        bool, typer.Option("--rollup", help="Count organisations as their topmost parent.")
    ] = False,
    counting: Annotated[
        Counted, typer.Option(help="For nodes that stand for several: activities they share, or "
                                   "pairs of members.")
    ] = Counted.presence,
    loops: Annotated[
        Looped, typer.Option(help="Link such a node to itself: not, by activities with several of "
                                  "its members, or by all (matrix diagonal).")
    ] = Looped.none,
    form: Annotated[NetworkFormat, typer.Option("--format", "-f")] = NetworkFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, not to the terminal.")
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> Asked:  # fmt: skip
    scope = Scope(
        relation=tuple(relation or ()),
        role=tuple(role or ()),
        programme=tuple(programme or ()),
        topic=tuple(topic or ()),
        relevance=tuple(relevance or ()),
        country=tuple(code.upper() for code in country or ()),
        agent_type=tuple(kind or ()),
        start=first_of(start, "--from") if start else None,
        end=last_of(end, "--to") if end else None,
    )
    node_file = Path(nodes) if Path(nodes).suffix else None
    kind_of_nodes = "organisations" if node_file else nodes
    chosen = networks.Selection(
        scope, kind_of_nodes, cast(Any, weight), min_weight, rollup, counting.value, loops.value
    )
    form = NetworkFormat.json if as_json else form
    return Asked(chosen, config, home, release, form, output, node_file)


def filtered(
    function: Callable[Concatenate[Asked, P], None], *, without: tuple[str, ...] = ()
) -> Callable[..., None]:
    """Give a command the shared options; it gets them as its first argument.

    without: options that mean nothing to the command. A request that cannot be used ends with exit
    code 2, as an option that does not exist.
    """
    shared = inspect.signature(_asked, eval_str=True).parameters
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    names = {parameter.name for parameter in own} | set(without)
    common = [p for name, p in shared.items() if name not in names]
    left_out = {name: shared[name].default for name in without}

    @wraps(function)
    def command(*positional: Any, **given: Any) -> None:
        mine = {p.name: given.pop(p.name) for p in common}
        try:
            function(_asked(**mine, **left_out), *positional, **given)
        except (InputError, NotFoundError) as error:
            error.exit_code = _UNUSABLE  # type: ignore[misc]  # of this error only
            raise

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in [*own, *common]]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def give(
    frame: pl.DataFrame,
    form: NetworkFormat,
    output: Path | None = None,
    short: Callable[[], pl.DataFrame] | None = None,
) -> None:
    """Print a frame, or write it to a file; InputError where the file cannot be written."""
    if output is None:
        if form is NetworkFormat.parquet:
            raise InputError("--format parquet is not for a terminal; add --output FILE")
        if form is NetworkFormat.csv:
            frame = networks.flat(frame)
        wanted = short() if form is NetworkFormat.table and short is not None else frame
        show(networks.flat(wanted) if form is NetworkFormat.table else wanted, form.value)
        return
    try:
        _write(frame, form, output)
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    console.print(f"wrote {output} ({frame.height:,} rows)", highlight=False)


def _write(frame: pl.DataFrame, form: NetworkFormat, output: Path) -> None:
    if form is NetworkFormat.parquet:
        frame.write_parquet(output)
    elif form is NetworkFormat.json:
        output.write_text(frame.write_json(), encoding="utf-8")
    else:
        output.write_text(networks.flat(frame).write_csv(), encoding="utf-8")


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner on standard error; the function that it yields changes its words."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what)
        yield lambda words: progress.update(task, description=words)
