"""Which label of relevance a release shows, in plain Python from the CSV files.

Nothing of the code that makes releases takes part. A label that the method gave is one vote beside
those of two readers, and the one in the middle is shown; labels of other methods stay.
"""

from __future__ import annotations

import csv
import io
import zipfile
from functools import cache

from tests import ROOT

__all__ = ["METHOD", "packaged_guesses", "packaged_labels", "shown_label", "votes"]

METHOD = "phrase families and logistic weights"
_ORDER = ("none", "related", "core")
_READINGS = ROOT / "ingest" / "relevance" / "readings"
_SAMPLE = ROOT / "ingest" / "sources" / "cordis" / "sample" / "cordis-pm-sample.zip"


@cache
def votes() -> dict[str, tuple[str, ...]]:
    """Return what readers called each project that was read: two labels, or one."""
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in (
        ("readings.csv", ("reader_1", "reader_2")),
        ("second_sample.csv", ("label", "label_2")),
    ):
        with (_READINGS / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["projectID"] not in found
                found[row["projectID"]] = tuple(row[c] for c in columns if row[c])
    return found


def shown_label(project: str, guess: str) -> str:
    """Return the label that is shown of a project (grant number) that the method labelled."""
    read = votes().get(project, ())
    return sorted((*read, guess), key=_ORDER.index)[1] if len(read) == 2 else guess


@cache
def packaged_guesses() -> dict[str, dict[str, str]]:
    """Return the rows of labels that come with the packaged sample, by grant number."""
    with zipfile.ZipFile(_SAMPLE) as kept, kept.open("relevance.csv") as file:
        rows = csv.DictReader(io.TextIOWrapper(file, "utf-8"), delimiter=";")
        return {row["projectID"]: row for row in rows}


@cache
def packaged_labels() -> dict[str, str]:
    """Return the label that a build of the packaged sample shows, by grant number."""
    return {
        project: shown_label(project, row["label"]) if row["method"].startswith(METHOD)
        else row["label"]
        for project, row in packaged_guesses().items()
    }  # fmt: skip
