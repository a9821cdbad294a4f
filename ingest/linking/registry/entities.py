"""What one can match to, as two flat frames, from the ROR registry or any frame of names."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import polars as pl

from permed.graph.errors import InputError
from permed.graph.identifiers import normalise
from permed.ingest.linking.registry.ror_dump import Registry
from permed.ingest.linking.registry.ror_faults import PAGE
from permed.ingest.linking.registry.web_domains import domain_of
from permed.ontology import value_patterns

__all__ = ["Entities", "entities_from_frame", "entities_from_registry", "misleading_names"]

ENTITY_COLUMNS = {
    "id": pl.String,
    "name": pl.String,
    "country": pl.String,
    "cities": pl.List(pl.String),
    "regions": pl.List(pl.String),
    "types": pl.List(pl.String),
    "status": pl.String,
    "weight": pl.Float64,
    "parents": pl.List(pl.String),
    "related": pl.List(pl.String),
    "schemes": pl.List(pl.String),
    "identifiers": pl.List(pl.String),
    "domains": pl.List(pl.String),
    "created": pl.Int32,
    "successor": pl.String,
}


@dataclass(frozen=True)
class Entities:
    """Candidates of a match.

    ``entities``: one row each (id, name, country, cities, regions, types, status, weight, parents,
    related, schemes, identifiers as ``scheme:value``, domains of its websites, created as the year
    of the record, successor of a closed one); ``weight`` counts what the registry knows of it
    (identifiers, relations), a measure of renown, and ``schemes`` names the kinds of identifier it
    has.
    ``names``: id, value, kind (display, label, alias, acronym, former).
    """

    entities: pl.DataFrame
    names: pl.DataFrame


def entities_from_registry(registry: Registry) -> Entities:
    """Living and inactive organisations; a withdrawn one lends its names to its successor."""
    organisations = registry.organisations
    heirs = organisations.filter(pl.col("status") == "withdrawn").select("id", "successor")
    kept = organisations.filter(pl.col("status") != "withdrawn")
    entities = (
        kept.join(_weights(registry), on="id", how="left")
        .join(_relatives(registry, "parent", "parents"), on="id", how="left")
        .join(_relatives(registry, "related", "related"), on="id", how="left")
        .join(_schemes(registry), on="id", how="left")
        .join(_identifiers(registry, heirs), on="id", how="left")
        .with_columns(
            pl.col("weight").fill_null(0.0),
            pl.col("parents", "related", "schemes", "identifiers").fill_null([]),
            pl.concat_list("region", "region_code").list.drop_nulls().alias("regions"),
            domains=_domains(kept),
        )
        .select(list(ENTITY_COLUMNS))
        .cast(ENTITY_COLUMNS)  # type: ignore[arg-type]
    )
    return Entities(entities, _registry_names(registry.names, heirs, kept))


def _domains(organisations: pl.DataFrame) -> pl.Series:
    """Registered names of the hosts of each record, those of its websites and its own list."""
    both = organisations.select(pl.concat_list(pl.col("domains", "websites").fill_null([])))
    found = [
        sorted({d for site in sites if (d := domain_of(site))})
        for sites in both.to_series().to_list()
    ]
    return pl.Series("domains", found, dtype=pl.List(pl.String))


def _registry_names(names: pl.DataFrame, heirs: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    typed = names.select("id", "value", _kind())
    former = (
        typed.join(heirs, on="id")
        .filter(pl.col("successor").is_not_null(), pl.col("kind") != "acronym")
        .select(pl.col("successor").alias("id"), "value", pl.lit("former").alias("kind"))
    )
    living = typed.join(kept.select("id"), on="id", how="semi")
    every = pl.concat([living, former.join(kept.select("id"), on="id", how="semi")])
    sound = every.join(misleading_names(), on=["id", "value"], how="anti", maintain_order="left")
    return sound.unique(["id", "value"], keep="first", maintain_order=True)


def misleading_names() -> pl.DataFrame:
    """Names of the registry (id, value, why) that lead to a wrong record, looked at one by one."""
    text = resources.files("permed.ingest.linking.registry").joinpath("misleading_names.tsv")
    table = pl.read_csv(text.read_bytes(), separator="\t", infer_schema=False, quote_char=None)
    return table.select(id=PAGE + pl.col("ror"), value="name", why="why")


def _kind() -> pl.Expr:
    types = pl.col("types").list
    return (
        pl.when(types.contains("ror_display"))
        .then(pl.lit("display"))
        .when(types.contains("label"))
        .then(pl.lit("label"))
        .when(types.contains("alias"))
        .then(pl.lit("alias"))
        .otherwise(pl.lit("acronym"))
        .alias("kind")
    )


def _weights(registry: Registry) -> pl.DataFrame:
    """What is known of a record; its GRID, which all have until 2021 and none since, is its age."""
    others = registry.identifiers.filter(pl.col("scheme") != "grid")
    known = [others.select("id"), registry.relations.select("id")]
    counts = pl.concat(known).group_by("id").agg(pl.len().alias("count"))
    return counts.select("id", pl.col("count").cast(pl.Float64).log1p().alias("weight"))


def _relatives(registry: Registry, kind: str, column: str) -> pl.DataFrame:
    found = registry.relations.filter(pl.col("type") == kind)
    return found.group_by("id").agg(pl.col("target").alias(column))


def _schemes(registry: Registry) -> pl.DataFrame:
    return registry.identifiers.group_by("id").agg(pl.col("scheme").unique().alias("schemes"))


def _identifiers(registry: Registry, heirs: pl.DataFrame) -> pl.DataFrame:
    """Identifiers of each record, with its own and those of the records that gave way to it."""
    own = registry.organisations.select("id", scheme=pl.lit("ror"), value="id")
    every = pl.concat([own, registry.identifiers.select("id", "scheme", "value")]).with_columns(
        pl.col("scheme").replace({"orgref": None})
    )
    written = [
        normalise(scheme, value) if scheme in value_patterns() else None
        for scheme, value in every.select("scheme", "value").iter_rows()
    ]
    tidy = every.select("id", node=pl.col("scheme") + ":" + pl.Series(written, dtype=pl.String))
    passed = tidy.join(heirs.drop_nulls(), on="id").select(id="successor", node="node")
    both = pl.concat([tidy, passed]).drop_nulls("node")
    return both.group_by("id").agg(pl.col("node").unique().sort().alias("identifiers"))


def entities_from_frame(frame: pl.DataFrame) -> Entities:
    """Entities out of any frame with ``id`` and ``name``; the rest is optional.

    Optional columns: ``names`` (list of further names), ``acronyms`` (list), ``country``, ``city``,
    ``types`` (list), ``identifiers`` (list of ``scheme:value``). Raises InputError where id or name
    is missing, or an id repeats.
    """
    missing = [column for column in ("id", "name") if column not in frame.columns]
    if missing:
        raise InputError(
            f"entities to match against lack the column {missing[0]}; give id and name"
        )
    if frame["id"].is_duplicated().any() or frame["id"].null_count():
        raise InputError("entities to match against repeat or lack an id; give each row its own")
    filled = frame.with_columns(
        **{c: pl.lit(None, pl.String) for c in ("country", "city") if c not in frame.columns},
        **{
            c: pl.lit([], pl.List(pl.String))
            for c in ("names", "acronyms", "types", "identifiers")
            if c not in frame.columns
        },
    ).with_columns(pl.col("id").cast(pl.String))
    entities = filled.select(
        "id",
        "name",
        "country",
        pl.concat_list("city").list.drop_nulls().alias("cities"),
        pl.lit([], pl.List(pl.String)).alias("regions"),
        pl.col("types").fill_null([]),
        pl.lit("active").alias("status"),
        pl.lit(0.0).alias("weight"),
        *(pl.lit([], pl.List(pl.String)).alias(c) for c in ("parents", "related", "schemes")),
        pl.col("identifiers").fill_null([]),
        pl.lit(None, pl.Int32).alias("created"),
        pl.lit(None, pl.String).alias("successor"),
        domains=pl.lit([], pl.List(pl.String)),
    ).cast(ENTITY_COLUMNS)  # type: ignore[arg-type]
    return Entities(entities, _frame_names(filled))


def _frame_names(frame: pl.DataFrame) -> pl.DataFrame:
    label = frame.select("id", pl.col("name").alias("value"), pl.lit("display").alias("kind"))
    listed = [
        frame.select("id", pl.col(column).alias("value"))
        .explode("value")
        .with_columns(pl.lit(kind).alias("kind"))
        for column, kind in (("names", "alias"), ("acronyms", "acronym"))
    ]
    every = pl.concat([label, *listed], how="vertical_relaxed")
    return every.drop_nulls("value").unique(["id", "value"], keep="first", maintain_order=True)
