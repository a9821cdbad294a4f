"""A person's decision as a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.linking.judgements.judgement import CANDIDATE, EXACT, MANUAL, Judgement

__all__ = ["Author", "Choice", "decided"]


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
