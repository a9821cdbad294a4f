"""Strict parsing of single values as Polars expressions; what does not fit becomes null.

`Findings.clean` turns each value that is lost here into an issue, so nothing vanishes unseen.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

__all__ = [
    "address",
    "boolean",
    "country",
    "country_rows",
    "day",
    "latitude",
    "longitude",
    "money",
    "page",
    "region_names",
    "slug",
    "year",
]

_FOLDER = Path(__file__).parent
_COORDINATE = r"^\(?\s*(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?$"


def money(column: str) -> pl.Expr:
    """Euro amounts, not negative: `2073781.25`, `2073781,25`, `2.073.781,25`, `2 073 781.25`."""
    text = pl.col(column).str.replace_all(r"[\s\u{a0}\u{202f}]", "")
    comma = text.str.contains(r",\d{1,2}$")
    points = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    plain = pl.when(text.str.contains(r"^\d{1,3}(,\d{3})+(\.\d+)?$")).then(
        text.str.replace_all(",", "", literal=True)
    )
    value = pl.when(comma).then(points).otherwise(pl.coalesce(plain, text))
    return pl.when(value.str.contains(r"^\d{1,15}(\.\d{1,12})?$")).then(value)


def day(column: str) -> pl.Expr:
    """Days as ISO 8601: `2022-09-01`, with or without a time, and `01/09/2022`."""
    text = pl.col(column).str.extract(r"^(\S+)")
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:T.*)?$")
    european = text.str.replace(r"^(\d{2})/(\d{2})/(\d{4})$", "$3-$2-$1")
    value = pl.coalesce(iso, pl.when(european != text).then(european))
    parsed = value.str.to_date("%Y-%m-%d", strict=False)
    return parsed.dt.strftime("%Y-%m-%d")


def year(column: str) -> pl.Expr:
    """Years from 1900 to 2099."""
    return pl.col(column).str.extract(r"^((?:19|20)\d{2})(?:\.0)?$")


def boolean(column: str) -> pl.Expr:
    """`true`, `yes`, `1` and their opposites in any case."""
    text = pl.col(column).str.to_lowercase()
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    return text.replace_strict(words, default=None, return_dtype=pl.Boolean)


@cache
def country_rows() -> pl.DataFrame:
    """ISO 3166-1 alpha-2 codes and XK, with the codes of EU institutions where they differ."""
    return pl.read_csv(_FOLDER / "countries.csv", infer_schema=False, empty_string_is_null=True)


def country(column: str) -> pl.Expr:
    """ISO 3166-1 alpha-2 from ISO or EU codes (EL is GR, UK is GB; XK stays)."""
    rows = country_rows()
    codes = dict(zip(rows["code"], rows["code"], strict=True))
    named = rows.filter(pl.col("eu_code").is_not_null())
    codes |= dict(zip(named["eu_code"], named["code"], strict=True))
    return (
        pl.col(column)
        .str.to_uppercase()
        .replace_strict(codes, default=None, return_dtype=pl.String)
    )


@cache
def region_names() -> dict[str, str]:
    """Names of NUTS regions by code, of all editions that CORDIS has used."""
    rows = pl.read_csv(_FOLDER / "regions.csv", infer_schema=False)
    return dict(zip(rows["code"], rows["name"], strict=True))


def _coordinate(column: str, part: int, limit: int) -> pl.Expr:
    text = pl.col(column).str.extract(_COORDINATE, part)
    within = text.cast(pl.Float64, strict=False).abs() <= limit
    cut = text.str.extract(r"^(-?\d+(?:\.\d{1,7})?)")  # seven decimals are a centimetre
    return pl.when(within).then(cut)


def latitude(column: str) -> pl.Expr:
    """First number of `lat,lon` or `(lat,lon)`, in degrees."""
    return _coordinate(column, 1, 90)


def longitude(column: str) -> pl.Expr:
    """Second number of `lat,lon` or `(lat,lon)`, in degrees."""
    return _coordinate(column, 2, 180)


def page(column: str) -> pl.Expr:
    """Web addresses; `www.example.org` gets its http://."""
    text = pl.col(column)
    text = pl.when(text.str.contains(r"^(?i)www\.")).then("http://" + text).otherwise(text)
    fits = r"^(?i)https?://[^\s<>\"{}|\\^`\x00-\x20]+\.[^\s<>\"{}|\\^`\x00-\x20]+$"
    lower = text.str.replace(r"^(?i)http(s?)://", "http$1://")
    return pl.when(text.str.contains(fits)).then(lower)


def slug(value: pl.Expr) -> pl.Expr:
    """Code as it may stand in an id: every other character becomes a hyphen."""
    return value.str.replace_all(r"[^A-Za-z0-9._~-]", "-")


def address(project: pl.Expr) -> pl.Expr:
    """Page of a project on CORDIS, the source of every row that hangs on it."""
    return pl.lit("https://cordis.europa.eu/project/id/") + project
