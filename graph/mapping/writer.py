"""Apply the mapping: record tables in, N-Quads out, with the statistics that VoID needs.

Quads are written table by table in the order of `TABLES` and, inside a table, sorted, so that the
same tables give the same bytes. Format: W3C RDF 1.1 N-Quads.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from permed.graph.mapping.subject_ranges import SubjectRanges
from permed.graph.mapping.table_triples import Form, no_triples, triples
from permed.graph.tables.model import TABLES
from permed.graph.workers import HERE, Workers
from permed.ontology import expand

__all__ = [
    "Seen",
    "Statistics",
    "Written",
    "ranges_for",
    "write_quads",
]

_TYPE = f"<{expand('rdf:type')}>"
# EURIO has one identifier a thing. Records of several sources that are one thing bring several; the
# first graph in precedence gives it, and all stay as pm:identifier nodes
_SINGLE = tuple(f"<{expand(p)}>" for p in ("eurio:identifier", "eurio:rcn", "eurio:doi"))
_GIVEN = pl.struct("s", "p").hash()
_LINES = 250_000  # that are put together at a time
_ROWS = 100_000  # that are mapped at a time
_TRIPLES = 1_000_000  # that are put in order at a time, about
_SAMPLED = 1_000  # rows of a table by which its triples are estimated
_MOST_A_ROW = 12  # triples: so many rows need no estimate
# rules of these tables compare the rows of a thing, which this column names
_COMPARED = {"identifiers": "entity"}


@dataclass
class Statistics:
    """How many triples a graph holds, by predicate and by class."""

    triples: int = 0
    predicates: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    def include(self, other: Statistics) -> None:
        """Add what another part of the same graph holds."""
        self.triples += other.triples
        self.predicates.update(other.predicates)
        self.classes.update(other.classes)

    def add(self, frame: pl.DataFrame) -> None:
        """Count a frame of triples."""
        self.triples += frame.height
        for predicate, n in frame.group_by("p").len().iter_rows():
            self.predicates[predicate] += n
        types = frame.filter(pl.col("p") == _TYPE).group_by("o").len()
        for name, n in types.iter_rows():
            self.classes[name] += n


def _hashed(frame: pl.DataFrame) -> pl.DataFrame:
    """Comparing 64-bit hashes in place of three strings makes what follows ten times faster."""
    return frame.with_columns(hash=pl.struct("s", "p", "o").hash())


def _in_order(hashed: pl.DataFrame) -> pl.DataFrame:
    """Return distinct triples by subject, and those of a subject in an order that never changes."""
    return hashed.unique("hash").sort("s", "hash")


@dataclass(frozen=True)
class Seen:
    """What the graphs written so far hold: hashes of triples, apart for each range of subjects."""

    ranges: SubjectRanges = field(default_factory=SubjectRanges)
    hashes: tuple[pl.Series, ...] = (pl.Series(dtype=pl.UInt64),)

    @classmethod
    def nothing(cls, ranges: SubjectRanges) -> Seen:
        """Return that nothing is written yet."""
        return cls(ranges, (pl.Series(dtype=pl.UInt64),) * ranges.count)


@dataclass(frozen=True)
class Written:
    """What a graph file holds, and what this file and those before it hold together."""

    statistics: Statistics
    seen: Seen


def write_quads(
    tables: Mapping[str, pl.DataFrame],
    path: Path,
    *,
    graph: str,
    base: str,
    statements: Mapping[str, pl.DataFrame] | None = None,
    seen: Seen | None = None,
    workers: Workers = HERE,
) -> Written:
    """Write the tables as N-Quads of one named graph; `statements` get assertion nodes too.

    A triple that an earlier graph of the release holds (`seen`), or another table, is not written
    again: the union of the graphs, which queries see, would count it twice. Nor is a second value
    of a property that EURIO has once a thing. Neither the ranges of subjects that are mapped at a
    time nor the workers make a difference to the bytes.
    """
    statistics, seen = Statistics(), seen or Seen()
    with path.open("wb") as out:
        for shares in _shares(tables, statements or {}):
            target = _Target(graph, base, seen.ranges)
            joined = workers.regroup(
                _triples_by_range, shares, _quads, seen.hashes, target, path.parent
            )
            hashes = list[pl.Series]()
            for lines, found, held in joined:
                out.writelines(lines)
                statistics.include(found)
                hashes.append(held)
            seen = replace(seen, hashes=tuple(hashes))
    return Written(statistics, seen)


@dataclass(frozen=True)
class _Target:
    """The graph that is written, and the ranges in which its triples are put in order."""

    graph: str
    base: str
    ranges: SubjectRanges


@dataclass(frozen=True)
class _Share:
    """Some rows of a table, to be mapped as a whole, or as rows folded from others, or as those."""

    table: str
    form: Form
    rows: pl.DataFrame


def _shares(
    tables: Mapping[str, pl.DataFrame], statements: Mapping[str, pl.DataFrame]
) -> Iterator[list[_Share]]:
    """Yield what gives the triples of a table, and of its assertions, in the order of the file."""
    for name in TABLES:
        said = statements.get(name)
        if name in tables and tables[name].height:
            if said is None:
                yield _shared_out(name, "rows", tables[name])
            else:
                folded = _shared_out(name, "folded", tables[name])
                yield [*folded, *_shared_out(name, "sources", said)]
        if said is not None:
            yield _shared_out(name, "assertions", said)


def _shared_out(name: str, form: Form, frame: pl.DataFrame) -> list[_Share]:
    """Share out the rows of a table; those of one thing stay together where rules compare them."""
    if frame.height <= _ROWS:
        return [_Share(name, form, frame)]
    if (key := _COMPARED.get(name)) is None:
        return [_Share(name, form, part) for part in frame.iter_slices(_ROWS)]
    shares = -(-frame.height // _ROWS)
    which = frame.select(share=pl.col(key).hash() % shares)["share"]
    return [_Share(name, form, frame.filter(which == n)) for n in range(shares)]


def _triples_by_range(share: _Share, target: _Target) -> list[pl.DataFrame]:
    return target.ranges.split(_hashed(triples(share.rows, share.table, target.base, share.form)))


def _quads(
    seen: pl.Series, frames: Sequence[pl.DataFrame], target: _Target
) -> tuple[list[bytes], Statistics, pl.Series]:
    """Return the new lines of a range in their order, what they hold, and the hashes seen now."""
    frame = _in_order(pl.concat(frames) if frames else _hashed(no_triples()))
    held = _held(frame, seen)
    new = _not_given(frame.filter(~pl.col("hash").is_in(held.implode())), held)
    statistics = Statistics()
    statistics.add(new)
    return _lines(new, target.graph), statistics, pl.concat([seen, new["hash"], _given(new)])


def ranges_for(
    tables: Iterable[Mapping[str, pl.DataFrame]], base: str, triples_each: int = _TRIPLES
) -> SubjectRanges:
    """Return ranges that hold about so many triples each of all that the tables of sources give."""
    samples = [
        (name, frame, max(1, frame.height // _SAMPLED))
        for source in tables
        for name, frame in source.items()
        if frame.height
    ]
    if sum(frame.height for _, frame, _ in samples) * _MOST_A_ROW <= triples_each:
        return SubjectRanges()
    found = [
        triples(frame.gather_every(step), name, base).select("s", weight=pl.lit(step))
        for name, frame, step in samples
    ]
    return SubjectRanges.of(pl.concat(found), triples_each)


def _held(frame: pl.DataFrame, seen: pl.Series) -> pl.Series:
    """Return those of the hashes seen that are a frame's: to look a few up among many is slow."""
    own = pl.concat([frame["hash"], _given(frame)])
    return seen.filter(seen.is_in(own.implode()))


def _given(frame: pl.DataFrame) -> pl.Series:
    """Hashes of the things that have a property which EURIO has once, with that property."""
    single = frame.filter(pl.col("p").is_in(_SINGLE))
    return single.select(hash=_GIVEN)["hash"]


def _not_given(frame: pl.DataFrame, seen: pl.Series) -> pl.DataFrame:
    again = pl.col("p").is_in(_SINGLE) & _GIVEN.is_in(seen.implode())
    return frame.filter(~again)


def _lines(frame: pl.DataFrame, graph: str) -> list[bytes]:
    line = pl.concat_str("s", pl.lit(" "), "p", pl.lit(" "), "o", pl.lit(f" <{graph}> ."))
    blocks = []
    for part in frame.iter_slices(_LINES):  # all lines at once would take as much again
        block = io.BytesIO()
        part.select(line).write_csv(
            block, include_header=False, quote_style="never", line_terminator="\n"
        )
        blocks.append(block.getvalue())
    return blocks
