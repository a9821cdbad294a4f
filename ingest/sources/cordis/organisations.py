"""Organisations out of participation rows: one a PIC, with other spellings, ids, places."""

from __future__ import annotations

import polars as pl

from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.findings import Findings

__all__ = ["identifiers", "names", "organisations", "prepare", "regions"]

_FIELDS = (
    "name", "short_name", "type", "country", "nuts", "city", "street", "postcode", "latitude",
    "longitude", "website", "vat", "sme",
)  # fmt: skip
_WHERE = ("page", "seen", "source_row", "file")


def prepare(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Parse place, address and number columns of participation rows, once for each spelling."""
    own = [
        "agent",
        "pic",
        *(c for c in rows.columns if c in _FIELDS),
        "geolocation",
        "rcn",
        "stamp",
    ]
    newest = rows.sort("stamp", descending=True, nulls_last=True, maintain_order=True)
    known = newest.unique([c for c in own if c != "stamp"], keep="first", maintain_order=True)
    known = known.with_columns(
        latitude=values.latitude("geolocation"), longitude=values.longitude("geolocation")
    )
    placed = pl.when(pl.col("longitude").is_not_null()).then("geolocation")
    placed = pl.when(pl.col("latitude").is_not_null()).then(placed)
    known = findings.clean(known, "geolocation", placed, "no 'latitude,longitude': value left out")
    known = findings.clean(known, "website", values.page("website"), "no web address: left out")
    number = pl.col("vat").str.replace_all(r"[\s.]", "").str.to_uppercase()
    number = pl.when(number.str.contains(r"^[A-Z0-9/+*-]{4,25}$")).then(number)
    known = findings.clean(known, "vat", number, "no VAT number: value left out")
    return _region(known, findings)


def _region(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Keep NUTS codes below the country that lie in the organisation's own country."""
    form = pl.when(pl.col("nuts").str.contains(r"^[A-Z]{2}[A-Z0-9]{0,3}$")).then("nuts")
    rows = findings.clean(rows, "nuts", form, "no NUTS code: value left out")
    rows = rows.with_columns(home=pl.col("nuts").str.slice(0, 2)).with_columns(
        home=values.country("home")
    )
    here = pl.when(pl.col("home") == pl.coalesce("country", "home")).then("nuts")
    rows = findings.clean(rows, "nuts", here, "region of another country: value left out")
    below = pl.when(pl.col("nuts").str.len_chars() > 2).then("nuts")
    return rows.with_columns(nuts=below).drop("home")


def organisations(known: pl.DataFrame) -> pl.DataFrame:
    """Rows of `organisations`: of each column the newest filled value.

    A few records repeat the name where the city belongs: that says nothing of the city.
    """
    no_city = pl.col("city").str.to_lowercase() == pl.col("name").str.to_lowercase()
    known = known.with_columns(city=pl.when(~no_city.fill_null(value=False)).then("city"))
    first = [pl.col(c).drop_nulls().first() for c in _FIELDS]
    where = [pl.col(c).first() for c in _WHERE]
    folded = known.group_by("agent", maintain_order=True).agg(*first, *where)
    return folded.select(
        "name",
        "short_name",
        "city",
        "street",
        "postcode",
        "latitude",
        "longitude",
        "website",
        "vat",
        "sme",
        "seen",
        "source_row",
        id="agent",
        org_type="type",
        country="country/" + pl.col("country"),
        region="region/" + pl.col("nuts"),
        source_url="page",
        evidence=pl.lit("registry"),
    )


def names(known: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Rows of `names`: spellings that differ from the chosen name or short name."""
    chosen = folded.select("id", "name", "short_name")
    parts = []
    for column, kind in (("name", "alias"), ("short_name", "acronym")):
        said = known.select("agent", "page", "seen", pl.col(column).alias("said")).drop_nulls(
            "said"
        )
        both = said.join(chosen, left_on="agent", right_on="id", maintain_order="left")
        other = both.filter(
            (pl.col("said") != pl.col("name")) & pl.col("said").ne_missing(pl.col("short_name"))
        )
        parts.append(
            other.unique(["agent", "said"], keep="first", maintain_order=True).select(
                "seen",
                entity="agent",
                name="said",
                kind=pl.lit(kind),
                source_url="page",
                evidence=pl.lit("registry"),
            )
        )
    return pl.concat(parts).unique(["entity", "name"], keep="first", maintain_order=True)


def identifiers(known: pl.DataFrame) -> pl.DataFrame:
    """PIC, VAT number and CORDIS record number of each organisation.

    A VAT number that several PICs share (a university hospital and its university, all hospitals
    of a region) does not identify any of them and is `related`. A record number counts only where
    it and the PIC belong to each other alone: reconstructed files hold the project's number there.
    """
    pairs = [
        known.select("agent", "page", "seen", pl.lit(s).alias("scheme"), pl.col(c).alias("value"))
        for s, c in (("pic", "pic"), ("vat", "vat"), ("cordis-rcn", "rcn"))
    ]
    ids = pl.concat(pairs).drop_nulls("value")
    ids = ids.unique(["agent", "scheme", "value"], keep="first", maintain_order=True)
    shared = pl.len().over("scheme", "value") > 1
    several = pl.len().over("agent", "scheme") > 1
    loose = (pl.col("scheme") == "cordis-rcn") & (shared | several)
    return ids.filter(~loose).select(
        "seen",
        "scheme",
        "value",
        entity="agent",
        match=pl.when(shared).then(pl.lit("related")).otherwise(pl.lit("exact")),
        source_url="page",
        evidence=pl.lit("registry"),
    )


def regions(folded: pl.DataFrame, page: str) -> pl.DataFrame:
    """Rows of `regions`: every region used and those that hold it."""
    used = folded.select(pl.col("region").str.strip_prefix("region/").alias("nuts")).drop_nulls()
    codes = pl.concat([used.select(pl.col("nuts").str.slice(0, n)) for n in (3, 4, 5)]).unique()
    above = pl.col("nuts").str.slice(0, pl.col("nuts").str.len_chars() - 1)
    rows = codes.sort("nuts").with_columns(home=pl.col("nuts").str.slice(0, 2))
    name = pl.col("nuts").replace_strict(values.region_names(), default=pl.col("nuts"))
    return rows.with_columns(home=values.country("home")).select(
        "nuts",
        id="region/" + pl.col("nuts"),
        name=name,
        country="country/" + pl.col("home"),
        parent=pl.when(pl.col("nuts").str.len_chars() > 3).then("region/" + above),
        source_url=pl.lit(page),
        evidence=pl.lit("registry"),
    )
