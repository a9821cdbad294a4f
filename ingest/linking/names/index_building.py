"""Build the index of entity names: what `index` looks up, in a folder of its own."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import tantivy

from permed.graph.errors import InputError
from permed.ingest.linking.names.index import FORMAT, NameIndex, load_index, register_words
from permed.ingest.linking.names.parsing import (
    country_code,
    parse_acronym,
    parse_name,
    without_country,
)
from permed.ingest.linking.registry.entities import Entities

__all__ = ["build_index"]

_ADDED = r"(?i)\s+(?:[-–—]\s|named after\s|named for\s|\(|im\.\s|imeni\s).*$"
_QUOTED = r"\s[\"“«„'‘].{3,}?[\"”»“'’](?:\s|$)"
_HEAD_OF_MANY = 2  # other organisations whose names begin so
_INDEX_MEMORY = 128_000_000


def build_index(entities: Entities, folder: Path, checksum: str) -> NameIndex:
    """Build the index in ``folder`` (replaced as a whole; a killed build leaves no half index)."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="names-", dir=folder.parent))
    try:
        frame = entities.entities.with_columns(
            pl.col("country").map_elements(country_code, pl.String, skip_nulls=True)
        )
        names = _parsed_names(frame, entities.names)
        _write_tantivy(work / "tantivy", frame, names)
        frame.write_parquet(work / "entities.parquet")
        names.write_parquet(work / "names.parquet")
        manifest = {"format": FORMAT, "checksum": checksum, "names": names.height}
        (work / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.replace(folder)
    except OSError as error:
        shutil.rmtree(work, ignore_errors=True)
        raise InputError(f"{folder}: cannot write the index ({error.strerror})") from error
    return load_index(folder)


def _parsed_names(entities: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Names with their owner's row, core and key; names without any word are left out."""
    rows = entities.select("id", "country", pl.int_range(pl.len()).alias("owner"))
    every = pl.concat([names, _cut_short(names)]).unique(
        ["id", "value"], keep="first", maintain_order=True
    )
    joined = every.join(rows, on="id", how="inner", maintain_order="left")
    parsed = [
        parse_acronym(value) if kind == "acronym" else parse_name(without_country(value, country))
        for value, country, kind in joined.select("value", "country", "kind").iter_rows()
    ]
    table = joined.select(
        "owner",
        "value",
        _settled_kind(
            pl.Series([len(name.key) > len(name.core) for name in parsed], dtype=pl.Boolean)
        ),
        pl.Series("core", [" ".join(name.core) for name in parsed], dtype=pl.String),
        pl.Series("key", [" ".join(name.key) for name in parsed], dtype=pl.String),
    ).filter(pl.col("key") != "")
    begun = begun_by(table, [set(parents) for parents in _parent_rows(entities)])
    return table.with_columns(pl.Series("begins", begun, pl.Int32)).filter(_names_one())


def _cut_short(names: pl.DataFrame) -> pl.DataFrame:
    """Names without what is added behind a dash, in brackets, in quotes or after "named after"."""
    value = pl.col("value")
    head = value.str.replace(_ADDED, "").str.replace_all(_QUOTED, " ").str.strip_chars(" ,-–—")
    return (
        names.filter(pl.col("kind") != "acronym")
        .select("id", value=head.str.replace_all(r"\s+", " "), kind=pl.lit("short"), full=value)
        .filter(pl.col("value") != pl.col("full"), pl.col("value").str.count_matches(r"\S+") >= 3)
        .drop("full")
    )


def _parent_rows(entities: pl.DataFrame) -> list[list[int]]:
    rows = {key: row for row, key in enumerate(entities["id"])}
    return [[rows[key] for key in keys if key in rows] for keys in entities["parents"]]


def begun_by(names: pl.DataFrame, parents: Sequence[set[int]]) -> list[int]:
    """How many other organisations have names that begin with each name and go on.

    Its own children do not count: ``University of California`` is meant to begin theirs. Acronyms
    begin nothing.
    """
    rows = list(names.select("owner", "key", "kind").iter_rows())
    heads = {key for _, key, kind in rows if kind != "acronym"}
    begun: dict[str, set[int]] = defaultdict(set)
    for owner, key, kind in rows:
        words = key.split(" ") if kind != "acronym" else []
        for size in range(1, len(words)):
            head = " ".join(words[:size])
            if head in heads:
                begun[head].add(owner)
    return [
        0
        if kind == "acronym"
        else sum(other != owner and owner not in parents[other] for other in begun[key])
        for owner, key, kind in rows
    ]


def _names_one() -> pl.Expr:
    """A shortened name that others have too, or that begins theirs, names none of them.

    ``Indian Institute of Technology`` is what is left of one name, and the head of many.
    """
    shared = pl.col("owner").n_unique().over("key") > 1
    return (pl.col("kind") != "short") | ~(shared | (pl.col("begins") >= _HEAD_OF_MANY))


def _settled_kind(spelt_out: pl.Series) -> pl.Expr:
    """A long acronym of several words (``EATRIS-ERIC``) identifies as well as a name does.

    Not so where one of its words is short for several (``MPI-COE``): it would be a name of all.
    """
    spelt = pl.col("value").str.contains(r"\S[ -]\S") & (pl.col("value").str.len_chars() >= 7)
    acronym = (pl.col("kind") == "acronym") & ~spelt_out
    return pl.when(acronym & spelt).then(pl.lit("alias")).otherwise("kind").alias("kind")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="words", index_option="freq")
    builder.add_text_field("country", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("row", fast=True)
    return builder.build()


def _write_tantivy(folder: Path, entities: pl.DataFrame, names: pl.DataFrame) -> None:
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    register_words(index)
    writer = index.writer(heap_size=_INDEX_MEMORY, num_threads=1)
    countries = entities["country"].to_list()
    for row, (owner, key) in enumerate(names.select("owner", "key").iter_rows()):
        document = tantivy.Document(words=key, row=row)
        if countries[owner]:
            document.add_text("country", countries[owner])
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
