"""What is new since a day, for a country or a topic, from the change records of the releases.

Each release keeps the record of what changed against the one before (`changes.py`); here those
since a day are laid together, so that what came and went again is told of neither way, and put into
words. People who are in the current release no more are not named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.releases.changes import CHANGE_SCHEMA, recorded_changes
from permed.graph.releases.release import Release, Releases

__all__ = ["SECTIONS", "NewsItem", "NewsScope", "by_section", "first_day", "newsletter", "only_one"]

SECTIONS: Final = (
    "Calls", "Projects and actions", "Events", "Strategies", "Infrastructures",
    "Bodies and initiatives", "Who joined what", "Who is named no more", "Organisations",
    "Publications", "Figures", "Changed", "Other activities",
)  # fmt: skip
_OF_KIND: Final = {
    "call": "Calls", "project": "Projects and actions", "csa": "Projects and actions",
    "funding-network": "Projects and actions", "partnership": "Projects and actions",
    "event": "Events", "strategy": "Strategies", "infrastructure": "Infrastructures",
    "body": "Bodies and initiatives", "consortium": "Bodies and initiatives",
    "alliance": "Bodies and initiatives", "initiative": "Bodies and initiatives",
}  # fmt: skip
_CHANGED: Final = ("title", "start", "end", "status", "city", "mode", "published")
_NAMED: Final = {
    "activities": ("acronym", "label", "title"), "outputs": ("title",),
    "organisations": ("label", "name"), "persons": ("label", "name"), "countries": ("name",),
    "regions": ("name",), "topics": ("label",),
}  # fmt: skip


@dataclass(frozen=True)
class NewsScope:
    """What a reader wants to hear of: since a day, one country (its ISO code), words of a topic."""

    since: dt.date
    country: str = ""
    topic: str = ""


@dataclass(frozen=True)
class NewsItem:
    """One piece of news: day of its release, section, sentence, the thing, page of the source."""

    day: str
    section: str
    text: str
    thing: str
    source_url: str


def first_day(text: str) -> dt.date:
    """Return the day that a reader writes; InputError for what is no day, or one in the future."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"since {text}: give a day such as 2026-01-31") from None
    if day > dt.datetime.now(dt.UTC).date():
        raise InputError(f"since {text}: the day is in the future")
    return day


def only_one(home: Path) -> bool:
    """Whether one release alone is kept, so that there is nothing to compare it with."""
    return len(Releases(home).list()) == 1


def newsletter(home: Path, current: Release, scope: NewsScope) -> list[NewsItem]:
    """Return the news since a day, by section and then by text; none where no record is kept."""
    rows = _net(_records(home, current, scope.since))
    if rows.is_empty():
        return []
    known = _Known(current)
    found = [
        item
        for row in rows.iter_rows(named=True)
        if known.may_name(row["id"]) and known.fits(row, scope)
        if (item := known.item(row)) is not None
    ]
    place = {section: at for at, section in enumerate(SECTIONS)}
    return sorted(set(found), key=lambda i: (place[i.section], i.text, i.thing))


def _records(home: Path, current: Release, since: dt.date) -> pl.DataFrame:
    """All changes of the releases from a day on up to the current one, in their order."""
    frames = [pl.DataFrame(schema={**CHANGE_SCHEMA, "day": pl.String})]
    for release in Releases(home).list():
        day = str(release.receipt["built"])[:10]
        if day >= since.isoformat() and (record := recorded_changes(release)) is not None:
            frames.append(record.with_columns(day=pl.lit(day)))
        if release.id == current.id:
            break
    return pl.concat(frames)


def _net(rows: pl.DataFrame) -> pl.DataFrame:
    """What is left when several records tell of one row: from the first state to the last."""
    last = [c for c in rows.columns if c not in ("kind", "id", "field", "before", "change")]
    told = rows.group_by("kind", "id", "field", maintain_order=True).agg(
        pl.col("before").first(),
        pl.col(last).last(),
        pl.col("change").last(),
        first=pl.col("change").first(),
    )
    there_again = (pl.col("first") != pl.col("change")) & pl.col("field").is_null()
    same = pl.col("field").is_not_null() & pl.col("before").eq_missing(pl.col("after"))
    return told.filter(~there_again & ~same)


class _Known:
    """What the current release knows: names, kinds, and what belongs to a country or topic."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._names: dict[str, str] = {}
        for table, columns in _NAMED.items():
            frame = self._table(table, ("id", *columns))
            called = frame.select("id", pl.coalesce(columns)).drop_nulls()
            self._names |= dict(reversed(called.rows()))
        self._kinds = dict(self._table("activities", ("id", "kind")).drop_nulls().rows())

    def _table(self, name: str, columns: tuple[str, ...]) -> pl.DataFrame:
        parts = [self._release.table(source, name, columns) for source in self._release.sources]
        return pl.concat(parts)

    def may_name(self, key: str) -> bool:
        """Whether every person that a row tells of is in the current release."""
        return all(t in self._names for t in key.split() if t.startswith("person/"))

    def fits(self, row: Mapping[str, str | None], scope: NewsScope) -> bool:
        """Whether a change is about the country and the topic of the reader."""
        tokens = set(str(row["id"]).split())
        if scope.country and not tokens & self._of_country(scope.country):
            return False
        word = scope.topic.casefold()
        named = word in str(row["name"]).casefold()
        return not word or named or bool(tokens & self._of_topic(word))

    def _of_country(self, code: str) -> set[str]:
        if not hasattr(self, "_home"):
            home = f"country/{code}"
            here = pl.col("country") == home
            found = {home}
            for table in ("organisations", "regions", "activities"):
                found |= set(self._table(table, ("id", "country")).filter(here)["id"])
            partners = self._table("partner_countries", ("activity", "country"))
            self._home = found | set(partners.filter(here)["activity"])
        return self._home

    def _of_topic(self, word: str) -> set[str]:
        if not hasattr(self, "_about"):
            labels = self._table("topics", ("id", "label"))
            meant = labels.filter(
                pl.col("label").str.to_lowercase().str.contains(word, literal=True)
            )
            said = self._table("classifications", ("entity", "topic"))
            about = set(said.filter(pl.col("topic").is_in(meant["id"].implode()))["entity"])
            self._about = about | {i for i, name in self._names.items() if word in name.casefold()}
        return self._about

    def item(self, row: Mapping[str, str | None]) -> NewsItem | None:
        """Put a change into words; None for one that is no news, such as another spelling."""
        kind, change, key = str(row["kind"]), str(row["change"]), str(row["id"])
        told = self._told(kind, change, key, row)
        if told is None:
            return None
        section, text = told
        thing = key.split()[0]
        return NewsItem(str(row["day"]), section, text, thing, row["source_url"] or "")

    def _told(
        self, kind: str, change: str, key: str, row: Mapping[str, str | None]
    ) -> tuple[str, str] | None:
        name = str(row["name"])
        if change == "changed":
            if kind not in ("activities", "outputs") or row["field"] not in _CHANGED:
                return None
            was, now = (row[c] or "not known" for c in ("before", "after"))
            return "Changed", f"{name}: {row['field']} was {was}, is {now}"
        if kind == "roles":
            agent, activity, role, *_ = key.split(" ")
            who, what = self._names.get(agent, agent), self._names.get(activity, activity)
            section = "Who joined what" if change == "came" else "Who is named no more"
            return section, f"{who}: {role.replace('-', ' ')} in {what}"
        if change != "came":
            return None
        if kind == "activities":
            return _OF_KIND.get(self._kinds.get(key, ""), "Other activities"), name
        if kind == "figures":
            entity, indicator, *said = key.split(" ")
            value = next((v for v in said if v), "")
            called = self._names.get(entity, entity)
            return "Figures", f"{called}: {indicator.replace('-', ' ')} {value}"
        told = {"outputs": "Publications", "organisations": "Organisations"}.get(kind)
        return (told, name) if told else None


def by_section(items: Iterable[NewsItem]) -> dict[str, list[NewsItem]]:
    """Return the items by section, in the order of sections; empty ones are left out."""
    found: dict[str, list[NewsItem]] = {section: [] for section in SECTIONS}
    for item in items:
        found[item.section].append(item)
    return {section: held for section, held in found.items() if held}
