"""Tables of a dump: recognised by their columns, complete, nothing unknown passed over."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest

from permed.graph.errors import InputError
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import layouts, read_tables
from tests.ingest.sources.cordis.official import (
    ORGANIZATION,
    PROJECT,
    dump,
    pack,
    partner,
    project,
    table,
    whole,
)


def read(*paths: Path) -> tuple[dict[str, pl.DataFrame], list[tuple[str | None, str]]]:
    findings = Findings()
    tables = read_tables(paths, findings, lambda _: None)
    return tables, findings.table().select("field", "reason").rows()


def test_every_column_is_used_or_left_with_a_reason() -> None:
    for layout in layouts():
        used = {n for names in layout.columns.values() for n in names}
        assert set(layout.marks) <= used | layout.ignored.keys()
        assert all(layout.ignored.values())
    for name, columns in (("project", PROJECT), ("organization", ORGANIZATION)):
        layout = next(lay for lay in layouts() if lay.name == name)
        spelled = {n for names in layout.columns.values() for n in names} | layout.ignored.keys()
        assert {c.casefold() for c in columns} <= spelled


def test_a_full_dump_raises_no_issue_about_its_columns(tmp_path: Path) -> None:
    tables, issues = read(dump(tmp_path))
    assert issues == []
    assert tables["project"].height == tables["organization"].height == 1
    assert tables["project"]["file"].item() == "cordis-HORIZONprojects-csv.zip/csv/project.csv"


def test_extra_and_missing_columns_are_reported(tmp_path: Path) -> None:
    row = {k: v for k, v in project(moon="full").items() if k != "grantDoi"}
    (tmp_path / "project.csv").write_bytes(table([row]))
    tables, issues = read(tmp_path)
    assert issues == [
        (None, "lacks the column grantdoi: doi stays empty"),
        ("moon", "unknown column: not used"),
    ]
    assert tables["project"]["doi"].to_list() == [None]


def test_former_spellings_are_understood(tmp_path: Path) -> None:
    raw = "rcn\treference\tacronym\ttotalCost\n1\t632927\tA\t230000,00\n"
    (tmp_path / "h2020.tsv").write_text(raw)
    tables, _ = read(tmp_path)
    assert tables["project"].select("id", "total_cost").rows() == [("632927", "230000,00")]


def test_files_that_are_no_table_are_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "other.csv").write_bytes(b"a;b\n1;2\n")
    (tmp_path / "readme.txt").write_bytes(b"one, two\n")
    _, issues = read(tmp_path)
    assert [reason for _, reason in issues] == [
        "is no table (csv, tsv, txt, xlsx): not read",
        "no known CORDIS table has the columns a, b",
    ]


def test_side_tables_may_be_spreadsheets(tmp_path: Path) -> None:
    frame = pl.DataFrame({"projectID": ["101000001"], "topic": ["T-1"], "title": ["Topic one"]})
    buffer = io.BytesIO()
    frame.write_excel(buffer)
    (tmp_path / "topics.xlsx").write_bytes(buffer.getvalue())
    data = whole(dump(tmp_path, [project(topics="T-1")]), tmp_path / "topics.xlsx")
    titles = data.tables["activities"].filter(pl.col("id") == "funding-scheme/T-1")["title"]
    assert titles.to_list() == ["Topic one"]
    (tmp_path / "topics.xlsx").write_bytes(b"PK broken")
    with pytest.raises(InputError, match="not a readable workbook"):
        read(tmp_path / "topics.xlsx")


def test_several_dumps_are_put_under_each_other(tmp_path: Path) -> None:
    one = pack(tmp_path / "one.zip", project=table([project("101000001")], PROJECT))
    two = pack(tmp_path / "two.zip", organization=table([partner()], ORGANIZATION))
    three = pack(tmp_path / "three.zip", project=table([project("101000002")], PROJECT))
    tables, _ = read(one, two, three)
    assert tables["project"]["id"].to_list() == ["101000001", "101000002"]
    assert tables["organization"].height == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"""Solar BabySitter""- technology"', '"Solar BabySitter"- technology'),
        ('"Suite 2200; CB #1350"', "Suite 2200; CB #1350"),
        ('"Fit for 55" and beyond', '"Fit for 55" and beyond'),
        ('"one" and "two"', '"one" and "two"'),
        ('"', '"'),
    ],
)
def test_what_was_quoted_twice_is_quoted_no_more(tmp_path: Path, written: str, meant: str) -> None:
    (tmp_path / "project.csv").write_bytes(table([project(title=written)]))
    tables, _ = read(tmp_path)
    assert tables["project"]["title"].to_list() == [meant]


@pytest.mark.parametrize("name", ["projectReference", "reference"])
def test_the_organisations_of_2015_keep_pic_and_money(tmp_path: Path, name: str) -> None:
    older = (
        f"projectRcn;projectAcronym;role;id;name;endOfParticipation;ecContribution;country;{name}\n"
        "193157;ABC;coordinator;999999984;INSTITUT;false;299250;DE;101000001\n"
    )
    (tmp_path / "cordis-h2020organizations.csv").write_text(older, "utf-8")
    path = pack(tmp_path / "p.zip", project=table([project("101000001")], PROJECT))
    data = whole(path, tmp_path / "cordis-h2020organizations.csv")
    [role] = data.tables["roles"].iter_rows(named=True)
    assert (role["agent"], role["ec_contribution"]) == ("organisation/pic-999999984", "299250")


def test_participants_without_a_project_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "organizations.csv"
    path.write_text("projectRcn;role;id;name;country\n1;coordinator;9;X;DE\n", "utf-8")
    with pytest.raises(InputError, match="looks like participants, yet no column tells"):
        read(path)
