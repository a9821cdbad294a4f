"""What grants point to: framework programmes, types of action, topics, calls, legal bases."""

from __future__ import annotations

import polars as pl

from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.layout import metadata

__all__ = ["funder", "pages", "programmes", "schemes"]


def pages() -> dict[str, str]:
    """Page of the data set of each framework programme, by its code."""
    return {key: spec["page"] for key, spec in metadata()["programmes"].items()}


def funder(projects: pl.DataFrame) -> pl.DataFrame:
    """The row of `organisations` for the body that pays the grants; none without a grant."""
    spec = metadata()["funder"]
    seen = projects.head(1).select("seen", source_url="page", evidence=pl.lit("registry"))
    return seen.with_columns(**{key: pl.lit(value) for key, value in spec.items()})


def programmes(codes: list[str]) -> pl.DataFrame:
    """Rows of `activities` for the framework programmes that occur."""
    specs = [metadata()["programmes"][code] for code in sorted(codes)]
    return pl.DataFrame(
        [
            {
                "id": spec["id"],
                "kind": "programme",
                "title": spec["title"],
                "lang": "en",
                "start": spec["start"],
                "end": spec["end"],
                "source_url": spec["page"],
                "evidence": "registry",
            }
            for spec in specs
        ],
        schema=dict.fromkeys(
            ("id", "kind", "title", "lang", "start", "end", "source_url", "evidence"), pl.String()
        ),
    )


def schemes(projects: pl.DataFrame, topics: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Rows of `activities` of kind funding-scheme for every code that a grant names.

    `topics` and `parts` give titles (`code`, `title`); a code without one is its own title. A topic
    is part of its call, a call and a legal basis of their programme.
    """
    ids = {key: spec["id"] for key, spec in metadata()["programmes"].items()}
    programme = pl.col("programme").replace_strict(ids, default=None, return_dtype=pl.String)
    call = "funding-scheme/" + values.slug(pl.col("call"))
    none = pl.lit(None, pl.String)
    columns = (("topic", call), ("legal_basis", programme), ("call", programme), ("scheme", none))
    used = pl.concat(
        projects.select("page", "seen", pl.col(c).alias("code"), parent.alias("parent"))
        for c, parent in columns
    ).drop_nulls("code")
    titles = pl.concat([topics.select("code", "title"), parts.select("code", "title")])
    titles = titles.drop_nulls().unique("code", keep="first", maintain_order=True)
    named = used.unique("code", keep="first", maintain_order=True).join(
        titles, on="code", how="left", maintain_order="left"
    )
    rows = named.with_columns(id="funding-scheme/" + values.slug(pl.col("code")))
    return rows.unique("id", keep="first", maintain_order=True).select(
        "id",
        "seen",
        kind=pl.lit("funding-scheme"),
        title=pl.coalesce("title", "code"),
        acronym="code",
        lang=pl.when(pl.col("title").is_not_null()).then(pl.lit("en")),
        parent=pl.when(pl.col("parent") != pl.col("id")).then("parent"),
        source_url="page",
        evidence=pl.lit("registry"),
    )
