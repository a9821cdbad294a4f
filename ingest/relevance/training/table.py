"""What a fit learns from: labels and readings as one table, with feature rows of their projects."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError
from permed.ingest.relevance.features import FEATURES, features
from permed.ingest.relevance.matching import complete
from permed.ingest.relevance.model import LABELS
from permed.ingest.relevance.readings.tables import (
    first_wrong,
    read_readings,
    read_second_sample,
)
from permed.ingest.relevance.training.word_rows import latent_of, matrix_of, word_rows

__all__ = ["labelled_features", "read_feature_rows", "read_labels", "read_training_table"]

# A row pulls by this power of the projects it stands for: heavy strata must not drown the rest.
_PULL_POWER = 0.25
# What each kind of model sees of a labelled project; None: everything.
_SHORT_SEES = ("projectID", "title", "topics", "topic_titles", "legal_basis")
_SEES = {
    "full": None,
    "rich": (*_SHORT_SEES, "keywords", "euroscivoc", "outputs"),
    "short": _SHORT_SEES,
}


def read_labels(path: Path | None = None) -> pl.DataFrame:
    """Labels of one reader: projectID, label, stratum, weight, source (sample or added), reason.

    Raises InputError for an unknown label, a repeated project or a weight that is not positive.
    """
    place = path or _beside("labels.csv")
    table = pl.read_csv(place, schema_overrides={"projectID": pl.String, "weight": pl.Float64})
    if row := first_wrong(table, ~pl.col("label").is_in(LABELS)):
        raise InputError(
            f"{place.name}, line {row['line']}: project {row['projectID']} has label "
            f"{row['label']!r} and weight {row['weight']}; use core, related or none, "
            "a positive weight, and each project once"
        )
    return table


def read_feature_rows(kind: str) -> pl.DataFrame:
    """Committed feature rows of labelled projects, as one kind of model sees them.

    Columns: projectID, FEATURES, words (places in the space) and counts; LATENT, made from these.
    """
    rows = pl.read_parquet(_beside("label_features.parquet"))
    mine = rows.filter(pl.col("kind") == kind).drop("kind")
    return mine.hstack(latent_of(matrix_of(mine)))


def read_training_table(kind: str) -> pl.DataFrame:
    """What a model of one kind is fitted to: projectID, label, weight, source, pull, features.

    A reading is a row, so that a project on which the readers differ pulls both ways. `weight`: the
    projects of the dump that a row stands for in calibration (0 in the older labels, which help in
    fitting only): the readings stand for the projects read, the second sample for all others.
    `pull`: its part in the fit. The test part of the readings is left out.
    """
    labels = pl.concat([*_read_twice("readings"), *_read_twice("second"), _read_before()])
    table = labels.join(read_feature_rows(kind), on="projectID", maintain_order="left")
    if len(table) < len(labels):
        raise InputError(
            "label_features.parquet: labelled projects are missing; "
            "write the rows anew with python -m benchmarks.relevance ZIP --write-features"
        )
    return table


def _read_twice(source: str) -> list[pl.DataFrame]:
    """Labels of each reader of one sample, columns as in the training table, without features."""
    if source == "readings":
        read, train = read_readings(), read_readings("train")
        in_all, in_train = (
            rows.group_by("stratum").len(name) for rows, name in ((read, "all"), (train, "kept"))
        )
        counts = in_train.join(in_all, on="stratum")
        sample = train.join(counts, on="stratum", how="left", maintain_order="left").with_columns(
            counted=pl.col("all") / pl.col("kept")
        )
    else:
        sample = read_second_sample().with_columns(counted=pl.col("weight"))
    return [
        sample.select(
            "projectID",
            pl.col(reader).alias("label"),
            (pl.col("counted") / 2).alias("weight"),
            pl.lit(source).alias("source"),
            (pl.col("weight") ** _PULL_POWER / 2).alias("pull"),
        )
        for reader in ("reader_1", "reader_2")
    ]


def _read_before() -> pl.DataFrame:
    return read_labels().select(
        "projectID",
        "label",
        pl.lit(0.0).alias("weight"),
        "source",
        (pl.col("weight") ** _PULL_POWER).alias("pull"),
    )


def labelled_features(projects: pl.DataFrame) -> pl.DataFrame:
    """Feature rows of all labelled projects as committed: kind, projectID, FEATURES, words, counts.

    `projects` has the columns that `features` reads.
    """
    told = (read_labels(), read_readings(), read_second_sample())
    labels = pl.concat(table.select("projectID") for table in told)
    known = labels.join(projects, on="projectID", how="inner", maintain_order="left")
    if len(known) < len(labels):
        gone = labels.join(known, on="projectID", how="anti")["projectID"][0]
        raise InputError(f"projects: labelled project {gone} is missing; give the whole dump")
    seen = {
        kind: known if names is None else known.select(n for n in names if n in known.columns)
        for kind, names in _SEES.items()
    }
    tables = [
        pl.concat([features(rows), word_rows(complete(rows))], how="horizontal").select(
            pl.lit(kind).alias("kind"), pl.all()
        )
        for kind, rows in seen.items()
    ]
    return pl.concat(tables).with_columns(pl.col(FEATURES).round(4).cast(pl.Float32))


def _beside(name: str) -> Path:
    return Path(str(files(__package__).joinpath(name)))
