"""Look up entities by name: a dictionary of canonical keys, and a tantivy index for the rest."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from permed.ingest.linking.names.kept_tables import KeptTables
from permed.ingest.linking.names.parsing import city_key, fold, unit_kinds
from permed.ingest.linking.names.spelling import MAY_BE_UMLAUT
from permed.ingest.linking.registry.collection import no_collection

__all__ = ["FORMAT", "NameIndex", "load_index", "open_index", "register_words"]

FORMAT = 20  # of the files; other code makes another index


@dataclass
class NameIndex:
    """Entities and their names by row number, ready to be asked.

    Lists run by entity (``ids``, ``countries``, ...) or by name (``owner`` is the entity's row).
    """

    entities: pl.DataFrame
    names: pl.DataFrame
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    kept: KeptTables = field(default_factory=lambda: KeptTables(None))
    ids: list[str] = field(init=False)
    owner: list[int] = field(init=False)
    keys: list[tuple[str, ...]] = field(init=False)
    cores: list[str] = field(init=False)
    kinds: list[str] = field(init=False)
    values: list[str] = field(init=False)
    begins: list[int] = field(init=False)
    natures: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.ids = self.entities["id"].to_list()
        self.owner = self.names["owner"].to_list()
        keys = self.names["key"].to_list()
        self.keys = self.kept.get("keys", lambda: [tuple(key.split(" ")) for key in keys])
        self.cores = self.names["core"].to_list()
        self.kinds = self.names["kind"].to_list()
        self.values = self.names["value"].to_list()
        self.begins = self.names["begins"].to_list()

    @cached_property
    def with_umlauts(self) -> frozenset[int]:
        """Rows of names that hold a letter which may be written in two ways (``ä``, ``ae``)."""
        found = self.names["value"].str.contains(MAY_BE_UMLAUT)
        return frozenset(found.arg_true().to_list())

    @cached_property
    def exact(self) -> dict[str, list[int]]:
        """Names (not acronyms) by the words of their key, run together (``jiao tong``)."""
        return self.kept.get("exact", lambda: self._grouped(acronyms=False))

    @cached_property
    def acronyms(self) -> dict[str, list[int]]:
        """Acronyms by their folded words, run together."""
        return self.kept.get("acronyms", lambda: self._grouped(acronyms=True))

    def _grouped(self, *, acronyms: bool) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, (key, kind) in enumerate(zip(self.keys, self.kinds, strict=True)):
            if (kind == "acronym") == acronyms:
                found["".join(key)].append(row)
        return dict(found)

    @cached_property
    def idf(self) -> dict[str, float]:
        """Weight of a word: the logarithm of how rare it is among names, 1 for the rarest."""
        return self.kept.get("idf", self._counted)

    def _counted(self) -> dict[str, float]:
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
    def row_of_identifier(self) -> dict[str, int]:
        """Row of an entity by an identifier (``scheme:value``); one of two entities is none's."""
        rows: dict[str, int | None] = {}
        for row, identifiers in enumerate(self.entities["identifiers"].to_list()):
            for identifier in identifiers:
                rows[identifier] = None if identifier in rows else row
        return {identifier: row for identifier, row in rows.items() if row is not None}

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
        lists = self.entities[column].to_list()
        return self.kept.get(
            column, lambda: [tuple(rows[key] for key in keys if key in rows) for keys in lists]
        )

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
        return [frozenset(schemes) for schemes in self.entities["schemes"].to_list()]

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
        lists = self.entities["cities"].to_list()
        return self.kept.get("cities", lambda: [[city_key(c) for c in cities] for cities in lists])

    @cached_property
    def regions(self) -> list[list[tuple[str, ...]]]:
        """Region names and codes of each entity, folded."""
        lists = self.entities["regions"].to_list()
        return self.kept.get("regions", lambda: [[fold(r) for r in regions] for regions in lists])

    @cached_property
    def types(self) -> list[list[str]]:
        """Types of each entity."""
        return self.entities["types"].to_list()

    @cached_property
    def weights(self) -> list[float]:
        """Renown of each entity."""
        return self.entities["weight"].to_list()

    @cached_property
    def created(self) -> list[int | None]:
        """Year in which the registry took up each entity; undated ones are old."""
        return self.entities["created"].to_list()

    @cached_property
    def successors(self) -> list[str | None]:
        """Id of the living entity that took over each closed one, where one did."""
        return self.entities["successor"].to_list()

    @cached_property
    def inactive(self) -> list[bool]:
        """Whether each entity has closed."""
        return (self.entities["status"] != "active").to_list()

    def whole_word(self, start: str) -> str | None:
        """The most frequent word that an abbreviation (``accel.``) begins, where one does."""
        options = self._spellings.get(start[:2], [])
        found = next((word for word in options if word.startswith(start)), None)
        rarer = found is None or self.idf[found] > self.idf.get(start, 1.0) - 0.1
        return None if rarer else found

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


def register_words(index: tantivy.Index) -> None:
    """Make the tokenizer of the words known to an index."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", analyzer)


def open_index(folder: Path, checksum: str) -> NameIndex | None:
    """Open a cached index, or None where there is none for this checksum and format."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if (manifest["format"], manifest["checksum"]) != (FORMAT, checksum):
            return None
        index = load_index(folder)
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None
    return index if index.names.height == manifest["names"] else None


def load_index(folder: Path) -> NameIndex:
    """Open the index in a folder."""
    index = tantivy.Index.open(str(folder / "tantivy"))
    register_words(index)
    index.reload()
    entities = pl.read_parquet(folder / "entities.parquet")
    names = pl.read_parquet(folder / "names.parquet")
    kept = KeptTables(folder)
    with no_collection():
        return NameIndex(entities, names, index.searcher(), index.schema, kept)
