"""What projects are about: EuroSciVoc, policy priorities, programme parts, and web links."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.findings import Findings

__all__ = ["POLICY_METHOD", "Subjects", "addresses", "attach", "home_pages", "links", "subjects"]

POLICY_METHOD = "cordis-policy-marker"
_SCHEMES = {
    "euroscivoc": "European Science Vocabulary (EuroSciVoc)",
    "policy-priority": "Policy priorities of the European Commission (CORDIS markers 40 and 100)",
    "programme-part": "Parts of the EU framework programmes (legal bases)",
}


_LICENCE = "https://creativecommons.org/licenses/by/4.0/"  # of the Commission's reuse notice
# the dumps give EuroSciVoc's own codes and no address of its concepts, which hold random parts
_ORIGINAL = {
    "euroscivoc": "http://data.europa.eu/8mn/euroscivoc/40c0f173-baa3-48a3-9fe6-d6e8fb366a00"
}


@dataclass(frozen=True)
class Subjects:
    """Rows of `topics`, `schemes` and `classifications`."""

    topics: pl.DataFrame
    schemes: pl.DataFrame
    classifications: pl.DataFrame


def attach(rows: pl.DataFrame, projects: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Join `entity`, `page` and `seen` to rows that name a project; reject the others."""
    known = projects.select(pl.col("id").alias("project"), "entity", "page", "seen")
    rows = rows.join(known, on="project", how="left", maintain_order="left")
    lost = pl.col("entity").is_null()
    return findings.reject(rows, lost, "its project is in no project table: add it", "project")


def subjects(
    vocabulary: pl.DataFrame,
    policies: pl.DataFrame,
    parts: pl.DataFrame,
    page: str,
    findings: Findings,
) -> Subjects:
    """Turn the attached side tables into concepts and classifications."""
    vocabulary = _vocabulary(vocabulary, findings)
    policies = _policies(policies, findings)
    parts = findings.reject(parts, pl.col("code").is_null(), "the legal basis is empty")
    parts = parts.with_columns(topic="programme-part/" + values.slug(pl.col("code")))
    topics = pl.concat(
        [_concepts(vocabulary, page), _priorities(policies, page), _parts(parts, page)]
    )
    marked = [
        _marks(vocabulary, pl.lit(None, pl.String), pl.lit(None, pl.String)),
        _marks(policies, pl.lit(POLICY_METHOD), pl.col("weight")),
        _marks(parts, pl.lit(None, pl.String), pl.lit(None, pl.String)),
    ]
    used = topics["scheme"].unique(maintain_order=True)
    schemes = pl.DataFrame({"id": used, "title": [_SCHEMES[s] for s in used]}).with_columns(
        original=pl.col("id").replace_strict(_ORIGINAL, default=None, return_dtype=pl.String),
        licence=pl.lit(_LICENCE),
        source_url=pl.lit(page),
        evidence=pl.lit("registry"),
    )
    return Subjects(
        topics, schemes, pl.concat(marked).unique(["entity", "topic"], maintain_order=True)
    )


def _marks(rows: pl.DataFrame, method: pl.Expr, score: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "entity",
        "topic",
        "seen",
        "source_row",
        method=method,
        score=score,
        source_url="page",
        evidence=pl.lit("registry"),
    )


def _vocabulary(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Split code and path into steps; both must tell of the same number of them."""
    codes = pl.col("code").str.strip_chars("/").str.split("/")
    steps = pl.col("path").str.strip_chars("/").str.split("/")
    rows = rows.with_columns(codes=codes, steps=steps)
    uneven = (pl.col("codes").list.len() != pl.col("steps").list.len()).fill_null(True)
    odd = uneven | ~pl.col("code").str.contains(r"^/\d+(/\d+)*$")
    rows = findings.reject(rows, odd, "EuroSciVoc code and path do not fit each other", "code")
    return rows.with_columns(topic="euroscivoc/" + pl.col("codes").list.last())


def _concepts(rows: pl.DataFrame, page: str) -> pl.DataFrame:
    """Concepts of EuroSciVoc that are used and all that stand above them."""
    paths = rows.unique("code", maintain_order=True)
    said = paths.select(
        pl.col("codes").list.last().alias("leaf"), pl.col("title"), pl.col("description")
    )
    steps = paths.select(
        pl.concat_list(
            pl.lit(None, pl.String), pl.col("codes").list.head(pl.col("codes").list.len() - 1)
        ).alias("above"),
        "codes",
        "steps",
    ).explode("above", "codes", "steps")
    steps = steps.unique("codes", maintain_order=True).join(
        said, left_on="codes", right_on="leaf", how="left", maintain_order="left"
    )
    return _topics(
        "euroscivoc",
        steps.select(
            code="codes",
            label=pl.coalesce("title", "steps"),
            broader="euroscivoc/" + pl.col("above"),
            definition="description",
        ),
        page,
    )


def _topics(scheme: str, rows: pl.DataFrame, page: str) -> pl.DataFrame:
    return rows.select(
        "code",
        "label",
        "broader",
        "definition",
        id=f"{scheme}/" + values.slug(pl.col("code")),
        scheme=pl.lit(scheme),
        lang=pl.lit("en"),
        source_url=pl.lit(page),
        evidence=pl.lit("registry"),
    )


def _policies(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Keep the priorities that a project serves: a weight of 0 says that it does not."""
    rows = rows.with_columns(code=pl.col("code").str.strip_chars("/"))
    number = pl.when(pl.col("weight").str.contains(r"^\d{1,3}(\.\d+)?$")).then("weight")
    rows = findings.clean(rows, "weight", number, "no weight from 0 to 100: value left out")
    rows = findings.reject(rows, pl.col("code").is_null(), "the priority is empty")
    served = pl.col("weight").cast(pl.Float64).fill_null(0) > 0
    return rows.filter(served).with_columns(topic="policy-priority/" + values.slug(pl.col("code")))


def _priorities(rows: pl.DataFrame, page: str) -> pl.DataFrame:
    used = rows.unique("code", maintain_order=True).sort("code")
    none = pl.lit(None, pl.String)
    concepts = used.select(
        "code", label=pl.coalesce("title", "code"), broader=none, definition=none
    )
    return _topics("policy-priority", concepts, page)


def _parts(rows: pl.DataFrame, page: str) -> pl.DataFrame:
    """Programme parts; the part that holds one is found by taking off the last number."""
    used = rows.sort(pl.col("title").is_null(), maintain_order=True).unique(
        "code", maintain_order=True
    )
    above = pl.col("code").str.strip_chars_end(".").str.replace(r"\.[^.]+$", "")
    codes = used["code"].implode()
    up = pl.when(above.is_in(codes)).then(above).when((above + ".").is_in(codes)).then(above + ".")
    concepts = (
        used.sort("code")
        .with_columns(up=up)
        .select(
            "code",
            label=pl.coalesce("title", "code"),
            broader=pl.when(pl.col("up") != pl.col("code")).then(
                "programme-part/" + values.slug(pl.col("up"))
            ),
            definition=pl.lit(None, pl.String),
        )
    )
    return _topics("programme-part", concepts, page)


def addresses(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows of the web tables whose address is one; the others are rejected."""
    rows = rows.with_columns(raw=pl.col("url"), url=values.page("url"))
    return findings.reject(rows, pl.col("url").is_null(), "no web address: correct it", "raw")


def links(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `links` from the web tables, whose addresses are parsed."""
    rows = rows.unique(["entity", "url"], keep="first", maintain_order=True)
    return rows.select(
        "entity",
        "seen",
        "source_row",
        "url",
        title=pl.coalesce("title", "represents"),
        source_url="page",
        evidence=pl.lit("registry"),
    )


def home_pages(rows: pl.DataFrame) -> pl.DataFrame:
    """The first link of each project that stands for the project itself: `entity`, `home`."""
    own = rows.filter(pl.col("represents").str.to_lowercase() == "project")
    return own.unique("entity", keep="first", maintain_order=True).select("entity", home="url")
