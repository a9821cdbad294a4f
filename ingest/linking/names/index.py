"""The index of entity names: a dictionary of canonical keys, and a tantivy index for the rest."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from permed.graph.errors import InputError
from permed.ingest.linking.names.parsing import (
    city_key,
    country_aliases,
    country_code,
    fold,
    parse_name,
    unit_kinds,
)
from permed.ingest.linking.registry.entities import Entities

__all__ = ["NameIndex", "build_index", "open_index"]

FORMAT = 11
_ADDED = r"(?i)\s+(?:[-–—]\s|named after\s|named for\s|\(|im\.\s|imeni\s).*$"
_QUOTED = r"\s[\"“«„'‘].{3,}?[\"”»“'’](?:\s|$)"
_INDEX_MEMORY = 128_000_000


@dataclass
class NameIndex:
    """Entities and their names by row number, ready to be asked.

    Lists run by entity (``ids``, ``countries``, ...) or by name (``owner`` is the entity's row).
    """

    entities: pl.DataFrame
    names: pl.DataFrame
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    ids: list[str] = field(init=False)
    owner: list[int] = field(init=False)
    keys: list[tuple[str, ...]] = field(init=False)
    cores: list[str] = field(init=False)
    kinds: list[str] = field(init=False)
    natures: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.ids = self.entities["id"].to_list()
        self.owner = self.names["owner"].to_list()
        self.keys = [tuple(key.split(" ")) for key in self.names["key"]]
        self.cores = self.names["core"].to_list()
        self.kinds = self.names["kind"].to_list()

    @cached_property
    def exact(self) -> dict[str, list[int]]:
        """Names (not acronyms) by the words of their key, run together (``jiao tong``)."""
        return self._grouped(acronyms=False)

    @cached_property
    def acronyms(self) -> dict[str, list[int]]:
        """Acronyms by their folded words, run together."""
        return self._grouped(acronyms=True)

    def _grouped(self, *, acronyms: bool) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, (key, kind) in enumerate(zip(self.keys, self.kinds, strict=True)):
            if (kind == "acronym") == acronyms:
                found["".join(key)].append(row)
        return dict(found)

    @cached_property
    def idf(self) -> dict[str, float]:
        """Weight of a word: the logarithm of how rare it is among names, 1 for the rarest."""
        counts = self.names.select(pl.col("key").str.split(" ").explode().alias("word"))
        scale = math.log(1 + self.names.height)
        return {
            word: math.log(1 + self.names.height / count) / scale
            for word, count in counts.group_by("word").len().iter_rows()
        }

    @cached_property
    def telling(self) -> dict[str, float]:
        """Weight of a word where names are compared quickly: ``university`` counts less."""
        kinds = unit_kinds()
        return {word: idf * (0.4 if word in kinds else 1.0) for word, idf in self.idf.items()}

    @cached_property
    def names_of(self) -> list[list[int]]:
        """Rows of the names of each entity."""
        found: list[list[int]] = [[] for _ in self.ids]
        for row, owner in enumerate(self.owner):
            found[owner].append(row)
        return found

    @cached_property
    def short_names(self) -> list[frozenset[str]]:
        """Acronyms of each entity, folded."""
        return [
            frozenset(self.cores[row] for row in rows if self.kinds[row] == "acronym")
            for rows in self.names_of
        ]

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of an entity by its id."""
        return {key: row for row, key in enumerate(self.ids)}

    @cached_property
    def parents(self) -> list[tuple[int, ...]]:
        """Rows of the parents of each entity."""
        return self._rows("parents")

    @cached_property
    def related(self) -> list[tuple[int, ...]]:
        """Rows of the entities each one works with (a university and its hospital)."""
        return self._rows("related")

    def _rows(self, column: str) -> list[tuple[int, ...]]:
        rows = self.row_of
        return [tuple(rows[key] for key in keys if key in rows) for keys in self.entities[column]]

    @cached_property
    def branches(self) -> dict[tuple[int, tuple[str, ...]], list[int]]:
        """Rows of the children of an entity in a city."""
        found: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for row, parents in enumerate(self.parents):
            for parent in parents:
                for city in self.cities[row]:
                    found[parent, city].append(row)
        return dict(found)

    @cached_property
    def schemes(self) -> list[frozenset[str]]:
        """Kinds of identifier of each entity."""
        return [frozenset(schemes) for schemes in self.entities["schemes"]]

    @cached_property
    def children(self) -> list[int]:
        """How many entities name each one as their parent."""
        counts = Counter(parent for parents in self.parents for parent in parents)
        return [counts[row] for row in range(len(self.ids))]

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        """Words of names by their first two letters, the frequent ones first."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.idf, key=lambda word: (self.idf[word], word)):
            if len(word) >= 5:
                found[word[:2]].append(word)
        return found

    def corrected(self, words: Sequence[str]) -> list[str]:
        """Words with one slip of the pen mended (``berln``) where no name has them as they are."""
        return [word if word in self.idf else self._mended(word) for word in words]

    def _mended(self, word: str) -> str:
        if len(word) < 5 or not word.isalpha():
            return word
        options = self._spellings.get(word[:2], [])
        found = process.extractOne(word, options, scorer=OSA.distance, score_cutoff=1)
        return str(found[0]) if found else word

    @cached_property
    def countries(self) -> list[str | None]:
        """ISO country of each entity."""
        return self.entities["country"].to_list()

    @cached_property
    def compatriots(self) -> list[float]:
        """Logarithm of how many entities share the country of each."""
        counts = Counter(self.countries)
        return [math.log(counts[country]) for country in self.countries]

    @cached_property
    def cities(self) -> list[list[tuple[str, ...]]]:
        """City keys of each entity."""
        return [[city_key(city) for city in cities] for cities in self.entities["cities"]]

    @cached_property
    def regions(self) -> list[list[tuple[str, ...]]]:
        """Region names and codes of each entity, folded."""
        return [[fold(region) for region in regions] for regions in self.entities["regions"]]

    @cached_property
    def types(self) -> list[list[str]]:
        """Types of each entity."""
        return self.entities["types"].to_list()

    @cached_property
    def weights(self) -> list[float]:
        """Renown of each entity."""
        return self.entities["weight"].to_list()

    @cached_property
    def inactive(self) -> list[bool]:
        """Whether each entity has closed."""
        return (self.entities["status"] != "active").to_list()

    def whole_word(self, start: str) -> str | None:
        """The most frequent word that an abbreviation (``accel.``) begins, where one does."""
        options = self._spellings.get(start[:2], [])
        found = next((word for word in options if word.startswith(start)), None)
        if found is None or self.idf[found] > self.idf.get(start, 1.0) - 0.1:
            return None
        return found

    def search(
        self,
        words: Sequence[str],
        limit: int,
        hints: Sequence[str] = (),
        country: str | None = None,
    ) -> list[int]:
        """Rows of the names that share the most telling words (BM25), those at home first.

        ``hints`` are words that count for half.
        """
        known = [word for word in dict.fromkeys(words) if word in self.idf]
        if not known:
            return []
        terms = [self._term("words", word, 1.0) for word in known]
        terms += [self._term("words", word, 0.5) for word in sorted(set(hints).difference(known))]
        if country:
            terms.append(self._term("country", country, 1.5))
        hits = self.searcher.search(tantivy.Query.boolean_query(terms), limit, count=False).hits
        return self.searcher.fast_field_values("row", [address for _, address in hits])  # type: ignore[return-value]

    def _term(self, column: str, word: str, boost: float) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_query(self.schema, column, word)
        if boost != 1.0:
            query = tantivy.Query.boost_query(query, boost)
        return tantivy.Occur.Should, query


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="words", index_option="freq")
    builder.add_text_field("country", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("row", fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyzer)


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
    return _load(folder)


def open_index(folder: Path, checksum: str) -> NameIndex | None:
    """Open a cached index, or None where there is none for this checksum and format."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if (manifest["format"], manifest["checksum"]) != (FORMAT, checksum):
            return None
        index = _load(folder)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None
    return index if index.names.height == manifest["names"] else None


def _load(folder: Path) -> NameIndex:
    index = tantivy.Index.open(str(folder / "tantivy"))
    _register(index)
    index.reload()
    entities = pl.read_parquet(folder / "entities.parquet")
    names = pl.read_parquet(folder / "names.parquet")
    return NameIndex(entities, names, index.searcher(), index.schema)


def _parsed_names(entities: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Names with their owner's row, core and key; names without any word are left out."""
    rows = entities.select("id", "country", pl.int_range(pl.len()).alias("owner"))
    every = pl.concat([names, _cut_short(names)]).unique(
        ["id", "value"], keep="first", maintain_order=True
    )
    joined = every.join(rows, on="id", how="inner", maintain_order="left")
    parsed = [
        parse_name(_without_place(value, country))
        for value, country in joined.select("value", "country").iter_rows()
    ]
    return joined.select(
        "owner",
        "value",
        _settled_kind(),
        pl.Series("core", [" ".join(name.core) for name in parsed]),
        pl.Series("key", [" ".join(name.key) for name in parsed]),
    ).filter(pl.col("key") != "", _unshared())


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


def _unshared() -> pl.Expr:
    """A shortened name that others have too (``University - Institute``) names none of them."""
    return (pl.col("kind") != "short") | (pl.col("owner").n_unique().over("key") == 1)


def _settled_kind() -> pl.Expr:
    """A long acronym of several words (``EATRIS-ERIC``) identifies as well as a name does."""
    spelt = pl.col("value").str.contains(r"\S[ -]\S") & (pl.col("value").str.len_chars() >= 7)
    acronym = pl.col("kind") == "acronym"
    return pl.when(acronym & spelt).then(pl.lit("alias")).otherwise("kind").alias("kind")


def _without_place(value: str, country: str | None) -> str:
    """Drop the country that ROR writes behind a company, ``Bayer (Germany)``."""
    head, opened, tail = value.rpartition("(")
    if not opened or not head.strip() or not tail.endswith(")"):
        return value
    place = fold(tail[:-1])
    return head if country and country_aliases().get(place) == country else value


def _write_tantivy(folder: Path, entities: pl.DataFrame, names: pl.DataFrame) -> None:
    folder.mkdir()
    index = tantivy.Index(_schema(), path=str(folder))
    _register(index)
    writer = index.writer(heap_size=_INDEX_MEMORY, num_threads=1)
    countries = entities["country"].to_list()
    for row, (owner, key) in enumerate(names.select("owner", "key").iter_rows()):
        document = tantivy.Document(words=key, row=row)
        if countries[owner]:
            document.add_text("country", countries[owner])
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
