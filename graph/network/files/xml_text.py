"""Text and numbers as XML cells, column-wise."""

from __future__ import annotations

import polars as pl

__all__ = ["attribute_columns", "cell", "escaped"]

# characters that no XML 1.0 document may hold (W3C XML 1.0, section 2.2)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;"))
_KINDS: dict[object, str] = {pl.Int64: "long", pl.Float64: "double"}


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
