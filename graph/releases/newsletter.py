"""What is new since a day, for a country or a topic, from the change records of the releases.

Each release keeps the record of what changed against the one before (`changes.py`); here those
since a day are laid together, so that what came and went again is told of neither way, and put into
words. People who are in the current release no more are not named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.errors import InputError
from permed.graph.releases.changes import CHANGE_SCHEMA, recorded_changes
from permed.graph.releases.release import Release, Releases
from permed.graph.tables.model import TABLES
from permed.ontology import concept_label

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
    "organisations": ("display", "label", "name"), "persons": ("label", "name"),
    "countries": ("name",), "regions": ("name",), "topics": ("label",),
}  # fmt: skip


_TOLD: Final = ("kind", "title", "start", "end", "city", "country")
_FIGURE_KEY: Final = TABLES["figures"].key
_SAID: Final = ("value", "date", "text", "unit", "qualifier")


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
        self._called: dict[str, str] = {}
        for table, columns in _NAMED.items():
            frame = self._table(table, ("id", *columns))
            called = frame.select("id", pl.coalesce(columns)).drop_nulls()
            self._names |= dict(reversed(called.rows()))
            for one, *words in frame.iter_rows():
                told = " ".join(word for word in words if word)
                self._called[one] = f"{self._called.get(one, '')} {told}".casefold()
        self._activities: dict[str, dict[str, str]] = {}
        for row in self._table("activities", ("id", *_TOLD)).iter_rows(named=True):
            first = self._activities.setdefault(row["id"], {})
            first.update({c: v for c, v in row.items() if v is not None and c not in first})

    def _table(self, name: str, columns: tuple[str, ...]) -> pl.DataFrame:
        parts = [self._release.table(source, name, columns) for source in self._release.sources]
        return pl.concat(parts)

    @cached_property
    def _figures(self) -> dict[str, dict[str, str | None]]:
        """Value, unit and qualifier of each figure by the key of its row."""
        key = pl.concat_str([pl.col(k).fill_null("") for k in _FIGURE_KEY], separator=" ")
        columns = tuple(dict.fromkeys((*_FIGURE_KEY, *_SAID)))
        rows = self._table("figures", columns).cast(pl.String).with_columns(key=key)
        return {row["key"]: row for row in rows.iter_rows(named=True)}

    def may_name(self, key: str) -> bool:
        """Whether every person that a row tells of is in the current release."""
        return all(t in self._names for t in key.split() if t.startswith("person/"))

    def fits(self, row: Mapping[str, str | None], scope: NewsScope) -> bool:
        """Whether a change is about the country and the topic of the reader.

        A role is about the country of who holds it and of the place: that a country takes part in
        a call makes no news of it who else does.
        """
        tokens = set(str(row["id"]).split())
        if scope.country:
            here = self._seated_in(scope.country)
            if row["kind"] != "roles":
                here = here | self._taken_up_by(scope.country)
            if not tokens & here:
                return False
        word = scope.topic.casefold()
        named = word in str(row["name"]).casefold()
        return not word or named or bool(tokens & self._of_topic(word))

    @cache  # noqa: B019 - one reader's newsletter, let go with it
    def _seated_in(self, code: str) -> frozenset[str]:
        home = f"country/{code}"
        here = pl.col("country") == home
        found = {home}
        for table in ("organisations", "regions", "activities"):
            found |= set(self._table(table, ("id", "country")).filter(here)["id"])
        return frozenset(found)

    @cache  # noqa: B019
    def _taken_up_by(self, code: str) -> frozenset[str]:
        partners = self._table("partner_countries", ("activity", "country"))
        return frozenset(partners.filter(pl.col("country") == f"country/{code}")["activity"])

    @cache  # noqa: B019
    def _of_topic(self, word: str) -> frozenset[str]:
        labels = self._table("topics", ("id", "label"))
        meant = labels.filter(pl.col("label").str.to_lowercase().str.contains(word, literal=True))
        said = self._table("classifications", ("entity", "topic"))
        about = set(said.filter(pl.col("topic").is_in(meant["id"].implode()))["entity"])
        return frozenset(about | {i for i, called in self._called.items() if word in called})

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
        name = self._names.get(key) or str(row["name"])
        if change == "changed":
            if kind not in ("activities", "outputs") or row["field"] not in _CHANGED:
                return None
            was, now = (row[c] or "not known" for c in ("before", "after"))
            return "Changed", f"{name}: {row['field']} was {was}, is {now}"
        if kind == "roles":
            agent, activity, role, *_ = key.split(" ")
            who, what = self._names.get(agent, agent), self._names.get(activity, activity)
            section = "Who joined what" if change == "came" else "Who is named no more"
            return section, f"{who}: {_words('role', role)} in {what}"
        if change != "came":
            return None
        if kind == "activities":
            section = _OF_KIND.get(
                self._activities.get(key, {}).get("kind", ""), "Other activities"
            )
            return section, self._activity(key, name)
        if kind == "figures":
            return "Figures", self._figure(key)
        told = {"outputs": "Publications", "organisations": "Organisations"}.get(kind)
        return (told, name) if told else None

    def _activity(self, key: str, name: str) -> str:
        """Return name, title, days and place of an activity, as far as they are known."""
        told = self._activities.get(key, {})
        title = told.get("title", name)
        called = name if title == name else f"{name}: {title}"
        days = " to ".join(dict.fromkeys(told[c] for c in ("start", "end") if c in told))
        place = self._names.get(told.get("country", ""), "")
        return ", ".join(part for part in (called, days, told.get("city"), place) if part)

    def _figure(self, key: str) -> str:
        """Return whose figure it is, what it is of, the value and how exactly it is meant."""
        entity, indicator, *_ = key.split(" ")
        row = self._figures.get(key, {})
        value = row.get("value")
        number = f"{float(value):,.15g}" if value else row.get("date") or row.get("text") or ""
        how = row.get("qualifier")
        about = _words("qualifier", how) if how and how != "exact" else ""
        said = " ".join(part for part in (about, number, row.get("unit")) if part)
        called = self._names.get(entity, entity)
        return f"{called}: {_words('indicator', indicator)} {said}".strip()


def _words(scheme: str, code: str) -> str:
    """Return the label of a concept; the code in words, where a scheme no longer has it."""
    try:
        return concept_label(scheme, code)
    except KeyError:
        return code.replace("-", " ")


def by_section(items: Iterable[NewsItem]) -> dict[str, list[NewsItem]]:
    """Return the items by section, in the order of sections; empty ones are left out."""
    found: dict[str, list[NewsItem]] = {section: [] for section in SECTIONS}
    for item in items:
        found[item.section].append(item)
    return {section: held for section, held in found.items() if held}
