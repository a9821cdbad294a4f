"""A country beside three of its size, and what they take part in and it does not."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease, told_apart
from permed.api.report.documents.section import DocumentSection

__all__ = ["all_actions", "beside_peers"]

_PEERS = 3


def all_actions(evidence: AskedRelease) -> pl.DataFrame:
    """Return who of each country is in which action: two of one name told apart."""
    return told_apart(evidence.rows("country-landscape"), "activityName", "activity")


def beside_peers(evidence: AskedRelease, country: str, name: str) -> Iterator[DocumentSection]:
    """Set beside the three countries whose number of organisations in projects is nearest."""
    rows = evidence.rows("country-balance")
    iri = evidence.iri(country)
    mine = rows.filter(pl.col("country") == iri)
    asks = f"How does {name} stand beside three countries of its size, and what have they?"
    size = "Size is the number of organisations in projects on personalised medicine."
    if mine.is_empty():
        nothing = f"{name} takes part in no project and no infrastructure of the graph."
        for key in ("peers", "gaps"):
            yield DocumentSection(key, key.title(), asks, "", rows.clear(), {}, nothing=nothing)
        return
    size_of = int(mine["organisations"][0])
    others = rows.filter(pl.col("country") != iri).with_columns(
        apart=(pl.col("organisations").cast(pl.Int64) - size_of).abs()
    )
    peers = others.sort("apart", "countryName").head(_PEERS).drop("apart")
    beside = pl.concat([mine, peers]).select(
        "countryName", "organisations", "projects", "coordinates", "memberOf", "observerOf",
        "quadrant", "country",
    )  # fmt: skip
    yield DocumentSection(
        "peers", "Beside countries of its size", asks,
        f"{name} has {{first:projects}} project(/s), coordinates {{first:coordinates}} of "
        "them and is a member of {first:memberOf} infrastructure(/s). Set side by side: "
        "{list:countryName}.",
        beside,
        {"countryName": "Country", "organisations": "Organisations", "projects": "Projects",
         "coordinates": "Coordinated", "memberOf": "Member of infrastructures",
         "observerOf": "Observer of", "quadrant": "In projects and memberships"},
        caveat=f"{size} Strong is above the mean of the countries "
        "that have any. A difference is a question, no verdict.", links={"countryName": "country"},
        made_of=("permed query country-balance",),
    )  # fmt: skip
    yield _gaps(evidence, country, name, peers)


def _gaps(evidence: AskedRelease, country: str, name: str, peers: pl.DataFrame) -> DocumentSection:
    """What at least two of the three have and the country has not."""
    iri, theirs = evidence.iri(country), peers["country"]
    memberships = evidence.rows("infrastructure-countries").select(
        "country", "countryName", kind=pl.lit("infrastructure"), thing="infrastructureName",
        address="infrastructure",
    )  # fmt: skip
    actions = all_actions(evidence).select(
        country=pl.col("countryName").replace_strict(
            dict(evidence.rows("country-balance").select("countryName", "country").iter_rows()),
            default=None, return_dtype=pl.String,
        ),
        countryName="countryName", kind=pl.lit("action or consortium"), thing="activityName",
        address="activity",
    )  # fmt: skip
    held = pl.concat([memberships, actions], how="vertical_relaxed").drop_nulls("thing").unique()
    mine = held.filter(pl.col("country") == iri).select("address")
    found = (
        held.filter(pl.col("country").is_in(theirs.implode()))
        .join(mine, on="address", how="anti")
        .sort("countryName")
        .group_by("kind", "thing", "address")
        .agg(pl.col("countryName").unique(maintain_order=True))
        .with_columns(
            peers=pl.col("countryName").list.len(), there=pl.col("countryName").list.join(", ")
        )
        .filter(pl.col("peers") > 1)
        .select("kind", "thing", "there", "peers", "address")
        .sort("kind", "peers", "thing", descending=[False, True, False])
    )  # fmt: skip
    return DocumentSection(
        "gaps", "Gaps beside them",
        f"In what do at least two of these three countries take part, and {name} does not?",
        "At least two of the three take part in {rows} infrastructure(/s) or action(/s) in which "
        f"no source names {name}.",
        found,
        {"kind": "Kind", "thing": "What", "there": "Who is there", "peers": "Of three"},
        nothing=f"In nothing of which a source at hand names two of the three is {name} missing.",
        caveat="That no source at hand names a country does not say that it is absent: ask first.",
        links={"thing": "address"}, most=40,
        made_of=("permed query infrastructure-countries", "permed query country-landscape"),
    )  # fmt: skip
