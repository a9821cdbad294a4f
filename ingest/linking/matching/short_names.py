"""A second name of a row (an acronym, a translation) read where the first was not accepted.

Registers keep a short name beside the legal one: `EFPIA`, or the name in English. A short form is
shared by strangers, so it is only taken for what it proves: a whole name of a record, a long word
that is nobody's acronym, or the record that the first name points to as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from permed.ingest.linking.scoring.decision import Decision

__all__ = ["BY_SHORT_NAME", "with_short_names"]

Row = tuple[str | None, ...]
Decide = Callable[[Sequence[Row]], Iterator[Decision]]
BY_SHORT_NAME = "by its short name"
_SETTLED = "the country"  # a doubt about the row itself, which no other name mends
_GROUP, _PARENT = "it may be the group", "it may be the parent"
_SURE, _SURER, _SUREST = 0.9, 0.95, 0.98  # chances that a whole name, a word, a part must have
_SHARED = 0.3  # of the words, for a first name that points to a record
_WHOLE = 0.95  # of the weight of a record's name
_LETTERS, _WORDS = 5, 3


def with_short_names(decide: Decide, by_name: Decide, rows: Sequence[Row]) -> Iterator[Decision]:
    """Decide rows (name, country, city, short name), and what is open again by its short name.

    ``decide`` takes the first three; ``by_name`` reads nothing but a name.
    """
    found = list(decide([row[:3] for row in rows]))
    asked = [at for at, decision in enumerate(found) if _is_open(decision, rows[at])]
    again = by_name([(rows[at][3], *rows[at][1:3]) for at in asked])
    for at, short in zip(asked, again, strict=True):
        if short.decision == "accept" and _proves(found[at], short, rows[at][3] or ""):
            reason = f"{BY_SHORT_NAME} {rows[at][3]!r}: {short.reason}"
            found[at] = replace(short, reason=reason)
    yield from found


def _is_open(decision: Decision, row: Row) -> bool:
    name, short = (" ".join((text or "").split()).casefold() for text in (row[0], row[3]))
    settled = decision.decision == "accept" or decision.reason.startswith(_SETTLED)
    return bool(name and short) and short != name and not settled


def _proves(name: Decision, short: Decision, text: str) -> bool:
    """Whether what was found by a short name may be taken (judged by hand: docs/matching.md)."""
    features, score = json.loads(short.features), short.match_score
    words = features.get("query_words", 0)
    if name.match_id == short.match_id:
        return _points_too(name, features, score)
    same = "same_text" in features and not features.keys() & {"kind_former", "kind_acronym"}
    if words > 1:
        most = words >= _WORDS and features.get("covers", 0) >= _WHOLE and score >= _SUREST
        return (same and score >= _SURE) or most
    return same and score >= _SURER and sum(map(str.isalpha, text)) >= _LETTERS


def _points_too(name: Decision, features: Mapping[str, float], score: float) -> bool:
    """Whether both names prove one record: a daughter's short name may be its group's."""
    if name.reason.startswith(_GROUP):
        return False
    if name.reason.startswith(_PARENT):
        return name.match_score >= _SURE and score >= _SURER
    whole = features.get("query_words", 0) > 1 and "same_words" in features
    shared = json.loads(name.features).get("jaccard", 0.0) >= _SHARED
    acronym = "acronym_same" in features and "is_company" not in features
    return score >= _SURE and (whole or (shared and acronym))
