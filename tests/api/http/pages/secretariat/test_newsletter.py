"""The newsletter over HTTP: page, text and feed, and what is refused."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import httpx2
import pytest


def test_a_first_release_has_no_news_and_says_so(client: httpx2.Client) -> None:
    page = client.get("/newsletter").text
    assert "Only one release is kept, so nothing can be compared yet." in page
    for face in ("/newsletter", "/newsletter.txt", "/newsletter.atom"):  # a name in any language
        told = client.get(f"{face}?since=2020-01-01&country=Deutschland").text
        assert "for Germany since 1 Jan 2020: 0 items" in told
    reply = client.get("/newsletter.atom?since=2020-01-01&topic=<b>")
    assert reply.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(reply.content)
    assert feed.findtext("{http://www.w3.org/2005/Atom}updated")
    assert reply.status_code == 200
    again = client.get(reply.url, headers={"if-none-match": reply.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=yesterday", 400),
        ("since=2999-01-01", 400),
        ("country=Atlantis", 404),
        ("sinse=x", 400),
    ],
)
def test_what_cannot_be_read_is_refused(client: httpx2.Client, query: str, status: int) -> None:
    assert client.get(f"/newsletter.txt?{query}").status_code == status
    assert client.get(f"/newsletter?{query}").status_code == status
