"""What was matched before: a row is matched anew only where it, the dump or the matcher changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError

__all__ = ["MatchMemory"]

_KEY = ("name", "country", "city", "short_name", "website")


class MatchMemory:
    """Results of one dump and one matcher in a file of the cache, by what was asked.

    `made_with` names dump and matcher by their digests; other ones have another file.
    """

    def __init__(self, cache: Path, made_with: tuple[str, ...]) -> None:
        digest = hashlib.sha256("\0".join(made_with).encode()).hexdigest()
        self._path = cache / f"matches-{digest[:24]}.parquet"

    def results(
        self, asked: pl.DataFrame, day: str, match: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> pl.DataFrame:
        """Return for each row of `asked` (with the columns of the key) the result and its `day`.

        `match` is asked for what is not known yet, each row once; it returns a row of result each.
        """
        known = self._read()
        rows = asked.select(pl.col(c).cast(pl.String) for c in _KEY)
        fresh = rows.unique(maintain_order=True)
        if known is not None:
            fresh = fresh.join(known, on=_KEY, how="anti", nulls_equal=True, maintain_order="left")
        if fresh.height or known is None:
            found = pl.concat([fresh, match(fresh)], how="horizontal").with_columns(day=pl.lit(day))
            known = found if known is None else pl.concat([known, found])
            self._write(known)
        return rows.join(known, on=_KEY, how="left", nulls_equal=True, maintain_order="left").drop(
            _KEY
        )

    def _read(self) -> pl.DataFrame | None:
        """Return what the file holds; one that is damaged holds nothing."""
        try:
            return pl.read_parquet(self._path)
        except (OSError, pl.exceptions.PolarsError):
            return None

    def _write(self, known: pl.DataFrame) -> None:
        """Keep it whole or not at all, and only for the newest dump and matcher."""
        work = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            known.write_parquet(work)
            work.replace(self._path)
            for old in self._path.parent.glob("matches-*.parquet"):
                if old != self._path:
                    old.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{self._path}: cannot be written ({error.strerror})") from error
