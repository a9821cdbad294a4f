"""Every catalogue question on other engines: the same rows as ours, and how long each took.

    python -m benchmarks.engines RELEASE_FOLDER

Loads the graphs of a release into Oxigraph server and Virtuoso (where installed), asks each
question of the catalogue with its example values through `RemoteStore`, compares the rows with the
embedded store's, and writes docs/engines.md.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.http import oxigraph, started
from benchmarks.verified import commit
from permed.graph.errors import PermedError
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore, RemoteStore, SparqlStore
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import in_order

__all__ = ["ENGINES", "Compared", "compare", "oxigraph_server", "page", "virtuoso"]

_PAGE = Path(__file__).parents[1] / "docs" / "engines.md"
_HOST: Final = "127.0.0.1"
_REPEATS: Final = 3
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = {host}:{sql_port}
DirsAllowed = {folder}, {graphs}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
[HTTPServer]
ServerPort = {host}:{http_port}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 600
"""
_BUFFERS: Final = 170_000  # of 8 kB, what Virtuoso's guide gives a machine of 2 GB for it


@dataclass(frozen=True)
class Compared:
    """One question on one engine: `same`, or what differs; rows, and seconds of both."""

    question: str
    outcome: str
    rows: int
    ours: float
    theirs: float


@contextmanager
def oxigraph_server(graphs: Sequence[Path], folder: Path) -> Iterator[str]:
    """Load graphs (N-Quads) into Oxigraph server and yield its endpoint."""
    port = _free_port()
    address = f"http://{_HOST}:{port}/query"
    with started("Oxigraph server", oxigraph(graphs, port, folder / "oxigraph"), address):
        yield address


@contextmanager
def virtuoso(graphs: Sequence[Path], folder: Path) -> Iterator[str]:
    """Load graphs (N-Quads, all in one folder) into Virtuoso and yield its endpoint."""
    sql_port, http_port = _free_port(), _free_port()
    where, settings = graphs[0].parent, folder / "virtuoso.ini"
    settings.write_text(
        _INI.format(
            folder=folder, graphs=where, host=_HOST, sql_port=sql_port, http_port=http_port,
            buffers=_BUFFERS, dirty=_BUFFERS * 3 // 4,
        ),
        encoding="utf-8",
    )  # fmt: skip
    address = f"http://{_HOST}:{http_port}/sparql"
    with started("Virtuoso", ["virtuoso-t", "-f", "+configfile", str(settings)], address):
        said = f"exec=ld_dir('{where}', '*.nq', 'urn:none'); rdf_loader_run(); checkpoint;"
        subprocess.run(
            ["isql-vt", f"{_HOST}:{sql_port}", "dba", "dba", said], check=True, capture_output=True
        )
        yield address


# name -> (program that has to be there, how it is started)
ENGINES: Final[dict[str, tuple[str, Callable[[Sequence[Path], Path], Any]]]] = {
    "Oxigraph server": ("oxigraph", oxigraph_server),
    "Virtuoso": ("virtuoso-t", virtuoso),
}


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind((_HOST, 0))
        return int(chosen.getsockname()[1])


def compare(question: Question, ours: SparqlStore, theirs: SparqlStore, base: str) -> Compared:
    """Ask both stores one question with its example values; rows as multisets of typed terms."""
    told, seconds = _rows(question, ours, base)
    try:
        other, their_seconds = _rows(question, theirs, base)
    except PermedError as error:
        return Compared(question.name, str(error)[:200], len(told), seconds, 0.0)
    missing = sum(row not in other for row in told)
    outcome = "same" if told == other else f"{missing} of {len(told)} rows differ"
    return Compared(question.name, outcome, len(told), seconds, their_seconds)


def _rows(question: Question, store: SparqlStore, base: str) -> tuple[list[str], float]:
    text = question.sparql(base)
    terms = question.bind(question.examples(), base)
    seconds = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        answer = store.query(text, substitutions=terms)
        seconds.append(time.perf_counter() - started)
    found = orjson.loads(in_order(answer, text, "json").body)["results"]["bindings"]
    rows = [{name: _term(cell) for name, cell in row.items()} for row in found]
    told = sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS).decode() for row in rows)
    return told, statistics.median(seconds)


def _term(cell: dict[str, str]) -> list[str]:
    kind = "literal" if cell["type"] == "typed-literal" else cell["type"]  # Virtuoso: SPARQL 1.0
    return [kind, cell["value"], cell.get("xml:lang", ""), cell.get("datatype", "")]


def page(release: str, triples: int, told: dict[str, list[Compared]]) -> str:
    """Return docs/engines.md: how many questions each engine answers alike, and the seconds."""
    lines = [
        "# Other engines", "", "<!-- made by `python -m benchmarks.engines`; do not edit -->", "",
        "Every question of the catalogue, with its example values, on other SPARQL 1.1 servers",
        "that were loaded with the same release: `permed query NAME --endpoint URL` asks them.",
        "Rows are compared as multisets of terms with type and language.", "",
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, release {release}, {triples:,} triples.",
        "", "| engine | questions with the same rows | median of ratios, theirs to ours |",
        "| --- | ---: | ---: |",
    ]  # fmt: skip
    for name, results in told.items():
        same = [r for r in results if r.outcome == "same"]
        ratio = statistics.median(r.theirs / r.ours for r in same) if same else float("nan")
        lines.append(f"| {name} | {len(same)} of {len(results)} | {ratio:.1f} |")
    lines += [
        "", "Times are of one client over HTTP, ours of a call in the same process: below some",
        "milliseconds they compare HTTP with no HTTP. Our slowest questions first:", "",
        "| question | rows | ours, ms | " + " | ".join(f"{name}, ms" for name in told) + " |",
        "| --- | ---: | ---: |" + " ---: |" * len(told),
    ]  # fmt: skip
    by_name = zip(*told.values(), strict=True)
    for row in sorted(by_name, key=lambda r: -max(x.ours for x in r)):
        cells = [f"{x.theirs * 1000:.0f}" if x.outcome == "same" else x.outcome for x in row]
        first = row[0]
        lines.append(
            f"| {first.question} | {first.rows} | {first.ours * 1000:.0f} | {' | '.join(cells)} |"
        )
    return "\n".join([*lines, *_NOTES]) + "\n"


_NOTES: Final = [
    "", "## What is known of them", "",
    "- Oxigraph server needs `--union-default-graph`: the release keeps one graph a source.",
    "- Virtuoso 7.2.5 (Debian): questions are written so that it answers them alike, which the"
    " tests hold to. Its traps: VALUES alone in a branch of UNION gives nothing; VALUES belongs"
    " before the patterns; CONCAT of an unbound value is text; division of whole numbers is"
    " whole; truth values come as 1 and 0 (read as true and false here); an IRI that is grouped"
    " by under an alias becomes text. Questions whose optional parameter names a thing that an"
    " inner SELECT groups by are refused by it (alias defined twice): `call-coverage`,"
    " `contradictions`, `counted-and-reported`, `infrastructure-countries`,"
    " `infrastructure-members`, `mapping-database` and `open-science-monitor`, only when that"
    " parameter is given.",
    "- Not tried: QLever, GraphDB, Neptune.",
]  # fmt: skip


def main(arguments: list[str]) -> int:
    """Compare on one release, write the page, and return 1 where an engine differs."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    release = Release(Path(arguments[0]).resolve())
    ours, told = EmbeddedStore.load(release.graphs), {}
    for name, (program, start) in ENGINES.items():
        if not shutil.which(program) and not (Path(sys.executable).parent / program).is_file():
            print(f"{name} is left out: {program} is not installed", file=sys.stderr)
            continue
        with (
            tempfile.TemporaryDirectory() as folder,
            start(release.graphs, Path(folder)) as endpoint,
        ):
            theirs = RemoteStore(endpoint, attempts=1)
            told[name] = [compare(q, ours, theirs, release.base) for q in Catalogue.load()]
    _PAGE.write_text(page(release.id, release.receipt["counts"]["triples"], told), encoding="utf-8")
    differing = [r for results in told.values() for r in results if r.outcome != "same"]
    for result in differing:
        print(f"{result.question}: {result.outcome}", file=sys.stderr)
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
