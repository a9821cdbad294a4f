"""Full-text search over the names of things: words, beginnings of words, and typing errors.

An index of tantivy in memory; names are folded to plain letters, so that `Universite` finds
`Université` and Greek names are found by their Latin spelling.
"""

from __future__ import annotations

import re
from typing import Any, Final, Self

import polars as pl
import tantivy
from anyascii import anyascii

__all__ = ["NameSearch"]

_WORD: Final = re.compile(r"[a-z0-9]+")
_WHOLE: Final = 20.0  # how much more a whole name, such as an acronym, counts than a word of one
_LONGEST: Final = 60  # letters of a word above which it is looked for as it stands
_FUZZY_FROM: Final = 4  # letters below which one error would match nearly anything


class NameSearch:
    """Names of things, searched by words; `ids` are the things."""

    def __init__(self, index: tantivy.Index, ids: pl.Series) -> None:
        self.ids = ids
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def build(cls, names: pl.DataFrame) -> Self:
        """Index a frame of `id` and `name`; all names of one thing are one document."""
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("place", fast=True)
        builder.add_text_field("name", tokenizer_name="whitespace")
        builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
        index = tantivy.Index(builder.build())
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        grouped = names.group_by("id", maintain_order=True).agg(pl.col("name").unique())
        for place, spellings in enumerate(grouped["name"]):
            whole = [" ".join(_words(name)) for name in spellings if name]
            writer.add_document(tantivy.Document(place=place, name=" ".join(whole), whole=whole))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index, grouped["id"])

    def search(self, text: str, limit: int = 1000) -> pl.DataFrame:
        """Return what is found, best first: whole names, exact words, beginnings of words, typos.

        Columns: place (row number in `ids`), id, score.
        """
        words = _words(text)[:20]
        hits = self._hits(self._all(words), limit) if words else []
        if words and not hits:
            hits = self._hits(self._any(words), limit)
        # a column of numbers; to fetch each document from the index takes ten times as long
        places = self._searcher.fast_field_values("place", [address for _, address in hits])
        place = pl.Series("place", places, pl.Int64)
        score = pl.Series("score", [score for score, _ in hits], pl.Float64)
        return pl.DataFrame([place, self.ids.gather(place).alias("id"), score])

    def _hits(self, query: tantivy.Query, limit: int) -> list[Any]:
        return self._searcher.search(query, limit).hits

    def _all(self, words: list[str]) -> tantivy.Query:
        asked = [(tantivy.Occur.Must, self._word(word)) for word in words]
        whole = tantivy.Query.term_query(self._index.schema, "whole", " ".join(words))
        named = tantivy.Query.boost_query(whole, _WHOLE)
        return tantivy.Query.boolean_query([*asked, (tantivy.Occur.Should, named)])

    def _any(self, words: list[str]) -> tantivy.Query:
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._word(word)) for word in words]
        )

    def _word(self, word: str) -> tantivy.Query:
        schema = self._index.schema
        term = tantivy.Query.boost_query(tantivy.Query.term_query(schema, "name", word), 4.0)
        options: list[tuple[Any, tantivy.Query]] = [(tantivy.Occur.Should, term)]
        if 1 < len(word) <= _LONGEST:
            begins = tantivy.Query.regex_query(schema, "name", f"{word}.*")
            options.append((tantivy.Occur.Should, tantivy.Query.boost_query(begins, 1.5)))
        if _FUZZY_FROM <= len(word) <= _LONGEST:
            distance = 1 if len(word) < 2 * _FUZZY_FROM else 2
            fuzzy = tantivy.Query.fuzzy_term_query(schema, "name", word, distance=distance)
            options.append((tantivy.Occur.Should, tantivy.Query.boost_query(fuzzy, 0.5)))
        return tantivy.Query.boolean_query(options)


def _words(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).lower())
