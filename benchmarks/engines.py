"""Every catalogue question on other engines: the same rows as ours, and how long each took.

    python -m benchmarks.engines RELEASE_FOLDER

Loads a release into Oxigraph server and Virtuoso (where installed) as `permed publish --to` does,
asks each question of the catalogue with its example values through `RemoteStore`, alone and with
every optional parameter given, compares the rows with the embedded store's, and writes
docs/engines.md.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.http import started
from benchmarks.questions.rdflib_engine import outcomes, rdflib_section
from benchmarks.verified import commit
from permed.graph.errors import PermedError
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore, RemoteStore, SparqlStore, Term
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.loading import load_release
from permed.graph.store.remote.published import chosen, published
from permed.graph.store.remote.store_address import StoreAddress
from permed.queries.catalogue import Catalogue, Question
from permed.queries.ordered_cells import in_order

__all__ = [
    "ENGINES",
    "Compared",
    "compare",
    "compare_all",
    "loaded",
    "oxigraph_server",
    "page",
    "virtuoso",
]

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
DirsAllowed = {folder}
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
    """One question on one engine: `same`, or what differs; rows, and seconds of both.

    `given`: whether its optional parameters were given.
    """

    question: str
    outcome: str
    rows: int
    ours: float
    theirs: float
    given: bool = False


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[StoreAddress]:
    """Run an empty Oxigraph server and yield its address."""
    port = _free_port()
    address = f"http://{_HOST}:{port}/query"
    program = str(Path(sys.executable).parent / "oxigraph")
    command = [program, "serve", "-l", str(folder / "oxigraph"), "-b", f"{_HOST}:{port}"]
    with started("Oxigraph server", command, address):
        yield StoreAddress(address)


@contextmanager
def virtuoso(folder: Path) -> Iterator[StoreAddress]:
    """Run an empty Virtuoso and yield its address, with the user that it begins with."""
    sql_port, http_port = _free_port(), _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        _INI.format(
            folder=folder, host=_HOST, sql_port=sql_port, http_port=http_port,
            buffers=_BUFFERS, dirty=_BUFFERS * 3 // 4,
        ),
        encoding="utf-8",
    )  # fmt: skip
    address = f"http://{_HOST}:{http_port}/sparql"
    with started("Virtuoso", ["virtuoso-t", "-f", "+configfile", str(settings)], address):
        yield StoreAddress(address, user="dba", password="dba")


def loaded(address: StoreAddress, release: Release) -> RemoteStore:
    """Load a release into a server, and return the store that asks it there."""
    built = release.receipt["built"]
    load_release(address, release.id, release.base, built, release.graphs)
    transport = HttpTransport(address)
    plain = RemoteStore(address.address, seconds=600, attempts=1, transport=transport)
    return replace(plain, release=chosen(published(plain), release.id, address.address))


# name -> (program that has to be there, how it is started)
ENGINES: Final[dict[str, tuple[str, Callable[[Path], Any]]]] = {
    "Oxigraph server": ("oxigraph", oxigraph_server),
    "Virtuoso": ("virtuoso-t", virtuoso),
}


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind((_HOST, 0))
        return int(chosen.getsockname()[1])


def compare(
    question: Question,
    ours: SparqlStore,
    theirs: SparqlStore,
    base: str,
    more: Mapping[str, str] | None = None,
) -> Compared:
    """Ask both stores one question with its example values; rows as multisets of typed terms.

    more: values of optional parameters.
    """
    given = question.bind(question.examples() | dict(more or {}), base)
    told, seconds = _rows(question, ours, base, given)
    try:
        other, their_seconds = _rows(question, theirs, base, given)
    except PermedError as error:
        return Compared(question.name, str(error)[:200], len(told), seconds, 0.0, bool(more))
    missing = sum(row not in other for row in told)
    outcome = "same" if told == other else f"{missing} of {len(told)} rows differ"
    return Compared(question.name, outcome, len(told), seconds, their_seconds, bool(more))


def compare_all(ours: SparqlStore, theirs: SparqlStore, base: str) -> Iterator[Compared]:
    """Compare every question, and those with optional parameters also with all of them given."""
    for question in Catalogue.load():
        yield compare(question, ours, theirs, base)
        if more := {p.name: p.example for p in question.params if p.optional}:
            yield compare(question, ours, theirs, base, more)


def _rows(
    question: Question, store: SparqlStore, base: str, terms: Mapping[str, Term]
) -> tuple[list[str], float]:
    text = question.sparql(base)
    seconds = []
    for _ in range(1 if set(terms) - set(question.examples()) else _REPEATS):
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
        "into which `permed publish --to` loaded the same release ([how](remote-store.md)). Rows",
        "are compared as multisets of terms with type and language; where a question has optional",
        "parameters, a second time with all of them given.", "",
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit()}, release {release}, {triples:,} triples.",
        "", "| engine | questions with the same rows | with all parameters | median of ratios, "
        "theirs to ours |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    for name, results in told.items():
        plain = [r for r in results if not r.given]
        given = [r for r in results if r.given]
        same = [r for r in plain if r.outcome == "same"]
        alike = sum(r.outcome == "same" for r in given)
        ratio = statistics.median(r.theirs / r.ours for r in same) if same else float("nan")
        counts = f"{len(same)} of {len(plain)} | {alike} of {len(given)}"
        lines.append(f"| {name} | {counts} | {ratio:.1f} |")
    lines += [
        "", "Times are of one client over HTTP, ours of a call in the same process: below some",
        "milliseconds they compare HTTP with no HTTP. Our slowest questions first:", "",
        "| question | rows | ours, ms | " + " | ".join(f"{name}, ms" for name in told) + " |",
        "| --- | ---: | ---: |" + " ---: |" * len(told),
    ]  # fmt: skip
    by_name = zip(*([r for r in rows if not r.given] for rows in told.values()), strict=True)
    for row in sorted(by_name, key=lambda r: -max(x.ours for x in r)):
        cells = [f"{x.theirs * 1000:.0f}" if x.outcome == "same" else x.outcome for x in row]
        first = row[0]
        lines.append(
            f"| {first.question} | {first.rows} | {first.ours * 1000:.0f} | {' | '.join(cells)} |"
        )
    return "\n".join([*lines, *_NOTES, "", *rdflib_section(outcomes())]) + "\n"


_NOTES: Final = [
    "", "## What is known of them", "",
    "- Oxigraph server: loaded by `permed publish --to` it needs no option; loaded with the files"
    " of a release by other means, `--union-default-graph`: a release keeps one graph a source.",
    "- Virtuoso 7.2.5 (Debian): questions are written so that it answers them alike, which the"
    " tests hold to. Its traps: VALUES alone in a branch of UNION gives nothing, and beside"
    " patterns there it can give other things than those that match; VALUES belongs before the"
    " patterns; CONCAT of an unbound value is text; division of whole numbers is whole; truth"
    " values come as 1 and 0 (read as true and false here); an IRI that is grouped"
    " by under an alias becomes text; one alias in two SELECTs is refused; `SELECT DISTINCT ?g`"
    " over all graphs takes minutes; a graph that is counted while it is empty stays empty to its"
    " planner; it sorts at most 10,000 rows for a LIMIT (SR353); its compiler fails (SQ156) on an"
    " OPTIONAL sub-select that shares no variable with the rest, so put no parameter into one.",
    "- Which to choose: our own engine is the default and the simplest, and is quick with"
    " look-ups, pages and search. Virtuoso answers joins and groups over much data several times"
    " faster, and is much slower on some: see the table. Oxigraph server has the engine that is"
    " inside our own service, behind HTTP; it is worth it where several services share one store.",
    "- Not tried: QLever, GraphDB, Neptune. None of them is in the package registries that this"
    " comparison installs from; QLever wants its own packages or a container, GraphDB a"
    " registration, Neptune an account. Addresses of GraphDB's kind are known (`store_graphs`).",
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
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as address:
            begun = time.perf_counter()
            theirs = loaded(address, release)
            print(f"{name}: loaded in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            told[name] = list(compare_all(ours, theirs, release.base))
    _PAGE.write_text(page(release.id, release.receipt["counts"]["triples"], told), encoding="utf-8")
    differing = [r for results in told.values() for r in results if r.outcome != "same"]
    for result in differing:
        print(f"{result.question}: {result.outcome}", file=sys.stderr)
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
