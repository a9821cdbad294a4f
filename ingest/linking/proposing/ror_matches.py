"""Matches to ROR as rows of the machine: accepted ones are exact, doubtful ones wait for review.

The name decides with the weights of the matcher; website and lacking words move its chance.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from permed.graph.workers import HERE, Workers
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, LEXICAL, Judgement
from permed.ingest.linking.judgements.nodes import Nodes
from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.matching.short_names import BY_SHORT_NAME
from permed.ingest.linking.proposing.alike import name_key
from permed.ingest.linking.proposing.chance import chance_of, evidence_of
from permed.ingest.linking.proposing.lacking import LACKING_SCHEMA, lacking
from permed.ingest.linking.proposing.memory import MatchMemory
from permed.ingest.linking.proposing.websites import SITE_SCHEMA, RegistrySites
from permed.ingest.linking.scoring.decision import RESULT_SCHEMA

__all__ = ["Progress", "matched", "ror_rows"]

Progress = Callable[[int, int], None]  # rows done, rows in all

_EVIDENCE: Final = {**SITE_SCHEMA, **LACKING_SCHEMA}
_AT: Final = "at"  # place of a row
_BLOCK: Final = 1000  # rows that a worker gets at a time
_BY_SITE: Final = 0.3  # chance of a record of which nothing but the website is the same


def matched(
    wanted: pl.DataFrame,
    memory: MatchMemory,
    dump: Path,
    cache: Path,
    day: str,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> pl.DataFrame:
    """Return result and evidence for each row of name, country, city, short_name, website.

    Each row is matched by itself, so it makes no difference how the workers share them out.
    """

    def match(rows: pl.DataFrame) -> pl.DataFrame:
        if rows.is_empty():
            return pl.DataFrame(schema={**RESULT_SCHEMA, **_EVIDENCE})
        if not workers.apart:
            return _matched(Matcher.from_ror(dump, cache), rows, progress)
        _matcher(dump, cache)  # makes the index, which nodes on this disk find
        blocks, done, parts = list(_blocks(rows)), 0, []
        for part in workers.each(_block_matched, blocks, (dump, cache)):
            parts.append(part)
            done += part.height
            if progress is not None:
                progress(done, rows.height)
        return pl.concat(parts).sort(_AT).drop(_AT)

    return memory.results(wanted, day, match)


def _blocks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield rows of a country and of near names together: they look at the same candidates."""
    key = pl.struct("country", pl.col("name").str.to_lowercase())
    yield from rows.with_row_index(_AT).sort(key, maintain_order=True).iter_slices(_BLOCK)


def _block_matched(block: pl.DataFrame, where: tuple[Path, Path]) -> pl.DataFrame:
    return _matched(_matcher(*where), block.drop(_AT)).with_columns(block[_AT])


@lru_cache(maxsize=1)  # a worker gets many blocks
def _matcher(dump: Path, cache: Path) -> Matcher:
    return Matcher.from_ror(dump, cache)


def _matched(
    matcher: Matcher, rows: pl.DataFrame, progress: Progress | None = None
) -> pl.DataFrame:
    results = matcher.match_names(rows.drop("website"), progress)
    asked = rows.with_columns(results["match_id"], results["reason"])
    return pl.concat([results, _evidence(matcher, asked)], how="horizontal")


def _evidence(matcher: Matcher, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what websites and lacking words say of rows asked, with match_id and reason."""
    sites = RegistrySites(matcher.index)
    told = [
        (
            *sites.judge(row["website"], row["match_id"]),
            *lacking(matcher.index, _name_read(row), row["city"], row["match_id"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(told, schema=_EVIDENCE, orient="row")


def _name_read(row: Mapping[str, Any]) -> str:
    """Return the one of the two names of a row by which its match was found."""
    by_short = row["reason"].startswith(BY_SHORT_NAME)
    return str(row["short_name"] if by_short else row["name"])


def ror_rows(
    found: pl.DataFrame, accept: float, stated: dict[tuple[str, str], str], made: dict[str, str]
) -> Iterator[Judgement]:
    """Yield a row for each match, and one for review where only the website leads to a record.

    `found` has id, node, name of the organisations beside what `matched` returns; a match with a
    chance of `accept` (0 to 1) or more is exact. `stated` is how near a source holds a pair, if not
    one; `made` is written into every row.
    """
    for row in found.iter_rows(named=True):
        match = _node(row["match_id"])
        if match is not None and row["decision"] != "none":
            yield _row(row, match, accept, stated.get((row["id"], match)), made)
        site = _node(row["site_id"])
        if site is not None and _worth_a_look(row):
            yield _by_site(row, site, made)


def _node(address: str | None) -> str | None:
    """Return the node of a record; None for an id that is none, which the source `ror` tells."""
    try:
        return Nodes().of(address) if address else None
    except ValueError:
        return None


def _row(
    row: dict[str, Any], match: str, accept: float, near: str | None, made: dict[str, str]
) -> Judgement:
    chance = chance_of(row)
    sure = row["decision"] == "accept" or (row["site"] == "same" and _unsure_by_name_only(row))
    doubts = [f"a source says {near} match only"] if near else []
    reason = "; ".join([*doubts, row["reason"]])
    return Judgement(
        subject=row["node"],
        predicate=EXACT if sure and chance >= accept and not near else CANDIDATE,
        object=match,
        justification=LEXICAL,
        date=row["day"],
        confidence=chance,
        other=made,
        comment=", ".join([reason, *evidence_of(row)]),
        subject_label=row["name"],
        object_label=row["match_name"],
        match_string=name_key(row["name"]),
        features=row["features"],
    )


def _unsure_by_name_only(row: dict[str, Any]) -> bool:
    """Whether the doubt is the chance alone: neither another country nor a unit of the match."""
    return not {"country_differs", "unit_lost"} & json.loads(row["features"]).keys()


def _worth_a_look(row: dict[str, Any]) -> bool:
    """A sure match by name needs no other record beside it."""
    return bool(row["decision"] != "accept" or row["site"] == "other")


def _by_site(row: dict[str, Any], site: str, made: dict[str, str]) -> Judgement:
    return Judgement(
        subject=row["node"],
        predicate=CANDIDATE,
        object=site,
        justification=LEXICAL,
        date=row["day"],
        confidence=_BY_SITE,
        other=made,
        comment="the only record with this website, under another name",
        subject_label=row["name"],
        object_label=row["site_name"],
    )
