"""Reports as they are read: every sentence of the page is a claim, every claim is recomputed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from permed.api.report import Selection, build, build_report
from permed.api.report.claims.claim import Claim, claim_table
from permed.api.report.figures.data import ReportData
from permed.graph.network import Scope
from permed.graph.releases.release import Release
from tests.api.report.brute_force import JOINT_WORK, World
from tests.api.report.claims.test_sentences import NUMBER, forms, recompute

pytestmark = pytest.mark.full
REPORTS: dict[str, tuple[Scope, set[str], str]] = {
    "oncology": (Scope(topic=("oncology",)), set(), "oncology"),
    "Germany": (Scope(of=("DE",)), {"DE"}, ""),
}


class Sentences(HTMLParser):
    """Findings of the figures (without their titles), findings in brief, key figures."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: dict[str, str] = {}
        self.brief: list[str] = []
        self.key_figures: dict[str, str] = {}
        self._article = self._into = self._key = ""
        self._listed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "article":
            self._article = str(named.get("id"))
            self.findings[self._article] = ""
        elif tag == "ul":
            self._listed = named.get("class") == "findings"
        elif tag == "span" and self._into == "h3":
            self._into = "title"
        elif tag in ("h3", "dt", "strong") or (tag == "p" and named.get("class") == "more"):
            self._into = "h3" if tag == "p" else tag
            if self._article:
                self.findings[self._article] += " "
        elif tag == "li" and self._listed:
            self._into = tag
            self.brief.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._article = ""
        elif tag == "span" and self._into == "title":
            self._into = "h3"
        elif tag in ("h3", "dt", "strong", "li", "p", "ul"):
            self._into = ""

    def handle_data(self, data: str) -> None:
        if self._into == "h3" and self._article:
            self.findings[self._article] += data
        elif self._into == "li":
            self.brief[-1] += data
        elif self._into == "dt":
            self._key = data.strip()
        elif self._into == "strong" and self._key:
            self.key_figures.setdefault(self._key, data.strip())


@pytest.mark.parametrize("name", REPORTS)
def test_every_sentence_of_a_page_is_recomputed(
    name: str, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, of, topic = REPORTS[name]
    made: list[ReportData] = []
    claims: list[Claim] = []

    def data(*given: object) -> ReportData:
        made.append(ReportData(*given))  # type: ignore[arg-type]
        return made[-1]

    def kept(told: Iterable[Claim]) -> pl.DataFrame:
        claims.extend(told)
        return claim_table(claims)

    monkeypatch.setattr(build, "ReportData", data)
    monkeypatch.setattr(build, "claim_table", kept)
    written = build_report(release, tmp_path, Selection(scope), pdf=False)
    page = Sentences()
    page.feed(written.page.read_text(encoding="utf-8"))
    world = World(release.path, release.sources, JOINT_WORK, of, topic)
    told = {claim.key: claim for claim in claims}
    recompute(made[0], world, told)
    _only_claims(page, told)
    _key_figures(page, world)


def _only_claims(page: Sentences, claims: dict[str, Claim]) -> None:
    """No sentence says anything beside its claims, and their numbers are their values."""
    said: dict[str, list[str]] = {}
    for key, claim in claims.items():
        said.setdefault(key.split(".")[0], []).append(claim.sentence)
        assert set(re.findall(NUMBER, claim.sentence)) <= forms(claim), claim
    found = {key: " ".join(text.split()) for key, text in page.findings.items() if key in said}
    assert found == {key: " ".join(" ".join(parts).split()) for key, parts in said.items()}
    sentences = {claim.sentence for claim in claims.values()}
    brief = [" ".join(text.split()) for text in page.brief]
    assert brief, "the page has findings in brief"
    assert set(brief) <= sentences


def _key_figures(page: Sentences, world: World) -> None:
    graph = world.graph
    activities = {row["activity"] for row in world.rows}
    countries = {row["country"] for row in world.rows} - {None, "EU"}
    placed = [(world.country(u), world.country(v)) for u, v in graph.edges]
    placed = [(one, other) for one, other in placed if one and other]
    abroad = sum(one != other for one, other in placed) / len(placed)
    pairs = len(graph) * (len(graph) - 1) / 2
    expected = {
        "Organisations": f"{len(graph):,}",
        "Activities": f"{len(activities):,}",
        "Countries": f"{len(countries):,}",
        "Ties between organisations": f"{graph.number_of_edges():,}",
        "Partners on average": f"{2 * graph.number_of_edges() / len(graph):,.1f}",
        "Ties that cross a border": f"{100 * abroad:.0f}%",
        "Pairs that are tied": f"{100 * graph.number_of_edges() / pairs:.1f}%",
    }
    assert {key: page.key_figures.get(key) for key in expected} == expected
