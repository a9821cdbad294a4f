"""How far to trust it: figures against chance, and how complete the data are."""

from __future__ import annotations

from datetime import date

import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.drawing.charts import bars, paint
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    RATE,
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.graph.network.comparison.null_model import SAMPLES

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
    # as many decimals as the figure itself has
    spread = [_like(*both) for both in table.select("null_sd", "observed").iter_rows()]
    return Content(
        (_home_claim(table),),
        f"Random networks ({SAMPLES} draws, fixed seed) keep the number of activities of every "
        "organisation and the size of every activity, and mix the rest. z tells by how many of "
        "their standard deviations the real network differs, p how rare that is (two-sided). "
        f"{table['p'].drop_nulls().len()} figures are tested here. Dashes: the figure does not "
        "vary there.",
        table.drop("name"),
        "permed.graph.network.comparison.against_chance.z_scores(network)",
        table=DisplayTable.of(
            table.with_columns(spread=pl.Series(spread, dtype=pl.String)),
            {
                "name": DisplayColumn("Figure"),
                "observed": DisplayColumn("Here", _fitting, right=True),
                "null_mean": DisplayColumn("By chance", _fitting, right=True),
                "spread": DisplayColumn("± (sd)", right=True),
                "z": DisplayColumn("z", number(1), right=True),
                "p": DisplayColumn("p", number(3), right=True),
            },
        ),
    )


def _fitting(value: object) -> str:
    """Counts without decimals, indices with three."""
    return _like(value, value)


def _like(value: object, other: object) -> str:
    """The value with the decimals of another: none beside counts, three beside indices."""
    large = isinstance(other, float) and abs(other) >= 10
    return number(0 if large else 3)(value)


def _home_claim(table: pl.DataFrame) -> Claim:
    known = {row["measure"]: row for row in table.iter_rows(named=True)}
    home = known["country_assortativity"]
    key = "method-chance.home"
    if home["z"] is None:
        still = "The random networks do not vary here, so nothing can be told from chance."
        return Claim(key, still)
    values = {"assortativity": home["observed"], "p": home["p"]}
    here, by_chance = number(3)(home["observed"]), number(3)(home["null_mean"])
    figures = f"(assortativity {here}, {by_chance} by chance"
    if home["p"] <= RATE and home["z"] > 0:
        told = "Organisations prefer partners of their own country more than chance explains"
    elif home["p"] <= RATE:
        told = "Organisations prefer partners abroad more than chance explains"
    else:
        told = "No preference for the own country beyond chance"
    sentence = f"{told} {figures}; p = {home['p']:.3f})."
    return Claim(key, sentence, values, chance=home["null_mean"])


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
    claim = Claim(
        "method-coverage.least",
        f"Of {rows.height:,} roles, {share(worst['share'])} state the {worst['what']}, the least "
        "complete of what the figures need.",
        {"share": worst["share"], "roles": rows.height, "what": worst["what"]},
        coverage=worst["share"],
    )
    finding = claim.sentence
    chart = bars(table, "what", "share", title="Share of roles that state it", form=".0%",
                 names_wide=200)  # fmt: skip
    return Content(
        (claim, _days_claim(report)) if report.days else (claim,),
        "What a source leaves open stays open: such roles are missing from the figure that would "
        "need it, and from no other.",
        table,
        "permed.graph.network.Scope(...).apply(data)",
        svg=paint(chart, "method-coverage", "How complete the data are", finding),
        alt=finding,
    )


def _days_claim(report: ReportData) -> Claim:
    """How old the data of each source are."""
    built = report.release.receipt["built"][:10]
    known = report.release.receipt["sources"]
    ages = [
        f"{known[name]['title'].split(',')[0]} {day}"
        f" ({_days((date.fromisoformat(built) - day).days)} before)"
        for name, day in sorted(report.days.items())
    ]
    return Claim(
        "method-coverage.days",
        f"The release was built on {built}; the newest records of its sources are of:"
        f" {', '.join(ages)}."
        " `permed fetch` and `permed build` renew them.",
        {
            "built": built,
            "days": [f"{name}={day}" for name, day in sorted(report.days.items())],
            "ages": ages,
        },
    )


def _days(many: int) -> str:
    return f"{many:,} day{'' if many == 1 else 's'}"


FIGURE_SPECS = (
    FigureSpec("method-chance", "The network against chance", chance, beside_chance=True),
    FigureSpec("method-coverage", "How complete the data are", coverage, needs="nodes"),
)
