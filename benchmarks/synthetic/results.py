"""Results of synthetic projects: publications, deliverables, summaries; check digits fit."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.synthetic.texts import masked, texts

__all__ = ["results"]

_LAST_YEARS: Final = 4
# category -> collection, share; as the dump has them
_CATEGORIES: Final = {
    "projectPublication:PEER_REVIEWED_ARTICLE": ("publication", 0.32),
    "projectPublication:CONFERENCE_PROCEEDING": ("publication", 0.13),
    "projectPublication:OTHER": ("publication", 0.05),
    "projectPublication:BOOK_CHAPTER": ("publication", 0.02),
    "deliverableType:R": ("deliverable", 0.28),
    "deliverableType:DMP": ("deliverable", 0.12),
    "": ("pubsum", 0.08),
}


def results(rng: np.random.Generator, projects: pl.Series) -> pl.DataFrame:
    """Return rows of result.csv: three projects of five have some, four in the middle."""
    n = projects.len()
    many = np.rint(rng.lognormal(1.45, 1.1, n)).astype(np.int64)
    at = np.repeat(np.arange(n), np.where(rng.random(n) < 0.6, np.minimum(many, 240), 0))
    project, rows = projects.gather(at), at.size
    shares = np.array([share for _, share in _CATEGORIES.values()])
    drawn = rng.choice(len(shares), rows, p=shares / shares.sum())
    collection = pl.Series([c for c, _ in _CATEGORIES.values()]).gather(drawn)
    number = pl.Series(np.arange(rows)).cast(pl.String)
    published = collection == "publication"
    serial = rng.integers(0, 4_000, rows)  # of a journal
    journal, house = (pl.Series(s).cast(pl.String) for s in (serial, serial % 500))
    year = pl.Series(2022 + rng.integers(0, _LAST_YEARS, rows)).cast(pl.String)
    book = pl.Series(drawn == 3)
    page = "https://synthetic-results.example/" + project + "/" + number
    return pl.DataFrame({
        "projectID": project,
        "id": project + "_88" + number + "_" + collection.str.to_uppercase(),
        "rcn": project + number,
        "collection": collection,
        "otherCategories": pl.Series(list(_CATEGORIES)).gather(drawn),
        "title": "Synthetic result: " + texts(rng, rows, 7),
        "authors": _where(published, "Synthetic, " + texts(rng, rows, 8, "; ").str.to_titlecase()),
        "journalTitle": _where(published, "Synthetic journal " + journal),
        "publisher": _where(published, "Synthetic publisher " + house),
        "publishedYear": _where(published, year),
        "doi": masked(rng, _where(published, "10.5555/synthetic." + project + "." + number), 0.9),
        "issn": _where(pl.Series(drawn < 2), _issn(serial)),
        "isbn": _where(book, _isbn(rng.integers(0, 10**9, rows))),
        "physUrl": _where(collection == "deliverable", page),
        "contentUpdateDate": "2025-11-30 12:00:00",
    })  # fmt: skip


def _where(condition: pl.Series, told: pl.Series) -> pl.Series:
    return pl.select(pl.when(condition).then(told)).to_series()


def _digits(numbers: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
    powers = 10 ** np.arange(length - 1, -1, -1)
    return numbers[:, None] // powers % 10


def _issn(serial: npt.NDArray[np.int64]) -> pl.Series:
    """ISO 3297: the check digit weighs the others by 8 to 2, modulo 11."""
    number = 8_800_000 + serial
    check = (-(_digits(number, 7) * np.arange(8, 1, -1)).sum(axis=1)) % 11
    text = pl.Series(number).cast(pl.String)
    last = pl.Series(list("0123456789X")).gather(check)
    return text.str.slice(0, 4) + "-" + text.str.slice(4) + last


def _isbn(serial: npt.NDArray[np.int64]) -> pl.Series:
    """ISO 2108: 13 digits, weighed by 1 and 3 in turn, modulo 10."""
    number = 979_000_000_000 + serial
    weights = np.where(np.arange(12) % 2, 3, 1)
    check = (-(_digits(number, 12) * weights).sum(axis=1)) % 10
    return pl.Series(number).cast(pl.String) + pl.Series(check).cast(pl.String)
