"""Of one country or organisation: with which countries it works, in what, and with whom most."""

from __future__ import annotations

import polars as pl

from permed.api.report.claims.claim import Claim
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import Content, DisplayColumn, DisplayTable, number
from permed.api.text.names import sentence_list
from permed.graph.counting import EU

__all__ = ["partners_abroad"]

_SHOWN = 20


def partner_table(report: ReportData) -> pl.DataFrame:
    """Return one row a partner country: country, organisations, ties, activities.

    organisations: of that country, tied to one of those that the report is about. ties: to them.
    activities: in which both take part. Ties among those themselves are not counted.
    """
    network = report.network
    ids, country = network.nodes["id"], network.nodes["country"]
    own = set(ids.filter(pl.Series(report.own)))
    ends = pl.DataFrame({
        "one": ids.gather(network.proper["source"]), "other": ids.gather(network.proper["target"]),
    })  # fmt: skip
    both = pl.concat([ends, ends.select(one="other", other="one")])
    across = both.filter(pl.col("one").is_in(own) & ~pl.col("other").is_in(own)).join(
        pl.DataFrame({"other": ids, "country": country}), on="other"
    )
    mine = report.rows.filter(pl.col("agent").is_in(own)).select("activity").unique()
    shared = (
        report.rows.filter(~pl.col("agent").is_in(own) & pl.col("agent").is_in(set(ids)))
        .join(mine, on="activity", how="semi")
        .group_by(country="agent_country")
        .agg(pl.col("activity").n_unique().alias("activities"))
    )
    return (
        across.group_by("country")
        .agg(pl.col("other").n_unique().alias("organisations"), pl.len().alias("ties"))
        .join(shared, on="country", how="left", nulls_equal=True)
        .sort(["ties", "country"], descending=[True, False])
    )


def partners_abroad(report: ReportData) -> Content:
    """The countries of the partners of those that the report is about."""
    table = partner_table(report)
    return Content(
        _claims(report, table),
        "Ties join one of the organisations that this report is about with one of the other "
        "country; activities are those in which both take part.",
        table,
        "permed.graph.network.project(data, scope=Scope(of=...)).proper, by country",
        table=DisplayTable.of(
            table.head(_SHOWN).with_columns(
                country=pl.col("country").map_elements(
                    report.country_name, return_dtype=pl.String, skip_nulls=False
                )
            ),
            {
                "country": DisplayColumn("Country of the partner"),
                "organisations": DisplayColumn("Organisations", number(), right=True),
                "ties": DisplayColumn("Ties", number(), right=True),
                "activities": DisplayColumn("Joint activities", number(), right=True),
            },
        ),
    )


def _claims(report: ReportData, table: pl.DataFrame) -> tuple[Claim, ...]:
    own = int(report.own.sum())
    if table.is_empty():
        alone = f"{own:,} organisations of {report.whose}, without partners elsewhere."
        return (Claim("where-of.partners", alone, {"own": own, "of": report.whose}),)
    named = table.filter(pl.col("country") != EU)
    first = [report.country_name(code) for code in named["country"].head(3)]
    partners = int(table["organisations"].sum())
    return (
        Claim(
            "where-of.partners",
            f"{own:,} organisation{'' if own == 1 else 's'} of {report.whose} ha"
            f"{'s' if own == 1 else 've'} {partners:,} partners elsewhere, in {named.height} "
            f"countries; most ties lead to {sentence_list(first)}.",
            {"own": own, "partners": partners, "countries": named.height, "names": first,
             "of": report.whose},
            coverage=int(named["organisations"].sum()) / partners,
        ),
    )  # fmt: skip
