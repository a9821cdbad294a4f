"""How far to trust it: figures against chance, and how complete the data are."""

from __future__ import annotations

import polars as pl

from permed.api.report.drawing.charts import bars, paint
from permed.api.report.figures.data import SAMPLES, ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)

__all__ = ["FIGURE_SPECS"]

_WORDS = {
    "links": "Ties",
    "clustering": "Closed circles of partners (clustering)",
    "transitivity": "Partners of partners are partners (transitivity)",
    "degree_assortativity": "Hubs work with hubs (assortativity)",
    "country_assortativity": "Own country preferred",
    "country_ei": "Ties abroad less ties at home (E-I)",
    "type_ei": "Ties to other types less ties to the own (E-I)",
    "giant_component": "Organisations in the largest whole",
}


def chance(report: ReportData) -> Content:
    """Each figure of the whole network beside that of random networks."""
    table = report.chance.with_columns(name=pl.col("measure").replace_strict(_WORDS))
    return Content(
        _chance_finding(table),
        f"Random networks ({SAMPLES} draws, fixed seed) keep the number of activities of every "
        "organisation and the size of every activity, and mix the rest. z tells by how many of "
        "their standard deviations the real network differs; beyond 3 either way chance is a poor "
        "explanation. Dashes: the figure does not vary there.",
        table.drop("name"),
        f"permed.graph.network.comparison.null_model.z_scores(network, samples={SAMPLES})",
        table=DisplayTable.of(
            table,
            {
                "name": DisplayColumn("Figure"),
                "observed": DisplayColumn("Here", _fitting, right=True),
                "null_mean": DisplayColumn("By chance", _fitting, right=True),
                "null_sd": DisplayColumn("± (sd)", _fitting, right=True),
                "z": DisplayColumn("z", number(1), right=True),
            },
        ),
    )


def _fitting(value: object) -> str:
    """Counts without decimals, indices with three."""
    large = isinstance(value, float) and abs(value) >= 10
    return number(0 if large else 3)(value)


def _chance_finding(table: pl.DataFrame) -> str:
    known = {row["measure"]: row for row in table.iter_rows(named=True)}
    home = known["country_assortativity"]
    if home["z"] is None:
        return "The null model does not vary here, so nothing can be told from chance."
    if home["z"] > 3:
        return (
            "Organisations prefer partners of their own country more than chance explains "
            f"(z = {home['z']:.0f})."
        )
    return f"No preference for the own country beyond chance (z = {home['z']:.1f})."


def coverage(report: ReportData) -> Content:
    """Shares of roles that state what a figure needs."""
    rows = report.rows
    about = rows["activity"].is_in(report.role_data.topics["activity"].unique().to_list())
    stated = {
        "country": rows["agent_country"].is_not_null(),
        "type of organisation": rows["agent_type"].is_not_null(),
        "dates": rows["start"].is_not_null(),
        "topic of the activity": about,
        "EU contribution": rows["amount"].is_not_null(),
    }
    table = pl.DataFrame({
        "what": list(stated),
        "share": [known.sum() / max(len(known), 1) for known in stated.values()],
        "missing": [int((~known).sum()) for known in stated.values()],
    })  # fmt: skip
    worst = table.sort("share").row(0, named=True)
    finding = (
        f"Of {rows.height:,} roles, {worst['share']:.0%} state the {worst['what']}, the least "
        "complete of what the figures need."
    )
    chart = bars(table, "what", "share", title="Share of roles that state it", form=".0%",
                 names_wide=200)  # fmt: skip
    return Content(
        finding,
        "What a source leaves open stays open: such roles are missing from the figure that would "
        "need it, and from no other.",
        table,
        "permed.graph.network.Scope(...).apply(data)",
        svg=paint(chart, "method-coverage", "How complete the data are", finding),
        alt=finding,
    )


FIGURE_SPECS = (
    FigureSpec("method-chance", "The network against chance", chance),
    FigureSpec("method-coverage", "How complete the data are", coverage, needs="nodes"),
)
