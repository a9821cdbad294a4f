"""Orders for analyses in plain JSON, as a server passes them to its worker, and their answers."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.analysis import analyses
from permed.graph.network.analysis.analyses import Found
from permed.graph.network.core.network import Network
from permed.graph.network.link_prediction.backtest import Choice, choose
from permed.graph.network.projection.filters import Scope, first_of, last_of
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import Selection, release_roles
from permed.graph.releases.release import Releases

__all__ = ["ANALYSES", "Reply", "Shelf", "carry_out", "flat", "selection_of"]

_NETWORKS: Final = 6  # networks kept with what was found out about them
_RELEASES: Final = 2
_CHOICES: Final = 100


@dataclass(frozen=True)
class Reply:
    """The bytes of an answer. total: rows found; truncated: whether fewer are in it."""

    body: bytes
    total: int
    truncated: bool
    notes: tuple[str, ...]


@dataclass
class Shelf:
    """Roles of the releases of one home and the networks made last, ready for the next order."""

    home: Path
    _roles: OrderedDict[str, RoleData] = field(default_factory=OrderedDict)
    _networks: OrderedDict[tuple[str, Selection], Network] = field(default_factory=OrderedDict)
    _choices: OrderedDict[tuple[str, Selection], Choice] = field(default_factory=OrderedDict)

    def roles(self, release: str) -> RoleData:
        """Return the roles of a release by its id."""
        if release not in self._roles:
            self._roles[release] = release_roles(Releases(self.home).find(release))
        self._roles.move_to_end(release)
        while len(self._roles) > _RELEASES:
            self._roles.popitem(last=False)
        return self._roles[release]

    def network(self, release: str, selection: Selection) -> Network:
        """Return the network of a selection; measures taken of it before are still known."""
        key = (release, selection)
        if key not in self._networks:
            self._networks[key] = selection.network(self.roles(release))
        self._networks.move_to_end(key)
        while len(self._networks) > _NETWORKS:
            self._networks.popitem(last=False)
        return self._networks[key]

    def choice(self, release: str, selection: Selection) -> Choice:
        """Return which score is to be trusted for suggestions in a selection."""
        key = (release, selection)
        if key not in self._choices:
            roles = self.roles(release)
            self._choices[key] = choose(roles, selection.target, selection.scope)
        self._choices.move_to_end(key)
        while len(self._choices) > _CHOICES:
            self._choices.popitem(last=False)
        return self._choices[key]


def selection_of(words: Mapping[str, Any]) -> Selection:
    """Return the selection that words name as the command line does (`from`, `to`, `type` ...).

    InputError for a value that cannot be used.
    """
    start, end = words.get("from"), words.get("to")
    lists = {
        name: tuple(words.get(name) or ())
        for name in ("relation", "role", "programme", "topic", "relevance")
    }
    scope = Scope(
        **lists,
        country=tuple(code.upper() for code in words.get("country") or ()),
        agent_type=tuple(words.get("type") or ()),
        start=first_of(start, "from") if start else None,
        end=last_of(end, "to") if end else None,
    )
    named = {n: words[n] for n in ("nodes", "weight", "rollup", "counting", "loops") if n in words}
    return Selection(scope, minimum=float(words.get("min_weight", 0.0)), **named)


@dataclass(frozen=True)
class _Task:
    """One order: the release, the selection, and the options of the analysis."""

    shelf: Shelf
    release: str
    selection: Selection
    options: Mapping[str, Any]

    @property
    def network(self) -> Network:
        return self.shelf.network(self.release, self.selection)

    @property
    def roles(self) -> RoleData:
        return self.shelf.roles(self.release)


def _compared(task: _Task) -> Found:
    against, before = task.options.get("against"), task.options.get("before")
    if (against is None) == (before is None):
        raise InputError("compare needs one of against=RELEASE and before=FIRST:LAST")
    chosen = task.selection
    if before is not None:
        chosen = chosen.within(chosen.scope.during(before, "before"))
    earlier = task.shelf.network(against or task.release, chosen)
    return analyses.changes(earlier, task.network, task.options.get("show", "figures"))


def _suggested(task: _Task) -> Found:
    auto = task.options.get("score", "auto") == "auto"
    choice = task.shelf.choice(task.release, task.selection) if auto else None
    return analyses.should_meet(task.roles, task.selection, choice=choice, **task.options)


ANALYSES: Final[dict[str, Callable[[_Task], Found]]] = {
    "measure": lambda t: analyses.measured(
        t.network, loops=t.selection.loops != "none", **t.options
    ),
    "communities": lambda t: analyses.circles(t.network, t.roles, t.selection, **t.options),
    "brokers": lambda t: analyses.brokers(t.network, **t.options),
    "compare": _compared,
    "robustness": lambda t: analyses.leaving(t.network, **t.options),
    "suggest": _suggested,
    "summary": lambda t: analyses.overall(t.network, **t.options),
}


def carry_out(shelf: Shelf, order: Mapping[str, Any]) -> Reply:
    """Return the answer to an order.

    order: analysis (`ANALYSES` or `export`), release, selection (see `selection_of`), options,
    format (`json`, `csv`, `parquet`; of a file for `export`) and rows, the most that are given.
    """
    task = _Task(shelf, order["release"], selection_of(order["selection"]), order["options"])
    if order["analysis"] == "export":
        text, notes = analyses.picture(task.network, order["format"], **task.options)
        return Reply(text.encode(), task.network.size, False, notes)
    found = ANALYSES[order["analysis"]](task)
    table = found.table.head(order["rows"])
    body = _written(table, order["format"])
    total = found.table.height
    return Reply(body, total, table.height < total, found.notes)


def _written(table: pl.DataFrame, form: str) -> bytes:
    if form == "json":
        return orjson.dumps(table.to_dicts())
    out = io.BytesIO()
    if form == "parquet":
        table.write_parquet(out)
    else:
        flat(table).write_csv(out)
    return out.getvalue()


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with lists joined by semicolons, as CSV and terminals need it."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(pl.col(lists).list.join("; ")) if lists else frame
