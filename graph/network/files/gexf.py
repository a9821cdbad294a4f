"""GEXF 1.3 (gexf.net) with positions, colours, sizes and, where known, the time of each node."""

from __future__ import annotations

import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.files.edge_columns import edge_columns
from permed.graph.network.files.graphml import attribute_columns, cell, escaped
from permed.graph.network.pictures.appearance import Look

__all__ = ["gexf"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
)


def gexf(network: Network, look: Look) -> str:
    """Return the network as GEXF 1.3; nodes with dates make it a dynamic graph (days)."""
    columns = attribute_columns(network.nodes)
    timed = {"start", "end"} & set(columns)
    kept = {name: kind for name, kind in columns.items() if name not in timed}
    mode = 'mode="dynamic" timeformat="date"' if _dated(network) else 'mode="static"'
    declared = "".join(
        f'<attribute id="{name}" title="{name}" type="{kind}"/>' for name, kind in kept.items()
    )
    ties = "".join(
        f'<attribute id="tie_{name}" title="{name}" type="{kind}"/>'
        for name, kind in attribute_columns(edge_columns(network)).items()
    )
    group = '<attribute id="group" title="group" type="long"/>'
    return (
        f'{_HEAD}<graph defaultedgetype="undirected" {mode}>\n'
        f'<attributes class="node">{declared}{group}</attributes>\n'
        f'<attributes class="edge">{ties}</attributes>\n'
        f"<nodes>\n{_nodes(network, look, list(kept))}</nodes>\n"
        f"<edges>\n{_edges(network)}</edges>\n</graph>\n</gexf>\n"
    )


def _dated(network: Network) -> bool:
    dates = [c for c in ("start", "end") if c in network.nodes.columns]
    return any(network.nodes[c].null_count() < network.size for c in dates)


def _nodes(network: Network, look: Look, kept: list[str]) -> str:
    frame = network.nodes.with_columns(
        _x=pl.Series(look.points[:, 0]),
        _y=pl.Series(look.points[:, 1]),
        _size=pl.Series(look.sizes),
        _group=pl.Series(look.groups, dtype=pl.Int64),
        **{
            f"_{c}": pl.Series([int(h[i : i + 2], 16) for h in look.colours], dtype=pl.Int64)
            for c, i in (("r", 1), ("g", 3), ("b", 5))
        },
    )
    times = [cell(f' {c}="{{}}"', c) for c in ("start", "end") if c in network.nodes.columns]
    values = [cell(f'<attvalue for="{name}" value="{{}}"/>', name) for name in kept]
    label = pl.coalesce("label", "id")
    line = pl.concat_str(
        pl.format('<node id="{}" label="{}"', escaped(pl.col("id")), escaped(label)),
        *times,
        pl.lit("><attvalues>"),
        *values,
        pl.format('<attvalue for="group" value="{}"/></attvalues>', "_group"),
        pl.format('<viz:color r="{}" g="{}" b="{}"/>', "_r", "_g", "_b"),
        pl.format('<viz:position x="{}" y="{}" z="0"/>', "_x", "_y"),
        pl.format('<viz:size value="{}"/></node>\n', "_size"),
    )
    return "".join(frame.select(line).to_series())


def _edges(network: Network) -> str:
    names = network.nodes["id"]
    told = edge_columns(network)
    frame = network.edges.with_row_index("n").with_columns(
        one=names.gather(network.edges["source"]), other=names.gather(network.edges["target"]),
        **{name: told[name] for name in told.columns},
    )  # fmt: skip
    values = [cell(f'<attvalue for="tie_{c}" value="{{}}"/>', c) for c in told.columns]
    line = pl.concat_str(
        pl.format('<edge id="{}" source="{}" target="{}" weight="{}">', "n",
                  escaped(pl.col("one")), escaped(pl.col("other")), "weight"),
        pl.lit("<attvalues>"), *values, pl.lit("</attvalues></edge>\n"),
    )  # fmt: skip
    return "".join(frame.select(line).to_series())
