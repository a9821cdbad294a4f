"""GraphML (graphml.graphdrawing.org) with every node column, position, colour and group."""

from __future__ import annotations

import polars as pl

from permed.graph.network.core.network import Network
from permed.graph.network.files.edge_columns import edge_columns
from permed.graph.network.pictures.appearance import Look

__all__ = ["attribute_columns", "cell", "escaped", "graphml"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
)
_LOOKS = {"group": "long", "x": "double", "y": "double", "size": "double", "colour": "string"}
# characters that no XML 1.0 document may hold (W3C XML 1.0, section 2.2)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;"))
_KINDS: dict[object, str] = {pl.Int64: "long", pl.Float64: "double"}


def graphml(network: Network, look: Look) -> str:
    """Return the network as GraphML; edge weights are the attribute `weight`."""
    columns = {"label": "string"} | attribute_columns(network.nodes) | _LOOKS
    keys = "".join(
        f'<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>\n'
        for name, kind in columns.items()
    )
    ties = "".join(
        f'<key id="tie_{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>\n'
        for name, kind in attribute_columns(edge_columns(network)).items()
    )
    return (
        f'{_HEAD}{keys}{ties}<key id="weight" for="edge" attr.name="weight" attr.type="double"/>\n'
        f'<graph edgedefault="undirected">\n{_nodes(network, look, list(columns))}'
        f"{_edges(network)}</graph>\n</graphml>\n"
    )


def _nodes(network: Network, look: Look, columns: list[str]) -> str:
    frame = network.nodes.with_columns(
        group=pl.Series(look.groups, dtype=pl.Int64),
        x=pl.Series(look.points[:, 0]),
        y=pl.Series(look.points[:, 1]),
        size=pl.Series(look.sizes),
        colour=pl.Series(look.colours, dtype=pl.String),
    )
    line = pl.concat_str(
        pl.format('<node id="{}">', escaped(pl.col("id"))),
        *[cell(f'<data key="{name}">{{}}</data>', name) for name in columns],
        pl.lit("</node>\n"),
    )
    return "".join(frame.select(line).to_series())


def _edges(network: Network) -> str:
    names = network.nodes["id"]
    told = edge_columns(network)
    frame = network.edges.with_columns(
        one=names.gather(network.edges["source"]), other=names.gather(network.edges["target"]),
        **{name: told[name] for name in told.columns},
    )  # fmt: skip
    line = pl.concat_str(
        pl.format('<edge source="{}" target="{}">', escaped(pl.col("one")),
                  escaped(pl.col("other"))),
        *[cell(f'<data key="tie_{name}">{{}}</data>', name) for name in told.columns],
        pl.format('<data key="weight">{}</data></edge>\n', "weight"),
    )  # fmt: skip
    return "".join(frame.select(line).to_series())


def escaped(column: pl.Expr) -> pl.Expr:
    """Text for an XML attribute or element."""
    text = column.cast(pl.String).str.replace_all(_FORBIDDEN, "")
    for plain, entity in _ENTITIES:
        text = text.str.replace_all(plain, entity, literal=True)
    return text


def cell(template: str, column: str) -> pl.Expr:
    """The template with the column's value in place of {}, empty text where it is null."""
    return pl.format(template, escaped(pl.col(column))).fill_null("")


def attribute_columns(nodes: pl.DataFrame) -> dict[str, str]:
    """Return the columns that travel as attributes, with their type: string, long or double."""
    own = ("id", "label")
    return {
        name: _KINDS.get(dtype.base_type(), "string")
        for name, dtype in nodes.schema.items()
        if name not in own and not isinstance(dtype, pl.List)
    }
