"""Participations of synthetic projects, and what is said of the organisations that take part."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.synthetic.block import Block
from benchmarks.synthetic.texts import chosen, days, unless
from permed.ingest.sources import cordis

__all__ = ["FIRST_PIC", "organisations"]

FIRST_PIC: Final = 100_000_000  # nine digits as a PIC has, and below all that were ever given

_POOL: Final = 70_000  # organisations to draw from, of which some 31,000 are drawn
_SKEW, _FLAT = 0.95, 9.0  # organisation of rank r is drawn with weight (r + _FLAT) ** -_SKEW
_FIELDS: Final = 50
_NEAR: Final = 0.3  # share of partners that come from the field of the project
# shares of participations in the dump
_COUNTRIES: Final = {
    "DE": 13, "ES": 13, "IT": 11, "FR": 11, "NL": 7, "BE": 6, "UK": 6, "EL": 5, "AT": 4, "SE": 4,
    "PT": 4, "DK": 3, "FI": 3, "CH": 3, "NO": 3, "IE": 2, "PL": 2,
}  # fmt: skip
_KINDS: Final = {"HES": 20, "PRC": 50, "REC": 15, "OTH": 10, "PUB": 5}


def organisations(block: Block) -> pl.DataFrame:
    """Rows of participants: the first of a project coordinates it."""
    rng = block.rng("organization")
    sizes = np.where(
        rng.random(block.count) < 0.47, 1, 1 + np.rint(rng.lognormal(2.15, 0.68, block.count))
    ).astype(np.int64)
    project = np.repeat(np.arange(block.count), sizes)
    drawn = pl.DataFrame({"at": project, "org": _partners(rng, block, project)})
    rows = drawn.unique(maintain_order=True).with_columns(
        order=pl.int_range(1, pl.len() + 1).over("at")
    )
    n, org = rows.height, rows["org"]
    role = chosen(rng, {"participant": 0.75, "associatedPartner": 0.2, "thirdParty": 0.05}, n)
    first = rows["order"] == 1
    role = pl.select(pl.when(first).then(pl.lit("coordinator")).otherwise(role)).to_series()
    paid = pl.Series(np.round(rng.lognormal(12, 1, n), 2)).cast(pl.String)
    money = pl.select(pl.when(role != "associatedPartner").then(paid)).to_series()
    known = _facts(org.to_numpy())
    return pl.DataFrame({
        "projectID": block.ids.gather(rows["at"]),
        "projectAcronym": block.acronyms.gather(rows["at"]),
        **known,
        "contactForm": "",
        "contentUpdateDate": days(np.full(n, 2_100)) + " 12:00:00",
        "rcn": org + 8_800_000,
        "order": rows["order"],
        "role": role,
        "ecContribution": money,
        "netEcContribution": money.fill_null("0"),
        "totalCost": money.fill_null("0"),
        "endOfParticipation": chosen(rng, {"false": 0.98, "true": 0.02}, n),
        "active": "true",
        "departmentName": "",
    })  # fmt: skip


def _partners(
    rng: np.random.Generator, block: Block, project: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Draw an organisation a row: by rank, some of them from the field of the project."""
    sums = _cumulative(block.times)
    org = np.searchsorted(sums, rng.random(project.size) * sums[-1]).astype(np.int64)
    field = (block.topics % _FIELDS)[project]
    near = rng.random(project.size) < _NEAR
    drawn: npt.NDArray[np.int64] = np.where(near, org - org % _FIELDS + field, org)
    return drawn


@cache
def _cumulative(times: float) -> npt.NDArray[np.float64]:
    ranks = np.arange(round(_POOL * times)) / times
    sums: npt.NDArray[np.float64] = np.cumsum((ranks + _FLAT) ** -_SKEW)
    return sums


def _facts(org: npt.NDArray[np.int64]) -> dict[str, pl.Series | pl.Expr]:
    """What is said of organisations: it follows from their numbers, so all rows agree."""
    mixed = (org * 2_654_435_761) % 2**32
    number = pl.Series(org).cast(pl.String)
    region = _regions().gather(mixed % _regions().len())
    country = region.str.slice(0, 2)
    kind = _kinds().gather(mixed % 100)
    site = "https://www.synthetic-" + number + ".example/"
    where = (mixed % 1_000) / 100
    place = pl.Series(40 + where).cast(pl.String) + "," + pl.Series(where * 2).cast(pl.String)
    return {
        "organisationID": pl.Series(org + FIRST_PIC).cast(pl.String),
        "vatNumber": unless(mixed % 8 == 0, country + "88" + number.str.zfill(8)),
        "name": "SYNTHETIC ORGANISATION " + number + " OF " + region,
        "shortName": unless(mixed % 4 == 0, "SYN" + number),
        "SME": pl.Series(np.where(mixed % 5 == 0, "true", "false")),
        "activityType": kind,
        "street": "SYNTHETIC STREET " + pl.Series(mixed % 300).cast(pl.String),
        "postCode": pl.Series(mixed % 90_000 + 10_000).cast(pl.String),
        "city": "SYNTHETIC TOWN " + pl.Series(mixed % 10_000).cast(pl.String),
        "country": country,
        "nutsCode": region,
        "geolocation": place,
        "organizationURL": unless(mixed % 5 < 2, site),
    }


@cache
def _regions() -> pl.Series:
    """Real NUTS codes of five letters, each country as often as it stands in the list of shares."""
    with (Path(cordis.__file__).parent / "regions.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file) if len(row["code"]) == 5]
    found: list[str] = []
    for country, share in _COUNTRIES.items():
        own = [code for code in codes if code.startswith(country)]
        found += [own[at % len(own)] for at in range(share * 20)] if own else []
    return pl.Series(found)


@cache
def _kinds() -> pl.Series:
    """A hundred kinds, each as often as its share says."""
    return pl.Series([name for name, share in _KINDS.items() for _ in range(share)])
