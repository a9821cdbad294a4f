"""`make bench`: every benchmark whose data are there; PERMED_DATA names the folder of dumps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_HORIZON = "cordis/cordis-HORIZONprojects-csv.zip"


def main() -> None:
    """Run the benchmarks one after the other."""
    if "PERMED_DATA" not in os.environ:
        sys.exit("set PERMED_DATA to the folder that holds cordis/, ror/, network/ and matching/")
    data = Path(os.environ["PERMED_DATA"])
    ror = str(next(iter(sorted((data / "ror").glob("*.zip"))), data / "ror"))
    runs = [
        ["benchmarks.build", str(data)],
        ["benchmarks.relevance", str(data / _HORIZON)],
        ["benchmarks.matching", "--data", str(data / "matching"), "--ror", ror,
         "--cordis", str(data / _HORIZON)],
        ["benchmarks.networks.published", str(data / "network")],
        ["benchmarks.networks.measures", str(data / _HORIZON)],
        ["benchmarks.http", "all", "releases"],  # any other home of releases: by hand
    ]  # fmt: skip
    for module, *args in runs:
        print(f"\n== {module}", flush=True)
        subprocess.run(
            [sys.executable, "-m", module, *args],
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )


if __name__ == "__main__":
    main()
