"""Small documents that people write: JSON, TOML and YAML, refused with line and column.

Bytes come through the one door for text (`graph/encoding.py`). What parsers of these and of XML say
of a fault is put into words of ours: place first, then what is wrong there.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers.expat.errors import messages as xml_messages

import orjson
import yaml

from permed.graph.encoding import whole_text
from permed.graph.errors import InputError

__all__ = [
    "FAST_LOADER",
    "json_fault",
    "place_of",
    "read_json",
    "read_toml",
    "read_yaml",
    "xml_fault",
    "yaml_fault",
]

_JSON: Final = {
    "Expecting value": "a value is expected",
    "Expecting property name": "a name in double quotes is expected",
    "Expecting ':'": "a colon is missing",
    "Expecting ','": "a comma is missing",
    "Extra data": "there is more text after the end",
    "Unterminated string": "the text that begins here has no closing quote",
    "Invalid control character": "a line break or tab stands inside a text",
    "Invalid \\": "a backslash begins nothing that JSON knows",
    "Illegal trailing comma": "a comma stands before a closing bracket",
}
_TOML_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_DEEP: Final = "it is nested too deep; write it flatter"
_Pairs = Callable[[list[tuple[str, Any]]], Any]

# ten times as fast; it dies of deep nesting, so strangers' texts are not read with it
FAST_LOADER: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def place_of(text: str, offset: int) -> str:
    """Return `line 3, column 5` of a character, both counted from 1."""
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def read_json(
    data: bytes | str, name: str, *, remedy: str = "", pairs: _Pairs | None = None
) -> Any:
    """Return what a JSON text says; InputError names the text, line, column and what is wrong.

    `pairs` makes objects of lists of pairs, as of `json.loads`.
    """
    text = data if isinstance(data, str) else whole_text(data, name)
    try:
        if pairs is None:
            return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # its place counts bytes: the other parser tells lines and columns
    try:
        found = json.loads(text, object_pairs_hook=pairs)
        if pairs is not None:
            return found
        fault = "NaN, Infinity and half a character are no JSON"
        raise InputError(_said(f"{name}: not valid JSON: {fault}", remedy))
    except (ValueError, RecursionError) as error:
        raise InputError(_said(f"{name}: not valid JSON: {json_fault(error)}", remedy)) from None


def json_fault(error: ValueError | RecursionError) -> str:
    """Return place and fault of what a JSON parser refused."""
    if not isinstance(error, json.JSONDecodeError):
        return _DEEP if isinstance(error, RecursionError) else "a number has too many digits"
    why = next((said for start, said in _JSON.items() if error.msg.startswith(start)), "not JSON")
    if error.pos >= len(error.doc.rstrip()):
        why = "the text ends here, before it is whole"
    return f"line {error.lineno}, column {error.colno}: {why}"


def read_toml(data: bytes, name: str, *, remedy: str = "") -> dict[str, Any]:
    """Return what a TOML file says; InputError names the file, line, column and what is wrong."""
    text = whole_text(data, name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        place = _TOML_PLACE.search(told)
        why = told[: place.start()] if place else told
        where = f"line {place[1]}, column {place[2]}" if place and place[1] else ""
        where = where or place_of(text, len(text.rstrip()))
        fault = f"{where}: {why[:1].lower()}{why[1:]}"
        raise InputError(_said(f"{name}: not valid TOML: {fault}", remedy)) from None
    except RecursionError:
        raise InputError(_said(f"{name}: not valid TOML: {_DEEP}", remedy)) from None


def read_yaml(text: str, name: str, *, remedy: str = "", ours: bool = False) -> Any:
    """Return what a YAML text says; InputError names the text, line, column and what is wrong.

    ours: the text comes with the project, and may be read with the fast parser.
    """
    try:
        if ours:
            with suppress(yaml.YAMLError):  # the other parser says better what is wrong
                return yaml.load(text, FAST_LOADER)  # noqa: S506 it is a safe one
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(_said(f"{name}: not valid YAML: {yaml_fault(error)}", remedy)) from None


def yaml_fault(error: Exception, line: Callable[[int], int] = int, shift: int = 0) -> str:
    """Return place and fault of what a YAML parser refused.

    line: gives the line of the user's text, from 1, for one of the YAML; shift: columns before it.
    """
    mark = getattr(error, "problem_mark", None)
    why = " ".join(str(getattr(error, "problem", "") or "a value cannot be read").split())
    if isinstance(error, RecursionError):
        return _DEEP
    if mark is None:
        return why
    return f"line {line(mark.line + 1)}, column {mark.column + 1 + shift}: {why}"


def xml_fault(error: Exception) -> str:
    """Return place and fault of what an XML parser refused."""
    if not isinstance(error, ParseError):
        return "its encoding is not known" if isinstance(error, LookupError) else "not readable"
    line, column = error.position
    return f"line {line}, column {column + 1}: {xml_messages.get(error.code, 'not well-formed')}"


def _said(fault: str, remedy: str) -> str:
    return f"{fault}; {remedy}" if remedy else fault
