"""Columns of lists: for each kind of thing the same ones in every format, present or null."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from permed.api.http.release.counts import COUNTS
from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES
from permed.api.http.rest.column_meanings import MEANINGS
from permed.api.http.rest.filters import Filtered
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.tables.columns import Column
from permed.ontology import SCHEME, uri_stems

__all__ = ["SORT_KEYS", "columns_of", "known_columns", "meanings_of", "ordered", "table"]

_NAME: Final = ("id", "iri", "kind", "label", "acronym")
_TYPE: Final = ("type", "type_label")
_COUNTRY: Final = ("country", "country_code", "country_iso3", "country_label")
_PLACE: Final = (*_COUNTRY, "city")
_POINT: Final = ("latitude", "longitude")
_TIME: Final = ("start", "start_as_stated", "end", "end_as_stated")
_PARENT: Final = ("part_of", "part_of_label")
_PROGRAMME: Final = ("programme", "programme_label")
_TAKING_PART: Final = ("partners", "countries")
_WORK: Final = ("projects", "pm_projects", "coordinated", "pm_coordinated", "partners")
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "organisations": (
        *_TYPE, *_PLACE, *_POINT, *_PARENT, "website",
        "ror", "pic", "vat", "fundref", "wikidata", "grid", "isni", "cordis_rcn",
        *_WORK, "ec_contribution_eur",
    ),
    "people": (*_COUNTRY, "orcid", "isni", "wikidata", "activities"),
    "projects": (
        *_TYPE, *_TIME, *_POINT, *_PARENT, *_PROGRAMME, "relevance", "relevance_label", "website",
        "grant", "doi", "cordis_rcn", "project_reference",
        *_TAKING_PART, "eu_contribution_eur", "total_cost_eur",
    ),
    "consortia": (*_TYPE, *_TIME, *_PARENT, "website", *_TAKING_PART),
    "initiatives": (*_TYPE, *_TIME, *_PARENT, "website", *_TAKING_PART),
    "calls": (*_TYPE, *_TIME, *_PARENT, *_PROGRAMME, "website", *_TAKING_PART),
    "programmes": (*_TYPE, *_TIME, *_PARENT, "website"),
    "infrastructures": (
        *_TYPE, *_TIME, *_PLACE, *_PARENT, "website", "ror", "wikidata", *_TAKING_PART,
    ),
    "events": (*_TYPE, *_TIME, *_PLACE, *_POINT, *_PARENT, "website"),
    "awards": (*_TYPE, *_TIME, *_PARENT, "website"),
    "strategies": (*_TYPE, *_TIME, *_COUNTRY, *_PARENT, "website"),
    "publications": (
        *_TYPE, "published", "published_as_stated", "authors", "journal", "publisher", "issn",
        "doi", "project", "project_label", "website",
    ),
    "countries": ("iso2", "iso3", "organisations", "projects", "pm_projects"),
    "regions": ("notation", *_COUNTRY, *_PARENT),
    "topics": ("notation", "things"),
}  # fmt: skip
_EVERY: Final = (*_TYPE, *_PLACE, *_TIME, "published", "published_as_stated")  # of all kinds
_LABELLED: Final = ("type", "country", "part_of", "programme", "relevance", "project")
_DAYS: Final = ("start", "end", "published")
_TEXT_KEYS: Final = ("label", "acronym", "city")  # sorted as people sort
SORT_KEYS: Final = (
    "score", "label", "id", "acronym", "kind", "type", "country", "city", "start", "end",
    "published", *COUNTS, "ec_contribution_eur", "eu_contribution_eur", "total_cost_eur",
)  # fmt: skip


def columns_of(kind: str | None) -> tuple[str, ...]:
    """Return the columns of a list, the same whatever is found; None is things of all kinds."""
    return (*_NAME, *(_EVERY if kind is None else _OWN[kind]), "score")


def meanings_of(kind: str | None) -> dict[str, Column]:
    """Return what the columns of a list hold, by name."""
    return {name: MEANINGS[name] for name in columns_of(kind)}


def known_columns(kind: str | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted columns, all without a wish; InputError with the nearest for others."""
    known = columns_of(kind)
    for name in wanted:
        if name not in known:
            raise InputError(unknown("field", name, known))
    return tuple(dict.fromkeys(wanted)) or known


def ordered(
    directory: Directory, found: Filtered, keys: Sequence[str]
) -> tuple[pl.Series, pl.Series | None]:
    """Return row numbers of what was found, sorted by keys, and scores where a text was searched.

    A `-` before a key sorts the other way; what lacks a value comes last. Without a key by score
    where there is one, else by label. InputError for an unknown key.
    """
    for key in keys:
        if key.removeprefix("-") not in SORT_KEYS:
            raise InputError(unknown("sort key", key.removeprefix("-"), SORT_KEYS))
    chosen = tuple(keys) or ("-score",)
    if found.hits is None:
        order = _order(directory, tuple(key for key in chosen if key.removeprefix("-") != "score"))
        return pl.Series("row", order[found.mask[order]]), None
    hits = found.hits.filter(pl.Series(found.mask[found.hits["row"].to_numpy()]))
    names = [_SORTED_BY.get(key.removeprefix("-"), key.removeprefix("-")) for key in chosen]
    beside = _sort_columns(directory, {"label_rank", *names} - {"score"})[hits["row"]]
    hits = _sorted(pl.concat([hits, beside], how="horizontal"), chosen)
    return hits["row"], hits["score"]


_SORTED_BY: Final = {name: f"{name}_rank" for name in _TEXT_KEYS}


@lru_cache(maxsize=24)
def _order(directory: Directory, keys: tuple[str, ...]) -> NDArray[np.uint32]:
    """Return the row numbers of all things in an order, which lists of some of them then keep."""
    names = {_SORTED_BY.get(key.removeprefix("-"), key.removeprefix("-")) for key in keys}
    columns = _sort_columns(directory, {"label_rank", *names}).with_row_index("row")
    return _sorted(columns, keys)["row"].to_numpy()


def _sort_columns(directory: Directory, names: Set[str]) -> pl.DataFrame:
    """Return columns to sort by, a row a thing."""
    frames = (directory.things, directory.amounts, directory.ranks)
    return pl.DataFrame([f[name] for f in frames for name in f.columns if name in names])


def _sorted(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sort by keys, then by label, then by id: things stand in the order of their ids."""
    by = {_SORTED_BY.get(k.removeprefix("-"), k.removeprefix("-")): k[:1] == "-" for k in keys}
    by |= {name: False for name in ("label_rank", "row") if name not in by}
    return frame.sort(list(by), descending=list(by.values()), nulls_last=True)


def table(directory: Directory, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the columns of some things, in the order of the rows.

    Days are dates, counts integers, EUR and degrees numbers; identifiers are whole addresses (or
    CURIEs, where a registry has no addresses), so that no program takes them for numbers.
    """
    known = directory.known_beside[directory.rows_of(rows["id"])]
    joined = pl.concat([rows, known], how="horizontal").with_columns(
        _iri(directory),
        country_code=pl.col("country").str.strip_prefix("country/"),
        iso2=pl.col("id").str.strip_prefix("country/"),
        project=pl.col("result_of"),
        website=pl.coalesce("website", "url"),
    )
    joined = joined.with_columns(pl.col(day).str.to_date(strict=False) for day in _DAYS)
    for name in _LABELLED:
        if f"{name}_label" in columns:
            labels = [directory.labels.get(thing or "") for thing in joined[name]]
            joined = joined.with_columns(pl.Series(f"{name}_label", labels, pl.String))
    if "country_iso3" in columns:
        codes = dict(directory.things.select("id", "iso3").drop_nulls().iter_rows())
        iso3 = [codes.get(thing or "") for thing in joined["country"]]
        joined = joined.with_columns(country_iso3=pl.Series(iso3, dtype=pl.String))
    if "doi_known" in joined.columns:  # stated as a property of outputs, and as an identifier
        joined = joined.with_columns(pl.coalesce("doi", "doi_known").alias("doi"))
    missing = [pl.lit(None, pl.String).alias(c) for c in columns if c not in joined.columns]
    return joined.with_columns(missing).select(columns).with_columns(_addresses(columns))


def _addresses(columns: Sequence[str]) -> list[pl.Expr]:
    """Write identifiers, several joined by `; `, as addresses or CURIEs."""
    made = []
    for registry in REGISTRIES:
        name = registry.replace("-", "_")
        if name in columns:
            stem = uri_stems().get(registry, f"{registry}:")
            values = (
                pl.col(name).str.split("; ").list.eval(pl.concat_str(pl.lit(stem), pl.element()))
            )
            made.append(values.list.join("; ").alias(name))
    return made


def _iri(directory: Directory) -> pl.Expr:
    scheme = pl.concat_str(pl.lit(str(SCHEME)), pl.col("id").str.strip_prefix("scheme/"))
    thing = pl.concat_str(pl.lit(f"{directory.base}id/"), pl.col("id"))
    concept = pl.col("id").str.starts_with("scheme/")
    return pl.when(concept).then(scheme).otherwise(thing).alias("iri")
