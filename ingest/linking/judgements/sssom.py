"""Read SSSOM TSV: metadata as YAML comment lines, then one row a mapping.

Format: https://w3id.org/sssom/spec (1.0 and 1.1). What spreadsheets and editors make of such a file
is read too: other delimiters and encodings, workbooks, padding. Reading is strict in the rest: an
unknown predicate, prefix or modifier, a bad date or number is an InputError that names file and
row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from permed.graph.documents import yaml_fault
from permed.graph.encoding import whole_text
from permed.graph.errors import InputError
from permed.graph.files import read_bytes
from permed.graph.tables import delimited
from permed.graph.tables.delimited import Parsed, sound
from permed.graph.tables.workbook import is_workbook, read_sheet
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
_HINT = r'"?sep=.'  # what Excel writes above a table
_ABOVE = re.compile(rf'"?#|{_HINT}|[\s,;"]*$')  # lines of the header, and blank ones
_YES = {"true": True, "false": False, "": False}


@dataclass(frozen=True)
class MappingSet:
    """One file: its metadata, its columns in order, and its rows.

    `plain`: it is UTF-8 with tabs and line feeds, as we write, so that rows may be put behind it.
    """

    metadata: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[Judgement, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)
    plain: bool = False


def read(path: Path, nodes: Nodes) -> MappingSet:
    """Read a file or workbook; InputError where it or a row of it cannot be understood."""
    data, name = read_bytes(path), str(path)
    book = is_workbook(data, name)
    found = parse(_of_workbook(data, name) if book else whole_text(data, name), name, nodes)
    return replace(found, plain=found.plain and not book and _is_utf_8_lines(data))


def parse(text: str, name: str, nodes: Nodes) -> MappingSet:
    """Parse the text of a file; `name` stands in the messages."""
    lines = io.StringIO(text).readlines()  # str.splitlines would also cut at form feeds
    head = next((i for i, line in enumerate(lines) if not _ABOVE.match(line)), len(lines))
    metadata = _metadata("".join(map(_header_line, lines[:head])), name)
    given = metadata.get("curie_map") or {}
    if not isinstance(given, dict):
        raise InputError(f"{name}: curie_map is no list of prefix: address; correct the header")
    prefixes = {p: PREFIX_MAP[p] for p in _BUILT_IN} | {str(p): str(s) for p, s in given.items()}
    if head == len(lines):
        return MappingSet(metadata, (), (), prefixes)
    table = _table("".join(lines[head:]), name, head)
    reader = _Reader(name, nodes, prefixes, metadata)
    columns = reader.columns(table.rows.columns)
    cells = enumerate(table.rows.iter_rows())
    rows = [
        reader.judgement(dict(zip(columns, row, strict=True)), table.sheet_row(at))
        for at, row in cells
        if any(cell.strip() for cell in row)
    ]
    return MappingSet(metadata, columns, tuple(rows), prefixes, table.delimiter == "\t")


def _table(body: str, name: str, above: int) -> Parsed:
    """The table below the header of `above` lines; InputError for a row that cannot be read."""
    parsed = delimited.parse(body.encode(), name, REQUIRED, short_rows=True)
    return sound(replace(parsed, heading_row=parsed.heading_row + above), name)


def _of_workbook(data: bytes, name: str) -> str:
    """A sheet as the text of a file: its header stands in the first cells of its first rows."""
    out = io.StringIO()
    rows, _ = read_sheet(data, name)
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def _header_line(line: str) -> str:
    """One line of the header, without what spreadsheet programs add to it: tabs, quotes, commas."""
    plain = "" if re.match(_HINT, line) else line.rstrip("\r\n\t,; ")
    if plain.startswith('"'):
        plain = plain.strip('"').replace('""', '"')
    return f"{plain.removeprefix('#')}\n"


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

    def columns(self, cells: Sequence[str]) -> tuple[str, ...]:
        known = {*cells, *(k for k in _PROPAGATED if k in self.metadata)}
        missing = [c for c in (*REQUIRED, "mapping_date") if c not in known]
        if missing:
            raise InputError(
                f"{self.name}: column {missing[0]} is missing; an SSSOM file separates its"
                f" columns by tabs and needs {', '.join(REQUIRED)} and mapping_date"
            )
        return tuple(cells)

    def judgement(self, row: dict[str, str], line: int) -> Judgement:
        shared = {k: str(self.metadata[k]) for k in _PROPAGATED if self.metadata.get(k)}
        row = shared | {k: v.strip() for k, v in row.items() if v.strip()}
        try:
            return self._built(row, line)
        except ValueError as error:
            # a quote that does not end makes text of what stands behind it
            hint = "; check its quotes" if any(v.count('"') % 2 for v in row.values()) else ""
            raise InputError(f"{self.name}: row {line}: {error}{hint}") from error

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


def _is_utf_8_lines(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data and data.count(b"\r") == data.count(b"\r\n")


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
