"""Read SSSOM TSV: metadata as YAML comment lines, then one row a mapping.

Format: https://w3id.org/sssom/spec (1.0 and 1.1). Reading is strict: an unknown predicate, prefix
or modifier, a bad date or number is an InputError that names file and row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from permed.graph.documents import yaml_fault
from permed.graph.encoding import read_text
from permed.graph.errors import InputError
from permed.ingest.linking.judgements.judgement import PREDICATES, Judgement
from permed.ingest.linking.judgements.nodes import PREFIX_MAP, Nodes

__all__ = [
    "COLUMNS",
    "FIELDS",
    "REQUIRED",
    "MappingSet",
    "parse",
    "read",
]

# column -> field of Judgement, in the order in which we write them
FIELDS = {
    "subject_id": "subject",
    "subject_label": "subject_label",
    "predicate_id": "predicate",
    "predicate_modifier": "negative",
    "object_id": "object",
    "object_label": "object_label",
    "mapping_justification": "justification",
    "author_id": "author",
    "author_label": "author_label",
    "reviewer_id": "reviewer",
    "mapping_date": "date",
    "confidence": "confidence",
    "match_string": "match_string",
    "comment": "comment",
    "features": "features",
    "withdrawn": "withdrawn",
}
COLUMNS = tuple(FIELDS)
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_PROPAGATED = ("mapping_date", "mapping_tool", "subject_source", "object_source")
_BUILT_IN = ("sssom", "semapv", "owl", "rdf", "rdfs", "skos", "xsd")
_CURIE = re.compile(r"^([A-Za-z_][\w.-]*|):(\S+)$")
_LARGEST_FIELD = 1_000_000
_COMMENT = re.compile(r'"?#')
_YES = {"true": True, "false": False, "": False}


@dataclass(frozen=True)
class MappingSet:
    """One file: its metadata, its columns in order, and its rows."""

    metadata: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[Judgement, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, nodes: Nodes) -> MappingSet:
    """Read a file; InputError where it cannot be read or a row cannot be understood."""
    return parse(read_text(path), str(path), nodes)


def parse(text: str, name: str, nodes: Nodes) -> MappingSet:
    """Parse the text of a file; `name` stands in the messages."""
    lines = io.StringIO(text).readlines()  # str.splitlines would also cut at form feeds
    head = next((i for i, line in enumerate(lines) if not _COMMENT.match(line)), len(lines))
    metadata = _metadata("".join(map(_header_line, lines[:head])), name)
    given = metadata.get("curie_map") or {}
    if not isinstance(given, dict):
        raise InputError(f"{name}: curie_map is no list of prefix: address; correct the header")
    prefixes = {p: PREFIX_MAP[p] for p in _BUILT_IN} | {str(p): str(s) for p, s in given.items()}
    body = "".join(lines[head:])
    if not body.strip():
        return MappingSet(metadata, (), (), prefixes)
    csv.field_size_limit(_LARGEST_FIELD)
    delimiter = max("\t,;", key=lines[head].count)
    table = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    reader = _Reader(name, nodes, prefixes, metadata)
    try:
        columns = reader.columns(_filled([cell.strip() for cell in next(table)]))
        rows = tuple(
            reader.judgement(dict(zip(columns, cells, strict=False)), cells, head + table.line_num)
            for cells in map(_filled, table)
            if cells
        )
    except csv.Error as error:
        raise InputError(
            f"{name}: row {head + table.line_num}: a quoted cell does not end, or goes on behind"
            " its quote; check its quotes"
        ) from error
    return MappingSet(metadata, columns, rows, prefixes)


def _header_line(line: str) -> str:
    """One line of the header, without what spreadsheet programs add to it: tabs, quotes, commas."""
    plain = line.rstrip("\r\n\t,; ")
    if plain.startswith('"'):
        plain = plain.strip('"').replace('""', '"')
    return f"{plain.removeprefix('#')}\n"


def _filled(cells: list[str]) -> list[str]:
    """The cells without empty ones at the end, which spreadsheet programs leave."""
    width = max((n for n, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return cells[:width]


def _metadata(text: str, name: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        reason = yaml_fault(error, shift=len("#"))
        raise InputError(f"{name}: the header is not valid YAML: {reason}; correct it") from None
    if not isinstance(found, dict):
        raise InputError(f"{name}: the header is no list of key: value lines; correct it")
    return found


@dataclass(frozen=True)
class _Reader:
    """Turns the cells of one file into judgements."""

    name: str
    nodes: Nodes
    prefixes: Mapping[str, str]
    metadata: Mapping[str, Any]

    def columns(self, cells: list[str]) -> tuple[str, ...]:
        known = {*cells, *(k for k in _PROPAGATED if k in self.metadata)}
        missing = [c for c in (*REQUIRED, "mapping_date") if c not in known]
        if missing:
            raise InputError(
                f"{self.name}: column {missing[0]} is missing; an SSSOM file separates its"
                f" columns by tabs and needs {', '.join(REQUIRED)} and mapping_date"
            )
        if len(set(cells)) < len(cells):
            raise InputError(f"{self.name}: a column name stands twice; rename one")
        return tuple(cells)

    def judgement(self, row: dict[str, str], cells: list[str], line: int) -> Judgement:
        def fail(what: str) -> InputError:
            return InputError(f"{self.name}: row {line}: {what}")

        if len(cells) > len(row):  # no cell of it is empty at the end
            raise fail(f"has {len(cells)} cells, the header {len(row)}; remove the spare tabs")
        shared = {k: str(self.metadata[k]) for k in _PROPAGATED if self.metadata.get(k)}
        row = shared | {k: v.strip() for k, v in row.items() if v.strip()}
        try:
            return self._built(row, line)
        except ValueError as error:
            raise fail(str(error)) from error

    def _built(self, row: dict[str, str], line: int) -> Judgement:
        empty = [c for c in REQUIRED if c not in row]
        if empty:
            raise ValueError(f"{empty[0]} is empty; fill it")
        modifier = row.get("predicate_modifier", "")
        if modifier not in ("", "Not"):
            raise ValueError(
                f"unknown predicate_modifier '{modifier}'; leave it empty or write Not"
            )
        withdrawn = _YES.get(row.get("withdrawn", "").lower())
        if withdrawn is None:
            raise ValueError("withdrawn is neither true nor false")
        return Judgement(
            subject=self.nodes.of(self._expand(row["subject_id"])),
            predicate=self._predicate(row["predicate_id"]),
            object=self.nodes.of(self._expand(row["object_id"])),
            justification=_short(self._expand(row["mapping_justification"])),
            date=_day(row.get("review_date") or row.get("mapping_date", "")),
            negative=modifier == "Not",
            confidence=_share(row.get("confidence")),
            withdrawn=withdrawn,
            **{f: row.get(c, "") for c, f in FIELDS.items() if f in _TEXTS},
            other={c: v for c, v in row.items() if c not in FIELDS},
            file=self.name,
            row=line,
        )  # fmt: skip

    def _expand(self, curie: str) -> str:
        if curie.startswith(("http://", "https://")):
            return curie
        match = _CURIE.match(curie)
        if match is None:
            raise ValueError(f"'{curie}' is neither prefix:name nor an address; correct it")
        if match[1] not in self.prefixes:
            raise ValueError(f"prefix '{match[1]}' is not in curie_map; add it to the header")
        return self.prefixes[match[1]] + match[2]

    def _predicate(self, curie: str) -> str:
        name = _short(self._expand(curie))
        if name not in PREDICATES:
            raise ValueError(f"unknown predicate '{curie}'; known: {', '.join(PREDICATES)}")
        return name


_TEXTS = (
    "author", "author_label", "reviewer", "comment", "subject_label", "object_label",
    "match_string", "features",
)  # fmt: skip


def _short(iri: str) -> str:
    for prefix in _BUILT_IN:
        if iri.startswith(PREFIX_MAP[prefix]):
            return f"{prefix}:{iri.removeprefix(PREFIX_MAP[prefix])}"
    return iri


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"mapping_date '{text}' is no day; write YYYY-MM-DD") from error


def _share(text: str | None) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise ValueError(f"confidence '{text}' is no number; write 0 to 1") from error
    if not 0 <= value <= 1:
        raise ValueError(f"confidence {text} is not between 0 and 1")
    return value
