"""Prometheus metrics: requests, queries, the release that is served, and memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from permed.api.http.release.served_release import ReleaseServer

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The metrics of one application; each has its own registry, so tests do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        labels = ("method", "route", "status")
        self._requests = Counter(
            "permed_requests", "Requests answered", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "permed_request_seconds",
            "Time to answer a request",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        counter, histogram = self._series(method, route, status)
        counter.inc()
        histogram.observe(seconds)

    def _series(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Find the series of a request; the library looks them up more slowly."""
        found = self._known.get((method, route, status))
        if found is None:
            counter = self._requests.labels(method, route, str(status))
            found = self._known[method, route, status] = (counter, self._seconds.labels(route))
        return found

    def watch(self, server: ReleaseServer) -> None:
        """Report the state of the query processes at every scrape."""
        self.registry.register(_ReleaseCollector(server))

    def text(self) -> bytes:
        """Return all metrics in the Prometheus text format."""
        return generate_latest(self.registry)


class _ReleaseCollector(Collector):
    def __init__(self, server: ReleaseServer) -> None:
        self._server = server

    def collect(self) -> Iterable[Metric]:
        served = self._server.current
        reloads = "Times that the process holding the release ended and was started again"
        yield CounterMetricFamily("permed_reloads", reloads, value=self._server.reloads)
        if served is None or not served.pool.is_alive:
            yield GaugeMetricFamily("permed_ready", "Whether a release is served", value=0)
            return
        state, pool = served.pool.state, served.pool
        well = int(pool.problem is None)  # a store of another server may be away
        yield GaugeMetricFamily("permed_ready", "Whether a release is served", value=well)
        release = GaugeMetricFamily("permed_release", "Release served", labels=["id"])
        release.add_metric([served.id], 1)
        yield release
        if (built := _seconds_of(served.built)) is not None:
            about = "When the release was built, in seconds since 1970"
            yield GaugeMetricFamily("permed_release_built_timestamp_seconds", about, value=built)
        store = GaugeMetricFamily("permed_store", "Where the store is", labels=["kind"])
        store.add_metric([pool.kind], 1)
        yield store
        gauges = {
            "quads": (pool.quads, "Quads in the store"),
            "load_seconds": (served.seconds, "Time that loading took"),
            "loader_memory_bytes": (_resident(pool.loader_pid), "Memory of the loader process"),
            "queries_running": (state.running, "Queries running"),
            "queries_waiting": (state.waiting, "Queries waiting for a process"),
            "queries_slow": (state.slow, "Long queries running or paused"),
        }
        for name, (value, about) in gauges.items():
            yield GaugeMetricFamily(f"permed_{name}", about, value=value)
        counters = {
            "queries_answered": (state.answered, "Queries answered"),
            "queries_killed": (state.killed, "Queries stopped at their deadline"),
            "queries_refused": (state.refused, "Queries refused because the server was full"),
            "query_processes_forked": (state.forked, "Query processes made"),
            "cache_hits": (served.cache.hits, "Answers sent from the cache"),
        }
        for name, (value, about) in counters.items():
            yield CounterMetricFamily(f"permed_{name}", about, value=value)


def _seconds_of(built: str) -> float | None:
    try:
        return datetime.fromisoformat(built).timestamp()
    except ValueError:  # a receipt of another's making
        return None


def _resident(pid: int | None) -> int:
    if pid is None:
        return 0
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)
