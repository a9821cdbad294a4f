"""How well projects are labelled, by the method of today and those before it.

python -m benchmarks.relevance [ZIP] [--cross-validate] [--second-sample] [--write-features]
                               [--write-space] [--write-error]

Without options: every version on the test part of the readings, which nothing was fitted to. ZIP
is a CORDIS projects archive in the official CSV layout, or a folder that holds
cordis/cordis-HORIZONprojects-csv.zip (PERMED_DATA is looked at when none is given); with it, the
committed feature rows are compared with fresh ones and the whole dump is labelled and timed.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path

from benchmarks.relevance.cross_validation import cross_validate
from benchmarks.relevance.versions import (
    check_dump,
    compare,
    error_table,
    feature_file,
    find_archive,
    read_projects,
    second_sample,
)
from permed.graph.errors import InputError, PermedError
from permed.ingest.relevance.training.space import write_space
from permed.ingest.relevance.training.table import labelled_features


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description="How well PM relevance labels are met.")
    parser.add_argument("archive", nargs="?")
    options = ("cross-validate", "second-sample", "write-features", "write-space", "write-error")
    for option in options:
        parser.add_argument(f"--{option}", action="store_true")
    given = parser.parse_args()
    archive = find_archive(given.archive)
    if (given.write_features or given.write_space) and archive is None:
        raise InputError("writing needs the archive; give its path or set PERMED_DATA")
    if given.write_error:
        place = Path(str(files("permed.ingest.relevance").joinpath("error.csv")))
        error_table().write_csv(place, float_precision=3)
        return
    projects = read_projects(archive) if archive is not None else None
    if projects is not None and (given.write_features or given.write_space):
        if given.write_space:
            write_space(projects)
        labelled_features(projects).write_parquet(feature_file(), compression_level=15)
        return
    if given.cross_validate:
        cross_validate()
    elif given.second_sample:
        second_sample()
    else:
        compare()
    if projects is not None:
        check_dump(projects)


try:
    main()
except PermedError as problem:
    sys.exit(str(problem))
