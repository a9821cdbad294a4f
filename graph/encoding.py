"""Bytes of a stranger's text file to text: byte-order marks, UTF-8, UTF-16, and what Excel writes.

The one door for text: tables, SSSOM, RDF and queries all come through `decode`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.files import read_bytes

__all__ = ["LONE_BYTE", "Decoded", "decode", "read_text", "refuse_binary", "whole_text"]

LONE_BYTE = re.compile("[\udc80-\udcff]")  # a byte that is not UTF-8, kept as it is

_MARKS = (  # the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "mac_roman": "Mac Roman"}
_SAMPLE = 4096  # bytes in which NULs are counted
_JUDGED = 1 << 20  # bytes from which a one-byte encoding is guessed
_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"'](?P<encoding>[\w.-]+)")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_BINARY = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PK\x03\x04": "a zip archive or workbook",
    b"\x1f\x8b": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"PAR1": "a Parquet file",
    b"SQLite format": "a database",
}


@dataclass(frozen=True)
class Decoded:
    """Text without byte-order mark, its encoding, whether it had a mark, and doubts about it."""

    text: str
    encoding: str
    marked: bool = False
    warnings: list[str] = field(default_factory=list)


def decode(data: bytes, name: str, told: str | None = None) -> Decoded:
    """Decode a file, by its mark, as UTF-8, UTF-16 without a mark, or a one-byte encoding.

    `told` is the encoding that the user names; a mark in the file stands above it. Where UTF-8
    plainly does not fit, Windows-1252, Windows-1250 and Mac Roman are weighed by the letters that
    come out, and the choice is a warning. Single bytes that are not UTF-8 in a file that is come
    out as surrogates (`LONE_BYTE`). InputError, naming the file, for binary data, unknown names
    of encodings, and text that the told encoding does not fit.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, encoding, name)
    if told is not None:
        return Decoded(_as_told(data, name, told), told)
    refuse_binary(data, name)
    wide = _wide(data[:_SAMPLE])
    if wide is not None:
        return Decoded(data.decode(wide, errors="replace"), wide)
    warnings: list[str] = []
    if b"\0" in data:
        warnings.append(f"{data.count(0)} NUL bytes were taken out")
        data = data.replace(b"\0", b"")
    return _narrow(data, name, warnings)


def _marked(data: bytes, encoding: str, name: str) -> Decoded:
    """Decode by the mark; Excel and some editors write more than one."""
    if encoding == "utf-8":
        found = _narrow(data.removeprefix(codecs.BOM_UTF8), name, [])
        return Decoded(found.text.lstrip("\ufeff"), found.encoding, True, found.warnings)
    return Decoded(data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding, True)


def _as_told(data: bytes, name: str, told: str) -> str:
    try:
        return data.decode(codecs.lookup(told).name)
    except LookupError as error:
        raise InputError(f"unknown encoding '{told}'; write one such as cp1252") from error
    except UnicodeError as error:
        raise InputError(f"{name}: is not {told}; name another encoding, or none") from error


def whole_text(data: bytes, name: str) -> str:
    """Decode a text of which no line may be lost: RDF, SSSOM, a query.

    The encoding that an XML declaration names is obeyed and the declaration taken out; none is
    guessed. InputError, naming file and line, where a byte is not of the encoding.
    """
    declared = _XML.match(data)
    told = declared["encoding"].decode("ascii") if declared else None
    found = decode(data, name, told)
    guessed = told is None and found.encoding in _ONE_BYTE
    text = data.decode("utf-8", errors="surrogateescape") if guessed else found.text
    lone = LONE_BYTE.search(text)
    if lone is not None:
        line = text.count("\n", 0, lone.start()) + 1
        raise InputError(f"{name}: line {line} is not UTF-8; save it as UTF-8")
    if "\n" not in text:  # lines of old Macs
        text = text.replace("\r", "\n")
    return _DECLARATION.sub("", text)


def read_text(path: Path) -> str:
    """Read a file as `whole_text`; NotFoundError for no file, InputError where it is unreadable."""
    return whole_text(read_bytes(path), str(path))


def refuse_binary(data: bytes, name: str) -> None:
    """Raise InputError for what is plainly no text: documents, pictures, archives, web pages."""
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise InputError(f"{name}: is {what}, not text; save or export it as text")
    head = data[:_SAMPLE]
    control = sum(head.count(c) for c in range(1, 9)) + sum(head.count(c) for c in range(14, 32))
    if control > max(8, 0.05 * len(head)):
        raise InputError(f"{name}: holds binary data, not text; save or export it as text")


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every other byte of a Latin text is NUL."""
    even, odd, half = head[0::2].count(0), head[1::2].count(0), len(head) / 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and odd < 0.1 * half else None


def _narrow(data: bytes, name: str, warnings: list[str]) -> Decoded:
    try:
        return Decoded(data.decode(), "utf-8", warnings=warnings)
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="surrogateescape")
    lone = len(LONE_BYTE.findall(text))
    whole = sum(1 for c in text if c > "\x7f") - lone
    if lone <= whole:
        warnings.append(f"{lone} bytes are not UTF-8: the rows that hold them are rejected")
        return Decoded(text, "utf-8", warnings=warnings)
    encoding = _guessed(data[:_JUDGED])
    if encoding is None:
        raise InputError(f"{name}: is not UTF-8; save it as UTF-8, or name its encoding")
    warnings.append(f"not UTF-8: read as {_ONE_BYTE[encoding]}")
    return Decoded(data.decode(encoding, errors="replace"), encoding, warnings=warnings)


def _guessed(data: bytes) -> str | None:
    """One-byte encoding under which the other letters sit best among ASCII letters.

    In a wrong encoding capitals and signs stand within words. None for a text that is mostly of
    other letters, such as Greek or Cyrillic: nothing tells those apart here.
    """
    high = sum(1 for byte in data if byte > 0x7F)
    runs = sum(len(run) for run in re.findall(rb"[\x80-\xff]{4,}", data))
    if runs > high / 2 and high > len(data) / 5:
        return None
    faults = {encoding: _faults(data.decode(encoding, errors="replace")) for encoding in _ONE_BYTE}
    return min(faults, key=faults.__getitem__)  # the first of the best: Windows-1252


def _faults(text: str) -> int:
    inside = re.findall(r"(?<=[a-z])([^\x00-\x7f])(?=[a-z])", text)
    beside = re.findall(r"(?<=[a-z])([^\x00-\x7f])(?![A-Za-z])", text)
    before = re.findall(r"(?<![^\s\"';,\t|(])([^\x00-\x7f])(?=[a-z])", text)
    wrong = sum(1 for c in inside if not c.islower()) * 2
    wrong += sum(1 for c in beside if c.isupper() or c in "¹³¿¼¾£¥")
    wrong += sum(1 for c in before if not c.isalpha() and c not in "«»“”‘’„–—§©®°±•€¡¿")
    return wrong + 3 * text.count("\ufffd") + 2 * len(re.findall(r"[\x80-\x9f]", text))
