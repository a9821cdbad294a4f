"""Tags and times: every answer that may be kept can be asked for again at no cost."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

pytestmark = pytest.mark.long

_PATHS = (
    "/", "/search?q=dlr", "/questions", "/questions/funders-by-call", "/editor", "/docs",
    "/page/id/organisation/dlr", "/data/id/organisation/dlr.ttl", "/context.jsonld",
    "/ontology", "/api", "/api/v1/organisations", "/api/v1/organisations?format=csv",
    "/api/v1/organisations/dlr", "/queries", "/queries/funders-by-call?format=csv", "/graphs",
    "/reconcile", "/reconcile/suggest/entity?prefix=dlr", "/reconcile/preview?id=organisation/dlr",
    "/.well-known/void", "/.well-known/sparql-examples", "/shacl-report", "/openapi.json",
    "/static/style.css", "/sparql", "/sparql?query=ASK%20%7B%7D",
)  # fmt: skip


@pytest.mark.parametrize("path", _PATHS)
def test_every_answer_has_a_tag_and_is_saved_by_it(client: httpx2.Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_is_so_now_only_is_not_kept(client: httpx2.Client, path: str) -> None:
    reply = client.get(path)
    assert (reply.headers["cache-control"], "etag" in reply.headers) == ("no-store", False)


def test_an_answer_of_chance_is_not_kept(client: httpx2.Client) -> None:
    query = {"query": "SELECT (RAND() AS ?n) {}"}
    reply = client.get("/sparql", params=query, headers={"If-None-Match": "*"})
    assert (reply.status_code, "etag" in reply.headers) == (200, False)


def test_answers_of_a_release_were_changed_when_it_was_built(tmp_path: Path) -> None:
    make_release(tmp_path, "2026-01-02")
    with running(tmp_path, settings_of()) as address:
        changed = "Fri, 02 Jan 2026 00:00:00 GMT"
        later, before = "Sat, 03 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT"
        for path in ("/", "/search", "/api/v1/events", "/sparql?query=ASK%7B%7D", "/shacl-report"):
            reply = httpx2.get(address + path)
            assert reply.headers["last-modified"] == changed, path
            for since, status in ((changed, 304), (later, 304), (before, 200), ("nonsense", 200)):
                asked = httpx2.get(address + path, headers={"If-Modified-Since": since})
                assert asked.status_code == status, (path, since)
            both = {"If-Modified-Since": later, "If-None-Match": '"other"'}
            assert httpx2.get(address + path, headers=both).status_code == 200
