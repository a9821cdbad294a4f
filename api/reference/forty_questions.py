"""The page of the forty questions: how much of each is answered, what is lacking, its test."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

from permed.queries.asking import numbered
from permed.queries.catalogue import Catalogue, Question

__all__ = ["forty_questions"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_RECOMPUTED: Final = "tests/queries/test_recomputed.py"
_BY_HAND: Final = ("tests/queries/test_answers.py", "tests/queries/test_answers_in_full.py")
_AT_SCALE: Final = "tests/queries/test_horizon_europe.py"
_MEASURED: Final = Path(__file__).with_name("horizon_europe.tsv")
_PROJECTS: Final = "19,189"
_DUMP: Final = "29 November 2025"
_HEAD: Final = """# The forty questions

%s
`permed ask 12`, `permed ask "how many proposals were funded"`, or the page of each question under
`/questions`. Grades are those on the packaged data. **complete**: every statement in hand that
bears on the question is in the answer. **partial**: a part of the question has no statement in
hand. What no source at hand tells stands in every answer itself, and in the column before the
last. A test in `%s` computes the answer a second time from the CSV files,
without catalogue and graph; the others hold the answer to facts read off the files by hand.

The fifth column is the answer to the example on the curated facts and **all of Horizon Europe**
(%s projects of the dump of %s): its grade there, its rows, and processor seconds
on one core with the release in memory, as a server has it, and, where it was measured, from its
store on disk, as `permed query` has it (`python -m benchmarks.questions.at_scale`).
What curated sources alone tell has the same grade there; what CORDIS tells is complete where every
project of Horizon Europe that bears on the question is in the answer. `%s`
(`make full`) asks each there, and
computes the answers marked * a second time from the CSV files of the dump.

| n | question | query | grade | on Horizon Europe | not known, and what would tell it | test |
| --- | --- | --- | --- | --- | --- | --- |
"""


def forty_questions(made: str) -> str:
    """Return the page in Markdown; `made` is the remark that it is made from the code."""
    asked = numbered(Catalogue.load())
    rows = [_row(number, q) for number, questions in asked.items() for q in questions]
    whole = sum(all(q.grade == "complete" for q in questions) for questions in asked.values())
    total = f"{whole} of {len(asked)} questions are complete on the packaged data."
    head = _HEAD % (made.strip(), _RECOMPUTED, _PROJECTS, _DUMP, _AT_SCALE)
    return head + "\n".join([*rows, "", total, ""])


def _row(number: int, question: Question) -> str:
    cells = (str(number), question.question, f"`{question.name}`", question.grade,
             _at_scale(question), question.lacking, _test_of(question))  # fmt: skip
    told = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {told} |"


def _at_scale(question: Question) -> str:
    row = _measured().get(question.name)
    if row is None:
        return "not measured"
    recounted = "*" if f'"{question.name}"' in _text(_AT_SCALE) else ""
    on_disk = f"; on disk {row['on_disk']} s" if row["on_disk"] else ""  # not measured yet
    took = f"{row['seconds']} s{on_disk}"
    return f"{row['grade']}{recounted}: {row['rows']} rows, {took}"


@cache
def _measured() -> dict[str, dict[str, str]]:
    with _MEASURED.open(encoding="utf-8", newline="") as file:
        return {row["query"]: row for row in csv.DictReader(file, delimiter="\t")}


def _test_of(question: Question) -> str:
    if re.search(rf'\(\s*"\d+",\s*"{question.name}"', _text(_RECOMPUTED)):
        return f"`{_RECOMPUTED}`"
    held = [path for path in _BY_HAND if f'"{question.name}"' in _text(path)]
    return ", ".join(f"`{path}`" for path in held)


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")
