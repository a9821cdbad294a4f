"""Options that all commands on networks share: which roles, which nodes, which form of answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, wraps
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Final, ParamSpec

import polars as pl
import typer

from permed.api.cli.common.options import ConfigFile, Home, WhichRelease, config_of, release_of
from permed.api.cli.common.output import remark, show
from permed.api.cli.network import files as file_options
from permed.api.cli.network.files import Files
from permed.graph import network as networks
from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.projection.options import OPTIONS, NetworkOption
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.output.safe_text import flat
from permed.queries.sentences import agreeing

if TYPE_CHECKING:
    from permed.graph.network import Network, RoleData, Selection
    from permed.graph.network.analysis.analyses import Result
    from permed.graph.network.link_prediction.met_elsewhere import Meetings

__all__ = ["NetworkFormat", "NetworkOptions", "filtered", "give"]

P = ParamSpec("P")
_UNUSABLE = 2
_PLACED: Final = {"countries": "agent_country", "regions": "agent_region"}


class NetworkFormat(StrEnum):
    """How a result is given; parquet and xlsx need --output."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    xlsx = "xlsx"


@dataclass(frozen=True)
class NetworkOptions:
    """The shared options of one call."""

    selection: Selection
    config: Path | None
    home: Path | None
    which: str
    form: NetworkFormat
    output: Path | None
    node_file: Path | None = None  # --nodes may name a file instead of a kind
    files: Files = field(default_factory=Files)
    endpoint: str | None = None

    @cached_property
    def release(self) -> Release:
        """The release that was named, or the one that an endpoint answers from.

        InputError where the files of that one are not here.
        """
        if endpoint := self._asked_endpoint:
            # late: only who names an endpoint asks one
            from permed.api.cli.common.store_options import opened_of

            return opened_of(self.config, self.home, self.which, endpoint).files
        return release_of(self.config, self.home, self.which)

    @cached_property
    def _asked_endpoint(self) -> str | None:
        """The endpoint that is named, or the store of the settings where no release is here."""
        if self.endpoint:
            return self.endpoint
        config = config_of(self.config, self.home)
        return config.store if Releases(config.home).current_name() is None else None

    @cached_property
    def _read(self) -> RoleData | Network:
        if self.files.given:
            return self.files.read(self.selection, self.node_file)
        if endpoint := self._asked_endpoint:
            return self._remote_roles(endpoint)
        return networks.release_roles(self.release)

    def _remote_roles(self, endpoint: str) -> RoleData:
        """Roles by one scan of an endpoint: no tables are needed here."""
        # late: only who names an endpoint asks one
        from permed.api.cli.common.store_options import opened_of
        from permed.graph.network.projection.roles_from_sparql import from_sparql

        opened = opened_of(self.config, self.home, self.which, endpoint)
        return from_sparql(lambda text: opened.answer(text, {}).frame())

    @property
    def data(self) -> RoleData:
        """The roles of the release or of a membership list; InputError for a file of ties."""
        if isinstance(self._read, networks.RoleData):
            return self._read
        raise InputError("ties have no activities: this needs --members, who takes part in what")

    @property
    def known(self) -> RoleData | None:
        """The roles, None for a file of ties."""
        return self._read if isinstance(self._read, networks.RoleData) else None

    @property
    def names(self) -> pl.DataFrame | None:
        """By what else nodes are called."""
        return None if self.known is None else self.known.names

    @property
    def meetings(self) -> Meetings | None:
        """Who has met anywhere, as far as is known; None for a file of one's own."""
        if self.files.given:
            return None
        # late: only suggestions need what it brings along
        from permed.graph.network.link_prediction.met_elsewhere import meetings

        return meetings(self.data, self.release.all_tables())

    def other(self, release: str | None, period: str | None) -> NetworkOptions:
        """The same call for another release, or another period (`2014:2020`)."""
        if period is None and self.files.given:
            return replace(self, files=self.files.other(Path(release or "")))
        if period is None:
            return replace(self, which=release or self.which)
        scope = self.selection.scope.during(period, "--before")
        return replace(self, selection=self.selection.within(scope))

    @property
    def selected(self) -> Network:
        """The network asked for, without a word; its note comes with the answer."""
        found = self._read
        whole = self.selection.network(found) if isinstance(found, networks.RoleData) else found
        placeless = [f"no {k} is known" for k, v in _PLACED.items() if self._lacks(k, v)]
        if placeless:
            raise InputError(f"--nodes {self.selection.nodes}: {placeless[0]}; name its column")
        return whole

    def _lacks(self, nodes: str, column: str) -> bool:
        known = self.known if self.files.given and self.selection.nodes == nodes else None
        return known is not None and known.roles[column].null_count() == known.roles.height

    def network(self, kinds: tuple[str, ...] = ()) -> Network:
        """The network asked for, among those kinds of activity if no relation was named."""
        network = self.selected
        if kinds and not self.files.given:
            network = self.selection.among(kinds, self.data).network(self.data)
        remark(network.note)
        return network

    def give(self, frame: pl.DataFrame, short: Callable[[], pl.DataFrame] | None = None) -> None:
        """Give the frame in the form asked for; short: what a table on a terminal shows of it."""
        give(frame, self.form, self.output, short)

    def found(self, found: Result, short: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Give an answer, its notes on standard error."""
        for note in found.notes:
            remark(note)
        self.give(found.table, lambda: short(found.table))


def _selecting(option: NetworkOption, about: str) -> inspect.Parameter:
    """A network option as the command line reads it; about: what it means there."""
    many = option.kind == "texts"
    about = f"{about}{' (repeatable)' if many else ''}."
    if option.name == "nodes":
        about = f"{about[:-1]}; or, for --edges and --members, a file of nodes."
    kinds: dict[str, Any] = {
        "texts": list[str] | None, "text": str | None, "day": str | None, "choice": str,
        "number": float, "flag": bool,
    }  # fmt: skip
    return inspect.Parameter(
        f"{option.key}_" if iskeyword(option.key) else option.key,
        inspect.Parameter.KEYWORD_ONLY,
        default=option.default,
        annotation=Annotated[kinds[option.kind], typer.Option(f"--{option.name}", help=about)],
    )


def _giving(
    form: Annotated[NetworkFormat, typer.Option("--format", "-f")] = NetworkFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="Same as --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, not to the terminal.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="Read the roles from this SPARQL endpoint, not from files.")
    ] = None,
    config: ConfigFile = None,
    home: Home = None,
    release: WhichRelease = "current",
) -> dict[str, Any]:
    """Options on where the release is, and how the answer is given."""
    form = NetworkFormat.json if as_json else form
    where = {"config": config, "home": home, "which": release, "endpoint": endpoint}
    return {**where, "form": form, "output": output}


_SELECTING: Final = {key: _selecting(option, option.about) for key, option in OPTIONS.items()}
_GIVING: Final = inspect.signature(_giving, eval_str=True).parameters


def _options(
    given: dict[str, Any], renamed: dict[str, str], read: dict[str, Any]
) -> NetworkOptions:
    said = {key: given.get(p.name, p.default) for key, p in _SELECTING.items()}
    for name, meant in renamed.items():
        said[meant] = [*(said[meant] or []), *(said.pop(name) or [])]
    nodes = said["nodes"]
    node_file = Path(nodes) if Path(nodes).suffix else None
    said["nodes"] = OPTIONS["nodes"].default if node_file else nodes
    rest = {name: given[name] for name in _GIVING if name in given}
    files = file_options.options(**read)
    return NetworkOptions(
        networks.selection_of(said, "--", own_words=files.given), node_file=node_file, files=files,
        **_giving(**rest),
    )  # fmt: skip


def filtered(
    function: Callable[Concatenate[NetworkOptions, P], None],
    *,
    without: tuple[str, ...] = (),
    renamed: dict[str, str] | None = None,
    files: bool = True,
) -> Callable[..., None]:
    """Give a command the shared options; it gets them as its first argument.

    files: whether it takes --edges and --members in place of the release. without: options that
    mean nothing to the command. renamed: those that mean another one there. A
    request that cannot be used ends with exit code 2, as an option that does not exist.
    """
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    names = {parameter.name for parameter in own} | set(without)
    meaning = renamed or {}
    shared = [_selecting(o, OPTIONS[meaning.get(k, k)].about) for k, o in OPTIONS.items()]
    reading = [p for p in file_options.OPTIONS.values() if files and p.name not in names]
    common = [p for p in (*shared, *_GIVING.values()) if p.name not in names]

    @wraps(function)
    def command(*positional: Any, **given: Any) -> None:
        mine = {p.name: given.pop(p.name) for p in common}
        read = {p.name: given.pop(p.name) for p in reading}
        try:
            function(_options(mine, meaning, read), *positional, **given)
        except (InputError, NotFoundError) as error:
            error.exit_code = _UNUSABLE  # type: ignore[misc]  # of this error only
            raise

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in [*own, *common, *reading]]
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
        if form in (NetworkFormat.parquet, NetworkFormat.xlsx):
            raise InputError(f"--format {form} is not for a terminal; add --output FILE")
        wanted = short() if form is NetworkFormat.table and short is not None else frame
        show(flat(wanted) if form is NetworkFormat.table else wanted, form.value)
        return
    try:
        _write(frame, form, output)
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written ({error.strerror}); choose another --output"
        ) from error
    remark(f"wrote {output} ({agreeing(f'{frame.height:,} row(/s)')})")


def _write(frame: pl.DataFrame, form: NetworkFormat, output: Path) -> None:
    # late: measures and citations take their time, and only files need their words
    from permed.graph.network.files.result_tables import describe_result
    from permed.graph.network.measures.catalogue import measure_meanings
    from permed.graph.tables.output.writing import write_table

    told = describe_result(frame, output.stem, None, meanings=measure_meanings())
    name = "csv" if form is NetworkFormat.table else form.value
    output.write_bytes(write_table(frame, name, told))
