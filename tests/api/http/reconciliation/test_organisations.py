"""Names of organisations are judged by the trained matcher, once a batch, with its reasons."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from permed.api.http.matching.worker_client import MatchWorker
from permed.api.http.reconciliation.organisations import judged_organisations
from permed.api.http.reconciliation.queries import Query
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import read_directory
from permed.api.http.workers.helper_worker import WorkerAnswer
from permed.graph.releases.release import Releases
from tests.api.http.reconciliation.test_reconciliation import batch

DLR, SLIP = "organisation/dlr", "German Aerospce Centre"


class CountingWorker(MatchWorker):
    """Keeps what it is asked, and answers as told."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__(Path("nowhere"))
        self.asked: list[Mapping[str, Any]] = []
        self.rows_told = rows

    async def answer(self, request: Mapping[str, Any]) -> WorkerAnswer:
        self.asked.append(request)
        return WorkerAnswer(orjson.dumps({"rows": self.rows_told}), 0, False, (), 0.0)


@pytest.fixture(scope="module")
def directory(http_home: Path) -> Directory:
    return read_directory(Releases(http_home).find("2026-01-01-sample"))


def _row(match: str | None, decision: str, *candidates: tuple[str, float]) -> dict[str, Any]:
    listed = [{"id": i, "name": "", "score": s, "features": {"jaccard": s}} for i, s in candidates]
    return {
        "match_id": match,
        "decision": decision,
        "match_score": 0.9,
        "features": {"covered": 1.0},
        "candidates": listed,
    }


def test_a_batch_asks_the_matcher_once_and_only_for_names(directory: Directory) -> None:
    iri = f"{directory.base}id/{DLR}"
    places = [("country", ["https://w3id.org/permed/id/country/DE"]), ("city", ["Bonn", "Köln"])]
    queries = [
        Query("Aerospace", properties=places),
        None,
        Query("https://ror.org/00rbzpz17"),
        Query("Ada Example", kinds=["people"]),
        Query("", properties=places),
        Query("DLR", kinds=["people", "organisations"]),
    ]
    worker = CountingWorker([_row(None, "none", (iri, 0.1)), _row(iri, "accept", (iri, 0.4))])
    found = asyncio.run(judged_organisations(worker, "r", directory, queries))
    (request,) = worker.asked
    assert request["rows"] == [("Aerospace", "DE", None, None), ("DLR", None, None, None)]
    assert [set(one) for one in found] == [{DLR}, set(), set(), set(), set(), {DLR}]
    assert (found[0][DLR].chance, found[0][DLR].accepted) == (0.1, False)
    assert (found[5][DLR].chance, found[5][DLR].accepted) == (0.9, True)


def test_nothing_is_asked_where_no_name_is(directory: Directory) -> None:
    worker = CountingWorker([])
    assert asyncio.run(judged_organisations(worker, "r", directory, [None])) == [{}]
    assert worker.asked == []


def _reconciled(client: httpx2.Client, query: dict[str, Any]) -> list[dict[str, Any]]:
    reply = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    found: list[dict[str, Any]] = reply.json()["q"]["result"]
    return found


def test_scores_are_the_chances_that_match_tells(client: httpx2.Client) -> None:
    told = client.get("/match", params={"name": SLIP, "country": "DE", "candidates": 5}).json()
    (row,) = told["rows"]
    given = [{"pid": "country", "v": "Germany"}]
    found = _reconciled(client, {"query": SLIP, "type": "organisations", "properties": given})
    assert found[0]["id"] == DLR
    assert found[0]["score"] == round(100 * row["candidates"][0]["score"], 1)
    assert found[0]["match"] is (row["decision"] == "accept") is True
    features = {f["id"]: f["value"] for f in found[0]["features"]}
    assert features["country_same"] == 1.0
    assert features["likeness"] < 100


def test_a_cell_with_an_address_is_read_as_one(client: httpx2.Client) -> None:
    text = "Institute of Propulsion, German Aerospace Center, Bonn, Germany"
    found = _reconciled(client, {"query": text, "type": "organisations"})
    assert (found[0]["id"], found[0]["match"]) == (DLR, True)


def test_other_kinds_are_scored_by_likeness_and_say_so(client: httpx2.Client) -> None:
    found = _reconciled(client, {"query": "Ada Exampel", "type": "people"})
    assert found[0]["id"] == "person/ada-example"
    assert found[0]["features"] == [{"id": "likeness", "value": found[0]["score"]}]


def test_the_identifier_is_the_reason_where_it_decides(client: httpx2.Client) -> None:
    found = _reconciled(client, {"query": "https://ror.org/00rbzpz17"})
    assert found[0]["features"] == [{"id": "identifier", "value": True}]


def test_an_organisation_is_no_match_beside_another_thing_of_that_name(
    client: httpx2.Client,
) -> None:
    """Without a type the consortium's name stays the consortium's."""
    found = _reconciled(client, {"query": "ICPerMed"})
    assert found[0]["id"] == "consortium/icpermed"
    assert [row["match"] for row in found[1:]] == [False] * (len(found) - 1)


@pytest.mark.parametrize(
    "text",
    [
        "https://w3id.org/permed/id/organisation/anr", "organisation/anr",
        " <http://w3id.org/permed/id/organisation/anr/> ",
    ],
)  # fmt: skip
def test_our_own_address_is_an_identifier_too(client: httpx2.Client, text: str) -> None:
    for rows in batch(
        client, q={"query": text}, t={"query": text, "type": "organisations"}
    ).values():
        assert [(r["id"], r["score"], r["match"]) for r in rows] == [
            ("organisation/anr", 100.0, True)
        ]
