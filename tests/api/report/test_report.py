"""The report is whole, opens offline, says what its figures show, and can be made again."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from permed.api.cli.report import app
from permed.api.report import FIGURE_SPECS, Report, Selection, build_figure, build_report
from permed.api.report.claims.coverage import last_whole_year
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import Content, DisplayTable, plain
from permed.api.report.key_figures import key_figures, key_table
from permed.api.report.pdf import chromium, print_pdf
from permed.graph.errors import InputError, NotFoundError
from permed.graph.network import Scope
from permed.graph.releases.release import Release
from tests.api.report.reading import Page, read

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    """The page, parsed."""
    return read(report.page.read_text(encoding="utf-8"))


def test_opens_offline(page: Page) -> None:
    assert page.scripts == 0
    assert page.links
    assert [link for link in page.links if re.match(r"[a-z]+:|//", link)] == []


def test_links_lead_somewhere(page: Page, report: Report) -> None:
    for link in page.links:
        target = link[1:] in page.ids if link[0] == "#" else (report.page.parent / link).is_file()
        assert target, link


def test_ids_are_unique(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_pictures_have_alternative_text(page: Page) -> None:
    assert len(page.pictures) >= 12
    for picture in page.pictures:
        assert picture["role"] == "img"
        assert picture["title"]
        assert len(picture["desc"]) > 20


def test_style_asks_for_nothing_outside(report: Report) -> None:
    html = report.page.read_text(encoding="utf-8")
    assert "@import" not in html
    assert re.findall(r"url\((?!#)[^)]*\)", html) == []


def test_every_figure_has_its_data(report: Report) -> None:
    names = {path.stem for path in report.data}
    assert names == set(FIGURE_SPECS) - {"where-of"} | {"key-figures", "claims"}
    for path in report.data:
        assert pl.read_csv(path, infer_schema=False).height > 0, path.name


def test_the_same_data_are_a_workbook_and_every_column_is_described(report: Report) -> None:
    book, package, metadata = report.described
    sheets = fastexcel.read_excel(book).sheet_names
    assert len(sheets) == len(report.data) + 1
    fields = {
        r["path"]: r["schema"]["fields"] for r in json.loads(package.read_text())["resources"]
    }
    tables = {t["url"]: t["tableSchema"] for t in json.loads(metadata.read_text())["tables"]}
    for path in report.data:
        names = pl.read_csv(path, infer_schema=False).columns
        assert [f["name"] for f in fields[path.name]] == names
        assert [c["titles"] for c in tables[path.name]["columns"]] == names


def test_no_value_is_not_a_number(report: Report, page: Page) -> None:
    shown = " ".join(page.text) + "".join(path.read_text() for path in report.data)
    assert re.findall(r"\b(?:nan|NaN|inf|None)\b", shown) == []


def test_lists_are_read_as_words(page: Page) -> None:
    assert re.findall(r"\['[^\]]*'\]", " ".join(page.text)) == []
    assert [plain(value) for value in (["Cyprus", "Greece"], [], None)] == [
        "Cyprus, Greece",
        "–",
        "–",
    ]


def test_a_report_of_one_country_says_whose_ties_it_tells(release: Release) -> None:
    data = ReportData(release, Selection(Scope(of=("MT",))))
    for key in ("whom-bonds", "whom-backbone"):
        last = FIGURE_SPECS[key].make(data).claims[0 if key == "whom-backbone" else 1]
        assert "ties of Malta" in last.sentence
    tests = {claim.key: claim for claim in FIGURE_SPECS["whom-pairs"].make(data).claims}
    assert not re.search(r"\b0 share|\b0 fewer", tests["whom-pairs.count"].sentence)


def test_says_where_it_comes_from(page: Page, release: Release) -> None:
    text = " ".join(page.text)
    for said in (release.id, release.receipt["built"][:10], "CC BY 4.0", "Gould and Fernandez"):
        assert said in text


# figures of the network, of the years and of countries; `full` takes all of them
_AGAIN = ("who-central", "when-growth", "where-matrix")


def figure_lines(page: Page) -> dict[str, list[str]]:
    """Return the words of every command line of the page, by the key of its figure."""
    lines = [shlex.split(line) for line in page.commands]
    assert all(words[:3] == ["permed", "report", "network"] for words in lines)
    return {words[words.index("--figure") + 1]: words for words in lines}


def make_again(words: list[str], home: Path, folder: Path) -> None:
    place = words.index("--out") + 1
    given = [*words[2:place], str(folder), *words[place + 1 :], "--into", str(home)]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, (words, done.output, done.exception)


def test_there_is_a_line_for_every_figure(page: Page) -> None:
    assert set(figure_lines(page)) == set(FIGURE_SPECS) - {"where-of"}  # no country was asked for


@pytest.mark.parametrize(
    "key",
    [pytest.param(k, marks=[] if k in _AGAIN else pytest.mark.full) for k in FIGURE_SPECS
     if k != "where-of"],
)  # fmt: skip
def test_a_line_makes_its_figure_again(
    page: Page, report: Report, home: Path, tmp_path: Path, key: str
) -> None:
    make_again(figure_lines(page)[key], home, tmp_path)
    again = tmp_path / "data" / f"{key}.csv"
    assert again.read_bytes() == (report.page.parent / "data" / f"{key}.csv").read_bytes(), key


def test_same_release_same_report(report: Report, release: Release, selection: Selection,
                                  tmp_path: Path) -> None:  # fmt: skip
    again = build_report(release, tmp_path, selection, pdf=False)
    assert again.page.read_bytes() == report.page.read_bytes()
    for path in again.data:
        assert path.read_bytes() == (report.page.parent / "data" / path.name).read_bytes(), path


def test_key_figures_change_between_whole_years(
    report: Report, release: Release, selection: Selection
) -> None:
    day = ReportData(release, selection).day  # in the course of a year
    table = pl.read_csv(report.page.parent / "data" / "key-figures.csv")
    row = table.filter(pl.col("figure") == "organisations").row(0, named=True)
    assert row["whole"] >= row["after"] > 0
    assert row["against"] == f"{day.year - 1}:|on {day.year - 2}"


@pytest.mark.parametrize(
    ("day", "end", "year"),
    [
        (date(2025, 11, 29), 2025, 2024),
        (date(2025, 12, 31), 2025, 2025),
        (date(2025, 11, 29), 2020, 2020),  # the selection ends before
    ],
)
def test_a_part_of_a_year_is_no_year(day: date, end: int, year: int) -> None:
    assert last_whole_year(end, day) == year


def test_previous_release_is_compared(release: Release) -> None:
    csa = Selection(Scope(relation=("csa",)))
    table = key_table(ReportData(release, csa, earlier=release))
    assert table["before"].to_list() == table["after"].to_list() == table["whole"].to_list()
    changes = {figure.change for figure in key_figures(table)}
    assert changes == {f"unchanged since release {release.id}"}


@pytest.mark.parametrize(
    "scope",
    [
        Scope(relation=("csa",), role=("speaker",)),
        Scope(relation=("alliance",)),
        Scope(relation=("award",)),
    ],
    ids=["nothing", "tiny", "no-link"],
)
def test_small_networks_say_so(release: Release, tmp_path: Path, scope: Scope) -> None:
    build_report(release, tmp_path, Selection(scope), pdf=False)
    page = read((tmp_path / "index.html").read_text())
    text = " ".join(page.text)
    assert "No organisation is in this selection" in text or "very small network" in text
    assert re.findall(r"\b(?:nan|NaN|inf)\b", text) == []
    # nothing told, nothing to do
    assert 0 < text.count("What to do with it.") < text.count("For analysts")
    files = {path.stem for path in (tmp_path / "data").glob("*.csv")}
    assert files >= set(FIGURE_SPECS) - {"where-of"}


def test_prints_a_pdf(report: Report, tmp_path: Path) -> None:
    browser = chromium()
    if browser is None:
        pytest.skip("no Chromium on this machine: PERMED_CHROMIUM unset, none on PATH")
    target = tmp_path / "report.pdf"
    assert print_pdf(browser, report.page, target) is None
    assert target.read_bytes().startswith(b"%PDF")


def test_no_chromium_is_a_remark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                 release: Release) -> None:  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PERMED_CHROMIUM", raising=False)
    tiny = Selection(Scope(relation=("alliance",)))
    report = build_report(release, tmp_path / "out", tiny)
    assert report.pdf is None
    assert report.remark is not None
    assert "install chromium or set PERMED_CHROMIUM" in report.remark


def test_browser_that_fails_is_a_remark(report: Report, tmp_path: Path) -> None:
    said = print_pdf("false", report.page, tmp_path / "x.pdf")
    assert said is not None
    assert "printed nothing" in said


def test_unknown_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMED_CHROMIUM", "no-such-browser")
    with pytest.raises(InputError, match="PERMED_CHROMIUM=no-such-browser"):
        chromium()


def test_unknown_figure(release: Release, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no figure 'nope'; choose from who-central"):
        build_figure(release, "nope", tmp_path)


def test_folder_that_cannot_be(release: Release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        build_report(release, tmp_path / "file" / "out", pdf=False)


def test_figure_alone_stands_alone(release: Release, selection: Selection, tmp_path: Path) -> None:
    files = build_figure(release, "where-map", tmp_path, selection)
    assert [path.name for path in files] == ["where-map.csv", "where-map.svg"]
    picture = read(files[1].read_text())
    assert picture.pictures[0]["title"] == "Map of Europe"


def test_a_refused_selection_leaves_no_folder(release: Release, tmp_path: Path) -> None:
    unknown = Selection(Scope(topic=("pharmacogenomics",)))
    with pytest.raises(InputError, match="is not in the data; try pharmacokinetics, pharmacology"):
        build_report(release, tmp_path / "report", unknown, pdf=False)
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(("cut", "told"), [(True, "1 of 3 rows"), (False, "")])
def test_a_table_of_rows_of_its_own_is_no_cut_of_the_data(cut: bool, told: str) -> None:
    table = DisplayTable([], [["a"]])
    data = pl.DataFrame({"n": [1, 2, 3]})
    assert Content((), "", data, "", table=table, cut=cut).left_out == told
