"""RDF text that strangers bring: read by the engine's parsers, with what these do not refuse.

A byte-order mark is passed over (Unicode 3.10 permits one in UTF-8). Document types and entities of
XML are refused, since a few hundred bytes of them unfold into gigabytes; so is deep nesting, which
takes time by its square in RDF/XML.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from permed.graph.errors import InputError

__all__ = ["read_rdf"]

_MOST_NESTED: Final = 1000  # elements of RDF/XML, triple terms of Turtle, objects of JSON-LD
_DOCUMENT_TYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(/?)[^\s!?/<>][^<>]*?(/?)>")
_JSON: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_TERM: Final = re.compile(rb"<<|>>")
_PLACE: Final = re.compile(r"\s*\(line \d+\)")


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
        raise InputError(_explained(problem)) from None


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


def _explained(problem: Exception) -> str:
    """The parser's message in one line, without its own word for itself."""
    said = " ".join(str(problem).split()).removeprefix("Parser error ").removeprefix("at ")
    if "Max stack size" in said:
        return "it is nested too deep; write it flatter"
    return _PLACE.sub("", said)
