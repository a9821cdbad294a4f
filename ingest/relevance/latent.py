"""What a text is about beyond the phrases: its place in a latent space of words (LSA), its words.

lsa.npz holds the space: some 17,000 words of Horizon Europe, the rarity (idf) of each and its
coordinates, by a truncated singular value decomposition of the texts (Deerwester et al. 1990). No
label went into it; training/space.py makes it. A weight on a dimension is a weight on every word,
so that the words which move a score can be named. Beside the space each word has a weight of its
own for each model and question (words.npz), for what a hundred dimensions blur.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from permed.ingest.relevance.model import KINDS, TARGETS

__all__ = [
    "LATENT", "WORDS", "Space", "latent", "load_space", "load_word_weights", "telling_words",
    "text_matrix", "text_of", "word_counts", "word_matrix", "words_column",
]  # fmt: skip

Matrix = NDArray[np.float32]

DIMENSIONS = 100
LATENT = tuple(f"latent_{number:02d}" for number in range(DIMENSIONS))
# One score a model and question: what the words say by their own weights.
WORDS = tuple(f"words_{kind}_{target}" for kind in KINDS for target in TARGETS)
_WORD = r"[a-z0-9]{2,}"
_TOLD = 4  # words named a project


@dataclass(frozen=True)
class Space:
    """Words with idf (words) and coordinates (words x DIMENSIONS), of spread 1 over the corpus."""

    words: pl.DataFrame
    idf: Matrix
    coordinates: Matrix


@cache
def load_space() -> Space:
    """The shipped space, from lsa.npz: coordinates are kept as whole numbers times a step."""
    with np.load(Path(str(files(__package__).joinpath("lsa.npz")))) as held:
        words = bytes(held["words"]).decode().split("\n")
        coordinates = held["coordinates"].astype(np.float32) * held["step"]
        numbered = pl.DataFrame({"word": words}).with_row_index("column")
        return Space(numbered, held["idf"].astype(np.float32), coordinates)


@cache
def load_word_weights(path: Path | None = None) -> Matrix:
    """The shipped weights of single words: words of the space x WORDS, from words.npz.

    path: of the same kind of file from another version.
    """
    with np.load(path or Path(str(files(__package__).joinpath("words.npz")))) as held:
        weights: Matrix = held["weights"].astype(np.float32) * np.float32(held["step"])
        return weights


def words_column(kind: str, target: str) -> str:
    """The name among WORDS of what single words say for one model and question."""
    return f"words_{kind}_{target}"


def text_of(table: pl.DataFrame) -> pl.Series:
    """What the space reads of a `complete` table: title, keywords and objective.

    Without an objective also call titles, EuroSciVoc and titles of outputs stand in.
    """
    head = pl.concat_str("title", "keywords", separator=" . ")
    stand_in = pl.concat_str("topic_titles", "euroscivoc", "outputs", separator=" . ")
    rest = pl.when(pl.col("objective") != "").then("objective").otherwise(stand_in)
    return table.select(text=pl.concat_str(head, rest, separator=" . "))["text"]


def word_counts(texts: pl.Series) -> pl.DataFrame:
    """How often each word stands in each text: row, word, n."""
    words = texts.rename("word").str.to_lowercase().str.extract_all(_WORD)
    return (
        words.to_frame()
        .with_row_index("row")
        .explode("word", empty_as_null=True)
        .drop_nulls("word")
        .group_by("row", "word")
        .len("n")
    )


def latent(table: pl.DataFrame) -> pl.DataFrame:
    """What the words of each project of a `complete` table say, in its order: LATENT and WORDS."""
    space = load_space()
    texts = text_matrix(table, space)
    places = np.hstack([texts @ space.coordinates, texts @ load_word_weights()])
    return pl.DataFrame(places.astype(np.float64), schema=[*LATENT, *WORDS])


def telling_words(table: pl.DataFrame, weights: Mapping[str, float]) -> pl.Series:
    """The words that raise a score with these weights most, a text a row, "" where none does."""
    space = load_space()
    slope = space.coordinates @ np.array([weights.get(n, 0.0) for n in LATENT], dtype=np.float32)
    slope += load_word_weights() @ np.array([weights.get(n, 0.0) for n in WORDS], dtype=np.float32)
    raised = text_matrix(table, space).multiply(slope[None, :]).tocoo()
    terms = pl.DataFrame(
        {
            "row": raised.row.astype(np.uint32),
            "column": raised.col.astype(np.uint32),
            "part": raised.data.astype(np.float64).round(9),
        }
    ).filter(pl.col("part") > 0)
    first = pl.col("column").sort_by("part", "column", descending=[True, False]).head(_TOLD)
    best = terms.group_by("row").agg(first).explode("column", empty_as_null=True)
    named = best.join(space.words, on="column", how="left", maintain_order="left")
    lines = named.group_by("row", maintain_order=True).agg(pl.col("word").str.join(", "))
    rows = pl.DataFrame({"row": range(len(table))}, schema={"row": pl.UInt32})
    told = rows.join(lines, on="row", how="left", maintain_order="left")
    return told["word"].fill_null("").alias("words")


def text_matrix(table: pl.DataFrame, space: Space) -> sparse.csr_matrix:
    """Texts of a `complete` table x words, as `word_matrix` weighs them."""
    found = word_counts(text_of(table)).join(space.words, on="word", how="inner")
    return word_matrix(found, len(table), space)


def word_matrix(found: pl.DataFrame, texts: int, space: Space) -> sparse.csr_matrix:
    """Texts x words: (1 + ln n) x idf, each text of length 1; `found` holds row, column, n."""
    rows, columns = found["row"].to_numpy(), found["column"].to_numpy()
    values = (1 + np.log(found["n"].to_numpy())).astype(np.float32) * space.idf[columns]
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(texts, len(space.words)))
    matrix.sort_indices()  # rows of a join come in any order, sums must not
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    inverse = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    return sparse.csr_matrix(sparse.diags(inverse) @ matrix)
