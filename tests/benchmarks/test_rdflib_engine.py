"""What docs/engines.md says of rdflib is what the table of its outcomes holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.questions.rdflib_engine import (
    AskedOfRdflib,
    outcomes,
    rdflib_section,
    with_section,
)
from permed.queries.catalogue import Catalogue
from tests import ROOT

PAGE = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")


def told(name: str, outcome: str, seconds: int) -> AskedOfRdflib:
    return AskedOfRdflib(name, outcome, seconds, "2026-01-02", "r")


def test_the_page_holds_the_section_of_the_table() -> None:
    found = outcomes()
    assert found.keys() <= {question.name for question in Catalogue.load()}
    assert "\n".join(rdflib_section(found)) in PAGE


def test_the_section_counts_and_names_what_is_not_the_same() -> None:
    found = [told("calls", "same", 90), told("regions", "ended", 60),
             told("parents", "1 of ours, 0 of its rows alone", 1),
             told("search", "failed: NotBoundError", 0)]  # fmt: skip
    text = " ".join(rdflib_section({one.question: one for one in found}))
    assert "questions 4 were asked: **1 have the same rows and 1 differ**; 1 were ended" in text
    assert "and 1 ended in an error of rdflib" in text
    assert "- `search` failed: NotBoundError" in text
    assert "- `parents`: 1 of ours, 0 of its rows alone" in text
    assert "- after 60 s: `regions`" in text
    assert "after more than a minute: `calls` 90 s" in text
    assert "Not asked yet: " in text


@pytest.mark.parametrize("after", ["", "\n## Later\n\ntext\n"])
def test_the_section_is_put_in_its_place(after: str) -> None:
    once = with_section(f"# Page\n\ntext\n{after}", ["## rdflib", "", "one"])
    again = with_section(once, ["## rdflib", "", "two"])
    assert (once.count("## rdflib"), again.count("## rdflib")) == (1, 1)
    assert ("one" in again, "two" in again, "## Later" in again) == (False, True, bool(after))


def test_a_table_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert outcomes(tmp_path / "none.tsv") == {}
