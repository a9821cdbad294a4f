"""How the fit does on projects it has not seen: five folds over both samples, test part left out.

Thresholds are fitted too. By programme each project counts for as many of the dump as it stands for
when both samples are taken together (`weight` of the training table).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.relevance.label_quality import TARGETS, agreed, grades, weighted_f1
from benchmarks.relevance.versions import QUALITY, head, judged, rows_of, show
from permed.ingest.relevance import VERSION
from permed.ingest.relevance.model import KINDS, apply
from permed.ingest.relevance.readings.tables import read_readings, read_second_sample
from permed.ingest.relevance.training.fitting import fit
from permed.ingest.relevance.training.table import read_training_table

__all__ = ["by_programme", "cross_validate", "out_of_fold", "read_for_fitting"]

_FOLDS = 5
_KEPT = ("projectID", "stratum", "weight", "reader_1", "reader_2")
_PROGRAMMES = {
    "health": "health calls, missions, IHI", "eic": "EIC", "erc": "ERC", "msca": "MSCA",
    "other": "other",
}  # fmt: skip


def read_for_fitting() -> pl.DataFrame:
    """Readings of the train part and of the second sample: projectID, stratum, weight, readers."""
    return pl.concat([read_readings("train").select(_KEPT), read_second_sample().select(_KEPT)])


def out_of_fold(kind: str) -> pl.DataFrame:
    """Labels of each project of `read_for_fitting`, in its order, by a fit without its fold.

    Columns: those of `model.apply`.
    """
    sample, table = read_for_fitting(), read_training_table(kind)
    rows = rows_of(sample, kind)
    order = np.argsort((sample["stratum"] + sample["reader_1"]).to_numpy(), kind="stable")
    fold = np.empty(len(sample), dtype=np.int64)
    fold[order] = np.arange(len(sample)) % _FOLDS
    parts = []
    for number in range(_FOLDS):
        held = pl.Series(fold == number)
        left = table.join(sample.filter(held), on="projectID", how="anti", maintain_order="left")
        fitted = fit(left, kind)
        parts.append(apply(fitted.model, fitted.with_words(rows.filter(held), kind)))
    labels = pl.concat(parts)
    return sample.select("projectID").join(
        labels, on="projectID", how="left", maintain_order="left"
    )


def by_programme(labels: pl.DataFrame) -> list[str]:
    """Lines of what share is missed and what share of the finds is wrong, by programme.

    labels: from `out_of_fold`. Only projects that both readers label alike.
    """
    counted = read_training_table("full").group_by("projectID").agg(pl.col("weight").sum())
    sample = read_for_fitting().drop("weight").join(counted, on="projectID", maintain_order="left")
    programme = sample["stratum"].str.split("-").list.last()
    lines = []
    for name in (*_PROGRAMMES, ""):
        here = (programme.str.starts_with(name)).to_numpy() & agreed(sample)
        truth, guess = grades(sample["reader_1"])[here], grades(labels["label"])[here]
        weight = sample["weight"].to_numpy()[here]
        cells = [_PROGRAMMES.get(name, "all")]
        for least in reversed(TARGETS.values()):
            precision, recall, _ = weighted_f1(truth, guess, weight, least)
            cells += [f"{1 - recall:.2f}", f"{1 - precision:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def cross_validate() -> None:
    """Print how the fit does on the train part, beside version 1, and where it errs."""
    readings = read_readings("train")
    labels = {kind: out_of_fold(kind) for kind in KINDS}
    head(*QUALITY)
    for kind in KINDS:
        show(f"version 1, {kind}", readings, grades(judged(readings, "1", kind)["label"]))
        show(f"version {VERSION}, {kind}", readings, grades(labels[kind]["label"])[: len(readings)])
    print()
    head("programme", "core or related, missed", "found, wrong", "core, missed", "found, wrong")
    print("\n".join(by_programme(labels["full"])))
