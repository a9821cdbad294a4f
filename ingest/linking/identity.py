"""One real thing, one id: records that share a registry identifier become one thing.

Records of all sources that carry the same exact identifier (PIC, ROR, ORCID ...) are connected;
each connected group gets the id that the first source in precedence gives it. Judgements that
people or the matcher made come in as further pairs. Only exact matches merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
from scipy.cluster.hierarchy import DisjointSet

from graph.model import TABLES

__all__ = ["canonical_ids", "rename", "settle"]

Tables = Mapping[str, pl.DataFrame]

# registries that give one identifier to one organisation or person; a VAT number may cover several
_IDENTIFYING = ("ror", "pic", "orcid", "wikidata", "isni", "fundref", "grid")


def canonical_ids(
    sources: Mapping[str, Tables], pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """Return old id -> canonical id for every id that changes.

    `sources` is in order of precedence; `pairs` are further ids that are the same thing.
    """
    rank = _ranks(sources)
    groups = DisjointSet(rank)
    for group in _shared_identifiers(sources):
        for other in group[1:]:
            groups.merge(group[0], other)
    for one, other in pairs:
        if one in rank and other in rank:
            groups.merge(one, other)
    renamed: dict[str, str] = {}
    for group in groups.subsets():
        best = min(group, key=lambda i: (rank[i], i))
        renamed.update({i: best for i in group if i != best})
    return renamed


def _ranks(sources: Mapping[str, Tables]) -> dict[str, int]:
    """Ids of things that registries identify, with the rank of the first source naming them."""
    ranks: dict[str, int] = {}
    for rank, tables in enumerate(sources.values()):
        for name in ("organisations", "persons"):
            if name in tables:
                for entity in tables[name]["id"].unique(maintain_order=True):
                    ranks.setdefault(entity, rank)
    return ranks


def _shared_identifiers(sources: Mapping[str, Tables]) -> list[list[str]]:
    frames = [t["identifiers"] for t in sources.values() if "identifiers" in t]
    if not frames:
        return []
    exact = pl.concat(f.select("entity", "scheme", "value", "match") for f in frames).filter(
        pl.col("scheme").is_in(_IDENTIFYING), pl.col("match").fill_null("exact") == "exact"
    )
    kind = pl.col("entity").str.extract(r"^([a-z-]+)/").alias("kind")
    shared = (
        exact.filter(kind.is_in(["organisation", "person"]))
        .group_by("scheme", "value", kind)
        .agg(pl.col("entity").unique(maintain_order=True))
        .filter(pl.col("entity").list.len() > 1)
        .sort("scheme", "value")
    )
    return shared["entity"].to_list()


def rename(tables: Tables, renamed: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Write canonical ids into every id column of the tables."""
    if not renamed:
        return dict(tables)
    return {
        name: frame.with_columns(
            pl.col(c.name).replace(renamed) for c in TABLES[name] if c.kind == "id"
        )
        for name, frame in tables.items()
    }


_SETTLED = ("organisations", "persons", "activities", "countries", "regions")


def settle(sources: Mapping[str, Tables]) -> dict[str, dict[str, pl.DataFrame]]:
    """Let each single-valued column of a thing be told by one source, the first that fills it.

    What a later source says differently of a name stays as a further name. Tables must be folded.
    """
    settled: dict[str, dict[str, pl.DataFrame]] = {}
    told: dict[str, pl.DataFrame] = {}
    for source, tables in sources.items():
        mine = dict(tables)
        for name in _SETTLED:
            if name not in mine:
                continue
            if name in told:
                mine = _give_way(mine, name, told[name])
            told[name] = pl.concat([told[name], mine[name]]) if name in told else mine[name]
        settled[source] = mine
    return settled


def _give_way(
    tables: dict[str, pl.DataFrame], name: str, told: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    frame = tables[name]
    own = [c.name for c in TABLES[name].columns if c.name != "id"]
    before = told.group_by("id").agg(pl.col(own).drop_nulls().first().name.suffix("__told"))
    both = frame.join(before, on="id", how="left", maintain_order="left")
    label = "title" if "title" in own else "name"
    tables = dict(tables)
    tables["names"] = _keep_names(tables.get("names"), both, label)
    tables[name] = both.with_columns(
        pl.when(pl.col(f"{c}__told").is_null()).then(pl.col(c)).alias(c) for c in own
    ).select(frame.columns)
    return tables


def _keep_names(names: pl.DataFrame | None, both: pl.DataFrame, label: str) -> pl.DataFrame:
    schema = TABLES["names"].schema
    differs = both.filter(
        pl.col(label).str.to_lowercase() != pl.col(f"{label}__told").str.to_lowercase()
    )
    further = differs.select(
        entity=pl.col("id"),
        name=pl.col(label),
        lang=pl.lit(None, pl.String),
        kind=pl.lit("alias"),
        **{c: pl.col(c) for c in ("source_url", "evidence", "seen", "note", "source_row")},
    ).cast(schema)
    return further if names is None else pl.concat([names, further])
