"""News since a day: what came and stayed, in words, for a country or a topic."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from permed.api.text.newsletter import as_atom, as_text
from permed.graph.releases.changes import CHANGE_SCHEMA
from permed.graph.releases.newsletter import NewsItem, NewsScope, newsletter
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES

TABLE_ROWS: dict[str, list[dict[str, str]]] = {
    "activities": [
        {"id": "call/a", "kind": "call", "title": "Cancer call", "acronym": "JTC1"},
        {"id": "event/b", "kind": "event", "title": "Workshop", "country": "country/FI"},
    ],
    "organisations": [{"id": "organisation/x", "name": "X Agency", "country": "country/FI"}],
    "persons": [{"id": "person/here", "name": "Here I. Am"}],
    "classifications": [{"entity": "event/b", "topic": "t/1"}],
    "topics": [{"id": "t/1", "label": "Genomics"}],
}
SINCE = dt.date(2026, 3, 1)


def _row(kind: str, change: str, key: str, name: str, **more: str) -> dict[str, Any]:
    return {"kind": kind, "change": change, "id": key, "name": name, "source_url": "https://s.org"
            } | more  # fmt: skip


def _moved(before: str, after: str) -> dict[str, Any]:
    told = {"field": "start", "before": before, "after": after}
    return _row("activities", "changed", "event/b", "Workshop", **told)


def _release(home: Path, name: str, built: str, changes: list[dict[str, Any]]) -> Release:
    folder = home / name
    (folder / "graphs").mkdir(parents=True)
    (folder / "tables" / "own").mkdir(parents=True)
    pl.DataFrame(changes, schema=CHANGE_SCHEMA).write_parquet(folder / "changes.parquet")
    for table, rows in TABLE_ROWS.items():
        frame = pl.DataFrame(rows, schema=TABLES[table].schema)
        frame.write_parquet(folder / "tables" / "own" / f"{table}.parquet")
    told = {
        "built": f"{built}T00:00:00+00:00",
        "sources": {"own": {}},
        "base": "https://w3id.org/permed/",
    }
    (folder / "receipt.json").write_text(json.dumps(told))
    return Release(folder)


@pytest.fixture
def current(tmp_path: Path) -> Release:
    _release(tmp_path, "2026-01-01-aaaaaaaa", "2026-01-01",
             [_row("activities", "came", "call/old", "Old call")])  # fmt: skip
    _release(tmp_path, "2026-04-01-bbbbbbbb", "2026-04-01", [
        _row("activities", "came", "call/a", "JTC1"),
        _row("activities", "came", "event/gone", "Cancelled"),
        _row("roles", "came", "person/gone event/b speaker ", "Gone Person, Workshop"),
        _row("roles", "came", "person/here event/b speaker ", "Here I. Am, Workshop"),
        _moved("2026", "2026-05"),
    ])  # fmt: skip
    return _release(tmp_path, "2026-05-01-cccccccc", "2026-05-01", [
        _row("activities", "went", "event/gone", "Cancelled"),
        _row("roles", "came", "organisation/x call/a funder ", "X Agency, JTC1"),
        _moved("2026-05", "2026-05-07"),
    ])  # fmt: skip


def _texts(items: list[NewsItem]) -> list[str]:
    return [item.text for item in items]


def test_what_came_and_stayed_is_told(current: Release) -> None:
    found = newsletter(current.path.parent, current, NewsScope(SINCE))
    assert _texts(found) == [
        "JTC1: Cancer call",
        "Here I. Am: speaker in Workshop",
        "X Agency: funder in JTC1",
        "Workshop: start was 2026, is 2026-05-07",
    ]
    whole = " ".join(_texts(found))
    assert "Gone Person" not in whole  # no longer in the graph
    assert "Old call" not in whole  # before the day


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (NewsScope(SINCE, country="FI"), 3),
        (NewsScope(SINCE, country="SE"), 0),
        (NewsScope(SINCE, topic="genomics"), 2),  # by the classification of the event
        (NewsScope(SINCE, topic="JTC1"), 2),
        (NewsScope(dt.date(2026, 4, 2)), 2),
    ],
)
def test_for_a_country_a_topic_a_day(current: Release, scope: NewsScope, expected: int) -> None:
    assert len(newsletter(current.path.parent, current, scope)) == expected


KEY = TABLES["figures"].key


def _figure(**told: str) -> tuple[dict[str, str], str]:
    return told, " ".join(told.get(column, "") for column in KEY)


def test_news_are_told_as_people_read_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    who = {"entity": "event/b", "source_url": "https://s.org"}
    body, body_key = _figure(**who, indicator="responsible-body", text="Ministry of Health; Sitra")
    money, money_key = _figure(
        **who, indicator="budget-announced", value="38000000", unit="EUR", qualifier="about"
    )
    event = {"id": "event/b", "kind": "event", "title": "Workshop", "country": "country/FI",
             "start": "2026-05-07", "city": "Turku"}  # fmt: skip
    shouted = {"id": "organisation/y", "name": "KREBS ZENTRUM", "display": "Cancer Centre"}
    funded = {"activity": "call/a", "country": "country/FI"}
    more = {
        "figures": [body, money], "activities": [TABLE_ROWS["activities"][0], event],
        "countries": [{"id": "country/FI", "name": "Finland"}],
        "organisations": [*TABLE_ROWS["organisations"], shouted],
        "partner_countries": [funded],
    }  # fmt: skip
    monkeypatch.setattr(f"{__name__}.TABLE_ROWS", TABLE_ROWS | more)
    current = _release(tmp_path, "2026-05-01-cccccccc", "2026-05-01", [
        _row("activities", "came", "event/b", "Workshop"),
        _row("activities", "came", "call/a", "JTC1"),
        _row("organisations", "came", "organisation/y", "KREBS ZENTRUM"),
        _row("roles", "came", "organisation/y call/a funder ", "KREBS ZENTRUM, JTC1"),
        _row("figures", "came", body_key, "Workshop"),
        _row("figures", "came", money_key, "Workshop"),
    ])  # fmt: skip
    figures = [
        "Workshop: budget announced about 38,000,000 EUR",
        "Workshop: responsible body Ministry of Health; Sitra",
    ]
    told = ["JTC1: Cancer call", "Workshop, 2026-05-07, Turku, Finland",
            "Cancer Centre: funder in JTC1", "Cancer Centre", *figures]  # fmt: skip
    assert _texts(newsletter(tmp_path, current, NewsScope(SINCE))) == told
    # Finland takes part in the call: the call is its news, and not who else funds it
    here = _texts(newsletter(tmp_path, current, NewsScope(SINCE, country="FI")))
    assert here == ["JTC1: Cancer call", "Workshop, 2026-05-07, Turku, Finland", *figures]
    about = _texts(newsletter(tmp_path, current, NewsScope(SINCE, topic="cancer call")))
    assert about == ["JTC1: Cancer call", "Cancer Centre: funder in JTC1"]


def test_text_and_feed_hold_every_item(current: Release) -> None:
    items = newsletter(current.path.parent, current, NewsScope(SINCE))
    text = as_text(items, NewsScope(SINCE))
    feed = as_atom(items, NewsScope(SINCE), "https://x.org/", "https://x.org/newsletter.atom", "")
    assert all(f"- {item.text}\n  https://s.org" in text for item in items)
    assert feed.count("<entry>") == len(items) == 4
    assert text.startswith("New in the PerMed Graph since 1 Mar 2026: 4 items")
