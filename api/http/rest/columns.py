"""Columns of lists: for each kind of thing the same ones in every format, present or null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from permed.api.http.release.counts import COUNTS
from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES
from permed.api.http.rest.column_meanings import MEANINGS
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


def ordered(directory: Directory, frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sort things by keys, a `-` before one for the other way; what lacks a value comes last.

    Without a key by score where there is one, else by label. InputError for an unknown key.
    """
    for key in keys:
        if key.removeprefix("-") not in SORT_KEYS:
            raise InputError(unknown("sort key", key.removeprefix("-"), SORT_KEYS))
    usual = ["-score"] if "score" in frame.columns else ["label"]
    if "score" not in frame.columns:
        frame = frame.with_columns(score=pl.lit(None, pl.Float64))
    chosen = list(keys or usual)
    names = {key.removeprefix("-") for key in chosen}
    keyed = frame
    if names & _FROM_COUNTS:
        keyed = keyed.join(_amounts(directory), on="id", how="left", maintain_order="left")
    ranks = directory.ranks.select(
        "id", *(f"{n}_rank" for n in _TEXT_KEYS if n in {*names, "label"})
    )
    keyed = keyed.join(ranks, on="id", how="left", maintain_order="left")
    by = [f"{n}_rank" if n in _TEXT_KEYS else n for n in (k.removeprefix("-") for k in chosen)]
    down = [key.startswith("-") for key in chosen]
    rest = [] if "label" in names else ["label_rank"]
    by, down = [*by, *rest, "id"], [*down, *(False for _ in rest), False]
    return keyed.sort(by, descending=down, nulls_last=True).select(frame.columns)


_FROM_COUNTS: Final = {*COUNTS, "ec_contribution_eur", "eu_contribution_eur", "total_cost_eur"}


def table(directory: Directory, rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the columns of some things, in the order of the rows.

    Days are dates, counts integers, EUR and degrees numbers; identifiers are whole addresses (or
    CURIEs, where a registry has no addresses), so that no program takes them for numbers.
    """
    joined = rows.with_columns(
        _iri(directory),
        country_code=pl.col("country").str.strip_prefix("country/"),
        iso2=pl.col("id").str.strip_prefix("country/"),
        project=pl.col("result_of"),
        website=pl.coalesce("website", "url"),
    )
    joined = joined.with_columns(pl.col(day).str.to_date(strict=False) for day in _DAYS)
    named = directory.things.select("id", "label", "iso3")
    for name in _LABELLED:
        if f"{name}_label" in columns:
            labels = named.select(pl.col("id").alias(name), pl.col("label").alias(f"{name}_label"))
            joined = joined.join(labels, on=name, how="left", maintain_order="left")
    if "country_iso3" in columns:
        codes = named.select(country="id", country_iso3="iso3")
        joined = joined.join(codes, on="country", how="left", maintain_order="left")
    for frame in (directory.points, directory.identifier_table, _amounts(directory)):
        joined = joined.join(frame, on="id", how="left", suffix="_known", maintain_order="left")
    if "doi_known" in joined.columns:  # stated as a property of outputs, and as an identifier
        joined = joined.with_columns(pl.coalesce("doi", "doi_known").alias("doi"))
    missing = [pl.lit(None, pl.String).alias(c) for c in columns if c not in joined.columns]
    return joined.with_columns(missing).select(columns).with_columns(_addresses(columns))


def _amounts(directory: Directory) -> pl.DataFrame:
    """Return counts and EUR by id; what the EU gives and what it costs of projects only."""
    project = directory.things["kind"] == "projects"
    stated = directory.things.select(
        "id",
        *(
            pl.when(project).then(pl.col(name).cast(pl.Float64, strict=False)).alias(f"{name}_eur")
            for name in ("eu_contribution", "total_cost")
        ),
    )
    counted = directory.counts.rename({"eur": "ec_contribution_eur"})
    return counted.join(stated, on="id", how="left", maintain_order="left")


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
