"""Match a whole CSV file: every row and column kept in order, five columns of result added."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables.delimited import Parsed, parse, read_table, sound
from permed.ingest.linking.matching.matcher import BATCH, Matcher
from permed.ingest.linking.matching.output_file import STANDARD, output_file
from permed.ingest.linking.names.parsing import country_code

__all__ = ["ADDED_COLUMNS", "MatchSummary", "match_file"]

ADDED_COLUMNS = ("match_id", "match_name", "match_score", "decision", "reason")
_SHOWN, _LONGEST = 20, 40  # unknown countries that a summary shows, and their letters


@dataclass(frozen=True)
class MatchSummary:
    """How many rows were read and how each was decided.

    `unknown_country` counts rows whose country names none, which were matched as if they had none;
    `unknown_countries` are the first such texts. `warnings` tell how the file had to be read.
    """

    rows: int
    accept: int
    review: int
    none: int
    unknown_country: int = 0
    unknown_countries: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _MatchPlan:
    """Where the columns stand (text, country, city), and how their rows are matched."""

    matcher: Matcher
    columns: list[int | None]
    raw: bool
    threshold: float


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
    encoding: str | None = None,
    threshold: float = 0.0,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MatchSummary:
    """Match the column ``name`` (with ``country``, ``city``) or ``affiliation`` of a CSV file.

    The file, of any dialect (see `graph.tables.delimited`), is read whole before anything is
    matched, so that no hour is lost to a broken row at its end. Candidates come from the ``ror``
    dump or from ``against_frame`` (see Matcher.from_names). What would be accepted with a score
    under ``threshold`` (0 to 1) is for review; ``limit`` takes the first rows only. ``out`` is
    UTF-8 with the delimiter of the file, and a byte-order mark where it has one or another
    encoding (as Excel needs it), and appears only when all of it is written; ``-`` is standard
    input or output. ``progress`` is told rows done and rows in all. Raises InputError naming
    file, row and remedy.
    """
    path, out, text = Path(path), Path(out), name or affiliation
    if text is None or (name and affiliation):
        raise InputError("give either --name COLUMN or --affiliation COLUMN")
    if affiliation and (country or city):
        raise InputError("--country and --city go with --name; an affiliation holds its own place")
    wanted = [column for column in (text, country, city) if column]
    with output_file(out, path) as stream:
        sheet = _read(path, wanted, encoding)
        at = [sheet.rows.columns.index(c) if c else None for c in (text, country, city)]
        matcher = _matcher(ror, against_frame, cache_dir)
        plan = _MatchPlan(matcher, at, affiliation is not None, threshold)
        return _write(sheet, plan, limit, stream, progress)


def _matcher(ror: Path | None, frame: pl.DataFrame | None, cache_dir: Path | None) -> Matcher:
    if frame is not None:
        return Matcher.from_names(frame, cache_dir)
    if ror is None:
        raise InputError("nothing to match against; give the path of a ROR dump with --ror")
    return Matcher.from_ror(ror, cache_dir or Path(tempfile.gettempdir()) / "permed-match")


def _read(path: Path, wanted: list[str], encoding: str | None) -> Parsed:
    """Read standard input, or a file; InputError where a wanted column is not in it."""
    if str(path) == STANDARD:
        data = sys.stdin.buffer.read()
        sheet = sound(
            parse(data, "standard input", wanted, encoding=encoding, keep_blank=True), path
        )
    else:
        sheet = read_table(path, wanted, encoding=encoding, keep_blank=True)
    there = sheet.rows.columns
    missing = ", ".join(column for column in wanted if column not in there)
    if missing:
        raise InputError(
            f"{path}: row {sheet.heading_row} has no column {missing};"
            f" columns found: {', '.join(there)[:300]}; name one of these"
        )
    taken = next((column for column in ADDED_COLUMNS if column in there), None)
    if taken:
        raise InputError(
            f"{path}: row {sheet.heading_row} already has the column {taken}; rename it first"
        )
    return sheet


def _write(
    sheet: Parsed,
    plan: _MatchPlan,
    limit: int | None,
    stream: IO[str],
    progress: Callable[[int, int], None] | None,
) -> MatchSummary:
    counts, strange, first_strange = Counter[str](), 0, dict[str, None]()
    frame = sheet.rows.head(sheet.rows.height if limit is None else limit)
    if sheet.marked or sheet.encoding not in (None, "utf-8"):
        stream.write("\ufeff")  # without it, Excel reads the file that came from it wrongly
    writer = csv.writer(stream, delimiter=sheet.delimiter or ",", lineterminator="\n")
    writer.writerow([*frame.columns, *ADDED_COLUMNS])
    for part in frame.iter_slices(BATCH):
        batch = part.rows()
        results = _match(plan, batch)
        counts.update(results["decision"].to_list())
        unknown = _unknown_countries(plan, batch)
        strange += len(unknown)
        first_strange.update(dict.fromkeys(unknown[: _SHOWN - len(first_strange)]))
        added = results.select(ADDED_COLUMNS).iter_rows()
        writer.writerows([*row, *extra] for row, extra in zip(batch, added, strict=True))
        if progress is not None:
            progress(counts.total(), frame.height)
    decided = (counts["accept"], counts["review"], counts["none"])
    return MatchSummary(
        counts.total(), *decided, strange, tuple(first_strange), tuple(sheet.warnings)
    )


def _unknown_countries(plan: _MatchPlan, batch: list[tuple[str, ...]]) -> list[str]:
    at = plan.columns[1]
    if at is None:
        return []
    texts = (row[at].strip() for row in batch)
    return [text[:_LONGEST] for text in texts if text and country_code(text) is None]


def _match(plan: _MatchPlan, batch: list[tuple[str, ...]]) -> pl.DataFrame:
    text, country, city = (
        [None if column is None else row[column] for row in batch] for column in plan.columns
    )
    if plan.raw:
        return _cautious(plan.matcher.match_affiliations(text), plan.threshold)
    schema = {"name": pl.String, "country": pl.String, "city": pl.String}
    frame = pl.DataFrame({"name": text, "country": country, "city": city}, schema=schema)
    return _cautious(plan.matcher.match_names(frame), plan.threshold)


def _cautious(results: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Leave to people what is accepted with a lower score than the user wishes."""
    doubtful = (pl.col("decision") == "accept") & (pl.col("match_score") < threshold)
    why = pl.format("below the threshold of {}; {}", pl.lit(f"{threshold:g}"), "reason")
    return results.with_columns(
        decision=pl.when(doubtful).then(pl.lit("review")).otherwise("decision"),
        reason=pl.when(doubtful).then(why).otherwise("reason"),
    )
