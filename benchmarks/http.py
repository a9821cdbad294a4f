"""Throughput and toughness of the endpoint, paired with other servers in one run.

    python -m benchmarks.http all HOME [--small HOME]
    python -m benchmarks.http shapes HOME [--seconds 5] [--clients 1 16] [--small HOME]
    python -m benchmarks.http search HOME
    python -m benchmarks.http hostile HOME [--seconds 60] [--clients 50]

`shapes` asks five query shapes of our server and of the bare Oxigraph server (its binary is in the
package `oxigraph`); servers take turns, so that a loaded machine is loaded for all. A release of
millions of quads is too much for rdflib-endpoint: where it is installed, it is asked over the small
one, with ours beside it. `search` compares our list search with a CONTAINS scan. `hostile`
mixes one hostile client in ten with light ones. HOME holds releases; the current one is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import importlib.util
import itertools
import math
import random
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pyoxigraph as ox

from permed.graph.releases.release import Releases
from permed.ontology import PREFIXES

_PREFIXES = "".join(
    f"PREFIX {k}: <{v}>\n" for k, v in PREFIXES.items() if k in ("pm", "eurio", "rdfs")
)
_SHAPES = {
    "look-up": "SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }}",
    "partners": """SELECT DISTINCT ?partner WHERE {{
        ?r pm:roleOf <{thing}> ; pm:roleIn ?a . ?q pm:roleIn ?a ; pm:roleOf ?partner }}""",
    "co-partners of a hub": """SELECT ?partner (COUNT(DISTINCT ?a) AS ?n) WHERE {{
        ?r pm:roleOf <{hub}> ; pm:roleIn ?a . ?q pm:roleIn ?a ; pm:roleOf ?partner }}
        GROUP BY ?partner ORDER BY DESC(?n) LIMIT {n}""",
    "projects by country": """SELECT ?country (COUNT(DISTINCT ?a) AS ?n) WHERE {{
        ?r pm:roleIn ?a ; pm:roleOf ?o . ?a a eurio:Project . ?o pm:country ?country }}
        GROUP BY ?country ORDER BY DESC(?n) LIMIT {n}""",
    "text search": """SELECT ?s ?l WHERE {{ ?s rdfs:label ?l
        FILTER(CONTAINS(LCASE(?l), "{word}")) }} LIMIT {n}""",
}
_HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "SELECT * WHERE { ?a (!<http://x/none>)* ?b . ?b (!<http://x/none>)+ ?c }",
    'SELECT ?s WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), "(a+)+(b+)+(c+)+(d+)+$")) }',
    "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT (GROUP_CONCAT(?o) AS ?x) WHERE { ?s ?p ?o . ?q ?r ?t }",
)
_ROWS = {"Accept": "application/sparql-results+json"}
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read certificates takes 30 ms a client
_WORDS = ("cancer", "data", "health", "university", "genom", "network", "clinic", "digital")


@dataclass(frozen=True)
class Server:
    """A running server: its name, query address and process id."""

    name: str
    address: str
    pid: int


def _wait(address: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx2.get(address, params={"query": "ASK {}"}).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{address} did not start")


@contextmanager
def started(name: str, command: list[str], address: str) -> Iterator[Server]:
    """Run a server until the block ends; tells when it first answered."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        begun = time.perf_counter()
        _wait(address, process, 600)
        print(f"{name}: ready after {time.perf_counter() - begun:.1f} s")
        yield Server(name, address, process.pid)
    finally:
        process.terminate()
        process.wait()


_OURS = """
import sys; from pathlib import Path
from permed.api.http import Settings, serve
serve(Path(sys.argv[1]),
      settings=Settings(port=int(sys.argv[2]), rate=0, log_requests=False,
                        cache_bytes=int(sys.argv[3]), deadline_seconds=float(sys.argv[4])))
"""


def ours(home: Path, port: int, cache: int = 0, deadline: float = 30.0) -> list[str]:
    """Command of our server; without its cache unless asked, so that queries are measured."""
    return [sys.executable, "-c", _OURS, str(home), str(port), str(cache), str(deadline)]


def oxigraph(graphs: Iterable[Path], port: int, folder: Path) -> list[str]:
    """Command of the bare Oxigraph server over a fresh store of graphs (N-Quads)."""
    store = ox.Store(str(folder))
    for path in graphs:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    del store
    binary = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    where = ["--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    return [binary, "serve-read-only", *where, "--union-default-graph"]


def rdflib_endpoint(home: Path, port: int) -> list[str]:
    """Command of rdflib-endpoint over the same graphs."""
    files = [str(p) for p in Releases(home).current().graphs]
    return [sys.executable, "-m", "rdflib_endpoint", "serve", *files, "--port", str(port)]


def questions(home: Path, shape: str, seed: int) -> Iterator[str]:
    """Yield endless queries of one shape, the same for the same seed."""
    chance = random.Random(seed)
    things, hub = _organisations(home)
    for number in itertools.count():
        filled = _SHAPES[shape].format(
            thing=chance.choice(things),
            hub=hub,
            word=chance.choice(_WORDS),
            n=20 + number % 500,
        )
        yield _PREFIXES + filled


@functools.cache
def _organisations(home: Path) -> tuple[list[str], str]:
    """Return organisations with a role, and the one with most of them."""
    counts: dict[str, int] = {}
    for path in Releases(home).current().graphs:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if "ontology#roleOf>" in line and "/id/organisation/" in line:
                    name = line.split(" ", 3)[2][1:-1]
                    counts[name] = counts.get(name, 0) + 1
    if not counts:
        raise SystemExit(f"{home}: the release holds no role of an organisation")
    return sorted(counts), max(sorted(counts), key=lambda name: counts[name])


async def _client(
    address: str, queries: Iterator[str], end: float, took: list[float], bad: list[int]
) -> None:
    async with httpx2.AsyncClient(timeout=120, verify=_PLAIN) as client:
        while time.monotonic() < end:
            begun = time.perf_counter()
            reply = await client.post(address, data={"query": next(queries)}, headers=_ROWS)
            took.append(time.perf_counter() - begun)
            if reply.status_code != 200:
                bad.append(reply.status_code)


async def _load(
    address: str, make: Callable[[int], Iterator[str]], clients: int, seconds: float
) -> tuple[list[float], list[int]]:
    took: list[float] = []
    bad: list[int] = []
    end = time.monotonic() + seconds
    await asyncio.gather(*(_client(address, make(n), end, took, bad) for n in range(clients)))
    return took, bad


def run_shapes(home: Path, seconds: float, clients: list[int]) -> None:
    """Print queries a second of ours and of Oxigraph by shape and clients, and the mean ratio."""
    with tempfile.TemporaryDirectory() as folder, _pair(home, Path(folder)) as servers:
        _compare(servers, home, list(_SHAPES), clients, seconds)


def run_small(home: Path, seconds: float) -> None:
    """Print queries a second of ours and of rdflib-endpoint over a release that it can hold."""
    if importlib.util.find_spec("rdflib_endpoint") is None:
        print("rdflib-endpoint is not installed: left out")
        return
    address = "http://127.0.0.1:8413/"
    with (
        _ours_ready(home) as first,
        started("rdflib-endpoint", rdflib_endpoint(home, 8413), address) as second,
    ):
        _compare([first, second], home, list(_SHAPES), [1], seconds)


def _compare(
    servers: list[Server], home: Path, shapes: list[str], clients: list[int], seconds: float
) -> None:
    rates = []
    for shape, count in itertools.product(shapes, clients):
        rates.append([_rate(s, home, shape, count, seconds) for s in servers])
    found = [ours / other for ours, other in rates if other]
    if found:
        mean = math.exp(statistics.fmean(map(math.log, found)))
        print(f"geometric mean of throughput, permed / {servers[1].name}: {mean:.2f}")


def run_search(home: Path) -> None:
    """Print the time of our list search and of a CONTAINS scan for the same words."""
    with _ours_ready(home) as server, httpx2.Client(timeout=120) as client:
        root = server.address.removesuffix("/sparql")
        scan = _PREFIXES + _SHAPES["text search"]
        times: dict[str, list[float]] = {"search": [], "scan": []}
        for word in _WORDS * 3:
            listed = {"q": word, "limit": "20", "facets": "false"}
            times["search"].append(_timed(client, f"{root}/api/v1/organisations", listed))
            query = {"query": scan.format(word=word, n=1_000_000)}
            times["scan"].append(_timed(client, server.address, query))
    search, scan_time = (statistics.median(times[name]) * 1000 for name in ("search", "scan"))
    print(
        f"text search, median of {len(_WORDS)} words thrice: search {search:.1f} ms, "
        f"CONTAINS scan {scan_time:.1f} ms, {scan_time / search:.0f} times"
    )


def _timed(client: httpx2.Client, address: str, parameters: dict[str, str]) -> float:
    begun = time.perf_counter()
    client.get(address, params=parameters).raise_for_status()
    return time.perf_counter() - begun


def _rate(server: Server, home: Path, shape: str, count: int, seconds: float) -> float:
    streams = [questions(home, shape, n) for n in range(count)]
    for stream in streams:
        next(stream)  # the list of organisations is read before the clock runs
    begun = time.monotonic()
    took, bad = asyncio.run(_load(server.address, streams.__getitem__, count, seconds))
    rate = len(took) / (time.monotonic() - begun)
    middle = statistics.median(took) * 1000
    print(
        f"{shape:22} {count:3} clients {server.name:16} {rate:9.1f}/s "
        f"median {middle:8.1f} ms  failed {len(bad)}"
    )
    return rate


@contextmanager
def _pair(home: Path, folder: Path) -> Iterator[list[Server]]:
    command = oxigraph(Releases(home).current().graphs, 8412, folder / "ox")
    with (
        _ours_ready(home) as first,
        started("oxigraph", command, "http://127.0.0.1:8412/query") as second,
    ):
        yield [first, second]


@contextmanager
def _ours_ready(home: Path, deadline: float = 30.0) -> Iterator[Server]:
    """Our server once the release is in memory; tells how long it took and what it holds."""
    command = ours(home, 8411, deadline=deadline)
    begun = time.perf_counter()
    with started("permed", command, "http://127.0.0.1:8411/sparql") as server:
        root = server.address.removesuffix("/sparql")
        while httpx2.get(f"{root}/readyz").json()["store"] != "memory":
            time.sleep(0.1)
        took = time.perf_counter() - begun
        text = httpx2.get(f"{root}/metrics").text
        held, quads = (_metric(text, name) for name in ("loader_memory_bytes", "quads"))
        print(
            f"permed: in memory after {took:.1f} s; {quads:,.0f} quads, "
            f"{held / quads / 1000:.2f} GB a million"
        )
        yield server


def _metric(text: str, name: str) -> float:
    line = next(line for line in text.splitlines() if line.startswith(f"permed_{name} "))
    return float(line.split()[1])


def run_hostile(home: Path, seconds: float, clients: int) -> None:
    """Print the latencies of light queries beside hostile ones, and the server's memory."""
    address = "http://127.0.0.1:8411/sparql"
    light: list[float] = []
    failed: list[int] = []
    refused: list[int] = []
    bad = max(1, clients // 10)
    streams = [questions(home, "look-up", n) for n in range(clients - bad)]

    async def both() -> None:
        end = time.monotonic() + seconds
        turns = (_HOSTILE[n % 6 :] + _HOSTILE[: n % 6] for n in range(bad))
        hostile = (_client(address, itertools.cycle(t), end, [], refused) for t in turns)
        friendly = (_client(address, stream, end, light, failed) for stream in streams)
        await asyncio.gather(*hostile, *friendly)

    with _ours_ready(home, deadline=10.0) as server:
        asyncio.run(both())
        alive = httpx2.get(address, params={"query": "ASK {}"}).status_code
        memory = _memory(server.pid)
    light.sort()
    middle, most = light[len(light) // 2] * 1e3, light[int(len(light) * 0.95)] * 1e3
    print(
        f"{len(light)} light queries, {len(failed)} failed; median {middle:.0f} ms, "
        f"p95 {most:.0f} ms, worst {light[-1] * 1e3:.0f} ms"
    )
    statuses = dict(Counter(refused))
    print(f"hostile queries refused, by status: {statuses}; alive: {alive == 200}; {memory}")


def _memory(pid: int) -> str:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    peak = next(line for line in text.splitlines() if line.startswith("VmHWM"))
    return " ".join(peak.split())


def main() -> None:
    """Read the command line and run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["all", "shapes", "search", "hostile"])
    parser.add_argument("home", type=Path)
    parser.add_argument("--small", type=Path, help="a release that rdflib-endpoint can hold")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--clients", type=int, nargs="+")
    given = parser.parse_args()
    if given.what in ("all", "shapes"):
        run_shapes(given.home, given.seconds or 5.0, given.clients or [1, 16])
        if given.small:
            run_small(given.small, given.seconds or 5.0)
    if given.what in ("all", "search"):
        run_search(given.home)
    if given.what in ("all", "hostile"):
        run_hostile(given.home, given.seconds or 60.0, (given.clients or [50])[-1])


if __name__ == "__main__":
    main()
