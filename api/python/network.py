"""A collaboration network from Python: its tables, measures, paths, and a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.files import write_whole
from permed.graph.network.analysis import analyses
from permed.graph.network.core.network import Network
from permed.graph.network.measures.ranking import DEFAULT_TOP
from permed.graph.network.pictures.appearance import look, trim
from permed.graph.network.projection.node_names import find_node
from permed.graph.network.projection.options import OPTIONS, NetworkOption
from permed.graph.network.projection.roles import RoleData
from permed.graph.network.projection.selection import release_roles, selection_of
from permed.graph.releases.release import Release

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["CollaborationNetwork"]

_DRAWN = 300  # nodes of a picture: more of them cannot be told apart
_SIDE = 640  # points


class CollaborationNetwork:
    """Who works with whom in a release; in a notebook its value is a picture."""

    def __init__(self, network: Network, data: RoleData, arguments: str) -> None:
        self._network, self._data, self._arguments = network, data, arguments

    @classmethod
    def of(cls, release: Release, filters: Mapping[str, Any]) -> CollaborationNetwork:
        """Make the network of a release that filters choose; see `OpenedRelease.network`."""
        options = {_python_name(option): key for key, option in OPTIONS.items()}
        said: dict[str, Any] = {}
        for name, value in filters.items():
            key = options.get(name, name)
            if key not in OPTIONS:
                raise InputError(unknown("filter", name, sorted(options)))
            several = OPTIONS[key].kind == "texts" and isinstance(value, str)
            said[key] = [value] if several else value
        selection, data = selection_of(said), release_roles(release)
        return cls(selection.network(data), data, selection.arguments())

    def __repr__(self) -> str:
        return repr(self._network)

    @property
    def command(self) -> str:
        """The command line that measures the same network.

        >>> graph.network(nodes="countries", relation="csa", start="2020").command
        'permed network measure --relation csa --from 2020-01-01 --nodes countries'
        """
        return f"permed network measure {self._arguments}".strip()

    @property
    def nodes(self) -> pl.DataFrame:
        """One row a node: id, label, kind, type, country ...

        >>> graph.network(nodes="countries", relation="csa").nodes["label"].sort().head(2).to_list()
        ['Argentina', 'Austria']
        """
        return self._network.nodes

    @property
    def edges(self) -> pl.DataFrame:
        """One row a pair: the ids of its ends and the weight, by default joint activities.

        >>> graph.network(relation="csa").edges.columns
        ['source', 'target', 'weight']
        """
        ids = self._network.nodes["id"]
        edges = self._network.edges
        ends = {end: ids.gather(edges[end]) for end in ("source", "target")}
        return edges.with_columns(**ends)

    def measures(self, *names: str) -> pl.DataFrame:
        """Return every node with measures such as degree or betweenness, the first one highest.

        The names are those of docs/network; without any, the usual ones.

        >>> countries = graph.network(nodes="countries", relation="csa")
        >>> table = countries.measures("degree", "betweenness")
        >>> table["label"][0]
        'Germany'
        """
        return analyses.measure(self._network, names or DEFAULT_TOP).table

    def communities(self, *, members: bool = False, resolution: float = 1.0) -> pl.DataFrame:
        """Return the communities and what marks them; members: one row a node instead.

        >>> graph.network(relation="csa").communities().columns[:3]
        ['community', 'size', 'hub']
        """
        found = analyses.communities(
            self._network, self._data, members=members, resolution=resolution
        )
        return found.table

    def brokers(self, by: str = "country") -> pl.DataFrame:
        """Return the Gould-Fernandez roles of every node, most brokerage first.

        >>> graph.network(relation="csa").brokers().columns[:4]
        ['id', 'label', 'group', 'coordinator']
        """
        return analyses.brokers(self._network, by).table

    def neighbours(self, node: str) -> pl.DataFrame:
        """Return whom a node works with, the strongest tie first: id, label, country, weight.

        node: id, name or registry identifier. NotFoundError suggests names that are alike.

        >>> graph.network(nodes="countries", relation="csa").neighbours("Finland").columns
        ['id', 'label', 'country', 'weight']
        """
        at = find_node(self._network, node, self._data.names)
        ties = self._network.proper
        ends = pl.concat(
            [
                ties.filter(pl.col(here) == at).select(pl.col(there).alias("node"), "weight")
                for here, there in (("source", "target"), ("target", "source"))
            ]
        )
        rows = self.nodes.with_row_index("node").join(
            ends.with_columns(pl.col("node").cast(pl.UInt32)), on="node"
        )
        kept = [c for c in ("id", "label", "country") if c in rows.columns]
        return rows.sort(["weight", "id"], descending=[True, False]).select(*kept, "weight")

    def path(self, one: str, other: str) -> pl.DataFrame:
        """Return the shortest ways between two nodes, a row a step, with joint activities.

        >>> steps = graph.network(nodes="countries", relation="csa").path("Finland", "Israel")
        >>> steps.select("one_label", "other_label", "activity_labels").row(1)
        ('France', 'Israel', ['EULAC PerMed'])
        """
        return analyses.path(self._network, one, other, self._data.names).table

    def to_networkx(self) -> nx.Graph[str]:
        """Return it as a networkx graph.

        >>> found = graph.network(relation="csa").to_networkx()
        >>> found.number_of_nodes() == graph.network(relation="csa").nodes.height
        True
        """
        from permed.graph.network.files.networkx_graphs import to_networkx

        return to_networkx(self._network)

    def plot(self, title: str = "") -> Picture:
        """Draw it: the best connected nodes, the largest of them with their names.

        >>> picture = graph.network(nodes="countries", relation="csa").plot("Countries in the CSAs")
        >>> picture.save("countries.svg")
        """
        return Picture(_drawn(trim(self._network, _DRAWN), title))

    def _repr_svg_(self) -> str:
        return self.plot().svg


def _python_name(option: NetworkOption) -> str:
    """Return the name of an option as an argument; days by their field, `from` is a keyword."""
    return option.field if option.kind == "day" else option.name.replace("-", "_")


class Picture:
    """An SVG that notebooks show; `save` writes it."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def __repr__(self) -> str:
        return f"<Picture: {len(self.svg):,} characters of SVG>"

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the picture as an SVG file; InputError for another ending or no such folder."""
        place = Path(path)
        if place.suffix.lower() != ".svg":
            raise InputError(f"{place}: the picture is SVG; give a name that ends in .svg")
        try:
            write_whole(place, self.svg)
        except OSError as problem:
            raise InputError(f"{place}: cannot be written ({problem.strerror})") from problem


def _drawn(network: Network, title: str) -> str:
    shown = look(network)
    low = shown.points.min(axis=0, initial=0.0)
    span = max(float((shown.points.max(axis=0, initial=0.0) - low).max(initial=0.0)), 1e-9)
    at = 40 + (shown.points - low) / span * (_SIDE - 80)
    lines = [_line(at[a], at[b]) for a, b in network.proper.select("source", "target").rows()]
    discs = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size / 3:.1f}" fill="{colour}">'
        f"<title>{escape(label or '')}</title></circle>"
        for (x, y), size, colour, label in zip(
            at, shown.sizes, shown.colours, network.nodes["label"], strict=True
        )
    ]
    named = sorted(range(network.size), key=lambda i: -shown.sizes[i])[:12]
    names = [
        f'<text x="{at[i][0]:.1f}" y="{at[i][1] - shown.sizes[i] / 3 - 2:.1f}">'
        f"{escape((network.nodes['label'][i] or '')[:40])}</text>"
        for i in named
    ]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}" width="{_SIDE}"'
            f' role="img" aria-label="{escape(title or repr(network), quote=True)}">',
            '<g stroke="#888" stroke-opacity=".25">', *lines, "</g>",
            '<g stroke="#fff">', *discs, "</g>",
            '<g font-family="sans-serif" font-size="10" text-anchor="middle">', *names, "</g>",
            "</svg>",
        )
    )  # fmt: skip


def _line(one: Sequence[float], other: Sequence[float]) -> str:
    return f'<path d="M{one[0]:.1f} {one[1]:.1f}L{other[0]:.1f} {other[1]:.1f}"/>'
