"""Words of labelled projects as the training table keeps them, and their matrix again."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from permed.ingest.relevance.latent import LATENT, load_space, text_of, word_counts, word_matrix

__all__ = ["latent_of", "matrix_of", "word_rows"]


def word_rows(table: pl.DataFrame) -> pl.DataFrame:
    """Words of each project of a `complete` table: `words` (places in the space) and `counts`."""
    space = load_space()
    found = word_counts(text_of(table)).join(space.words, on="word", how="inner")
    grouped = found.sort("row", "column").group_by("row", maintain_order=True)
    lists = grouped.agg(
        pl.col("column").cast(pl.UInt16).alias("words"),
        pl.col("n").clip(0, 255).cast(pl.UInt8).alias("counts"),
    )
    rows = pl.DataFrame({"row": range(len(table))}, schema={"row": pl.UInt32})
    told = rows.join(lists, on="row", how="left", maintain_order="left").drop("row")
    return told.with_columns(pl.all().fill_null([]))


def matrix_of(rows: pl.DataFrame) -> sparse.csr_matrix:
    """Texts x words of rows that `word_rows` made, weighed as in scoring."""
    told = rows.select("words", "counts").with_row_index("row")
    found = told.explode("words", "counts", empty_as_null=True).drop_nulls("words")
    # a logarithm of 8-bit counts would be a half-precision number
    named = found.select("row", column=pl.col("words"), n=pl.col("counts")).cast(pl.UInt32)
    return word_matrix(named, len(rows), load_space())


def latent_of(matrix: sparse.csr_matrix) -> pl.DataFrame:
    """Places of texts in the latent space: the columns LATENT."""
    places: NDArray[np.float64] = (matrix @ load_space().coordinates).astype(np.float64)
    return pl.DataFrame(places, schema=list(LATENT))
