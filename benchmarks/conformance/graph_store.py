"""The SPARQL 1.1 Graph Store HTTP protocol, request by request, as a contributor uses it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2

from benchmarks.conformance.check import Check, NotOffered, attempt

__all__ = ["graph_store_checks"]

_SUITE = "SPARQL 1.1 graph store protocol"
_ONE, _TWO = b"<http://x/a> <http://x/p> 'one' .", b"<http://x/a> <http://x/p> 'two' ."
_TURTLE = {"Content-Type": "text/turtle"}


def graph_store_checks(client: httpx2.Client, token: str, graph: str) -> Iterator[Check]:
    """Write, read and remove one graph; `token` is a contributor's, `graph` one of theirs."""
    asked = {"graph": graph}
    signed = {**_TURTLE, "Authorization": f"Bearer {token}"}

    def said() -> set[str]:
        reply = client.get("/graphs", params=asked, headers={"Accept": "application/n-triples"})
        return {line.split('"')[1] for line in reply.text.splitlines() if '"' in line}

    def status(reply: httpx2.Response, *wanted: int) -> None:
        assert reply.status_code in wanted, f"{reply.status_code}: {reply.text[:160]}"

    def put_creates() -> None:
        status(client.put("/graphs", params=asked, headers=signed, content=_ONE), 201)
        assert said() == {"one"}, f"holds {said()}"

    def put_replaces() -> None:
        status(client.put("/graphs", params=asked, headers=signed, content=_TWO), 200, 204)
        assert said() == {"two"}, f"holds {said()}"

    def post_merges() -> None:
        status(client.post("/graphs", params=asked, headers=signed, content=_ONE), 200, 204)
        assert said() == {"one", "two"}, f"holds {said()}"

    def head_has_no_body() -> None:
        reply = client.head("/graphs", params=asked)
        status(reply, 200)
        assert reply.content == b""

    def get_negotiates() -> None:
        for kind in ("text/turtle", "application/n-triples", "application/rdf+xml"):
            reply = client.get("/graphs", params=asked, headers={"Accept": kind})
            status(reply, 200)
            assert reply.headers["content-type"].startswith(kind), reply.headers["content-type"]

    def delete_removes() -> None:
        status(client.delete("/graphs", params=asked, headers=signed), 200, 204)
        status(client.get("/graphs", params=asked), 404)

    def unknown_is_404() -> None:
        status(client.get("/graphs", params={"graph": f"{graph}-none"}), 404)
        status(client.delete("/graphs", params={"graph": f"{graph}-none"}, headers=signed), 404)

    def unreadable_is_400() -> None:
        status(client.put("/graphs", params=asked, headers=signed, content=b"<a> <b"), 400)

    def unknown_type_is_415() -> None:
        headers = {**signed, "Content-Type": "application/pdf"}
        status(client.put("/graphs", params=asked, headers=headers, content=b"x"), 415)

    def strangers_are_401() -> None:
        status(client.put("/graphs", params=asked, headers=_TURTLE, content=_ONE), 401)

    def default_graph() -> None:
        status(client.get("/graphs", params={"default": ""}), 200)

    def direct() -> None:
        raise NotOffered("a graph is named by ?graph=; the address of a graph shows what it is")

    yield attempt(_SUITE, "PUT of a new graph is 201", put_creates)
    yield attempt(_SUITE, "PUT again replaces", put_replaces)
    yield attempt(_SUITE, "POST merges", post_merges)
    yield attempt(_SUITE, "HEAD has no body", head_has_no_body)
    yield attempt(_SUITE, "GET negotiates", get_negotiates)
    yield attempt(_SUITE, "GET of the default graph", default_graph)
    yield attempt(_SUITE, "DELETE removes, then 404", delete_removes)
    yield attempt(_SUITE, "a graph that is not there is 404", unknown_is_404)
    yield attempt(_SUITE, "a body that does not parse is 400", unreadable_is_400)
    yield attempt(_SUITE, "a format nobody reads is 415", unknown_type_is_415)
    yield attempt(_SUITE, "writing without a token is 401", strangers_are_401)
    yield attempt(_SUITE, "direct identification", direct)
