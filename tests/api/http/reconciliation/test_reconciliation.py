"""Reconciliation Service API 0.2: what a client such as OpenRefine asks, in its order."""

from __future__ import annotations

import json

import httpx2
import jsonschema_rs
import pytest

from tests.api.http.reconciliation.schemas import BATCH, EXTENDED, MANIFEST, PROPOSED, RESULT

_GOOD = {"query": "German Aerospace Center", "type": "organisations"}


def batch(client: httpx2.Client, **queries: object) -> dict[str, list[dict[str, object]]]:
    reply = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert reply.status_code == 200, reply.text
    jsonschema_rs.validate(BATCH, reply.json())
    return {key: value["result"] for key, value in reply.json().items()}


def test_the_manifest_follows_the_specification(client: httpx2.Client) -> None:
    manifest = client.get("/reconcile").json()
    jsonschema_rs.validate(MANIFEST, manifest)
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
        "properties": [{"id": "ror"}, {"id": "pic"}, {"id": "country"}],
    }
    rows = client.post("/reconcile", data={"extend": json.dumps(wish)}).json()["rows"]
    assert rows["organisation/anr"]["ror"] == [{"str": "https://ror.org/00rbzpz17"}]
    assert rows["organisation/anr"]["pic"] == [{"str": "999999999"}]  # no address names it
    assert rows["organisation/anr"]["country"] == [{"id": "country/FR", "name": "France"}]
    assert rows["nobody/x"] == {"ror": [], "pic": [], "country": []}


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
        jsonschema_rs.validate(RESULT, reply.json())
        assert found in [item["id"] for item in reply.json()["result"]]
    preview = client.get(manifest["preview"]["url"].replace("{{id}}", "organisation/dlr"))
    assert (preview.status_code, "German Aerospace" in preview.text) == (200, True)
    view = manifest["view"]["url"].replace("{{id}}", "organisation/dlr")
    assert client.get(view, headers={"Accept": "text/html"}).status_code == 303
    propose = manifest["extend"]["propose_properties"]
    address = propose["service_url"] + propose["service_path"]
    proposed = client.get(address, params={"type": "organisations", "limit": "3"}).json()
    jsonschema_rs.validate(PROPOSED, proposed)
    assert len(proposed["properties"]) == 3
    every = client.get(address, params={"type": "organisations"}).json()["properties"]
    wish = {"ids": ["organisation/anr"], "properties": every}
    extended = client.post("/reconcile", data={"extend": json.dumps(wish)}).json()
    jsonschema_rs.validate(EXTENDED, extended)
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


@pytest.mark.parametrize("queries", ["[1]", "{", "7", '"text"'])
def test_what_is_no_batch_is_refused(client: httpx2.Client, queries: str) -> None:
    assert client.post("/reconcile", data={"queries": queries}).status_code == 400


def test_batches_have_a_largest_size(client: httpx2.Client) -> None:
    many = json.dumps({f"q{n}": {"query": "DLR"} for n in range(101)})
    reply = client.post("/reconcile", data={"queries": many})
    assert (reply.status_code, "at most 100" in reply.text) == (400, True)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (3, "an object"),
        ([], "an object"),
        ({}, "neither"),
        ({"query": {"v": "x"}}, "is a text"),
        ({"query": True}, "is a text"),
        (_GOOD | {"limit": "blah"}, "whole number"),
        (_GOOD | {"limit": 0}, "whole number"),
        (_GOOD | {"limit": 2.5}, "whole number"),
        (_GOOD | {"type": "organisation"}, "did you mean organisations?"),
        (_GOOD | {"type": ["people", "Q3918"]}, "'Q3918'"),
        (_GOOD | {"type": 7}, "id of a type"),
        (_GOOD | {"type_strict": "maybe"}, "any, all, should"),
        (_GOOD | {"properties": "DE"}, "list of objects"),
        (_GOOD | {"properties": ["DE"]}, "an object such as"),
        (_GOOD | {"properties": [{"v": "DE"}]}, "an object such as"),
        (_GOOD | {"properties": [{"pid": "contry", "v": "DE"}]}, "did you mean country?"),
        (_GOOD | {"properties": [{"pid": 17, "v": "DE"}]}, "not by a number"),
        (_GOOD | {"properties": [{"pid": "country", "v": {"x": 1}}]}, "property value"),
        (_GOOD | {"properties": [{"pid": "country", "v": [["DE"]]}]}, "property value"),
    ],
)
def test_an_odd_query_is_an_error_of_its_own(client: httpx2.Client, odd: object, said: str) -> None:
    sent = {"a": _GOOD, "odd": odd, "z": {"query": "https://ror.org/00rbzpz17"}}
    reply = client.post("/reconcile", data={"queries": json.dumps(sent)})
    found = reply.json()
    jsonschema_rs.validate(BATCH, found)
    assert found["a"]["result"][0]["match"] is True
    assert found["z"]["result"][0]["id"] == "organisation/anr"
    assert (found["odd"]["result"], said in found["odd"]["error"]) == ([], True)


def test_one_property_need_not_be_a_list_and_numbers_are_texts(client: httpx2.Client) -> None:
    found = batch(
        client,
        one=_GOOD | {"properties": {"pid": "country", "v": "DE"}},
        pic={"query": 999981731},
        pic_of_a_spreadsheet={"query": 999981731.0},
        blank=_GOOD | {"properties": [{"pid": "country", "v": ["", None]}]},
    )
    assert found["one"][0]["match"] is True
    assert found["blank"][0]["match"] is True
    assert found["pic"] == found["pic_of_a_spreadsheet"]


def test_namesakes_never_match_however_few_are_asked_for(client: httpx2.Client) -> None:
    """Two organisations of one name: the limit cuts the list and not the judgement."""
    for limit in (1, 2, 10):
        found = batch(client, q={"query": "Ministry of Examples", "limit": limit})["q"]
        assert len(found) == min(limit, 2)
        assert all(float(str(r["score"])) < 50 and r["match"] is False for r in found)
    given = [{"pid": "country", "v": "Italy"}]
    told = {"query": "Ministry of Examples", "limit": 1, "properties": given}
    found = batch(client, q=told)["q"]
    assert [(r["id"], r["match"]) for r in found] == [("organisation/ministry-it", True)]


@pytest.mark.parametrize(
    "text",
    [
        "00rbzpz17", "00RBZPZ17", " https://ror.org/00RBZPZ17/ ", "ror.org/00rbzpz17",
        "ROR:00rbzpz17", "ror: 00rbzpz17", "http://ror.org/00rbzpz17",
    ],
)  # fmt: skip
def test_an_identifier_is_known_in_any_spelling(client: httpx2.Client, text: str) -> None:
    as_property = {"query": "ANR", "properties": [{"pid": "ror", "v": text}]}
    found = batch(client, q={"query": text}, p=as_property, only=as_property | {"query": ""})
    for rows in found.values():
        assert [(r["id"], r["score"], r["match"]) for r in rows] == [
            ("organisation/anr", 100.0, True)
        ]


def test_an_identifier_does_not_overrule_the_type(client: httpx2.Client) -> None:
    found = batch(client, q={"query": "https://ror.org/00rbzpz17", "type": "people"})["q"]
    assert all(row["id"] != "organisation/anr" for row in found)


@pytest.mark.parametrize(
    ("name", "fitting", "other"),
    [
        ("country", ["FR", "DE"], ["FR", "IT"]),
        (
            "country",
            "https://w3id.org/permed/id/country/DE",
            "https://w3id.org/permed/id/country/FR",
        ),
        ("country", {"id": "country/DE"}, {"id": "country/FR"}),
        ("country", "Deutschland", "Frankreich"),
        ("country", "DEU", "uk"),
        ("city", " bonn", "Berlin"),
        ("website", "www.dlr.de", "https://www.dlr.eu/"),
        ("website", "http://dlr.de/", "dlr.de/en"),
        ("acronym", "dlr", "ANR"),
        ("ror", "https://ror.org/04BWF3E34", "https://ror.org/00rbzpz17"),
    ],
)
def test_property_values_are_compared_as_people_write_them(
    client: httpx2.Client, name: str, fitting: object, other: object
) -> None:
    def judged(value: object) -> dict[str, object]:
        query = {"query": "German Aerospace Center", "properties": [{"pid": name, "v": value}]}
        found = batch(client, q=query)["q"]
        return next(row for row in found if row["id"] == "organisation/dlr")

    assert (judged(fitting)["score"], judged(fitting)["match"]) == (100.0, True)
    assert float(str(judged(other)["score"])) <= 80.0
    assert judged(other)["match"] is False


def test_an_identifier_of_another_thing_is_no_match(client: httpx2.Client) -> None:
    given = [{"pid": "ror", "v": "00rbzpz17"}]
    found = batch(client, q={"query": "German Aerospace Center", "properties": given})["q"]
    assert {"organisation/anr", "organisation/dlr"} <= {str(r["id"]) for r in found}
    assert not any(row["match"] for row in found)


def test_a_day_fits_as_far_as_it_is_told(client: httpx2.Client) -> None:
    def score(start: str) -> object:
        given = [{"pid": "start", "v": start}]
        asked = {"query": "ERA PerMed", "type": "projects", "properties": given}
        return batch(client, q=asked)["q"][0]["score"]

    assert [score(d) for d in ("2017", "2017-12", "2017-12-01", "2017-12-01T00:00:00Z")] == [
        100
    ] * 4
    assert [score(d) for d in ("2018", "2017-11", "2017-12-02")] == [80] * 3


def test_words_of_any_length_are_answered(client: httpx2.Client) -> None:
    word = "a" * 5000
    found = batch(client, long={"query": word}, many={"query": "ab " * 5000}, good=_GOOD)
    assert (found["long"], found["good"][0]["match"]) == ([], True)
    reply = client.get("/reconcile/suggest/entity", params={"prefix": word[:4000]})
    assert (reply.status_code, reply.json()) == (200, {"result": []})


def test_extension_gives_each_value_once_and_whole(client: httpx2.Client) -> None:
    names = ("website", "city", "acronym", "type", "ror")
    ids = ["organisation/dlr", "https://w3id.org/permed/id/organisation/dlr"]
    wish = {"ids": ids, "properties": [{"id": name} for name in names]}
    rows = client.post("/reconcile", data={"extend": json.dumps(wish)}).json()["rows"]
    right = {
        "website": [{"str": "https://www.dlr.de/"}],
        "city": [{"str": "Bonn"}],
        "acronym": [{"str": "DLR"}],
        "type": [
            {
                "id": "scheme/organisation-type/project-management-agency",
                "name": "project management agency",
            }
        ],
        "ror": [{"str": "https://ror.org/04bwf3e34"}],
    }
    assert rows == dict.fromkeys(ids, right)
    odd = {"ids": ["organisation/dlr"], "properties": [{"id": "web-site"}]}
    reply = client.post("/reconcile", data={"extend": json.dumps(odd)})
    assert (reply.status_code, "did you mean website?" in reply.text) == (400, True)


def test_only_the_preview_may_be_framed_by_others(client: httpx2.Client) -> None:
    def ancestors(path: str) -> str:
        policy = client.get(path, headers={"Accept": "text/html"}).headers[
            "content-security-policy"
        ]
        return policy.partition("frame-ancestors ")[2]

    assert ancestors("/reconcile/preview?id=organisation/dlr") == "*"
    for path in ("/", "/search", "/reconcile", "/reconcile/preview?id=nobody", "/sparql"):
        assert ancestors(path) == "'self'", path


def test_the_draft_of_the_next_version_is_answered_beside(client: httpx2.Client) -> None:
    by_name = {"matchType": "name", "propertyValue": "Ministry of Examples"}
    italian = {"matchType": "property", "propertyId": "country", "propertyValue": "IT"}
    queries = [
        {"type": "organisations", "limit": 1, "conditions": [by_name, italian]},
        {"conditions": [{"matchType": "colour"}]},
        7,
    ]
    found = client.post("/reconcile/match", json={"queries": queries}).json()["results"]
    assert [c["id"] for c in found[0]["candidates"]] == ["organisation/ministry-it"]
    assert found[0]["candidates"][0]["match"] is True
    assert [(f["candidates"], "error" in f) for f in found[1:]] == [([], True)] * 2
    assert client.post("/reconcile/match", json=[]).status_code == 400


def test_properties_are_proposed_for_known_types_only(client: httpx2.Client) -> None:
    def names(kind: str) -> list[str]:
        reply = client.get("/reconcile/properties", params={"type": kind}).json()
        return [p["id"] for p in reply["properties"]]

    assert ("ror" in names("organisations"), "ror" in names("people")) == (True, False)
    assert "orcid" in names("people")
    reply = client.get("/reconcile/properties", params={"type": "Q5"})
    assert (reply.status_code, "'Q5'" in reply.text) == (400, True)


def test_what_would_be_left_out_of_an_answer_is_refused(client: httpx2.Client) -> None:
    both = {"queries": '{"q0": {"query": "DLR"}}', "extend": '{"ids": [], "properties": []}'}
    for answer in (client.get("/reconcile", params=both), client.post("/reconcile", data=both)):
        assert answer.status_code == 400
        assert "one of them" in answer.text
    twice = client.post("/reconcile", data={"queries": ["{}", both["queries"]]})
    assert (twice.status_code, "2 times" in twice.text) == (400, True)
    single = client.get("/reconcile", params={"query": "DLR"})
    assert (single.status_code, "?queries=" in single.text) == (400, True)


def test_a_form_of_another_kind_says_which_is_read(client: httpx2.Client) -> None:
    answer = client.post("/reconcile", files={"queries": (None, "{}")})
    assert answer.status_code == 415
    assert "application/x-www-form-urlencoded" in answer.text
