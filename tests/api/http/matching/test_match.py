"""`/match`: one row or many, JSON and CSV, strict, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from permed.api.http.matching.asked import MatchRequest, of_csv, of_json, of_parameters
from permed.api.http.matching.settings import MatchSettings
from permed.api.http.matching.worker_client import MatchWorker
from permed.graph.errors import BusyError, InputError, PermedError
from tests.api.http.conftest import running, settings_of
from tests.ingest.linking.conftest import dump as dump

DLR = "https://w3id.org/permed/id/organisation/dlr"


def test_one_name_is_matched_to_the_release_with_reasons(client: httpx2.Client) -> None:
    asked = {"name": "German Aerospace Centre", "country": "DE", "candidates": "2"}
    told = client.get("/match", params=asked).json()
    (row,) = told["rows"]
    assert (row["match_id"], row["decision"]) == (DLR, "accept")
    assert row["reason"]
    assert row["features"]["country_same"] == 1.0
    assert row["candidates"][0]["id"] == DLR
    assert row["candidates"][0]["score"] == row["match_score"]
    assert len(row["candidates"]) <= 2
    assert told["against"] == "graph"
    assert told["made_with"]["release"] == told["release"]
    assert len(told["made_with"]["weights_sha256"]) == 64


def test_batches_keep_their_order(client: httpx2.Client) -> None:
    names = ["Nobody Knows This House", {"name": "DLR", "country": "DE"}, ""]
    rows = client.post("/match", json={"names": names}).json()["rows"]
    assert [row["match_id"] for row in rows] == [None, DLR, None]
    assert rows[2]["reason"] == "the name is empty"
    strings = ["Dept. of Physics, German Aerospace Center, Bonn, Germany"]
    (row,) = client.post("/match", json={"affiliations": strings}).json()["rows"]
    assert row["match_id"] == DLR


def test_an_identifier_that_the_release_holds_is_in_force(client: httpx2.Client) -> None:
    (row,) = client.post("/match", json={"names": ["https://ror.org/04bwf3e34"]}).json()["rows"]
    assert (row["match_id"], row["decision"]) == (DLR, "accept")
    assert (row["match_status"], row["successor"]) == ("active", None)


def test_our_own_address_decides_by_itself(client: httpx2.Client) -> None:
    own = [DLR, f"<{DLR}/>", DLR.replace("https", "http"), "organisation/dlr"]
    for asked in ({"names": own}, {"affiliations": own}):
        rows = client.post("/match", json=asked).json()["rows"]
        assert [(r["match_id"], r["match_score"], r["decision"]) for r in rows] == [
            (DLR, 1.0, "accept")
        ] * 4
        assert {r["reason"] for r in rows} == {"the identifier itself, organisation/dlr"}
    # words of an address are no name: nothing here has this one
    unknown = f"{DLR.removesuffix('dlr')}german-aerospace-center"
    (row,) = client.post("/match", json={"names": [unknown]}).json()["rows"]
    assert row["decision"] == "none"
    assert row["reason"] == "no record has the identifier organisation/german-aerospace-center"


def test_a_table_comes_and_goes_as_csv(client: httpx2.Client) -> None:
    reply = client.post(
        "/match",
        content="Nr;name;country\n1;German Aerospace Center;DE\n2;=x;\n",
        headers={"Content-Type": "text/csv", "Accept": "text/csv"},
    )
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert [row["match_id"] for row in rows] == [DLR, ""]
    assert rows[1]["name"] == "'=x"  # no formula for a spreadsheet
    assert "." in rows[0]["match_score"]
    same = client.get("/match", params={"name": "DLR", "format": "csv"})
    assert same.text.startswith("name,country,city,short_name,match_id,")


@pytest.mark.parametrize(
    ("method", "status", "words", "asked"),
    [
        ("GET", 400, "either name", {"params": {}}),
        ("GET", 400, "goes with name", {"params": {"affiliation": "x", "city": "y"}}),
        ("GET", 400, "did you mean", {"params": {"name": "x", "contry": "DE"}}),
        ("GET", 400, "format", {"params": {"name": "x", "format": "xml"}}),
        ("GET", 400, "no registry", {"params": {"name": "x", "against": "ror"}}),
        ("POST", 400, "no JSON", {"content": "{", "headers": {"Content-Type": "application/json"}}),
        ("POST", 400, "1,001 rows", {"json": {"names": ["x"] * 1001}}),
        ("POST", 400, "needs the column", {"content": "a,b\n1,2\n",
                                           "headers": {"Content-Type": "text/csv"}}),
        ("POST", 415, "send application/json", {"content": "x"}),
        ("GET", 406, "text/csv", {"params": {"name": "x"}, "headers": {"Accept": "image/png"}}),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(
    client: httpx2.Client, method: str, status: int, words: str, asked: dict[str, Any]
) -> None:
    reply = client.request(method, "/match", **asked)
    assert reply.status_code == status, reply.text
    assert words in reply.json()["detail"]
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "an object"),
        ({"names": ["x"], "affiliations": ["y"]}, "either the list"),
        ({"names": "x"}, "is a list"),
        ({"names": [3]}, "name 1 is no text"),
        ({"names": [{"name": "x", "town": "y"}]}, "name 1: "),
        ({"names": [{"name": 3}]}, "are texts"),
        ({"affiliations": [{}]}, "affiliation 1"),
        ({"names": ["x"], "candidates": 11}, "at most 10"),
        ({"names": ["x"], "candidates": True}, "whole number"),
        ({"names": ["x"], "against": "rar"}, "did you mean ror"),
        ({"name": ["x"]}, "did you mean names"),
    ],
)
def test_a_body_is_read_strictly(body: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        of_json(orjson.dumps(body))


def test_three_ways_to_ask_the_same() -> None:
    same = MatchRequest("names", (("DLR", "DE", None, None),), "ror", 2)
    options = {"against": "ror", "candidates": "2"}
    assert of_parameters({"name": "DLR", "country": "DE", **options}) == same
    told = {"names": [{"name": "DLR", "country": "DE"}], "against": "ror", "candidates": 2}
    assert of_json(orjson.dumps(told)) == same
    assert of_csv(b"x\tcountry\tname\n1\tDE\tDLR\n", options).rows == (("DLR", "DE", None, None),)


_REGISTRY = {"against": "ror", "release": "", "kind": "names", "candidates": 0}
_ASKED = {**_REGISTRY, "rows": [["Universität Heidelberg", "DE", None, None]]}


async def _patiently(worker: MatchWorker) -> tuple[dict[str, Any], int]:
    """Ask as a client that heeds 503; the answer, and how often it was told to come again."""
    for refused in range(600):
        with contextlib.suppress(BusyError):
            return orjson.loads((await worker.answer(_ASKED)).body), refused
        await asyncio.sleep(0.05)
    raise TimeoutError


def test_the_registry_is_loaded_beside_the_requests(http_home: Path, dump: Path) -> None:
    """A deadline that no load could keep is no hindrance; one that asks early is told so."""

    async def ask() -> tuple[dict[str, Any], int]:
        worker = MatchWorker(http_home, dump, MatchSettings(seconds=0.4))
        try:
            return await _patiently(worker)
        finally:
            await worker.close()

    told, refused = asyncio.run(ask())
    assert refused > 0
    assert told["rows"][0]["match_id"] == "https://ror.org/038t36y30"
    assert told["made_with"]["registry"] == dump.name


def test_while_the_registry_loads_the_release_is_matched_to(http_home: Path, dump: Path) -> None:
    async def ask() -> list[str]:
        worker = MatchWorker(http_home, dump, MatchSettings())
        said: list[str] = []
        try:
            with pytest.raises(BusyError):
                await worker.answer(_ASKED)
            asked = {**_ASKED, "against": "graph", "release": "2026-01-01-sample"}
            rows = [["German Aerospace Center", "DE", None, None]]
            found = orjson.loads((await worker.answer({**asked, "rows": rows})).body)
            said.append(found["rows"][0]["match_id"])
            (await _patiently(worker))[0]
            worker._registry._end()  # type: ignore[union-attr]  # as after idle time
            with pytest.raises(BusyError):
                await worker.answer({**_ASKED, "candidates": 1})
        finally:
            await worker.close()
        return said

    assert asyncio.run(ask()) == [DLR]


def test_a_dump_that_cannot_be_read_is_told_and_tried_again(
    http_home: Path, tmp_path: Path
) -> None:
    async def ask() -> list[str]:
        worker = MatchWorker(http_home, tmp_path / "none.zip", MatchSettings())
        said: list[str] = []
        try:
            while len(said) < 2:
                try:
                    await worker.answer(_ASKED)
                except BusyError:
                    await asyncio.sleep(0.05)
                except PermedError as problem:
                    said.append(str(problem))
        finally:
            await worker.close()
        return said

    assert all("none.zip" in text for text in asyncio.run(ask()))


def test_over_http_the_load_is_503_with_the_time_to_wait(http_home: Path, dump: Path) -> None:
    matcher = MatchWorker(http_home, dump, MatchSettings())
    with (
        running(http_home, settings_of(), matcher=matcher) as address,
        httpx2.Client(base_url=address, timeout=30) as client,
    ):
        reply = client.get("/match", params={"name": "Universität Heidelberg", "against": "ror"})
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert "being loaded" in reply.json()["detail"]
