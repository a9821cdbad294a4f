"""The overview of classes beside the editor: what the graph holds, each with a query that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import make_release

pytestmark = pytest.mark.slow  # each test has a server of its own

PERSON = "http://data.europa.eu/s66#Person"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[httpx2.Client]:
    """A server of a release whose receipt counts its classes, as those of builds do."""
    release = make_release(tmp_path, "2026-01-01-counted")
    receipt = release.receipt | {"counts": {"classes": {PERSON: 1, "http://x/y#Other": 7}}}
    (release.path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    with (
        running(tmp_path, settings_of(ready=1)) as address,
        httpx2.Client(base_url=address, timeout=20) as client,
    ):
        yield client


def test_classes_stand_beside_the_editor_with_queries_that_run(web: httpx2.Client) -> None:
    page = web.get("/editor").text
    rows = re.findall(
        r'<li><a href="([^"]*)" title="([^"]*)">([^<]*)</a>[^<]*<small[^>]*>(\d+)', page
    )
    assert [(iri, count) for _, iri, _, count in rows] == [("http://x/y#Other", "7"), (PERSON, "1")]
    assert rows[1][2] == "person"
    query = parse_qs(urlsplit(unescape(rows[1][0])).query)["query"][0]
    answer = web.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text
    assert "person/ada-example,Ada Example" in answer


def test_a_question_is_asked_where_its_address_says_so(web: httpx2.Client) -> None:
    page, shown = (web.get(f"/editor?question=funders-by-call{run}").text for run in ("&run=1", ""))
    rows = web.get("/queries/funders-by-call?format=csv").text.splitlines()[1:]
    assert f"{len(rows)} rows" in page
    assert page.partition('id="result"')[2].count("<tr><td") == len(rows) > 1
    assert "<tr><td" not in shown
    assert (
        page.partition("<textarea")[2].partition("</textarea>")[0]
        == (shown.partition("<textarea")[2].partition("</textarea>")[0])
    )
