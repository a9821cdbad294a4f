"""Loading a release into a SPARQL server beside the one that readers ask, and the switch to it.

Graphs go in parts by the Graph Store Protocol (W3C Recommendation of 21 March 2013), under names of
the release (`loaded_names.py`). A part may be sent twice, since a graph is a set of triples and a
release has no blank nodes; so a load that was cut goes on at the part up to which the server counts
triples. Only what is counted whole is put into the list of published releases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import stamina

from permed.graph.errors import BusyError, EndpointError, InputError, LimitExceeded
from permed.graph.files import count_lines
from permed.graph.store.query.dataset import CONTRIBUTED
from permed.graph.store.remote.http_transport import HttpTransport
from permed.graph.store.remote.loaded_names import LoadedNames
from permed.graph.store.remote.published import PUBLISHED, PublishedRelease, listed, written
from permed.graph.store.remote.responses import check_status
from permed.graph.store.remote.store import RemoteStore
from permed.graph.store.remote.store_address import StoreAddress

__all__ = ["Loaded", "load_release"]

_PART: Final = 4_000_000  # bytes: some 20,000 triples, a second of a small server
_SECONDS: Final = 600.0  # that a server may take for one part or one count
_ATTEMPTS: Final = 5
_N_TRIPLES: Final = "application/n-triples"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loaded:
    """What a load did: triples of the release, those sent now, releases that were removed."""

    release: str
    triples: int
    sent: int
    removed: tuple[str, ...]


def load_release(
    endpoint: StoreAddress,
    release: str,
    base: str,
    built: str,
    graphs: Sequence[Path],
    *,
    keep: int = 2,
    report: Report = lambda *_: None,
) -> Loaded:
    """Load the graph files (N-Quads) of a release, count them, and make it what readers get.

    keep: releases that stay, with this one. report: step, done, total, in bytes. EndpointError
    where the server holds another number of triples than the files in the end, and then the
    list, and so what readers get, is as before.
    """
    remote = _Remote(endpoint)
    known = listed(remote.store)
    whole = next((r for r in known if r.release == release), None)
    others = [r for r in known if r.release != release]
    sent = 0
    if whole is None or not _is_whole(remote, whole):
        names = LoadedNames(base, release)
        called = tuple(f"{base}graph/{path.stem}" for path in graphs)
        one = PublishedRelease(release, base, built, None, called, (names.merged,))
        remote.put(PUBLISHED, written([one, *others]))  # a load that is cut is found again
        triples, sent = _load(remote, one, graphs, report, begun=whole is not None)
        whole = replace(one, triples=triples)
    others = [replace(r, current=False) for r in others]
    kept = [r for r in others if r.triples is not None][: keep - 1]
    remote.put(PUBLISHED, written([replace(whole, current=True), *kept]))
    dropped = [r for r in others if r not in kept]
    for old in dropped:
        report(f"removing {old.release}", 0, 0)
        for graph in {*old.dataset.named, *old.default}:
            remote.delete(graph)
    return Loaded(release, whole.triples or 0, sent, tuple(r.release for r in dropped))


def _is_whole(remote: _Remote, one: PublishedRelease) -> bool:
    return sum(remote.count(graph) for graph in one.dataset.named) == one.triples


def _load(
    remote: _Remote,
    one: PublishedRelease,
    files: Sequence[Path],
    report: Report,
    *,
    begun: bool,
) -> tuple[int, int]:
    """Send all graphs, and the merge of them; return triples of the graphs, and those sent now.

    begun: whether an earlier load may have sent some. Else nothing is asked of a graph before it is
    whole: Virtuoso would remember it as empty, and plan every query by that.
    """
    total = sum(path.stat().st_size for path in files) * 2
    done, sent, triples = 0, 0, 0
    for path, graph in zip(files, one.dataset.named, strict=True):
        report(path.stem, done, total)
        tell = partial(_further, report, path.stem, done, total)
        sent += _send_graph(remote, one.names, [path], graph, tell, begun=begun)
        triples, done = triples + _expected([path]), done + path.stat().st_size
    tell = partial(_further, report, "the merge of all", done, total)
    merged = one.names.merged
    return triples, sent + _send_graph(remote, one.names, files, merged, tell, begun=begun)


def _further(report: Report, step: str, before: int, total: int, done: int) -> None:
    report(step, before + done, total)


def _send_graph(
    remote: _Remote,
    names: LoadedNames,
    paths: Sequence[Path],
    graph: str,
    tell: Callable[[int], None],
    *,
    begun: bool,
) -> int:
    """Send what a graph lacks, and count it; return the triples that were sent."""
    expected, there = _expected(paths), remote.count(graph) if begun else 0
    sent = counted = done = 0
    for part, size in _parts(paths):
        lines = part.count(b"\n")
        if there < expected and counted + lines > there:
            remote.post(graph, names.line(part))
            sent += lines
        counted, done = counted + lines, done + size
        tell(done)
    _check_count(remote, graph, expected)
    return sent


def _check_count(remote: _Remote, graph: str, expected: int) -> None:
    found = remote.count(graph)
    if found != expected:
        raise EndpointError(
            f"{remote.endpoint.address}: graph {graph} holds {found:,} triples, the release"
            f" {expected:,}; nothing was switched. Publish again; if it stays so, remove that graph"
            " there first"
        )


def _expected(paths: Sequence[Path]) -> int:
    """Triples of graph files together: a build says each in one graph, a contribution may repeat.

    Graph files hold one distinct statement a line.
    """
    extra = [p for p in paths if f"graph/{p.name}".startswith(CONTRIBUTED)]
    lines = sum(count_lines(p) for p in paths if p not in extra)
    if len(paths) == 1 or not extra:
        return lines + sum(map(count_lines, extra))
    more = {_triple(line) for p in extra for line in p.read_bytes().splitlines()}
    for path in paths:
        if path not in extra:
            with path.open("rb") as file:
                more.difference_update(_triple(line) for line in file)
    return lines + len(more)


def _triple(line: bytes) -> bytes:
    """An N-Quads line of a graph file without its graph, which is the last address."""
    return line.rpartition(b" <")[0]


def _parts(paths: Iterable[Path]) -> Iterator[tuple[bytes, int]]:
    """Yield N-Triples of some megabytes, and the bytes of the files that they are from."""
    for path in paths:
        with path.open("rb") as file:
            while part := file.read(_PART):
                part += file.readline()
                triples = b"".join(_triple(line) + b" .\n" for line in part.splitlines())
                yield triples, len(part)


class _Remote:
    """The graph store of a server, and its query side for counts."""

    def __init__(self, endpoint: StoreAddress) -> None:
        self.endpoint, self._http = endpoint, HttpTransport(endpoint)
        self.store = RemoteStore(endpoint.address, seconds=_SECONDS, transport=self._http)
        self._graph_store = endpoint.graph_store  # told before anything is sent

    def put(self, graph: str, body: bytes) -> None:
        self._send("PUT", graph, body)

    def post(self, graph: str, body: bytes) -> None:
        self._send("POST", graph, body)

    def delete(self, graph: str) -> None:
        self._send("DELETE", graph, None)

    def count(self, graph: str) -> int:
        """Triples in a graph, 0 where there is none."""
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        found = self.store.query(text).rows()
        number = found[0].get("n") if found else None
        if not isinstance(number, ox.Literal) or not number.value.isdigit():
            raise EndpointError(f"{self.endpoint.address}: does not count the triples of a graph")
        return int(number.value)

    def _send(self, method: str, graph: str, body: bytes | None) -> None:
        """Write one graph; a server that is busy, slow or away is asked again, later and later."""
        headers = {} if body is None else {"Content-Type": _N_TRIPLES}
        for attempt in stamina.retry_context(on=_passing, attempts=_ATTEMPTS, timeout=None):
            with attempt:
                response = self._http.send(
                    method, self._graph_store, _SECONDS, headers,
                    params={"graph": graph}, content=body,
                )  # fmt: skip
                if method == "DELETE" and response.status == 404:
                    return
                if response.status in (400, 413, 415, 422):
                    said = " ".join(response.body[:200].decode("utf-8", "replace").split())
                    raise InputError(
                        f"{self._graph_store}: refuses the graph {graph}"
                        f" (status {response.status}): {said}"
                    )
                check_status(self._graph_store, response)


def _passing(problem: Exception) -> bool | float:
    if isinstance(problem, BusyError):
        return problem.retry_after if problem.retry_after is not None else True
    return isinstance(problem, LimitExceeded) or (
        isinstance(problem, EndpointError) and problem.again
    )
