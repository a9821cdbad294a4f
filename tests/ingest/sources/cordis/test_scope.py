"""Scope: what stays, what is left out, and the figures of the whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from permed.ingest.source import SourceData, SourceRequest
from permed.ingest.sources.cordis import read
from tests.ingest.sources.cordis.official import (
    dump,
    issues,
    one,
    partner,
    project,
    table,
)

OURS, NEAR, FAR, SEED = "101000001", "101000002", "101000003", "101137129"


def label(number: str, word: str, score: str = "0.5") -> dict[str, str]:
    return {
        "projectID": number,
        "label": word,
        "score": score,
        "evidence": "title: x",
        "method": "by hand",
    }


def scoped(folder: Path, scope: str, **more: bytes) -> SourceData:
    projects = [
        project(OURS),
        project(NEAR, startDate="2023-01-01"),
        project(FAR, ecMaxContribution="10.5"),
        project(SEED),
    ]
    partners = [
        partner(projectID=OURS),
        partner(
            "911111111", projectID=OURS, role="participant", country="FR", nutsCode="", order="2"
        ),
        partner("922222222", projectID=NEAR),
        partner("933333333", projectID=FAR, ecContribution="0.5"),
        partner("944444444", projectID=SEED),
    ]
    words = [label(OURS, "core"), label(NEAR, "related"), label(FAR, "none"), label(SEED, "none")]
    given = {"relevance": table(words), **more}
    return read(SourceRequest((dump(folder, projects, partners, **given),), {"scope": scope}))


def figures(data: SourceData, entity: str) -> dict[tuple[str, str], str]:
    rows = data.tables["figures"].filter(pl.col("entity") == entity)
    return {(i, a): v for i, a, v in rows.select("indicator", "as_of", "value").iter_rows()}


def test_scope_pm_keeps_relevant_projects_and_what_hangs_on_them(tmp_path: Path) -> None:
    data = scoped(tmp_path, "pm")
    kept = [f"project/{n}" for n in (OURS, NEAR, SEED)]
    assert data.tables["grants"]["activity"].to_list() == kept
    assert set(data.tables["roles"]["activity"]) == set(kept)
    assert "organisation/pic-933333333" not in data.tables["organisations"]["id"].to_list()
    assert scoped(tmp_path, "all").tables["grants"].height == 4


def test_labels_become_classifications_with_their_reason(tmp_path: Path) -> None:
    rows = scoped(tmp_path, "pm").tables["classifications"]
    marks = rows.filter(pl.col("topic").str.starts_with("pm-relevance"))
    assert marks.select("entity", "topic", "score", "method", "reason", "evidence").rows()[:2] == [
        (f"project/{OURS}", "pm-relevance/core", "0.5", "by hand", "title: x", "data"),
        (f"project/{NEAR}", "pm-relevance/related", "0.5", "by hand", "title: x", "data"),
    ]


def test_the_own_actions_of_the_ecosystem_are_core_by_definition(tmp_path: Path) -> None:
    rows = scoped(tmp_path, "pm").tables["classifications"]
    own = rows.filter(pl.col("entity") == f"project/{SEED}")
    assert own.select("topic", "score", "method").rows() == [
        ("pm-relevance/core", "1", "curated list")
    ]


def test_figures_tell_of_the_whole_and_of_what_was_left_out(tmp_path: Path) -> None:
    data = scoped(tmp_path, "pm")
    day = "2025-08-26"
    assert figures(data, "programme/horizon-europe") == {
        ("funded-projects", day): "4",
        ("funded-projects", "2022"): "3",
        ("funded-projects", "2023"): "1",
        ("eu-contribution", day): "4500010.50",
        ("eu-contribution", "2022"): "3000010.50",
        ("eu-contribution", "2023"): "1500000",
        ("projects-left-out", day): "1",
        ("eu-contribution-left-out", day): "10.50",
    }
    assert figures(data, "country/DE") == {
        ("funded-projects", "2022"): "3",
        ("funded-projects", "2023"): "1",
        ("eu-contribution", "2022"): "1500000.50",
        ("eu-contribution", "2023"): "750000",
    }
    assert figures(data, "country/FR")["funded-projects", "2022"] == "1"
    assert data.tables["figures"]["qualifier"].unique().to_list() == ["exact"]
    nothing = figures(scoped(tmp_path, "all"), "programme/horizon-europe")
    assert nothing["projects-left-out", day] == "0"


def test_gaps_in_the_dump_make_parts_lower_bounds(tmp_path: Path) -> None:
    path = dump(tmp_path, [project(), project("101000002")])
    rows = read(SourceRequest((path,), {"scope": "all"})).tables["figures"]
    by_year = pl.col("as_of") == "2022"
    assert rows.filter(by_year)["qualifier"].unique().to_list() == ["at-least"]
    assert rows.filter(~by_year)["qualifier"].unique().to_list() == ["exact"]
    assert rows["note"].unique().to_list() == [
        "Horizon Europe; counted in a dump where projects lack start or participants"
    ]


def test_totals_that_come_with_the_files_are_taken_over(tmp_path: Path) -> None:
    totals = [
        {
            "programme": "HORIZON",
            "country": "",
            "year": "",
            "projects": "19",
            "euContribution": "77",
            "qualifier": "exact",
        },
        {
            "programme": "HORIZON",
            "country": "DE",
            "year": "2022",
            "projects": "9",
            "euContribution": "7.5",
            "qualifier": "exact",
        },
    ]
    data = scoped(tmp_path, "all", totals=table(totals))
    assert figures(data, "country/DE") == {
        ("funded-projects", "2022"): "9",
        ("eu-contribution", "2022"): "7.5",
    }
    assert figures(data, "programme/horizon-europe")["projects-left-out", "2025-08-26"] == "15"


def test_projects_without_a_label_are_judged(tmp_path: Path) -> None:
    rows = [label(OURS, "core"), label("101000009", "core"), label(NEAR, "perhaps")]
    path = dump(
        tmp_path, [project(OURS), project(NEAR, title="Harbour cranes")], relevance=table(rows)
    )
    data = read(SourceRequest((path,), {"scope": "all"}))
    marks = data.tables["classifications"].select("entity", "topic")
    assert marks.filter(pl.col("topic").str.starts_with("pm-relevance")).rows() == [
        (f"project/{OURS}", "pm-relevance/core"),
        (f"project/{NEAR}", "pm-relevance/none"),
    ]
    assert ("label", 3) in [(field, row) for field, row, _ in issues(data, "rejected")]


@pytest.mark.parametrize("scope", ["pm", "all"])
def test_abstracts_are_kept_unless_they_are_left_out(tmp_path: Path, scope: str) -> None:
    kept = one(scoped(tmp_path, scope), "activities", id=f"project/{OURS}")["abstract"]
    words = {"relevance": table([label(OURS, "core")])}
    (tmp_path / "less").mkdir()
    files = (dump(tmp_path / "less", [project(OURS)], [partner(projectID=OURS)], **words),)
    less = read(SourceRequest(files, {"scope": scope, "abstracts": False}))
    dropped = one(less, "activities", id=f"project/{OURS}")["abstract"]
    assert (kept, dropped) == ("Aims.", None)


def test_core_projects_have_areas_by_the_model_and_the_own_actions_have_none(
    tmp_path: Path,
) -> None:
    text = {
        "objective": "Genetic biomarkers of metabolic disorders.",
        "fundingScheme": "HORIZON-RIA",
    }
    projects = [project(number, **text) for number in (OURS, NEAR, SEED)]
    partners = [partner(projectID=number) for number in (OURS, NEAR, SEED)]
    labels = [label(OURS, "core"), label(NEAR, "related"), label(SEED, "core")]
    path = dump(tmp_path, projects, partners, relevance=table(labels))
    rows = read(SourceRequest((path,), {"scope": "all"})).tables["classifications"]
    (placed,) = rows.filter(pl.col("topic").str.starts_with("sria-areas/")).to_dicts()
    assert (placed["entity"], placed["topic"]) == (f"project/{OURS}", "sria-areas/R")
    assert placed["evidence"] == "inferred"
    assert placed["method"] == "words and funding scheme, logistic, version 1"
    assert placed["reason"].startswith("funding scheme HORIZON-RIA; words: ")
    assert 0.7 <= float(placed["score"]) <= 1


def test_areas_that_come_with_the_files_are_taken_over(tmp_path: Path) -> None:
    given = {"projectID": OURS, "sriaArea": "I", "score": "0.8", "evidence": "e", "method": "m"}
    data = scoped(tmp_path, "pm", sriaAreas=table([given, {**given, "sriaArea": "X"}, given]))
    rows = data.tables["classifications"]
    placed = rows.filter(pl.col("topic").str.starts_with("sria-areas/"))
    assert placed.select("entity", "topic", "score", "reason", "method").rows() == [
        (f"project/{OURS}", "sria-areas/I", "0.8", "e", "m")
    ]
    reasons = data.issues["reason"].to_list()
    assert "unknown area (known: R, I, H, O)" in reasons
    assert "repeats an area" in reasons
