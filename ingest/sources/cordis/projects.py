"""Projects: cleaned rows, and the activities, grants and identifiers that they become."""

from __future__ import annotations

import polars as pl

from permed.graph.identifiers import normalised
from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import metadata

__all__ = ["activities", "clean", "grants", "identifiers"]

_SUPPORT = r"(?i)\bCSA\b|coordination (and|&) support"
_NETWORK = r"(?i)ERA-?NET|ERA-Plus"
_PARTNERSHIP = r"(?i)^(HORIZON|EURATOM)-COFUND$|EJP|European Joint Programme"
_PREFIX = r"^(HORIZON|EURATOM2027|EURATOM\.|H2020|FP7)"
_FILE = r"(?i)(HORIZON|H2020|FP7)"


def clean(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Parse project rows strictly; one row a grant number, the newest of repeated ones.

    Adds `kind`, `entity` (`project/{id}`), `page` (on CORDIS) and `seen` (day of the dump).
    """
    digits = pl.col("id").str.contains(r"^\d{4,12}$")
    rows = findings.reject(
        rows, digits.not_() | pl.col("id").is_null(), "the id is no grant number: correct it", "id"
    )
    untitled = rows.filter(pl.col("title").is_null())
    findings.add(untitled, "the title is empty: acronym or number stands for it", "warning", "id")
    rows = rows.with_columns(
        pl.coalesce("title", "acronym", "Project " + pl.col("id")).alias("title")
    )
    rows = _first_codes(_dates(_money(rows, findings), findings), findings)
    rows = _seen(_programme(_unique(rows, findings), findings))
    return rows.with_columns(
        entity="project/" + pl.col("id"),
        page=values.address(pl.col("id")),
        kind=_kind(),
    )


def _first_codes(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """A grant has one topic and one legal basis; where a row lists several, the first is it."""
    for column in ("topic", "legal_basis"):
        several = pl.col(column).str.contains(";", literal=True)
        why = "lists several codes: the grant points to the first"
        findings.add(rows.filter(several), why, "warning", column)
        first = pl.col(column).str.split(";").list.first().str.strip_chars()
        rows = rows.with_columns(first.alias(column))
    return rows


def _kind() -> pl.Expr:
    scheme = pl.col("scheme").fill_null("")
    return (
        pl.when(scheme.str.contains(_NETWORK))
        .then(pl.lit("funding-network"))
        .when(scheme.str.contains(_PARTNERSHIP))
        .then(pl.lit("partnership"))
        .when(scheme.str.contains(_SUPPORT))
        .then(pl.lit("csa"))
        .otherwise(pl.lit("project"))
    )


def _money(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    why = "no amount of zero or more euro: value left out"
    for column in ("total_cost", "eu_contribution"):
        rows = findings.clean(rows, column, values.money(column), why)
    return rows


def _dates(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    for column in ("start", "end", "signed", "terminated", "updated"):
        why = "no date: write YYYY-MM-DD; value left out"
        rows = findings.clean(rows, column, values.day(column), why)
    turned = pl.when((pl.col("end") < pl.col("start")).fill_null(False)).then(None)
    kept = turned.otherwise(pl.col("end"))
    rows = findings.clean(rows, "end", kept, "ends before it starts: end left out")
    rows = findings.clean(rows, "doi", normalised("doi", pl.col("doi")), "no DOI: value left out")
    return findings.clean(rows, "website", values.page("website"), "no web address: left out")


def _unique(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    order = rows.sort("updated", descending=True, nulls_last=True, maintain_order=True)
    first = pl.col("id").is_first_distinct()
    kept = findings.reject(order, ~first, "repeats the project; the newest row is kept", "id")
    return kept.sort("file", "source_row")


def _programme(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Framework programme as stated, else by the legal basis, else by the name of the file."""
    known = sorted(metadata()["programmes"])
    words = {"EURATOM2027": "HORIZON", "EURATOM.": "HORIZON"}
    basis = pl.col("legal_basis").str.extract(_PREFIX).replace(words)
    file = pl.col("file").str.extract(_FILE).str.to_uppercase()
    stated = pl.coalesce("programme", basis, file)
    rows = rows.with_columns(programme=stated)
    listed = pl.when(pl.col("programme").is_in(known)).then("programme")
    why = f"unknown framework programme (known: {', '.join(known)}): value left out"
    return findings.clean(rows, "programme", listed, why)


def _seen(rows: pl.DataFrame) -> pl.DataFrame:
    """Day of the dump: the newest update of the programme in it, else when the file was written."""
    newest = pl.col("updated").max().over("programme")
    return rows.with_columns(seen=pl.coalesce(newest, pl.col("written").max().over("programme")))


def activities(projects: pl.DataFrame, pages: pl.DataFrame, abstracts: bool) -> pl.DataFrame:
    """Rows of `activities` for the projects; `pages` holds home pages (`entity`, `home`)."""
    rows = projects.join(pages, on="entity", how="left")
    early = pl.format("terminated on {}", "terminated")
    return rows.select(
        "kind",
        "title",
        "acronym",
        "start",
        "end",
        "status",
        "seen",
        "source_row",
        id="entity",
        lang=pl.lit("en"),
        abstract=pl.col("objective") if abstracts else pl.lit(None, pl.String),
        website=pl.coalesce("website", "home"),
        note=pl.when(pl.col("terminated").is_not_null()).then(early),
        source_url="page",
        evidence=pl.lit("registry"),
    )


def grants(projects: pl.DataFrame) -> pl.DataFrame:
    """Rows of `grants`; a total cost of 0 beside a contribution means that none was declared."""
    ids = {key: spec["id"] for key, spec in metadata()["programmes"].items()}
    zero = pl.col("total_cost").cast(pl.Float64) == 0
    paid = pl.col("eu_contribution").cast(pl.Float64) > 0
    return projects.select(
        "eu_contribution",
        "signed",
        "doi",
        "seen",
        "source_row",
        activity="entity",
        number="id",
        programme=pl.col("programme").replace_strict(ids, default=None, return_dtype=pl.String),
        funder=pl.lit(metadata()["funder"]["id"]),
        scheme_code="scheme",
        topic_code="topic",
        call_code="call",
        legal_basis="legal_basis",
        total_cost=pl.when(~(zero & paid).fill_null(False)).then("total_cost"),
        source_url="page",
        evidence=pl.lit("registry"),
    )


def identifiers(projects: pl.DataFrame) -> pl.DataFrame:
    """Grant number, DOI of the grant and CORDIS record number of each project."""
    parts = [
        projects.select(
            "seen",
            entity="entity",
            scheme=pl.lit(scheme),
            value=column,
            match=pl.lit("exact"),
            source_url="page",
            evidence=pl.lit("registry"),
        )
        for scheme, column in (("grant", "id"), ("doi", "doi"), ("cordis-rcn", "rcn"))
    ]
    return pl.concat(parts).filter(pl.col("value").is_not_null())
