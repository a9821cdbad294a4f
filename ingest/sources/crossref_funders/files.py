"""The files around the Crossref Funder Registry, each read record by record.

Mapping to ROR: a JSON object, funder id -> ROR address. Registry: SKOS-XL in RDF/XML, a
`skos:Concept` a funder (https://doi.org/10.13039/fundref_registry). Names: CSV with the columns
`uri` and `primary_name_display`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from permed.graph.documents import read_json, xml_fault
from permed.graph.errors import InputError
from permed.graph.tables.delimited import read_table

__all__ = ["Funder", "names_of_csv", "names_of_rdf", "read_mapping"]

_REMEDY = "download it again (docs/sources/registries.md)"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LABELS = {"prefLabel": "label", "altLabel": "alias", "hiddenLabel": "alias"}


@dataclass(frozen=True)
class Funder:
    """One registry record: its address, (name, language, kind) and what it was replaced by."""

    row: int
    uri: str
    names: tuple[tuple[str, str | None, str], ...]
    replaced_by: tuple[str, ...] = ()


def read_mapping(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield (row, funder id, ROR address) of the mapping file, as they stand there."""
    try:
        pairs = read_json(path.read_bytes(), str(path), remedy=_REMEDY, pairs=list)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; correct `files` in permed.toml") from error
    if not isinstance(pairs, list) or not all(isinstance(p, tuple) for p in pairs):
        raise InputError(f"{path}: must be an object of funder id and ROR address; {_REMEDY}")
    if not pairs:
        raise InputError(f"{path}: holds no funder; {_REMEDY}")
    for row, (funder, ror) in enumerate(pairs, start=1):
        yield row, funder, "" if ror is None else str(ror)


def names_of_csv(path: Path) -> Iterator[Funder]:
    """Yield the funders of a list of names, a table of any dialect."""
    table = read_table(path, ("uri", "primary_name_display"))
    if not {"uri", "primary_name_display"} <= set(table.rows.columns):
        raise InputError(f"{path}: needs the columns uri and primary_name_display; {_REMEDY}")
    rows = table.rows.select("uri", "primary_name_display").iter_rows()
    for number, (uri, text) in zip(table.numbers, rows, strict=True):
        name = text.strip()
        yield Funder(number, uri.strip(), ((name, None, "label"),) if name else ())


def names_of_rdf(path: Path) -> Iterator[Funder]:
    """Yield the funders of the registry; each is dropped from memory once it is read."""
    row = 0
    try:
        with path.open("rb") as file:
            events = ET.iterparse(file, events=("start", "end"))  # noqa: S314  (expat caps entities)
            _, root = next(events)
            if _local(root) != "RDF":
                raise InputError(f"{path}: root is {_local(root)}, not RDF; {_REMEDY}")
            for event, node in events:
                if event == "end" and _local(node) == "Concept":
                    row += 1
                    yield _funder(row, node)
                    root.clear()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; correct `files` in permed.toml") from error
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError(
            f"{path}: cut or no XML after {row} funders, {xml_fault(error)}; {_REMEDY}"
        ) from error
    if row == 0:
        raise InputError(f"{path}: holds no skos:Concept; {_REMEDY}")


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _funder(row: int, node: ET.Element) -> Funder:
    names = []
    for label in node:
        kind = _LABELS.get(_local(label))
        for form in label.iter() if kind else ():
            text = re.sub(r"\s+", " ", form.text or "").strip()
            if text and kind and (_local(form) == "literalForm" or len(label) == 0):
                names.append((text, form.get(_LANG), kind))
    heirs = [n.get(f"{_RDF}resource", "") for n in node if _local(n) == "isReplacedBy"]
    return Funder(row, node.get(f"{_RDF}about", ""), tuple(names), tuple(filter(None, heirs)))
