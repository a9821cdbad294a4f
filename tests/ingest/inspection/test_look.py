"""What `permed look` says of files of every kind, and of what is wrong with them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from permed.graph.errors import NotFoundError
from permed.ingest.inspection.look import FileContent, look
from tests.ingest.sources.cordis.official import ORGANIZATION, dump, partner, project, table


def one(folder: Path, name: str, content: str | bytes) -> FileContent:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    [found] = look(path)
    return found


def test_a_list_of_organisations_is_described_column_by_column(tmp_path: Path) -> None:
    text = (
        "Partners;;;;\nOrganisation;Land;ROR;since;empty\n"
        "Köln;DE;https://ror.org/04bwf3e34;2019;\nOslo;NO;ROR:04bwf3e34;2020;\n"
        "Bonn;DE;04bwf3e34;2021;\nRiga;LV;04bwf3e34;2022;\nTurku;FI;04bwf3e35;2023;\n"
    )
    found = one(tmp_path, "partners.csv", text.encode("cp1252"))
    assert (found.kind, found.encoding, found.delimiter) == ("table", "cp1252", ";")
    assert (found.heading_row, found.rows) == (2, 5)
    assert {c.name: (c.filled, c.holds) for c in found.columns} == {
        "Organisation": (5, "text"), "Land": (5, "country"), "ROR": (5, "ror identifier"),
        "since": (5, "year"), "empty": (0, "nothing"),
    }  # fmt: skip
    assert found.problems == [
        "not UTF-8: read as Windows-1252",
        "no part of the table: 1 of the rows, above the heading",
        "1 of 5 values of ROR are no ror identifiers: row 7 '04bwf3e35'",
        "the column empty is empty",
    ]
    assert found.read_by == [
        f"permed match {tmp_path / 'partners.csv'} --name 'Organisation' --country 'Land'"
        " --ror DUMP.zip"
    ]


@pytest.mark.parametrize(
    ("name", "content", "kind", "command"),
    [
        ("e.csv", "Source,Target\na,b\n", "edge list", "network summary --edges"),
        ("m.csv", "pic;rcn\n1;2\n", "membership list", "network summary --members"),
        ("a.ttl", "\ufeff<a:a> <a:b> 'c' .\n", "RDF, Turtle", "permed check"),
        ("q.rq", "SELECT * { ?s ?p ?o }", "SPARQL query", "permed query"),
        ("r.json", json.dumps([{"id": "https://ror.org/04bwf3e34"}]), "ROR records", "sources.ror"),
        ("o.json", '{"orcid-identifier": {}}', "ORCID record", "sources.orcid"),
        ("g.json", '{"legalName": "x"}\n{"legalName": "y"}\n', "OpenAIRE Graph", "openaire"),
        ("f.json", '{"501100000780": "https://ror.org/04bwf3e34"}', "mapping of", "crossref"),
        ("n.csv", "uri;primary_name_display\nx;y\n", "names of Crossref", "crossref_funders"),
        ("o.csv", table([partner()], ORGANIZATION), "CORDIS table organization", "cordis"),
    ],
)
def test_the_kind_and_who_reads_it(
    tmp_path: Path, name: str, content: str, kind: str, command: str
) -> None:
    found = one(tmp_path, name, content)
    assert found.kind.startswith(kind)
    assert any(command in line for line in found.read_by)
    assert found.problems == [] or found.kind.startswith("CORDIS")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"%PDF-1.4", "is a PDF document"),
        ("a.csv", b"id;id\n1;2\n", "stands twice"),
        ("a.ttl", b"<a:a> <a:b>", "line 1"),
        ("a.json", b'{"id": ', "is no whole JSON"),
        ("a.csv", b"", "the file is empty"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    found = one(tmp_path, name, content)
    assert found.kind == "cannot be read"
    assert problem in found.problems[0]


def test_broken_rows_are_counted_and_shown(tmp_path: Path) -> None:
    found = one(tmp_path, "a.csv", "a;b\n" + "1;2\n" * 9 + "1;2;3\n" * 7)
    assert found.rows == 16
    assert found.problems[0].startswith("row 11 has 3 fields where the header has 2")
    assert found.problems[-1] == "7 rows in all cannot be read"


def test_an_archive_is_looked_at_file_by_file(tmp_path: Path) -> None:
    path = dump(tmp_path, [project()], [partner()])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._project.csv", b"\0\5\26\7")
    kinds = {content.name.split("/")[-1]: content.kind for content in look(path)}
    assert kinds["project.csv"] == "CORDIS table project"
    assert kinds["organization.csv"] == "CORDIS table organization"
    assert "._project.csv" not in kinds


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Partners").write_column(0, 0, ["organisation", "DLR"])
    found = one(tmp_path, "a.xlsx", buffer.getvalue())
    assert (found.kind, found.rows, found.encoding) == ("table (workbook)", 1, None)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        look(tmp_path / "none.csv")
