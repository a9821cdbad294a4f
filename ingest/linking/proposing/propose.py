"""The machine's proposals for a release or a build: matches to ROR and likely duplicates.

A proposal is a machine's row. An accepted match is an exact one; a doubtful one waits for review.
What a person said of a pair is never proposed again, and nothing here overrides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.files import checksum
from permed.graph.workers import HERE, Workers
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, LEXICAL, Judgement, Verdict
from permed.ingest.linking.proposing.alike import alike
from permed.ingest.linking.proposing.memory import MatchMemory
from permed.ingest.linking.proposing.records import OrganisationRecords
from permed.ingest.linking.proposing.ror_matches import Progress, matched, ror_rows

__all__ = ["SURE", "TOOLS", "Proposals", "RorMatching", "news", "propose"]

# a spreadsheet may live with a wrong row in fifty; what merges two things of the graph may not
SURE: Final = 0.9
TOOLS: Final = ("permed link propose", "permed build")


@dataclass(frozen=True)
class RorMatching:
    """How a dump is matched: from which chance on a match counts, with which code, on which day.

    `cache` keeps the index of the dump and what was matched before; `matcher` is the digest of the
    code; `tool` is written into the rows (one of TOOLS); `day` is written as mapping_date.
    """

    dump: Path
    cache: Path
    matcher: str
    day: str
    tool: str = TOOLS[0]
    accept: float = SURE
    workers: Workers = HERE

    def made(self) -> dict[str, str]:
        """Return what every row says of how it was made."""
        told = {"mapping_tool": self.tool, "mapping_tool_version": version("permed-graph")}
        return told | {"object_source_version": self.dump.name}


@dataclass(frozen=True)
class Proposals:
    """The rows, and how many organisations were looked at and how they were decided."""

    rows: list[Judgement]
    looked_at: int
    accepted: int
    review: int
    duplicates: int


def propose(
    records: OrganisationRecords,
    effective: EffectiveJudgements,
    how: RorMatching,
    progress: Progress | None = None,
) -> Proposals:
    """Match the organisations without a ROR identifier of their sources or of people to a ROR dump.

    Those that have one only since the machine matched them before are asked about again, and an
    earlier match that the matcher no longer makes is withdrawn; what people decided of a pair is
    left out. InputError where the dump cannot be read.
    """
    own = _own_matches(effective)
    wanted = records.to_match(effective, {said.subject for said in own})
    memory = MatchMemory(how.cache, (checksum(how.dump), how.matcher))
    results = matched(wanted, memory, how.dump, how.cache, how.day, progress, how.workers)
    found = pl.concat([wanted.select("id", "node", "name"), results], how="horizontal")
    rows = list(ror_rows(found, how.accept, records.stated_otherwise(), how.made()))
    day = results["day"].max() if results.height else how.day
    pairs = list(alike(records.every, str(day), how.tool))
    stale = _stale({*wanted["node"], *wanted["id"]}, own, rows, (str(day), how.tool))
    open_ = [_in_force(r, effective) for r in [*rows, *pairs] if r.pair not in effective.human]
    accepted = sum(row.predicate == EXACT for row in rows)
    return Proposals([*stale, *open_], wanted.height, accepted, len(rows) - accepted, len(pairs))


def _in_force(row: Judgement, effective: EffectiveJudgements) -> Judgement:
    """Date a row no earlier than what a machine said of the pair before: the newest counts."""
    said = effective.machine.get(row.pair)
    return row if said is None else replace(row, date=max(row.date, said.date))


def news(rows: Iterable[Judgement], effective: EffectiveJudgements) -> list[Judgement]:
    """Return the rows that say something else than the machine has said of their pair before."""

    def is_news(row: Judgement) -> bool:
        said = effective.machine.get(row.pair)
        known = None if said is None else (said.predicate, said.confidence)
        return row.withdrawn or known != (row.predicate, row.confidence)

    return [row for row in rows if is_news(row)]


def _own_matches(effective: EffectiveJudgements) -> list[Judgement]:
    """Matches to ROR that these tools have made and not taken back."""
    return [
        said
        for said in effective.machine.values()
        if said.other.get("mapping_tool") in TOOLS
        and said.object.startswith("ror:")
        and said.verdict in (Verdict.same, Verdict.unsure)
    ]


def _stale(
    asked: set[str], own: Iterable[Judgement], rows: Iterable[Judgement], made: tuple[str, str]
) -> list[Judgement]:
    """Take back earlier machine matches of the same organisations that are not made any more.

    `made`: the day and the tool of the rows that say so.
    """
    now, (day, tool) = {row.pair for row in rows}, made
    return [
        Judgement(
            subject=said.subject,
            predicate=CANDIDATE,
            object=said.object,
            justification=LEXICAL,
            date=max(day, said.date),
            other={"mapping_tool": tool},
            comment="no longer matched",
            withdrawn=True,
        )
        for said in own
        if said.pair not in now and said.subject in asked
    ]
