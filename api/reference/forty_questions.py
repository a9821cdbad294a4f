"""The page of the forty questions: how much of each is answered, what is lacking, its test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from permed.queries.asking import numbered
from permed.queries.catalogue import Catalogue, Question

__all__ = ["forty_questions"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_RECOMPUTED: Final = "tests/queries/test_recomputed.py"
_BY_HAND: Final = ("tests/queries/test_answers.py", "tests/queries/test_answers_in_full.py")
_HEAD: Final = """# The forty questions

%s
`permed ask 12`, `permed ask "how many proposals were funded"`, or the page of each question under
`/questions`. Grades are those on the packaged data. **complete**: every statement in hand that
bears on the question is in the answer. **partial**: a part of the question has no statement in
hand. What no source at hand tells stands in every answer itself, and in the fourth column. A test
in `%s` computes the answer a second time from the CSV files, without
catalogue and graph; the others hold the answer to facts read off the files by hand.

| n | question | query | grade | not known, and what would tell it | test |
| --- | --- | --- | --- | --- | --- |
"""


def forty_questions(made: str) -> str:
    """Return the page in Markdown; `made` is the remark that it is made from the code."""
    asked = numbered(Catalogue.load())
    rows = [_row(number, q) for number, questions in asked.items() for q in questions]
    whole = sum(all(q.grade == "complete" for q in questions) for questions in asked.values())
    total = f"{whole} of {len(asked)} questions are complete on the packaged data."
    return _HEAD % (made.strip(), _RECOMPUTED) + "\n".join([*rows, "", total, ""])


def _row(number: int, question: Question) -> str:
    cells = (str(number), question.question, f"`{question.name}`", question.grade,
             question.lacking, _test_of(question))  # fmt: skip
    told = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {told} |"


def _test_of(question: Question) -> str:
    if re.search(rf'\(\s*"\d+",\s*"{question.name}"', _text(_RECOMPUTED)):
        return f"`{_RECOMPUTED}`"
    held = [path for path in _BY_HAND if f'"{question.name}"' in _text(path)]
    return ", ".join(f"`{path}`" for path in held)


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")
