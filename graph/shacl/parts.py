"""Validation of graphs that are too large for memory: part by part, with the report of the whole.

A part is a range of subjects: all that is said of them, and of what is said of others as much as
shapes look at from there (`reach`). Its subjects are marked, and shapes aim at the marks, so
nothing is judged of which only a part is there. In the end the subjects that were found wanting are
judged together: that gives the report, which must say what the parts said.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import shacl

from permed.graph.shacl.reach import TYPE, FocusTarget, shape_reach, targeted
from permed.graph.shacl.report import ValidationReport, Violation, report_of, violation_of

__all__ = ["validate_by_parts"]

_PART: Final = 700_000_000  # bytes of N-Quads: three and a half million statements
_SAMPLES: Final = 20_000  # subjects from which the ranges are chosen
_ROWS: Final = 100_000  # of a block that is passed over whole where its subjects are out of range
_MARKED: Final = "<urn:permed:focus>"
_STATEMENT: Final = r"^(\S+) (\S+) (.+?)(?: <[^<>]*>)? \.$"


def validate_by_parts(
    paths: Sequence[Path], vocabulary: bytes, part: int = _PART
) -> ValidationReport:
    """Validate N-Quads files, and the vocabulary beside them, in parts of so many bytes.

    One statement a line, as our writers give it. Temporary files of a tenth of the size stand
    beside the first path. AssertionError where the report differs from what the parts gave.
    """
    with tempfile.TemporaryDirectory(dir=paths[0].parent) as folder:
        words = Path(folder) / "vocabulary.nq"
        words.write_bytes(vocabulary)
        bounds = _bounds([*paths, words], part)
        statements = _Statements.of([*paths, words], Path(folder))
        found = set[Violation]()
        for first, last in zip([None, *bounds], [*bounds, None], strict=True):
            subjects = _Range(first, last)
            results = _engine_report(statements, statements.within(subjects), vocabulary).results
            # the vocabulary is there in every part, and judged in each
            found |= {violation_of(r) for r in results if r.focus_node in subjects}
        own = statements.about({violation.focus for violation in found})
        report = report_of(_engine_report(statements, own, vocabulary))
    if set(report.violations) != found:
        raise AssertionError("validation by parts found other violations than its own report")
    return report


@dataclass(frozen=True)
class _Range:
    """Subjects from the first, before the last; None: open."""

    first: str | None
    last: str | None

    def holds(self, column: pl.Expr) -> pl.Expr:
        above = pl.lit(True) if self.first is None else column >= self.first
        return above if self.last is None else above & (column < self.last)

    def __contains__(self, subject: str) -> bool:
        above = self.first is None or subject >= self.first
        return above and (self.last is None or subject < self.last)


def _bounds(paths: Sequence[Path], part: int) -> list[str]:
    """Return the subjects at which parts begin, from a sample taken at even distances."""
    whole = sum(path.stat().st_size for path in paths)
    subjects: list[str] = []
    for path in paths:
        size = path.stat().st_size
        with path.open("rb") as lines:
            for at in range(0, size, max(1, whole // _SAMPLES)):
                lines.seek(at)
                lines.readline()
                subjects.append(lines.readline().decode(errors="replace").partition(" ")[0])
    subjects = sorted(subject for subject in subjects if subject)
    parts = -(-whole // part)
    return sorted({subjects[n * len(subjects) // parts] for n in range(1, parts)})


@dataclass(frozen=True)
class _Statements:
    """All statements by columns s, p, o on disk, and those that count beyond their subject."""

    whole: Path
    context: Path

    @classmethod
    def of(cls, paths: Sequence[Path], folder: Path) -> _Statements:
        """Read N-Quads files, each in its order: that of the mapping keeps things together."""
        made = cls(folder / "statements", folder / "context.parquet")
        made.whole.mkdir()
        for number, path in enumerate(paths):
            target = made.whole / f"{number:03}.parquet"
            _read(path).sink_parquet(target, row_group_size=_ROWS, statistics=True)
        context = pl.col("p").is_in(sorted(shape_reach().context))
        made._all().filter(context).sink_parquet(made.context, row_group_size=_ROWS)
        return made

    def _all(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.whole / "*.parquet")

    def within(self, subjects: _Range) -> pl.DataFrame:
        """Return all that is said of the subjects of a range."""
        return self._all().filter(subjects.holds(pl.col("s"))).collect(engine="streaming")

    def about(self, subjects: Iterable[str]) -> pl.DataFrame:
        """Return all that is said of these subjects."""
        named = pl.LazyFrame({"s": sorted(subjects)}, schema={"s": pl.String})
        return self._all().join(named, on="s", how="semi").collect(engine="streaming")

    def around(self, own: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield what counts for a verdict on subjects; `own`: all that is said of them."""
        reach, nodes, near = shape_reach(), own.select("s").unique(), own
        yield self._context(reach.everywhere)
        for steps, (forward, backward) in enumerate(
            zip(reach.forward, reach.backward, strict=True)
        ):
            if steps:
                near = self._context(forward, "s", nodes)
                yield near
            inverse = self._context(backward, "o", nodes)
            yield inverse
            ends = pl.concat([near.select(s="o"), inverse.select("s")])
            nodes = ends.filter(~pl.col("s").str.starts_with('"')).unique()

    def _context(
        self, properties: frozenset[str], side: str = "s", nodes: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        frame = pl.scan_parquet(self.context).filter(pl.col("p").is_in(sorted(properties)))
        if nodes is not None:
            frame = frame.join(nodes.lazy().rename({"s": side}), on=side, how="semi")
        return frame.collect(engine="streaming")


def _read(path: Path) -> pl.LazyFrame:
    told = pl.col("line").str.extract_groups(_STATEMENT).struct.rename_fields(["s", "p", "o"])
    return pl.scan_lines(path, name="line").select(told.alias("line")).unnest("line")


def _engine_report(statements: _Statements, own: pl.DataFrame, words: bytes) -> shacl.Report:
    """Judge the subjects of `own`, which holds all that is said of them."""
    shapes, targets = _marked_shapes()
    with tempfile.NamedTemporaryFile(dir=statements.whole.parent, suffix=".nq") as file:
        file.write(words)
        for frame in (own, *statements.around(own), *_marks(own, targets)):
            line = pl.concat_str("s", "p", "o", pl.lit("."), separator=" ")
            frame.select(line).write_csv(file, include_header=False, quote_style="never")
        file.flush()
        return shapes.validate_file(file.name)


@cache
def _marked_shapes() -> tuple[shacl.Shapes, tuple[FocusTarget, ...]]:
    text, targets = targeted(shape_reach().context)
    return shacl.Shapes.from_turtle(text), targets


def _marks(own: pl.DataFrame, targets: Sequence[FocusTarget]) -> Iterator[pl.DataFrame]:
    """Yield statements that mark the focus nodes of targets among the subjects of `own`."""
    types = own.filter(pl.col("p") == TYPE)
    for said, column, names in (
        (types, "o", [(name, t.mark) for t in targets for name in t.classes]),
        (own, "p", [(name, t.mark) for t in targets for name in t.properties]),
    ):
        marks = pl.DataFrame(names, schema={column: pl.String, "mark": pl.String}, orient="row")
        marked = said.select("s", column).join(marks, on=column).select("s", "mark").unique()
        yield marked.select(pl.lit(_MARKED).alias("s"), p="mark", o="s")
