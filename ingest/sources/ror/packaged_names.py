"""The packaged sample: the names that ROR gives the organisations of the packaged data.

`sample/names.csv`: id (short), value, lang, types (parted by blanks), a row a name; CC0.
`sample.py` makes it from a dump.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from permed.ingest.linking.registry.ror_dump import Registry

__all__ = ["DAY", "SAMPLE", "packaged_registry"]

SAMPLE: Final = Path(__file__).parent / "sample" / "names.csv"
DAY: Final = "2026-11-22"  # on which the dump, v2.9, was read
_PAGE: Final = "https://ror.org/"
_COLUMNS: Final = ("id", "value", "lang", "types")


def packaged_registry() -> Registry:
    """Return the records of the sample as a registry that knows nothing but names."""
    names = pl.read_csv(SAMPLE, schema=dict.fromkeys(_COLUMNS, pl.String)).with_columns(
        pl.concat_str(pl.lit(_PAGE), "id").alias("id"), pl.col("types").str.split(" ")
    )
    shown = names.filter(pl.col("types").list.contains("ror_display"))
    organisations = shown.select(
        "id",
        name="value",
        status=pl.lit("active"),
        country=pl.lit(None, dtype=pl.String),
        city=pl.lit(None, dtype=pl.String),
        types=pl.lit([], dtype=pl.List(pl.String)),
        websites=pl.lit([], dtype=pl.List(pl.String)),
    )
    return Registry(
        organisations,
        names,
        pl.DataFrame(schema=dict.fromkeys(("id", "type", "target"), pl.String)),
        pl.DataFrame(schema=dict.fromkeys(("id", "scheme", "value"), pl.String)),
    )
