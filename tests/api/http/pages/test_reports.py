"""Reports as pages and files of the server."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from permed.api.http.pages.secretariat import reports
from permed.api.report.documents.section import Document
from permed.api.report.sheets.sheet import sheet_of
from tests.api.http.conftest import running, settings_of

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx2.Client]:
    """A client of a server of the packaged release."""
    with (
        running(home, settings_of()) as address,
        httpx2.Client(base_url=address, timeout=60, follow_redirects=True) as found,
    ):
        yield found


def test_the_list_leads_to_reports(client: httpx2.Client) -> None:
    page = client.get("/report").text
    assert 'href="/report/state-of-the-art/2023"' in page
    sent = client.get("/report", params={"kind": "call", "name": "JTC2024"})
    assert sent.url.path == "/report/call/JTC2024"
    assert "<h1>EP PerMed JTC2024</h1>" in sent.text


def test_a_sheet_is_a_page_with_its_files(client: httpx2.Client) -> None:
    page = client.get("/report/call/JTC2024").text
    assert "<h1>EP PerMed JTC2024</h1>" in page
    assert 'href="/report/call/JTC2024?format=csv&amp;table=funders"' in page
    assert 'href="/id/organisation/' in page
    table = client.get("/report/call/JTC2024", params={"format": "csv", "table": "funders"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith("callName,funderName")
    again = client.get("/report/call/JTC2024", params={"format": "zip"})
    with zipfile.ZipFile(io.BytesIO(again.content)) as archive:
        assert {"funders.csv", "key-numbers.csv"} <= set(archive.namelist())
    word = client.get("/report/call/JTC2024", params={"format": "docx"})
    assert word.content.startswith(b"PK")
    known = {"If-None-Match": word.headers["etag"]}
    same = client.get("/report/call/JTC2024", params={"format": "docx"}, headers=known)
    assert same.status_code == 304


def test_a_page_and_its_tables_are_made_once(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(*given: Any) -> Document:
        made.append(given)
        return sheet_of(*given)

    monkeypatch.setattr(reports, "sheet_of", counted)
    for table in ("", "?format=csv&table=funders", "?format=csv&table=projects", "?format=zip"):
        assert client.get(f"/report/call/JTC2025{table}").status_code == 200
    assert len(made) == 1


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/report/country/Atlantis", 404, "no country of this name"),
        ("/report/contry/FI", 404, "did you mean country"),
        ("/report/state-of-the-art/1999", 404, "the graph covers"),
        ("/report/state-of-the-art/soon", 404, "give a year"),
        ("/report/call/JTC2024?format=odt", 400, "there are html, pdf, docx"),
        ("/report/call/JTC2024?format=csv&table=nothing", 404, "no table 'nothing'"),
    ],
)
def test_what_there_is_not_is_refused(
    client: httpx2.Client, path: str, status: int, said: str
) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_a_country_leads_to_its_sheet(client: httpx2.Client) -> None:
    assert 'href="/report/country/country/FI"' in client.get("/page/id/country/FI").text
