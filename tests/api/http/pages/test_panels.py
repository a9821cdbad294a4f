"""Panels of a page: questions of the catalogue with the thing put in, and every number opens."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2

CALL = "call/era-permed-jtc2018"
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
