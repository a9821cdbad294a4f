"""Validation of graphs that are too large for memory: part by part, with the report of the whole.

A part is a set of subjects: all that is said of them, and of what is said of others as much as
shapes look at from there (`reach`). Its subjects are marked, and shapes aim at the marks, so
nothing is judged of which only a part is there. In the end the subjects that were found wanting are
judged together: that gives the report, which must say what the parts said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
import shacl

from permed.graph.files import line_blocks
from permed.graph.shacl.focus_marks import FocusMarks
from permed.graph.shacl.report import ValidationReport, Violation, report_of, violation_of
from permed.graph.shacl.surroundings import LineFiles, ShareOf, Surroundings, statements
from permed.graph.workers import HERE, Workers

__all__ = ["validate_by_parts"]

_PART: Final = 700_000_000  # bytes of N-Quads: three and a half million statements
_BATCH: Final = 32_000_000  # bytes that are divided at a time
_NUMBER: Final = r"\d{5,}"


def validate_by_parts(
    paths: Sequence[Path], vocabulary: bytes, part: int = _PART, workers: Workers = HERE
) -> ValidationReport:
    """Validate N-Quads files, and the vocabulary beside them, in parts of so many bytes.

    One statement a line, as our writers give it. Temporary files of twice the size stand beside the
    first path. Workers judge the parts. AssertionError where the report differs from what the
    parts gave.
    """
    with tempfile.TemporaryDirectory(dir=paths[0].parent) as folder:
        words = Path(folder) / "vocabulary.nq"
        words.write_bytes(vocabulary)
        every = [*paths, words]
        count = -(-sum(path.stat().st_size for path in every) // part)
        share_of = partial(_part_of, count)
        marks, around = FocusMarks(), Surroundings(Path(folder) / "around", count)
        parts = LineFiles(Path(folder) / "parts")
        for lines in _batches(every):
            around.hold(lines)
            _divide(lines, share_of, parts, around, marks)
        around.fetch(parts, share_of)
        files = (parts.path(number) for number in range(count))
        tasks = ((n, file.read_bytes() if workers.apart else file) for n, file in enumerate(files))
        judging = _Judging(count, marks, vocabulary, around.everywhere)
        found = dict(workers.each(_violations, tasks, judging))
        report = _report_on(found, parts, around, vocabulary)
    if set(report.violations) != set().union(*found.values()):
        raise AssertionError("validation by parts found other violations than its own report")
    return report


@dataclass(frozen=True)
class _Judging:
    """What is needed to judge a part: how many there are, and what each of them gets."""

    count: int
    marks: FocusMarks
    vocabulary: bytes
    everywhere: bytes


def _violations(part: tuple[int, Path | bytes], judging: _Judging) -> tuple[int, set[Violation]]:
    """Judge a part, by its number and the file of its statements, or what that holds."""
    number, statements = part
    with tempfile.TemporaryDirectory(prefix="permed-") as folder:
        if isinstance(statements, bytes):
            file = Path(folder) / "part.nq"
            file.write_bytes(statements)
        else:
            file = statements
        report = _engine_report(file, judging.vocabulary + judging.everywhere, judging.marks)
    results = report.results
    # the vocabulary is there in every part, and judged in each
    foci = pl.Series([result.focus_node for result in results], dtype=pl.String)
    own = zip(results, _part_of(judging.count, foci), strict=True)
    return number, {violation_of(result) for result, share in own if share == number}


def _report_on(
    found: Mapping[int, set[Violation]], parts: LineFiles, around: Surroundings, vocabulary: bytes
) -> ValidationReport:
    """Judge all subjects together that were found wanting in the parts."""
    foci = pl.Series(sorted({v.focus for own in found.values() for v in own}), dtype=pl.String)
    wanting, marks = LineFiles(parts.path(0).parent / "wanting"), FocusMarks()
    share_of = partial(_among, foci)
    for number in (number for number, own in found.items() if own):
        subject = pl.col("line").str.splitn(" ", 2).struct.field("field_0")
        lines = pl.scan_lines(parts.path(number), name="line").filter(subject.is_in(foci.implode()))
        told = statements(lines).collect(engine="streaming")
        _divide(told, share_of, wanting, around, marks)
    around.fetch(wanting, share_of)
    return report_of(_engine_report(wanting.path(0), vocabulary + around.everywhere, marks))


def _part_of(count: int, subjects: pl.Series) -> pl.Series:
    """The number of the part of each subject.

    Names with the same number are mostly about the same thing (a project, its roles and results):
    in one part they need not be fetched for each other.
    """
    number = pl.coalesce(pl.col("s").str.extract(_NUMBER, 0), "s")
    return pl.DataFrame({"s": subjects}).select(number.hash() % count).to_series()


def _among(foci: pl.Series, subjects: pl.Series) -> pl.Series:
    """0 for those among `foci`, null for others."""
    chosen = pl.DataFrame({"s": subjects}).select(
        pl.when(pl.col("s").is_in(foci.implode())).then(pl.lit(0, pl.UInt64))
    )
    return chosen.to_series()


def _batches(paths: Iterable[Path]) -> Iterator[pl.DataFrame]:
    for path in paths:
        for block in line_blocks(path, _BATCH):
            yield statements(pl.read_lines(block, name="line").lazy()).collect()


def _divide(
    lines: pl.DataFrame,
    share_of: ShareOf,
    files: LineFiles,
    around: Surroundings,
    marks: FocusMarks,
) -> None:
    """Add statements to the files of the parts of their subjects, with marks, and ask for more."""
    # what is said of a subject mostly stands together
    first = (lines["at"] != lines["at"].shift()).fill_null(True)
    share = share_of(lines["s"].filter(first)).gather(first.cum_sum() - 1)
    own = lines.with_columns(share=share).drop_nulls("share")
    files.add(own)
    files.add(marks.lines(own))
    around.ask(own)


def _engine_report(path: Path, more: bytes, marks: FocusMarks) -> shacl.Report:
    """Judge the marked subjects of a file, to which is added what every part gets."""
    with path.open("ab") as file:
        file.write(more)
    return marks.shapes().validate_file(str(path))
