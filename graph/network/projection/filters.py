"""Which roles a network is made of: filters by kind, role, programme, topic, relevance, period."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import polars as pl
from rapidfuzz.distance import Prefix

from permed.graph.errors import InputError
from permed.graph.network.projection.options import OPTIONS
from permed.graph.network.projection.roles import RoleData
from permed.graph.tables.dates import first_day_of, last_day_of

__all__ = ["Scope", "first_of", "last_of", "overlaps", "topic_ids"]


# columns of the roles as the sentence of a filter calls them
_WORDS = {"activity_kind": "relation", "agent_country": "among", "agent_type": "type"}
_STEM = 5  # letters from which a joint beginning says that words are of one family
_FEW = 12  # values that an error can list


@dataclass(frozen=True)
class Scope:
    """Filters on roles; an empty one lets everything pass, several are joined by "and".

    relation: kinds of activity (`project`, `csa`, `call`, ...). topic: concept id
    (`{scheme}/{code}`) or its label. start, end: roles whose period touches these days
    (both included); roles with neither date are left out then. relevance: `core`, `related`,
    `none`. country: ISO codes of agents, so that both ends of a tie lie inside. of: ISO codes of
    countries or ids of agents: all roles in the activities in which one of them passes the other
    filters and takes part.
    """

    relation: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    relevance: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    agent_type: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise InputError(f"period: {self.end} is before {self.start}; swap start and end")

    def during(self, period: str, name: str) -> Scope:
        """Return the same filters for a period `2014:2020`; name: what it is called in errors."""
        first, _, last = period.partition(":")
        return replace(self, start=first_of(first, name), end=last_of(last or first, name))

    def apply(self, data: RoleData) -> tuple[pl.DataFrame, str | None]:
        """Return the role rows that pass and a sentence on what was left out, or None.

        InputError for a value that the data do not know at all, and for a period after their last
        or before their first day.
        """
        rows = data.roles
        for column, values in self._columns().items():
            if values:
                rows = rows.filter(pl.col(column).is_in(_known(data.roles, column, values)))
        if self.topic:
            rows = rows.join(_about(data.topics, self.topic), on="activity", how="semi")
        rows, note = self._dated(rows, data.roles)
        if self.of:
            rows = rows.join(_taking_part(rows, data.roles, self.of), on="activity", how="semi")
        if rows.is_empty():
            note = f"no role passes the filter ({self.sentence()}); widen it"
        return rows, note

    def _columns(self) -> dict[str, tuple[str, ...]]:
        columns = {option.column: option.field for option in OPTIONS.values() if option.column}
        return {column: getattr(self, field) for column, field in columns.items()}

    def _dated(self, rows: pl.DataFrame, every: pl.DataFrame) -> tuple[pl.DataFrame, str | None]:
        if self.start is None and self.end is None:
            return rows, None
        whole, last = _last_day(every), _last_day(rows)
        if self.start and whole and self.start > whole:
            raise InputError(f"from {self.start}: the data end on {whole}; choose an earlier day")
        begin = _first_day(every)
        if self.end and begin and self.end < begin:
            raise InputError(f"to {self.end}: the data begin on {begin}; choose a later day")
        undated = rows["start"].is_null() & rows["end"].is_null()
        kept = rows.filter(~undated & overlaps(self.start, self.end))
        notes = []
        if self.start and last and self.start > last:
            notes.append(f"these data end on {last}: after it only roles without an end are known")
        if undated.any():
            notes.append(f"{undated.sum()} roles without any date are not in a network of a period")
        return kept, "; ".join(notes) or None

    def sentence(self) -> str:
        """Return the filter in words, `everything` for an empty one."""
        parts = [f"{_WORDS.get(c, c)} {', '.join(v)}" for c, v in self._columns().items() if v]
        parts += [f"of {', '.join(self.of)}"] if self.of else []
        parts += [f"topic {', '.join(self.topic)}"] if self.topic else []
        if self.start or self.end:
            parts.append(f"period {self.start or '...'} to {self.end or '...'}")
        return "; ".join(parts) or "everything"


def _last_day(rows: pl.DataFrame) -> date | None:
    days = rows.select(pl.max_horizontal(pl.col("start").max(), pl.col("end").max())).item()
    return days if isinstance(days, date) else None


def _first_day(rows: pl.DataFrame) -> date | None:
    days = rows.select(pl.min_horizontal(pl.col("start").min(), pl.col("end").min())).item()
    return days if isinstance(days, date) else None


def first_of(text: str, name: str) -> date:
    """Return the first day of a year, month or day; name: what it is called in errors."""
    return _day(text, name, first_day_of)


def last_of(text: str, name: str) -> date:
    """Return the last day of a year, month or day; name: what it is called in errors."""
    return _day(text, name, last_day_of)


def _day(text: str, name: str, read: Callable[[str], date]) -> date:
    try:
        return read(text)
    except ValueError as error:
        example = "2020, 2020-06 or 2020-06-30"
        raise InputError(f"{name} {text}: write a year, month or day, e.g. {example}") from error


def overlaps(start: date | None, end: date | None) -> pl.Expr:
    """Rows whose period (open where a date is missing) touches the days from start to end."""
    after = pl.lit(True) if start is None else pl.col("end").is_null() | (pl.col("end") >= start)
    before = pl.lit(True) if end is None else pl.col("start").is_null() | (pl.col("start") <= end)
    return after & before


def _known(frame: pl.DataFrame, column: str, values: Collection[str]) -> list[str]:
    """Return the values; InputError for one that the column never holds."""
    present = set(frame[column].drop_nulls().unique().to_list())
    for value in values:
        if present and value not in present:
            raise InputError(_unknown(column, value, present))
    return list(values)


def _unknown(column: str, value: str, present: Collection[str]) -> str:
    word = {"agent_country": "country"}.get(column, _WORDS.get(column, column))
    near = _alike(value, present)
    told = (
        f"try {', '.join(near)}" if near else f"none of the {len(present):,} there is spelt alike"
    )
    return f"{word} {value!r} is not in the data; {told}"


def _alike(value: str, present: Collection[str]) -> list[str]:
    """Known values that begin like it or are spelt nearly so, the nearest first; few: all."""
    lower = value.lower()
    least = max(_STEM, (len(lower) + 1) // 2)

    def stem(name: str) -> int:
        words = name.lower().replace("/", " ").split()
        return max((Prefix.similarity(word, lower) for word in words), default=0)

    begun = sorted((name for name in present if stem(name) >= least), key=lambda n: (-stem(n), n))
    spelt = get_close_matches(value, sorted(present), 3, 0.5 if len(value) < _STEM else 0.7)
    found = list(dict.fromkeys([*begun, *spelt]))[:3]
    return found or (sorted(present) if len(present) <= _FEW else [])


def _about(topics: pl.DataFrame, wanted: Collection[str]) -> pl.DataFrame:
    """Activities of the wanted topics, given by id or by label in any case."""
    return topics.filter(pl.col("topic").is_in(topic_ids(topics, wanted))).select("activity")


def topic_ids(topics: pl.DataFrame, wanted: Collection[str]) -> list[str]:
    """Return the ids of topics that are named by id or by label in any case, sorted.

    topics: `TOPIC_SCHEMA`. InputError for a name that none of them bears.
    """
    label = pl.col("topic_label").str.to_lowercase()
    names = set(topics["topic"].unique()) | set(topics.select(label.unique()).to_series())
    for topic in wanted:
        if topic not in names and topic.lower() not in names:
            known = {name for name in names if name}
            raise InputError(_unknown("topic", topic, known or {"a release with topics"}))
    lower = [topic.lower() for topic in wanted]
    found = topics.filter(pl.col("topic").is_in(list(wanted)) | label.is_in(lower))
    return found["topic"].unique().sort().to_list()


def _taking_part(rows: pl.DataFrame, roles: pl.DataFrame, who: Collection[str]) -> pl.DataFrame:
    """Activities among the rows in which a country (ISO code) or an agent (id) takes part."""
    columns = ("agent_country", "agent", "agent_parent")
    known = {value for name in columns for value in roles[name].drop_nulls().unique()}
    for value in who:
        if value not in known:
            raise InputError(_unknown("of", value, known))
    return rows.filter(pl.any_horizontal(pl.col(columns).is_in(list(who)))).select("activity")
