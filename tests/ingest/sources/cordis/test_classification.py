"""EuroSciVoc, policy priorities and programme parts."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.ingest.sources.cordis.official import dump, issues, one, table, whole


def voc(code: str, path: str) -> dict[str, str]:
    title = path.rsplit("/", 1)[-1]
    return {
        "projectID": "101000001",
        "euroSciVocCode": code,
        "euroSciVocPath": path,
        "euroSciVocTitle": title,
        "euroSciVocDescription": "",
    }


def test_concepts_come_with_those_above_them(tmp_path: Path) -> None:
    rows = [
        voc("/23/49/335", "/natural sciences/biological sciences/genetics"),
        voc("/23/49", "/natural sciences/biological sciences"),
        voc("/23/9", "/x"),
        voc("a", "/y"),
    ]
    data = whole(dump(tmp_path, euroSciVoc=table(rows)))
    concepts = data.tables["topics"].select("id", "label", "broader").rows()
    assert concepts == [
        ("euroscivoc/23", "natural sciences", None),
        ("euroscivoc/49", "biological sciences", "euroscivoc/23"),
        ("euroscivoc/335", "genetics", "euroscivoc/49"),
    ]
    marks = data.tables["classifications"].filter(pl.col("topic").str.starts_with("euroscivoc"))
    assert marks.select("entity", "topic", "method").rows() == [
        ("project/101000001", "euroscivoc/335", None),
        ("project/101000001", "euroscivoc/49", None),
    ]
    assert [row for _, row, _ in issues(data, "rejected")] == [3, 4]


def test_only_priorities_that_a_project_serves_are_kept(tmp_path: Path) -> None:
    rows = [
        {"projectID": "101000001", "code": code, "title": code.title(), "weight": weight}
        for code, weight in (("/ai", "100"), ("/climate", "40"), ("/cleanAir", "0"), ("/x", "lots"))
    ]
    data = whole(dump(tmp_path, policyPriorities=table(rows)))
    marks = data.tables["classifications"].filter(pl.col("topic").str.starts_with("policy"))
    assert marks.select("topic", "score", "method").rows() == [
        ("policy-priority/ai", "100", "cordis-policy-marker"),
        ("policy-priority/climate", "40", "cordis-policy-marker"),
    ]
    assert [field for field, *_ in issues(data, "dropped")] == ["weight"]


def test_programme_parts_form_a_hierarchy(tmp_path: Path) -> None:
    rows = [
        {
            "projectID": "101000001",
            "legalBasis": "HORIZON.2.1",
            "title": "Health",
            "uniqueProgrammePart": "true",
        },
        {
            "projectID": "101000001",
            "legalBasis": "HORIZON.2.1.5",
            "title": "Tools",
            "uniqueProgrammePart": "",
        },
    ]
    data = whole(dump(tmp_path, legalBasis=table(rows)))
    assert data.tables["topics"].select("id", "label", "broader").rows() == [
        ("programme-part/HORIZON.2.1", "Health", None),
        ("programme-part/HORIZON.2.1.5", "Tools", "programme-part/HORIZON.2.1"),
    ]
    assert one(data, "schemes")["id"] == "programme-part"
    assert one(data, "activities", id="funding-scheme/HORIZON.2.1")["title"] == "Health"
