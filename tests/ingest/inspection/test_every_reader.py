"""One door for files: each reader of strangers' files against each oddity that files come with.

Every oddity gives the rows that the plain file gives, or one clear line that names the file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.api.cli.query import own_query
from permed.graph.documents import read_yaml
from permed.graph.encoding import read_text
from permed.graph.errors import InputError, PermedError
from permed.graph.files import read_bytes
from permed.graph.network.files.graph_files import read_graph
from permed.graph.network.files.reading import read_edges, read_members
from permed.graph.network.projection.roles import RoleData
from permed.graph.settings import SettingsFile
from permed.graph.shacl.validation import validate_file
from permed.graph.tables.delimited import read_table
from permed.ingest.linking.judgements import Nodes, sssom
from permed.ingest.linking.matching.csv_file import match_file
from permed.ingest.linking.registry.ror_dump import read_registry
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import read_tables
from permed.ingest.sources.crossref_funders.files import names_of_csv, read_mapping
from permed.ingest.sources.openaire import files as openaire
from permed.ingest.sources.orcid import files as orcid
from permed.ingest.sources.reference.packaged import tables
from permed.queries.stakeholder_lists import given_names
from tests.ingest.linking.conftest import RECORDS
from tests.ingest.sources.cordis.official import ORGANIZATION, partner
from tests.workbooks import workbook

ROR = "https://ror.org/"
Rows = list[list[str]]


@dataclass(frozen=True)
class Reader:
    """A reader of tables: a small table of its kind, and what it makes of a file."""

    rows: Rows
    read: Callable[[Path], Any]
    name: str = "list"


def _facts(path: Path) -> Any:
    folder = path.parent / "facts" / "regions"
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path = path.rename(folder / path.name)
    return tables(folder.parent)["regions"].rows()


def _roles(data: RoleData) -> Any:
    return data.roles.rows(), data.agents.rows()


def _mappings(path: Path) -> Any:
    found = sssom.read(path, Nodes())
    return found.metadata, [(r.subject, r.object, r.date, r.subject_label) for r in found.rows]


def _matches(path: Path) -> Any:
    known = pl.DataFrame({"id": ["a"], "name": ["Universität Köln"], "country": ["DE"]})
    out = path.parent / "out.csv"
    match_file(path, out, name="org", country="land", against_frame=known)
    found = read_table(out).rows.select("org", "land", "match_id", "decision")
    return found.filter(pl.col("org") != "").rows()  # blank rows keep their place in the answer


def _cordis(path: Path) -> Any:
    found = read_tables([path], Findings(), lambda _: None)
    frame = found["organization"].drop("file", "written")
    if frame.is_empty():
        raise PermedError(f"{path}: no table")
    return frame.rows()


def _registry(path: Path) -> Any:
    found = read_registry(path)
    return found.names.rows(), found.organisations.rows()


_MAPPINGS = [
    ["#curie_map:"], ["#  our: https://w3id.org/permed/id/"],
    ["subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification",
     "mapping_date"],
    ["our:organisation/a", "Universität Köln", "skos:exactMatch", f"{ROR}04bwf3e34",
     "semapv:ManualMappingCuration", "2026-01-01"],
    ["our:organisation/b", "Oslo", "skos:exactMatch", f"{ROR}038t36y30",
     "semapv:ManualMappingCuration", "2026-01-02"],
]  # fmt: skip
READERS = {
    "table": Reader([["id", "name", "n"], ["1", "Universität", "2"], ["2", "Oslo, Uni", ""]],
                    lambda p: read_table(p).rows.rows()),
    "stakeholders": Reader([["name", "country"], ["Universität Köln", "DE"], ["Oslo", "NO"]],
                           lambda p: given_names(read_bytes(p), p.name)),
    "edges": Reader([["source", "target", "weight"], ["Köln", "Oslo", "1"], ["Oslo", "Bonn", "2"]],
                    lambda p: (n := read_edges(p)).nodes.rows() + n.edges.rows()),
    "members": Reader(
        [["organisation", "project", "country"], ["Köln", "p1", "DE"], ["Oslo", "p1", "NO"]],
        lambda p: _roles(read_members(p))),
    "match": Reader([["org", "land", "x"], ["Universität Köln", "DE", "1"], ["Oslo", "NO", "2"]],
                    _matches),
    "facts": Reader([["id", "name"], ["region/x", "Köln"], ["region/y", "Oslo"]], _facts),
    "SSSOM": Reader(_MAPPINGS, _mappings),
    "ROR": Reader(
        [["id", "names.types.ror_display", "status", "country.country_code"],
         [f"{ROR}02v51f717", "Universität", "active", "DE"],
         [f"{ROR}03q21mh05", "Oslo", "active", "NO"]], _registry),
    "Crossref": Reader(
        [["uri", "primary_name_display"], ["http://dx.doi.org/10.13039/1", "Universität"],
         ["http://dx.doi.org/10.13039/2", "Oslo"]],
        lambda p: [(f.row, f.uri, f.names) for f in names_of_csv(p)]),
    "CORDIS": Reader([list(ORGANIZATION), *[[partner().get(c, "") for c in ORGANIZATION]] * 2],
                     _cordis, "organization"),
}  # fmt: skip


def _text(rows: Rows, delimiter: str = ",", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _heading(rows: Rows) -> int:
    return next(at for at, row in enumerate(rows) if not row[0].startswith("#"))


def _padded(rows: Rows, pad: str) -> Rows:
    at = _heading(rows)
    return [*rows[:at], [f"{pad}{cell} {pad}" for cell in rows[at]], *rows[at + 1 :]]


def _titled(rows: Rows) -> Rows:
    at, width = _heading(rows), max(map(len, rows))
    return [*rows[:at], ["List of 2024", *[""] * (width - 1)], [""] * width, *rows[at:]]


def _surplus(rows: Rows) -> Rows:
    wide = max(map(len, rows)) + 3
    return [row + [""] * (wide - len(row)) for row in [*rows, [], []]]


ODDITIES: dict[str, Callable[[Rows], bytes]] = {
    "byte-order mark": lambda rows: _text(rows).encode("utf-8-sig"),
    "UTF-16": lambda rows: _text(rows, "\t").encode("utf-16"),
    "UTF-16 without a mark": lambda rows: _text(rows, "\t").encode("utf-16-le"),
    "Windows-1252": lambda rows: _text(rows, ";").encode("cp1252"),
    "semicolons": lambda rows: _text(rows, ";").encode(),
    "tabs": lambda rows: _text(rows, "\t").encode(),
    "Excel's sep= line": lambda rows: b"sep=;\n" + _text(rows, ";").encode(),
    "quoted": lambda rows: _text(rows, ",", csv.QUOTE_ALL).encode(),
    "line ends of Windows": lambda rows: _text(rows).replace("\n", "\r\n").encode(),
    "line ends of old Macs": lambda rows: _text(rows).replace("\n", "\r").encode(),
    "heading padded with tabs": lambda rows: _text(_padded(rows, "\t"), ";").encode(),
    "heading padded with blanks": lambda rows: _text(_padded(rows, " ")).encode(),
    "title above the heading": lambda rows: _text(_titled(rows), ";").encode(),
    "surplus cells and rows": lambda rows: _text(_surplus(rows)).encode(),
    "blank lines above": lambda rows: b"\n\n" + _text(rows).encode(),
    "no end of the last line": lambda rows: _text(rows).rstrip().encode(),
    "workbook": workbook,
    "workbook with a title": lambda rows: workbook(_titled(rows)),
}
REFUSED: dict[str, Callable[[Rows], bytes]] = {
    "gzip": lambda rows: gzip.compress(_text(rows).encode()),
    "empty": lambda _: b"",
    "blanks only": lambda _: b"\xef\xbb\xbf \r\n\r\n",
    "a PDF": lambda _: b"%PDF-1.7 ...",
    "a web page": lambda _: b"<!DOCTYPE html><html>Sign in</html>",
    "binary": lambda _: bytes(range(256)) * 9,
    "no workbook after all": lambda rows: workbook(rows)[:900],
}
# a registry is published as CSV and JSON; of mappings no letter may be guessed, and none are a set
_NOT_READ = {("ROR", "workbook"), ("ROR", "workbook with a title"), ("SSSOM", "Windows-1252")}
_READ = {("SSSOM", "empty"), ("SSSOM", "blanks only"), ("facts", "missing"), ("facts", "folder")}


def _suffix(oddity: str) -> str:
    return ".xlsx" if "workbook" in oddity else ".csv.gz" if oddity == "gzip" else ".csv"


@pytest.mark.slow
@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize("reader", READERS)
def test_an_oddity_changes_nothing(reader: str, oddity: str, tmp_path: Path) -> None:
    made = READERS[reader]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = tmp_path / "a" / f"{made.name}.csv"
    plain.write_bytes(_text(made.rows).encode())
    odd = tmp_path / "b" / f"{made.name}{_suffix(oddity)}"
    odd.write_bytes(ODDITIES[oddity](made.rows))
    expected = made.read(plain)
    if (reader, oddity) in _NOT_READ:
        _refused(made, odd)
    else:
        assert made.read(odd) == expected


@pytest.mark.parametrize("oddity", [*REFUSED, "missing", "folder"])
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_table_is_refused_in_one_line(reader: str, oddity: str, tmp_path: Path) -> None:
    made = READERS[reader]
    path = tmp_path / f"{made.name}{_suffix(oddity)}"
    if oddity == "folder":
        path.mkdir()
    elif oddity != "missing":
        path.write_bytes(REFUSED[oddity](made.rows))
    if (reader, oddity) not in _READ:
        _refused(made, path)


def _refused(reader: Reader, path: Path) -> None:
    with pytest.raises(PermedError) as caught:
        reader.read(path)
    told = str(caught.value)
    assert path.stem in told
    assert "\n" not in told
    assert "Error" not in told


TEXTS: dict[str, tuple[str, str, Callable[[Path], Any]]] = {
    "query": ("q.rq", "# Köln\nSELECT ?s\nWHERE { ?s a ?t }\n",
              lambda p: own_query(str(p)).split()),
    "settings": ("p.toml", "# Köln\nhome = 'é'\n", lambda p: SettingsFile.read(p).values),
    "RDF": ("a.ttl", "# Köln\n<http://x/é> a <http://x/t> .\n",
            lambda p: validate_file(p, "shacl").violations),
    "YAML": ("a.yml", "# Köln\na: é\n", lambda p: read_yaml(read_text(p), p.name)),
    "funders": ("m.json", '{"501100000780":\n"https://ror.org/04bwf3e34",\n"é": ""}',
                lambda p: list(read_mapping(p))),
    "ROR": ("r.json", json.dumps(RECORDS, ensure_ascii=False, indent=1),
            lambda p: read_registry(p).names.rows()),
    "GML": ("n.gml", 'graph [\nnode [ id 1 label "é" ]\nnode [ id 2 ]\nedge [ source 1 target 2 ]]',
            lambda p: read_graph(p).nodes.rows()),
}  # fmt: skip
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "byte-order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 of the other end": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of old Macs": lambda text: text.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("oddity", ENCODINGS)
@pytest.mark.parametrize("reader", TEXTS)
def test_an_encoding_changes_nothing(reader: str, oddity: str, tmp_path: Path) -> None:
    name, text, read = TEXTS[reader]
    plain, odd = tmp_path / f"plain-{name}", tmp_path / name
    plain.write_text(text, "utf-8")
    odd.write_bytes(ENCODINGS[oddity](text))
    expected = read(plain)
    assert read(odd) == expected


@pytest.mark.parametrize("oddity", ["gzip", "a PDF", "binary", "missing", "folder", "Windows-1252"])
@pytest.mark.parametrize("reader", TEXTS)
def test_what_is_no_text_is_refused_in_one_line(reader: str, oddity: str, tmp_path: Path) -> None:
    name, text, read = TEXTS[reader]
    path = tmp_path / name
    if oddity == "folder":
        path.mkdir()
    elif oddity == "Windows-1252":
        path.write_bytes(text.encode("cp1252", errors="replace"))
    elif oddity != "missing":
        path.write_bytes(REFUSED[oddity]([[text]]))
    if (reader, oddity) == ("GML", "Windows-1252"):  # a name is no more than a name there
        assert read(path)[0][1] == "é"
    else:
        _refused(Reader([], read), path)


def test_what_macs_leave_behind_is_no_file_of_a_source(tmp_path: Path) -> None:
    for name in ("regions/a.csv", "regions/._a.csv", "__MACOSX/a.csv", "regions/notes.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"id,name\nregion/x,K\n" if name == "regions/a.csv" else b"\0\5\x16\7")
    assert tables(tmp_path)["regions"]["id"].to_list() == ["region/x"]
    (tmp_path / "regions" / "b.pages").write_bytes(b"x")
    with pytest.raises(InputError, match=r"b\.pages: is no table"):
        tables(tmp_path)


@pytest.mark.parametrize("files", [openaire.list_files, orcid.list_files])
def test_what_macs_leave_behind_is_no_file_of_a_dump(
    files: Callable[[list[Path]], list[Path]], tmp_path: Path
) -> None:
    for name in ("a.json", "._a.json", "__MACOSX/a.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"{}")
    assert files([tmp_path]) == [tmp_path / "a.json"]


def test_what_macs_put_beside_a_member_of_an_archive_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "people.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("a.json", "._a.json"):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"{}"))
    assert [d.name for d in orcid.documents([path], set())] == ["people.tar/a.json"]
    assert [s.name for s in openaire.streams(path, "things")] == ["people.tar/a.json"]
