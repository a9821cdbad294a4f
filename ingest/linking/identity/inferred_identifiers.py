"""Identifiers that judgements give to records: rows that the release gains by linking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from permed.graph.tables.model import TABLES
from permed.ingest.linking.identity.clusters import Partition
from permed.ingest.linking.identity.constraints import Constraints, split_key
from permed.ingest.linking.judgements.judgement import Judgement

__all__ = ["InferredIdentifier", "identifier_rows", "inferred_identifiers"]


@dataclass(frozen=True)
class InferredIdentifier:
    """One identifier of one thing, how near it is (`exact`, `close`, `related`) and who says so."""

    entity: str
    scheme: str
    value: str
    match: str
    judgement: Judgement


def inferred_identifiers(
    parted: Partition,
    constraints: Constraints,
    canonical: Mapping[str, str],
    stated: Collection[tuple[str, str]],
) -> list[InferredIdentifier]:
    """Return the identifiers that no source states of a thing and a judgement does.

    `stated` holds record and identifier key as sources give them. A link that was held since it
    would join two records of one source gives a close match. Of one thing and scheme the strongest
    judgement stands first: a person's before the matcher's, of persons the last.
    """
    owner = {k: canonical[r] for c in parted.clusters for r in _record(c, canonical) for k in c}
    known = {(canonical.get(entity, entity), split_key(key)) for entity, key in stated}
    held = {r.link for r in parted.rejected if r.against is None}
    stopped = {r.link for r in parted.rejected} - held
    found: list[InferredIdentifier] = []
    for link in constraints.must_links:
        if link not in stopped and link.judgement is not None:
            match = "close" if link in held else "exact"
            found += _of((link.one, link.other), match, link.judgement, owner)
    for one, other, said in constraints.near_matches:
        match = "close" if said.predicate == "skos:closeMatch" else "related"
        found += _of((one, other), match, said, owner)
    found.sort(key=lambda i: i.match == "exact")  # an exact match counts over others
    fresh = {
        (i.entity, i.scheme, i.value): i
        for i in found
        if (i.entity, (i.scheme, i.value)) not in known
    }
    order = _strongest_first(constraints)
    return sorted(
        fresh.values(),
        key=lambda i: (i.entity, i.scheme, order.get(_pair(i.judgement), len(order)), i.value),
    )


def _strongest_first(constraints: Constraints) -> dict[tuple[str, str], int]:
    links = sorted(constraints.must_links, key=lambda k: (k.level, k.order), reverse=True)
    return {_pair(k.judgement): n for n, k in enumerate(links) if k.judgement is not None}


def _pair(judgement: Judgement) -> tuple[str, str]:
    return judgement.subject, judgement.object


def _record(cluster: Iterable[str], canonical: Mapping[str, str]) -> list[str]:
    return [key for key in cluster if key in canonical][:1]


def _of(
    pair: tuple[str, str], match: str, judgement: Judgement, owner: Mapping[str, str]
) -> list[InferredIdentifier]:
    """An exact link tells both identifiers of the one thing; a nearer or looser one the object."""
    ends = [pair]
    if match == "exact" or split_key(pair[1]) is None:
        ends.append((pair[1], pair[0]))
    return [
        InferredIdentifier(owner[whose], *identifier, match, judgement)
        for whose, key in ends
        if (identifier := split_key(key)) is not None and whose in owner
    ]


def identifier_rows(inferred: Iterable[InferredIdentifier], source_url: str) -> pl.DataFrame:
    """Return rows of the identifiers table; the note says who decided and how surely."""
    rows = [
        {
            "entity": i.entity,
            "scheme": i.scheme,
            "value": i.value,
            "match": i.match,
            "source_url": source_url,
            "evidence": "data",
            "seen": i.judgement.date,
            "note": _note(i.judgement),
        }
        for i in inferred
    ]
    table = TABLES["identifiers"]
    frame = pl.DataFrame(rows, schema={c: table.schema[c] for c in rows[0]} if rows else None)
    return pl.concat([pl.DataFrame(schema=table.schema), frame], how="diagonal")


def _note(judgement: Judgement) -> str:
    how = "decided by" if judgement.human else "matched by"
    sure = "" if judgement.confidence is None else f", confidence {judgement.confidence:.4g}"
    return f"{how} {judgement.said_by}{sure}"
