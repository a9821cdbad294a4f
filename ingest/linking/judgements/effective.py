"""Which judgement is in force for each pair: a human's over a machine's, then the newest.

Only `same` joins two records and only a human's or a machine's `different` keeps them apart;
`unsure` and `related` of a human take away what a machine said of the pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from permed.ingest.linking.judgements.judgement import Judgement, Verdict

__all__ = ["EffectiveJudgements"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class EffectiveJudgements:
    """The judgement in force for every pair; `human` and `machine` hold the newest of each."""

    human: dict[Pair, Judgement] = field(default_factory=dict)
    machine: dict[Pair, Judgement] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Judgement]) -> EffectiveJudgements:
        """Sort out judgements; among those of one day the later row is in force."""
        found = cls()
        for row in sorted(rows, key=lambda r: r.date):  # stable: rows of a day keep their order
            if row.verdict is Verdict.silent:
                continue
            newest = found.human if row.human else found.machine
            newest.pop(row.pair, None)
            if row.verdict is not Verdict.withdrawn:
                newest[row.pair] = row
        return found

    @cached_property
    def in_force(self) -> dict[Pair, Judgement]:
        """Pair -> its judgement, the machines' before the people's, each oldest first."""
        return {p: j for p, j in self.machine.items() if p not in self.human} | self.human

    def with_verdict(self, *verdicts: Verdict) -> list[Judgement]:
        """Return the judgements in force of these verdicts, in the order of `in_force`."""
        return [j for j in self.in_force.values() if j.verdict in verdicts]

    @property
    def candidates(self) -> list[Judgement]:
        """Pairs that a machine could not decide and no human has, the likeliest first."""
        undecided = [j for j in self.with_verdict(Verdict.unsure) if not j.human]
        return sorted(undecided, key=lambda j: (-(j.confidence or 0), j.pair))
