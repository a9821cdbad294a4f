"""From the files of a dump to record tables: the order of the steps, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from permed.graph.errors import InputError
from permed.ingest.source import Progress, SourceData
from permed.ingest.sources.cordis import (
    classification,
    organisations,
    outputs,
    participations,
    programmes,
    projects,
)
from permed.ingest.sources.cordis import scope as scope_
from permed.ingest.sources.cordis.agenda_areas import agenda_areas, agenda_rows
from permed.ingest.sources.cordis.findings import Findings
from permed.ingest.sources.cordis.joined import participants
from permed.ingest.sources.cordis.layout import read_tables

__all__ = ["Dump", "build", "open_dump"]


@dataclass(frozen=True)
class Dump:
    """Cleaned rows of all files, with the relevance label of each project."""

    tables: Mapping[str, pl.DataFrame]
    projects: pl.DataFrame
    participations: pl.DataFrame
    labels: pl.DataFrame
    findings: Findings

    def areas(self, projects: pl.DataFrame) -> pl.DataFrame:
        """Areas of the SRIA 2023 of some of the projects, by a model."""
        given = self.tables["sria_areas"]
        mine = given.filter(pl.col("project").is_in(projects["id"].implode()))
        return agenda_areas(projects, self.labels, mine, self.findings)


def open_dump(paths: Iterable[Path], progress: Progress, day: str | None = None) -> Dump:
    """Read and clean files; InputError where no project table is among them.

    `day` is the day of the dump where it is known better than by the newest update in it.
    """
    findings = Findings()
    tables = read_tables(paths, findings, progress)
    if tables["project"].is_empty():
        raise InputError("cordis: the files hold no project table; add cordis-*projects-csv.zip")
    whole = projects.clean(tables["project"], findings)
    whole = whole.with_columns(seen=pl.coalesce(pl.lit(day, pl.String), "seen"))
    table = tables["organization"]
    rows = pl.concat([table, participants(whole, table, findings)])
    rows = participations.clean(rows, whole, findings)
    progress(f"cordis: judging {whole.height:,} projects")
    labels = scope_.relevance(whole, tables, findings)
    return Dump(tables, whole, rows, labels, findings)


def build(dump: Dump, scope: str, abstracts: bool = True) -> SourceData:
    """Fill the record tables with the projects in scope and all that hangs on them.

    `abstracts` keeps the objectives, which make 0.4 % of the triples of Horizon Europe.
    """
    mine = scope_.kept(dump.projects, dump.labels, scope)
    rows = dump.participations.filter(_within(mine))
    page = _page(dump.projects)
    side = {name: _attached(dump, name, mine) for name in _SIDE}
    results = outputs.gather(dump.tables, dump.projects, dump.findings).filter(_within(mine))
    tables = {
        **_activities(mine, side, abstracts, dump.findings),
        **_agents(dump, rows, page),
        **_subjects(dump, mine, side, page),
        "roles": participations.roles(rows),
        "grants": projects.grants(mine),
        "outputs": outputs.outputs(results, dump.findings),
        "figures": _figures(dump, mine, rows),
    }
    payer = programmes.funder(mine)
    tables["organisations"] = pl.concat([tables["organisations"], payer], how="diagonal")
    tables["identifiers"] = pl.concat(
        [tables["identifiers"], projects.identifiers(mine)], how="diagonal"
    )
    read = dump.findings.unreadable + sum(frame.height for frame in dump.tables.values())
    return SourceData(tables, dump.findings.table(), read)


_SIDE = ("euroscivoc", "policy", "legal_basis", "web_link", "web_item", "topics")


def _within(mine: pl.DataFrame) -> pl.Expr:
    return pl.col("project").is_in(mine["id"].implode())


def _page(whole: pl.DataFrame) -> str:
    """Page of the data set that stands for what hangs on no single project."""
    pages = programmes.pages()
    present = whole["programme"].drop_nulls().unique().sort()
    return pages[present[-1]] if present.len() else next(iter(pages.values()))


def _attached(dump: Dump, name: str, mine: pl.DataFrame) -> pl.DataFrame:
    rows = classification.attach(dump.tables[name], dump.projects, dump.findings)
    return rows.filter(_within(mine))


def _activities(
    mine: pl.DataFrame, side: Mapping[str, pl.DataFrame], abstracts: bool, findings: Findings
) -> dict[str, pl.DataFrame]:
    web = classification.addresses(pl.concat([side["web_link"], side["web_item"]]), findings)
    own = projects.activities(mine, classification.home_pages(web), abstracts)
    frameworks = programmes.programmes(mine["programme"].drop_nulls().unique().to_list())
    schemes = programmes.schemes(mine, side["topics"], side["legal_basis"])
    return {
        "activities": pl.concat([own, frameworks, schemes], how="diagonal"),
        "links": classification.links(web),
    }


def _agents(dump: Dump, rows: pl.DataFrame, page: str) -> dict[str, pl.DataFrame]:
    """Organisations of the kept rows; what other rows know of them counts too."""
    taking_part = dump.participations.join(rows.select("agent").unique(), on="agent", how="semi")
    known = organisations.prepare(taking_part, dump.findings)
    folded = organisations.organisations(known)
    return {
        "organisations": folded,
        "names": organisations.names(known, folded),
        "identifiers": organisations.identifiers(known),
        "regions": organisations.regions(folded, page),
    }


def _subjects(
    dump: Dump, mine: pl.DataFrame, side: Mapping[str, pl.DataFrame], page: str
) -> dict[str, pl.DataFrame]:
    found = classification.subjects(
        side["euroscivoc"], side["policy"], side["legal_basis"], page, dump.findings
    )
    labelled = scope_.relevance_rows(mine, dump.labels)
    placed = agenda_rows(mine, dump.areas(mine))
    return {
        "topics": found.topics,
        "schemes": found.schemes,
        "classifications": pl.concat([found.classifications, labelled, placed], how="diagonal"),
    }


def _figures(dump: Dump, mine: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    given = scope_.given_totals(dump.tables["totals"], dump.findings)
    counted = scope_.totals(dump.projects, dump.participations)
    whole = counted if given.is_empty() else given
    seen = dump.projects.group_by("programme").agg(pl.col("seen").first())
    return scope_.figures(whole, scope_.totals(mine, rows), seen)
