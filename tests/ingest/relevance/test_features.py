from __future__ import annotations

import polars as pl

from permed.ingest.relevance import FEATURES, features


def test_one_row_a_project_in_order_and_within_bounds(projects: pl.DataFrame) -> None:
    table = features(projects)
    assert table.columns == ["projectID", *FEATURES]
    assert table["projectID"].to_list() == projects["projectID"].to_list()
    values = table.select(FEATURES).to_numpy()
    assert values.min() >= 0
    assert values.max() <= 1


def test_words_outside_health_do_not_count(projects: pl.DataFrame) -> None:
    row = features(projects.filter(pl.col("projectID") == "quantum")).row(0, named=True)
    assert row["context"] == 0
    assert row["individual_head"] == row["tailoring_text"] == row["fits_care"] == 0


def test_aims_are_told_from_hopes() -> None:
    care = "Patients with cancer, tumours, diabetes and stroke come to the clinic. "
    told = pl.DataFrame(
        {
            "projectID": ["aim", "hope"],
            "objective": [
                care + "We will tailor therapy to each patient.",
                care + "This could ultimately help to tailor therapy to each patient.",
            ],
        }
    )
    aim, hope = features(told).to_dicts()
    assert aim["aims_fit_care"] > hope["aims_fit_care"] == 0
    assert hope["hopes_pm"] > aim["hopes_pm"] == 0
    assert aim["fits_care"] == hope["fits_care"] > 0


def test_what_stands_late_counts_half() -> None:
    words = "biomarkers for cancer patients in the clinic, therapy and diagnosis. "
    told = pl.DataFrame({"projectID": ["early", "late"], "objective": [words, "x " * 650 + words]})
    early, late = features(told)["biomarker_text"].to_list()
    assert early > late > 0


def test_health_call_is_known_by_code_or_legal_basis() -> None:
    told = pl.DataFrame(
        {
            "projectID": ["code", "basis", "h2020", "none"],
            "topics": ["HORIZON-HLTH-2022-TOOL-11-01", "X", "SC1-PM-10-2017", "ERC-2023-STG"],
            "legal_basis": ["", "HORIZON.2.1.3", None, "HORIZON.1.1"],
        }
    )
    assert features(told)["call_health"].to_list() == [1, 1, 1, 0]
    assert features(told)["curiosity"].to_list() == [0, 0, 0, 1]


def test_empty_table_gives_an_empty_feature_table() -> None:
    empty = pl.DataFrame(schema={"projectID": pl.String, "title": pl.String})
    assert features(empty).shape == (0, 1 + len(FEATURES))
