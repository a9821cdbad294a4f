"""The report as a page: its files and nothing else, and what is told before it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from permed.api.http.pages.dataset import report
from permed.api.http.pages.dataset.report import ReportDrawer
from permed.api.report.drawn_apart import main
from tests.api.http.conftest import running, settings_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a report is made of."""
    folder = tmp_path_factory.mktemp("report") / "one"
    (folder / "data").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>The report</h1>", encoding="utf-8")
    (folder / "data" / "claims.csv").write_text("claim\n", encoding="utf-8")
    (folder.parent / "secret.csv").write_text("secret\n", encoding="utf-8")
    return folder


@pytest.fixture
def reader(http_home: Path) -> Iterator[httpx2.Client]:
    with (
        running(http_home, settings_of(ready=1)) as address,
        httpx2.Client(base_url=address, timeout=20, follow_redirects=True) as client,
    ):
        yield client


def test_its_files_are_served_and_nothing_else(
    reader: httpx2.Client, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drawn(*_: object) -> Path:
        return written

    monkeypatch.setattr(ReportDrawer, "folder_of", drawn)
    page = reader.get("/network/report")
    assert "The report" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert reader.get("/network/report/data/claims.csv").text == "claim\n"
    for path in (
        "/network/report/none.csv",
        "/network/report/..%2Fsecret.csv",
        "/network/report/data",
        "/network/report/%2Fetc",
    ):
        assert reader.get(path).status_code == 404, path


def test_a_reader_is_told_while_it_is_drawn_and_why_it_cannot_be(
    reader: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drawing(*_: object) -> None:
        return None

    monkeypatch.setattr(ReportDrawer, "folder_of", drawing)
    page = reader.get("/network/report/")
    assert (page.status_code, page.headers["refresh"]) == (202, "3")
    assert "being drawn" in page.text
    assert reader.get("/network/report/data/claims.csv").status_code == 503
    monkeypatch.undo()
    monkeypatch.setattr(report, "_MODULE", "permed.graph.errors")  # no program: it ends at once
    monkeypatch.setattr(report, "_PATIENCE", 60)
    answer = reader.get("/network/report/")
    assert (answer.status_code, "cannot be drawn" in answer.text) == (503, True)
    assert "Traceback" not in answer.text


def test_the_program_says_in_a_line_why_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["3", str(tmp_path / "none"), str(tmp_path / "out")]) == 1
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_closing_leaves_nothing(tmp_path: Path) -> None:
    drawer = ReportDrawer()
    drawer._folder = tmp_path / "drawn"
    drawer._folder.mkdir()
    asyncio.run(_closed(drawer))
    assert not drawer._folder.exists()


async def _closed(drawer: ReportDrawer) -> None:
    drawer.close()
