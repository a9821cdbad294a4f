"""All that the figures draw on, each computed once and only if somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import polars as pl

from permed.api.text.names import readable, sentence_list
from permed.graph.chains import path
from permed.graph.network import Network, RoleData, measure
from permed.graph.network.communities.consensus import Communities, communities
from permed.graph.network.communities.profile import describe, node_topics
from permed.graph.network.comparison.null_model import pair_scores, z_scores
from permed.graph.network.comparison.over_time import Window, windows
from permed.graph.network.link_prediction.suggestions import Evidence, evidence
from permed.graph.network.measures.brokerage import brokerage
from permed.graph.network.projection.options import NODES, Target
from permed.graph.network.projection.selection import COLLABORATION, Selection, release_roles
from permed.graph.releases.release import Release

__all__ = ["SAMPLES", "ReportData"]

SAMPLES = 20  # draws of the null model; enough for a z-score, not for a small p-value
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
    """One network of one release, and what is derived from it."""

    release: Release
    asked: Selection = field(default_factory=Selection)
    earlier: Release | None = None
    say: Callable[[str], None] = silent

    @cached_property
    def role_data(self) -> RoleData:
        """All roles of the release, names made readable."""
        return _with_readable_names(release_roles(self.release))

    @cached_property
    def selection(self) -> Selection:
        """What was asked for, limited to collaboration unless a relation was named."""
        return self.asked.among(COLLABORATION, self.role_data)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Role rows of the network."""
        return self.selection.scope.apply(self.role_data)[0]

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
    def brokers(self) -> pl.DataFrame:
        """Gould-Fernandez roles by country."""
        self.say("counting brokers")
        return brokerage(self.network, "country")

    @cached_property
    def communities(self) -> Communities:
        """Consensus communities."""
        self.say("finding communities")
        return communities(self.network)

    @cached_property
    def circles(self) -> pl.DataFrame:
        """Communities described, the largest first."""
        topics = node_topics(self.subjects, self.network, self.target, self.selection.scope)
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
        self.say("comparing with chance")
        return z_scores(self.network, SAMPLES)

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Pairs of countries against the null model."""
        self.say("comparing pairs of countries with chance")
        return pair_scores(self.network, "country", SAMPLES)

    @cached_property
    def country_names(self) -> dict[str, str]:
        """ISO code -> name."""
        places = self.role_data.agents.filter(pl.col("id").str.starts_with("country/"))
        return dict(places.select("country", "label").drop_nulls().iter_rows())

    @property
    def year(self) -> int:
        """The year of the data: that of the build, or the scope's end if it is earlier."""
        built = date.fromisoformat(self.release.receipt["built"][:10]).year
        end = self.selection.scope.end
        return min(built, end.year) if end else built

    def has(self, needs: str) -> bool:
        """Say whether there is enough for a figure: `roles`, `nodes`, or `links`."""
        if needs == "roles":
            return not self.role_data.roles.is_empty()
        if needs == "countries":
            return bool(self.countries.size)
        return bool(self.network.size if needs == "nodes" else self.network.proper.height)

    @property
    def described(self) -> str:
        """The selection in words."""
        if self.asked.scope.relation:
            return self.selection.scope.sentence()
        kinds = [_KINDS.get(kind, kind) for kind in self.selection.scope.relation]
        rest = self.asked.scope.sentence()
        return sentence_list(kinds) + ("" if rest == "everything" else f"; {rest}")

    def nothing(self, needs: str) -> str:
        """Say why there is nothing to show."""
        note = self.network.note or f"the filter is {self.selection.scope.sentence()}"
        what = "nobody is in it" if needs == "nodes" else "no two of them work together"
        return f"Nothing to show: {what} ({note})."


def _with_readable_names(data: RoleData) -> RoleData:
    calm = pl.col("label").map_elements(readable, return_dtype=pl.String)
    agents = data.agents.with_columns(calm)
    names = data.roles.select(label=pl.col("agent_label").unique()).with_columns(new=calm)
    roles = data.roles.with_columns(pl.col("agent_label").replace(names["label"], names["new"]))
    return RoleData(roles, data.topics, agents)
