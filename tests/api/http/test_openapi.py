"""The OpenAPI description as a generator of clients reads it."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest


@pytest.fixture
def told(client: httpx2.Client) -> dict[str, Any]:
    """The description."""
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def _operations(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [op for ops in told["paths"].values() for op in ops.values()]


def test_it_says_who_where_and_under_which_licence(told: dict[str, Any]) -> None:
    assert told["servers"]
    assert told["info"]["license"]["url"].startswith("https://")
    assert told["info"]["contact"]["name"]


def test_operations_have_names_that_a_client_can_write(told: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in _operations(told)]
    assert len(names) == len(set(names))
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name), name
        assert not name.endswith(("_get", "_post", "_put", "_delete")), name
    assert {"list_organisations", "get_organisations", "check_health", "reconcile"} <= set(names)


def test_everything_is_told_in_words_with_examples(told: dict[str, Any]) -> None:
    for operation in _operations(told):
        assert operation.get("summary"), operation["operationId"]
        for parameter in operation.get("parameters", ()):
            at = (operation["operationId"], parameter["name"])
            assert len(parameter["description"]) > 2, at
            assert "examples" in parameter or parameter.get("example") is not None, at


def test_every_answer_has_a_schema(told: dict[str, Any]) -> None:
    for operation in _operations(told):
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                at = (operation["operationId"], status, media)
                assert content["schema"], at
                reference = content["schema"].get("$ref", "")
                named = reference.removeprefix("#/components/schemas/")
                assert not reference or named in told["components"]["schemas"], at


@pytest.mark.parametrize("name", ["organisations", "search"])
def test_examples_of_lists_are_taken(
    client: httpx2.Client, told: dict[str, Any], name: str
) -> None:
    for parameter in told["paths"][f"/api/v1/{name}"]["get"]["parameters"]:
        example = parameter.get("example", (parameter.get("examples") or [None])[0])
        reply = client.get(f"/api/v1/{name}", params={parameter["name"]: example})
        known = reply.status_code == 200 or "there are" in reply.json()["detail"]
        assert known, (parameter["name"], example, reply.text)
