"""Which word counts for each pair: a human's over a machine's, then the newest.

Only `same` joins two records and only a human's or a machine's `different` keeps them apart;
`unsure` and `related` of a human take away what a machine said of the pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from permed.ingest.linking.judgements.judgement import Judgement, Verdict

__all__ = ["Words"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Words:
    """The word that counts for every pair; `human` and `machine` hold the newest of each."""

    human: dict[Pair, Judgement]
    machine: dict[Pair, Judgement]

    @classmethod
    def of(cls, rows: Iterable[Judgement]) -> Words:
        """Sort out judgements; among words of one day the later row counts."""
        human: dict[Pair, Judgement] = {}
        machine: dict[Pair, Judgement] = {}
        for row in sorted(rows, key=lambda r: r.date):  # stable: rows of a day keep their order
            if row.verdict is Verdict.silent:
                continue
            words = human if row.human else machine
            words.pop(row.pair, None)
            if row.verdict is not Verdict.withdrawn:
                words[row.pair] = row
        return cls(human, machine)

    @cached_property
    def counting(self) -> dict[Pair, Judgement]:
        """Pair -> the word that counts, oldest first."""
        return {p: w for p, w in self.machine.items() if p not in self.human} | self.human

    def with_verdict(self, *verdicts: Verdict) -> list[Judgement]:
        """Return the counting words of these verdicts, a human's after the machines', by age."""
        return [w for w in self.counting.values() if w.verdict in verdicts]

    @property
    def candidates(self) -> list[Judgement]:
        """Pairs that a machine could not decide and no human has, the likeliest first."""
        open_ = [w for w in self.with_verdict(Verdict.unsure) if not w.human]
        return sorted(open_, key=lambda w: (-(w.confidence or 0), w.pair))
