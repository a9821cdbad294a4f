"""Documents as their reader meets them: files, names, numbers, refusals."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import docx
import polars as pl
import pytest
from typer.testing import CliRunner

from permed.api.cli.report import app
from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import Document, DocumentSection, shown_cell
from permed.api.report.documents.web_page import body, page
from permed.api.report.documents.word import word_file
from permed.api.report.documents.writing import csv_archive, csv_files, write_document
from permed.api.report.figures.data import ReportData
from permed.api.report.sheets.sheet import SHEETS, sheet_of
from permed.api.report.state_of_the_art.years import covered_years, existing_year
from permed.api.text.names import sentence_list
from permed.graph.errors import NotFoundError
from permed.graph.releases.release import Release
from permed.queries.sentences import filled

pytestmark = pytest.mark.long

NAMED = [
    ("country", "FI", "Finland"),
    ("funder", "ISCIII", "Institute of Health Carlos III"),
    ("region", "Lombardy", "Lombardy"),
    ("call", "JTC2024", "JTC2024"),
    ("organisation", "organisation/dlr", "German Aerospace Center (DLR)"),
]
Sheet = Callable[[str, str], Document]
Report = Callable[[int], Document]


@pytest.fixture(params=[*NAMED, ("year", "2023", "2023")], ids=lambda p: p[0])
def document(request: pytest.FixtureRequest, sheet: Sheet, report_of: Report) -> Document:
    """Each kind of document once."""
    name, thing, _ = request.param
    return report_of(int(thing)) if name == "year" else sheet(name, thing)


def text_of(word: bytes) -> str:
    """All paragraphs and cells of a DOCX file, in one text."""
    read = docx.Document(io.BytesIO(word))
    cells = [cell.text for t in read.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


@pytest.mark.parametrize(("name", "thing", "title"), NAMED)
def test_a_sheet_is_of_the_thing_that_is_named(
    sheet: Sheet, name: str, thing: str, title: str
) -> None:
    found = sheet(name, thing)
    assert title in found.title
    assert sum(section.table.height for section in found.sections) > 10


@pytest.mark.parametrize("said", ["Austria", "AT", "country/AT", "Österreich"])
def test_names_as_people_speak(evidence: AskedRelease, said: str) -> None:
    assert evidence.resolved("country", said).value == "country/AT"


def test_every_kind_of_sheet_has_a_name_here() -> None:
    assert {name for name, _, _ in NAMED} == set(SHEETS)


def test_what_does_not_exist_is_refused(evidence: AskedRelease) -> None:
    with pytest.raises(NotFoundError, match="country Atlantis: no country of this name"):
        sheet_of("country", "Atlantis", evidence)
    with pytest.raises(NotFoundError, match=r"unknown sheet 'contry' \(did you mean country"):
        sheet_of("contry", "FI", evidence)


def test_a_year_outside_is_refused_with_the_years_that_exist(evidence: AskedRelease) -> None:
    years = covered_years(evidence)
    assert existing_year(evidence, years[0]) == 2013  # the first action began on 1 January 2013
    for year in (years[0] - 1, years[-1] + 1):
        with pytest.raises(NotFoundError, match=f"covers {years[0]} to {years[-1]}"):
            existing_year(evidence, year)


def test_every_number_is_that_of_the_csv_beside_it(document: Document) -> None:
    files = csv_files(document)
    read = {
        key: pl.read_csv(io.StringIO(text), infer_schema_length=None) for key, text in files.items()
    }
    for section in document.sections:
        table = read[f"{section.key}.csv"]
        assert table.height == section.table.height
        if table.height:
            assert filled(section.says, table) == section.finding, section.key
    told = {
        row["number"]: row["value"] for row in csv.DictReader(io.StringIO(files["key-numbers.csv"]))
    }
    for number, value in document.key_numbers:
        assert told[number.label] == value
        table = read[f"{number.section}.csv"]
        assert value == (filled(number.says, table) if table.height else "none known")


def test_page_and_docx_say_the_same(document: Document) -> None:
    html, word = unescape(page(document)), text_of(word_file(document))
    for section in document.sections:
        for words in (section.title, section.asks, section.finding, section.caveat):
            assert words in html
            assert words in word
    for number, value in document.key_numbers:
        assert f"<strong>{value}</strong>" in html
        assert number.label in word


def test_no_section_comes_twice(document: Document) -> None:
    keys = [section.key for section in document.sections]
    assert len(keys) == len(set(keys))


def test_the_archive_has_the_files(document: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(csv_archive(document))) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found == csv_files(document)


def test_the_same_document_gives_the_same_page(sheet: Sheet, evidence: AskedRelease) -> None:
    again = sheet_of("call", "JTC2024", replace(evidence, _kept={}))
    assert page(again) == page(sheet("call", "JTC2024"))


def test_a_long_table_says_what_is_left_out(report_of: Report) -> None:
    document = report_of(2023)
    shown = next(s for s in document.sections if s.key == "new-projects")
    assert f"Shown are 30 of {shown.table.height} rows" in page(document)


def test_a_site_of_its_own_links_to_its_own_pages(sheet: Sheet) -> None:
    document = sheet("country", "FI")
    assert document.base in page(document)
    text = body(document, "/x?{}", local="/")
    assert f'href="{document.base}' not in text
    assert 'href="/id/organisation/' in text
    sources = set(re.findall(r'href="(https?:[^"]*)"', page(document)))
    ours = {address for address in sources if address.startswith(document.base)}
    assert sources - ours  # pages of others keep their address
    assert set(re.findall(r'href="(https?:[^"]*)"', text)) == sources - ours
    assert 'href="/http' not in text


def test_texts_of_sources_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    table = pl.DataFrame({"a": [evil], "source": ["javascript:alert(1)"]})
    section = DocumentSection("x", evil, evil, "{first:a}", table, {"a": evil, "source": "Source"},
                      links={"a": "source"})  # fmt: skip
    made = Document("x", "k", evil, evil, "r", "https://e.org/", "2026-01-01", (), (section,), "c")
    text = page(made)
    assert "<script>" not in text
    assert 'href="javascript:' not in text


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("a", None, "–"),
        ("euContribution", 1234567.8, "1,234,568"),
        ("year", 2023, "2023"),
        ("perCent", 12.5, "12.5"),
        ("start", "2023-12-01", "1 Dec 2023"),
        ("source", "https://www.a.org/x https://a.org/y https://b.org/", "a.org; b.org"),
        ("a", True, "yes"),
    ],
)
def test_cells_are_shown_as_people_write_them(column: str, value: object, shown: str) -> None:
    assert shown_cell(column, value) == shown


def test_files_are_written(sheet: Sheet, tmp_path: Path) -> None:
    done = write_document(sheet("region", "Lombardy"), tmp_path / "new" / "folder", pdf=False)
    assert done.page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert done.word.stat().st_size > 10_000
    assert {path.name for path in done.data} >= {"roles.csv", "key-numbers.csv"}


def test_the_command_writes_a_report_or_says_why_not(home: Path, tmp_path: Path) -> None:
    run = CliRunner()
    refused = run.invoke(app, ["state-of-the-art", "--year", "1999", "--into", str(home)])
    assert isinstance(refused.exception, NotFoundError)
    assert "no State-of-the-Art report of 1999" in str(refused.exception)
    done = run.invoke(
        app,
        ["call", "JTC2024", "--into", str(home), "--out", str(tmp_path), "--no-pdf"],
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "data" / "funders.csv").is_file()


def test_the_same_document_gives_the_same_docx_at_any_time(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sheet("country", "FI")
    now = word_file(found)
    monkeypatch.setattr("zipfile.time.localtime", lambda *_: (2031, 1, 2, 3, 4, 6, 0, 1, 0))
    assert word_file(found) == now


def test_a_count_of_the_country_is_told_of_it_alone(sheet: Sheet) -> None:
    section = next(s for s in sheet("country", "FI").sections if s.key == "peers")
    mine = section.table.filter(pl.col("countryName") == "Finland").row(0, named=True)
    assert section.finding.startswith(f"Finland has {mine['projects']} projects")


@pytest.mark.parametrize(("name", "thing"), [("country", "Finland"), ("organisation", "DLR")])
def test_a_trend_names_the_years_across_which_there_is_none(
    sheet: Callable[[str, str], Document], release: Release, name: str, thing: str
) -> None:
    weak = ReportData(release).weak_years
    trend = next(s for s in sheet(name, thing).sections if s.key == "trend")
    assert weak
    told = sentence_list([str(year) for year in weak])
    assert trend.caveat.startswith(f"No trend can be told across {told}: ")
