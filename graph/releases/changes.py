"""The change record: what came, went or changed from one release to the next, told once.

A build writes it when it publishes (`changes.parquet`); `permed releases diff`, pages, feeds and
newsletters read it. Rows are told apart by the key of their table; provenance columns do not count
as a change. A thing whose id was replaced is compared with itself under its new id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.errors import InputError, PermedError
from permed.graph.releases.release import Release
from permed.graph.tables.model import TABLES

__all__ = ["CHANGES_FILE", "CHANGE_SCHEMA", "compare", "recorded_changes", "write_changes"]

CHANGES_FILE: Final = "changes.parquet"
CHANGE_SCHEMA: Final = pl.Schema(
    {
        "kind": pl.String(),  # record table
        "change": pl.String(),  # came, went, changed
        "id": pl.String(),  # key of the row
        "name": pl.String(),  # what it is called; both ends of a role, relation ...
        "field": pl.String(),  # column that changed; null where the whole row came or went
        "before": pl.String(),
        "after": pl.String(),
        "source": pl.String(),  # source of what holds now, of what held where it went
        "source_url": pl.String(),
    }
)
Clearing = Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]
Sources = Mapping[str, Mapping[str, pl.DataFrame]]  # source -> table -> rows, in precedence
_IGNORED: Final = {"source_row", "seen", "source_url", "evidence", "note"}
# the first that is filled: what is shown, an acronym, a name
_NAMING: Final = ("label", "acronym", "title", "name")
_NAMED: Final = ("organisations", "persons", "countries", "regions", "activities", "outputs",
                 "topics")  # fmt: skip


def compare(before: Release, after: Release, tables: Iterable[str] | None = None) -> pl.DataFrame:
    """Return the changes (`CHANGE_SCHEMA`) between two releases, read where they were recorded.

    InputError for a table that there is not.
    """
    wanted = list(tables or TABLES)
    unknown = [t for t in wanted if t not in TABLES]
    if unknown:
        raise InputError(f"there is no table '{unknown[0]}'; tables: {', '.join(TABLES)}")
    known = recorded_changes(after, before.id)
    if known is None:
        known = _changes(_by_source(before), _by_source(after))
    return known.filter(pl.col("kind").is_in(wanted))


def recorded_changes(release: Release, against: str | None = None) -> pl.DataFrame | None:
    """Return the record that a release was published with.

    None where it has none, or, given `against`, one against another release.
    """
    path = release.path / CHANGES_FILE
    told = release.receipt.get("changes") or {}
    if not path.is_file() or (against is not None and told.get("against") != against):
        return None
    return pl.read_parquet(path)


def write_changes(
    folder: Path, before: Release | None, now: Sources, cleared: Clearing | None = None
) -> dict[str, object]:
    """Write the record of a release folder, and return what its receipt says of it.

    before: the release that was current; without one, or with one whose tables cannot be read, the
    record is empty and against nothing. cleared: takes out of its tables what the record may not
    tell of, such as people who asked to be removed.
    """
    old = None if before is None else _readable(before)
    if old is not None and cleared is not None:
        old = {source: cleared(tables) for source, tables in old.items()}
    found = pl.DataFrame(schema=CHANGE_SCHEMA) if old is None else _changes(old, now)
    found.write_parquet(folder / CHANGES_FILE)
    counts = dict(sorted(found.group_by("change").len().iter_rows()))
    against = before.id if before is not None and old is not None else None
    return {"against": against, "rows": found.height, **counts}


def _readable(release: Release) -> Sources | None:
    """Tables of a release, None where it is damaged: that must not stop the build after it."""
    try:
        return _by_source(release)
    except (OSError, PermedError, pl.exceptions.PolarsError):
        return None


def _by_source(release: Release) -> Sources:
    return {source: release.tables(source) for source in release.sources}


def _changes(old: Sources, new: Sources) -> pl.DataFrame:
    replaced = _replacements(new)
    names = pl.concat([_names(new), _names(old)]).unique("id", keep="first", maintain_order=True)
    parts = []
    for table in TABLES:
        moved = {} if table == "replacements" else replaced  # both ids of a step stay as they are
        parts.append(_told(_rows(old, table, moved), _rows(new, table, {}), table, names))
    return pl.concat([pl.DataFrame(schema=CHANGE_SCHEMA), *parts])


def _replacements(sources: Sources) -> dict[str, str]:
    frames = [t["replacements"] for t in sources.values() if "replacements" in t]
    return {o: n for f in frames for o, n in f.select("old", "new").iter_rows()}


def _names(sources: Sources) -> pl.DataFrame:
    """What things are called, those of all sources together."""
    frames = [pl.DataFrame(schema={"id": pl.String, "called": pl.String})]
    for tables in sources.values():
        for name in _NAMED:
            if name in tables:
                said = [pl.col(c) for c in _NAMING if c in tables[name].columns]
                frames.append(tables[name].select("id", called=pl.coalesce(said)))
    return pl.concat(frames).drop_nulls().unique("id", keep="first", maintain_order=True)


def _rows(sources: Sources, table: str, replaced: Mapping[str, str]) -> pl.DataFrame:
    """Rows of a table as text, one a key: what the first source leaves open the next may tell."""
    model = TABLES[table]
    references = {c.name for c in model.columns if c.refers or c.name == "id"}
    columns = [c.name for c in model.columns if c.name not in _IGNORED]
    frames = []
    for source, tables in sources.items():
        if table not in tables:
            continue
        frame = tables[table]
        there = [c for c in (*columns, "source_url") if c in frame.columns]
        text = frame.select(pl.col(there).cast(pl.String)).with_columns(source=pl.lit(source))
        moved = [pl.col(c).replace(replaced) for c in there if c in references and replaced]
        frames.append(text.with_columns(moved))
    schema = dict.fromkeys((*columns, "source_url", "source"), pl.String)
    whole = pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal")
    key = pl.concat_str([pl.col(k).fill_null("") for k in model.key], separator=" ")
    keyed = whole.with_columns(key=key)
    if model.key == ("id",):
        first = pl.exclude("key").drop_nulls().first()
        return keyed.group_by("key", maintain_order=True).agg(first)
    return keyed.unique("key", keep="first", maintain_order=True)


def _told(old: pl.DataFrame, new: pl.DataFrame, table: str, names: pl.DataFrame) -> pl.DataFrame:
    gone = old.join(new, on="key", how="anti")
    came = new.join(old, on="key", how="anti")
    model = TABLES[table]
    whole = [
        _named(frame, table, names).select(
            kind=pl.lit(table), change=pl.lit(change), id="key", name="name",
            field=pl.lit(None, pl.String), before=pl.lit(None, pl.String),
            after=pl.lit(None, pl.String), source="source", source_url="source_url",
        )
        for change, frame in (("came", came), ("went", gone))
    ]  # fmt: skip
    both = new.join(old, on="key", how="inner", suffix="_before")
    fields = [c.name for c in model.columns if c.name not in _IGNORED and c.name not in model.key]
    named = _named(both, table, names)
    changed = [
        named.filter(pl.col(f).ne_missing(pl.col(f"{f}_before"))).select(
            kind=pl.lit(table), change=pl.lit("changed"), id="key", name="name",
            field=pl.lit(f), before=f"{f}_before", after=f, source="source",
            source_url="source_url",
        )
        for f in fields
    ]  # fmt: skip
    found = pl.concat([pl.DataFrame(schema=CHANGE_SCHEMA), *whole, *changed])
    return found.sort("change", "id", "field", nulls_last=True)


def _named(frame: pl.DataFrame, table: str, names: pl.DataFrame) -> pl.DataFrame:
    """Add the name of each row: its own, or the names of the things that it joins."""
    model = TABLES[table]
    called = dict(names.iter_rows())
    if model.key == ("id",):
        return frame.with_columns(name=pl.col("id").replace_strict(called, default=pl.col("id")))
    ends = [c.name for c in model.columns if c.name in model.key and c.refers]
    said = [pl.col(c).replace_strict(called, default=pl.col(c)) for c in ends]
    label = [pl.col("name")] if "name" in model.key else []
    parts = [*said, *label] or [pl.col(model.key[0])]
    return frame.with_columns(name=pl.concat_str(parts, separator=", ", ignore_nulls=True))
