"""Network analyses over HTTP: the same answers as `permed network`, kept, bounded, refused well."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
import pytest

from permed.api.http.network.settings import NetworkSettings
from permed.api.http.network.worker_client import AnalysisWorker
from permed.graph.errors import BusyError, LimitExceeded
from permed.graph.network.files.export import EXPORTS
from tests import ROOT
from tests.api.cli.conftest import Permed
from tests.api.cli.conftest import permed as permed
from tests.api.http.conftest import running, settings_of

pytestmark = pytest.mark.long

_API = "/api/v1/network"
_FAMILY = {"relation": ["csa", "partnership"]}
_WORDS = ("--relation", "csa", "--relation", "partnership")


@pytest.fixture(scope="module")
def network_address(home: Path) -> Iterator[str]:
    """Address of a server over all packaged sources."""
    with running(home, settings_of()) as address:
        yield address


@pytest.fixture
def ask(network_address: str) -> Iterator[httpx2.Client]:
    """A client of that server."""
    with httpx2.Client(base_url=network_address + _API, timeout=60) as client:
        yield client


def _detail(reply: httpx2.Response) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return str(reply.json()["detail"])


def _note(reply: httpx2.Response) -> str:
    return urllib.parse.unquote(reply.headers.get("x-permed-note", ""))


@pytest.mark.parametrize(
    ("path", "more", "words"),
    [
        ("measure", {}, ()),
        ("measure", {"measure": ["core", "pagerank"], "country": ["de"]},
         ("-m", "core", "-m", "pagerank", "--country", "de")),
        ("measure", {"nodes": "countries", "loops": "within", "measure": ["eigenvector"]},
         ("--nodes", "countries", "--loops", "within", "-m", "eigenvector")),
        ("communities", {}, ()),
        ("communities", {"members": True, "seeds": 5}, ("--by-node", "--seeds", "5")),
        ("brokers", {"by": "type", "limit": 5}, ("--by", "type", "--limit", "5")),
        ("compare", {"before": "2014:2018", "from": "2019"},
         ("--before", "2014:2018", "--from", "2019")),
        ("robustness", {"limit": 3}, ("--limit", "3")),
        ("robustness", {"curve": "degree"}, ("--curve", "degree")),
        ("suggest", {"abroad": True, "limit": 4}, ("--abroad", "--limit", "4")),
        ("path", {"from": "DLR", "to": "organisation/aka", "limit": 3, "first": "2016"},
         ("DLR", "organisation/aka", "--limit", "3", "--from", "2016")),
        ("summary", {"around": "DLR"}, ("--around", "DLR")),
        ("backbone", {"method": "hypergeometric", "limit": 3},
         ("--method", "hypergeometric", "--limit", "3")),
        ("core", {"by": "type"}, ("--by", "type")),
        ("ranks", {"draws": 5, "limit": 3}, ("--draws", "5", "--limit", "3")),
        ("survival", {"periods": ["2014:2018", "2019:2023"]},
         ("--periods", "2014:2018", "--periods", "2019:2023")),
        ("diversity", {"who": "DLR", "limit": 3}, ("--who", "DLR", "--limit", "3")),
        ("gravity", {"show": "coefficients"}, ("--show", "coefficients")),
        ("summary", {"backbone": "disparity"}, ("--backbone", "disparity")),
        ("summary", {}, ()),
        ("summary", {"top": "degree", "limit": 3}, ("--top", "degree", "--limit", "3")),
    ],
)  # fmt: skip
def test_rows_are_those_of_the_command_line(
    ask: httpx2.Client, permed: Permed, home: Path, path: str, more: dict[str, Any],
    words: tuple[str, ...],
) -> None:  # fmt: skip
    reply = ask.get(f"/{path}", params={**_FAMILY, **more})
    assert reply.status_code == 200, reply.text
    done = permed("network", path, *_WORDS, *words, "--json", "--into", str(home))
    assert reply.json() == json.loads(done.stdout)
    assert reply.json()
    assert "NaN" not in reply.text
    assert reply.headers["x-permed-release"] == (home / "current").readlink().name


def test_forms(ask: httpx2.Client) -> None:
    rows = ask.get("/brokers", params=_FAMILY).json()
    csv = ask.get("/brokers", params=_FAMILY, headers={"Accept": "text/csv, */*;q=0.1"})
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert pl.read_csv(csv.content)["total"].to_list() == [row["total"] for row in rows]
    table = pl.read_parquet(io.BytesIO(
        ask.get("/brokers", params={**_FAMILY, "format": "parquet"}).content
    ))  # fmt: skip
    assert table["id"].to_list() == [row["id"] for row in rows]
    refused = ask.get("/brokers", headers={"Accept": "image/png"})
    assert (refused.status_code, "text/csv" in _detail(refused)) == (406, True)
    assert "format docx is unknown" in _detail(ask.get("/brokers", params={"format": "docx"}))


@pytest.mark.parametrize("form", EXPORTS)
def test_exports(ask: httpx2.Client, form: str) -> None:
    reply = ask.get("/export", params={"relation": "csa", "format": form, "communities": True})
    assert (reply.status_code, len(reply.text) > 1000) == (200, True)
    assert EXPORTS[form].ending in reply.headers["content-disposition"]


def test_a_cut_export_says_so(ask: httpx2.Client) -> None:
    reply = ask.get("/export", params={"relation": "csa", "format": "csv", "most": 5})
    assert "the 5 nodes with most partners" in _note(reply)


def test_a_cut_table_says_so(ask: httpx2.Client) -> None:
    reply = ask.get("/measure", params={**_FAMILY, "limit": 3})
    assert len(reply.json()) == 3
    assert reply.headers["x-permed-truncated"] == "rows"
    assert int(reply.headers["x-permed-total"]) > 100


def test_the_same_again_is_not_sent_again(ask: httpx2.Client) -> None:
    first = ask.get("/summary", params=_FAMILY)
    again = ask.get(
        "/summary", params=_FAMILY, headers={"If-None-Match": first.headers["etag"]}
    )  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "params", "status", "said"),
    [
        ("measure", {"topic": "moon dust"}, 400, "topic 'moon dust' is not in the data"),
        ("measure", {"relation": "nope"}, 400, "relation 'nope' is not in the data"),
        ("measure", {"country": "XX"}, 400, "country 'XX' is not in the data"),
        ("measure", {"measure": "beauty"}, 400, "measure 'beauty' is unknown"),
        ("measure", {"by": "core"}, 400, "by core: not among the measures"),
        ("measure", {"from": "soon"}, 400, "from soon: write a year, month or day"),
        ("measure", {"from": "2020", "to": "2019"}, 400, "swap start and end"),
        ("measure", {"nodes": "towns"}, 400, "nodes"),
        ("measure", {"min_weight": -1}, 400, "min_weight"),
        ("measure", {"min_weight": "nan"}, 400, "min_weight"),
        ("measure", {"countri": "DE"}, 400, "countri"),
        ("communities", {"resolution": 0}, 400, "resolution"),
        ("brokers", {"by": "mood"}, 400, "by"),
        ("compare", {}, 400, "one of against=RELEASE and before=FIRST:LAST"),
        ("compare", {"against": "1999"}, 404, "no single release"),
        ("compare", {"before": "soon"}, 400, "before soon"),
        ("robustness", {"leave": "nobody"}, 404, "is not in this network"),
        ("suggest", {"who": "nobody"}, 404, "is not in this network"),
        ("path", {"from": "DLR", "to": "DLRR"}, 404, "did you mean German Aerospace Center"),
        ("survival", {}, 400, "give two or more"),
        ("gravity", {"country": "DE"}, 400, "widen the filter"),
        ("ranks", {"by": "beauty"}, 400, "measure 'beauty' is unknown"),
        ("path", {"from": "DLR"}, 400, "the parameter to is missing"),
        ("path", {"from": "DLR", "to": "DLR"}, 400, "both ends"),
        ("summary", {"around": "DLRR"}, 404, "did you mean German Aerospace Center"),
        ("summary", {"top": "beauty"}, 400, "measure 'beauty' is unknown"),
        ("export", {"format": "docx"}, 400, "format docx is unknown"),
        ("nothing", {}, 404, "Not Found"),
    ],
)
def test_refusals(
    ask: httpx2.Client, path: str, params: dict[str, Any], status: int, said: str
) -> None:
    reply = ask.get(f"/{path}", params=params)
    assert reply.status_code == status
    assert said in _detail(reply)


@pytest.mark.parametrize(
    "path", ["measure", "communities", "brokers", "robustness", "suggest", "summary"]
)
def test_nothing_is_an_empty_answer_with_a_reason(ask: httpx2.Client, path: str) -> None:
    reply = ask.get(f"/{path}", params={"relation": "csa", "role": "speaker"})
    rows = [] if path != "summary" else [r for r in reply.json() if r["value"]]
    assert (reply.status_code, rows) == (200, [])
    assert "no role passes the filter" in _note(reply)


def test_a_window_in_the_future_is_refused(ask: httpx2.Client) -> None:
    reply = ask.get("/measure", params={"relation": "csa", "from": "2090"})
    assert reply.status_code == 400
    assert "from 2090-01-01: the data end on" in _detail(reply)


def test_openapi_has_examples(network_address: str) -> None:
    paths = httpx2.get(f"{network_address}/openapi.json").json()["paths"]
    own = {p: d["get"] for p, d in paths.items() if p.startswith(f"{_API}/")}
    assert len(own) == 16
    for path, told in own.items():
        names = {parameter["name"] for parameter in told["parameters"]}
        assert {"relation", "from", "to", "country", "format"} <= names
        content = told["responses"]["200"]["content"]
        assert path.endswith("export") or content["application/json"]["example"]
        assert "504" in told["responses"]


def _order(release: str, **changes: Any) -> dict[str, Any]:
    usual = {"analysis": "summary", "release": release, "selection": {"relation": ["csa"]},
             "options": {}, "format": "json", "rows": 100}  # fmt: skip
    return usual | changes


def test_equal_requests_share_one_computation_and_the_cache_is_bounded(home: Path) -> None:
    release = (home / "current").readlink().name

    async def run() -> tuple[int, int]:
        worker = AnalysisWorker(home, NetworkSettings(cache_bytes=20_000))
        try:
            same = await asyncio.gather(*(worker.answer(_order(release)) for _ in range(8)))
            assert len({answer.body for answer in same}) == 1
            shared = worker.computed
            for limit in range(1, 6):
                options = {"rank": "degree", "limit": limit * 20}
                await worker.answer(_order(release, options=options))
            return shared, sum(len(kept.body) for kept in worker._kept.values())
        finally:
            await worker.close()

    shared, size = asyncio.run(run())
    assert shared == 1
    assert 0 < size <= 20_000


def test_deadline_memory_and_queue(home: Path) -> None:
    release = (home / "current").readlink().name

    async def at_most(**limits: Any) -> list[BaseException | object]:
        worker = AnalysisWorker(home, NetworkSettings(**limits))
        try:
            orders = (
                _order(release, analysis="measure", selection={"weight": w})
                for w in ("count", "fractional")
            )
            return await asyncio.gather(*(worker.answer(o) for o in orders), return_exceptions=True)
        finally:
            await worker.close()

    slow = asyncio.run(at_most(seconds=0.05))
    assert isinstance(slow[0], LimitExceeded)
    assert "stopped after 0.05 s" in str(slow[0])
    large = asyncio.run(at_most(memory=1 << 20))
    assert isinstance(large[0], LimitExceeded)
    assert "more than 1 MB of memory" in str(large[0])
    full = asyncio.run(at_most(waiting=0))
    assert isinstance(full[1], BusyError)


def test_a_heavy_analysis_leaves_queries_alone(network_address: str) -> None:
    done: list[int] = []
    url = f"{network_address}{_API}/summary"
    params = {"chance": "true", "relation": "csa"}
    thread = threading.Thread(
        target=lambda: done.append(httpx2.get(url, params=params, timeout=60).status_code)
    )
    thread.start()
    for _ in range(5):
        reply = httpx2.get(f"{network_address}/sparql", params={"query": "ASK { ?s ?p ?o }"})
        assert reply.json()["boolean"] is True
    thread.join()
    assert done == [200]


def test_the_worker_starts_again_after_a_deadline_or_idleness(home: Path) -> None:
    release = (home / "current").readlink().name

    async def run() -> None:
        worker = AnalysisWorker(home, NetworkSettings(idle_seconds=0.2))
        try:
            await worker.answer(_order(release))
            first = worker._process
            await asyncio.sleep(0.6)
            await worker.answer(_order(release, selection={"relation": ["call"]}))
            assert worker._process is not first
        finally:
            await worker.close()

    asyncio.run(run())


def test_every_setting_is_told() -> None:
    page = ROOT / "docs" / "network" / "http.md"
    text = page.read_text(encoding="utf-8")
    assert [name for name in NetworkSettings.model_fields if f"`{name}`" not in text] == []
