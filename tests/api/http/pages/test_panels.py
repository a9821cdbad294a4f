"""Panels of a page: questions of the catalogue with the thing put in, and every number opens."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import polars as pl
import pytest
from cachetools import LRUCache

from permed.api.http.pages import see_also
from permed.api.http.release.served_release import ReleaseServer, ServedRelease
from permed.api.http.release.settings import Settings
from permed.graph.errors import BusyError
from permed.queries.catalogue import Catalogue
from tests.api.http.conftest import settings_of

CALL = "call/era-permed-jtc2018"
CATALOGUE = Catalogue.load()
_BASE = "https://w3id.org/permed/"
_PAYING = """{ { [] pm:funder ?x } UNION
    { [] pm:roleOf ?x ; pm:roleType <https://w3id.org/permed/scheme/role/funder> } }"""


def _panel(page: str, name: str) -> str:
    found = re.search(rf'<section class="panel" id="q-{name}">.*?</section>', page, re.S)
    assert found, name
    return found[0]


def test_a_panel_holds_the_rows_of_its_question(client: httpx2.Client) -> None:
    panel = _panel(client.get(f"/page/id/{CALL}").text, "funders-by-call")
    links = [unescape(a) for a in re.findall(r'href="([^"]*)"', panel)]
    file = next(a for a in links if a.startswith("/queries/funders-by-call?"))
    rows = list(csv.DictReader(io.StringIO(client.get(file).text)))
    funders = {row["funder"].rpartition("/id/")[2] for row in rows}
    assert funders == {"organisation/anr", "organisation/frrb"}
    assert all(f"/id/{funder}" in links for funder in funders)
    assert f"/id/{CALL}" not in links, "a column that only repeats the thing is left out"
    page = next(a for a in links if a.startswith("/questions/funders-by-call?"))
    assert client.get(page).status_code == 200
    query = parse_qs(urlsplit(next(a for a in links if a.startswith("/editor?"))).query)["query"][0]
    accept = {"Accept": "text/csv"}
    again = client.get("/sparql", params={"query": query}, headers=accept).text
    assert len(again.splitlines()) - 1 == len(rows), "the query gives the same rows by itself"


def test_a_question_without_rows_is_no_panel(client: httpx2.Client) -> None:
    assert 'class="panel"' not in client.get("/page/id/event/workshop-2020").text


def _things(client: httpx2.Client, query: str) -> list[str]:
    found = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    return found.text.split()[1:]


def test_what_a_funder_pays_is_asked_of_all_who_fund_and_of_no_others(
    client: httpx2.Client,
) -> None:
    paying = _things(client, f"SELECT DISTINCT ?x {{ ?x a eurio:Organisation . {_PAYING} }}")
    assert len(paying) > 1
    for iri in paying:
        page = client.get(f"/page/{iri.removeprefix(_BASE)}").text
        assert "/questions/who-funds-what?funder=" in page, iri
    other = "SELECT ?x { ?x a eurio:Organisation . [] pm:partner ?x . FILTER NOT EXISTS"
    (iri,) = _things(client, f"{other} {_PAYING} }} ORDER BY ?x LIMIT 1")
    page = client.get(f"/page/{iri.removeprefix(_BASE)}").text
    assert "/questions/organisation-partners?organisation=" in page
    assert "/questions/who-funds-what?funder=" not in page


def _served(seconds: float) -> Any:
    """A release as far as the panels of a call need it."""
    served: Any = object.__new__(ServedRelease)
    served._about = LRUCache(8)
    served.settings = Settings(panel_seconds=seconds)
    roles = pl.DataFrame(schema={"agent": pl.String, "role": pl.String})
    served.directory = SimpleNamespace(row_of={CALL: 0}, rows=lambda *_: roles)
    return served


def test_a_page_waits_for_no_slow_answer_and_its_next_reader_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        ready = asyncio.Event()

        async def slow(_: Any, question: Any, __: Any) -> str | None:
            if question.name == "funders-by-call":
                await ready.wait()
            return question.name if question.name in ("funders-by-call", "call-budgets") else None

        monkeypatch.setattr(see_also, "_panel", slow)
        served = _served(0.05)
        first: Any = await see_also.panels_of(served, CATALOGUE, CALL, [])
        assert (first.shown, first.late) == (["call-budgets"], 1)
        ready.set()
        second: Any = await see_also.panels_of(served, CATALOGUE, CALL, [])
        assert (set(second.shown), second.late) == ({"call-budgets", "funders-by-call"}, 0)

    asyncio.run(run())


def test_an_answer_that_failed_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        asked: list[str] = []

        async def failing(_: Any, question: Any, __: Any) -> None:
            asked.append(question.name)
            if len(asked) == 1:
                raise BusyError("too much to do")

        monkeypatch.setattr(see_also, "_panel", failing)
        served = _served(5.0)
        assert (await see_also.panels_of(served, CATALOGUE, CALL, [])).late == 1
        times = len(asked)
        assert (await see_also.panels_of(served, CATALOGUE, CALL, [])).late == 0
        assert len(asked) == 2 * times
        await see_also.panels_of(served, CATALOGUE, CALL, [])
        assert len(asked) == 2 * times, "and what is there is kept"

    asyncio.run(run())


@pytest.mark.parametrize("made", [True, False])
def test_an_answer_made_ahead_is_not_asked_for(monkeypatch: pytest.MonkeyPatch, made: bool) -> None:
    asked: list[str] = []
    ahead, alone = object(), object()

    async def ask(_: Any, question: Any, *__: Any) -> tuple[object, list[Any]]:
        asked.append(question.name)
        return alone, []

    def table(answer: object, _: Any) -> dict[str, Any]:
        assert answer is (ahead if made else alone)
        return {"total": 0}

    monkeypatch.setattr(see_also, "ask", ask)
    monkeypatch.setattr(see_also, "answer_table", table)
    served: Any = _served(1.0)
    served.base = _BASE
    served.parted = SimpleNamespace(part=lambda *_: ahead if made else None)
    panel = see_also._panel(served, CATALOGUE.get("call-budgets"), {"call": CALL})
    assert asyncio.run(panel) is None
    assert asked == ([] if made else ["call-budgets"])


def test_a_server_makes_answers_ahead_once_it_is_ready(http_home: Path) -> None:
    async def run() -> int:
        server = ReleaseServer(http_home, settings_of(panel_bytes=1 << 20))
        await server.start()
        try:
            while server.current is None or server.current._making is None:
                await asyncio.sleep(0.02)
            await server.current.make_ahead()
            part = server.current.parted.part
            panel = part(CATALOGUE.get("funders-by-call"), {"call": CALL}, 1000)
            return len(panel.rows()) if panel else 0
        finally:
            await server.stop()

    assert asyncio.run(run()) == 2


def test_countries_in_tables_are_names(client: httpx2.Client) -> None:
    page = client.get("/page/id/organisation/dlr").text
    panel = _panel(page, "organisation-partners")
    cells = re.findall(r'<a href="/id/country/([A-Z]{2})">([^<]+)</a>', panel)
    assert cells
    assert all(code != name for code, name in cells)
    assert not re.search(r"<td[^>]*>\s*(<span[^>]*>)?\s*[A-Z]{2}\s*<", panel)
