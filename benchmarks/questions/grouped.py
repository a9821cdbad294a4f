"""Grouped questions over a large release: as they were written, as they are, and on a server.

    python -m benchmarks.questions.grouped RELEASE_FOLDER ENDPOINT --pid PID --before COMMIT

ENDPOINT holds the release already (`permed publish --to`), PID is its process on this machine, and
COMMIT one whose questions are asked too. Time is that of processors, of the query alone for our own
engine and of all that the server did meanwhile, so that other work on the machine counts little.
Rows have to be the same three times. Writes docs/grouped-questions.md. Linux only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.processor_time import processor_seconds
from benchmarks.verified import commit
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore, RemoteStore, SparqlStore
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.published import chosen, published
from permed.graph.store.remote.store_address import StoreAddress
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import in_order

__all__ = ["QUESTIONS", "Wordings", "grouped_page", "main", "measure"]

_ROOT: Final = Path(__file__).parents[2]
_PAGE: Final = _ROOT / "docs" / "grouped-questions.md"
_REPEATS: Final = 3
QUESTIONS: Final = (
    "projects-by-country", "country-projects", "country-partners", "topic-coverage",
    "country-organisations", "country-balance", "projects-by-topic", "region-organisations",
)  # fmt: skip


@dataclass(frozen=True)
class Wordings:
    """Seconds of processors that one question took, the least of three; `same`: the rows were."""

    question: str
    rows: int
    before: float
    now: float
    server: float
    same: bool


def measure(question: Question, older: str, ours: SparqlStore, server: SparqlStore, pid: int,
            base: str) -> Wordings:  # fmt: skip
    """Ask one question in both wordings here, and as it is on the server."""
    text = question.sparql(base)
    terms = question.bind(question.examples(), base)
    earlier = text[: text.index("SELECT ")] + older

    def ask(store: SparqlStore, wording: str) -> list[str]:
        found = in_order(store.query(wording, substitutions=terms), wording, "json").rows()
        return sorted(str(sorted((k, str(v)) for k, v in row.items())) for row in found)

    rows, now = _least(lambda: ask(ours, text), time.process_time)
    first, before = _least(lambda: ask(ours, earlier), time.process_time)
    other, there = _least(lambda: ask(server, text), lambda: processor_seconds(pid))
    return Wordings(question.name, len(rows), before, now, there, rows == first == other)


def _least(ask: Callable[[], list[str]], clock: Callable[[], float]) -> tuple[list[str], float]:
    taken = []
    for _ in range(_REPEATS):
        started = clock()
        rows = ask()
        taken.append(clock() - started)
    return rows, min(taken)


def _wording(name: str, at: str) -> str:
    """Return a question as a commit has it, without its head."""
    path = f"{at}:queries/catalogue/{name}.rq"
    told = subprocess.run(
        ["git", "show", path], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return "\n".join(line for line in told.stdout.splitlines() if not line.startswith("#+"))


def grouped_page(found: Sequence[Wordings], release: str, triples: int, earlier: str) -> str:
    """Return docs/grouped-questions.md."""
    lines = [
        "# Grouped questions over much data", "",
        "<!-- made by `python -m benchmarks.questions.grouped`; do not edit -->", "",
        "Seconds of processors, the least of three, over one large release: with the questions as",
        f"commit {earlier} words them, and as they are, by our own engine; and as they are by",
        "Virtuoso. Rows are the same each time. Virtuoso's time is counted in hundredths of",
        "a second, and ours holds the making of the rows.", "",
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, release {release}, {triples:,} triples.",
        "", "| question | rows | ours before | ours now | Virtuoso |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for one in found:
        same = "" if one.same else " (rows differ)"
        lines.append(
            f"| {one.question}{same} | {one.rows} | {one.before:.2f} | {one.now:.2f} |"
            f" {one.server:.2f} |"
        )
    return "\n".join([*lines, *_NOTES]) + "\n"


_NOTES: Final = [
    "", "## What helps our own engine", "",
    "- It begins with the pattern that holds most constants. `?project a eurio:Project` beside",
    "  selective patterns reads every project first; `?project a ?kind . FILTER(?kind =",
    "  eurio:Project)` comes when its turn has come. The same holds for coordinators.",
    "- A pattern beside a sub-select is joined by reading all of it: `?x rdfs:label ?name` reads",
    "  the names of everything. Say what `?x` is (`?x a pm:Country`), or put the pattern into",
    "  OPTIONAL, which is looked up row by row, and ask for `BOUND(?name)`.",
    "- An OPTIONAL sub-select is computed whole, once. Let it begin with what selects.",
    "- On disk a look-up costs ten times one in memory, and a scan no more: a pattern that reads"
    " everything anyhow (all identifiers) is quickest as a sub-select of its own, which is joined"
    " as a whole. An OPTIONAL of four patterns, or of three after many, is computed whole: begin"
    " it with one pattern and nest the others, each in an OPTIONAL, with FILTER(BOUND(...)).",
    "- `FILTER EXISTS` over many rows helps here as well, but took Virtuoso up to twenty times as",
    "  long.",
]  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Measure, write the page, and return 1 where rows differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("endpoint")
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--before", required=True)
    asked = parser.parse_args(arguments)
    release = Release(asked.release.resolve())
    transport = HttpTransport(StoreAddress(asked.endpoint))
    plain = RemoteStore(asked.endpoint, seconds=300, attempts=1, transport=transport)
    one = chosen(published(plain), release.id, asked.endpoint)
    server = RemoteStore(asked.endpoint, 300, 1, transport, one)
    ours, known = EmbeddedStore.load(release.graphs), Catalogue.load()
    found = []
    for name in QUESTIONS:
        older = _wording(name, asked.before)
        found.append(measure(known.get(name), older, ours, server, asked.pid, release.base))
        print(found[-1], file=sys.stderr, flush=True)
    triples = release.receipt["counts"]["triples"]
    _PAGE.write_text(grouped_page(found, release.id, triples, asked.before), encoding="utf-8")
    return int(not all(one.same for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
