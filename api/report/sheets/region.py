"""The sheet of a region."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.charts import first_rows
from permed.api.report.documents.section import DocumentSection, FrontNumber

__all__ = ["REGION_NUMBERS", "region_sections"]

REGION_NUMBERS = (
    FrontNumber("Roles of its bodies", "{rows}", "roles", "and of the region itself"),
    FrontNumber("Activities", "{n:activity}", "roles"),
    FrontNumber("Organisations", "{n:organisation}", "organisations", "with a seat there"),
    FrontNumber("Strategies", "{n:strategy}", "strategies"),
)


def region_sections(evidence: AskedRelease, region: str, name: str) -> Iterator[DocumentSection]:
    """Yield the sections of the sheet of a region; region: its id, `region/ITC4`."""
    rows = evidence.rows("regions", region=region)
    yield DocumentSection(
        "roles", "What it takes part in",
        f"In what do {name}, its ministries and funding bodies take part, as what?",
        "{n:agent} bod(y/ies) of the region hold(s/) {rows} role(/s) in {n:activity} "
        "activit(y/ies).",
        rows,
        {"activityName": "In", "agentName": "Who", "as": "As",
         "withRegionsOf": "With regions of", "source": "Source"},
        nothing=f"No source at hand names {name} or a body of it in a joint call or action.",
        links={"activityName": "activity", "agentName": "agent"}, most=50,
        made_of=(f"permed query regions -p region={region}",),
    )  # fmt: skip
    places = evidence.rows("region-organisations", region=region)
    yield DocumentSection(
        "organisations", "Organisations of the region",
        f"Which organisations with a seat in {name} take part in projects?",
        "{n:organisation} organisation(/s) take(s/) part in projects; the most projects are "
        "{max:projects} ({first:organisationName}).",
        places,
        {"organisationName": "Organisation", "city": "City", "projects": "Projects",
         "coordinates": "Leads"},
        nothing=f"No organisation with a seat in {name} takes part in a project of the graph.",
        caveat="Of organisations that no source places in a region nothing stands here.",
        chart=first_rows("organisations", f"Organisations of {name} by projects", places,
                         "organisationName", "projects"),
        links={"organisationName": "organisation"},
        made_of=(f"permed query region-organisations -p region={region}",),
    )  # fmt: skip
    yield DocumentSection(
        "strategies", "Strategies and programmes",
        f"Which strategies and programmes does {name} have?",
        "{n:strategy} (is/are) known; {n:strategy where from} (has/have) a first year.",
        evidence.rows("strategies", region=region),
        {"strategyName": "Strategy", "kind": "Kind", "from": "From", "until": "Until",
         "body": "Carried by", "source": "Source"},
        nothing=f"No strategy of {name} is known.",
        caveat=evidence.lacking("strategies"), links={"strategyName": "strategy"},
        made_of=(f"permed query strategies -p region={region}",),
    )  # fmt: skip
    shared = rows.select("activity").unique()
    others = evidence.rows("regions").join(shared, on="activity", how="semi")
    yield DocumentSection(
        "regions", "Regions in the same activities",
        f"Which other regions take part in the same activities as {name}?",
        "{n:regionName} region(/s) of {n:country} countr(y/ies).",
        others.filter(pl.col("regionName") != name)
        .group_by("regionName", "country").agg(activities=pl.col("activity").n_unique())
        .sort("activities", "regionName", descending=[True, False]),
        {"regionName": "Region", "country": "Country", "activities": "Activities together"},
        nothing=f"No other region is known in an activity of {name}.",
        made_of=("permed query regions",),
    )  # fmt: skip
