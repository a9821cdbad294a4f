"""From phrases found to the feature table: one number in [0, 1] a feature, with a plain meaning."""

from __future__ import annotations

import polars as pl

from permed.ingest.relevance.lexicon import families
from permed.ingest.relevance.matching import complete, find_phrases, sentences

__all__ = ["FEATURES", "LOWERING", "SPOKEN", "features", "table_of"]

_WORDS = tuple(family.name for family in families() if family.sign in "+-")
# Said together in one sentence; "aims" leaves out sentences that speak of what may follow one day.
_SENTENCE = ("foresees", "aims_foresee", "fits_care", "aims_fit_care", "aims_pm", "hopes_pm")
FEATURES = (
    *(f"{name}_head" for name in _WORDS),
    *(f"{name}_text" for name in _WORDS),
    *_SENTENCE,
    "call_words",
    "call_health",
    "curiosity",
    "field_medical",
    "field_genetics",
    "breadth",
    "pm_in_care",
    "context",
)
_MINUS = tuple(family.name for family in families() if family.sign == "-")
# Features that may only lower a score; all others may only raise it.
LOWERING = frozenset(
    {f"{name}_{where}" for name in _MINUS for where in ("head", "text")} | {"curiosity", "hopes_pm"}
)
# Without any of these a project says nothing that could count for it.
_PLUS = tuple(family.name for family in families() if family.sign == "+")
SPOKEN = (*(f"{name}_{where}" for name in _PLUS for where in ("head", "text")), "call_words")

_WHERE = {
    "title": "head",
    "keywords": "head",
    "opening": "text",
    "rest": "text",
    "topic_titles": "call",
}
_COUNTS = tuple(
    f"{family.name}|{where}"
    for family in families()
    if family.sign != "cue"
    for where in ("head", "text", "call")
)
_CALL_WORDS = (
    "pm",
    "tailoring",
    "stratification",
    "individual",
    "risk",
    "companion",
    "biomarker",
    "models",
)
_BREADTH = (*_CALL_WORDS[1:], "omics", "data")
# A family counts in full from this many finds; what stands late in the objective counts half.
_HEAD_FULL, _TEXT_FULL, _SENTENCES_FULL, _REST_SHARE = 2.0, 4.0, 2.0, 0.5
# Words of disease and care that make a text plainly one about human health; titles alone are short.
_CONTEXT_FULL, _CONTEXT_FULL_SHORT = 5.0, 2.0
_HEALTH_CALL = r"HLTH|MISS.*CANCER|JU-IHI|IMI2?-|SC1-|PHC-"
_HEALTH_BASIS = "HORIZON.2.1"
_CURIOSITY = r"^ERC-|MSCA-.*PF-|MSCA-IF"


def features(projects: pl.DataFrame) -> pl.DataFrame:
    """Feature table of projects: projectID and one Float64 column for each name in FEATURES.

    Reads projectID, title, keywords, objective, topics (codes), topic_titles, euroscivoc (paths),
    legal_basis and outputs (titles of publications, one a line); any but projectID may be absent or
    null, other columns (funding_scheme) are not read. Raises InputError on a missing, empty or
    repeated projectID.
    """
    table = complete(projects)
    texts = sentences(table)
    return table_of(table, texts, find_phrases(texts))


def table_of(table: pl.DataFrame, texts: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Feature table from a completed project table, its sentences and the phrases found in them."""
    wide = table.with_row_index("row").join(
        _counts(found), on="row", how="left", maintain_order="left"
    )
    wide = wide.with_columns(pl.col(_COUNTS).fill_null(0.0)).with_columns(_context())
    wide = wide.join(
        _sentence_features(texts, found, wide), on="row", how="left", maintain_order="left"
    )
    wide = wide.with_columns(_gated(pl.col(name).fill_null(0.0)).alias(name) for name in _SENTENCE)
    wide = wide.with_columns(*_word_features(), *_call_features(), *_field_features())
    return wide.with_columns(*_joint_features()).select("projectID", *FEATURES)


def _counts(found: pl.DataFrame) -> pl.DataFrame:
    """How often each family was found: a row a project, a column a family and place."""
    once = found.group_by("row", "field", "family", "phrase").agg(pl.col("n").sum())
    where = pl.col("field").replace_strict(_WHERE)
    # Saying the same thing again adds little, so a phrase counts at most twice a field.
    n = pl.min_horizontal(pl.col("n"), pl.lit(2)) * _share()
    cells = once.with_columns(pl.concat_str("family", where, separator="|").alias("cell"))
    grouped = cells.group_by("row", "cell").agg(n.sum().alias("n"))
    wide = grouped.pivot("cell", index="row", values="n")
    absent = [
        pl.lit(None, dtype=pl.Float64).alias(name) for name in _COUNTS if name not in wide.columns
    ]
    return wide.with_columns(absent).select("row", *_COUNTS)


def _share() -> pl.Expr:
    return pl.when(pl.col("field") == "rest").then(_REST_SHARE).otherwise(1.0)


def _health_call() -> pl.Expr:
    named = pl.col("topics").str.contains(_HEALTH_CALL)
    return named | pl.col("legal_basis").str.starts_with(_HEALTH_BASIS)


def _context() -> pl.Expr:
    """How surely a project is about human disease and care: 0 not at all, 1 plainly so."""
    words = pl.sum_horizontal(
        pl.col(f"{name}|{where}")
        for name in ("clinical", "disease", "genetic")
        for where in ("head", "text", "call")
    )
    medical = pl.col("euroscivoc").str.contains("medical and health sciences", literal=True)
    total = words + medical.cast(pl.Float64) + _health_call().cast(pl.Float64)
    full = pl.when(pl.col("objective") == "").then(_CONTEXT_FULL_SHORT).otherwise(_CONTEXT_FULL)
    return (total / full).clip(0, 1).alias("context")


def _gated(value: pl.Expr) -> pl.Expr:
    return value.clip(0, 1) * pl.col("context")


def _sentence_features(
    texts: pl.DataFrame, found: pl.DataFrame, wide: pl.DataFrame
) -> pl.DataFrame:
    """What is said together in one sentence: columns row and the names of _SENTENCE, 0 to 1."""
    place = ["row", "field", "sentence"]
    told = pl.col("field").is_in(["title", "opening", "rest"])
    alive = wide.filter(pl.col("context") >= 0.4).select("row")
    cues = find_phrases(texts.filter(told).join(alive, on="row", how="semi"), cues=True)
    words = pl.concat([found.filter(told).select(*place, "family"), cues.select(*place, "family")])
    names = [family.name for family in families()]
    has = words.group_by(place).agg((pl.col("family") == name).any().alias(name) for name in names)
    return has.group_by("row").agg(
        ((value * _share()).sum() / _SENTENCES_FULL).clip(0, 1).alias(name)
        for name, value in _sentence_tests().items()
    )


def _sentence_tests() -> dict[str, pl.Expr]:
    sure = (pl.col("aim") & ~pl.col("hope")) | (pl.col("field") == "title")
    foresees = (pl.col("foresee") & pl.col("outcome") & pl.col("person")) | pl.col("stratification")
    fits = (pl.col("fit") & pl.col("action") & pl.col("person")) | pl.col("tailoring")
    named = pl.col("pm") | pl.col("tailoring")
    return {
        "foresees": foresees,
        "aims_foresee": foresees & sure,
        "fits_care": fits,
        "aims_fit_care": fits & sure,
        "aims_pm": named & sure,
        "hopes_pm": named & pl.col("hope"),
    }


def _word_features() -> list[pl.Expr]:
    heads = [_gated(pl.col(f"{name}|head") / _HEAD_FULL).alias(f"{name}_head") for name in _WORDS]
    scale = pl.lit(1 + _TEXT_FULL).log()
    texts = [
        _gated((1 + pl.col(f"{name}|text")).log() / scale).alias(f"{name}_text") for name in _WORDS
    ]
    return heads + texts


def _call_features() -> list[pl.Expr]:
    words = pl.sum_horizontal(pl.col(f"{name}|call") for name in _CALL_WORDS)
    curious = pl.col("topics").str.contains(_CURIOSITY) & ~pl.col("topics").str.contains("(?i)POC")
    return [
        _gated(words / _HEAD_FULL).alias("call_words"),
        _health_call().cast(pl.Float64).alias("call_health"),
        curious.cast(pl.Float64).alias("curiosity"),
    ]


def _field_features() -> list[pl.Expr]:
    paths = pl.col("euroscivoc").str
    medical = paths.count_matches("medical and health sciences", literal=True)
    genetic = paths.count_matches("/genetics|proteomics|genomes|personalized medicine")
    return [
        (medical / 3.0).clip(0, 1).alias("field_medical"),
        _gated(genetic / 2.0).alias("field_genetics"),
    ]


def _joint_features() -> list[pl.Expr]:
    present = pl.sum_horizontal(
        ((pl.col(f"{name}|head") + pl.col(f"{name}|text")) >= 1).cast(pl.Float64)
        for name in _BREADTH
    )
    named = pl.max_horizontal("pm_head", "pm_text", "tailoring_head", "tailoring_text")
    acted = pl.max_horizontal(
        "stratification_text", "stratification_head", "individual_text", "risk_text"
    )
    return [
        _gated(present / 6.0).alias("breadth"),
        (named * acted).sqrt().alias("pm_in_care"),
    ]
