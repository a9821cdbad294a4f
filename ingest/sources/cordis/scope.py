"""Which projects a release keeps, and the figures of the whole that the rest leaves behind.

`pm` keeps the projects that are core or related to personalised medicine; `all` keeps every one.
Shares need a denominator, so the totals of the whole dump go into `figures` either way: by
programme, and by country and year of the project's start.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from permed.graph.errors import InputError
from permed.ingest.relevance import METHOD, VERSION, score
from permed.ingest.relevance.readings.shown import shown
from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import metadata

__all__ = [
    "SCOPES",
    "always",
    "classification_rows",
    "figures",
    "given_totals",
    "kept",
    "relevance",
    "relevance_rows",
    "totals",
]

SCOPES = ("pm", "all")
_MEASURES = ("projects", "eu_contribution")
_TOTALS = ("programme", "country", "year", *_MEASURES, "qualifier")
_CODES = {"projects": "funded-projects", "eu_contribution": "eu-contribution"}
_LEFT_OUT = {"projects": "projects-left-out", "eu_contribution": "eu-contribution-left-out"}
_EURO = pl.Decimal(20, 2)
_PUBLICATIONS = 20


def relevance(
    projects: pl.DataFrame, tables: Mapping[str, pl.DataFrame], findings: Findings
) -> pl.DataFrame:
    """Label of each project: `id`, `label`, `score`, `evidence`, `method`.

    The ecosystem's own actions are core by definition, whatever a method says of their text. Labels
    that come with the files (packaged sample) are taken over; the others are computed. What readers
    say of a project stands before what a computed label says.
    """
    own = _own(projects)
    given = pl.concat([own, _given(tables["relevance"], findings).join(own, on="id", how="anti")])
    open_ = projects.join(given, on="id", how="anti")
    if open_.is_empty():
        return shown(given)
    judged = score(_material(open_, tables)).select(
        id="projectID",
        label="label",
        score=pl.col("score").cast(pl.String),
        evidence="evidence",
        method=pl.lit(f"{METHOD}, version {VERSION}"),
    )
    return shown(pl.concat([given, judged]))


def _own(projects: pl.DataFrame) -> pl.DataFrame:
    return projects.filter(pl.col("id").is_in(always())).select(
        "id",
        label=pl.lit("core"),
        score=pl.lit("1"),
        evidence=pl.lit("an action of ICPerMed, its network or its partnership"),
        method=pl.lit("curated list"),
    )


def _given(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    known = ["core", "related", "none"]
    odd = ~pl.col("label").is_in(known).fill_null(False)
    rows = findings.reject(rows, odd, f"unknown label (known: {', '.join(known)})", "label")
    rows = findings.reject(
        rows, ~pl.col("project").is_first_distinct(), "repeats a label", "project"
    )
    return rows.select(
        "label", "score", "evidence", "method", id="project"
    ).select("id", "label", "score", "evidence", "method")  # fmt: skip


def _material(projects: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What the judgement reads, one row a project."""
    named = tables["topics"].group_by("project").agg(pl.col("title").drop_nulls().str.join("; "))
    fields = (
        tables["euroscivoc"].group_by("project").agg(pl.col("path").drop_nulls().str.join("; "))
    )
    return (
        projects.join(
            named.rename({"title": "topic_titles"}), left_on="id", right_on="project", how="left"
        )
        .join(fields.rename({"path": "euroscivoc"}), left_on="id", right_on="project", how="left")
        .join(_publications(tables), left_on="id", right_on="project", how="left")
        .select(
            "title",
            "keywords",
            "objective",
            "topic_titles",
            "euroscivoc",
            "legal_basis",
            "outputs",
            projectID="id",
            topics="topic",
        )
    )


def _publications(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Titles of the first publications of each project, one a line: they tell of its subject."""
    results = tables["results"].filter(pl.col("collection") == "publication")
    rows = pl.concat([t.select("project", "title") for t in (results, tables["publications"])])
    some = pl.col("title").drop_nulls().head(_PUBLICATIONS)
    return rows.group_by("project").agg(some.str.join("\n").alias("outputs"))


def kept(projects: pl.DataFrame, labels: pl.DataFrame, scope: str) -> pl.DataFrame:
    """Return the projects in scope; InputError for an unknown scope."""
    if scope not in SCOPES:
        raise InputError(f"cordis: unknown scope '{scope}'; use {' or '.join(SCOPES)}")
    if scope == "all":
        return projects
    wanted = labels.filter(pl.col("label").is_in(["core", "related"]))
    return projects.join(wanted.select("id"), on="id", how="semi", maintain_order="left")


def always() -> list[str]:
    """Grant numbers of the actions of ICPerMed, its network and its partnership."""
    return [str(number) for number in metadata()["always"]]


def relevance_rows(projects: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Rows of `classifications` that say how relevant each kept project is, and why."""
    topic = "pm-relevance/" + pl.col("label")
    return classification_rows(projects, labels, topic, evidence=pl.lit("data"))


def classification_rows(
    projects: pl.DataFrame, judged: pl.DataFrame, topic: pl.Expr, **said: pl.Expr
) -> pl.DataFrame:
    """Rows of `classifications` for kept projects, from judgements of them.

    judged: id, method, score, evidence (why; the column `reason`), and what topic and said read.
    """
    return projects.join(judged, on="id", maintain_order="left").select(
        "entity",
        "seen",
        "source_row",
        "method",
        "score",
        topic=topic,
        reason="evidence",
        source_url="page",
        **said,
    )


def totals(projects: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Projects and EU contribution of the whole by programme, by year, and by country and year.

    `country` empty: all countries; `year` empty: all years. A project counts once in each country,
    with what its participants from there receive. `qualifier` is `at-least` where projects without
    start or participants are missing from a part.
    """
    whole = projects.select(
        "id", "programme", "eu_contribution", year=pl.col("start").str.slice(0, 4)
    )
    mine = rows.select("country", "ec_contribution", id="project").join(
        whole.select("id", "programme", "year"), on="id"
    )
    parts = [
        _sums(whole, "eu_contribution", ["programme"]),
        _sums(whole.drop_nulls("year"), "eu_contribution", ["programme", "year"]),
        _sums(
            mine.drop_nulls(["country", "year"]),
            "ec_contribution",
            ["programme", "country", "year"],
        ),
    ]
    laid = pl.concat(parts, how="diagonal").drop_nulls("programme")
    blank = [pl.lit(None, pl.String).alias(c) for c in ("country", "year") if c not in laid.columns]
    parted = pl.col("year").is_not_null() & pl.col("programme").is_in(_gappy(whole, rows).implode())
    qualifier = pl.when(parted).then(pl.lit("at-least")).otherwise(pl.lit("exact"))
    laid = laid.with_columns(blank).with_columns(qualifier=qualifier)
    return laid.select(_TOTALS).sort("programme", "country", "year")


def _gappy(whole: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Programmes with projects that lack a start or participants: their parts are lower bounds."""
    led = pl.col("id").is_in(rows["project"].unique().implode())
    return whole.filter(pl.col("year").is_null() | ~led)["programme"].drop_nulls().unique()


def _sums(rows: pl.DataFrame, money: str, by: list[str]) -> pl.DataFrame:
    return rows.group_by(by).agg(
        pl.col("id").n_unique().cast(pl.Int64).alias("projects"),
        pl.col(money).cast(_EURO).sum().cast(pl.String).alias("eu_contribution"),
    )


def given_totals(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Totals that come with the files, in the shape of `totals`."""
    number = pl.when(pl.col("projects").str.contains(r"^\d+$")).then("projects")
    rows = findings.clean(rows, "projects", number, "no number: value left out")
    euro = values.money("eu_contribution")
    rows = findings.clean(rows, "eu_contribution", euro, "no amount: value left out")
    laid = rows.select(_TOTALS)
    return laid.with_columns(pl.col("projects").cast(pl.Int64))


def figures(whole: pl.DataFrame, part: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Rows of `figures`: the whole, and how much of it this release leaves out.

    By year, and by country and year, `as_of` is the year in which the projects start; the sums of a
    programme are as of the day of the dump (`seen`: columns programme and seen).
    """
    specs = metadata()["programmes"]
    known = whole.filter(pl.col("programme").is_in(sorted(specs)))
    sums = pl.col("year").is_null() & pl.col("country").is_null()
    total, mine = known.filter(sums), part.filter(sums)
    rows = pl.concat([_long(known, _CODES), _long(_difference(total, mine), _LEFT_OUT)])
    dated = rows.join(seen, on="programme", how="left", maintain_order="left")
    programme = pl.col("programme")
    gappy = known.filter(pl.col("qualifier") == "at-least")["programme"].unique()
    incomplete = pl.lit("; counted in a dump where projects lack start or participants")
    gaps = pl.when(programme.is_in(gappy.implode())).then(incomplete).otherwise(pl.lit(""))
    return dated.drop_nulls("value").select(
        "seen",
        "indicator",
        "qualifier",
        entity=pl.coalesce(
            "country/" + pl.col("country"),
            programme.replace_strict({c: s["id"] for c, s in specs.items()}),
        ),
        value=pl.col("value").str.replace(r"\.0+$", ""),
        unit=pl.when(pl.col("indicator").str.starts_with("eu-contribution")).then(pl.lit("EUR")),
        as_of=pl.coalesce("year", "seen"),
        source_url=programme.replace_strict({c: s["page"] for c, s in specs.items()}),
        evidence=pl.lit("registry"),
        note=programme.replace_strict({c: s["title"] for c, s in specs.items()}) + gaps,
    )


def _difference(total: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    both = total.join(mine, on="programme", how="left", suffix="_in", maintain_order="left")
    left = [pl.col(m).cast(_EURO) - pl.col(f"{m}_in").cast(_EURO).fill_null(0) for m in _MEASURES]
    return both.select("programme", "country", "year", *left, "qualifier")


def _long(rows: pl.DataFrame, codes: Mapping[str, str]) -> pl.DataFrame:
    texts = rows.with_columns(pl.col(_MEASURES).cast(pl.String))
    index = ["programme", "country", "year", "qualifier"]
    long = texts.unpivot(_MEASURES, index=index, variable_name="measure", value_name="value")
    return long.with_columns(indicator=pl.col("measure").replace_strict(codes)).drop("measure")
