"""Statements of a release as a frame, read from its graph files without a store.

W3C RDF 1.1 N-Quads in the form that our writers and the engine give it: one statement a line, its
parts divided by single spaces. Reading the columns that one needs takes a tenth of the time of a
store's load, and can be done beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.files import line_blocks
from permed.graph.store.answers.frames import plain

__all__ = ["read_statements"]

# the object, then the graph's address where there is one
_OBJECT: Final = r"^(.+?)(?: <[^<>]*>)? \.$"
_LAST: Final = re.compile(r" <[^<>]*> \.$")
_LANGUAGE: Final = r'"@([A-Za-z0-9-]+)$'
_WHOLE_UP_TO: Final = 250_000_000  # bytes; larger files are read in blocks, to save a gigabyte
_BLOCK: Final = 32_000_000
_SCHEMA: Final = dict.fromkeys(("s", "p", "o", "language"), pl.String)


def read_statements(files: Sequence[Path], properties: Mapping[str, str]) -> pl.DataFrame:
    """Return the statements with these properties (address to short name), in the files' order.

    Columns: `s`, `p` (the short name), `o` (without the marks of terms), `language` (null for what
    is no text with a language). A line that is no statement is passed over; the store tells of it.
    InputError where a file cannot be read.
    """
    if not files:
        return pl.DataFrame(schema=_SCHEMA)
    try:
        small = [path for path in files if path.stat().st_size <= _WHOLE_UP_TO]
        parts = [_told(pl.scan_lines(path, name="line"), path, properties) for path in small]
        read = dict(zip(small, pl.collect_all(parts, engine="streaming"), strict=True))
        found = pl.concat(
            read[path] if path in read else _in_blocks(path, properties) for path in files
        )
    except (OSError, pl.exceptions.PolarsError) as problem:
        said = " ".join(str(problem).split())[:200]
        raise InputError(f"{files[0].parent}: graph files not readable: {said}") from None
    return found.with_columns(plain(found["s"]), plain(found["o"]))


def _in_blocks(path: Path, properties: Mapping[str, str]) -> pl.DataFrame:
    parts = []
    for block in line_blocks(path, _BLOCK):
        told = _told(pl.read_lines(block, name="line").lazy(), path, properties).collect()
        # written anew, since strings that were cut out of a block hold all of it
        parts.append(told.with_columns(s=pl.lit("") + pl.col("s"), o=pl.lit("") + pl.col("o")))
    return pl.concat(parts)


def _told(lines: pl.LazyFrame, path: Path, properties: Mapping[str, str]) -> pl.LazyFrame:
    names = {f"<{address}>": name for address, name in properties.items()}
    parts = pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "o"])
    return (
        lines.select(parts.alias("line"))
        .unnest("line")
        .filter(pl.col("p").is_in(list(names)))
        .select(
            "s",
            pl.col("p").replace_strict(names, return_dtype=pl.String),
            _without(_graph_of(path)),
        )
        .drop_nulls("o")
        .with_columns(language=pl.col("o").str.extract(_LANGUAGE, 1))
    )


def _without(ending: str) -> pl.Expr:
    """The object in what follows the property; a pattern is tried only where the graph differs."""
    text = pl.col("o")
    usual = text.str.ends_with(ending)
    rare = pl.when(~usual).then(text).str.extract(_OBJECT, 1)
    return pl.when(usual).then(text.str.strip_suffix(ending)).otherwise(rare).alias("o")


def _graph_of(path: Path) -> str:
    """The ending that nearly all lines of a graph file have in common."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        found = _LAST.search(lines.readline().rstrip("\n"))
    return found[0] if found else " ."
