"""Reporting a mistake: prefilled, limited, kept outside the graph, shown to nobody."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from permed.graph.contributions.corrections import Corrections
from tests.api.cli.conftest import Permed
from tests.api.cli.conftest import permed as permed
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

THING = "organisation/dlr"


@pytest.fixture
def own_home(tmp_path: Path) -> Path:
    make_release(tmp_path, "2026-01-01-sample", "")
    return tmp_path


@pytest.fixture
def web(own_home: Path) -> Iterator[httpx2.Client]:
    """A server of its own: what is reported stays out of the shared home."""
    with running(own_home, settings_of()) as address, httpx2.Client(base_url=address) as client:
        yield client


def test_from_the_page_to_the_queue(web: httpx2.Client, own_home: Path, permed: Permed) -> None:
    page = web.get(f"/page/id/{THING}").text
    links = [html.unescape(a) for a in re.findall(r'href="(/correction\?[^"]+)"', page)]
    assert links
    said = {k: v[0] for k, v in parse_qs(urlsplit(links[0]).query).items()}
    assert said["thing"] == THING
    assert {"statement", "value"} <= set(said)
    form = web.get(links[0]).text
    assert html.escape(said["value"], quote=False) in html.unescape(form)
    done = web.post("/correction", data={**said, "message": "<b>It moved</b> in 2020"})
    number = re.findall(r"<code>(c-[0-9a-f]{8})</code>", done.text)[0]
    (kept,) = Corrections(own_home).list()
    assert (kept.id, kept.thing, kept.message) == (number, THING, "<b>It moved</b> in 2020")
    assert (kept.value, kept.release) == (said["value"], "2026-01-01-sample")
    for address in (f"/page/id/{THING}", "/correction", f"/data/id/{THING}.ttl", "/"):
        assert "It moved" not in web.get(address).text
    listed = json.loads(permed("corrections", "list", "--json", "--into", str(own_home)).stdout)
    assert [row["id"] for row in listed] == [number]
    assert (
        permed("corrections", "settle", number, "--as", "rejected", "--into", str(own_home)).code
        == 0
    )
    assert "no report waits" in permed("corrections", "list", "--into", str(own_home)).stderr


def test_what_is_refused_stays_in_the_form(web: httpx2.Client, own_home: Path) -> None:
    said = {
        "thing": THING,
        "statement": "city",
        "value": '"><script>',
        "message": "a@b.org told me",
    }
    page = web.post("/correction", data=said)
    assert page.status_code == 400
    assert "leave out e-mail" in page.text
    assert "<script>" not in page.text
    assert "a@b.org told me</textarea>" in page.text
    assert web.post("/correction", data={**said, "thing": "organisation/none"}).status_code == 404
    assert Corrections(own_home).list() == []


def test_one_client_cannot_fill_the_queue(web: httpx2.Client, own_home: Path) -> None:
    said = {"thing": THING, "message": "something is wrong here"}
    codes = [web.post("/correction", data=said).status_code for _ in range(9)]
    assert codes == [200] * 6 + [429] * 3
    assert len(Corrections(own_home).list()) == 6


MISSING = {
    "kind": "project",
    "name": "PERBRAIN",
    "of": "ERA PerMed JTC2018",
    "source": "https://example.org/perbrain",
    "message": "",
}


def test_a_missing_project_goes_into_the_same_queue(
    web: httpx2.Client, own_home: Path, permed: Permed
) -> None:
    form = web.get("/missing?kind=project&of=ERA%20PerMed%20JTC2018").text
    assert 'value="ERA PerMed JTC2018"' in form
    assert "<option selected>project</option>" in form
    done = web.post("/missing", data=MISSING).text
    number = re.findall(r"<code>(c-[0-9a-f]{8})</code>", done)[0]
    (kept,) = Corrections(own_home).list()
    assert (kept.id, kept.missing, kept.value, kept.statement, kept.source) == (
        number, "project", "PERBRAIN", "ERA PerMed JTC2018", "https://example.org/perbrain"
    )  # fmt: skip
    for address in ("/missing", "/questions", "/search?q=PERBRAIN"):
        assert "PERBRAIN" not in web.get(address).text.replace("q=PERBRAIN", "").replace(
            'value="PERBRAIN"', ""
        ).replace("“PERBRAIN”", "")
    settled = permed("corrections", "settle", number, "--as", "accepted", "--into", str(own_home))
    assert "PERBRAIN" in settled.stderr


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"name": " "}, "say what is missing"),
        ({"source": "a friend"}, "give the address of a page"),
        ({"kind": "unicorn"}, "kind unicorn: use project, call"),
        ({"message": "ask x@example.org"}, "leave out e-mail"),
        ({"name": "P" * 1001}, "1,001 letters"),
    ],
)
def test_a_report_of_something_missing_is_checked(
    web: httpx2.Client, own_home: Path, said: dict[str, str], says: str
) -> None:
    page = web.post("/missing", data={**MISSING, **said})
    assert page.status_code == 400
    assert says in html.unescape(page.text)
    assert Corrections(own_home).list() == []
