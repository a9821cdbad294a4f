"""Bytes to text: every encoding that strangers' files come in, or a refusal in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.encoding import decode, read_text, whole_text
from permed.graph.errors import InputError

WESTERN = "name\nUniversité de Liège\nKöln\nSão Paulo\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-8", b"\xef\xbb\xbf" * 2),
     ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""),
     ("utf-16-be", b""), ("utf-32-le", b"\xff\xfe\x00\x00"), ("cp1252", b""),
     ("mac_roman", b"")],
)  # fmt: skip
def test_western_text_comes_out_the_same(encoding: str, mark: bytes) -> None:
    found = decode(mark + WESTERN.encode(encoding), "t.csv")
    assert found.text == WESTERN
    assert found.marked == bool(mark)
    assert bool(found.warnings) == (encoding in {"cp1252", "mac_roman"})


def test_polish_letters_are_told_from_western_signs() -> None:
    text = "Główny Instytut;Politechnika Łódzka;Wrocław;Poznań;życie\n"
    found = decode(text.encode("cp1250"), "t.csv")
    assert found.text == text
    assert found.warnings == ["not UTF-8: read as Windows-1250"]


def test_a_told_encoding_stands_above_the_guess_and_below_a_mark() -> None:
    assert decode("Říše".encode("cp1250"), "t.csv", "cp1250").text == "Říše"
    assert decode("\ufeffŘíše".encode(), "t.csv", "cp1250").text == "Říše"
    with pytest.raises(InputError, match=r"t\.csv: is not ascii"):
        decode("é".encode("cp1252"), "t.csv", "ascii")
    with pytest.raises(InputError, match="unknown encoding 'klingon'"):
        decode(b"", "t.csv", "klingon")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"PK\x03\x04....", "a zip archive or workbook"),
        (b"\x1f\x8b\x08....", "compressed with gzip"),
        (bytes(range(1, 9)) * 40, "holds binary data"),
        ("Университет и институт".encode("cp1251"), "is not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_by_its_kind(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=f"t.csv: .*{what}"):
        decode(data, "t.csv")


TURTLE = "<http://example.org/a> <http://example.org/b> 'Köln' .\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_whole_text_is_the_same_in_every_unicode(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(TURTLE.encode(encoding))
    assert read_text(path) == TURTLE


def test_the_encoding_of_an_xml_declaration_is_obeyed_and_others_are_not_guessed() -> None:
    xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Köln</a>'
    assert whole_text(xml.encode("latin-1"), "a.rdf") == "<a>Köln</a>"
    with pytest.raises(InputError, match=r"a\.ttl: line 2 is not UTF-8; save it as UTF-8"):
        whole_text(f"\n{TURTLE}".encode("cp1252"), "a.ttl")


def test_lines_of_old_macs_are_lines() -> None:
    assert whole_text(b"a = 1\rb = 2\r", "x") == "a = 1\nb = 2\n"
    assert whole_text(b"a\r\nb \r c\r\n", "x") == "a\r\nb \r c\r\n"  # a mark inside a line stays
