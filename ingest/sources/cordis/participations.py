"""Participations: cleaned rows of the organisation table, and the roles that they become."""

from __future__ import annotations

import anyascii
import polars as pl

from permed.ingest.sources.cordis import values
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.layout import metadata

__all__ = ["clean", "roles"]

_MONEY = ("ec_contribution", "net_ec_contribution", "total_cost")
_LOST = 0.5  # share of names that are empty, from which a file is no good


def clean(rows: pl.DataFrame, projects: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Parse participation rows strictly and add `agent`, `entity`, `page` and `seen`.

    `agent` is `organisation/pic-{PIC}`, or made of name and country where there is no PIC.
    Rejected: rows of an unknown project or with an unknown role. Left out: those of a PIC that no
    row names.
    """
    rows = rows.join(
        projects.select(pl.col("id").alias("project"), "entity", "page", "seen"),
        on="project",
        how="left",
        maintain_order="left",
    )
    lost = pl.col("entity").is_null()
    rows = findings.reject(rows, lost, "its project is in no project table: add it", "project")
    rows = _role(rows, findings)
    rows = _agent(_parsed(rows, findings), findings)
    rows = _named(rows, findings)
    _coordinators(rows, projects, findings)
    return rows


def _role(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    known = metadata()["roles"]
    unknown = ~pl.col("role").is_in(sorted(known)).fill_null(False)
    why = f"unknown role (known: {', '.join(known)}): add it to source.yml"
    rows = findings.reject(rows, unknown, why, "role")
    return rows.with_columns(pl.col("role").replace_strict(known, return_dtype=pl.String))


def _parsed(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    for column in _MONEY:
        why = "no amount of zero or more euro: value left out"
        rows = findings.clean(rows, column, values.money(column), why)
    why = "no country of ISO 3166 or the EU: value left out"
    rows = findings.clean(rows, "country", values.country("country"), why)
    rows = findings.clean(rows, "ended", values.boolean("ended"), "neither true nor false")
    rows = findings.clean(rows, "sme", values.boolean("sme"), "neither true nor false")
    order = pl.col("order").cast(pl.Int64, strict=False)
    rows = findings.clean(rows, "order", order, "no number: value left out")
    kinds = metadata()["organisation_types"]
    kind = pl.col("type").replace_strict(kinds, default=None, return_dtype=pl.String)
    rows = findings.clean(rows, "type", kind, "unknown kind of organisation: add it to source.yml")
    return rows.with_columns(updated=values.day("updated"), stamp=pl.col("updated"))


def _agent(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    pic = pl.when(pl.col("pic").str.contains(r"^\d{5,10}$")).then("pic")
    rows = findings.clean(rows, "pic", pic, "no PIC (9 digits): the name stands for it")
    anonymous = pl.col("pic").is_null() & pl.col("name").is_null()
    why = "has neither PIC nor name: nobody to give the role to"
    rows = findings.reject(rows, anonymous, why, "project")
    names = rows.filter(pl.col("pic").is_null()).select("name").unique()
    slugs = {n: _slug(n) for n in names["name"]}
    made = pl.concat_str(
        pl.lit("cordis"),
        pl.col("country").str.to_lowercase(),
        pl.col("name").replace_strict(slugs, default=None, return_dtype=pl.String),
        separator="-",
        ignore_nulls=True,
    )
    return rows.with_columns(agent="organisation/" + pl.coalesce("pic-" + pl.col("pic"), made))


def _slug(name: str) -> str:
    """ASCII words of a name joined by hyphens, so that spellings of one name meet."""
    plain = "".join(c if c.isalnum() else " " for c in anyascii.anyascii(name).lower())
    return "-".join(plain.split()) or "unnamed"


def _named(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Leave out rows of a PIC that no row names.

    CORDIS publishes some participations so (one in twenty of Horizon 2020); it is no fault of the
    file and ends no build, unless most names are missing: then the file has lost its column.
    """
    nameless = pl.col("name").is_null().all().over("agent")
    if rows["name"].null_count() > _LOST * rows.height:
        why = "the name is empty, and so are most of this file: export it again with its names"
        return findings.reject(rows, nameless, why, "pic")
    why = "CORDIS names this PIC in no row: left out; a file with its name brings it back"
    return findings.leave_out(rows, nameless, why, "pic")


def _coordinators(rows: pl.DataFrame, projects: pl.DataFrame, findings: Findings) -> None:
    """Report projects whose participants do not include exactly one coordinator."""
    led = rows.group_by("entity").agg((pl.col("role") == "coordinator").sum().alias("led"))
    counted = projects.join(led, on="entity", how="left", maintain_order="left")
    findings.add(counted.filter(pl.col("led") == 0), "has no coordinator", "warning", "id")
    several = counted.filter(pl.col("led") > 1)
    findings.add(several, pl.format("has {} coordinators", "led"), "warning", "id")
    alone = counted.filter(pl.col("led").is_null())
    for file, count in alone.group_by("file").len().sort("file").iter_rows():
        findings.note(
            file, f"without participants in the organisation table: {count:,} of the projects"
        )


def roles(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `roles`, one a participation, in the order of the consortium.

    The period is that of the project and not repeated. A total cost of 0 beside a contribution
    means that none was declared; an associated partner gets no money, so its zeros say nothing.
    """
    again = pl.col("position").is_not_null() | pl.col("position").is_null()
    number = again.cum_sum().over("agent", "activity", "role")
    partner = pl.col("role") == "associated-partner"
    undeclared = partner | (pl.col("ec_contribution").cast(pl.Float64) > 0).fill_null(False)
    return (
        rows.select(
            "agent",
            "role",
            "ended",
            "seen",
            "source_row",
            "ec_contribution",
            activity="entity",
            position="order",
            net_ec_contribution=_unless_zero("net_ec_contribution", partner),
            total_cost=_unless_zero("total_cost", undeclared),
            source_url="page",
            evidence=pl.lit("registry"),
        )
        .with_columns(ec_contribution=_unless_zero("ec_contribution", partner))
        .sort("activity", "position", "source_row", nulls_last=True)
        .with_columns(part=number.cast(pl.Int64))
        .with_columns(part=pl.when(pl.col("part") > 1).then("part"))
    )


def _unless_zero(column: str, where: pl.Expr) -> pl.Expr:
    zero = pl.col(column).cast(pl.Float64) == 0
    return pl.when(~(where & zero).fill_null(False)).then(column).alias(column)
