"""Makes lsa.npz, the latent space of words, from the texts of a whole dump; no label is read."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.linalg import svds

from permed.ingest.relevance.latent import DIMENSIONS, text_of, word_counts
from permed.ingest.relevance.matching import complete

__all__ = ["write_space"]

# A word in fewer projects is a name or a slip, one in more than this share says nothing.
_FEWEST, _MOST = 8, 0.3
_STEPS = 127  # coordinates are kept as whole numbers from -127 to 127


def write_space(projects: pl.DataFrame, place: Path | None = None) -> None:
    """Write the space of these projects (columns of `features`); same texts, same bytes."""
    table = complete(projects)
    counts = word_counts(text_of(table))
    often = counts.group_by("word").len("projects").sort("word")
    known = often.filter(pl.col("projects").is_between(_FEWEST, _MOST * len(table)))
    known = known.with_row_index("column")
    idf = np.log((1 + len(table)) / (1 + known["projects"].to_numpy())) + 1
    found = counts.join(known, on="word", how="inner").sort("row", "column")
    rows, columns = found["row"].to_numpy(), found["column"].to_numpy()
    values = (1 + np.log(found["n"].to_numpy())) * idf[columns]
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(table), len(known)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scaled = sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-12)) @ matrix)
    start = np.ones(min(scaled.shape))
    _, values, axes = svds(scaled, k=DIMENSIONS, v0=start)
    axes = axes[np.argsort(-values)].T
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(DIMENSIONS)])
    axes = axes / (scaled @ axes).std(axis=0)
    step = np.abs(axes).max(axis=0) / _STEPS
    np.savez_compressed(
        place or Path(str(files("permed.ingest.relevance").joinpath("lsa.npz"))),
        words=np.frombuffer("\n".join(known["word"]).encode(), dtype=np.uint8),
        idf=idf.astype(np.float16),
        coordinates=np.round(axes / step).astype(np.int8),
        step=step.astype(np.float32),
    )
