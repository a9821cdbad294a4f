from __future__ import annotations

import polars as pl
import pytest

from permed.ingest.relevance import score


@pytest.fixture
def judged(projects: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["projectID"]: row for row in score(projects).iter_rows(named=True)}


def test_plain_cases_get_their_label(judged: dict[str, dict[str, object]]) -> None:
    assert {name: row["label"] for name, row in judged.items()} == {
        "tailored": "core",
        "organoid": "related",
        "quantum": "none",
        "bare": "core",
    }


def test_columns_order_and_bounds(projects: pl.DataFrame) -> None:
    table = score(projects.reverse())
    assert table.columns == ["projectID", "label", "score", "evidence", "confidence"]
    assert table["projectID"].to_list() == projects["projectID"].reverse().to_list()
    assert table["score"].is_between(0, 1).all()


def test_evidence_names_phrases_with_their_field(judged: dict[str, dict[str, object]]) -> None:
    told = str(judged["tailored"]["evidence"])
    assert told.startswith('title: "personalised treatment…", "biomarker…"; keywords: ')
    assert 'keywords: "precision medicine…", "patient stratification"' in told
    assert 'topic title: "biomarker…"' in told
    assert told.endswith("topic: HORIZON-HLTH-2022-TOOL-11-01; EuroSciVoc: cardiology")


def test_evidence_may_be_empty_handed() -> None:
    table = score(pl.DataFrame({"projectID": ["1"], "title": ["Medieval trade"]}))
    assert table["evidence"].to_list() == ["no phrase found"]
    assert table["label"].to_list() == ["none"]


def test_confidence_is_never_high_without_an_objective(projects: pl.DataFrame) -> None:
    assert set(score(projects.drop("objective"))["confidence"]) <= {"medium", "low"}
    assert "high" in set(score(projects)["confidence"])


def test_scoring_one_by_one_or_together_is_the_same(projects: pl.DataFrame) -> None:
    alone = pl.concat([score(projects[row : row + 1]) for row in range(len(projects))])
    assert alone.equals(score(projects))


def test_empty_table_gives_an_empty_answer() -> None:
    assert score(pl.DataFrame(schema={"projectID": pl.String})).height == 0
