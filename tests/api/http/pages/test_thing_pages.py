"""Pages of things: who leads stands first, figures keep their doubt, days their precision."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.figures import reported
from permed.api.http.pages.roles import role_rows
from permed.api.http.release.directory import Directory
from permed.ontology import PREFIXES
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import BASE, make_release

_PM = str(PREFIXES["pm"])


def _directory() -> Directory:
    things = pl.DataFrame(
        [
            ("organisation/a", "ALPHA UNIVERSITY HOSPITAL", None, None),
            ("organisation/b", "Beta", None, None),
            ("organisation/c", "Gamma", None, None),
            ("project/1", "Old", "2015-01-01", "2018-12-31"),
            ("project/2", "New", "2021-03-01", "2024-02-29"),
        ],
        schema=["id", "label", "start", "end"],
        orient="row",
    )
    nil = pl.DataFrame()
    return Directory(BASE, things, nil, nil, nil, nil, nil, nil, nil)


def _roles(*rows: tuple[str, str, str, str | None]) -> pl.DataFrame:
    told = [(a, b, f"scheme/role/{role}", start, None) for a, b, role, start in rows]
    return pl.DataFrame(told, schema=["agent", "activity", "role", "start", "end"], orient="row")


def test_who_leads_stands_first_the_others_by_name() -> None:
    roles = _roles(
        ("organisation/c", "project/2", "coordinator", None),
        ("organisation/b", "project/2", "participant", None),
        ("organisation/a", "project/2", "participant", "2022-05-02"),
        ("organisation/a", "project/2", "participant", "2022-05-02"),
    )
    found = role_rows(_directory(), roles, "agent")
    assert [row.text for row in found.rows] == ["Gamma", "Alpha University Hospital", "Beta"]
    assert [(row.period, row.whole) for row in found.rows] == [
        ("Mar 2021 to Feb 2024", True),
        ("since 2 May 2022", False),
        ("Mar 2021 to Feb 2024", True),
    ]
    assert (found.total, found.rows[0].href) == (3, "/id/organisation/c")


def test_activities_stand_with_the_newest_first() -> None:
    roles = _roles(
        ("organisation/a", "project/1", "participant", None),
        ("organisation/a", "project/2", "participant", None),
    )
    assert [r.text for r in role_rows(_directory(), roles, "activity").rows] == ["New", "Old"]


def test_a_page_holds_the_first_roles_and_knows_them_all() -> None:
    roles = _roles(*((f"organisation/{n}", "project/1", "participant", None) for n in range(400)))
    found = role_rows(_directory(), roles, "agent")
    assert (len(found.rows), found.total) == (300, 400)


def test_figures_keep_their_doubt_and_stand_in_order_of_time() -> None:
    def figure(value: str, year: str, qualifier: str) -> dict[str, str]:
        return {
            f"{_PM}figureOf": "x",
            f"{_PM}indicator": "members",
            f"{_PM}value": value,
            f"{_PM}asOf": f"{year}-01-01",
            f"{_PM}asOfAsStated": year,
            f"{_PM}qualifier": f"qualifier/{qualifier}",
        }

    founded = {
        f"{_PM}figureOf": "x",
        f"{_PM}indicator": "founded",
        f"{_PM}dateValue": "2013-12-01",
        f"{_PM}dateAsStated": "2013-12",
        f"{PREFIXES['prov']}wasDerivedFrom": "https://www.example.org/page",
    }
    nodes = {
        "1": figure("2600", "2024", "at least"),
        "2": figure("400", "2020", "exact"),
        "3": founded,
        "4": figure("1", "2019", "exact") | {f"{_PM}figureOf": "another"},
    }
    rows = reported("x", nodes, lambda iri: iri.rsplit("/", 1)[-1])
    told = [(r.what, r.when, r.value, r.host) for r in rows]
    assert told == [
        ("founded", "", "Dec 2013", "example.org"),
        ("members", "2020", "400", ""),
        ("members", "2024", "at least 2\u202f600", ""),
    ]


def test_a_day_that_a_source_gave_as_a_month_stays_a_month(client: httpx2.Client) -> None:
    page = client.get("/page/id/consortium/icpermed").text
    facts = dict(
        re.findall(r'<dt[^>]*>([^<]*)</dt>\s*<dd><span class="value">([^<]*)</span>', page)
    )
    assert facts["start date"] == "Nov 2016"
    assert "1 Nov 2016" not in page


def test_identifiers_lead_to_their_registries(client: httpx2.Client) -> None:
    page = client.get("/page/id/organisation/anr").text
    assert re.search(r'<a href="https://ror.org/00rbzpz17"><code>00rbzpz17</code></a>', page)
    assert "<code>999999999</code>" in page


@pytest.mark.slow
def test_a_hub_with_more_roles_than_a_document_holds_has_its_page(tmp_path: Path) -> None:
    hub = f"{BASE}id/organisation/hub"
    label = f"<{PREFIXES['rdfs']}label>"
    lines = [
        f"<{hub}> <{PREFIXES['rdf']}type> <{PREFIXES['eurio']}Organisation> .",
        f'<{hub}> {label} "A hub" .',
    ]
    for n in range(2000):
        role = f"<{BASE}id/role/{n}>"
        lines += [
            f"{role} <{_PM}roleOf> <{hub}> .",
            f"{role} <{_PM}roleIn> <{BASE}id/project/779282> .",
            f'{role} {label} "a role" .',
        ]
    make_release(tmp_path, "2026-01-02-hub", "\n".join(lines) + "\n")
    with running(tmp_path, settings_of()) as address:
        page = httpx2.get(f"{address}/page/id/organisation/hub", timeout=20)
        assert (page.status_code, "<h1>A hub</h1>" in page.text) == (200, True)
        data = httpx2.get(f"{address}/data/id/organisation/hub.nt", timeout=20)
        assert data.headers["x-permed-truncated"] == "triples"
        assert f'<{hub}> {label} "A hub"' in data.text


def test_the_relevance_stands_with_who_judged_it_and_why(client: httpx2.Client) -> None:
    accept = {"accept": "text/html"}
    judged, unjudged = (
        re.search(
            r"relevance to personalised medicine</dt>\s*<dd>(.*?)</dd>",
            client.get(f"/id/project/{number}", headers=accept, follow_redirects=True).text,
            re.DOTALL,
        )
        for number in ("101000001", "779282")
    )
    assert judged
    assert unjudged
    assert '<small class="note">lexicon-1: title: &#34;personalised&#34;</small>' in judged[1]
    assert "<small" not in unjudged[1]
