"""Identifiers that judgements give to records: rows that the release gains by linking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from permed.graph.tables.model import TABLES
from permed.ingest.linking.identity.clusters import Partition
from permed.ingest.linking.identity.constraints import Claims, split_key
from permed.ingest.linking.judgements.judgement import Judgement

__all__ = ["Told", "identifier_rows", "told_identifiers"]


@dataclass(frozen=True)
class Told:
    """One identifier of one thing, how near it is (`exact`, `close`, `related`) and who says so."""

    entity: str
    scheme: str
    value: str
    match: str
    word: Judgement


def told_identifiers(
    parted: Partition,
    claimed: Claims,
    canonical: Mapping[str, str],
    stated: Collection[tuple[str, str]],
) -> list[Told]:
    """Return the identifiers that no source states of a thing and a judgement does.

    A link that was held since it would join two records of one source gives a close match.
    """
    owner = {k: canonical[r] for g in parted.groups for r in _record(g, canonical) for k in g}
    known = {(canonical.get(entity, entity), node) for entity, node in stated}
    held = {(c.link.one, c.link.other) for c in parted.cut if c.barrier is None}
    stopped = {(c.link.one, c.link.other) for c in parted.cut} - held
    told = []
    for link in claimed.links:
        pair = (link.one, link.other)
        if pair not in stopped:
            match = "close" if pair in held else "exact"
            told += _of(pair, match, claimed.word_of[pair], owner)
    for one, other, word in claimed.asides:
        match = "close" if word.predicate == "skos:closeMatch" else "related"
        told += _of((one, other), match, word, owner)
    told = sorted(told, key=lambda t: t.match == "exact")  # an exact match counts over others
    fresh = {(t.entity, t.scheme, t.value): t for t in told if not _known(t, known)}
    return sorted(fresh.values(), key=lambda t: (t.entity, t.scheme, t.value))


def _record(group: Iterable[str], canonical: Mapping[str, str]) -> list[str]:
    return [key for key in group if key in canonical][:1]


def _of(pair: tuple[str, str], match: str, word: Judgement, owner: Mapping[str, str]) -> list[Told]:
    """An exact link tells both identifiers of the one thing; a nearer or looser one the object."""
    ends = [(pair[0], pair[1])]
    if match == "exact" or split_key(pair[1]) is None:
        ends.append((pair[1], pair[0]))
    told = []
    for whose, key in ends:
        identifier = split_key(key)
        if identifier is not None and whose in owner:
            told.append(Told(owner[whose], *identifier, match, word))
    return told


def _known(told: Told, known: Collection[tuple[str, str]]) -> bool:
    kinds = ("organisations", "persons")
    return any((told.entity, f"{kind} {told.scheme}:{told.value}") in known for kind in kinds)


def identifier_rows(told: Iterable[Told], source_url: str) -> pl.DataFrame:
    """Return rows of the identifiers table; the note says who decided and how surely."""
    rows = [
        {
            "entity": t.entity,
            "scheme": t.scheme,
            "value": t.value,
            "match": t.match,
            "source_url": source_url,
            "evidence": "data",
            "seen": t.word.date,
            "note": _note(t.word),
        }
        for t in told
    ]
    table = TABLES["identifiers"]
    frame = pl.DataFrame(rows, schema={c: table.schema[c] for c in rows[0]} if rows else None)
    return pl.concat([pl.DataFrame(schema=table.schema), frame], how="diagonal")


def _note(word: Judgement) -> str:
    how = "decided by" if word.human else "matched by"
    sure = "" if word.confidence is None else f", confidence {word.confidence:.4g}"
    return f"{how} {word.said_by}{sure}"
