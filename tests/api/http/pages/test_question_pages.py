"""Pages of questions: a thing and its name are one column, sources are links, numbers readable."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2


@dataclass
class _Table(HTMLParser):
    """Heads, and the links of the first row, of the first table of a page."""

    heads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if tag == "th":
            self.heads.append("")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.inside == "th":
            self.heads[-1] += data.strip()


def _read(page: str) -> _Table:
    table = re.search(r"<table class=\"(?!bars)[^>]*>.*?</table>", page, re.S)
    assert table, "the page holds no table"
    found = _Table()
    found.feed(table[0])
    return found


def test_a_thing_and_its_name_share_a_column(client: httpx2.Client) -> None:
    csv = client.get("/queries/funders-by-call?format=csv").text.splitlines()
    assert {"call", "callName"} <= set(csv[0].split(","))
    found = _read(client.get("/questions/funders-by-call").text)
    assert "Call" in found.heads
    assert "Call name" not in found.heads
    assert any(link.startswith("/id/call/") for link in found.links)


def test_sources_are_links(client: httpx2.Client) -> None:
    found = _read(client.get("/questions/funders-by-call").text)
    assert "Source" in found.heads
    assert any(link.startswith("https://example.org/") for link in found.links)


def test_a_picture_counts_what_the_header_says(client: httpx2.Client) -> None:
    """Bars of `funders-by-call`: different funders a country, counted again from the CSV."""
    told = csv.DictReader(io.StringIO(client.get("/queries/funders-by-call?format=csv").text))
    funders: dict[str, set[str]] = defaultdict(set)
    for row in told:
        if row["country"]:
            funders[row["country"]].add(row["funder"])
    page = client.get("/questions/funders-by-call").text
    bars = re.findall(
        r'<tr><th scope="row"><a href="/id/country/(\w\w)">[^<]+</a></th><td class="number">(\d+)',
        page,
    )
    assert {code: int(number) for code, number in bars} == {c: len(f) for c, f in funders.items()}
    assert len(bars) > 1
