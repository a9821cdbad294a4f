"""Match a whole CSV file: every row and column kept in order, five columns of result added."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from permed.graph.errors import InputError
from permed.graph.tables.columns import Column
from permed.graph.tables.delimited import Parsed, parse, read_table, sound
from permed.graph.tables.output.description import TableDescription
from permed.graph.tables.output.safe_text import csv_frame
from permed.graph.tables.output.spreadsheet import workbook
from permed.ingest.linking.matching.matcher import BATCH, Matcher, OneOrAll
from permed.ingest.linking.matching.output_file import STANDARD, bytes_under, output_file
from permed.ingest.linking.names.parsing import country_code

__all__ = ["ADDED_COLUMNS", "MatchSummary", "match_file"]

ADDED_COLUMNS = (
    "match_id", "match_name", "match_score", "decision", "reason", "match_status", "successor",
)  # fmt: skip
_ADDED = pl.Schema({c: pl.Float64 if c == "match_score" else pl.String for c in ADDED_COLUMNS})
_MEANINGS = (
    Column("match_id", "iri", "Address of what was found; several are joined by `;`"),
    Column("match_name", "text", "Its name"),
    Column("match_score", "decimal", "How sure the match is, 0 to 1"),
    Column("decision", "code", "accept, review (the best guess: look at it) or none"),
    Column("reason", "text", "Why it was decided so"),
    Column("match_status", "code", "State of the record asked for: active, inactive, withdrawn"),
    Column("successor", "iri", "Who took over what is inactive or withdrawn"),
)
_OTHER_SHEETS = {".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}
_DECIMALS = 4  # of every score: with three, a comma locale reads thousands
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
    """Where the columns stand (text, country, city, short name), and how rows are matched."""

    matcher: Matcher
    columns: list[int | None]
    raw: bool
    threshold: float
    answer: OneOrAll


def match_file(
    path: Path,
    out: Path,
    *,
    name: str | None = None,
    country: str | None = None,
    city: str | None = None,
    short_name: str | None = None,
    affiliation: str | None = None,
    ror: Path | None = None,
    against_frame: pl.DataFrame | None = None,
    cache_dir: Path | None = None,
    encoding: str | None = None,
    threshold: float = 0.0,
    limit: int | None = None,
    missing: Sequence[str] = (),
    answer: OneOrAll = "all",
    successor: Literal["keep", "follow"] = "keep",
    progress: Callable[[int, int], None] | None = None,
) -> MatchSummary:
    """Match the column ``name`` (with ``country``, ``city``, ``short_name``) or ``affiliation``.

    The file, of any dialect (see `graph.tables.delimited`), is read whole before anything is
    matched, so that no hour is lost to a broken row at its end. Candidates come from the ``ror``
    dump or from ``against_frame`` (see Matcher.from_names). What would be accepted with a score
    under ``threshold`` (0 to 1) is for review; ``limit`` takes the first rows only; cells that
    hold one of ``missing`` are empty. ``answer``: all organisations of an affiliation, or the main
    ``one``; ``successor``: ``keep`` a closed organisation, or ``follow`` to who took over.
    ``out`` has the delimiter and the encoding of the file, or UTF-8 with a byte-order mark (told)
    where that encoding lacks a letter; where its name ends in .xlsx it is a workbook. It appears
    only when all of it is written; ``-`` is standard input or output. ``progress`` is told rows
    done and rows in all. Raises InputError naming file, row and remedy.
    """
    path, out, text = Path(path), Path(out), name or affiliation
    if text is None or (name and affiliation):
        raise InputError("give either --name COLUMN or --affiliation COLUMN")
    beside = (country, city, short_name)
    if affiliation and any(beside):
        raise InputError(
            "--country, --city and --short-name go with --name; an affiliation holds its own place"
        )
    wanted = [column for column in (text, *beside) if column]
    if out.suffix.lower() in _OTHER_SHEETS:
        raise InputError(f"{out}: a workbook is written as .xlsx; choose such a name with -o")
    with output_file(out, path) as stream:
        sheet = _read(path, wanted, encoding, missing)
        at = [sheet.rows.columns.index(c) if c else None for c in (text, *beside)]
        matcher = _matcher(ror, against_frame, cache_dir)
        matcher.follow_successors = successor == "follow"
        plan = _MatchPlan(matcher, at, affiliation is not None, threshold, answer)
        frame, summary = _matched(sheet, plan, limit, progress)
        if out.suffix.lower() == ".xlsx":
            told = TableDescription("matches", f"Matches of {path.name}", _MEANINGS)
            bytes_under(stream).write(workbook(frame, told))
            return summary
        body, note = _encoded(frame, sheet)
        bytes_under(stream).write(body)
        return replace(summary, warnings=(*summary.warnings, *note))


def _matcher(ror: Path | None, frame: pl.DataFrame | None, cache_dir: Path | None) -> Matcher:
    if frame is not None:
        return Matcher.from_names(frame, cache_dir)
    if ror is None:
        raise InputError("nothing to match against; give the path of a ROR dump with --ror")
    return Matcher.from_ror(ror, cache_dir or Path(tempfile.gettempdir()) / "permed-match")


def _encoded(frame: pl.DataFrame, sheet: Parsed) -> tuple[bytes, list[str]]:
    """Write the table as the file was written that came in; told where that cannot be."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sheet.delimiter or ",", lineterminator="\n")
    writer.writerow(frame.columns)
    ours = csv_frame(frame.select(ADDED_COLUMNS), _DECIMALS)
    theirs = frame.drop(ADDED_COLUMNS)  # as they came
    writer.writerows(pl.concat([theirs, ours], how="horizontal").iter_rows())
    encoding = sheet.encoding or "utf-8"
    if encoding.lower().replace("_", "-") in ("utf-8", "utf-8-sig"):
        return out.getvalue().encode("utf-8-sig" if sheet.marked else "utf-8"), []
    mark = "\ufeff" if encoding.lower().startswith("utf") and encoding.lower() != "utf-16" else ""
    try:
        return f"{mark}{out.getvalue()}".encode(encoding), []
    except UnicodeEncodeError:
        why = f"some names have letters that {encoding} lacks: written as UTF-8 with a mark"
        return out.getvalue().encode("utf-8-sig"), [why]


def _read(path: Path, wanted: list[str], encoding: str | None, missing: Sequence[str]) -> Parsed:
    """Read standard input, or a file; InputError where a wanted column is not in it."""
    if str(path) == STANDARD:
        data = sys.stdin.buffer.read()
        parsed = parse(
            data, "standard input", wanted, encoding=encoding, keep_blank=True, missing=missing
        )
        sheet = sound(parsed, path)
    else:
        sheet = read_table(path, wanted, encoding=encoding, keep_blank=True, missing=missing)
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


def _matched(
    sheet: Parsed,
    plan: _MatchPlan,
    limit: int | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[pl.DataFrame, MatchSummary]:
    """Return the rows with what was found for each, and how each was decided."""
    counts, strange, first_strange = Counter[str](), 0, dict[str, None]()
    frame = sheet.rows.head(sheet.rows.height if limit is None else limit)
    added: list[pl.DataFrame] = []
    for part in frame.iter_slices(BATCH):
        batch = part.rows()
        results = _match(plan, batch)
        counts.update(results["decision"].to_list())
        unknown = _unknown_countries(plan, batch)
        strange += len(unknown)
        first_strange.update(dict.fromkeys(unknown[: _SHOWN - len(first_strange)]))
        added.append(results.select(ADDED_COLUMNS))
        if progress is not None:
            progress(counts.total(), frame.height)
    decided = (counts["accept"], counts["review"], counts["none"])
    told = [*sheet.warnings, *_namibian(plan, frame)]
    found = pl.concat(added) if added else pl.DataFrame(schema=_ADDED)
    return pl.concat([frame, found], how="horizontal"), MatchSummary(
        counts.total(), *decided, strange, tuple(first_strange), tuple(told)
    )


def _namibian(plan: _MatchPlan, frame: pl.DataFrame) -> list[str]:
    """Tell how many rows name Namibia by its code, which many programs write for nothing."""
    at = plan.columns[1]
    rows = 0 if at is None else int((frame.to_series(at).str.strip_chars() == "NA").sum())
    told = f"{rows} rows hold NA as country: read as Namibia; for nothing give --missing NA"
    return [told] if rows else []


def _unknown_countries(plan: _MatchPlan, batch: list[tuple[str, ...]]) -> list[str]:
    at = plan.columns[1]
    if at is None:
        return []
    texts = (row[at].strip() for row in batch)
    return [text[:_LONGEST] for text in texts if text and country_code(text) is None]


def _match(plan: _MatchPlan, batch: list[tuple[str, ...]]) -> pl.DataFrame:
    text, country, city, short = (
        [None if column is None else row[column] for row in batch] for column in plan.columns
    )
    if plan.raw:
        return _cautious(plan.matcher.match_affiliations(text, answer=plan.answer), plan.threshold)
    asked = {"name": text, "country": country, "city": city, "short_name": short}
    frame = pl.DataFrame(asked, schema=dict.fromkeys(asked, pl.String))
    return _cautious(plan.matcher.match_names(frame, messy=True), plan.threshold)


def _cautious(results: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Leave to people what is accepted with a lower score than the user wishes."""
    doubtful = (pl.col("decision") == "accept") & (pl.col("match_score") < threshold)
    why = pl.format("below the threshold of {}; {}", pl.lit(f"{threshold:g}"), "reason")
    return results.with_columns(
        decision=pl.when(doubtful).then(pl.lit("review")).otherwise("decision"),
        reason=pl.when(doubtful).then(why).otherwise("reason"),
    )
