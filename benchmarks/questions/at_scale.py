"""The forty questions over a large release: rows, and processor seconds in memory and on disk.

    python -m benchmarks.questions.at_scale RELEASE_FOLDER

Each question is asked once with its example values, in a child process that ends after a limit of
processor seconds, first of the release in memory, then of its store on disk as `permed query` does.
Writes api/reference/horizon_europe.tsv (grades stay as they are), from which `make pages` makes
docs/forty-questions.md. Returns 1 where the two give different rows. Linux only.
"""

from __future__ import annotations

import csv
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.asking import numbered
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import in_order

__all__ = ["TABLE", "TimedAnswer", "ask_within", "main", "table"]

TABLE: Final = Path(__file__).parents[2] / "api" / "reference" / "horizon_europe.tsv"
_LIMIT: Final = 120  # processor seconds of a question
_COLUMNS: Final = ("query", "grade", "rows", "seconds", "on_disk")
_FORK: Final = multiprocessing.get_context("fork")  # the child shares the store in memory


@dataclass(frozen=True)
class TimedAnswer:
    """What one question took; `body` is its answer, None where it passed the limit."""

    body: bytes | None
    rows: int
    seconds: float

    def told(self) -> str:
        """Return the seconds in words: tenths, or that they are more or fewer than can be told."""
        if self.body is None:
            return f"over {self.seconds:.0f}"
        return "under 0.1" if self.seconds < 0.1 else f"{self.seconds:.1f}"


def ask_within(
    limit: int, opened: Callable[[], EmbeddedStore], question: Question, base: str
) -> TimedAnswer:
    """Ask a question with its example values in a child that ends after so many seconds."""
    reader, writer = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(writer, limit, opened, question, base))
    child.start()
    writer.close()
    try:
        body, rows, seconds = reader.recv()
    except EOFError:
        body, rows, seconds = None, 0, float(limit)
    child.join()
    return TimedAnswer(body, rows, seconds)


def _answer(
    writer: Connection,
    limit: int,
    opened: Callable[[], EmbeddedStore],
    question: Question,
    base: str,
) -> None:
    most = int(time.process_time()) + limit
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    store, text = opened(), question.sparql(base)
    begun = time.process_time()
    answer = store.query(text, substitutions=question.bind(question.examples(), base))
    seconds = time.process_time() - begun
    ordered = in_order(answer, text, "json")
    writer.send((ordered.body, len(ordered.rows()), seconds))


def table(
    found: Iterable[tuple[str, TimedAnswer, TimedAnswer]], grades: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the rows of the table, by name; one that is new there is `not graded`."""
    return [
        {"query": name, "grade": grades.get(name, "not graded"),
         "rows": str(memory.rows or disk.rows), "seconds": memory.told(), "on_disk": disk.told()}
        for name, memory, disk in sorted(found, key=lambda row: row[0])
    ]  # fmt: skip


def main(arguments: list[str]) -> int:
    """Ask all, write the table, and return 1 where memory and disk differ."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    release = Release(Path(arguments[0]).resolve())
    held = EmbeddedStore.load(release.graphs)
    on_disk = partial(EmbeddedStore.open, release.store)
    questions = [q for asked in numbered(Catalogue.load()).values() for q in asked]
    found = []
    for question in questions:
        memory = ask_within(_LIMIT, lambda: held, question, release.base)
        disk = ask_within(_LIMIT, on_disk, question, release.base)
        found.append((question.name, memory, disk))
        print(question.name, memory.rows, memory.told(), disk.told(), file=sys.stderr, flush=True)
    with TABLE.open(encoding="utf-8", newline="") as file:
        grades = {row["query"]: row["grade"] for row in csv.DictReader(file, delimiter="\t")}
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table(found, grades))
    differing = [name for name, memory, disk in found if memory.body != disk.body]
    for name in differing:
        print(f"{name}: disk and memory give different rows", file=sys.stderr)
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
