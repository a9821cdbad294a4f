"""Make the packaged table of who took part in which EU project outside the packaged activities.

Run: python -m benchmarks.met_elsewhere RELEASE CORDIS_ZIP [CORDIS_ZIP ...]
RELEASE is the folder of a release; the zips are CORDIS's (project, organization ...) of any
programme. Writes the table that `met_elsewhere` reads. Not a benchmark: kept beside them because it
needs the dumps, as they do.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import polars as pl

from permed.graph.network.link_prediction.met_elsewhere import TABLE


def main(release: Path, dumps: list[Path]) -> None:
    """Keep the participations of the release's PICs in projects that it does not hold."""
    identifiers = _together(release, "identifiers")
    pics = identifiers.filter(pl.col("scheme") == "pic").select(pic="value").unique()
    held = _together(release, "activities").select(
        project=pl.col("id").str.strip_prefix("project/")
    )
    taken = pl.concat([_participations(path) for path in dumps])
    ours = taken.join(pics, on="pic", how="semi").join(held, on="project", how="anti").unique()
    met = ours.filter(pl.len().over("project") > 1)
    looked_up = pics.select(pl.lit("0").alias("project"), "pic")  # every PIC that was looked for
    table = pl.concat([looked_up, met.select("project", "pic")]).cast(pl.UInt32)
    table.sort("project", "pic").write_parquet(TABLE, compression="zstd", compression_level=19)
    print(f"{table.height:,} rows, {TABLE.stat().st_size:,} bytes in {TABLE}")


def _together(release: Path, name: str) -> pl.DataFrame:
    files = sorted(release.glob(f"tables/*/{name}.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files], how="diagonal_relaxed")


def _participations(path: Path) -> pl.DataFrame:
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("organization.csv")
    table = pl.read_csv(raw, separator=";", infer_schema=False)
    return table.select(project="projectID", pic="organisationID").drop_nulls()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
