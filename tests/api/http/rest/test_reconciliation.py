"""Reconciliation Service API 0.2: what a client such as OpenRefine asks, in its order."""

from __future__ import annotations

import json

import httpx2
import jsonschema_rs
import pytest

# written from the specification, sections 4 (manifest) and 5 (result batch)
_NAMED = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}
_SUGGEST = {
    "type": "object",
    "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}},
    "required": ["service_url", "service_path"],
}
_MANIFEST = {
    "type": "object",
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string"},
        "schemaSpace": {"type": "string"},
        "view": {
            "type": "object",
            "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}},
            "required": ["url"],
        },
        "defaultTypes": {"type": "array", "items": _NAMED},
        "preview": {
            "type": "object",
            "properties": {
                "url": {"type": "string", "pattern": r"\{\{id\}\}"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            },
            "required": ["url", "width", "height"],
        },
        "suggest": {"type": "object", "additionalProperties": _SUGGEST},
    },
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
}
_BATCH = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "type": {"type": "array", "items": _NAMED},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                    },
                    "required": ["id", "name", "score"],
                },
            }
        },
        "required": ["result"],
    },
}


def batch(client: httpx2.Client, **queries: object) -> dict[str, list[dict[str, object]]]:
    reply = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert reply.status_code == 200, reply.text
    jsonschema_rs.validate(_BATCH, reply.json())
    return {key: value["result"] for key, value in reply.json().items()}


def test_the_manifest_follows_the_specification(client: httpx2.Client) -> None:
    manifest = client.get("/reconcile").json()
    jsonschema_rs.validate(_MANIFEST, manifest)
    assert manifest["identifierSpace"] == "https://w3id.org/permed/id/"


def test_a_spreadsheet_column_finds_its_organisations(client: httpx2.Client) -> None:
    found = batch(
        client,
        q0={"query": "Deutsches Zentrum für Luft- und Raumfahrt", "type": "organisations"},
        q1={"query": "French National Research Agency"},
        q2={"query": "Universite de Lion", "type": [{"id": "organisations"}], "limit": 3},
        q3={"query": "https://ror.org/00rbzpz17"},
        q4={"query": "Nothing of the kind"},
    )
    assert [r["id"] for r in found["q0"]][:1] == ["organisation/dlr"]
    assert found["q0"][0]["match"] is True
    assert found["q1"][0]["id"] == "organisation/anr"
    assert found["q2"][0]["id"] == "organisation/universite-lyon"
    assert (found["q3"][0]["id"], found["q3"][0]["score"]) == ("organisation/anr", 100.0)
    assert all(r["match"] is False for r in found["q4"])


def test_a_contradicting_property_lowers_the_score(client: httpx2.Client) -> None:
    def score(country: str) -> float:
        given = [{"pid": "country", "v": country}]
        query = {"query": "German Aerospace Center", "properties": given}
        return float(str(batch(client, q=query)["q"][0]["score"]))

    assert score("Germany") == score("DE") > score("France")


def test_suggestions_previews_and_extension(client: httpx2.Client) -> None:
    entity = client.get("/reconcile/suggest/entity", params={"prefix": "aero"}).json()
    assert entity["result"][0]["id"] == "organisation/dlr"
    kinds = client.get("/reconcile/suggest/type", params={"prefix": "org"}).json()
    assert kinds["result"] == [{"id": "organisations", "name": "Organisations"}]
    assert client.get("/reconcile/suggest/property", params={"prefix": "c"}).json()["result"]
    preview = client.get("/reconcile/preview", params={"id": "organisation/dlr"})
    assert "German Aerospace Center" in preview.text
    wish = {
        "ids": ["organisation/anr", "nobody/x"],
        "properties": [{"id": "ror"}, {"id": "country"}],
    }
    rows = client.post("/reconcile", data={"extend": json.dumps(wish)}).json()["rows"]
    assert rows["organisation/anr"]["ror"] == [{"str": "00rbzpz17"}]
    assert rows["organisation/anr"]["country"] == [{"id": "country/FR", "name": "France"}]
    assert rows["nobody/x"] == {"ror": [], "country": []}


_RESULT = {"type": "object", "properties": {"result": {"type": "array", "items": _NAMED}}}
_PROPOSED = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "limit": {"type": "integer"},
        "properties": {"type": "array", "items": _NAMED},
    },
    "required": ["type", "properties"],
}
_CELL = {
    "type": "object",
    "anyOf": [{"required": [name]} for name in ("id", "str", "float", "int", "bool", "date")],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "str": {"type": "string"}},
}
_EXTENDED = {
    "type": "object",
    "properties": {
        "meta": {"type": "array", "items": _NAMED},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": _CELL},
            },
        },
    },
    "required": ["meta", "rows"],
}


def test_every_answer_that_the_manifest_promises_follows_the_specification(
    client: httpx2.Client,
) -> None:
    """The exchange of OpenRefine: it reads the manifest and calls the addresses in it."""
    manifest = client.get("/reconcile").json()
    for name, prefix, found in (
        ("entity", "aero", "organisation/dlr"),
        ("type", "org", "organisations"),
        ("property", "Identifier: r", "ror"),
    ):
        service = manifest["suggest"][name]
        reply = client.get(
            service["service_url"] + service["service_path"], params={"prefix": prefix}
        )
        jsonschema_rs.validate(_RESULT, reply.json())
        assert found in [item["id"] for item in reply.json()["result"]]
    preview = client.get(manifest["preview"]["url"].replace("{{id}}", "organisation/dlr"))
    assert (preview.status_code, "German Aerospace" in preview.text) == (200, True)
    view = manifest["view"]["url"].replace("{{id}}", "organisation/dlr")
    assert client.get(view, headers={"Accept": "text/html"}).status_code == 303
    propose = manifest["extend"]["propose_properties"]
    address = propose["service_url"] + propose["service_path"]
    proposed = client.get(address, params={"type": "organisations", "limit": "3"}).json()
    jsonschema_rs.validate(_PROPOSED, proposed)
    assert len(proposed["properties"]) == 3
    every = client.get(address, params={"type": "organisations"}).json()["properties"]
    wish = {"ids": ["organisation/anr"], "properties": every}
    extended = client.post("/reconcile", data={"extend": json.dumps(wish)}).json()
    jsonschema_rs.validate(_EXTENDED, extended)
    assert set(extended["rows"]["organisation/anr"]) == {p["id"] for p in every}


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_a_client_of_others_reconciles_a_column(address: str) -> None:
    """The package `reconciler` (BSD) sends a pandas column as it does to Wikidata."""
    reconciler = pytest.importorskip("reconciler")
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"name": ["German Aerospace Center", "Universite de Lyon"],
                              "country": ["Germany", "France"]})  # fmt: skip
    found = reconciler.reconcile(
        table["name"],
        type_id="organisations",
        property_mapping={"country": table["country"]},
        reconciliation_endpoint=f"{address}/reconcile",
    )
    assert list(found["id"]) == ["organisation/dlr", "organisation/universite-lyon"]
    assert bool(found["match"].iloc[0])


@pytest.mark.parametrize("queries", ["[1]", "{", '{"q": 3}', '{"q": {"query": 7}}'])
def test_bad_batches_are_problems(client: httpx2.Client, queries: str) -> None:
    assert client.post("/reconcile", data={"queries": queries}).status_code == 400
