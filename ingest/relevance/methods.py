"""By what a label was given, in the words that a classification names as its method."""

from __future__ import annotations

from typing import Final

import polars as pl

from permed.ingest.relevance.scoring import METHOD

__all__ = ["AGREE", "DIFFER", "GUIDE", "is_guess", "judged_by"]

# The rules that readers worked by; another guide, another number.
GUIDE: Final = "guide 1"
AGREE: Final = f"two readers who agree, {GUIDE}"
# what follows names the method that decided between them
DIFFER: Final = f"two readers who differ, {GUIDE}"


def is_guess(method: pl.Expr) -> pl.Expr:
    """Whether our own method alone gave a label, in whatever version."""
    return method.str.starts_with(METHOD).fill_null(False)


def judged_by(method: pl.Expr) -> pl.Expr:
    """What made a label, by the `version` of error.csv: a guide, a version; null for people."""
    read = method.str.starts_with(AGREE) | method.str.starts_with(DIFFER)
    version = pl.when(is_guess(method)).then(method.str.extract(r"version (\S+)$"))
    return pl.when(read).then(pl.lit(GUIDE)).otherwise(version)
