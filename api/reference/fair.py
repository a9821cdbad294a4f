"""The FAIR page: each indicator of the RDA maturity model with its evidence, or what is missing.

Indicators: RDA FAIR Data Maturity Model, specification and guidelines (2020), 41 of them. A pattern
in `fair.tsv` is what the description of a release must hold where an indicator is met; a test asks
it of the packaged release, so that no line stands that the release does not bear out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Indicator", "fair_page", "indicators"]

_MISSING: Final = "not yet: "
_INTRO: Final = """\
How far a release is findable, accessible, interoperable and reusable, by the 41 indicators of the
RDA FAIR Data Maturity Model. What is met is asked of the packaged release by a test; what is
missing says what it takes.

"""


@dataclass(frozen=True)
class Indicator:
    """One indicator: code, what it asks, priority, evidence, and the pattern that shows it."""

    code: str
    asks: str
    priority: str
    evidence: str
    pattern: str

    @property
    def is_met(self) -> bool:
        """Whether the release meets it."""
        return not self.evidence.startswith(_MISSING)


def indicators() -> tuple[Indicator, ...]:
    """Return all indicators in the order of the model."""
    with Path(__file__).with_name("fair.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return tuple(Indicator(*row) for row in rows)


def fair_page(made: str) -> str:
    """Return the page as Markdown; `made` is the remark that it is made."""
    return f"# FAIR\n\n{made}{_INTRO}{''.join(_score())}\n{''.join(_table())}"


def _score() -> Iterator[str]:
    yield "| priority | met | of |\n| --- | ---: | ---: |\n"
    every = indicators()
    for priority in ("essential", "important", "useful"):
        of = [i for i in every if i.priority == priority]
        yield f"| {priority} | {sum(i.is_met for i in of)} | {len(of)} |\n"
    yield f"| all | {sum(i.is_met for i in every)} | {len(every)} |\n"


def _table() -> Iterator[str]:
    yield "| indicator | asks | priority | met | evidence, or what is missing |\n"
    yield "| --- | --- | --- | --- | --- |\n"
    for i in indicators():
        word = "yes" if i.is_met else "not yet"
        evidence = i.evidence.removeprefix(_MISSING)
        yield f"| {i.code} | {i.asks} | {i.priority} | {word} | {evidence} |\n"
