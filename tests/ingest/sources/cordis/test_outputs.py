"""Results: the one-file layout of the sources' XML and the three official files."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.sources.cordis.official import dump, issues, one, table, whole


def result(number: str, **more: str) -> dict[str, str]:
    return {
        "projectID": "101000001",
        "id": number,
        "rcn": "1",
        "collection": "publication",
        "otherCategories": "projectPublication:PEER_REVIEWED_ARTICLE",
        "title": "A finding",
        "authors": "A. B.",
        "journalTitle": "Journal",
        "publisher": "Press",
        "publishedYear": "2024",
        "doi": "10.1000/ABC",
        "issn": "1234-567X",
        "isbn": "",
        "physUrl": "",
        "contentUpdateDate": "",
        **more,
    }


def test_a_publication(tmp_path: Path) -> None:
    found = one(whole(dump(tmp_path, result=table([result("101_7_P")]))), "outputs")
    assert (
        found
        | {
            "id": "output/cordis-101_7_P",
            "kind": "journal-paper",
            "title": "A finding",
            "authors": "A. B.",
            "journal": "Journal",
            "publisher": "Press",
            "published": "2024",
            "doi": "10.1000/abc",
            "issn": "1234-567X",
            "activity": "project/101000001",
            "about": None,
        }
        == found
    )


def test_kinds_of_results(tmp_path: Path) -> None:
    rows = [
        result("1", collection="deliverable", otherCategories="deliverableType:DMP"),
        result("2", collection="pubsum", otherCategories=""),
        result("3", collection="ipr", otherCategories="iprType:PATENT"),
        result("4", collection="", otherCategories="projectPublication:BOOK_CHAPTER"),
        result("5", collection="deliverable", otherCategories=""),
    ]
    outputs = whole(dump(tmp_path, result=table(rows))).tables["outputs"]
    assert outputs.select("kind", "about").rows() == [
        ("deliverable", "data management plan"),
        ("report-summary", None),
        ("other-result", "patent"),
        ("book-chapter", None),
        ("deliverable", None),
    ]


def test_results_that_say_too_little_are_rejected(tmp_path: Path) -> None:
    rows = [
        result("1"),
        result("1"),
        result("2", title=""),
        result(""),
        result("3", otherCategories="projectPublication:SONG"),
        result("4", projectID="101999999"),
    ]
    data = whole(dump(tmp_path, result=table(rows)))
    assert data.tables["outputs"].height == 1
    assert sorted((row, why[:24]) for _, row, why in issues(data, "rejected")) == [
        (2, "repeats the result"),
        (3, "the result has no title"),
        (4, "the result has no id"),
        (5, "unknown kind of result: "),
        (6, "its project is in no pro"),
    ]


def test_odd_values_are_left_out(tmp_path: Path) -> None:
    rows = [result("1", doi="10.1/x", issn="abc", publishedYear="soon", physUrl="nowhere")]
    data = whole(dump(tmp_path, result=table(rows)))
    assert {field for field, *_ in issues(data, "dropped")} == {"doi", "issn", "year", "url"}
    blank = whole(dump(tmp_path, result=table([result("1", issn="0000-0000")])))
    assert (one(blank, "outputs")["issn"], issues(blank, "dropped")) == (None, [])


def test_the_three_official_files(tmp_path: Path) -> None:
    publications = [
        {
            "id": "p1",
            "title": "Paper",
            "isPublishedAs": "Peer reviewed articles",
            "authors": "A",
            "journalNumber": "1",
            "journalTitle": "J",
            "publishedPages": "1-2",
            "publishedYear": "2023",
            "publisher": "P",
            "issn": "",
            "isbn": "",
            "doi": "10.1000/p",
            "projectID": "101000001",
            "projectAcronym": "ALPHA",
            "collection": "Project publication",
            "contentUpdateDate": "2023-01-01 00:00:00",
            "rcn": "1",
        }
    ]
    deliverables = [
        {
            "deliverableType": "Data Management Plan",
            "description": "Plan for the data",
            "url": "https://example.org/d",
            "projectID": "101000001",
            "projectAcronym": "ALPHA",
            "contentUpdateDate": "2023-01-01 00:00:00",
            "rcn": "55",
            "collection": "Project deliverable",
        }
    ]
    reports = [
        {
            "id": "r1",
            "title": "Periodic Reporting for period 1 - ALPHA",
            "projectID": "101000001",
            "projectAcronym": "ALPHA",
            "attachment": "",
            "contentUpdateDate": "",
            "rcn": "66",
        }
    ]
    data = whole(
        dump(
            tmp_path,
            projectPublications=table(publications),
            projectDeliverables=table(deliverables),
            reportSummaries=table(reports),
        )
    )
    assert data.tables["outputs"].select("id", "kind", "title", "about").rows() == [
        ("output/cordis-p1", "journal-paper", "Paper", None),
        ("output/cordis-rcn-55", "deliverable", "Plan for the data", "Data Management Plan"),
        ("output/cordis-r1", "report-summary", "Periodic Reporting for period 1 - ALPHA", None),
    ]
    assert data.issues.is_empty()
