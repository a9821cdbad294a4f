"""Checks that no shape can make, since they join or compute: queries, and the check digits.

`queries/checks/*.rq` each return one row a fault, the thing at fault first. Their comment says what
is right; where it begins with `Warning:`, a release with such a fault is published all the same and
tells it among its issues, since the sources contain it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from permed.graph.check_digits import CHECKED, check_digits_fit
from permed.graph.errors import InputError
from permed.ontology import concept_iri, prefix_block

__all__ = ["CHECK_FILES", "FailedCheck", "faults"]

CHECK_FILES: Final = Path(__file__).parents[2] / "queries" / "checks"
_DIGITS: Final = "check-digits"
_IDENTIFIERS: Final = (
    "SELECT ?node ?value {{ ?node pm:identifierScheme <{0}> ; skos:notation ?value }}"
)


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
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        lines = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
        rule = " ".join(lines)
        warning = rule.startswith("Warning: ")
        for row in _rows(store, text, path.name):
            terms = tuple(str(term) for term in row if term is not None)
            yield FailedCheck(path.stem, rule.removeprefix("Warning: "), terms, warning)
    yield from _mistyped(store)


def _rows(store: ox.Store, text: str, name: str) -> ox.QuerySolutions:
    rows = store.query(prefix_block() + text, use_default_graph_as_union=True)
    if not isinstance(rows, ox.QuerySolutions):
        raise InputError(f"{name}: a check must be a SELECT query")
    return rows


def _mistyped(store: ox.Store) -> Iterator[FailedCheck]:
    for scheme in CHECKED:
        text = _IDENTIFIERS.format(concept_iri("identifier-scheme", scheme))
        for node, value in _rows(store, text, _DIGITS):
            if isinstance(value, ox.Literal) and not _fits(scheme, value.value):
                rule = (
                    f"the check digits of this {scheme.upper()} do not fit: correct the identifier"
                )
                yield FailedCheck(_DIGITS, rule, (str(node), str(value)))


def _fits(scheme: str, value: str) -> bool:
    try:
        return check_digits_fit(scheme, value)
    except (ValueError, IndexError):  # not of the scheme's form at all, which a shape says better
        return True
