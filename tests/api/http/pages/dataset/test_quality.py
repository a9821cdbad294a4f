"""The page about quality against the issues table and the record tables, counted by hand."""

from __future__ import annotations

import json
import re
from collections import Counter

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.dataset.quality import (
    findings,
    issues_file,
    known_of_kinds,
    source_states,
)
from permed.api.http.release.directory import Directory
from permed.graph.releases.citation import citation_of
from permed.graph.releases.release import Release


def test_every_issue_is_in_one_finding(release: Release, directory: Directory) -> None:
    found = findings(release, directory)
    assert sum(f.count for f in found) == release.issues.height > 100
    expected = Counter(row["severity"] for row in release.issues.to_dicts())
    told: Counter[str] = Counter()
    for finding in found:
        told[finding.severity] += finding.count
        assert "<http" not in finding.reason, "words in the place of addresses"
    assert told == expected
    event = next(f for f in found if f.reason.startswith("Say when the event was held"))
    assert event.reason.endswith("(start date)")
    assert all((v.href or "").startswith("/id/event/") for v in event.examples)


def test_sources_say_how_much_and_how_new(release: Release) -> None:
    for state in source_states(release):
        if state.name not in release.sources:
            continue
        frames = release.tables(state.name).values()
        assert state.rows == sum(frame.height for frame in frames), state.name
        days = [d for f in frames if "seen" in f.columns for d in f["seen"].drop_nulls()]
        assert state.newest == max(days, default=""), state.name


def test_shares_are_what_the_tables_hold(release: Release, directory: Directory) -> None:
    known = {(k.kind, k.what): k for k in known_of_kinds(directory)}
    rows = release.all_tables()
    organisations = set(rows["organisations"]["id"])
    its_own = pl.col("match").fill_null("exact") == "exact"
    scheme = rows["identifiers"].filter(pl.col("scheme") == "ror", its_own)["entity"]
    ror = known["Organisations", "identifier: ROR"]
    assert (ror.count, ror.total) == (len(set(scheme) & organisations), len(organisations))
    assert ror.percent == round(100 * ror.count / ror.total, 1)
    dated = rows["activities"].filter(pl.col("kind") == "event")
    day = known["Events", "day"]
    assert (day.count, day.total) == (dated["start"].drop_nulls().len(), dated.height)


@pytest.mark.parametrize(
    "path", ["/quality", "/about", "/changes", "/releases", "/network/report/"]
)
def test_nothing_in_the_foot_downloads_a_file(client: httpx2.Client, path: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = client.get(path, headers=browser).text
    foot = page.partition("<footer>")[2]
    links = re.findall(r'href="(/[^"]*)"', foot)
    assert {"/quality", "/about", "/network/report/", "/changes", "/releases"} <= set(links)
    for link in links:
        answer = client.get(link, headers=browser, follow_redirects=True)
        assert answer.headers["content-type"].startswith("text/html"), link
        assert "attachment" not in answer.headers.get("content-disposition", "")


def test_about_tells_sources_citation_removal_and_contact(client: httpx2.Client) -> None:
    page = client.get("/about").text
    assert "CC BY 4.0" in page
    assert "@misc{permed-graph-2026-01-01-sample," in page
    assert "year = {2026}" in page
    assert "no e-mail address" in page
    person = client.get("/page/id/person/ada-example").text
    asked = re.search(r'href="(/correction\?[^"]*removed)"', person)
    assert asked is not None
    form = client.get(asked[1].replace("&amp;", "&")).text
    assert "Please remove this entry." in form


def test_what_the_gate_found_can_be_had_whole(release: Release) -> None:
    citation = citation_of(release)
    rows = release.issues
    table = pl.read_csv(issues_file(rows, citation, "csv"), infer_schema=False)
    assert (table.height, table.columns) == (rows.height, rows.columns)
    assert json.loads(issues_file(rows, citation, "json"))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_each_form_of_it_is_offered_and_answers(client: httpx2.Client, form: str) -> None:
    address = f"/quality/issues?format={form}"
    assert f'href="{address}"' in client.get("/quality").text
    answer = client.get(address)
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["content-disposition"]
    assert client.get("/quality/issues?format=doc").status_code == 400
