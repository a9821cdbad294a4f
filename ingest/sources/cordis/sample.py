"""Makes the packaged sample: facts of the PM core projects, in the official layout, without prose.

    python -m permed.ingest.sources.cordis.sample --out sample.zip HORIZONprojects-csv.zip ...

Objectives and keywords are left blank, so the labels that were judged with them travel along
(`relevance.csv`, `sriaAreas.csv`), and so do the totals of the whole dump (`totals.csv`) that
shares are made with.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from permed.graph.errors import PermedError
from permed.ingest.sources.cordis import scope
from permed.ingest.sources.cordis.dump import Dump, open_dump
from permed.ingest.sources.cordis.layout import metadata

__all__ = ["main", "sample"]

LIMIT = 3_000_000  # bytes of the archive; the strongest scores stay when there is more
_PROSE = {"objective", "keywords", "description"}
_TABLES = {
    "project": "project.csv",
    "organization": "organization.csv",
    "euroscivoc": "euroSciVoc.csv",
    "legal_basis": "legalBasis.csv",
    "topics": "topics.csv",
    "policy": "policyPriorities.csv",
    "web_link": "webLink.csv",
    "relevance": "relevance.csv",
    "sria_areas": "sriaAreas.csv",
    "totals": "totals.csv",
}
_NO_CHOICE = frozenset({"totals"})  # tables that are not about single projects


def sample(dump: Dump, limit: int = LIMIT) -> bytes:
    """Return the zip archive of the core projects, at most `limit` bytes; same input, same bytes.

    The strongest scores stay where there are too many. Rows that reading rejects come along, so
    that the packaged build tells of them as a build from the whole dump does.
    """
    ranked = dump.labels.filter(pl.col("label") == "core").sort(
        pl.col("score").cast(pl.Float64), "id", descending=[True, False], nulls_last=True
    )
    tables = {**dump.tables, "relevance": ranked.rename({"id": "project"})}
    tables["sria_areas"] = dump.areas(dump.projects).rename({"id": "project"})
    tables["totals"] = scope.totals(dump.projects, dump.participations)
    day = str(dump.projects["updated"].max() or dump.projects["seen"].max())
    count = ranked.height
    while True:
        chosen = ranked["id"].head(count)
        data = _archive({n: _part(n, tables[n], chosen) for n in _TABLES}, day)
        if len(data) <= limit or count < 2:
            return data
        count = min(count - 1, int(count * limit / len(data)))


def _part(name: str, rows: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """Rows of the chosen projects under the official column names, prose blanked, sorted."""
    columns = metadata()["layouts"][name]["columns"]
    if name not in _NO_CHOICE:
        key = "id" if name == "project" else "project"
        rows = rows.filter(pl.col(key).is_in(chosen.implode()))
    texts = [
        pl.lit("").alias(names[0])
        if target in _PROSE
        else pl.col(target).cast(pl.String).alias(names[0])
        for target, names in columns.items()
    ]
    laid = rows.select(texts).fill_null("")
    return laid.sort(laid.columns[:4])


def _archive(tables: dict[str, pl.DataFrame], day: str) -> bytes:
    """Zip the tables as wholly quoted CSV, dated with the day of the dump."""
    year, month, date = (int(part) for part in day.split("-"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, rows in tables.items():
            text = rows.write_csv(separator=";", quote_style="always", line_terminator="\r\n")
            archive.writestr(zipfile.ZipInfo(_TABLES[name], (year, month, date, 0, 0, 0)), text,
                             compress_type=zipfile.ZIP_DEFLATED)  # fmt: skip
    return buffer.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read dumps named on the command line and write the sample; 0 when it was written."""
    parser = argparse.ArgumentParser(
        prog="python -m permed.ingest.sources.cordis.sample",
        description=__doc__.split("\n")[0] if __doc__ else None,
    )
    parser.add_argument("--out", type=Path, required=True, help="archive to write")
    parser.add_argument("--limit", type=int, default=LIMIT, help="most bytes (default %(default)s)")
    parser.add_argument("files", type=Path, nargs="+", help="zips, folders or tables of CORDIS")
    given = parser.parse_args(arguments)
    try:
        data = sample(
            open_dump(given.files, lambda line: print(line, file=sys.stderr)), given.limit
        )
    except PermedError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    given.out.write_bytes(data)
    print(f"{given.out}: {len(data):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
