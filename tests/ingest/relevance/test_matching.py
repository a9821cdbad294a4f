from __future__ import annotations

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.ingest.relevance.lexicon import families, patterns
from permed.ingest.relevance.matching import COLUMNS, OPENING, complete, find_phrases, sentences


def found_in(objective: str, *, cues: bool = False) -> list[tuple[str, str, int]]:
    table = complete(pl.DataFrame({"projectID": ["1"], "objective": [objective]}))
    found = find_phrases(sentences(table), cues=cues)
    return [(r["family"], r["phrase"], r["n"]) for r in found.iter_rows(named=True)]


def test_longest_phrase_wins_and_hyphens_and_spelling_do_not_matter() -> None:
    assert found_in("Personalized-Medicine now") == [("pm", "personalised medicine*", 1)]
    assert found_in("tumor microenvironment") == [("immune_cell", "tumour microenvironment", 1)]


def test_neighbouring_whole_words_are_all_found() -> None:
    assert found_in("mutation mutation, mutation") == [("genetic", "mutation", 3)]


def test_a_phrase_starts_at_the_start_of_a_word() -> None:
    assert found_in("chairs said nothing") == []
    assert found_in("Explainable AI") == [("data", "ai", 1), ("data", "explainable", 1)]


def test_a_cue_may_belong_to_two_families() -> None:
    cues = {family for family, _, _ in found_in("stratify", cues=True)}
    assert cues == {"foresee", "fit"}


def test_objective_is_cut_into_sentences_and_opening() -> None:
    text = "Cancer first. Then biomarkers!\nLast line. " + "x" * OPENING + " organoids."
    texts = sentences(complete(pl.DataFrame({"projectID": ["1"], "objective": [text]})))
    assert texts.filter(pl.col("field") == "opening")["sentence"].to_list() == [0, 1, 2, 3]
    found = find_phrases(texts).select("field", "sentence", "phrase").rows()
    assert ("opening", 1, "biomarker*") in found
    assert ("rest", 0, "organoid*") in found


def test_complete_fills_missing_columns_and_nulls() -> None:
    table = complete(pl.DataFrame({"projectID": [7], "title": [None]}))
    assert table.columns == list(COLUMNS)
    assert table.row(0) == ("7", *[""] * (len(COLUMNS) - 1))


@pytest.mark.parametrize("ids", [["1", "1"], ["1", ""], ["1", None]])
def test_bad_ids_are_refused_with_the_row(ids: list[str | None]) -> None:
    with pytest.raises(InputError, match=r"projects, row [12]: projectID .* one row a project"):
        complete(pl.DataFrame({"projectID": ids}))


def test_table_without_ids_is_refused() -> None:
    with pytest.raises(InputError, match="no column projectID"):
        complete(pl.DataFrame({"title": ["x"]}))


def test_lexicon_is_lower_case_without_repeats() -> None:
    told = [phrase for family in families() if family.sign != "cue" for phrase in family.phrases]
    assert [p for p in told if p != p.lower().strip()] == []
    repeated = patterns().filter(pl.col("pattern").is_duplicated())
    assert repeated["phrase"].unique().to_list() == []
    assert all(family.meaning for family in families())
