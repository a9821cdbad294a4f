"""Answers of the reconciliation service against the schemas of its API 0.2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx2
import jsonschema_rs

from benchmarks.conformance.check import Check, attempt
from tests.api.http.reconciliation.schemas import BATCH, EXTENDED, MANIFEST, PROPOSED

__all__ = ["reconciliation_checks"]

_SUITE = "Reconciliation API 0.2"
_QUERIES = {
    "q0": {"query": "French National Research Agency"},
    "q1": {"query": "agency", "type": "organisations", "limit": 3},
    "q2": {"query": "no such thing", "properties": [{"pid": "country", "v": "FR"}]},
}
_EXTEND = {"ids": ["organisation/anr"], "properties": [{"id": "country"}]}


def reconciliation_checks(client: httpx2.Client) -> Iterator[Check]:
    """Ask what OpenRefine asks, and hold every answer to its schema."""
    extend = {"extend": json.dumps(_EXTEND)}
    asked: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("manifest", MANIFEST, {"method": "GET", "url": "/reconcile"}),
        ("batch", BATCH, _post({"queries": json.dumps(_QUERIES)})),
        ("data extension", EXTENDED, _post(extend)),
        ("proposed properties", PROPOSED, _get("/reconcile/properties", type="organisations")),
    ]
    for name, schema, request in asked:
        yield attempt(_SUITE, name, partial(_keeps, client, schema, request))


def _post(form: dict[str, str]) -> dict[str, Any]:
    return {"method": "POST", "url": "/reconcile", "data": form}


def _get(url: str, **params: str) -> dict[str, Any]:
    return {"method": "GET", "url": url, "params": params}


def _keeps(client: httpx2.Client, schema: dict[str, Any], request: dict[str, Any]) -> None:
    reply = client.request(**request)
    assert reply.status_code == 200, f"{reply.status_code}: {reply.text[:160]}"
    jsonschema_rs.validate(schema, reply.json())
