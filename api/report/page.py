"""The page: everything inline, so that it opens without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from permed.api.report.claims.claim import Claim
from permed.api.report.drawing.colours import DARK, LIGHT, themed, variables
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.figure import Content, FigureSpec
from permed.api.report.key_figures import KeyFigure
from permed.graph.network import MEASURES
from permed.graph.network.projection.roles_from_sparql import SCAN

__all__ = ["Chapter", "Figure", "render"]

_BRIEF = ("where-of", "who-central", "who-brokers", "where-matrix", "whom-circles", "gaps-topics",
          "gaps-suggestions")  # fmt: skip
_TOLD = ("degree", "strength", "betweenness", "closeness", "eigenvector", "pagerank", "core",
         "clustering", "constraint", "effective_size")  # fmt: skip

_WEIGHTS = {
    "count": "the number of joint activities",
    "fractional": "the number of joint activities, each divided by its number of other partners",
    "money": "the EU contribution of the joint activities, shared by their pairs",
    "duration": "the years of joint work",
}


@dataclass(frozen=True)
class Chapter:
    """One of the fixed chapters: key, name, what it asks, and its figures."""

    key: str
    name: str
    asks: str
    figures: tuple[FigureSpec, ...]


@dataclass(frozen=True)
class Figure:
    """A figure that was made, and the line that makes it again."""

    spec: FigureSpec
    content: Content
    command: str


def render(
    report: ReportData,
    chapters: tuple[Chapter, ...],
    made: dict[str, Figure],
    keys: list[KeyFigure],
    about: Claim | None,
) -> str:
    """Return the page as HTML; about: the sentence on what else than medicine it is on."""
    environment = Environment(
        loader=PackageLoader("permed.api.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("report.html")
    return template.render(
        chapters=chapters, made=made, keys=keys,
        brief=[
            claim.sentence
            for content in (made[key].content for key in _BRIEF if key in made)
            if not content.data.is_empty()
            for claim in content.claims[:1]
        ],
        picture=lambda svg: Markup(themed(svg)),  # noqa: S704 - made by this package
        light=variables(LIGHT), dark=variables(DARK),
        measures=[MEASURES[name] for name in _TOLD], scan=SCAN,
        subject=_subject(report, about), about=about.sentence if about else "",
        **_about(report),
    )  # fmt: skip


def _subject(report: ReportData, about: Claim | None) -> str:
    """Return the line above the title: no more than what the activities are on."""
    if not report.release.base:
        return ""
    mostly_else = about is not None and about.values["else"] > about.values["labelled"]  # type: ignore[operator]
    return "Research in Europe" if mostly_else else "Personalised-medicine research in Europe"


def _about(report: ReportData) -> dict[str, Any]:
    receipt = report.release.receipt
    network = report.network
    return {
        "release": report.release.id,
        "built": receipt["built"][:10],
        "day": str(report.day),
        "base": report.release.base,
        "sources": receipt["sources"],
        "packages": receipt["packages"],
        "scope": report.described,
        "weight": _WEIGHTS[report.selection.weight],
        "minimum": report.selection.minimum,
        "note": network.note,
        "size": network.size,
        "own": int(report.own.sum()),
        "whose": report.whose,
        "ties": network.proper.height,
        "tiny": network.size < 10 or network.proper.height < 10,
    }
