"""What a reader is told of the changes, against a comparison of the tables by hand."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.dataset.changes import _DERIVED, GROUP_WORDS
from permed.api.http.rest.changes import GROUPS, changes_between
from permed.graph.errors import NotFoundError, RemovedError
from permed.graph.releases import history
from tests.api.http.pages.dataset.conftest import FIRST, SECOND, before
from tests.api.http.sample import counted, tables


def keys(frame: pl.DataFrame, *columns: str) -> set[str]:
    return {" ".join(str(v or "") for v in row) for row in frame.select(columns).iter_rows()}


def test_the_rows_are_what_the_tables_differ_in(two_small: Path) -> None:
    pair = changes_between(two_small, SECOND)
    old, new = before(), tables()
    role = ("agent", "activity", "role", "start")
    expected = {
        ("events", "came", i) for i in keys(new["activities"], "id") - keys(old["activities"], "id")
    }
    expected |= {
        ("people", "went", i) for i in keys(old["persons"], "id") - keys(new["persons"], "id")
    }
    expected |= {
        ("roles", "came", i) for i in keys(new["roles"], *role) - keys(old["roles"], *role)
    }
    expected |= {("organisations", "changed", "organisation/dlr")}
    assert {(r["group"], r["change"], r["id"]) for r in pair.rows.to_dicts()} == expected
    assert (pair.before, pair.after) == (FIRST, SECOND)


def test_the_page_names_counts_and_links_every_change(reader: httpx2.Client) -> None:
    page = reader.get("/changes").text
    assert f'href="/releases/{FIRST}/"' in page
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "DLR changed city Köln Bonn" in text or "Center changed city Köln Bonn" in text
    assert f'href="/id/person/bob?release={FIRST}"' in page, "what went is read where it was"
    assert "Bob &lt;b&gt;Gone" in page
    assert 'href="/id/event/workshop-2020"' in page
    assert 'href="/id/person/ada-example"' in page, "both ends of a role"
    assert 'href="/id/body/executive-committee"' in page
    for words in ("Events", "People", "Organisations", "Roles: who takes part in what"):
        assert f">{words}" in page
    only = reader.get(f"/changes?from={FIRST}&to={SECOND}&group=people").text
    assert "person/bob" in only
    assert "organisation/dlr" not in only.partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_front_page_tells_of_them(reader: httpx2.Client) -> None:
    page = reader.get("/").text
    assert f'href="/changes?from={FIRST}&amp;to={SECOND}"' in page
    assert "Workshop on prevention" in page
    assert "People: 1 went" in page
    assert "What changed <small>" not in reader.get(f"/?release={FIRST}").text, "none before it"


def test_files_hold_all_rows(reader: httpx2.Client, two_small: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(reader.get("/api/v1/changes?format=csv").text)))
    found = changes_between(two_small, SECOND).rows
    assert [r["id"] for r in rows] == found["id"].to_list()
    some = reader.get("/api/v1/changes?group=people&change=went&format=json")
    assert [r["id"] for r in some.json()] == ["person/bob"]
    assert some.headers["x-permed-total"] == "1"
    turned = reader.get(f"/api/v1/changes?from={SECOND}&to={FIRST}&group=people&format=json").json()
    assert [r["change"] for r in turned] == ["came"], "not recorded: compared when asked"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("from=none", 404, "never a release"),
        ("to=2026", 404, "never a release"),
        ("to=..%2F..", 404, "never a release"),
        ("group=project", 400, "did you mean projects"),
        ("change=gone", 400, "came, went, changed"),
        ("format=docx", 400, "unknown format"),
        ("since=x", 400, "unknown parameter"),
    ],
)
def test_what_there_is_not_is_told(
    reader: httpx2.Client, query: str, status: int, words: str
) -> None:
    answer = reader.get(f"/api/v1/changes?{query}", headers={"Accept": "*/*"})
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text
    if "format" not in query and "since" not in query:
        page = reader.get(f"/changes?{query}")
        assert page.status_code == status
        assert 'role="alert"' in page.text


def test_a_release_that_is_gone_is_told_but_its_record_is_read(
    two_small: Path, tmp_path: Path
) -> None:
    (tmp_path / SECOND).symlink_to(two_small / SECOND)
    history.record(tmp_path, FIRST, "promote")
    pair = changes_between(tmp_path, SECOND)
    assert pair.before == FIRST
    assert pair.rows.height > 3
    with pytest.raises(RemovedError):
        changes_between(tmp_path, FIRST)
    with pytest.raises(NotFoundError):
        changes_between(tmp_path, SECOND, "2020-01-01-none")


def test_the_first_release_has_nothing_before_it(reader: httpx2.Client, two_small: Path) -> None:
    assert changes_between(two_small, FIRST).before is None
    assert "first release kept here" in reader.get(f"/changes?to={FIRST}").text


def test_every_group_has_words_and_what_is_derived_is_left_out() -> None:
    assert set(GROUP_WORDS) == set(GROUPS)
    assert set(_DERIVED) == set(counted(tables()))


def test_the_feed_tells_of_them(reader: httpx2.Client) -> None:
    feed = ElementTree.fromstring(reader.get("/releases.atom").text)
    texts = [e.text or "" for e in feed.iter("{http://www.w3.org/2005/Atom}summary")]
    assert f"Since {FIRST}: 2 came, 1 went, 1 changed." in texts[0]
    assert "Since" not in texts[1]
