"""Pages of questions: a thing and its name are one column, sources are links, numbers readable."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx2
import pyoxigraph as ox
import pytest

from permed.api.http.pages import answer_table
from permed.api.http.pages.answer_table import Cell
from permed.api.http.pages.thing import Value


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


def test_columns_stand_in_the_order_of_the_query_whatever_the_first_row_lacks(
    web: httpx2.Client,
) -> None:
    asked = "funders-by-call?call=call/era-permed-jtc2021"
    header, first, *_ = csv.reader(io.StringIO(web.get(f"/queries/{asked}&format=csv").text))
    assert not first[header.index("region")]
    heads = _read(web.get(f"/questions/{asked}").text).heads
    named = [name.removesuffix("Name").lower() for name in header if f"{name}Name" not in header]
    told = [head.lower().replace(" ", "") for head in heads]
    assert told == [name for name in named if name in told]
    assert "region" in told


def test_a_thing_and_its_name_share_a_column(client: httpx2.Client) -> None:
    csv = client.get("/queries/funders-by-call?format=csv").text.splitlines()
    assert {"call", "callName"} <= set(csv[0].split(","))
    found = _read(client.get("/questions/funders-by-call").text)
    assert "Call" in found.heads
    assert "Call name" not in found.heads
    assert any(link.startswith("/id/call/") for link in found.links)


@pytest.mark.parametrize(
    ("column", "head"),
    [
        ("euContribution", "EU contribution"), ("withDoi", "With DOI"), ("doi", "DOI"),
        ("partnersWithRor", "Partners with ROR"), ("specific", "Specific"),
        ("ericYear", "ERIC year"),
    ],
)  # fmt: skip
def test_heads_are_words_and_acronyms_stay_in_capitals(column: str, head: str) -> None:
    assert answer_table._head(column, words=True) == head
    assert answer_table._head(column, words=False) == column


def test_sentences_have_a_column_wide_enough() -> None:
    told = [Cell([Value("x" * n)]).is_long for n in (0, 60, 61)]
    assert told == [False, False, True]
    assert not Cell([Value("https://" + "x" * 90, "https://x")]).is_long
    assert not Cell([]).is_long


def test_cities_in_capitals_are_written_as_elsewhere() -> None:
    line = [Cell([Value("SANTIAGO DE COMPOSTELA")]), Cell([Value("CNRS")]), Cell([])]
    told = [[v.text for v in cell.values] for cell in answer_table._cities_named(line, [0, 2])]
    assert told == [["Santiago de Compostela"], ["CNRS"], []]


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


@pytest.mark.parametrize("asked", ["", "?call="], ids=["as it stands", "of all calls"])
def test_a_table_that_one_page_does_not_hold_goes_on_at_the_next(
    client: httpx2.Client, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    place = f"/questions/funders-by-call{asked}"
    whole = client.get(place).text
    assert "Parts of the table" not in whole
    rows = _rows(whole)
    assert len(rows) > 1
    monkeypatch.setattr(answer_table, "_MOST_ROWS", 1)
    found: list[str] = []
    parts = 0
    while place:
        page = client.get(place).text
        parts += 1
        told = re.search(r"rows (\d+) to (\d+) stand here, part (\d+) of (\d+)", page)
        assert told
        first, last, part, of = map(int, told.groups())
        assert (part, of, first) == (parts, len(rows), len(found) + 1)
        found += _rows(page)
        assert last == len(found)
        before = re.search(r'rel="prev" href="([^"]+)"', page)
        assert (before is None) is (part == 1)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        place = unescape(further[1]) if further else ""
        assert not place or place.endswith(f"/rows/{part + 1}{asked}")
    assert found == rows
    assert parts == of


def test_further_rows_that_there_are_not_are_refused(client: httpx2.Client) -> None:
    for part in ("0", "1", "2", "99", "x", "-1", "2.5"):
        assert client.get(f"/questions/funders-by-call/rows/{part}").status_code == 404, part
    assert client.get("/questions/none/rows/2").status_code == 404
    refused = client.get("/questions/funders-by-call/rows/2?kall=x")
    assert refused.status_code == 400


def test_parts_hold_all_rows_and_no_more_than_a_page_bears() -> None:
    rows = [{"name": ox.Literal("x" * (n * 7919 % 3000)), "at": None} for n in range(2_000)]
    rows[700] = {"name": ox.Literal("x" * 900_000), "at": None}
    parts = answer_table.table_parts(rows)
    assert [n for begin, end in parts for n in range(begin, end)] == list(range(len(rows)))
    for begin, end in parts:
        said = sum(len(str(row["name"])) for row in rows[begin:end])
        assert 0 < end - begin <= 500
        assert said <= 200_000 or end - begin == 1
    assert len(parts) < 2 * 2_000 * 1_600 // 200_000
    assert answer_table.table_parts([]) == [(0, 0)]


def _rows(page: str) -> list[str]:
    table = re.search(r'<table class="sortable.*?</table>', page, re.S)
    assert table
    return re.findall(r"<tr><td.*?</tr>", table[0], re.S)
