"""N-Triples terms as Polars expressions: the column-wise alphabet of the mapping.

Every function returns an expression whose values are complete terms (`<iri>`, `"text"@en`,
`"1.5"^^<...decimal>`) or null; a null term leaves its triple out. Grammar: W3C RDF 1.1 N-Triples.
"""

from __future__ import annotations

import polars as pl

from permed.graph.tables.dates import first_day, last_day
from permed.ontology import PREFIXES, SCHEME, expand, uri_stems

__all__ = [
    "REGISTRY_IRI",
    "Terms",
    "as_stated",
    "concept",
    "constant",
    "first_day_literal",
    "last_day_literal",
    "slug_path",
    "text",
    "topic",
    "typed",
    "web",
]

# registries whose address names the thing itself; those of the others name a page about it
_NAMING = ("ror", "fundref", "wikidata", "isni", "grid", "orcid", "doi")

# prefix + identifier = the IRI that the registry itself uses
REGISTRY_IRI: dict[str, str] = {scheme: uri_stems()[scheme] for scheme in _NAMING}


def constant(name: str) -> pl.Expr:
    """Return the IRI term of a prefixed name."""
    return pl.lit(f"<{expand(name)}>")


def _col(column: str | pl.Expr) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column


def web(column: str | pl.Expr) -> pl.Expr:
    """Return the IRI term of an address that `permed.graph.tables.checks.check` has accepted."""
    return pl.concat_str(pl.lit("<"), _col(column), pl.lit(">"))


def concept(scheme: str, column: str | pl.Expr) -> pl.Expr:
    """Return the IRI term of a concept by its code."""
    return pl.concat_str(pl.lit(f"<{SCHEME}{scheme}/"), _col(column), pl.lit(">"))


def topic(column: str | pl.Expr) -> pl.Expr:
    """Return the IRI term of a concept by `{scheme}/{code}`."""
    return pl.concat_str(pl.lit(f"<{SCHEME}"), slug_path(_col(column)), pl.lit(">"))


def slug_path(expr: pl.Expr) -> pl.Expr:
    """Replace what may not stand in an IRI path by a hyphen."""
    return expr.str.replace_all(r"[^A-Za-z0-9._~/-]", "-")


def _quoted(column: str | pl.Expr) -> pl.Expr:
    value = _col(column).cast(pl.String)
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        value = value.str.replace_all(plain, escaped, literal=True)
    return pl.concat_str(pl.lit('"'), value, pl.lit('"'))


def text(column: str | pl.Expr, lang: str | None = None) -> pl.Expr:
    """Return a plain string, or a language-tagged one where the `lang` column is filled."""
    plain = _quoted(column)
    if lang is None:
        return plain
    tagged = pl.concat_str(plain, pl.lit("@"), pl.col(lang).str.to_lowercase())
    return pl.coalesce(tagged, plain)


def typed(column: str | pl.Expr, datatype: str) -> pl.Expr:
    """Return a literal of an XSD datatype (`decimal`, `date`, `integer`, `boolean`).

    Decimals are written without idle zeros, as stores keep them, so that `1.50` of one source and
    `1.5` of another are one triple; the tables keep the text of the source.
    """
    value = _col(column).cast(pl.String)
    if datatype == "decimal":
        value = _canonical(value)
    return pl.concat_str(pl.lit('"'), value, pl.lit(f'"^^<{PREFIXES["xsd"]}{datatype}>'))


def _canonical(value: pl.Expr) -> pl.Expr:
    """Write a decimal in one way, so that 990000 and 990000.0 of two sources are one triple.

    XSD 1.1 part 2, canonical representation of decimal: no sign +, no needless noughts.
    """
    plain = value.str.replace(r"^\+", "").str.replace(r"^(-?)\.", "${1}0.")
    fraction = plain.str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
    short = fraction.str.replace(r"^(-?)0+(\d)", "$1$2")
    return pl.when(short == "-0").then(pl.lit("0")).otherwise(short)


def first_day_literal(column: str) -> pl.Expr:
    """Return the first day of a stated year, month or day as xsd:date."""
    return typed(first_day(column), "date")


def last_day_literal(column: str) -> pl.Expr:
    """Return the last day of a stated year, month or day as xsd:date."""
    return typed(last_day(column), "date")


def as_stated(column: str) -> pl.Expr:
    """Return the stated text of a date that is less precise than a day, else null."""
    value = pl.col(column)
    return _quoted(pl.when(value.str.len_chars() < 10).then(value))


class Terms:
    """Terms that depend on the base IRI of the graph."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.id = f"{base}id/"

    def thing(self, column: str | pl.Expr, suffix: str = "") -> pl.Expr:
        """Return the IRI term of a thing by its table id, with an optional sub-path."""
        return pl.concat_str(pl.lit(f"<{self.id}"), _col(column), pl.lit(f"{suffix}>"))

    def made(self, kind: str, *parts: str | pl.Expr, suffix: str = "") -> pl.Expr:
        """Return the IRI term of a node that the mapping makes: `{kind}/{part}.{part}`.

        Empty parts are left out; slashes become hyphens.
        """
        tail = pl.concat_str(
            [_col(p).cast(pl.String) for p in parts], separator=".", ignore_nulls=True
        )
        tail = tail.str.replace_all("/", "-", literal=True)
        tail = tail.str.replace_all(r"[^A-Za-z0-9._~-]", "-")
        return pl.concat_str(pl.lit(f"<{self.id}{kind}/"), tail, pl.lit(f"{suffix}>"))
