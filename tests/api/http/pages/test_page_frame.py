"""What every page has: one heading, landmarks, names for what can be used, a way back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2
import pytest

from permed.api.http.pages.questions import by_theme, first_of_each
from permed.queries.catalogue import Catalogue

_PAGES = [
    "/", "/search", "/search?q=permed&page=1", "/search?q=zzzz", "/questions",
    "/questions/funders-by-call", "/questions/experts?minimum=x", "/questions/search?word=zzzz",
    "/editor", "/editor?question=experts", "/docs", "/network", "/path", "/compare?one=DE&other=FR",
    "/map", "/map?country=DE", "/correction?thing=organisation/anr", "/page/id/organisation/anr",
    "/page/id/project/101000001", "/page/id/person/ada-example", "/page/scheme/role/funder",
    "/page/id/consortium/icpermed", "/page/id/country/DE", "/nowhere",
]  # fmt: skip
_NAMED = {"input", "select", "textarea"}


@dataclass
class _Outline(HTMLParser):
    """Headings in order, counts of elements, ids, labels, and what has no name."""

    levels: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _labels: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if identifier := given.get("id"):
            self.ids.append(identifier)
        if tag == "label":
            self._labels.add(given.get("for") or "")
        inside = "label" in self._open
        hidden = given.get("type") == "hidden"  # nobody fills it in
        if tag in _NAMED and not hidden and not inside and given.get("id") not in self._labels:
            self.unnamed.append(str(attrs))
        if tag == "img" and "alt" not in given:
            self.unnamed.append(str(attrs))
        if tag == "svg" and not (given.get("aria-label") or given.get("aria-hidden")):
            self.unnamed.append(str(attrs))
        if tag == "th" and "scope" not in given:
            self.unnamed.append(str(attrs))
        if "tabindex" in given and given["tabindex"] == "0" and not given.get("aria-label"):
            self.unnamed.append(str(attrs))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass


@pytest.mark.parametrize("path", _PAGES)
def test_a_page_can_be_found_ones_way_through(client: httpx2.Client, path: str) -> None:
    text = client.get(path, headers={"Accept": "text/html"}).text
    outline = _Outline()
    outline.feed(text)
    assert outline.levels.count(1) == 1
    assert outline.levels[0] == 1
    assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False))
    for landmark in ("header", "nav", "main", "footer"):
        assert landmark in outline.tags
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.unnamed == []
    assert '<html lang="en">' in text
    assert text.index('class="skip" href="#main"') < text.index('class="brand" href="/"')


def test_every_question_has_one_theme() -> None:
    catalogue = Catalogue.load()
    themes = by_theme(catalogue)
    held = [q.name for questions in themes.values() for q in questions]
    assert sorted(held) == sorted(q.name for q in catalogue)
    first = first_of_each(catalogue, 5)
    assert len({q.name for q in first}) == 5
    assert [q.name for q in first] == [held[0].name for held in list(themes.values())[:5]]


def test_a_form_offers_things_by_name(client: httpx2.Client) -> None:
    page = client.get("/questions/funders-by-call?call=call/era-permed-jtc2018").text
    chosen = '<option value="call/era-permed-jtc2018" selected>'
    assert f"{chosen}ERA PerMed Joint Transnational Call 2018</option>" in page
    assert '<option value="">any</option>' in page


def test_no_row_is_said_in_words(client: httpx2.Client) -> None:
    assert "No rows: nothing in this release" in client.get("/questions/search?word=zzzz").text


def test_the_vocabulary_leads_back(client: httpx2.Client) -> None:
    assert '<a href="/">PerMed Graph</a>' in client.get("/vocabulary/index.html").text
