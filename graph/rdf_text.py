"""RDF text that strangers bring: read by the engine's parsers, with what these do not refuse.

A byte-order mark is passed over (Unicode 3.10 permits one in UTF-8). Document types and entities of
XML are refused, since a few hundred bytes of them unfold into gigabytes; so is deep nesting, which
takes time by its square in RDF/XML.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

import pyoxigraph as ox

from permed.graph.documents import json_fault, place_of, xml_fault
from permed.graph.errors import InputError

__all__ = ["read_rdf"]

_MOST_NESTED: Final = 1000  # elements of RDF/XML, triple terms of Turtle, objects of JSON-LD
_DOCUMENT_TYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(/?)[^\s!?/<>][^<>]*?(/?)>")
_JSON: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_TERM: Final = re.compile(rb"<<|>>")
_LATER_PLACE: Final = re.compile(r"\s*\(line \d+\)")
_PLACES: Final = (  # as the engine writes them
    re.compile(r"line (\d+) between columns (\d+) and \d+"),
    re.compile(r"between line (\d+) column (\d+) and line \d+ column \d+"),
    re.compile(r"line (\d+) column (\d+)"),
)
_QUOTED: Final = re.compile(r"'([^']+)'")
_KEYWORD: Final = re.compile(r"@\w+")
_FIRST: Final = {  # how values of a kind begin in JSON
    "string": '"', "object": "{", "null": "n", "number": "-0123456789", "boolean": "tf",
}  # fmt: skip
_BARE: Final = re.compile(r"<([A-Za-z_][\w.-]*)[\s/>]")


def read_rdf(text: bytes, form: ox.RdfFormat, base: str | None = None) -> Iterator[ox.Quad]:
    """Yield the quads of a document; blank nodes get names that no other document has.

    InputError with line and column where it does not parse, is no UTF-8, or could run away.
    """
    text = text.removeprefix(codecs.BOM_UTF8)
    if text[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in text[:100]:
        raise InputError("it is not UTF-8; save it as UTF-8")
    _refuse_runaways(text, form)
    try:
        yield from ox.parse(text, format=form, base_iri=base, rename_blank_nodes=True)
    except (SyntaxError, ValueError, OSError) as problem:
        raise InputError(_explained(problem, text, form)) from None


def _refuse_runaways(text: bytes, form: ox.RdfFormat) -> None:
    if form == ox.RdfFormat.RDF_XML:
        if found := _DOCUMENT_TYPE.search(text):
            line = text.count(b"\n", 0, found.start()) + 1
            raise InputError(
                f"line {line}: document types and entities in RDF/XML are not read here; "
                "write the characters out, or send Turtle"
            )
        _refuse_depth(_xml_depths(text))
    elif form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N3):
        _refuse_depth(_term_depths(text))
    elif form == ox.RdfFormat.JSON_LD:
        _refuse_depth(_json_depths(text))


def _refuse_depth(depths: Iterator[int]) -> None:
    if any(depth > _MOST_NESTED for depth in depths):
        raise InputError(f"it is nested more than {_MOST_NESTED} deep; write it flatter")


def _xml_depths(text: bytes) -> Iterator[int]:
    depth = 0
    for tag in _TAG.finditer(text):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        yield depth


def _json_depths(text: bytes) -> Iterator[int]:
    depth = 0
    for mark in _JSON.finditer(text):
        depth += (mark[0] in (b"{", b"[")) - (mark[0] in (b"}", b"]"))
        yield depth


def _term_depths(text: bytes) -> Iterator[int]:
    depth = 0
    for mark in _TERM.finditer(text):
        depth = max(0, depth + (1 if mark[0] == b"<<" else -1))
        yield depth


def _explained(problem: Exception, text: bytes, form: ox.RdfFormat) -> str:
    """What is wrong, in one line that begins with the place in the text, where one can be told."""
    said = " ".join(str(problem).split()).removeprefix("Parser error ").removeprefix("at ")
    if "Max stack size" in said:
        return "it is nested too deep; write it flatter"
    said = _LATER_PLACE.sub("", said)
    for pattern in _PLACES:
        if found := pattern.match(said):
            said = f"line {found[1]}, column {found[2]}{said[found.end() :]}"
    written = text.decode(errors="replace")
    if form == ox.RdfFormat.JSON_LD:
        return _of_json(said, written)
    return _of_xml(said, written) if form == ox.RdfFormat.RDF_XML else said


def _of_json(said: str, text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as fault:
        return json_fault(fault)
    if "LoadDocumentCallback" in said:
        place = place_of(text, max(0, text.find('"@context"')))
        return f"{place}: contexts of other sites are not loaded; write the context out here"
    at = _accused(said, text)
    return said if at < 0 else f"{place_of(text, at)}: {said}"


def _accused(said: str, text: str) -> int:
    """Find what the parser of JSON-LD complains of, whose place it does not tell.

    It is the value that is quoted, the first value of a kind that the keyword must not have, or
    the keyword.
    """
    quoted = _QUOTED.search(said)
    if quoted and (at := text.find(json.dumps(quoted[1], ensure_ascii=False))) >= 0:
        return at
    keywords = _KEYWORD.findall(said) or ["@reverse" if "reverse" in said else "@context"]
    key, found = keywords[-1], re.compile(rf'"{keywords[-1]}"\s*:\s*(.)', re.DOTALL)
    permitted = {first for kind, first in _FIRST.items() if kind in said.partition(key)[2]}
    wrong = (m for m in found.finditer(text) if m[1] not in "".join(permitted))
    some = (next(wrong, None) if permitted else None) or found.search(text)
    return some.start() if some else -1


def _of_xml(said: str, text: str) -> str:
    """Find the place, which the parser of RDF/XML does not tell."""
    try:
        ElementTree.fromstring(text)  # noqa: S314 - document types and entities were refused
    except ElementTree.ParseError as fault:
        return xml_fault(fault)
    quoted = _QUOTED.search(said)
    at = text.find(quoted[1]) if quoted else -1
    if at < 0 and "namespaces are required" in said and (bare := _BARE.search(text)):
        at, said = bare.start(), f"<{bare[1]}> has no namespace; declare one with xmlns"
    return said if at < 0 else f"{place_of(text, at)}: {said}"
