"""`/match`: one row or many, JSON and CSV, strict, in a process of its own."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from permed.api.http.matching.asked import MatchRequest, of_csv, of_json, of_parameters
from permed.api.http.matching.settings import MatchSettings
from permed.api.http.matching.worker_client import MatchWorker
from permed.graph.errors import InputError
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release, tables
from tests.ingest.linking.conftest import dump as dump

DLR = "https://w3id.org/permed/id/organisation/dlr"


@pytest.fixture(scope="module")
def matching_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose release has record tables too, from which the matcher takes the names."""
    home = tmp_path_factory.mktemp("matching")
    release = make_release(home, "2026-01-01-sample")
    folder = release.path / "tables" / "sample"
    folder.mkdir()
    for name in ("organisations", "names", "identifiers"):
        tables()[name].write_parquet(folder / f"{name}.parquet")
    receipt = json.loads((release.path / "receipt.json").read_text())
    (release.path / "receipt.json").write_text(json.dumps({**receipt, "sources": {"sample": {}}}))
    return home


@pytest.fixture(scope="module")
def client(matching_home: Path) -> Iterator[httpx2.Client]:
    with (
        running(matching_home, settings_of()) as address,
        httpx2.Client(base_url=address, timeout=30) as client,
    ):
        yield client


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
    assert same.text.startswith("name,country,city,match_id,")


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
    same = MatchRequest("names", (("DLR", "DE", None),), "ror", 2)
    options = {"against": "ror", "candidates": "2"}
    assert of_parameters({"name": "DLR", "country": "DE", **options}) == same
    told = {"names": [{"name": "DLR", "country": "DE"}], "against": "ror", "candidates": 2}
    assert of_json(orjson.dumps(told)) == same
    assert of_csv(b"x\tcountry\tname\n1\tDE\tDLR\n", options).rows == (("DLR", "DE", None),)


def test_the_registry_is_asked_where_there_is_one(matching_home: Path, dump: Path) -> None:
    async def ask() -> dict[str, Any]:
        worker = MatchWorker(matching_home, dump, MatchSettings())
        request = {"against": "ror", "release": "", "kind": "names", "candidates": 0}
        try:
            rows = [["Universität Heidelberg", "DE", None]]
            found: dict[str, Any] = orjson.loads(
                (await worker.answer({**request, "rows": rows})).body
            )
            return found
        finally:
            await worker.close()

    told = asyncio.run(ask())
    assert told["rows"][0]["match_id"] == "https://ror.org/038t36y30"
    assert told["made_with"]["registry"] == dump.name
