"""The core of the network, and the place of the widening countries in it."""

from __future__ import annotations

import polars as pl

from permed.api.report.claims.claim import Claim, share
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import (
    Content,
    DisplayColumn,
    DisplayTable,
    FigureSpec,
    number,
)
from permed.graph.network.core.hypergeometric import at_least
from permed.graph.network.measures.core_periphery import (
    WIDENING,
    CorePeriphery,
    core_periphery,
    core_table,
)

__all__ = ["FIGURE_SPECS"]

_SHOWN, _LEAST = 20, 10
_CALL = "permed.graph.network.measures.core_periphery.core_table(network, 'country')"


def core(report: ReportData) -> Content:
    """Who is in the dense centre, by country."""
    found = core_periphery(report.network)
    table = core_table(report.network).with_columns(
        name=pl.col("group").replace(report.country_names)
    )
    size = int(found.core.sum())
    if not 0 < size < len(found.core):
        none = "The network has no core: no group of organisations is tied more closely inside."
        return Content((Claim("who-core.size", none),), "", table, _CALL)
    claims = [_size(report, found)]
    if widening := _widening(report, found):
        claims.append(widening)
    large = table.filter(pl.col("nodes") >= _LEAST)
    shown = pl.concat([large.head(_SHOWN), large.tail(2)]).unique(maintain_order=True)
    return Content(
        tuple(claims),
        "A core is the set of organisations that comes nearest to the pattern in which all of them "
        "are tied to each other and the others are not tied among themselves; ties between the two "
        "do not matter (Borgatti and Everett 1999, found exactly). Fit is the correlation with "
        "that pattern: near 0 the network has no such form. By number is what a country's share of "
        f"all organisations would give. Shown are the first of those with {_LEAST} organisations "
        "or more. Large activities make a core by themselves: its members need not know each other "
        "from more than one.",
        table.drop("name"),
        _CALL,
        table=DisplayTable.of(
            shown,
            {
                "name": DisplayColumn("Country"),
                "nodes": DisplayColumn("Organisations", number(), right=True),
                "in_core": DisplayColumn("In the core", number(), right=True),
                "expected": DisplayColumn("By number", number(1), right=True),
                "ratio": DisplayColumn("Ratio", number(2), right=True),
            },
        ),
    )


def _size(report: ReportData, found: CorePeriphery) -> Claim:
    inside = found.core
    u = inside[report.network.proper["source"].to_numpy()]
    v = inside[report.network.proper["target"].to_numpy()]
    k, rest = int(inside.sum()), int((~inside).sum())
    dense = int((u & v).sum()) / (k * (k - 1) / 2) if k > 1 else 0.0
    thin = int((~u & ~v).sum()) / (rest * (rest - 1) / 2) if rest > 1 else 0.0
    values = {"core": k, "organisations": len(inside), "inside": dense, "outside": thin}
    fit = ""
    if found.fit == found.fit:
        values["fit"] = found.fit
        fit = f"; fit {found.fit:.2f} of 1"
    return Claim(
        "who-core.size",
        f"{k:,} of {len(inside):,} organisations form a core in which {share(dense)} of all pairs "
        f"are tied, against {share(thin, 1)} among the others{fit}.",
        values,
    )


def _widening(report: ReportData, found: CorePeriphery) -> Claim | None:
    """The widening member states' organisations in the core, beside as many drawn at random."""
    country = report.network.nodes["country"]
    known = country.is_not_null().to_numpy()
    theirs = country.is_in(WIDENING).fill_null(False).to_numpy()
    total, core_, of = int(known.sum()), int((found.core & known).sum()), int(theirs.sum())
    if not of or of == total:
        return None
    there = int((found.core & theirs).sum())
    expected = of * core_ / total
    chances = at_least(list(range(of + 2)), total, core_, of)  # of x or more, x = 0, 1, ...
    low = int((1 - chances < 0.025).sum()) - 1  # the highest x with P(X < x) below 2.5 %
    high = int((chances >= 0.025).sum()) - 1
    return Claim(
        "who-core.widening",
        f"Of {of:,} organisations of widening member states {there:,} are in the core; as many "
        f"drawn at random would give {expected:,.1f} ({low:,} to {high:,} in 95% of draws).",
        {"widening": of, "in_core": there},
        chance=expected,
        interval=(float(low), float(high)),
        coverage=total / len(known),
    )


FIGURE_SPECS = (FigureSpec("who-core", "Core and periphery", core),)
