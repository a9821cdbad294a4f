"""Published figures of Horizon 2020 in April 2016 beside ours.

Run: python -m benchmarks.networks.published [DATA_DIRECTORY]
The directory (or `network/` in the directory that PERMED_DATA names) holds h2020_2016-04_edges.tsv,
h2020_2016-04_unique_org.tsv and h2020deathstar.csv. Exit code 1 if any figure differs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError, PermedError
from permed.graph.network import Network, project
from permed.graph.network.files.reading import read_members
from permed.graph.network.files.tables import read_table

PUBLISHED = {
    "projects": 7_574,
    "organisations": 12_326,
    "organisations with no partner": 1_246,
    "multi-edges": 196_436,
    "pairs": 170_120,
    "stable pairs (two or more projects)": 16_289,
    "with partners, none stable": 8_802,
    "giant component of stable pairs": 2_069,
}


def data_directory() -> Path:
    """Return the directory from the command line or PERMED_DATA."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    if "PERMED_DATA" in os.environ:
        return Path(os.environ["PERMED_DATA"]) / "network"
    raise InputError("name the data directory, or set PERMED_DATA to the one that holds network/")


def networks(directory: Path) -> tuple[Network, Network]:
    """Return the network of all pairs and the one of stable pairs."""
    data = read_members(
        directory / "h2020_2016-04_edges.tsv",
        directory / "h2020_2016-04_unique_org.tsv",
        agent="new_org_id",
        activity="projectRcn",
        node_id="new_org_id",
    )
    return project(data), project(data, minimum=2)


def figures(everyone: Network, stable: Network) -> dict[str, int]:
    """Return our value of every published figure."""
    events = everyone.incidence.events.height if everyone.incidence else 0
    lonely = everyone.degree == 0
    return {
        "projects": events,
        "organisations": everyone.size,
        "organisations with no partner": int(lonely.sum()),
        "multi-edges": int(everyone.edges["weight"].sum()),
        "pairs": everyone.edges.height,
        "stable pairs (two or more projects)": stable.edges.height,
        "with partners, none stable": int(((stable.degree == 0) & ~lonely).sum()),
        "giant component of stable pairs": int((stable.components == 0).sum()),
    }


def degrees(directory: Path, stable: Network) -> tuple[int, int]:
    """Return how many published degrees there are and how many of them are ours."""
    told = read_table(directory / "h2020deathstar.csv").select(
        "new_org_id", told=pl.col("degree").cast(pl.Float64)
    )
    ours = stable.nodes.select("id").with_columns(ours=pl.Series(stable.degree))
    both = told.join(ours, left_on="new_org_id", right_on="id", how="left")
    return both.height, both.filter(pl.col("told") == pl.col("ours")).height


def main() -> int:
    """Print published and own figures; 1 where they differ."""
    directory = data_directory()
    everyone, stable = networks(directory)
    ours = figures(everyone, stable)
    wrong = 0
    for name, told in PUBLISHED.items():
        wrong += told != ours[name]
        print(f"{name:40} published {told:>9,}  ours {ours[name]:>9,}")
    count, equal = degrees(directory, stable)
    print(f"{'degrees of the densest core':40} published {count:>9,}  equal {equal:>8,}")
    return int(wrong > 0 or equal < count)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PermedError as error:
        sys.exit(str(error))
