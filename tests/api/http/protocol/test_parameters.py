"""Query parameters: every route of the application refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import httpx2
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from permed.api.http import create_app
from permed.api.http.protocol.parameters import EXCEPTIONS, refuse_misspelt
from permed.graph.errors import InputError

pytestmark = pytest.mark.slow

_IN_PATH = {
    "name": "membership",
    "path": "id/organisation/dlr",
    "key": "dlr",
    "number": "1",
    "part": "2",
}
# these pass over what they do not know, since clients send the parameters of other servers along
_TOLERANT = {path for path, why in EXCEPTIONS.items() if why.startswith("clients send")}


def routes() -> Iterator[APIRoute]:
    """Every route of the application, those of included routers too."""
    yield from _flat(create_app(Path("nowhere")).routes)


def _flat(found: Iterable[Any]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _flat(inner.routes)


def _addresses() -> list[str]:
    return sorted({route.path for route in routes() if "GET" in (route.methods or ())})


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda m: _IN_PATH.get(m[1], "current"), path)


def test_every_route_refuses_a_parameter_that_it_does_not_know(client: httpx2.Client) -> None:
    wrong, tried = [], _addresses()
    assert len(tried) > 100
    for path in tried:
        reply = client.get(_filled(path), params={"countri": "NL"})
        told = reply.headers.get("content-type", ""), reply.status_code
        if path == "/queries/{name}" or path in _TOLERANT:
            continue  # see EXCEPTIONS, and the test below
        page = path in EXCEPTIONS
        said = reply.text if page else reply.json().get("detail", "")
        if told[1] != 400 or "countri" not in said:
            wrong.append((path, told, said[:100]))
        if not page and ("\n" in said or "unknown parameter 'countri'" not in said):
            wrong.append((path, told, said[:100]))
    assert wrong == []


def _chosen(route: APIRoute) -> Iterator[tuple[str, set[str]]]:
    """The parameters of a route that take only some values: name, and words a refusal must hold."""
    fields = [(p.alias, p.field_info.annotation) for p in route.dependant.query_params]
    for _, kind in [*fields]:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields += [(f.alias or n, f.annotation) for n, f in kind.model_fields.items()]
    for name, kind in fields:
        some = [kind, *get_args(kind)]
        if bool in some:
            yield name, {"true", "false"}
        elif values := {v for s in some if get_origin(s) is Literal for v in get_args(s)}:
            yield name, values
        elif enums := [s for s in some if isinstance(s, type) and issubclass(s, Enum)]:
            yield name, {str(member.value) for member in enums[0]}
    for told in (route.openapi_extra or {}).get("parameters", []):
        schema = told.get("schema", {})
        if told["in"] == "query" and schema.get("type") == "boolean":
            yield told["name"], {"true", "false"}
        elif told["in"] == "query" and "enum" in schema:
            yield told["name"], {str(value) for value in schema["enum"]}


def test_every_route_refuses_a_value_that_it_does_not_know(client: httpx2.Client) -> None:
    by_hand = [("/report", "kind", {"country", "state-of-the-art"}), ("/editor", "run", {"true"}),
               ("/review", "kind", {"match", "duplicate"})]  # fmt: skip
    tried = [
        (route.path, name, words)
        for route in routes()
        if "GET" in (route.methods or ()) and route.path not in _TOLERANT
        for name, words in _chosen(route)
        if name not in ("format", "output")  # test_negotiation.py
    ]
    assert len(tried) > 100
    wrong = []
    for path, name, words in [*by_hand, *tried]:
        reply = client.get(_filled(path), params={name: "maybe"})
        said = reply.json().get("detail", "") if reply.status_code != 200 else "answered"
        if reply.status_code != 400 or "\n" in said or not all(word in said for word in words):
            wrong.append((path, name, reply.status_code, said[:200]))
    assert wrong == []


def test_what_is_let_through_is_a_route_and_has_a_reason() -> None:
    known = set(_addresses()) | {route.path for route in routes()}
    assert set(EXCEPTIONS) <= known
    assert all(len(why.split()) > 5 for why in EXCEPTIONS.values())


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/api/v1/organisations?contry=DE", "country"),
        ("/graphs?grap=x", "graph"),
        ("/compare?on=organisation/dlr", "one"),
        ("/map?boxx=1", "box"),
        ("/editor?qery=ASK{}", "query"),
        ("/correction?thng=organisation/dlr", "thing"),
        ("/.well-known/void?formt=ttl", "format"),
        ("/ontology?formatt=ttl", "format"),
        ("/releases?formats=json", "format"),
        ("/sparql?query=ASK{}&timeot=5", "timeout"),
        ("/sparql?query=ASK{}&default-graph-url=http://x/", "default-graph-uri"),
        ("/sparql?querry=ASK{}", "query"),
        ("/reconcile?querys={}", "queries"),
        ("/reconcile/suggest/entity?prefixx=dl", "prefix"),
    ],
)
def test_the_nearest_name_is_told(client: httpx2.Client, asked: str, meant: str) -> None:
    reply = client.get(asked)
    assert reply.status_code == 400
    assert f"did you mean {meant}?" in reply.json()["detail"]


def test_forms_of_sparql_are_read_like_its_addresses(client: httpx2.Client) -> None:
    asked = {"query": "ASK {}", "named-graph-url": "http://x/"}
    assert client.post("/sparql", data=asked).status_code == 400
    # what Virtuoso, YASGUI, SPARQLWrapper and OpenRefine send along
    foreign = {"debug": "on", "queryLn": "SPARQL", "infer": "false",
               "should-sponge": "", "maxrows": "9", "signal_void": "on",
               "save": "display", "fname": "", "_implicit": "false", "callback": "f",
               "outputFormat": "json", "output": "json", "results": "json"}  # fmt: skip
    assert client.post("/sparql", data={"query": "ASK {}", **foreign}).status_code == 200
    assert client.get("/sparql", params={"query": "ASK {}", **foreign}).status_code == 200
    suggest = {"prefix": "dl", "type": "x", "type_strict": "any", "indent": "1", "limit": "3"}
    assert client.get("/reconcile/suggest/entity", params=suggest).status_code == 200


@pytest.mark.parametrize(
    "page", ["/page/id/organisation/dlr", "/", "/api/v1/organisations", "/questions/membership"]
)
def test_what_mail_programs_add_to_links_is_passed_over(client: httpx2.Client, page: str) -> None:
    assert client.get(page, params={"utm_source": "mail", "fbclid": "x"}).status_code == 200


@pytest.mark.parametrize(
    "asked", ["/graphs?format=ttl&format=nt", "/queries/membership?format=csv&format=json",
                "/questions/country-landscape?country=DE&country=FR"],
)  # fmt: skip
def test_a_value_is_given_once(client: httpx2.Client, asked: str) -> None:
    reply = client.get(asked)
    assert (reply.status_code, "is given 2 times" in reply.text) == (400, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/api/v1/organisations?limit=x", "limit: 'x' is no whole number"),
        ("/api/v1/organisations?year=2020&year=20x", "year: '20x' is no whole number"),
        ("/reconcile/suggest/entity?prefix=a&cursor=1.5", "cursor: '1.5' is no whole number"),
        ("/queries/membershop", "no query 'membershop' in the catalogue; did you mean membership?"),
        ("/queries/zzz", "on a server /queries"),
        ("/sparql?query=", "the query is empty"),
        ("/reconcile?queries=%7B%22q0%22%3A%20%7B%7D", "line 1, column 10: the text ends here"),
    ],
)
def test_what_does_not_fit_is_told_in_plain_words(
    client: httpx2.Client, asked: str, told: str
) -> None:
    reply = client.get(asked)
    assert reply.status_code in (400, 404)
    assert told in reply.json()["detail"]


def test_only_what_is_very_like_counts_as_misspelt() -> None:
    refuse_misspelt(["debug", "callback", "q", "type", "lang"], ("query", "format", "timeout"))
    with pytest.raises(InputError, match="did you mean format"):
        refuse_misspelt(["formt"], ("query", "format"))


@pytest.mark.parametrize(
    "link",
    [
        "/api/v1/search?q=Universit%E4t",
        "/search?q=Universit%E4t",
        "/api/v1/organisations?q=%ED%A0%80",
        "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%E4%22%20%7D",
        "/reconcile/suggest/entity?prefix=%FF",
        "/queries/search?text=%E4",
    ],
)
def test_letters_in_another_encoding_are_refused_not_lost(client: httpx2.Client, link: str) -> None:
    answer = client.get(link)
    assert answer.status_code == 400
    assert "UTF-8" in answer.text


def test_a_release_name_too_long_for_the_disk_is_not_found(client: httpx2.Client) -> None:
    for address in ("/api/v1/countries?release=", "/releases/"):
        answer = client.get(address + "ä" * 2000, follow_redirects=True)
        assert answer.status_code == 404
        assert "never a release" in answer.text


def test_a_slash_too_many_leads_to_the_same_thing(client: httpx2.Client) -> None:
    moved = client.get("/api/v1/countries/", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, "/api/v1/countries")
    first = client.get("/api/v1/countries?limit=1").json()["items"][0]["id"]
    assert client.get(f"/api/v1/countries/{first}/").json() == (
        client.get(f"/api/v1/countries/{first}").json()
    )
