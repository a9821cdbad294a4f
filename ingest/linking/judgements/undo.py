"""Take back the last decision of a person, so that what was said before counts again.

Nothing is deleted: a row is added that says so, and it carries the mark of this tool. Undoing once
more takes back the decision before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from permed.graph.errors import InputError
from permed.ingest.linking.judgements.decide import Author, ReviewChoice, decided
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import Judgement

__all__ = ["TAKEN_BACK", "undone"]

TAKEN_BACK = {"mapping_tool": "permed link undo"}


def undone(rows: Iterable[Judgement], author: Author, day: str) -> tuple[Judgement, Judgement]:
    """Return the last decision of the user's file, and the row that takes it back.

    Where people had said something else of the pair before, the row says that again; else it
    withdraws. InputError where there is nothing (left) to undo.
    """
    rows = list(rows)
    standing = _standing(rows)
    if not standing:
        raise InputError("no decision of a person is left to undo; see: permed link status")
    last = standing.pop()
    before = [row for row in rows if row.packaged or not row.human]
    earlier = EffectiveJudgements.of([*before, *standing]).human.get(last.pair)
    day = max(day, last.date)
    if earlier is None:
        row = decided(last.subject, ReviewChoice.withdraw, last.object, author, day)
        return last, replace(row, other=TAKEN_BACK)
    kept = {k: v for k, v in earlier.other.items() if k != "review_date"}
    return last, replace(earlier, date=day, other=kept | TAKEN_BACK)


def _standing(rows: Iterable[Judgement]) -> list[Judgement]:
    """Rows of people in the user's own file, without those that were undone and what undid them."""
    standing: list[Judgement] = []
    for row in rows:
        if row.packaged or not row.human:
            continue
        if row.other.get("mapping_tool") != TAKEN_BACK["mapping_tool"]:
            standing.append(row)
        elif standing:
            standing.pop()
    return standing
