"""Calls and projects of a year: demand, success, money, funders; topics and countries."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.charts import first_rows, years
from permed.api.report.documents.contributions import received_by
from permed.api.report.documents.section import DocumentSection
from permed.queries.sentences import agreeing

__all__ = ["area_rows", "calls_of", "funding_sections", "most_on", "projects_of"]

_AREAS = "SRIA 2023"
_BARS = 15


def calls_of(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the calls of the edition of a year, or opened in it."""
    return evidence.rows("calls", year=str(year))


def projects_of(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the projects that started in a year, each once."""
    rows = evidence.rows("projects-started", year=str(year))
    return rows.unique("project", keep="first", maintain_order=True)


def area_rows(evidence: AskedRelease, year: int) -> pl.DataFrame:
    """Return the areas of the SRIA 2023 with the projects that started in a year."""
    topics = evidence.rows("project-topics", year=str(year))
    return topics.filter(pl.col("topic").str.contains("/scheme/sria", literal=True))


def funding_sections(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    """Yield the sections in the order of the report."""
    yield _calls(evidence, year)
    yield _funders(evidence, year)
    yield _demand(evidence, year)
    yield _money(evidence, year)
    yield _projects(evidence, year)
    yield from _topics(evidence, year)
    yield _countries(evidence, year)


def _calls(evidence: AskedRelease, year: int) -> DocumentSection:
    return DocumentSection(
        "calls",
        f"Joint calls of {year}",
        f"Which joint calls have the year {year} in their name, or opened in it?",
        f"{{n:call}} call(/s) of {year} (is/are) known.",
        calls_of(evidence, year),
        {"callName": "Call", "title": "On", "network": "Of", "opened": "Opened",
         "funders": "Funders known", "countries": "Countries known", "projects": "Projects known",
         "source": "Source"},
        nothing=f"No joint call of {year} is in the graph.",
        caveat=evidence.lacking("calls"),
        links={"callName": "call", "source": "source"},
        made_of=(f"permed query calls -p year={year}",),
    )  # fmt: skip


def _funders(evidence: AskedRelease, year: int) -> DocumentSection:
    held = calls_of(evidence, year).select("call")
    return DocumentSection(
        "call-funders",
        f"Who took part in the calls of {year}",
        f"Which funders, countries and regions took part in the joint calls of {year}?",
        "{n:funder where as=funder} funder(/s) (is/are) named in {n:call where as=funder} "
        "call(/s), and {n:funder where as=participating country or region} countr(y/ies) "
        "or region(/s) in {n:call where as=participating country or region}.",
        evidence.rows("funders-by-call").join(held, on="call", how="semi"),
        {"callName": "Call", "country": "Country", "region": "Region", "funderName": "Who",
         "as": "As", "callsOfFunder": "Calls of it in all", "source": "Source"},
        nothing=f"No funder of a call of {year} is known.",
        caveat=evidence.lacking("funders-by-call"),
        links={"callName": "call", "funderName": "funder"},
        most=60,
        made_of=("permed query funders-by-call",),
    )  # fmt: skip


def _demand(evidence: AskedRelease, year: int) -> DocumentSection:
    rows = evidence.rows("call-success").join(_until(evidence, year), on="call", how="semi")
    return DocumentSection(
        "call-demand",
        f"Demand and success, calls to {year}",
        f"What were demand and success of the calls up to {year}?",
        "{n:call} call(/s) (has/have) a known number of funded projects; "
        "{rows where fundedPerCentOfPre} statement(/s) give(s/) the demand too.",
        rows,
        {"callName": "Call", "preProposals": "Pre-proposals", "invited": "Invited",
         "funded": "Funded", "groups": "Groups", "fundedPerCentOfPre": "% of pre-proposals",
         "fundedPerCentOfInvited": "% of invited", "source": "Source"},
        caveat=evidence.lacking("call-success"),
        links={"callName": "call", "source": "source"},
        made_of=("permed query call-success",),
    )  # fmt: skip


def _money(evidence: AskedRelease, year: int) -> DocumentSection:
    rows = evidence.rows("call-budgets").join(_until(evidence, year), on="call", how="semi")
    return DocumentSection(
        "call-money",
        f"Money of the calls to {year}",
        f"How much was announced and funded in the calls up to {year}, as each source says?",
        "{rows} statement(/s) of money for {n:call} call(/s): {rows where what=budget announced} "
        "announced, {rows where what=budget funded} funded.",
        rows,
        {"callName": "Call", "what": "What", "amount": "Amount", "unit": "Unit",
         "qualifier": "How exact", "asOf": "As of", "source": "Source"},
        caveat="Sources that disagree all stand; amounts must not be added up over sources.",
        links={"callName": "call", "source": "source"},
        most=40,
        made_of=("permed query call-budgets",),
    )  # fmt: skip


def _until(evidence: AskedRelease, year: int) -> pl.DataFrame:
    return evidence.rows("calls").filter(pl.col("edition") <= year).select("call")


def _projects(evidence: AskedRelease, year: int) -> DocumentSection:
    begun = evidence.rows("projects-started").unique("project").drop_nulls("startYear")
    counts = begun.group_by("startYear").len().sort("startYear")
    recent = counts.filter(pl.col("startYear").is_between(year - 9, year))
    rows = projects_of(evidence, year)
    return DocumentSection(
        "new-projects",
        f"Projects that started in {year}",
        f"Which projects on personalised medicine started in {year}?",
        f"{{n:project}} project(/s) started in {year}, {{n:project where relevance=core}} of them "
        f"core to personalised medicine; {received_by('their partners', rows)}.",
        rows,
        {"projectName": "Project", "title": "Title", "start": "Start", "relevance": "Relevance",
         "coordinatorName": "Coordinator", "country": "Country", "partners": "Partners",
         "countries": "Countries", "euContribution": "EU contribution, €"},
        nothing=f"No project that started in {year} is in the graph.",
        caveat=f"{evidence.scope} {evidence.untold_trend()} "
        f"{evidence.lacking('projects-started')}".strip(),
        chart=years("new-projects", "Projects by year of start", list(recent.iter_rows()), year),
        links={"projectName": "project", "coordinatorName": "coordinator"},
        most=30,
        made_of=(f"permed query projects-started -p year={year}",),
    )  # fmt: skip


def _topics(evidence: AskedRelease, year: int) -> Iterator[DocumentSection]:
    topics = evidence.rows("project-topics", year=str(year))
    found = topics.filter(pl.col("topic").str.contains("/scheme/euroscivoc", literal=True))
    made = (f"permed query project-topics -p year={year}",)
    shown = {"topicName": "Topic", "projects": "Projects"}
    begun = projects_of(evidence, year)
    read = evidence.rows("topic-coverage").filter(pl.col("agenda") == _AREAS)
    placed = begun.join(read, left_on="project", right_on="thing", how="semi").height
    modelled = read.filter(pl.col("state") == "by a model")
    guessed = begun.join(modelled, left_on="project", right_on="thing", how="semi").height
    part = agreeing(
        f"Of {begun.height:,} project(/s) that started in {year} {placed:,} (has/have) an area, "
        f"{guessed:,} by a model: "
    )
    for key, title, says, rows, caveat in (
        ("projects-by-area", "New projects by area of the SRIA 2023", part,
         area_rows(evidence, year),
         "A model puts core projects of Horizon Europe to research or innovation, where it is "
         "sure; one contributor read the titles of supporting actions, networks and the "
         "partnership. No domain expert judged any of them. A project without an area is not "
         "classified: that says nothing of what it works on."),
        ("projects-by-topic", "New projects by field of science", "", found,
         "Fields are those of EuroSciVoc that CORDIS gives; a project has several."),
    ):  # fmt: skip
        yield DocumentSection(
            key, title, f"On what are the projects that started in {year}?",
            f"{says}{{n:topic}} topic(/s); {most_on(rows)}",
            rows, shown,
            nothing=f"No project that started in {year} has such a topic in the graph.",
            caveat=caveat, made_of=made,
            chart=first_rows(key, title, rows, "topicName", "projects", _BARS),
            links={"topicName": "topic"}, most=_BARS,
        )  # fmt: skip


def most_on(rows: pl.DataFrame) -> str:
    """Name what most projects are on: one topic alone is no most."""
    if rows.height == 1:
        return "{max:projects} project(/s) (is/are) on {first:topicName}."
    return "most projects are on {first:topicName} ({max:projects})."


def _countries(evidence: AskedRelease, year: int) -> DocumentSection:
    rows = evidence.rows("projects-by-country", year=str(year))
    title = "New projects by country"
    return DocumentSection(
        "projects-by-country",
        title,
        f"Which countries take part in the projects that started in {year}, and which lead?",
        "{n:country} countr(y/ies) take(s/) part; most projects have partners in "
        "{first:countryName} "
        "({max:projects}).",
        rows,
        {"countryName": "Country", "projects": "Projects", "organisations": "Organisations",
         "coordinates": "Coordinated"},
        nothing=f"No country takes part in a project that started in {year}.",
        chart=first_rows("projects-by-country", title, rows, "countryName", "projects", _BARS),
        links={"countryName": "country"},
        most=60,
        made_of=(f"permed query projects-by-country -p year={year}",),
    )  # fmt: skip
