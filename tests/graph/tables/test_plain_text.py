"""Texts of sources become plain text, whatever the program that wrote them put in."""

from __future__ import annotations

import polars as pl
import pytest

from permed.graph.tables.plain_text import plain_text, plain_texts


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("the patient's tumor_x000D__x000D_", "the patient's tumor"),
        ("one_x000D_\ntwo_x0009_three", "one two three"),
        ("CO<sub>2</sub> &amp;amp; <i>BRCA1</i>", "CO2 & BRCA1"),
        ("gene_x0041_2 and _x00e9_", "gene_x0041_2 and _x00e9_"),  # no control characters: names
        ("plain_x00", "plain_x00"),
        ("_x000a_", None),
    ],
)
def test_what_no_reader_should_see_is_taken_off(text: str, plain: str | None) -> None:
    assert plain_text(text) == plain
    found = pl.DataFrame({"title": [text, "other"]}).select(plain_texts("title"))
    assert found["title"].to_list() == [plain, "other"]


def test_lines_stay_where_a_text_may_have_many() -> None:
    assert plain_text("one_x000D_\ntwo", many_lines=True) == "one\ntwo"
