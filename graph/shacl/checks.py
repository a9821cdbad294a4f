"""Checks that no shape can make, since they join or compute: queries, and the check digits.

`queries/checks/*.rq` each return one row a fault, the thing at fault first. Their comment says what
is right; where it begins with `Warning:`, a release with such a fault is published all the same and
tells it among its issues, since the sources contain it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
import pyoxigraph as ox

from permed.graph.check_digits import CHECKED, check_digits_fit
from permed.graph.errors import InputError
from permed.ontology import concept_iri, expand, prefix_block

__all__ = ["CHECK_FILES", "FailedCheck", "faults", "faults_in"]

CHECK_FILES: Final = Path(__file__).parents[2] / "queries" / "checks"
_DIGITS: Final = "check-digits"
_IDENTIFIERS: Final = (
    "SELECT ?node ?value {{ ?node pm:identifierScheme <{0}> ; skos:notation ?value }}"
)
_TYPE: Final = f"<{expand('rdf:type')}>"
_TOGETHER: Final = 2_500_000  # statements in one store: 1 GB
_NAME: Final = re.compile(r"(?<![\w:<\"/])[A-Za-z][\w-]*:[A-Za-z]\w*")
_ADDRESS: Final = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True)
class FailedCheck:
    """The check, what is right, and the things that it names, the thing at fault first."""

    check: str
    rule: str
    things: tuple[str, ...]  # terms in N-Triples syntax
    warning: bool = False

    def __str__(self) -> str:
        return f"check {self.check}: {', '.join(self.things)}; {self.rule}"


def faults(store: ox.Store, folder: Path = CHECK_FILES) -> Iterator[FailedCheck]:
    """Yield every fault in the union of a store's graphs, check by check."""
    for check in _checks(folder):
        yield from check.faults(store)


def faults_in(graphs: Sequence[Path], folder: Path = CHECK_FILES) -> Iterator[FailedCheck]:
    """Yield every fault in the union of N-Quads files, one statement a line, check by check.

    Checks get stores in memory with the statements of their properties, which are few: one for all
    checks, or where those are many, one each. To look a million things up on disk takes far longer.
    """
    checks = list(_checks(folder))
    every = frozenset[str]().union(*(check.names for check in checks))
    with tempfile.TemporaryDirectory(dir=graphs[0].parent) as scratch:
        told = Path(scratch) / "told.parquet"
        lines = pl.concat([_lines(graph) for graph in graphs])
        lines.filter(_concerns(every)).sink_parquet(told)
        few = pl.scan_parquet(told).select(pl.len()).collect().item() <= _TOGETHER
        store, held = ox.Store(), frozenset[str]()
        for check in checks:
            wanted = every if few else check.names
            if wanted != held:
                store, held = _store_of(told, wanted), wanted
            yield from check.faults(store)


def _store_of(told: Path, names: frozenset[str]) -> ox.Store:
    part, store = told.with_suffix(".nq"), ox.Store()
    own = pl.scan_parquet(told).filter(_concerns(names)).select("line")
    own.sink_csv(part, include_header=False, quote_style="never")
    store.bulk_load(path=str(part), format=ox.RdfFormat.N_QUADS)
    return store


def _lines(graph: Path) -> pl.LazyFrame:
    parts = pl.col("line").str.splitn(" ", 4).struct.rename_fields(["s", "p", "o", "rest"])
    return (
        pl.scan_lines(graph, name="line")
        .select("line", parts.alias("parts"))
        .select("line", pl.col("parts").struct.field("p", "o"))
    )


def _concerns(names: frozenset[str]) -> pl.Expr:
    """Statements of properties that are named; of classes only those that are named too."""
    wanted = sorted(names)
    named = pl.col("p").is_in(wanted)
    return named & ((pl.col("p") != _TYPE) | pl.col("o").is_in(wanted))


@dataclass(frozen=True)
class _Check:
    """One query and what is right by it; `right`: whether a row of it is none of a fault."""

    name: str
    text: str
    rule: str
    warning: bool = False
    right: Callable[[Sequence[object]], bool] = lambda _: False

    @property
    def names(self) -> frozenset[str]:
        """All names in the query, as terms: its properties and classes are among them."""
        # what the concepts of a scheme are called is no name of a property or class
        code = re.sub(r"(?m)^\s*#.*$|<[^<>\s]*/scheme/[^<>\s]*>", "", self.text)
        found = {f"<{expand(name)}>" for name in _NAME.findall(code)}
        return frozenset({_TYPE, *found, *_ADDRESS.findall(code)})

    def faults(self, store: ox.Store) -> Iterator[FailedCheck]:
        """Yield a fault a row, in a stable order."""
        query = prefix_block() + self.text
        rows = store.query(query, use_default_graph_as_union=True)
        if not isinstance(rows, ox.QuerySolutions):
            raise InputError(f"{self.name}.rq: a check must be a SELECT query")
        wrong = (tuple(t for t in row if t is not None) for row in rows)
        for terms in sorted(tuple(map(str, ts)) for ts in wrong if not self.right(ts)):
            yield FailedCheck(self.name, self.rule, terms, self.warning)


def _checks(folder: Path) -> Iterator[_Check]:
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        rule = " ".join(ln[1:].strip() for ln in text.splitlines() if ln.startswith("#"))
        warning = rule.startswith("Warning: ")
        yield _Check(path.stem, text, rule.removeprefix("Warning: "), warning)
    for scheme in CHECKED:
        text = _IDENTIFIERS.format(concept_iri("identifier-scheme", scheme))
        rule = f"the check digits of this {scheme.upper()} do not fit: correct the identifier"
        yield _Check(_DIGITS, text, rule, right=partial(_fits, scheme))


def _fits(scheme: str, row: Sequence[object]) -> bool:
    _, value = row
    if not isinstance(value, ox.Literal):
        return True
    try:
        return check_digits_fit(scheme, value.value)
    except (ValueError, IndexError):  # not of the scheme's form at all, which a shape says better
        return True
