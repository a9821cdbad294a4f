"""One real thing, one id: records that share a registry identifier become one thing.

Records of all sources that carry the same exact identifier (PIC, ROR, ORCID ...) are connected;
judgements of people and of the matcher (`judgements/`) connect further ones and keep others apart.
Each cluster gets the id that the first source in precedence gives it. Only exact matches merge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from permed.graph.tables.issues import no_issues
from permed.graph.tables.model import TABLES
from permed.ingest.linking.identity.clusters import (
    Level,
    MustLink,
    Partition,
    RejectedLink,
    partition,
)
from permed.ingest.linking.identity.constraints import (
    Constraints,
    constraint_issues,
    constraints_of,
)
from permed.ingest.linking.identity.inferred_identifiers import (
    InferredIdentifier,
    inferred_identifiers,
)
from permed.ingest.linking.judgements.effective import EffectiveJudgements

__all__ = ["Identity", "identify", "rename", "withhold"]

Tables = Mapping[str, pl.DataFrame]

# registries that give one identifier to one organisation or person; a VAT number may cover several
IDENTIFYING = ("ror", "pic", "orcid", "wikidata", "isni", "fundref", "grid")
_KINDS = {"organisation": "organisations", "person": "persons"}
_MERGEABLE = ("organisations", "persons", "activities", "outputs")
_WITHHELD = pl.Schema({"entity": pl.String, "node": pl.String, "reason": pl.String})


@dataclass(frozen=True)
class Identity:
    """Who is who in one build.

    `renamed`: old id -> canonical id, for every id that changes. `inferred`: identifiers that
    judgements add. `withheld`: entity, node, reason of identifiers that a source states and a
    judgement denies.
    """

    renamed: dict[str, str]
    inferred: list[InferredIdentifier] = field(default_factory=list)
    withheld: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_WITHHELD))
    issues: pl.DataFrame = field(default_factory=no_issues)


def identify(sources: Mapping[str, Tables], effective: EffectiveJudgements) -> Identity:
    """Decide which records are one thing; `sources` is in order of precedence."""
    records = _records(sources, {node for pair in effective.in_force for node in pair})
    stated = _stated(sources)
    constraints = constraints_of(effective, set(records["id"]), set(stated["node"]))
    touched, quiet = _components(stated, constraints)
    ranks = dict(records.select("id", "rank").iter_rows())
    parted = _part(stated, touched, constraints, records)
    clusters = [[n for n in c if n in ranks] for c in [*quiet, *parted.clusters]]
    canonical = {i: min(c, key=lambda i: (ranks[i], i)) for c in clusters for i in c}
    known = set(stated.select("entity", "node").iter_rows())
    return Identity(
        renamed={old: new for old, new in canonical.items() if old != new},
        inferred=inferred_identifiers(parted, constraints, canonical, known),
        withheld=_withheld(parted.rejected),
        issues=constraint_issues(constraints, parted.rejected),
    )


def _records(sources: Mapping[str, Tables], mentioned: Iterable[str]) -> pl.DataFrame:
    """Ids of organisations, persons and what judgements mention: id, rank, sources.

    The rank is that of the first source that names the id.
    """
    named = pl.Series(sorted(mentioned), dtype=pl.String).implode()
    parts = [
        tables[name]
        .filter(pl.lit(name in _KINDS.values()) | pl.col("id").is_in(named))
        .select("id", rank=pl.lit(rank), source=pl.lit(source))
        for rank, (source, tables) in enumerate(sources.items())
        for name in _MERGEABLE
        if name in tables
    ]
    empty = pl.DataFrame(schema={"id": pl.String, "rank": pl.Int32, "source": pl.String})
    every = pl.concat([empty, *parts], how="vertical_relaxed")
    return every.group_by("id").agg(pl.col("rank").min(), pl.col("source").unique().sort())


def _stated(sources: Mapping[str, Tables]) -> pl.DataFrame:
    """Exact identifiers as sources give them: entity, node, rank, native."""
    parts = [
        tables["identifiers"].select("entity", "scheme", "value", "match", rank=pl.lit(rank))
        for rank, tables in enumerate(sources.values())
        if "identifiers" in tables
    ]
    schema = dict.fromkeys(("entity", "scheme", "value", "match"), pl.String)
    every = pl.concat([pl.DataFrame(schema=schema | {"rank": pl.Int32}), *parts])
    return (
        every.with_columns(node=_node_of())
        .filter(
            pl.col("scheme").is_in(IDENTIFYING),
            pl.col("match").fill_null("exact") == "exact",
            pl.col("node").is_not_null(),
        )
        .group_by("entity", "node")
        .agg(pl.col("rank").min(), native=_native().any())
        .sort("entity", "node")
    )


def _node_of() -> pl.Expr:
    """Key of the identifier in a row of the identifiers table, null for other kinds of things."""
    kind = pl.col("entity").str.extract(r"^([a-z-]+)/")
    table = kind.replace_strict(_KINDS, default=None, return_dtype=pl.String)
    plain = pl.col("value").str.replace_all(r"\s", "")
    value = pl.when(pl.col("scheme").is_in(["ror", "grid"])).then(plain.str.to_lowercase())
    return pl.concat_str(table, pl.lit(" "), "scheme", pl.lit(":"), value.otherwise(plain))


def _native() -> pl.Expr:
    """Whether the record is keyed by this very identifier: `organisation/pic-999895013`."""
    slug = pl.col("entity").str.extract(r"^[a-z-]+/(.*)$")
    return slug == pl.concat_str("scheme", pl.lit("-"), "value")


def _components(
    stated: pl.DataFrame, constraints: Constraints
) -> tuple[pl.Series, list[list[str]]]:
    """Connect everything; return the nodes that constraints touch, and the other clusters.

    Most clusters follow from shared identifiers alone, and need no weighing.
    """
    keys = sorted(constraints.keys)
    judged = [(link.one, link.other) for link in constraints.must_links]
    ends = pl.DataFrame(
        [*judged, *zip(keys, keys, strict=True)],
        schema={"one": pl.String, "other": pl.String},
        orient="row",
    )
    pairs = pl.concat([stated.select(one="entity", other="node"), ends])
    nodes = pl.concat([pairs["one"], pairs["other"]]).unique().sort()
    if nodes.is_empty():
        return nodes, []
    from scipy.sparse import coo_array  # half a second to import, and the server needs none of it
    from scipy.sparse.csgraph import connected_components

    rows = [nodes.search_sorted(pairs[end]).to_numpy() for end in ("one", "other")]
    matrix = coo_array((np.ones(pairs.height, dtype=bool), rows), shape=(len(nodes), len(nodes)))
    _, labels = connected_components(matrix, directed=False)
    labelled = pl.DataFrame({"node": nodes, "cluster": labels})
    hit = labelled.filter(pl.col("node").is_in(keys))["cluster"].unique()
    touched = pl.col("cluster").is_in(hit.implode())
    quiet = (
        labelled.filter(~touched, ~pl.col("node").str.contains(" "))
        .group_by("cluster")
        .agg("node")
        .filter(pl.col("node").list.len() > 1)
    )
    return labelled.filter(touched)["node"], quiet["node"].to_list()


def _part(
    stated: pl.DataFrame, touched: pl.Series, constraints: Constraints, records: pl.DataFrame
) -> Partition:
    links = [
        MustLink(entity, node, Level.native if native else Level.stated, -rank)
        for entity, node, rank, native in stated.filter(
            pl.col("entity").is_in(touched.implode())
        ).iter_rows()
    ]
    here = records.filter(pl.col("id").is_in(touched.implode()))
    sources = {i: frozenset(s) for i, s in here.select("id", "source").iter_rows()}
    return partition([*links, *constraints.must_links], constraints.cannot_links, sources)


def _withheld(rejected: Iterable[RejectedLink]) -> pl.DataFrame:
    rows = [(r.link.one, r.link.other, r.why) for r in rejected if r.link.judgement is None]
    return pl.DataFrame(rows, schema=_WITHHELD, orient="row")


def withhold(
    tables: Tables, withheld: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Take identifiers that a judgement denies out of a source's tables; return those rows too.

    The second frame holds the rows of `identifiers` with their `reason`.
    """
    kept = dict(tables)
    if "identifiers" not in kept or withheld.is_empty():
        return kept, pl.DataFrame()
    rows = kept["identifiers"].with_columns(node=_node_of())
    exact = pl.col("match").fill_null("exact") == "exact"
    marked = rows.join(withheld, on=["entity", "node"], how="left", maintain_order="left")
    denied = pl.col("reason").is_not_null() & exact
    kept["identifiers"] = marked.filter(~denied).select(kept["identifiers"].columns)
    return kept, marked.filter(denied)


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
