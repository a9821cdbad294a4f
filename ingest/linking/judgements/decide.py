"""A person's decision as a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from permed.graph.errors import InputError
from permed.ingest.linking.judgements.effective import Words
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, MANUAL, Judgement
from permed.ingest.linking.judgements.nodes import kind_of

__all__ = ["Author", "Choice", "check_decision", "decided", "decision_day"]


class Choice(StrEnum):
    """What a person says of two records; `withdraw` takes back what people said of them."""

    accept = "accept"
    reject = "reject"
    unsure = "unsure"
    withdraw = "withdraw"


@dataclass(frozen=True)
class Author:
    """Who decides: an address (CURIE, as SSSOM wants it), or a name only."""

    id: str = ""
    label: str = ""


def decided(
    subject: str,
    choice: Choice,
    object_: str,
    author: Author,
    day: str,
    comment: str = "",
    labels: tuple[str, str] = ("", ""),
) -> Judgement:
    """Return the row that says so."""
    return Judgement(
        subject=subject,
        predicate=EXACT if choice in (Choice.accept, Choice.reject) else CANDIDATE,
        object=object_,
        justification=MANUAL,
        date=day,
        negative=choice is Choice.reject,
        author=author.id,
        author_label=author.label,
        comment=comment,
        subject_label=labels[0],
        object_label=labels[1],
        withdrawn=choice is Choice.withdraw,
    )


def check_decision(row: Judgement, words: Words) -> None:
    """Raise InputError for a decision that could never have an effect."""
    if row.subject == row.object:
        raise InputError(f"{row.subject} stands on both sides; name two different records")
    kinds = {kind for node in row.pair if (kind := kind_of(node)) is not None}
    if len(kinds) > 1:
        told = " and ".join(sorted(kinds))
        raise InputError(f"{row.subject} and {row.object}: {told} are never one; correct the ids")
    if row.withdrawn and row.pair not in words.human:
        raise InputError(
            f"no person has decided on {row.subject} and {row.object}; there is nothing to withdraw"
        )


def decision_day(pair: tuple[str, str], words: Words, today: str) -> str:
    """Return the day of a decision made today; never before the word that it overrides."""
    earlier = words.human.get(pair)
    return today if earlier is None else max(today, earlier.date)
