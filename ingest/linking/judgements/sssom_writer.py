"""Write SSSOM TSV: metadata as YAML comment lines, then one row a mapping.

Format: https://w3id.org/sssom/spec (1.0 and 1.1).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from permed.ingest.linking.judgements.judgement import Judgement
from permed.ingest.linking.judgements.nodes import Nodes
from permed.ingest.linking.judgements.sssom import FIELDS, REQUIRED

__all__ = ["EXTENSIONS", "header_text", "row_text", "used_columns"]

EXTENSIONS = (
    {"slot_name": "features", "property": "pm:matchFeatures", "type_hint": "xsd:string"},
    {"slot_name": "withdrawn", "property": "pm:withdrawn", "type_hint": "xsd:boolean"},
)


def header_text(metadata: Mapping[str, Any], columns: Iterable[str]) -> str:
    """Return the comment lines and the line of column names."""
    text = yaml.safe_dump(dict(metadata), sort_keys=False, allow_unicode=True, width=10_000)
    comments = "".join(f"# {line}\n" for line in text.splitlines())
    return comments + "\t".join(columns) + "\n"


def row_text(
    row: Judgement, columns: Iterable[str], prefixes: Mapping[str, str], nodes: Nodes
) -> str:
    """Return one line; `columns` must cover what the row fills, else the value is left out."""
    values = dict(_values(row, prefixes, nodes))
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerow(
        [" ".join(values.get(c, "").split()) for c in columns]
    )
    return out.getvalue()


def used_columns(
    columns: Iterable[str],
    rows: Iterable[Judgement],
    prefixes: Mapping[str, str],
    nodes: Nodes,
) -> tuple[str, ...]:
    """Return the columns that a file of these rows needs, in their order."""
    filled = {c for row in rows for c, value in _values(row, prefixes, nodes) if value}
    needed = {*filled, *REQUIRED, "mapping_date"}
    return tuple(c for c in columns if c in needed)


def _values(row: Judgement, prefixes: Mapping[str, str], nodes: Nodes) -> Iterator[tuple[str, str]]:
    yield from row.other.items()
    for column, name in FIELDS.items():
        value = getattr(row, name)
        if name in ("subject", "object"):
            yield column, _contract(nodes.iri(value), prefixes)
        elif name == "negative":
            yield column, "Not" if value else ""
        elif name == "withdrawn":
            yield column, "true" if value else ""
        elif name == "confidence":
            yield column, "" if value is None else f"{value:.4g}"
        else:
            yield column, str(value)


def _contract(iri: str, prefixes: Mapping[str, str]) -> str:
    fitting = [(len(s), p, s) for p, s in prefixes.items() if s and iri.startswith(s)]
    if not fitting:
        return iri
    _, prefix, stem = max(fitting)
    return f"{prefix}:{iri.removeprefix(stem)}"
