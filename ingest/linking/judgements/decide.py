"""A person's decision as a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from permed.graph.errors import InputError
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import CANDIDATE, EXACT, MANUAL, Judgement
from permed.ingest.linking.judgements.nodes import kind_of

__all__ = ["Author", "ReviewChoice", "checked", "decided"]


class ReviewChoice(StrEnum):
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
    choice: ReviewChoice,
    object_: str,
    author: Author,
    day: str,
    comment: str = "",
    labels: tuple[str, str] = ("", ""),
) -> Judgement:
    """Return the row that says so."""
    return Judgement(
        subject=subject,
        predicate=EXACT if choice in (ReviewChoice.accept, ReviewChoice.reject) else CANDIDATE,
        object=object_,
        justification=MANUAL,
        date=day,
        negative=choice is ReviewChoice.reject,
        author=author.id,
        author_label=author.label,
        comment=comment,
        subject_label=labels[0],
        object_label=labels[1],
        withdrawn=choice is ReviewChoice.withdraw,
    )


def checked(row: Judgement, effective: EffectiveJudgements) -> Judgement:
    """Return the row, never dated before the one that it overrides.

    InputError for a decision that could never have an effect.
    """
    if row.subject == row.object:
        raise InputError(f"{row.subject} stands on both sides; name two different records")
    kinds = {kind for node in row.pair if (kind := kind_of(node)) is not None}
    if len(kinds) > 1:
        both = " and ".join(sorted(kinds))
        raise InputError(f"{row.subject} and {row.object}: {both} are never one; correct the ids")
    earlier = effective.human.get(row.pair)
    if row.withdrawn and earlier is None:
        raise InputError(
            f"no person has decided on {row.subject} and {row.object}; there is nothing to withdraw"
        )
    return row if earlier is None else replace(row, date=max(row.date, earlier.date))
