"""Sentences of answers: who leads alone is named, and one thing is spoken of as one."""

from __future__ import annotations

import re

import polars as pl
import pytest

from permed.queries.catalogue import Catalogue
from permed.queries.sentences import agreeing, filled, placeholders


@pytest.mark.parametrize(
    ("template", "calls", "told"),
    [
        ("most are {max:n} ({first:name})", [3, 2, 1], "most are 3 (A)"),
        ("most are {max:n} ({first:name})", [3, 3, 1], "most are 3 (2 have as many)"),
        ("most with {first:name} ({max:n})", [3, 2, 1], "most with A (3)"),
        ("most with {first:name} ({max:n})", [1, 1, 1], "most with 3 that have 1 each"),
        ("most with {first:name} ({max:n})", [2, 2, 1], "most with A and B (2 each)"),
        ("{max:n} ({first:name} and {first:other})", [2, 2, 1], "2 (2 have as many)"),
        ("{first:name}; the most are {max:n}", [1, 1, 1], "A; the most are 1"),
    ],
)
def test_only_who_leads_is_named(template: str, calls: list[int], told: str) -> None:
    rows = pl.DataFrame({"name": ["A", "B", "C"], "other": ["D", "D", "D"], "n": calls})
    assert filled(template, rows) == told


@pytest.mark.parametrize(
    ("calls", "told"),
    [(1, "1 call of 2024 is known, of 31 on (primary/secondary) care"),
     (2, "2 calls of 2024 are known, of 31 on (primary/secondary) care")],
)  # fmt: skip
def test_a_form_follows_the_count_and_no_year_and_values_keep_their_brackets(
    calls: int, told: str
) -> None:
    rows = pl.DataFrame({"call": range(calls), "on": ["(primary/secondary) care"] * calls})
    template = "{n:call} call(/s) of 2024 (is/are) known, of 31 on {first:on}"
    assert filled(template, rows) == told
    thousands = agreeing(f"{1_000 * calls:,} row(/s) (has/have) none")
    assert thousands == f"{calls},000 rows have none"


_OF_ONE = {"is", "was", "has", "as"}  # words of one thing that end as plurals do


def test_no_answer_speaks_of_one_as_of_many() -> None:
    told = {}
    for question in Catalogue.load():
        columns = {c for _, *names in placeholders(question.answer) for c in names if c}
        rows = pl.DataFrame({"": [1], **{c: [1] for c in columns}})
        text = filled(re.sub(r" where [^}]*", "", question.answer), rows)
        plurals = set(re.findall(r"(?<![\d,.])1 (\w+s|are|have|take|hold)\b", text)) - _OF_ONE
        if plurals - _verbs(question.answer):
            told[question.name] = text
    assert told == {}


def _verbs(template: str) -> set[str]:
    """Return the forms that a template has for one."""
    return {f"{stem}{end}" for stem, end in re.findall(r"(\w*)\((\w+)/\w*\)", template)}
