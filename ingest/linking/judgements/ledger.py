"""All decisions there are: the packaged reviewed files and the user's own file, append-only.

Rows are never changed or taken away; a later row overrides an earlier one (`effective.py`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from permed.graph.errors import InputError
from permed.graph.files import checksum, write_whole
from permed.ingest.linking.judgements.effective import EffectiveJudgements
from permed.ingest.linking.judgements.judgement import PACKAGED_MARK, Judgement
from permed.ingest.linking.judgements.nodes import Nodes
from permed.ingest.linking.judgements.sssom import COLUMNS, MappingSet, parse, read
from permed.ingest.linking.judgements.sssom_writer import (
    EXTENSIONS,
    header_text,
    row_text,
    used_columns,
)

__all__ = ["LICENCE", "PACKAGED", "Ledger", "append", "mapping_text", "metadata_of", "read_ledger"]

PACKAGED = Path(__file__).parent
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Ledger:
    """Every judgement, in the order of files and rows; `files` maps name -> SHA-256."""

    rows: tuple[Judgement, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    nodes: Nodes = field(default_factory=Nodes)

    @cached_property
    def effective(self) -> EffectiveJudgements:
        """The judgements in force."""
        return EffectiveJudgements.of(self.rows)

    @property
    def digest(self) -> str:
        """Digest of all files: other decisions make another release."""
        return hashlib.sha256(repr(sorted(self.files.items())).encode()).hexdigest()


def read_ledger(user_file: Path, base: str, packaged: Path = PACKAGED) -> Ledger:
    """Read the packaged files and then the user's, if there is one.

    InputError names the file and row that cannot be understood; nothing is skipped.
    """
    nodes = Nodes(base)
    paths = sorted(packaged.glob("*.sssom.tsv"))
    if user_file.exists() or user_file.is_symlink():  # what cannot be read is not left out
        paths.append(user_file)
    sums = {path: checksum(path) for path in paths}
    rows = [row for path in paths for row in _rows(path, _short(path, packaged), nodes, sums[path])]
    return Ledger(tuple(rows), {_short(path, packaged): sums[path] for path in paths}, nodes)


@lru_cache(maxsize=8)
def _rows(path: Path, name: str, nodes: Nodes, digest: str) -> tuple[Judgement, ...]:
    """Read a file, once for the same bytes: the packaged ones have over a thousand rows."""
    return tuple(replace(row, file=name) for row in read(path, nodes).rows)


def _short(path: Path, packaged: Path) -> str:
    """Name without folder, since a project may move; packaged files are told apart."""
    return f"{PACKAGED_MARK}{path.name}" if path.parent == packaged else path.name


def metadata_of(
    set_id: str, title: str, nodes: Nodes, about: str = "", **more: str
) -> dict[str, Any]:
    """Return the metadata header of a mapping set of ours."""
    return {
        "mapping_set_id": set_id,
        "mapping_set_title": title,
        **({"mapping_set_description": about} if about else {}),
        **more,
        "license": LICENCE,
        "curie_map": nodes.prefixes(),
    }


def _own_metadata(nodes: Nodes) -> dict[str, Any]:
    return metadata_of(
        f"{nodes.base}mappings/judgements",
        "Identity judgements of the PerMed Graph",
        nodes,
        "Append-only: a later row overrides an earlier one, a human's a machine's.",
    )


def mapping_text(rows: Sequence[Judgement], metadata: Mapping[str, Any], nodes: Nodes) -> str:
    """Return a whole file: header, columns that are in use, rows."""
    prefixes = metadata["curie_map"]
    columns = used_columns(_columns(COLUMNS, rows), rows, prefixes, nodes)
    lines = (row_text(row, columns, prefixes, nodes) for row in rows)
    return header_text(_declared(metadata, columns), columns) + "".join(lines)


def _columns(known: Iterable[str], rows: Iterable[Judgement]) -> tuple[str, ...]:
    further = dict.fromkeys(c for row in rows for c in row.other)
    return tuple(dict.fromkeys([*known, *further]))


def _declared(metadata: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """Declare our own columns where a file that had none of them gets them."""
    declared = list(metadata.get("extension_definitions") or [])
    there = {e.get("slot_name") for e in declared if isinstance(e, dict)}
    declared += [dict(e) for e in EXTENSIONS if e["slot_name"] in {*columns} - there]
    return {**metadata, "extension_definitions": declared} if declared else dict(metadata)


def append(path: Path, rows: Sequence[Judgement], nodes: Nodes) -> None:
    """Write rows behind those that are in the file; it is made if there is none.

    What stands in the file stays. Where it lacks a column or a prefix that the rows need, or where
    a spreadsheet saved it in a way of its own (delimiter, encoding, workbook), the file is written
    anew with its rows in their order, and takes the place of the old one in one step.
    InputError for rows that could not be read again; then nothing is written.
    """
    if not rows:
        return
    path = path.resolve()  # a link to the file of another folder stays one
    parse(mapping_text(rows, _own_metadata(nodes), nodes), f"{path}: new rows", nodes)
    with _locked(path):
        there = read(path, nodes) if path.exists() else MappingSet({}, (), ())
        metadata, columns = _grown(path, there, rows, nodes)
        prefixes = metadata["curie_map"]
        same = there.plain and there.columns == columns
        if same and there.metadata.get("curie_map") == prefixes:
            with path.open("r+b") as out:
                _end_line(out)
                _write(out, "".join(row_text(r, columns, prefixes, nodes) for r in rows))
        else:
            every = (*there.rows, *rows)
            head = header_text(_declared(metadata, columns), columns)
            body = "".join(row_text(row, columns, prefixes, nodes) for row in every)
            write_whole(path, head + body)


def _grown(
    path: Path, there: MappingSet, rows: Sequence[Judgement], nodes: Nodes
) -> tuple[dict[str, Any], tuple[str, ...]]:
    metadata = {**_own_metadata(nodes), **there.metadata}
    own, given = nodes.prefixes(), there.metadata.get("curie_map") or {}
    clash = next((p for p, stem in given.items() if own.get(p, stem) != stem), None)
    if clash is not None:
        raise InputError(
            f"{path}: prefix {clash} stands for {given[clash]}, here it is {own[clash]};"
            " rename it in the header and the rows"
        )
    return metadata | {"curie_map": own | given}, _columns((*there.columns, *COLUMNS), rows)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two reviewers at once must not write into each other's rows; the folder carries the lock."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{error.filename or path}: {error.strerror or error}") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise InputError(f"{error.filename or path}: {error.strerror or error}") from error
    finally:
        os.close(folder)


def _end_line(out: Any) -> None:
    """A row that an editor left without a line end must not run into ours."""
    if out.seek(0, os.SEEK_END):
        out.seek(-1, os.SEEK_END)
        if out.read(1) != b"\n":
            out.write(b"\n")


def _write(out: Any, text: str) -> None:
    out.write(text.encode())
    out.flush()
    os.fsync(out.fileno())
