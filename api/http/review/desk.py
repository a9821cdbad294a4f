"""The one queue of what waits for a person: doubtful matches, likely duplicates, reports."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import quote

from permed.graph.contributions.corrections import OUTCOMES, Correction, Corrections
from permed.graph.errors import InputError, NotFoundError
from permed.graph.releases.release import Release, Releases
from permed.ingest.building.proposals import with_machine
from permed.ingest.linking.judgements import EffectiveJudgements, Ledger, append, read_ledger
from permed.ingest.linking.judgements.decide import Author, ReviewChoice, checked, decided
from permed.ingest.linking.judgements.nodes import scheme_of
from permed.ingest.linking.judgements.undo import undone
from permed.ingest.linking.review.queue import Profiles, ReviewPair, candidates

__all__ = ["KINDS", "QueueFilter", "QueueItem", "QueuePage", "QueueSide", "ReviewDesk"]

Kind = Literal["match", "duplicate", "report"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
PAGE: Final = 20


@dataclass(frozen=True)
class QueueSide:
    """One of two records: its node, name, address, and what is known of it."""

    node: str
    name: str
    href: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QueueItem:
    """One question; `sides` are two records, or the one thing that a report is about."""

    kind: Kind
    id: str
    sides: tuple[QueueSide, ...]
    why: str
    score: float | None
    country: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class QueueFilter:
    """Which items are shown: of a country (code), between two scores (0 to 1), of a kind."""

    country: str = ""
    least: float = 0.0
    most: float = 1.0
    kind: str = ""

    def takes(self, item: QueueItem) -> bool:
        """Whether the item is shown; what has no score has no bound."""
        scored = item.score is None or self.least <= item.score <= self.most
        of_kind = not self.kind or item.kind == self.kind
        return scored and of_kind and (not self.country or item.country == self.country)


@dataclass(frozen=True)
class QueuePage:
    """Items of one page, how many there are in all, and the countries that the queue knows."""

    items: tuple[QueueItem, ...]
    total: int
    countries: tuple[str, ...]


class ReviewDesk:
    """Reads the queue and writes decisions; the queue of a release is made once."""

    def __init__(self, home: Path, judgements: Path) -> None:
        self._home, self._file = home, judgements
        self._lock = threading.Lock()
        self._made: tuple[str, list[QueueItem]] | None = None

    def page(self, wish: QueueFilter, number: int) -> QueuePage:
        """Return a page (from 1 on) of what waits."""
        every = [*self._reports(), *self._open_pairs()]
        shown = [item for item in every if wish.takes(item)]
        countries = sorted({item.country for item in every if item.country})
        at = (number - 1) * PAGE
        return QueuePage(tuple(shown[at : at + PAGE]), len(shown), tuple(countries))

    def decide(self, item_id: str, choice: str, reviewer: str) -> str:
        """Write one decision and say so; NotFoundError for what is not in the queue."""
        if item_id.startswith("c-"):
            if choice not in OUTCOMES:
                raise InputError(f"outcome {choice[:60]}: use {', '.join(OUTCOMES)}")
            done = Corrections(self._home).settle(item_id, choice, f"by {reviewer}")
            return f"{done.id}: {done.outcome}"
        item = next((i for i in self._pairs() if i.id == item_id), None)
        if item is None:
            raise NotFoundError(f"{item_id[:200]} is not in the queue of this release")
        if choice not in item.choices:
            raise InputError(f"choice {choice[:60]}: use {', '.join(item.choices)}")
        one, other = item.sides
        ledger = self._ledger()
        row = decided(
            one.node,
            ReviewChoice(choice),
            other.node,
            Author(label=reviewer),
            _today(),
            labels=(one.name, other.name),
        )
        append(self._file, [checked(row, ledger.effective)], ledger.nodes)
        return f"{one.name} and {other.name}: {choice}"

    def undo(self, reviewer: str) -> str:
        """Take back the reviewer's last decision; InputError where the last one is another's."""
        ledger = self._ledger()
        last, row = undone(ledger.rows, Author(label=reviewer), _today())
        if last.said_by != reviewer:
            raise InputError(f"the last decision is by {last.said_by}, who can take it back")
        append(self._file, [row], ledger.nodes)
        one, other = (
            _name(last.subject_label, last.subject),
            _name(last.object_label, last.object),
        )
        return f"taken back: {one} and {other}"

    def _ledger(self) -> Ledger:
        release = Releases(self._home).current()
        return read_ledger(self._file, release.base)

    def _open_pairs(self) -> list[QueueItem]:
        human = self._ledger().effective.human
        return [i for i in self._pairs() if tuple(sorted(s.node for s in i.sides)) not in human]

    def _pairs(self) -> list[QueueItem]:
        """All pairs of the current release, whatever people have said of them since."""
        with self._lock:
            release = Releases(self._home).current()
            if self._made is None or self._made[0] != release.id:
                self._made = release.id, list(self._read(release))
            return self._made[1]

    def _read(self, release: Release) -> Iterable[QueueItem]:
        ledger = with_machine(read_ledger(self._file, release.base), release)
        machine = EffectiveJudgements(machine=ledger.effective.machine)
        profiles = Profiles(release)
        for pair in candidates(machine, release):
            yield _pair_item(pair, profiles, ledger)

    def _reports(self) -> Iterable[QueueItem]:
        for told in Corrections(self._home).list():
            side = _missing_side(told) if told.missing else _report_side(told)
            yield QueueItem("report", told.id, (side,), told.message, None, "", OUTCOMES)


def _report_side(told: Correction) -> QueueSide:
    facts = {"statement": told.statement, "it says": told.value, "said by": told.source}
    kept = {name: value for name, value in facts.items() if value}
    return QueueSide(told.thing, told.thing, f"/id/{told.thing}", kept)


def _missing_side(told: Correction) -> QueueSide:
    facts = {"missing": told.missing, "belongs to": told.statement, "said by": told.source}
    kept = {name: value for name, value in facts.items() if value}
    return QueueSide(told.value, told.value, f"/search?q={quote(told.value)}", kept)


def _pair_item(pair: ReviewPair, profiles: Profiles, ledger: Ledger) -> QueueItem:
    sides = tuple(
        _side(node, label, profiles, ledger)
        for node, label in ((pair.subject, pair.subject_label), (pair.object, pair.object_label))
    )
    country = sides[0].facts.get("place", "").rpartition(", ")[2]
    registry = scheme_of(pair.object) is not None
    choices = tuple(c.value for c in ReviewChoice if c is not ReviewChoice.withdraw)
    name = f"{pair.subject} {pair.object}"
    kind: Kind = "match" if registry else "duplicate"
    return QueueItem(kind, name, sides, pair.why, pair.confidence, country, choices)


def _side(node: str, label: str, profiles: Profiles, ledger: Ledger) -> QueueSide:
    facts = {k: v for k, v in profiles.of(node).items() if v and k != "sources"}
    name = facts.pop("name", "") or label
    scheme = scheme_of(node)
    href = f"/id/{node}" if scheme is None else ledger.nodes.iri(node)
    if scheme == "pic":
        href = f"/id/{profiles.id_of(node)}"
    return QueueSide(node, _name(name, node), href, facts)


def _name(label: str, node: str) -> str:
    return label or node


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
