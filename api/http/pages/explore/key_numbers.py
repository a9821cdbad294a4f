"""The three numbers on top of the page of a thing, each with the list or place that it opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.queries.sentences import agreeing

__all__ = ["KeyNumber", "key_numbers"]

_MOST: Final = 3
_COORDINATOR: Final = "scheme/role/coordinator"
_ACTIVITIES: Final = frozenset(
    ("projects", "consortia", "initiatives", "calls", "infrastructures", "events", "programmes")
)


@dataclass(frozen=True)
class KeyNumber:
    """A count, the words for it, where it leads, and whose rows of the change record it follows.

    record: the derived table that holds a row for each that is counted, and what the rows are
    about; nothing where no table does.
    """

    value: int
    words: str
    href: str
    record: tuple[str, tuple[str, ...]] | None = None


def key_numbers(directory: Directory, me: str) -> list[KeyNumber]:
    """Return at most three counts of a thing, by the one rule of counting; none of zero."""
    row = directory.row_of.get(me)
    kind = "" if row is None else str(directory.things["kind"][row])
    if kind == "organisations":
        found = _of_organisation(directory, me)
    elif kind == "countries":
        found = _of_country(directory, me)
    elif kind == "people":
        found = _of_person(directory, me)
    elif kind == "topics":
        found = _of_topic(directory, me)
    else:
        found = _of_activity(directory, me) if kind in _ACTIVITIES else []
    return [_worded(number) for number in found if number.value][:_MOST]


def _worded(number: KeyNumber) -> KeyNumber:
    """Return a number with the form of its words that fits it: 1 person, 2 people."""
    words = agreeing(f"{number.value} {number.words}").partition(" ")[2]
    return replace(number, words=words)


def _of_organisation(directory: Directory, me: str) -> list[KeyNumber]:
    unit = directory.units.get(me, me)
    # the record of roles tells those of one organisation: of a whole with parts it is not all
    alone = unit == me and me not in directory.units.values()
    led = ("roles", (me, _COORDINATOR)) if alone else None
    mine = directory.rows("partners", "agent", unit)["activity"].unique()
    beside = set(directory.index("partners", "activity").any_of(mine)["agent"]) - {unit}
    return [
        KeyNumber(len(mine), "activit(y/ies) as a partner", "#takes-part", ("partners", (unit,))),
        KeyNumber(directory.led_by(me).n_unique(), "coordinated", "#takes-part", led),
        KeyNumber(len(beside), "partner(/s) in them", f"/network?around={me}"),
    ]


def _of_country(directory: Directory, me: str) -> list[KeyNumber]:
    code = me.rsplit("/", 1)[-1]
    seated = directory.rows("things", "country", me)
    here = seated.filter(pl.col("kind") == "organisations")["id"]
    joined = directory.rows("partner_countries", "agent", me)["activity"]
    judged = directory.on_personalised_medicine
    listed = f"/search?kind=organisations&country={code}"
    projects, words = f"/search?kind=projects&country={code}", "project(/s)"
    record = None  # it does not tell which projects were on personalised medicine before
    if judged.is_empty():
        record = ("partner_countries", (me, "project/"))
        judged = directory.things.filter(pl.col("kind") == "projects")["id"]
    else:
        projects += "&relevance=core&relevance=related"
        words = "project(/s) on personalised medicine"
    asked = f"/questions/country-projects?country={code}"
    return [
        KeyNumber(len(here), "organisation(/s)", listed),
        KeyNumber(_among(joined, judged), words, projects, record),
        KeyNumber(_among(directory.led_by(me), judged), "coordinated from here", asked),
    ]


def _among(activities: pl.Series, chosen: pl.Series) -> int:
    return activities.filter(activities.is_in(chosen.implode())).n_unique()


def _of_person(directory: Directory, me: str) -> list[KeyNumber]:
    mine = directory.rows("roles", "agent", me)
    kinds = mine.unique(["activity", "role"])
    return [
        KeyNumber(kinds.height, "role(/s)", "#takes-part"),
        KeyNumber(mine["activity"].n_unique(), "bod(y/ies) (or/and) activit(y/ies)", "#takes-part"),
    ]


def _of_topic(directory: Directory, me: str) -> list[KeyNumber]:
    code = me.removeprefix("scheme/")
    held = directory.rows("topics", "value", me)
    counts = directory.things.join(held, on="id", how="semi").group_by("kind").len()
    rows = sorted(counts.drop_nulls().iter_rows(), key=lambda row: (-row[1], row[0]))
    return [
        KeyNumber(
            n,
            KINDS[kind].one if n == 1 else KINDS[kind].title.lower(),
            f"/search?kind={kind}&topic={code}",
        )
        for kind, n in rows
        if kind in KINDS
    ]


def _of_activity(directory: Directory, me: str) -> list[KeyNumber]:
    partners = directory.rows("partners", "activity", me)["agent"]
    countries = directory.rows("partner_countries", "activity", me)["agent"]
    agents = directory.rows("roles", "activity", me)["agent"]
    people = agents.filter(agents.str.starts_with("person/"))
    return [
        KeyNumber(partners.n_unique(), "partner(/s)", "#members", ("partners", (me,))),
        KeyNumber(countries.n_unique(), "countr(y/ies)", "#members", ("partner_countries", (me,))),
        KeyNumber(people.n_unique(), "(person/people)", "#members"),
    ]
