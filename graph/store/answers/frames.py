"""SELECT answers as Polars frames, column-wise from the SPARQL 1.1 TSV results format.

W3C SPARQL 1.1 Query Results CSV and TSV Formats, section 4: terms stand as in Turtle, an unbound
variable is an empty field.
"""

from __future__ import annotations

import io
import re
from typing import Final

import polars as pl

__all__ = ["frame_of_tsv", "plain"]

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_QUOTED: Final = r'^"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?$'
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_TYPED_NUMBER: Final = rf'^"([^"]*)"\^\^<{_XSD}(?:decimal|integer|double|float)>$'
_NUMBERS: Final[tuple[tuple[str, pl.DataType], ...]] = (
    (r"^[+-]?\d{1,18}$", pl.Int64()),
    (r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$", pl.Float64()),
)


def frame_of_tsv(tsv: bytes) -> pl.DataFrame:
    """Return a frame: IRIs without brackets, literals without quotes, unbound as null.

    A column becomes Int64, Float64, Boolean or Date where every value has that datatype; all
    other columns are text.
    """
    head, _, rest = tsv.partition(b"\n")
    names = [name.lstrip("?") for name in head.decode().strip("\r").split("\t") if name]
    if not rest.strip() and len(names) != 1:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    raw = _read(rest, names)
    return raw.select(_column(raw[name]) for name in names)


def _read(rest: bytes, names: list[str]) -> pl.DataFrame:
    if len(names) == 1:  # an empty line is an unbound value there, not the end
        lines = rest.decode().removesuffix("\n").split("\n") if rest else []
        return pl.DataFrame({names[0]: [line or None for line in lines]}, {names[0]: pl.String()})
    return pl.read_csv(
        io.BytesIO(rest),
        separator="\t",
        has_header=False,
        new_columns=names,
        schema={name: pl.String() for name in names},
        quote_char=None,
    )


def _column(raw: pl.Series) -> pl.Series:
    # the engine quotes decimals that would read as integers: "283"^^xsd:decimal
    raw = raw.str.replace(_TYPED_NUMBER, "$1")
    present = raw.drop_nulls()
    if present.is_empty():
        return raw
    for pattern, dtype in _NUMBERS:
        if present.str.contains(pattern).all():
            return raw.cast(dtype)
    if present.is_in(["true", "false"]).all():
        return raw == "true"
    text = plain(raw)
    if present.str.ends_with(f'"^^<{_XSD}date>').all():
        return text.str.to_date("%Y-%m-%d", strict=False) if _plain_dates(text) else text
    return text


def _plain_dates(text: pl.Series) -> bool:
    return bool(text.drop_nulls().str.contains(r"^\d{4}-\d\d-\d\d$").all())


def plain(raw: pl.Series) -> pl.Series:
    """Return terms in Turtle without their marks; escapes are undone where a backslash occurs."""
    name, value = raw.name, pl.col(raw.name)
    quoted = value.str.starts_with('"')
    bare = (
        pl.when(value.str.starts_with("<"))
        .then(value.str.slice(1, value.str.len_chars() - 2))
        .when(quoted)
        .then(value.str.extract(_QUOTED, 1))
        .otherwise(value)
    )
    stripped = raw.to_frame().select(bare.alias(name), escaped=quoted)
    escaped = pl.col("escaped") & pl.col(name).str.contains("\\", literal=True)
    return stripped.select(
        pl.when(escaped)
        .then(pl.col(name).map_elements(_unescape, return_dtype=pl.String))
        .otherwise(pl.col(name))
        .alias(name)
    )[name]


def _unescape(value: str) -> str:
    return _ESCAPE.sub(_character, value)


def _character(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        return chr(int(code, 16))
    return _ESCAPES.get(match[3], match[3])
