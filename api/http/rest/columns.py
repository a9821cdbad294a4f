"""Columns of lists: for each kind of thing the same ones in every format, present or null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from permed.api.http.release.directory import Directory
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.ontology import SCHEME

__all__ = ["SORT_KEYS", "columns_of", "known_columns", "ordered", "table"]

_NAME: Final = ("id", "iri", "kind", "label", "acronym")
_TYPE: Final = ("type", "type_label")
_COUNTRY: Final = ("country", "country_code", "country_label")
_PLACE: Final = (*_COUNTRY, "city")
_TIME: Final = ("start", "end")
_PARENT: Final = ("part_of", "part_of_label")
_PROGRAMME: Final = ("programme", "programme_label")
_ACTIVITY: Final = (
    *_TYPE, *_TIME, *_PLACE, *_PARENT, *_PROGRAMME, "website", "wikidata",
)  # fmt: skip
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "organisations": (
        *_TYPE, *_PLACE, "latitude", "longitude", *_PARENT, "website",
        "ror", "pic", "vat", "fundref", "wikidata", "grid", "isni", "cordis_rcn",
    ),
    "people": (*_COUNTRY, "orcid", "isni", "wikidata"),
    "projects": (
        *_TYPE, *_TIME, *_PARENT, *_PROGRAMME, "relevance", "relevance_label", "website",
        "grant", "doi", "cordis_rcn", "project_reference",
    ),
    "publications": (*_TYPE, "published", *_PARENT, "website", "doi"),
    "countries": ("iso2", "iso3"),
    "regions": ("notation", *_COUNTRY, *_PARENT),
    "topics": ("notation",),
}  # fmt: skip
_EVERY: Final = (*_TYPE, *_PLACE, *_TIME, "published")  # of things of all kinds together
_LABELLED: Final = ("type", "country", "part_of", "programme", "relevance")
SORT_KEYS: Final = (
    "score", "label", "id", "acronym", "kind", "type", "country", "city", "start", "end",
    "published",
)  # fmt: skip


def columns_of(kind: str | None) -> tuple[str, ...]:
    """Return the columns of a list, the same whatever is found; None is things of all kinds."""
    own = _EVERY if kind is None else _OWN.get(kind, _ACTIVITY)
    return (*_NAME, *own, "score")


def known_columns(kind: str | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted columns, all without a wish; InputError with the nearest for others."""
    known = columns_of(kind)
    for name in wanted:
        if name not in known:
            raise InputError(unknown("field", name, known))
    return tuple(dict.fromkeys(wanted)) or known


def ordered(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sort things by keys, a `-` before one for the other way; what lacks a value comes last.

    Without a key by score where there is one, else by label. InputError for an unknown key.
    """
    names = [key.removeprefix("-") for key in keys]
    for name in names:
        if name not in SORT_KEYS:
            raise InputError(unknown("sort key", name, SORT_KEYS))
    if "score" not in frame.columns:
        frame = frame.with_columns(score=pl.lit(None, pl.Float64))
        usual = ["label"]
    else:
        usual = ["-score"]
    chosen = [*(keys or usual), "id"]
    down = [key.startswith("-") for key in chosen]
    by = [key.removeprefix("-") for key in chosen]
    return frame.sort(by, descending=down, nulls_last=True)


def table(directory: Directory, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the columns of some things, in the order of the rows."""
    joined = rows.with_columns(
        _iri(directory),
        country_code=pl.col("country").str.strip_prefix("country/"),
        iso2=pl.col("id").str.strip_prefix("country/"),
    )
    labels = directory.things.select("id", "label")
    for name in _LABELLED:
        if f"{name}_label" in columns:
            named = labels.rename({"id": name, "label": f"{name}_label"})
            joined = joined.join(named, on=name, how="left", maintain_order="left")
    for frame in (directory.coordinates, directory.identifier_table):
        joined = joined.join(frame, on="id", how="left", suffix="_known", maintain_order="left")
    if "doi_known" in joined.columns:  # stated as a property of outputs, and as an identifier
        joined = joined.with_columns(pl.coalesce("doi", "doi_known").alias("doi"))
    missing = [pl.lit(None, pl.String).alias(c) for c in columns if c not in joined.columns]
    return joined.with_columns(missing).select(columns)


def _iri(directory: Directory) -> pl.Expr:
    scheme = pl.concat_str(pl.lit(str(SCHEME)), pl.col("id").str.strip_prefix("scheme/"))
    thing = pl.concat_str(pl.lit(f"{directory.base}id/"), pl.col("id"))
    concept = pl.col("id").str.starts_with("scheme/")
    return pl.when(concept).then(scheme).otherwise(thing).alias("iri")
