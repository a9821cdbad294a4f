"""Which table of a dump a file is, and its columns under the names used here.

Layouts are data (`source.yml`): adding a column or a former spelling needs no code. Columns that
no layout names become issues, so a change of the dump is seen on the day it happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from permed.graph.archives import TABLE_SUFFIXES, Member, members
from permed.graph.errors import InputError
from permed.graph.tables.delimited import parse
from permed.ingest.source import Progress, read_info
from permed.ingest.sources.cordis.findings import Findings

__all__ = ["Layout", "layouts", "metadata", "read_tables"]

_TWICE_QUOTED = r'(?s)^"((?:[^"]|"")+)"$'
_PARTICIPANTS = {"name", "role", "country"}
_SKIPPED_NAMES = ("information", "readme", "licence", "license")


@dataclass(frozen=True)
class Layout:
    """One table of a dump: how it is recognised, what is used and what is knowingly left."""

    name: str
    marks: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    older: Mapping[str, tuple[str, ...]]
    ignored: Mapping[str, str]

    @property
    def targets(self) -> list[str]:
        """Column names of the frame that `read_tables` delivers for this layout."""
        return [*self.columns, *self.older]


@cache
def metadata() -> Mapping[str, Any]:
    """Return the keys of `source.yml` that only this source reads."""
    return read_info(Path(__file__).parent / "source.yml").extra


@cache
def layouts() -> tuple[Layout, ...]:
    """Return all layouts in the order in which they are tried."""
    return tuple(
        Layout(
            name,
            tuple(m.casefold() for m in spec["marks"]),
            _spellings(spec["columns"]),
            _spellings(spec.get("older", {})),
            {k.casefold(): v for k, v in spec.get("ignored", {}).items()},
        )
        for name, spec in metadata()["layouts"].items()
    )


def _spellings(spec: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {target: tuple(n.casefold() for n in names) for target, names in spec.items()}


def recognise(columns: Iterable[str]) -> Layout | None:
    """Return the first layout whose marks are all among the columns, in any spelling of it."""
    present = {c.casefold() for c in columns}
    for layout in layouts():
        spelled = {s: names for names in layout.columns.values() for s in names}
        if all(present & set(spelled.get(mark, (mark,))) for mark in layout.marks):
            return layout
    return None


def read_tables(
    paths: Iterable[Path], findings: Findings, progress: Progress
) -> dict[str, pl.DataFrame]:
    """Read every table of every file; frames of one layout are put under each other.

    Frames hold text columns named as in `source.yml`, and `file`, `source_row` and `written` (day
    on which the file was written). Layouts that no file has are there without rows.
    """
    parts: dict[str, list[pl.DataFrame]] = {layout.name: [] for layout in layouts()}
    for member in members(paths):
        if member.suffix not in TABLE_SUFFIXES:
            findings.note(member.name, "is no table (csv, tsv, txt, xlsx): not read")
            continue
        progress(f"cordis: reading {member.name}")
        for name, frame in _read(member, findings):
            parts[name].append(frame)
    return {n: pl.concat(p, how="vertical") if p else _blank(n) for n, p in parts.items()}


def _blank(name: str) -> pl.DataFrame:
    layout = next(lay for lay in layouts() if lay.name == name)
    texts = dict.fromkeys([*layout.targets, "file"], pl.String())
    return pl.DataFrame(schema={**texts, "source_row": pl.Int64(), "written": pl.String()})


def _read(member: Member, findings: Findings) -> list[tuple[str, pl.DataFrame]]:
    parsed = parse(member.load(), member.name)
    for warning in parsed.warnings:
        findings.note(member.name, warning)
    findings.add_rejects(member.name, parsed.rejects)
    header = parsed.rows.columns
    layout = recognise(header)
    if layout is None and {h.casefold() for h in header} >= _PARTICIPANTS:
        raise InputError(
            f"{member.name}: looks like participants, yet no column tells their project; add"
            " projectID, projectReference or reference"
        )
    if layout is None:
        if not member.name.lower().split("/")[-1].startswith(_SKIPPED_NAMES):
            findings.note(member.name, f"no known CORDIS table has the columns {', '.join(header)}")
        return []
    rows = parsed.rows.with_columns(parsed.numbers.alias("source_row"))
    return [(layout.name, _named(rows, header, layout, member, findings))]


def _named(
    rows: pl.DataFrame, header: list[str], layout: Layout, member: Member, findings: Findings
) -> pl.DataFrame:
    """Rename and complete the columns of a file, and report what is unknown or missing."""
    present = {h.casefold(): h for h in header}
    chosen: dict[str, str] = {}
    for target, names in {**layout.columns, **layout.older}.items():
        found = next((present[n] for n in names if n in present), None)
        if found is not None:
            chosen[target] = found
        elif target in layout.columns:
            findings.note(member.name, f"lacks the column {names[0]}: {target} stays empty")
    for name in present.keys() - {c.casefold() for c in chosen.values()} - layout.ignored.keys():
        findings.note(member.name, "unknown column: not used", field=present[name])
    blank = [pl.lit(None, pl.String).alias(t) for t in layout.targets if t not in chosen]
    return rows.select(
        *[_text(c).alias(t) for t, c in chosen.items()], *blank, "source_row"
    ).select(
        *layout.targets,
        pl.lit(member.name).alias("file"),
        "source_row",
        pl.lit(member.modified.isoformat()).alias("written"),
    )


def _text(column: str) -> pl.Expr:
    """Trimmed text, null where nothing is left; what was quoted twice is quoted no more.

    CORDIS writes a value that holds quotes, `;` or `#` as CSV before it writes the CSV.
    """
    value = pl.col(column).str.strip_chars()
    inner = value.str.replace(_TWICE_QUOTED, "${1}")
    plain = pl.when(inner != value).then(inner.str.replace_all('""', '"', literal=True))
    return pl.when(value != "").then(pl.coalesce(plain, value))
