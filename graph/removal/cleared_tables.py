"""Record tables without the people who are on the list of those removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

import polars as pl

from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.tables.model import TABLES

__all__ = ["IN_PLACE_OF_A_NAME", "cleared_issues", "cleared_tables"]

Tables = dict[str, pl.DataFrame]
IN_PLACE_OF_A_NAME: Final = "[name removed]"
_PERSON: Final = "person/"


def cleared_tables(tables: Mapping[str, pl.DataFrame], removed: RemovedPeople) -> Tables:
    """Return tables in which nobody on the list stands.

    Rows of and about such a person go. In text that is about something else the name gives way to
    `[name removed]`, and an address that holds it is cut to its site.
    """
    if not removed:
        return dict(tables)
    gone = _ids_of_removed(tables, removed)
    return {
        name: _text_cleared(_rows_without(frame, name, gone), removed, _written_out(name))
        for name, frame in tables.items()
    }


def cleared_issues(issues: pl.DataFrame, removed: RemovedPeople) -> pl.DataFrame:
    """Return a table of issues whose values and reasons name nobody on the list."""
    return _text_cleared(issues, removed, issues.columns) if removed else issues


def _ids_of_removed(tables: Mapping[str, pl.DataFrame], removed: RemovedPeople) -> set[str]:
    """Return ids of people on the list: by id, by name or further name, or by identifier."""
    found: set[str] = set()
    for table, key, told, known in (
        ("persons", "id", "name", removed.is_name),
        ("persons", "id", "label", removed.is_name),
        ("names", "entity", "name", removed.is_name),
        ("identifiers", "entity", "value", removed.is_identifier),
    ):
        frame = tables.get(table)
        if frame is not None and {key, told} <= {*frame.columns}:
            people = frame.select(key, told).drop_nulls()
            people = people.filter(pl.col(key).str.starts_with(_PERSON))
            found.update(one for one, text in people.iter_rows() if known(text))
    for table, frame in tables.items():
        for column in _references(table, frame):
            ids = frame[column].drop_nulls().unique()
            people_ids = ids.filter(ids.str.starts_with(_PERSON))
            found.update(one for one in people_ids if removed.is_identifier(one))
    return found


def _references(table: str, frame: pl.DataFrame) -> list[str]:
    return [c.name for c in TABLES[table].columns if c.kind == "id" and c.name in frame.columns]


def _rows_without(frame: pl.DataFrame, table: str, gone: set[str]) -> pl.DataFrame:
    columns = _references(table, frame)
    if not gone or not columns:
        return frame
    named = [pl.col(c).is_in([*gone]).fill_null(value=False) for c in columns]
    return frame.filter(~pl.any_horizontal(named))


def _written_out(table: str) -> list[str]:
    """Columns that hold words or addresses; ids and codes stay as they are."""
    return [c.name for c in TABLES[table] if c.kind in ("text", "iri")]


def _text_cleared(
    frame: pl.DataFrame, removed: RemovedPeople, words: Collection[str]
) -> pl.DataFrame:
    columns = [n for n, kind in frame.schema.items() if n in words and kind == pl.String]
    new = {name: told for name in columns if (told := _replacements(frame[name], removed))}
    return frame.with_columns(pl.col(name).replace(told) for name, told in new.items())


def _replacements(texts: pl.Series, removed: RemovedPeople) -> dict[str, str]:
    """Return old text -> new text of the cells that name somebody on the list."""
    found = {}
    for text in texts.drop_nulls().unique():
        if spans := removed.spans(text):
            without: Callable[..., str] = _site if "://" in text[:8] else _blotted
            found[text] = without(text, spans)
    return found


def _site(address: str, spans: list[tuple[int, int]]) -> str:
    """Return scheme and host of an address; of a site that bears the name, only that it was one."""
    parts = urlsplit(address)
    site = f"{parts.scheme}://{parts.netloc}/"
    return site if spans[0][0] >= len(site) - 1 else f"{parts.scheme}://removed.invalid/"


def _blotted(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + IN_PLACE_OF_A_NAME + text[end:]
    return text
