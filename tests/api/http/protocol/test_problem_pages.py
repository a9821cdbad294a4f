"""A reader who meets an error gets a page; a program gets the document, with the same words."""

from __future__ import annotations

import html
import re
import threading
from pathlib import Path

import httpx2
import pytest
import uvicorn

from permed.api.http import create_app
from permed.api.http.protocol.problems import PROBLEM
from tests.api.http.conftest import running, settings_of

# what browsers send
READER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def _plain(page: str) -> str:
    """Text of a page without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/page/id/organisation/none", 404),
        ("/nowhere", 404),
        ("/vocabulary/none.html", 404),
        ("/questions/none", 404),
        ("/search?kind=none", 400),
        ("/search?page=0", 400),
        ("/api/v1/organisations?limit=0", 400),
        ("/sparql?format=json&query=SELECT", 400),
        (f"/sparql?timeout=0.05&query={_ENDLESS}", 504),
    ],
)
def test_a_reader_gets_a_page_and_a_program_the_document(
    client: httpx2.Client, path: str, status: int
) -> None:
    document = client.get(path)
    assert (document.status_code, document.headers["content-type"]) == (status, PROBLEM)
    page = client.get(path, headers=READER)
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert all(r.headers["vary"].startswith("Accept") for r in (page, document))
    told = document.json()
    shown = _plain(page.text)
    assert (told["title"] in shown, told["detail"] in shown) == (True, True)
    for part in ('<html lang="en">', "<h1>", 'role="search"', 'href="/"', 'href="#main"'):
        assert part in page.text


def test_a_wish_that_data_come_first_is_heard(client: httpx2.Client) -> None:
    reply = client.get("/nowhere", headers={"Accept": "application/json, text/html;q=0.5"})
    assert reply.headers["content-type"] == PROBLEM


def test_names_in_addresses_are_offered_for_search_and_stay_text(client: httpx2.Client) -> None:
    page = client.get("/page/id/organisation/uni-lyonn", headers=READER).text
    assert 'href="/search?q=uni%20lyonn"' in page
    page = client.get("/nowhere/%3Cscript%3Ealert(1)", headers=READER).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_ways_on_stay_on_this_server(client: httpx2.Client) -> None:
    page = client.get(f"/sparql?timeout=0.05&query={_ENDLESS}", headers=READER).text
    assert 'href="/sparql?timeout=0.05&amp;query=' in page
    page = client.get("//elsewhere.example/page?x=1", headers=READER).text
    assert 'href="//' not in page


def test_too_many_requests_are_told_on_a_page(http_home: Path) -> None:
    with running(http_home, settings_of(rate=0.1, burst=1)) as address:
        replies = [httpx2.get(f"{address}/", headers=READER) for _ in range(2)]
        assert [r.status_code for r in replies] == [200, 429]
        assert replies[1].headers["retry-after"] == "5"
        assert "Try this address again" in replies[1].text


def test_the_unforeseen_is_a_page_without_a_word_of_the_cause(http_home: Path) -> None:
    app = create_app(http_home, settings_of())

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret of the inside")

    server = uvicorn.Server(
        uvicorn.Config(app, "127.0.0.1", 0, log_config=None, ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        replies = [httpx2.get(f"http://127.0.0.1:{port}/broken", headers=h) for h in (READER, {})]
    finally:
        server.should_exit = True
        thread.join()
    kinds = [r.headers["content-type"] for r in replies]
    assert kinds == ["text/html; charset=utf-8", PROBLEM]
    for reply in replies:
        assert (reply.status_code, "secret" in reply.text) == (500, False)
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "its log says more" in reply.text
