"""Areas of the SRIA 2023 that a model gives core projects; hand-made ones are never touched."""

from __future__ import annotations

import polars as pl

from permed.ingest.agenda import METHOD, VERSION, areas
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.scope import always, classification_rows

__all__ = ["agenda_areas", "agenda_rows"]

_KNOWN = ["R", "I", "H", "O"]
_NOTE = "the area is a model's, read by no expert"


def agenda_areas(
    projects: pl.DataFrame, labels: pl.DataFrame, given: pl.DataFrame, findings: Findings
) -> pl.DataFrame:
    """Return areas of core projects: `id`, `area`, `score`, `evidence`, `method`.

    The ecosystem's own actions have areas by hand, so they get none here. Areas that come with the
    files (packaged sample, whose texts are left out) are taken over where the project is core; the
    others are computed.
    """
    odd = ~pl.col("area").is_in(_KNOWN).fill_null(False)
    told = findings.reject(given, odd, f"unknown area (known: {', '.join(_KNOWN)})", "area")
    repeated = ~pl.struct("project", "area").is_first_distinct()
    told = findings.reject(told, repeated, "repeats an area", "area").select(
        "area", "score", "evidence", "method", id="project"
    )
    on_topic = labels.filter(pl.col("label") == "core")
    told = told.join(on_topic, on="id", how="semi", maintain_order="left")
    core = on_topic.filter(~pl.col("id").is_in(always()))
    open_ = projects.join(core, on="id", how="semi").join(told, on="id", how="anti")
    found = areas(open_.select("title", "objective", "scheme", projectID="id")).select(
        "area",
        "evidence",
        id="projectID",
        score=pl.col("score").cast(pl.String),
        method=pl.lit(f"{METHOD}, version {VERSION}"),
    )
    return pl.concat([told, found.select(told.columns)]).sort("id", "area")


def agenda_rows(projects: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Rows of `classifications` that put kept projects to areas, with the reason of the model."""
    topic = "sria-areas/" + pl.col("area")
    return classification_rows(
        projects, found, topic, evidence=pl.lit("inferred"), note=pl.lit(_NOTE)
    )
