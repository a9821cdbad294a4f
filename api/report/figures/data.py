"""All that the figures draw on, each computed once and only if somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from permed.api.report.claims.coverage import coverage_by_year, last_whole_year, weak_years
from permed.api.report.figures.readable_roles import with_readable_names
from permed.api.report.subject.own_file import OwnFile
from permed.api.text.names import sentence_list
from permed.graph.chains import path
from permed.graph.counting import counted
from permed.graph.network import Network, RoleData, measure
from permed.graph.network.communities.consensus import Communities, communities
from permed.graph.network.communities.profile import describe, event_topics
from permed.graph.network.comparison.against_chance import (
    pair_table,
    report_statistics,
    z_table,
)
from permed.graph.network.comparison.brokers_beside_chance import (
    Tested,
    broker_table,
    more_draws,
)
from permed.graph.network.comparison.null_model import Draws, draw
from permed.graph.network.comparison.null_process import draw_apart
from permed.graph.network.comparison.over_time import Window, windows
from permed.graph.network.comparison.rank_intervals import rank_intervals
from permed.graph.network.link_prediction.suggestions import Evidence, evidence
from permed.graph.network.projection.options import NODES, Target
from permed.graph.network.projection.selection import COLLABORATION, Selection, release_roles
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES

__all__ = ["ReportData"]

_FIRST_YEAR = 2014
_MEASURES = (
    "degree", "strength", "betweenness", "closeness", "eigenvector", "pagerank", "core",
    "clustering", "constraint", "effective_size",
)  # fmt: skip


_KINDS = {
    "project": "projects",
    "csa": "coordination and support actions",
    "partnership": "partnerships",
    "funding-network": "funding networks",
    "consortium": "consortia",
    "initiative": "initiatives",
    "alliance": "alliances",
}
_SUBJECT = "euroscivoc/"


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class ReportData:
    """One network of one release, and what is derived from it.

    apart: whether a process of its own draws the random networks, as pays where much else is made.
    """

    release: Release
    asked: Selection = field(default_factory=Selection)
    earlier: Release | None = None
    say: Callable[[str], None] = silent
    apart: bool = False

    @cached_property
    def role_data(self) -> RoleData:
        """All roles of the release, names made readable."""
        own = self.release.roles if isinstance(self.release, OwnFile) else None
        return with_readable_names(own or release_roles(self.release))

    @cached_property
    def selection(self) -> Selection:
        """What was asked for, limited to collaboration unless a relation was named."""
        return self.asked.among(COLLABORATION, self.role_data)

    @cached_property
    def classifications(self) -> pl.DataFrame:
        """Topics of things with the method that gave them: entity, topic, method."""
        empty_table = pl.DataFrame(schema=TABLES["classifications"].schema)
        table = self.release.all_tables().get("classifications", empty_table)
        return table.select("entity", "topic", "method")

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Role rows of the network that count: nobody who only stands for another."""
        return counted(self.selection.scope.apply(self.role_data)[0])

    @cached_property
    def network(self) -> Network:
        """The network of organisations."""
        self.say("projecting")
        return self.selection.network(self.role_data)

    @cached_property
    def countries(self) -> Network:
        """The network of countries over the same roles."""
        return Selection(self.selection.scope, "countries").network(self.role_data)

    @cached_property
    def measures(self) -> pl.DataFrame:
        """Node measures, row i is node i."""
        self.say("measuring who is central")
        # threads add up in any order: the last digits are not the same twice
        return measure(self.network, _MEASURES).with_columns(pl.col(pl.Float64).round(9))

    @cached_property
    def rank_intervals(self) -> pl.DataFrame:
        """Ranks by partners when the activities are drawn again."""
        return rank_intervals(self.network)

    @cached_property
    def brokers(self) -> pl.DataFrame:
        """Gould-Fernandez roles by country."""
        return broker_table(self.network, self.draws["open"], self._more_draws)

    @cached_property
    def communities(self) -> Communities:
        """Consensus communities."""
        self.say("finding communities")
        return communities(self.network)

    @cached_property
    def community_table(self) -> pl.DataFrame:
        """Communities described, the largest first."""
        topics = event_topics(self.subjects, self.network)
        return describe(self.network, self.communities.labels, topics)

    @property
    def target(self) -> Target:
        """Kind of the nodes."""
        return NODES[self.selection.nodes]

    @cached_property
    def windows(self) -> list[Window]:
        """Rolling windows of three years up to the year of the data."""
        self.say("walking through the years")
        found = windows(self.role_data, self.target, self.selection.scope)
        return [w for w in found if w.start.year >= _FIRST_YEAR - 1]

    @cached_property
    def subjects(self) -> RoleData:
        """The roles with the topics that say what work is about; all topics where none does.

        Programme parts and policy priorities say who pays and why, not what is studied.
        """
        about = self.role_data.topics.filter(pl.col("topic").str.starts_with(_SUBJECT))
        return self.role_data if about.is_empty() else replace(self.role_data, topics=about)

    @cached_property
    def topic_table(self) -> pl.DataFrame:
        """Topics with label and broader topic."""
        known = pl.DataFrame(schema=dict.fromkeys(("id", "label", "broader"), pl.String))
        table = self.release.all_tables().get("topics", known)
        return table.select("id", "label", "broader").unique("id", keep="first").sort("id")

    @cached_property
    def topic_names(self) -> dict[str, str]:
        """Topic -> label."""
        return dict(self.topic_table.select("id", "label").drop_nulls().iter_rows())

    def field_at(self, depth: int) -> dict[str, str]:
        """Topic -> its ancestor at that depth of the tree (1: the top), or itself if higher."""
        up = dict(self.topic_table.select("id", "broader").drop_nulls().iter_rows())
        return {topic: path(topic, up)[::-1][:depth][-1] for topic in self.topic_table["id"]}

    @cached_property
    def evidence(self) -> Evidence:
        """Partners and topics for suggestions."""
        return evidence(self.subjects, self.target, self.selection.scope)

    @cached_property
    def chance(self) -> pl.DataFrame:
        """Figures against the null model."""
        return z_table(self.draws["figures"])

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Pairs of countries against the null model."""
        return pair_table(self.network, self.draws["ties"])

    @cached_property
    def draws(self) -> dict[str, Draws]:
        """What random networks with the same activities give, drawn once for all figures."""
        self.say("comparing with chance")
        if self.apart:
            return self._drawn_apart[0]
        return draw(self.network, report_statistics(self.network, self.own))

    @cached_property
    def _drawn_apart(self) -> tuple[dict[str, Draws], Tested]:
        return draw_apart(self.network, self.own)

    @cached_property
    def _more_draws(self) -> Tested:
        """The brokers that are tested, and their draws."""
        if self.apart:
            return self._drawn_apart[1]
        return more_draws(self.network, self.draws["open"], own=self.own)

    @cached_property
    def country_names(self) -> dict[str, str]:
        """ISO code -> name."""
        if isinstance(self.release, OwnFile):
            known = self.release.all_tables()["countries"]
            return dict(known.select(pl.col("id").str.strip_prefix("country/"), "name").iter_rows())
        places = self.role_data.agents.filter(pl.col("id").str.starts_with("country/"))
        return dict(places.select("country", "label").drop_nulls().iter_rows())

    def country_name(self, code: str | None) -> str:
        """Return the name of a country by its ISO code, the code where it has none."""
        return "not stated" if code is None else self.country_names.get(code, code)

    @cached_property
    def days(self) -> dict[str, date]:
        """Source -> the newest day on which one of its roles was seen; not the day of the build."""
        found = {}
        for source in self.release.sources:
            roles = self.release.tables(source).get("roles")
            seen = None if roles is None else roles["seen"].str.slice(0, 10).max()
            if isinstance(seen, str):
                found[source] = date.fromisoformat(seen)
        return found

    @cached_property
    def told_by(self) -> pl.DataFrame:
        """Activity and the source that tells its roles, the first one where several do."""
        parts = [
            roles.select("activity").unique().with_columns(source=pl.lit(name))
            for name in self.release.sources
            if (roles := self.release.tables(name).get("roles")) is not None
        ]
        schema = {"activity": pl.String, "source": pl.String}
        told = pl.concat([pl.DataFrame(schema=schema), *parts])
        return told.unique("activity", keep="first", maintain_order=True)

    @cached_property
    def day(self) -> date:
        """The day of the data: of the source that tells most activities of the selection."""
        mine = self.rows.select("activity").unique().join(self.told_by, on="activity")
        ranked = mine.group_by("source").len().sort(["len", "source"], descending=[True, False])
        dated = [self.days[name] for name in ranked["source"] if name in self.days]
        built = date.fromisoformat(self.release.receipt["built"][:10])
        return dated[0] if dated else built

    @property
    def year(self) -> int:
        """The year of the data, or the scope's end if it is earlier."""
        end = self.selection.scope.end
        return min(self.day.year, end.year) if end else self.day.year

    @property
    def complete_year(self) -> int:
        """The last year of which the data know every day."""
        return last_whole_year(self.year, self.day)

    @cached_property
    def years(self) -> pl.DataFrame:
        """Coverage by source and year of all joint work in the release: see `coverage_by_year`."""
        every = Selection().among(COLLABORATION, self.role_data).scope
        return coverage_by_year(every.apply(self.role_data)[0], self.told_by)

    @cached_property
    def weak_years(self) -> list[int]:
        """Years of which too little is known to tell growth: see `weak_years`."""
        return weak_years(self.years, self.year)

    @cached_property
    def own(self) -> npt.NDArray[np.bool_]:
        """Whether a node is one of those that the report is about: all, unless `of` says whose."""
        of = self.selection.scope.of
        nodes = self.network.nodes
        if not of:
            return np.ones(nodes.height, dtype=bool)
        return (nodes["country"].is_in(of) | nodes["id"].is_in(of)).fill_null(False).to_numpy()

    @cached_property
    def whose(self) -> str:
        """Of whom the report is, as a sentence says it; empty for a report on all."""
        of = self.selection.scope.of
        if not of:
            return ""
        named = self.role_data.agents.filter(pl.col("id").is_in(of))
        names = dict(named.select("id", "label").iter_rows()) | self.country_names
        return sentence_list([names.get(name) or name for name in of])

    def has(self, needs: str) -> bool:
        """Say whether there is enough for a figure: `roles`, `nodes`, or `links`."""
        if needs == "roles":
            return not self.role_data.roles.is_empty()
        if needs == "of":
            return bool(self.selection.scope.of) and bool(self.network.size)
        if needs == "countries":
            return bool(self.countries.size)
        return bool(self.network.size if needs == "nodes" else self.network.proper.height)

    @property
    def described(self) -> str:
        """The selection in words."""
        if self.asked.scope.relation:
            return self.selection.scope.sentence()
        kinds = [_KINDS.get(kind, kind) for kind in self.selection.scope.relation]
        rest = replace(self.asked.scope, of=(self.whose,) if self.whose else ()).sentence()
        return sentence_list(kinds) + ("" if rest == "everything" else f"; {rest}")

    def nothing(self, needs: str) -> str:
        """Say why there is nothing to show."""
        note = self.network.note or f"the filter is {self.selection.scope.sentence()}"
        what = "nobody is in it" if needs == "nodes" else "no two of them work together"
        return f"Nothing to show: {what} ({note})."
