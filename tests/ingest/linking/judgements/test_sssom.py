"""The file format: what is written is read again, and what cannot be read says where."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from permed.graph.errors import InputError, NotFoundError
from permed.ingest.linking.judgements import Judgement, Nodes
from permed.ingest.linking.judgements.ledger import mapping_text, metadata_of
from permed.ingest.linking.judgements.sssom import parse, read
from tests.ingest.linking.judgements.samples import denied, said

NODES = Nodes()
HEAD = """# mapping_set_id: https://example.org/set
# curie_map:
#   RORID: https://ror.org/
#   P: https://w3id.org/permed/id/identifier/pic/
#   our: https://w3id.org/permed/id/
"""
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_date"
MANUAL = "semapv:ManualMappingCuration"


def file(*rows: str, columns: str = COLUMNS, head: str = HEAD) -> str:
    return head + "\n".join([columns, *rows]) + "\n"


def row(
    subject: str = "P:999895013",
    predicate: str = "skos:exactMatch",
    object_: str = "RORID:04bwf3e34",
    day: str = "2026-01-01",
) -> str:
    return "\t".join([subject, predicate, object_, MANUAL, day])


def test_prefixes_of_the_file_become_our_nodes() -> None:
    found = parse(file(row(), row(subject="our:organisation/dlr")), "x.tsv", NODES).rows
    assert [(r.subject, r.object) for r in found] == [
        ("pic:999895013", "ror:04bwf3e34"),
        ("organisation/dlr", "ror:04bwf3e34"),
    ]
    assert [r.row for r in found] == [7, 8]


def test_another_base_is_read_as_ours() -> None:
    nodes = Nodes("https://data.example.org/")
    text = file(row(subject="https://data.example.org/id/organisation/dlr"))
    assert parse(text, "x.tsv", nodes).rows[0].subject == "organisation/dlr"
    assert nodes.iri("organisation/dlr") == "https://data.example.org/id/organisation/dlr"


def test_a_funder_doi_is_a_fundref_identifier_and_an_unknown_address_stays() -> None:
    assert NODES.of("https://doi.org/10.13039/501100001659") == "fundref:501100001659"
    assert NODES.of("https://example.org/x") == "https://example.org/x"
    assert NODES.iri("https://example.org/x") == "https://example.org/x"


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("PIC:999895013", "pic:999895013"),
        ("ror:04BWF3E34", "ror:04bwf3e34"),
        ("https://ror.org/04bwf3e34", "ror:04bwf3e34"),
        ("organisation/dlr", "organisation/dlr"),
        ("permed:organisation/dlr", "organisation/dlr"),
    ],
)
def test_people_may_type_an_id_in_any_form(typed: str, node: str) -> None:
    assert NODES.read(typed) == node


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (file(row(predicate="owl:sameAs")), r"row 7: unknown predicate 'owl:sameAs'; known: skos"),
        (file(row(subject="X:1")), r"row 7: prefix 'X' is not in curie_map"),
        (file(row(subject="just text")), r"row 7: 'just text' is neither"),
        (
            file(row(object_="RORID:nonsense")),
            r"row 7: 'https://ror.org/nonsense' is not a valid ror",
        ),
        (file(row(subject="our:Organisation/ d")), r"row 7: .*neither prefix:name"),
        (file(row(subject="our:no-slug")), r"row 7: 'no-slug' is no id of this graph"),
        (file(row(day="01.02.2026")), r"row 7: mapping_date '01.02.2026' is no day"),
        (file(row(day="")), r"row 7: mapping_date '' is no day"),
        (file(row(subject="")), r"row 7: subject_id is empty"),
        (file(row() + "\tspare"), r"row 7 has 6 fields where the header has 5"),
        (
            file(row() + "\tNo", columns=COLUMNS + "\tpredicate_modifier"),
            r"predicate_modifier 'No'",
        ),
        (file(row() + "\t1.5", columns=COLUMNS + "\tconfidence"), r"confidence 1.5 is not between"),
        (file(row() + "\thigh", columns=COLUMNS + "\tconfidence"), r"'high' is no number"),
        (file(row() + "\tmaybe", columns=COLUMNS + "\twithdrawn"), r"neither true nor false"),
        (file(row() + "\t1", columns=COLUMNS + "\tobject_id"), r"'object_id' stands twice"),
        (file(row(), columns=COLUMNS.replace("mapping_date", "d")), r"mapping_date is missing"),
        (file(row(), head="# a: [1\n"), r"header is not valid YAML"),
        (file(row(), head="# just words\n"), r"header is no list"),
        (file(row(), head="# curie_map: none\n"), r"curie_map is no list"),
    ],
)
def test_bad_input_names_file_and_row(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        parse(text, "mine.sssom.tsv", NODES)
    assert str(caught.value).startswith("mine.sssom.tsv: ")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        read(tmp_path / "none.tsv", NODES)
    latin = tmp_path / "latin.tsv"
    latin.write_bytes("Universität".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read(latin, NODES)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-8-sig"), (",", "utf-8"), (";", "utf-16")]
)
def test_a_set_that_a_spreadsheet_saved_again_is_the_same(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    text = file(row())
    plain = parse(text, "x.tsv", NODES)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    table = [line.split("\t") if line[:1] != "#" else [line] for line in text.splitlines()]
    width = max(len(cells) for cells in table) + 2
    writer.writerows([*cells, *[""] * (width - len(cells))] for cells in table)
    path = tmp_path / "x.sssom.tsv"
    path.write_bytes(buffer.getvalue().encode(encoding))
    again = read(path, NODES)
    assert again.metadata == plain.metadata
    assert again.columns == plain.columns
    assert [replace(r, file="") for r in again.rows] == [replace(r, file="") for r in plain.rows]


def test_rows_whose_empty_ends_an_editor_trimmed_are_whole() -> None:
    text = file(row(), row() + "\tNot", columns=COLUMNS + "\tpredicate_modifier\tcomment")
    found = parse(text, "x.tsv", NODES).rows
    assert [(r.negative, r.comment) for r in found] == [(False, ""), (True, "")]


def test_an_empty_file_and_a_header_alone_hold_no_rows() -> None:
    assert parse("", "x.tsv", NODES).rows == ()
    assert parse(HEAD, "x.tsv", NODES).rows == ()
    assert parse(file(), "x.tsv", NODES).rows == ()


def test_odd_characters_do_not_break_rows() -> None:
    text = file(row() + "\tx\u2028y\x1cz مرحبا 北京", columns=COLUMNS + "\tcomment")
    found = parse(text.replace("\n", "\r\n"), "x.tsv", NODES)
    assert [r.comment for r in found.rows] == ["x\u2028y\x1cz مرحبا 北京"]


def test_the_header_may_give_the_date_for_every_row() -> None:
    head = HEAD + "# mapping_date: 2025-05-05\n"
    text = file("\t".join(row().split("\t")[:4]), columns=COLUMNS.rpartition("\t")[0], head=head)
    assert parse(text, "x.tsv", NODES).rows[0].date == "2025-05-05"


def test_the_day_of_a_review_counts_over_that_of_the_mapping() -> None:
    text = file(row() + "\t2026-06-06", columns=COLUMNS + "\treview_date")
    assert parse(text, "x.tsv", NODES).rows[0].date == "2026-06-06"


def test_columns_that_we_do_not_use_are_kept() -> None:
    text = file(row() + "\tround 2", columns=COLUMNS + "\tcuration_rule_text")
    assert parse(text, "x.tsv", NODES).rows[0].other == {"curation_rule_text": "round 2"}


# no control characters, which make a file look binary, but for those that end lines elsewhere
LETTERS = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\x0b\x0c\x85\t\n")
TEXT = st.text(LETTERS, max_size=30).map(lambda t: " ".join(t.split()))
JUDGEMENTS = st.builds(
    Judgement,
    subject=st.sampled_from(["pic:999895013", "organisation/dlr", "person/a-b"]),
    predicate=st.sampled_from(["skos:exactMatch", "skos:closeMatch", "rdfs:seeAlso"]),
    object=st.sampled_from(["ror:04bwf3e34", "wikidata:Q42", "https://example.org/x"]),
    justification=st.sampled_from([MANUAL, "semapv:LexicalMatching"]),
    date=st.dates().map(str),
    negative=st.booleans(),
    confidence=st.none() | st.sampled_from([0.0, 0.25, 0.9876, 1.0]),
    author_label=TEXT,
    comment=TEXT,
    features=TEXT,
    withdrawn=st.booleans(),
    other=TEXT.map(lambda t: {"mapping_tool": t} if t else {}),
)


@given(st.lists(JUDGEMENTS, max_size=5))
def test_what_is_written_is_read_again(rows: list[Judgement]) -> None:
    text = mapping_text(rows, metadata_of("https://example.org/s", "S", NODES), NODES)
    assert list(parse(text, "x.tsv", NODES).rows) == rows


def test_our_columns_are_declared_as_extensions_where_they_are_used() -> None:
    rows = [said("pic:999895013", "ror:04bwf3e34", features='{"same": 1}')]
    text = mapping_text(rows, metadata_of("https://example.org/s", "S", NODES), NODES)
    head = yaml.safe_load("".join(x[1:] + "\n" for x in text.splitlines() if x.startswith("#")))
    assert [e["slot_name"] for e in head["extension_definitions"]] == ["features"]
    assert head["curie_map"]["ROR"] == "https://ror.org/"
    plain = mapping_text([denied("a/b", "a/c")], metadata_of("s", "S", NODES), NODES)
    assert "extension_definitions" not in plain
