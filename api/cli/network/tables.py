"""How the tables of `permed network` stand on a terminal."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer

from permed.api.text.names import readable, shortened

__all__ = ["Limit", "named"]

Limit = Annotated[int, typer.Option(help="Rows.", min=1)]
_LABEL = 38  # characters of a name in a table of 80 columns


def named(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The columns for a terminal, names short enough to fit."""
    names = [c for c in columns if c == "label" or c.endswith("_label")]
    size = _LABEL if len(names) == 1 else _LABEL * 2 // 3
    short = [
        pl.col(name).map_elements(lambda n: shortened(readable(n), size), return_dtype=pl.String)
        for name in names
    ]
    return frame.select(columns).with_columns(short)
