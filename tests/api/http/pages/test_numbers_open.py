"""Every number of a page opens into its rows: it is a link, or its table has its query and a file.

A page is read as its reader sees it: boxes of figures, and the cells of tables that hold a number.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from tests.api.http.conftest import running, settings_of

# each part of these tells its own rows; the others are one selection, told once on the page
IN_PARTS = (
    "/",
    "/page/id/organisation/dlr",
    "/page/id/country/FI",
    "/page/id/project/101137129",
    "/page/id/programme/h2020",
    "/page/scheme/euroscivoc/337",
    "/page/id/region/ES51",
)
AS_A_WHOLE = (
    "/search?kind=projects&view=table",
    "/search?kind=projects&view=chart",
    "/network?relation=csa",
    "/map/flows?relation=csa",
    "/map?country=FI",
    "/questions/country-balance",
    "/compare?one=FI&other=DK",
    "/compare?one=organisation/dlr&other=organisation/anr",
)
_VOID = {"br", "hr", "img", "input", "link", "meta", "wbr", "path", "circle", "line", "rect"}


@dataclass
class _Part:
    """A section, or the page: its links, and the numbers in it that are no link."""

    name: str
    links: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def opens(self) -> bool:
        has_file = any(re.search(r"csv|xlsx", link) for link in self.links)
        return has_file and any(re.search(r"^/editor|#sparql", link) for link in self.links)


class _Numbers(HTMLParser):
    """Walks a page; `parts` holds its sections, the page itself first."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [_Part("page")]
        self._open: list[tuple[str, str, _Part | None]] = []
        self._cell: str | None = None
        self._linked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        said = dict(attrs)
        kind = said.get("class") or ""
        part = None
        if tag == "section":
            part = _Part(said.get("id") or said.get("aria-labelledby") or "section")
            self.parts.append(part)
        self._open.append((tag, kind, part))
        if tag == "a":
            for one in self._around():
                one.links.append(said.get("href") or "")
            self._linked = True
        if (tag == "td" and "number" in kind.split()) or (tag == "strong" and self._in_tile()):
            self._cell, self._linked = "", tag == "strong" and self._inside("a")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._inside(tag):
            return
        if self._cell is not None and tag in ("td", "strong"):
            if re.search(r"\d", self._cell) and not self._linked:
                self._around()[-1].bare.append(self._cell.strip())
            self._cell = None
        while self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell += data

    def _around(self) -> list[_Part]:
        return [self.parts[0], *(part for *_, part in self._open if part)]

    def _inside(self, tag: str) -> bool:
        return any(one == tag for one, *_ in self._open)

    def _in_tile(self) -> bool:
        return any("tiles" in kind.split() for _, kind, _ in self._open)


@pytest.fixture(scope="module")
def web(home: Path) -> Iterator[httpx2.Client]:
    with (
        running(home, settings_of(ready=1, disk_first=False, deadline_seconds=60)) as address,
        httpx2.Client(base_url=address, timeout=60, follow_redirects=True) as client,
    ):
        yield client


@pytest.mark.long
@pytest.mark.parametrize("path", [*IN_PARTS, *AS_A_WHOLE])
def test_every_number_opens_into_its_rows(web: httpx2.Client, path: str) -> None:
    reply = web.get(path)
    assert reply.status_code == 200
    assert shut(reply.text, in_parts=path in IN_PARTS) == {}


@pytest.mark.long
def test_the_list_behind_a_country_is_as_long_as_its_number(web: httpx2.Client) -> None:
    home = web.get("/").text
    links = re.findall(r'href="(/search\?kind=projects&amp;country=[^"]+)">(\d+)<', home)
    assert len(links) > 5
    page = web.get("/page/id/country/FI").text
    links += re.findall(r'href="(/search\?kind=projects[^"]+)"><strong>(\d+)</strong>', page)
    for href, number in [*links[:3], links[-1]]:
        rest = html.unescape(href).replace("/search?kind=projects&", "/api/v1/projects?limit=1&")
        assert web.get(rest).headers["X-Permed-Total"] == number


def shut(page: str, *, in_parts: bool) -> dict[str, list[str]]:
    """Return the numbers that lead nowhere, by the part of the page in which they stand."""
    walk = _Numbers()
    walk.feed(page)
    whole = walk.parts[0].opens() and not in_parts
    return {p.name: p.bare for p in walk.parts if p.bare and not (p.opens() or whole)}


def test_a_bare_number_is_found() -> None:
    table = '<table><tr><td class="number">{}</td></tr></table>'
    bare, linked = table.format(7), table.format('<a href="/x">7</a>')
    assert shut(f'<section id="s">{bare}</section>', in_parts=True) == {"s": ["7"]}
    assert shut(f'<section id="s">{linked}</section>', in_parts=True) == {}
    ways = '<a href="/editor?query=x">q</a><a href="/sparql?format=csv">f</a>'
    assert shut(f"<section>{bare}{ways}</section>", in_parts=True) == {}
    assert shut(f'<section id="s">{bare}</section>{ways}', in_parts=True) == {"s": ["7"]}
    assert shut(f"<section>{bare}</section>{ways}", in_parts=False) == {}
