"""What can be asked of a network, for every face alike: each question gives one table and notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, cast, get_args

import numpy as np
import polars as pl

from permed.graph.errors import InputError
from permed.graph.network.analysis.result import Result, result
from permed.graph.network.analysis.statistics import (
    backbone,
    core,
    diversity,
    gravity,
    ranks,
    survival,
)
from permed.graph.network.communities import consensus
from permed.graph.network.communities.block_model import (
    BlockModel,
    block_model,
    description_length,
)
from permed.graph.network.communities.profile import describe, event_topics
from permed.graph.network.comparison import two_networks
from permed.graph.network.comparison.against_chance import z_scores
from permed.graph.network.comparison.brokers_beside_chance import broker_scores
from permed.graph.network.comparison.robustness import Order, attack, departures
from permed.graph.network.core.network import Network
from permed.graph.network.files import export as export_files
from permed.graph.network.files.export import EXPORTS
from permed.graph.network.link_prediction import suggestions
from permed.graph.network.link_prediction.backtest import ScoreChoice, choose
from permed.graph.network.link_prediction.best_pairs import PairScore
from permed.graph.network.link_prediction.learnt_score import Weights, chances, fit, lesson, reasons
from permed.graph.network.link_prediction.met_elsewhere import DUMPS, Meetings, strangers
from permed.graph.network.link_prediction.suggestions import Score, evidence
from permed.graph.network.measures import ranking, whole_network
from permed.graph.network.measures.brokerage import brokerage
from permed.graph.network.measures.ranking import DEFAULT_TOP
from permed.graph.network.neighbourhood.paths import paths
from permed.graph.network.pictures.appearance import look, trim
from permed.graph.network.pictures.release_layout import release_points
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import Selection

__all__ = [
    "COMMUNITY_METHODS", "SHOWN", "Result", "backbone", "brokers", "communities", "compare", "core",
    "diversity", "export", "gravity", "measure", "path", "ranks", "robustness", "suggest",
    "summary", "survival",
]  # fmt: skip

SHOWN = ("figures", "nodes", "links")
COMMUNITY_METHODS = ("leiden", "sbm")
_ENOUGH = 500  # pairs looked at before those that met are left out


def measure(
    network: Network,
    names: Sequence[str] = DEFAULT_TOP,
    *,
    by: str | None = None,
    norm: Any = "l2",
    loops: bool = False,
) -> Result:
    """Return every node with its measures, highest first; by: the measure that sorts."""
    wanted = list(names) or list(DEFAULT_TOP)
    order = by or wanted[0]
    if order not in wanted:
        raise InputError(f"by {order}: not among the measures; add the measure {order}")
    table = ranking.measure(network, wanted, norm=norm, loops=loops)
    ranked = table.sort([order, "id"], descending=[True, False], nulls_last=True)
    return result(ranked, network.note)


def communities(
    network: Network,
    data: RoleData | None = None,
    *,
    members: bool = False,
    method: str = "leiden",
    resolution: float = 1.0,
    seeds: int = 20,
) -> Result:
    """Return the communities and what marks them; members: one row a node instead.

    method: `leiden`, ties inside; `sbm`, blocks of nodes in the same kinds of activity, with their
    description length beside that of the Leiden communities.
    """
    if method not in COMMUNITY_METHODS:
        raise InputError(f"method {method!r} is unknown; choose {', '.join(COMMUNITY_METHODS)}")
    found: consensus.Communities | BlockModel
    leiden = consensus.communities(network, seeds=seeds, resolution=resolution)
    found = leiden if method == "leiden" else block_model(network)
    told = None if network.proper.is_empty() else _told(network, leiden, found)
    if members:
        table = network.nodes.select("id", "label", "country").with_columns(
            community=pl.Series(found.labels, dtype=pl.Int64),
            certainty=pl.Series(found.certainty),
        )
        return result(table.sort("community", "id"), network.note, told)
    topics = None if data is None else event_topics(data, network)
    return result(describe(network, found.labels, topics), network.note, told)


def _told(
    network: Network, leiden: consensus.Communities, found: consensus.Communities | BlockModel
) -> str:
    if isinstance(found, BlockModel):
        joint = network.incidence
        beside = "" if joint is None else f"{description_length(joint, leiden.labels):,.0f}"
        return (
            f"{found.count:,} blocks of nodes and {found.event_count:,} of activities tell the "
            f"memberships in {found.bits:,.0f} bits; without blocks {found.trivial:,.0f}, with the "
            f"{leiden.count:,} Leiden communities {beside}"
        )
    return (
        f"modularity {found.modularity:.3f}, agreement between {found.runs} runs "
        f"{found.stability:.3f} (1: all the same), of each with the consensus {found.support:.3f}"
    )


def brokers(
    network: Network, by: str = "country", limit: int | None = None, *, chance: bool = False
) -> Result:
    """Return the Gould-Fernandez roles of every node, most brokerage first.

    chance: with what activity alone would give (`brokers_beside_chance.broker_scores`). Who
    has no group is left out with a note.
    """
    without = network.nodes[by].null_count() if by in network.nodes.columns else 0
    left_out = f"left out, without a {by}: {without:,} of {network.size:,} nodes"
    counted = broker_scores(network, by) if chance else brokerage(network, by)
    table = counted.sort(["total", "id"], descending=[True, False])
    told = left_out if without else None
    return result(table if limit is None else table.head(limit), network.note, told)


def compare(before: Network, after: Network, show: str = "figures") -> Result:
    """Return two networks beside each other: figures, nodes or links."""
    if show not in SHOWN:
        raise InputError(f"show {show}: use {', '.join(SHOWN)}")
    table: pl.DataFrame = getattr(two_networks.compare(before, after), show)
    notes = [f"{when}: {n.note}" for when, n in (("before", before), ("after", after)) if n.note]
    return result(table, *notes)


def robustness(
    network: Network,
    ids: list[str] | None = None,
    *,
    together: bool = False,
    curve: str | None = None,
    limit: int = 10,
    names: pl.DataFrame | None = None,
) -> Result:
    """Return what the others lose when somebody leaves; curve: by which order many leave."""
    if curve is None:
        table = departures(network, ids or None, count=limit, together=together, names=names)
    elif curve not in get_args(Order):
        raise InputError(f"curve {curve!r} is unknown; choose {', '.join(get_args(Order))}")
    else:
        table = attack(network, curve)  # type: ignore[arg-type]  # checked just above
    return result(table, network.note)


def path(
    network: Network, one: str, other: str, names: pl.DataFrame | None = None, *, limit: int = 20
) -> Result:
    """Return the shortest ways between two nodes, a row a step, with what stands behind each.

    one, other: ids, names or registry identifiers, see `find_node`. limit: ways given; the notes
    tell how many there are.
    """
    if not network.size:
        return result(pl.DataFrame(), network.note)
    ends = find_node(network, one, names), find_node(network, other, names)
    found = paths(network, *ends, limit)
    labels = " and ".join(network.nodes["label"][end] or network.nodes["id"][end] for end in ends)
    if not found.total:
        return result(found.table, network.note, f"nothing joins {labels} in this network")
    steps = len(found.ways[0]) - 1
    given = f", the {limit:,} strongest given" if found.total > limit else ""
    ways = "shortest way" if found.total == 1 else "shortest ways"
    told = f"{found.total:,} {ways} of {steps} step{'s'[: steps > 1]} between {labels}{given}"
    return result(found.table, network.note, told)


def suggest(
    data: RoleData,
    selection: Selection,
    *,
    who: str | None = None,
    score: Score | Literal["auto", "learnt"] = "auto",
    abroad: bool = False,
    limit: int = 20,
    choice: ScoreChoice | None = None,
    met: Meetings | None = None,
) -> Result:
    """Return pairs without joint activity that have reasons to meet, best first.

    score `learnt`: the estimated chance to meet within a year, with what each trait adds to it.
    `auto`: learnt or both, whichever foresaw the newest year better (`validation.choose`).
    choice: what that has found for the same data and selection. met: who has met outside the
    selection; such pairs are left out, and looked_up tells of whom it is known.
    """
    if selection.around is not None:
        raise InputError(
            f"around {selection.around!r} has no use here; give who={selection.around}"
        )
    target, scope = selection.target, selection.scope
    weights, told = None, None
    if score == "auto":
        choice = choice or choose(data, target, scope)
        weights, told = choice.weights, choice.reason
    elif score == "learnt":
        weights = _learnt(data, selection)
    known = evidence(data, target, scope)
    scored: Score | PairScore = cast(Score, "both" if score == "auto" else score)
    if weights is not None:
        scored = chances(known, weights)

    def best(count: int) -> pl.DataFrame:
        return suggestions.suggest(known, who=who, score=scored, count=count, abroad=abroad,
                                   names=data.names)  # fmt: skip

    table, looked = _apart(best, limit, met if target == "organisation" else None)
    if weights is None:
        return result(table, known.network.note, told, looked)
    place = {name: i for i, name in enumerate(known.network.nodes["id"])}
    ends = [np.array([place[name] for name in table[end]], dtype=int) for end in ("one", "other")]
    source = f"learnt from {weights.pairs:,} pairs that met first in {weights.year}"
    because = table.hstack(reasons(known, weights, *ends))
    return result(because, known.network.note, told, source, looked)


def _apart(
    best: Callable[[int], pl.DataFrame], limit: int, met: Meetings | None
) -> tuple[pl.DataFrame, str | None]:
    """The best pairs that have met nowhere, and where that was looked up."""
    if met is None:
        return best(limit), None
    count = max(10 * limit, _ENOUGH)
    while True:
        found = best(count)
        kept = strangers(found, met)
        if kept.height >= limit or found.height < count:
            break
        count *= 4
    told = (
        "left out are pairs with a joint activity anywhere in the release or in a project of "
        f"{DUMPS}; where looked_up is false, one of the two is not known there"
    )
    return kept.head(limit), told


def _learnt(data: RoleData, selection: Selection) -> Weights:
    past = lesson(data, selection.target, selection.scope)
    weights = None if past is None else fit(past)
    if weights is None:
        raise InputError("score learnt: nobody met in the newest years to learn from; use both")
    return weights


def summary(network: Network, *, rank: str | None = None, chance: bool = False,
            limit: int = 500) -> Result:  # fmt: skip
    """Return figures of the whole network; rank: its top nodes; chance: against random networks."""
    if rank is not None:
        names = list(dict.fromkeys([rank, "degree", "strength"]))
        return result(ranking.top(network, rank, limit, names), network.note)
    return result(z_scores(network) if chance else whole_network.summary(network), network.note)


def export(
    network: Network,
    form: str = "gexf",
    *,
    grouped: bool = False,
    most: int | None = None,
    layout: pl.DataFrame | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the network as the text of a file for another tool, and notes.

    most: nodes kept. layout: id, x and y of the nodes (`read_layout`), by default made anew.
    """
    name = "edges-csv" if form == "csv" else form
    if name not in EXPORTS:
        raise InputError(f"format {form} is unknown; choose {', '.join((*EXPORTS, 'csv'))}")
    kept = network if most is None else trim(network, most)
    labels = consensus.communities(kept).labels if grouped else None
    points = None if layout is None else release_points(kept, layout)
    seen = look(kept, labels, points=points)
    return export_files.export(kept, name, seen), (kept.note,) if kept.note else ()
