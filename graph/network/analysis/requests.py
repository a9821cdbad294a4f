"""Requests for analyses in plain JSON, as a server passes them to its worker, and their answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
from cachetools import LRUCache

from permed.graph.errors import InputError, NotFoundError
from permed.graph.network.analysis import analyses
from permed.graph.network.analysis.analyses import Result
from permed.graph.network.analysis.browser import browser_network
from permed.graph.network.core.network import Network
from permed.graph.network.files.result_tables import describe_result
from permed.graph.network.link_prediction.backtest import ScoreChoice, choose
from permed.graph.network.link_prediction.met_elsewhere import Meetings, meetings
from permed.graph.network.measures.catalogue import measure_meanings
from permed.graph.network.pictures.release_layout import read_layout
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import Selection, release_roles, selection_of
from permed.graph.network.projection.selection_query import selection_query
from permed.graph.releases.release import Releases
from permed.graph.tables.output.writing import write_table

__all__ = ["ANALYSES", "AnalysisCache", "AnalysisResponse", "run_request"]

_NETWORKS: Final = 6  # networks kept with what was found out about them
_RELEASES: Final = 2
_CHOICES: Final = 100


@dataclass(frozen=True)
class AnalysisResponse:
    """The bytes of an answer. total: rows found; truncated: whether fewer are in it."""

    body: bytes
    total: int
    truncated: bool
    notes: tuple[str, ...]


class AnalysisCache:
    """Roles of the releases of one home and the networks made last, ready for the next request."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._roles: LRUCache[str, RoleData] = LRUCache(_RELEASES)
        self._networks: LRUCache[tuple[str, Selection], Network] = LRUCache(_NETWORKS)
        self._meetings: LRUCache[str, Meetings] = LRUCache(_RELEASES)
        self._choices: LRUCache[tuple[str, Selection], ScoreChoice] = LRUCache(_CHOICES)

    def roles(self, release: str) -> RoleData:
        """Return the roles of a release by its id."""
        if release not in self._roles:
            self._roles[release] = release_roles(Releases(self.home).find(release))
        return self._roles[release]

    def network(self, release: str, selection: Selection) -> Network:
        """Return the network of a selection; measures taken of it before are still known."""
        key = (release, selection)
        if key not in self._networks:
            self._networks[key] = selection.network(self.roles(release))
        return self._networks[key]

    def meetings(self, release: str) -> Meetings:
        """Return who has met anywhere, as far as a release and the dumps behind it know."""
        if release not in self._meetings:
            tables = Releases(self.home).find(release).all_tables()
            self._meetings[release] = meetings(self.roles(release), tables)
        return self._meetings[release]

    def choice(self, release: str, selection: Selection) -> ScoreChoice:
        """Return which score is to be trusted for suggestions in a selection."""
        key = (release, selection)
        if key not in self._choices:
            roles = self.roles(release)
            self._choices[key] = choose(roles, selection.target, selection.scope)
        return self._choices[key]


@dataclass(frozen=True)
class _AnalysisRequest:
    """One request: the release, the selection, and the options of the analysis."""

    cache: AnalysisCache
    release: str
    selection: Selection
    options: Mapping[str, Any]

    @property
    def network(self) -> Network:
        return self.cache.network(self.release, self.selection)

    @property
    def roles(self) -> RoleData:
        return self.cache.roles(self.release)


def _compared(asked: _AnalysisRequest) -> Result:
    against, before = asked.options.get("against"), asked.options.get("before")
    if (against is None) == (before is None):
        raise InputError("compare needs one of against=RELEASE and before=FIRST:LAST")
    chosen = asked.selection
    if before is not None:
        chosen = chosen.within(chosen.scope.during(before, "before"))
    earlier = asked.cache.network(against or asked.release, chosen)
    return analyses.compare(earlier, asked.network, asked.options.get("show", "figures"))


def _suggested(asked: _AnalysisRequest) -> Result:
    auto = asked.options.get("score", "auto") == "auto"
    choice = asked.cache.choice(asked.release, asked.selection) if auto else None
    met = asked.cache.meetings(asked.release)
    return analyses.suggest(asked.roles, asked.selection, choice=choice, met=met, **asked.options)


ANALYSES: Final[dict[str, Callable[[_AnalysisRequest], Result]]] = {
    "measure": lambda a: analyses.measure(
        a.network, loops=a.selection.loops != "none", **a.options
    ),
    "communities": lambda a: analyses.communities(a.network, a.roles, **a.options),
    "brokers": lambda a: analyses.brokers(a.network, **a.options),
    "compare": _compared,
    "backbone": lambda a: analyses.backbone(a.network, **a.options),
    "core": lambda a: analyses.core(a.network, **a.options),
    "survival": lambda a: analyses.survival(a.roles, a.selection, **a.options),
    "ranks": lambda a: analyses.ranks(a.network, selection=a.selection, **a.options),
    "diversity": lambda a: analyses.diversity(a.network, a.roles, **a.options),
    "gravity": lambda a: analyses.gravity(
        a.cache.network(a.release, replace(a.selection, nodes="countries")), **a.options
    ),
    "path": lambda a: analyses.path(a.network, names=a.roles.names, **a.options),
    "robustness": lambda a: analyses.robustness(a.network, names=a.roles.names, **a.options),
    "suggest": _suggested,
    "summary": lambda a: analyses.summary(a.network, **a.options),
}


def run_request(cache: AnalysisCache, request: Mapping[str, Any]) -> AnalysisResponse:
    """Return the answer to a request.

    request: analysis (`ANALYSES`, `export`, `graph`), release, selection (see `selection_of`),
    options, format (`json`, `csv`, `xlsx`, `parquet`; of a file for `export`) and rows, the most
    given.
    """
    selection = selection_of(request["selection"])
    asked = _AnalysisRequest(cache, request["release"], selection, request["options"])
    if request["analysis"] == "export":
        options = dict(asked.options)
        if options.pop("layout", "own") == "release":
            options["layout"] = read_layout(Releases(cache.home).find(asked.release))
        text, notes = analyses.export(asked.network, request["format"], **options)
        return AnalysisResponse(text.encode(), asked.network.size, False, notes)
    if request["analysis"] == "graph":
        drawn = browser_network(asked.network, layout=_layout(asked), **asked.options)
        notes = (asked.network.note,) if asked.network.note else ()
        content = orjson.dumps({**drawn.content, "sparql": _query(asked)})
        return AnalysisResponse(content, asked.network.size, not drawn.whole, notes)
    found = ANALYSES[request["analysis"]](asked)
    table = found.table.head(request["rows"])
    release = Releases(cache.home).find(asked.release)
    told = describe_result(table, request["analysis"], release, found.notes, measure_meanings())
    total = found.table.height
    # programs read the CSV of an analysis; they are told beside it, by `truncated`
    whole = table.height == total or request["format"] == "csv"
    cut = "" if whole else f"rows 1 to {table.height:,} of {total:,}"
    body = write_table(table, request["format"], replace(told, cut=cut))
    return AnalysisResponse(body, total, table.height < total, found.notes)


def _query(asked: _AnalysisRequest) -> dict[str, str]:
    """The same network as a query over the release, and what the query leaves out."""
    network, said = asked.network, asked.selection.around
    around = None
    if said is not None and network.size:
        around = network.nodes["id"][find_node(network, said, asked.roles.names)]
    base = Releases(asked.cache.home).find(asked.release).base
    found = selection_query(asked.selection, base, asked.roles.topics, around)
    return {"query": found.text, "left_out": found.left_out}


def _layout(asked: _AnalysisRequest) -> pl.DataFrame | None:
    """The layout that the release carries, where its whole network is asked for."""
    if asked.selection != Selection():
        return None
    try:
        return read_layout(Releases(asked.cache.home).find(asked.release))
    except NotFoundError:  # of an older release
        return None
