"""Match a whole CSV file: every row and column kept in order, five columns of result added."""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from graph.errors import InputError
from ingest.linking.matcher import BATCH, Matcher

__all__ = ["ADDED_COLUMNS", "MatchSummary", "match_file"]

ADDED_COLUMNS = ("match_id", "match_name", "match_score", "decision", "reason")
_DELIMITERS = (",", ";", "\t", "|")
_LARGEST_FIELD = 10_000_000


@dataclass(frozen=True)
class MatchSummary:
    """How many rows were read and how each was decided."""

    rows: int
    accept: int
    review: int
    none: int


def match_file(
    path: Path,
    out: Path,
    *,
    name: str | None = None,
    country: str | None = None,
    city: str | None = None,
    affiliation: str | None = None,
    ror: Path | None = None,
    against_frame: pl.DataFrame | None = None,
    cache_dir: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> MatchSummary:
    """Match the column ``name`` (with ``country``, ``city``) or ``affiliation`` of a CSV file.

    The delimiter (comma, semicolon, tab, bar) is read off the header. Candidates come from the
    ``ror`` dump or from ``against_frame`` (see Matcher.from_names). The file is read in batches, so
    its size does not matter; ``out`` appears only when all of it is written. ``progress`` is told
    the rows done. Raises InputError naming file, row and remedy.
    """
    if (name is None) == (affiliation is None):
        raise InputError("give either the column of names or the column of affiliations")
    wanted = [column for column in (name, country, city, affiliation) if column]
    path, out = Path(path), Path(out)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader, header = _open(path, stream, wanted)
            matcher = _matcher(ror, against_frame, cache_dir)
            columns = [header.index(c) if c else None for c in (name or affiliation, country, city)]
            rows = _checked(path, reader, len(header))
            return _write(matcher, rows, header, columns, affiliation is not None, out, progress)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8 CSV") from error
    except OSError as error:
        where = error.filename or path
        raise InputError(f"{where}: {error.strerror}; check the path") from error


def _matcher(ror: Path | None, frame: pl.DataFrame | None, cache_dir: Path | None) -> Matcher:
    if frame is not None:
        return Matcher.from_names(frame, cache_dir)
    if ror is None:
        raise InputError("nothing to match against; give the path of a ROR dump with --ror")
    return Matcher.from_ror(ror, cache_dir or Path(tempfile.gettempdir()) / "permed-match")


def _open(path: Path, stream: IO[str], wanted: list[str]) -> tuple[Iterator[list[str]], list[str]]:
    """Reader past the header, with the delimiter under which all wanted columns are there."""
    csv.field_size_limit(_LARGEST_FIELD)
    first = stream.readline()
    headers = {d: next(csv.reader([first], delimiter=d), []) for d in _DELIMITERS}
    fitting = [d for d in _DELIMITERS if set(wanted) <= set(headers[d])]
    if not fitting:
        widest = max(headers.values(), key=len)
        missing = ", ".join(c for c in wanted if c not in widest)
        seen = ", ".join(widest)[:300] or "nothing"
        raise InputError(f"{path}: row 1 has no column {missing}; columns found: {seen}")
    header = headers[fitting[0]]
    taken = sorted(set(ADDED_COLUMNS) & set(header))
    if taken or len(set(header)) < len(header):
        problem = f"already has the column {taken[0]}" if taken else "repeats a column name"
        raise InputError(f"{path}: row 1 {problem}; rename it first")
    return csv.reader(stream, delimiter=fitting[0]), header


def _checked(path: Path, reader: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(reader, start=2):
            if row and len(row) != width:
                raise InputError(
                    f"{path}: row {number} has {len(row)} fields, the header {width}; "
                    "quote fields that hold the delimiter"
                )
            yield row or [""] * width
    except csv.Error as error:
        raise InputError(f"{path}: not readable as CSV ({error}); check its quotes") from error


def _write(
    matcher: Matcher,
    rows: Iterator[list[str]],
    header: list[str],
    columns: list[int | None],
    raw: bool,
    out: Path,
    progress: Callable[[int], None] | None,
) -> MatchSummary:
    handle, temporary = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.absolute().parent)
    counts: Counter[str] = Counter()
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([*header, *ADDED_COLUMNS])
            while batch := list(islice(rows, BATCH)):
                results = _match(matcher, batch, columns, raw)
                counts.update(results["decision"].to_list())
                added = results.select(ADDED_COLUMNS).iter_rows()
                writer.writerows([*row, *extra] for row, extra in zip(batch, added, strict=True))
                if progress is not None:
                    progress(counts.total())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return MatchSummary(counts.total(), counts["accept"], counts["review"], counts["none"])


def _match(
    matcher: Matcher, batch: list[list[str]], columns: list[int | None], raw: bool
) -> pl.DataFrame:
    text, country, city = (
        [None if column is None else row[column] for row in batch] for column in columns
    )
    if raw:
        return matcher.match_affiliations(text)
    schema = {"name": pl.String, "country": pl.String, "city": pl.String}
    frame = pl.DataFrame({"name": text, "country": country, "city": city}, schema=schema)
    return matcher.match_names(frame)
