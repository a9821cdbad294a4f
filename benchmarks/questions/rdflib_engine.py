"""The catalogue asked a second time, of rdflib: another engine, in Python alone.

    python -m benchmarks.questions.rdflib_engine RELEASE_FOLDER [SECONDS [QUESTION ...]]

Asks each question with its example values over all triples of a release, with a limit of processor
seconds each, and writes the outcome into rdflib.tsv after every question. Without names it asks
those that have no outcome there, or ran into a limit that was lower. `python -m benchmarks.engines`
and the section of docs/engines.md are made from that table.
"""

from __future__ import annotations

import csv
import os
import pickle
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox
import rdflib
from rdflib.query import ResultRow

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.graph.store.query.parameters import substitute
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import concatenated_columns

__all__ = [
    "TABLE",
    "AskedOfRdflib",
    "both_engines",
    "differences",
    "graph_of",
    "outcomes",
    "rdflib_section",
    "with_section",
    "within",
]

Rows = Counter[tuple[str, ...]]
T = TypeVar("T")
TABLE: Final = Path(__file__).with_name("rdflib.tsv")
_PAGE: Final = Path(__file__).parents[2] / "docs" / "engines.md"
_HEADING: Final = "## rdflib"
_SECONDS: Final = 600
_SAME, _ENDED, _FAILED = "same", "ended", "failed"
_UNBOUND: Final = (
    "(`NotBoundError`: DISTINCT in an aggregate over a value that is unbound in a row; the other"
    " engines leave such a row out of the list.)"
)


@dataclass(frozen=True)
class AskedOfRdflib:
    """One question asked of rdflib: same, ended (by the limit), or what differs.

    seconds: of processor that it took, ours included; where it was ended, the limit.
    """

    question: str
    outcome: str
    seconds: int
    asked: str
    release: str


def within(seconds: int, work: Callable[[], T]) -> T | None:
    """Return what the work gives, None where it takes more processor seconds.

    It runs in a child that the system ends: rdflib cannot stop a query. RuntimeError where the
    child fails.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(reader)
        limit = int(time.process_time()) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        try:
            answer = pickle.dumps(work())
        except BaseException as error:
            answer = pickle.dumps(RuntimeError(repr(error)))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if not told:
        return None
    found = pickle.loads(told)
    if isinstance(found, RuntimeError):
        raise found
    return found  # type: ignore[no-any-return]


def graph_of(ntriples: str) -> rdflib.Graph:
    """Return triples as a graph of rdflib, which keeps the text of literals as it stands."""
    graph = rdflib.Graph()
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        graph.parse(data=ntriples, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return graph


def differences(
    question: Question, given: dict[str, str], store: EmbeddedStore, graph: rdflib.Graph, base: str
) -> tuple[Rows, Rows]:
    """Return the rows that our engine alone gives, and those that rdflib alone gives."""
    terms = question.bind(given, base)
    text = question.sparql(base)
    parts = concatenated_columns(text)
    ours = store.query(text, substitutions=terms)
    answer = graph.query(substitute(text, terms))
    names = [str(name) for name in answer.vars or ()]
    mine = Counter(
        tuple(_cell(_text(row.get(n)), parts.get(n)) for n in names) for row in ours.rows()
    )
    theirs = Counter(
        tuple(_cell(_text(row.get(n)), parts.get(n)) for n in names)
        for row in (binding.asdict() for binding in answer if isinstance(binding, ResultRow))
    )
    return mine - theirs, theirs - mine


def _text(term: object) -> str:
    if isinstance(term, ox.Literal | ox.NamedNode):
        return term.value
    return "" if term is None else str(term)


def _cell(text: str, separator: str | None) -> str:
    """Numbers by value, lists in one order: the standard leaves both ways of writing open."""
    if separator:
        return separator.join(sorted(text.split(separator)))
    try:
        return str(Decimal(text).normalize()) if text.strip() else text
    except InvalidOperation:
        return text


def both_engines(graphs: Iterable[Path]) -> tuple[EmbeddedStore, rdflib.Graph]:
    """Return both engines over the same triples, those of several graphs once."""
    store = ox.Store()
    for path in graphs:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    lines = "\n".join(f"{quad.triple} ." for quad in store)
    return EmbeddedStore(store), graph_of(lines)


def outcomes(table: Path = TABLE) -> dict[str, AskedOfRdflib]:
    """Return what is known of each question, by its name."""
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        r["question"]: AskedOfRdflib(
            r["question"], r["outcome"], int(r["seconds"]), r["asked"], r["release"]
        )
        for r in rows
    }


def _write(found: dict[str, AskedOfRdflib], table: Path) -> None:
    order = {question.name: place for place, question in enumerate(Catalogue.load())}
    kept = sorted(
        (a for a in found.values() if a.question in order), key=lambda a: order[a.question]
    )
    with table.open("w", encoding="utf-8", newline="") as file:
        names = [field.name for field in fields(AskedOfRdflib)]
        lines = csv.DictWriter(file, names, delimiter="\t", lineterminator="\n")
        lines.writeheader()
        lines.writerows(asdict(asked) for asked in kept)


def _ask(
    question: Question, both: tuple[EmbeddedStore, rdflib.Graph], base: str, limit: int
) -> tuple[str, int]:
    """Return outcome and processor seconds of one question."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        found = within(limit, lambda: differences(question, question.examples(), *both, base))
    except RuntimeError as error:
        return f"{_FAILED}: {error}"[:200], 0
    if found is None:
        return _ENDED, limit
    taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    mine, theirs = found
    same = not mine and not theirs
    return _SAME if same else f"{mine.total()} of ours, {theirs.total()} of its rows alone", round(
        taken
    )


def rdflib_section(found: dict[str, AskedOfRdflib]) -> list[str]:
    """Return the lines of docs/engines.md on rdflib."""
    same = [a for a in found.values() if a.outcome == _SAME]
    ended = [a for a in found.values() if a.outcome == _ENDED]
    failed = [a for a in found.values() if a.outcome.startswith(_FAILED)]
    differing = [a for a in found.values() if a.outcome not in (_SAME, _ENDED) and a not in failed]
    days = sorted({a.asked for a in found.values()})
    waiting = [question.name for question in Catalogue.load() if question.name not in found]
    lines = [
        _HEADING, "",
        "rdflib is an engine in Python alone, asked in the same process over all triples of a",
        "release (`python -m benchmarks.questions.rdflib_engine`), each question with its example",
        "values and a limit of processor seconds. Lists in a cell are compared in one order, and",
        "numbers by value.", "",
        f"{' and '.join(days)}: of {len(found) + len(waiting)} questions {len(found)} were asked: "
        f"**{len(same)} have the same rows and {len(differing)} differ**;",
        f"{len(ended)} were ended by the limit and {len(failed)} ended in an error of rdflib,",
        "so that nothing is known of them there.",
    ]  # fmt: skip
    if differing:
        lines += ["", *(f"- `{a.question}`: {a.outcome}" for a in differing)]
    if failed:
        lines += ["", *(f"- `{a.question}` {a.outcome}" for a in failed), "", _UNBOUND]
    if ended:
        limits = sorted({a.seconds for a in ended})
        lines += ["", "Ended by the limit:", ""]
        lines += [
            f"- after {limit} s: "
            + ", ".join(f"`{a.question}`" for a in ended if a.seconds == limit)
            for limit in limits
        ]
    if waiting:
        lines += ["", "Not asked yet: " + ", ".join(f"`{name}`" for name in waiting) + "."]
    slow = sorted((a for a in same if a.seconds >= 60), key=lambda a: -a.seconds)
    if slow:
        told = ", ".join(f"`{a.question}` {a.seconds} s" for a in slow)
        lines += ["", f"The same rows after more than a minute: {told}."]
    return lines


def with_section(page: str, section: list[str]) -> str:
    """Return a page with the section on rdflib in the place of the one before, or at its end."""
    kept, _, rest = page.partition(f"\n{_HEADING}\n")
    after = rest.partition("\n## ")
    later = f"\n## {after[2]}" if after[1] else ""
    return f"{kept.rstrip()}\n\n" + "\n".join(section) + f"\n{later}"


def main(arguments: list[str]) -> int:
    """Ask, write table and section after each question, and return 1 where an answer differs."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    release = Release(Path(arguments[0]).resolve())
    limit = int(arguments[1]) if len(arguments) > 1 else _SECONDS
    found = outcomes()
    known = {n for n, a in found.items() if a.outcome != _ENDED or a.seconds >= limit}
    catalogue = Catalogue.load()
    names = arguments[2:] or [question.name for question in catalogue if question.name not in known]
    both = both_engines(release.graphs)
    for name in names:
        outcome, seconds = _ask(catalogue.get(name), both, release.base, limit)
        asked = AskedOfRdflib(name, outcome, seconds, f"{datetime.now(UTC):%Y-%m-%d}", release.id)
        found[name] = asked
        print(f"{asked.question}\t{asked.outcome}\t{asked.seconds}", flush=True)
        _write(found, TABLE)
    section = rdflib_section(found)
    _PAGE.write_text(with_section(_PAGE.read_text(encoding="utf-8"), section), encoding="utf-8")
    return any(a.outcome not in (_SAME, _ENDED) for a in found.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
