"""Makes the packaged sample: how ROR calls the organisations of the packaged data.

    python -m permed.ingest.sources.ror.sample --home releases v2.9-2026-06-30-ror-data.zip

Names only: places, relations and identifiers of further registries come with a whole dump.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from permed.graph.errors import PermedError
from permed.graph.releases.release import Releases
from permed.ingest.linking.registry.ror_dump import Registry, read_registry
from permed.ingest.sources.ror.packaged_names import SAMPLE

__all__ = ["main", "sample"]

_PAGE: Final = "https://ror.org/"


def sample(registry: Registry, wanted: Iterable[str]) -> pl.DataFrame:
    """Return id (short), value, lang, types (parted by blanks) of the records that are wanted.

    A record that the registry withdrew, or never gave a name to show, is left out.
    """
    full = [_PAGE + key for key in wanted]
    kept = registry.organisations.filter(
        pl.col("id").is_in(full), pl.col("status") != "withdrawn", pl.col("name").is_not_null()
    )
    mine = registry.names.filter(pl.col("id").is_in(kept["id"].implode()))
    return mine.select(
        pl.col("id").str.strip_prefix(_PAGE),
        "value",
        "lang",
        types=pl.col("types").list.sort().list.join(" "),
    ).sort("id", "types", "value", "lang", nulls_last=True)


def _wanted(home: Path) -> set[str]:
    """ROR ids of the organisations of the current release."""
    release = Releases(home).current()
    found: set[str] = set()
    for path in sorted((release.path / "tables").glob("*/identifiers.parquet")):
        rows = pl.read_parquet(path).filter(
            pl.col("scheme") == "ror",
            pl.col("match") == "exact",
            pl.col("entity").str.starts_with("organisation/"),
        )
        found.update(rows["value"])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sample from a dump, for the organisations of a release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--home", type=Path, default=Path("releases"))
    parser.add_argument("--out", type=Path, default=SAMPLE)
    told = parser.parse_args(arguments)
    try:
        rows = sample(read_registry(told.dump), _wanted(told.home))
    except PermedError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    told.out.parent.mkdir(parents=True, exist_ok=True)
    rows.write_csv(told.out)
    print(f"{told.out}: {rows['id'].n_unique():,} organisations, {rows.height:,} names")
    return 0


if __name__ == "__main__":
    sys.exit(main())
