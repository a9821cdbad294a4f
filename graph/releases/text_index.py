"""One text index a release, on disk: names, identifiers, titles, objectives and topic words.

It is written when a release is published and opened where things are searched, so that no search
needs the texts in memory. Letters are folded to plain ones: `Universite` finds `Université`, and
Greek names are found by their Latin spelling. The engine is tantivy; ranking is BM25 (Robertson
and Zaragoza 2009, The Probabilistic Relevance Framework).
"""

from __future__ import annotations

import math
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl
import tantivy
from anyascii import anyascii

from permed.graph.errors import InputError, NotFoundError
from permed.graph.identifiers import recognise
from permed.graph.releases.checksums import check_files
from permed.graph.store.embedded.statements import read_statements
from permed.ontology import PREFIXES

__all__ = ["FOLDER", "TextIndex", "open_text_index", "write_text_index"]

FOLDER: Final = "text_index"
_IDS: Final = "ids.parquet"
_NAMES: Final = ("rdfs:label", "skos:prefLabel", "skos:altLabel", "eurio:legalName")
_SHORT: Final = "pm:acronym"
_TEXTS: Final = ("eurio:abstract", "skos:definition", "rdfs:comment", "skos:note", "pm:city")
_NODES: Final = ("pm:identifier", "skos:notation", "pm:topic", "eurio:doi")
_WORD: Final = re.compile(r"[a-z0-9]+")
_HEAP: Final = 64_000_000  # bytes for writing
_MOST_WORDS: Final = 100  # of a search text
_LONGEST: Final = 60  # letters of a word above which only that very word is looked for
_FUZZY_FROM: Final = 4  # letters below which one error would match nearly anything
# how much a match counts: a whole name such as an acronym, a word of a name, its beginning, a word
# of a text, a word with a typing error
_WHOLE, _NAME, _BEGINNING, _TEXT, _TYPO = 20.0, 4.0, 1.5, 0.4, 0.5
_FLOOR: Final = 1 / 3  # of the weight of a text, where nothing has all its words


def write_text_index(release: Path) -> None:
    """Write the index of the graph files of a release folder, in place of one that is there."""
    folder = release / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _fill(_index(folder), folder, sorted((release / "graphs").glob("*.nq")))


def open_text_index(release: Path) -> TextIndex:
    """Open the index of a release; where it has none that can be read, write one for the time.

    Releases of before, with a damaged index, or on media that cannot be locked, are searched like
    all others.
    """
    try:
        check_files(release, FOLDER)
        return TextIndex(release / FOLDER)
    except (NotFoundError, InputError):
        folder = Path(tempfile.mkdtemp(prefix="permed-text-"))
        _fill(_index(folder), folder, sorted((release / "graphs").glob("*.nq")))
        index = TextIndex(folder)
        weakref.finalize(index, shutil.rmtree, folder, ignore_errors=True)
        return index


class TextIndex:
    """Things by the words of what is said of them; `addresses` are their IRIs."""

    def __init__(self, folder: Path) -> None:
        """Open the index in a folder; NotFoundError where there is none that can be read."""
        try:
            index = tantivy.Index.open(str(folder))
            self._searcher, self._schema = index.searcher(), index.schema
            self.addresses: pl.Series = pl.read_parquet(folder / _IDS)["id"]
        except (OSError, ValueError, pl.exceptions.PolarsError) as problem:
            raise NotFoundError(f"no text index in {folder}: {problem}") from None

    def things(self, text: str, names_only: bool = False) -> list[tuple[str, float]]:
        """Return the IRI and score of all that has every word, best first; nothing is guessed."""
        hits = self.search(text, names_only=names_only, guess=False)
        found = self.addresses.gather(hits["row"])
        return list(zip(found.to_list(), hits["score"].to_list(), strict=True))

    def search(
        self, text: str, *, names_only: bool = False, floor: bool = True, guess: bool = True
    ) -> pl.DataFrame:
        """Return everything that the text finds, best first: columns `row`, `score`.

        row: number in `addresses`. A name begins with the text, or a thing has all the words, each
        in a name or as the beginning of a word there or, unless names_only, in a text; a word that
        nothing has may have a typing error. Where nothing has them all, things with some of them
        are found, rare words counting more: with a floor those with a third of the weight of the
        text. Without `guess` neither typing errors nor missing words are forgiven.
        """
        said = " ".join(_words(text))
        words = list(dict.fromkeys(said.split()))[:_MOST_WORDS]
        if not words:
            return _hits([], [])
        options = [self._word(word, names_only, guess) for word in words]
        whole = self._term("whole", said, _WHOLE)
        others = [self._term("identifier", key, 2 * _WHOLE) for key in _keys(text)]
        if 1 < len(said) <= _LONGEST:
            begins = tantivy.Query.regex_query(self._schema, "whole", f"{said}.*")
            others.append(tantivy.Query.boost_query(begins, _BEGINNING))
        found = self._found(_any([_all(options, [whole]), *others]))
        if found.height or not guess:
            return found
        return self._with_some(options, _FLOOR if floor else 0.0)

    def _with_some(self, options: Sequence[tantivy.Query], share: float) -> pl.DataFrame:
        """Return what has some of the words: at least this share of their weight.

        A word weighs log(1 + N / (n + 1)), where n of the N things have it.
        """
        everything = self._searcher.num_docs
        each = [self._found(option) for option in options]
        weights = [math.log1p(everything / (found.height + 1)) for found in each]
        weighed = [found.with_columns(w=pl.lit(w)) for found, w in zip(each, weights, strict=True)]
        held = pl.concat(weighed).group_by("row").agg(pl.col("score").sum(), pl.col("w").sum())
        enough = held.filter(pl.col("w") >= share * sum(weights))
        return enough.sort("score", "row", descending=[True, False]).select("row", "score")

    def _found(self, query: tantivy.Query) -> pl.DataFrame:
        hits = self._searcher.search(query, max(1, self._searcher.num_docs), count=False).hits
        # a column of numbers; to fetch each document from the index takes ten times as long
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return _hits(rows, [score for score, _ in hits])

    def _word(self, word: str, names_only: bool, guess: bool) -> tantivy.Query:
        options = [self._term("name", word, _NAME)]
        if 1 < len(word) <= _LONGEST:
            begins = tantivy.Query.regex_query(self._schema, "name", f"{word}.*")
            options.append(tantivy.Query.boost_query(begins, _BEGINNING))
        if not names_only:
            options.append(self._term("text", word, _TEXT))
        query = _any(options)
        if not (guess and _FUZZY_FROM <= len(word) <= _LONGEST) or self._has(query):
            return query
        distance = 1 if len(word) < 2 * _FUZZY_FROM else 2
        fuzzy = tantivy.Query.fuzzy_term_query(self._schema, "name", word, distance=distance)
        return tantivy.Query.boost_query(fuzzy, _TYPO)

    def _has(self, query: tantivy.Query) -> bool:
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _term(self, field: str, value: str, weight: float) -> tantivy.Query:
        return tantivy.Query.boost_query(
            tantivy.Query.term_query(self._schema, field, value), weight
        )


def _hits(rows: Sequence[object], scores: Sequence[float]) -> pl.DataFrame:
    return pl.DataFrame(
        {"row": rows, "score": scores}, schema={"row": pl.Int64, "score": pl.Float64}
    )


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in queries])


def _all(queries: Iterable[tantivy.Query], better: Iterable[tantivy.Query]) -> tantivy.Query:
    must = [(tantivy.Occur.Must, q) for q in queries]
    return tantivy.Query.boolean_query(must + [(tantivy.Occur.Should, q) for q in better])


def _words(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).lower())


def _keys(text: str) -> list[str]:
    """Return what a text is looked for as an identifier: as its registry writes it, and as is."""
    known = recognise(text)
    return list(dict.fromkeys([*([_key(known[1])] if known else []), _key(text)]))


def _key(identifier: str) -> str:
    """Write an identifier without blanks and capitals."""
    return "".join(identifier.split()).casefold()


def _index(folder: Path) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", fast=True)
    builder.add_text_field("name", tokenizer_name="whitespace")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("identifier", tokenizer_name="raw", index_option="basic")
    return tantivy.Index(builder.build(), path=str(folder))


def _fill(index: tantivy.Index, folder: Path, graphs: Sequence[Path]) -> None:
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    addresses = []
    for row, (address, said) in enumerate(_things(graphs)):
        addresses.append(address)
        names = [" ".join(_words(name)) for name in said["names"]]
        short = [" ".join(_words(name)) for name in said["short"]]
        writer.add_document(
            tantivy.Document(
                row=row,
                name=" ".join([*names, *(s for s in short if said["worded"] or " " not in s)]),
                whole=[*names, *short],
                text=" ".join(word for text in said["texts"] for word in _words(text)),
                identifier=[_key(value) for value in said["identifiers"]],
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    pl.DataFrame({"id": addresses}, schema={"id": pl.String}).write_parquet(folder / _IDS)


def _things(graphs: Sequence[Path]) -> Iterator[tuple[str, Mapping[str, list[str]]]]:
    """Yield each thing that has a name: its IRI, and its names, texts and identifiers.

    worded: not empty where a short name counts by its words. Registers of organisations write legal
    forms into short names (`BII GMBH`), which tell nothing; of projects they are names like others.
    """
    short = {_iri(name): name for name in (*_NAMES, _SHORT, *_TEXTS, *_NODES)}
    told = read_statements(graphs, short).select("s", "p", "o").unique(maintain_order=True)
    names = _values(told, _NAMES)
    labels = names.select(o="s", label="o")
    topics = _values(told, ["pm:topic"]).join(labels, on="o").select("s", o="label")
    notations = _values(told, ["skos:notation"]).select(o="s", value="o")
    nodes = _values(told, ["pm:identifier"]).join(notations, on="o").select("s", o="value")
    own = _values(told, ["skos:notation"]).join(names, on="s", how="semi")
    parts = {
        "names": names,
        "short": _values(told, [_SHORT]),
        "worded": names.join(_values(told, ["eurio:legalName"]), on="s", how="anti"),
        "texts": pl.concat([_values(told, _TEXTS), topics]),
        "identifiers": pl.concat([nodes, own, _values(told, ["eurio:doi"])]),
    }
    found = names.select("s").unique().sort("s")
    for column, frame in parts.items():
        lists = frame.group_by("s").agg(pl.col("o").unique().sort().alias(column))
        found = found.join(lists, on="s", how="left", maintain_order="left")
    for row in found.iter_rows(named=True):
        yield row["s"], {column: row[column] or [] for column in parts}


def _values(told: pl.DataFrame, properties: Sequence[str]) -> pl.DataFrame:
    return told.filter(pl.col("p").is_in(properties)).select("s", "o")


def _iri(name: str) -> str:
    prefix, local = name.split(":", 1)
    return PREFIXES[prefix] + local
