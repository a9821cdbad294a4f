"""What an address says of its methods is so, and browsers may read what answers tell."""

from __future__ import annotations

import httpx2
import pytest

_BY_PATH = {
    "/sparql": {"GET", "POST"},
    "/graphs": {"GET", "POST", "PUT", "DELETE"},
    "/reconcile": {"GET", "POST"},
    "/reconcile/match": {"POST"},
    "/api/v1/organisations": {"GET"},
    "/api/v1/organisations/dlr": {"GET"},
    "/queries/funders-by-call": {"GET"},
    "/id/organisation/dlr": {"GET"},
    "/": {"GET"},
    "/static/style.css": {"GET"},
}


@pytest.mark.parametrize("path", _BY_PATH)
def test_options_tell_the_methods_that_work(client: httpx2.Client, path: str) -> None:
    reply = client.options(path)
    told = {method.strip() for method in reply.headers["allow"].split(",")}
    more = {"OPTIONS"} | ({"HEAD"} if "GET" in _BY_PATH[path] else set())
    assert (reply.status_code, reply.content, told) == (204, b"", _BY_PATH[path] | more)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        refused = client.request(method, path, content=b"")
        assert (refused.status_code == 405) == (method not in told), method
        if refused.status_code == 405:
            assert set(refused.headers["allow"].split(", ")) == told


def test_options_of_nothing_is_not_found(client: httpx2.Client) -> None:
    assert client.options("/no/such/address").status_code == 404


def test_a_page_elsewhere_may_ask_and_read(client: httpx2.Client) -> None:
    asking = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    flight = client.options("/sparql", headers=asking)
    assert flight.headers["access-control-allow-origin"] == "*"
    assert "POST" in flight.headers["access-control-allow-methods"]
    assert "Content-Type" in flight.headers["access-control-allow-headers"]
    reply = client.get("/api/v1/topics?format=csv&limit=1", headers=asking)
    exposed = {h.strip().lower() for h in reply.headers["access-control-expose-headers"].split(",")}
    own = {h for h in reply.headers if h.startswith("x-permed-")}
    assert own | {"etag", "link", "content-disposition"} <= exposed
