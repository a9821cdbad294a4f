"""The pages of releases hold the numbers of their receipts."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest

from permed.api.http.pages.dataset.releases import in_units, summary_of
from permed.graph.releases.release import Release
from tests.api.http.pages.dataset.conftest import FIRST, SECOND


def test_the_list_says_of_each_when_how_large_and_what_the_gate_found(
    reader: httpx2.Client,
) -> None:
    page = reader.get("/releases").text
    assert page.index(SECOND) < page.index(FIRST), "the newest first"
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row))
    assert "current" in text
    assert "2 rejected, 0 values dropped, 1 warning" in text
    assert "2 came, 1 went, 1 changed" in text
    assert "2 kB" in text
    told = reader.get("/releases", headers={"Accept": "application/json"}).json()["releases"]
    assert [(r["id"], r["current"]) for r in told] == [(SECOND, True), (FIRST, False)]
    assert told[0]["changes"] == {"came": 2, "went": 1, "changed": 1}
    assert told[1]["changes"] is None


def test_the_page_of_a_release_leads_to_its_changes_and_files(reader: httpx2.Client) -> None:
    page = reader.get("/releases/current/", follow_redirects=True).text
    assert f'href="/changes?from={FIRST}&amp;to={SECOND}"' in page
    assert (
        f'href="/changes?from={FIRST}&amp;to={SECOND}&amp;group=people&amp;change=went">1' in page
    )
    assert f'href="/releases/{SECOND}/void.ttl"' in page
    assert "Sample" in page
    data = reader.get(f"/releases/{SECOND}/", headers={"Accept": "application/json"})
    assert data.json()["release"] == SECOND
    assert data.headers["vary"] == "Accept"
    also = reader.get(f"/releases/{SECOND}/?format=json")
    assert also.json() == data.json()


def test_a_summary_adds_up(two_small: Path) -> None:
    found = summary_of(Release(two_small / SECOND))
    assert (found.issues, found.size) == ({"rejected": 2, "dropped": 0, "warning": 1}, 1500)
    assert found.against == FIRST


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1500, "2 kB"),
        (59_328_692, "59.3 MB"),
        (3_200_000_000, "3.2 GB"),
    ],
)
def test_sizes_are_written_in_the_unit_that_people_use(size: int, words: str) -> None:
    assert in_units(size) == words
