"""Apply the mapping: record tables in, N-Quads out, with the statistics that VoID needs.

Quads are written table by table in the order of `TABLES` and, inside a table, sorted, so that the
same tables give the same bytes. Format: W3C RDF 1.1 N-Quads.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from permed.graph.mapping import Rule, rules
from permed.graph.mapping.terms import Terms, concept, constant, typed, web
from permed.graph.tables.model import TABLES
from permed.ontology import expand

__all__ = [
    "Statistics",
    "Written",
    "assertions",
    "prepare",
    "triples",
    "write_quads",
]

_TYPE = f"<{expand('rdf:type')}>"
# EURIO has one identifier a thing. Records of several sources that are one thing bring several; the
# first graph in precedence gives it, and all stay as pm:identifier nodes
_SINGLE = tuple(f"<{expand(p)}>" for p in ("eurio:identifier", "eurio:rcn", "eurio:doi"))
_GIVEN = pl.struct("s", "p").hash()
_LINES = 500_000  # that are put together at a time
_FINGERPRINTED = ("value", "text", "date", "as_of", "source_url", "unit", "qualifier")


@dataclass
class Statistics:
    """How many triples a graph holds, by predicate and by class."""

    triples: int = 0
    predicates: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    def add(self, frame: pl.DataFrame) -> None:
        """Count a frame of triples."""
        self.triples += frame.height
        for predicate, n in frame.group_by("p").len().iter_rows():
            self.predicates[predicate] += n
        types = frame.filter(pl.col("p") == _TYPE).group_by("o").len()
        for name, n in types.iter_rows():
            self.classes[name] += n


def triples(
    frame: pl.DataFrame, name: str, base: str, statements: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Map one table to distinct triples in a stable order; columns s, p, o, hash.

    Terms are in N-Triples syntax. `statements` are the rows that `frame` was folded from: each
    names a source of its thing.
    """
    table_rules = rules(base)[name]
    rows = prepare(frame, name)
    if statements is None:
        return _distinct(_apply(rows, table_rules))
    own = _apply(rows, [r for r in table_rules if not r.sourced])
    sources = _apply(statements, [r for r in table_rules if r.sourced])
    return _distinct(pl.concat([own, sources]))


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Comparing 64-bit hashes in place of three strings makes this ten times faster."""
    hashed = frame.with_columns(hash=pl.struct("s", "p", "o").hash())
    return hashed.unique("hash").sort("s", "hash")


def prepare(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the column that the rules of figures need: a digest of what is said, as a stable key."""
    if name != "figures":
        return frame
    said = pl.concat_str(
        [pl.col(c).fill_null("") for c in _FINGERPRINTED], separator="\x1f"
    ).map_elements(_digest, return_dtype=pl.String)
    return frame.with_columns(fingerprint=said)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def _apply(frame: pl.DataFrame, table_rules: list[Rule]) -> pl.DataFrame:
    if not table_rules:
        return _no_triples()
    parts = [
        frame.lazy()
        .select(s=rule.subject, p=pl.lit(f"<{rule.predicate}>"), o=rule.object)
        .filter(pl.col("s").is_not_null() & pl.col("o").is_not_null())
        for rule in table_rules
    ]
    return pl.concat(parts).collect()


def assertions(frame: pl.DataFrame, name: str, base: str) -> pl.DataFrame:
    """Give each single fact of hand-collected rows a node with its source, evidence and day.

    The vocabulary is RDF reification (W3C RDF Schema 1.1, section 5.3) with PROV-O.
    """
    asserted = [r for r in rules(base)[name] if r.asserted]
    if not asserted or frame.is_empty():
        return _distinct(_no_triples())
    said = pl.concat([_stated(frame, rule) for rule in asserted]).drop_nulls(["s", "o"]).unique()
    if said.is_empty():
        return _distinct(_no_triples())
    key = pl.concat_str(["s", "p", "o", "source"], separator=" ").map_elements(
        _digest, return_dtype=pl.String
    )
    return _distinct(_assertion_triples(said.with_columns(key=key), Terms(base)))


def _no_triples() -> pl.DataFrame:
    return pl.DataFrame(schema={"s": pl.String, "p": pl.String, "o": pl.String})


def _stated(frame: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    return frame.select(
        s=rule.subject,
        p=pl.lit(f"<{rule.predicate}>"),
        o=rule.object,
        source=pl.col("source_url"),
        evidence=pl.col("evidence"),
        seen=pl.col("seen"),
    )


def _assertion_triples(said: pl.DataFrame, terms: Terms) -> pl.DataFrame:

    node = terms.thing(pl.lit("assertion/") + pl.col("key"))
    objects = {
        "rdf:type": constant("pm:Assertion"),
        "rdf:subject": pl.col("s"),
        "rdf:predicate": pl.col("p"),
        "rdf:object": pl.col("o"),
        "prov:wasDerivedFrom": web("source"),
        "pm:evidence": concept("evidence-grade", "evidence"),
        "pm:seen": typed("seen", "date"),
    }
    every = [("rdf:type", constant("rdf:Statement")), *objects.items()]
    return _apply(said, [Rule(node, expand(p), o) for p, o in every])


@dataclass(frozen=True)
class Written:
    """What a graph file holds, and the hashes of its triples and of those before it."""

    statistics: Statistics
    seen: pl.Series


def write_quads(
    tables: Mapping[str, pl.DataFrame],
    path: Path,
    *,
    graph: str,
    base: str,
    statements: Mapping[str, pl.DataFrame] | None = None,
    seen: pl.Series | None = None,
) -> Written:
    """Write the tables as N-Quads of one named graph; `statements` get assertion nodes too.

    A triple that an earlier graph of the release holds (`seen`: their hashes), or another table,
    is not written again: the union of the graphs, which queries see, would count it twice. Nor is
    a second value of a property that EURIO has once a thing.
    """
    statistics = Statistics()
    seen = seen if seen is not None else pl.Series(dtype=pl.UInt64)
    with path.open("wb") as out:
        for frame in _frames(tables, statements or {}, base):
            held = _held(frame, seen)
            new = _not_given(frame.filter(~pl.col("hash").is_in(held.implode())), held)
            seen = pl.concat([seen, new["hash"], _given(new)])
            statistics.add(new)
            _write(new, graph, out)
    return Written(statistics, seen)


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


def _frames(
    tables: Mapping[str, pl.DataFrame], statements: Mapping[str, pl.DataFrame], base: str
) -> Iterator[pl.DataFrame]:
    for name in TABLES:
        if name in tables and tables[name].height:
            yield triples(tables[name], name, base, statements.get(name))
        if name in statements:
            yield assertions(statements[name], name, base)


def _write(frame: pl.DataFrame, graph: str, out: BinaryIO) -> None:
    line = pl.concat_str("s", pl.lit(" "), "p", pl.lit(" "), "o", pl.lit(f" <{graph}> ."))
    for part in frame.iter_slices(_LINES):  # all lines at once would take as much as the file
        part.select(line).write_csv(
            out, include_header=False, quote_style="never", line_terminator="\n"
        )
