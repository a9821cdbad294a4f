"""In which projects on personalised medicine each country takes part, counted from the CSV files.

Nothing of the graph, its rule or its tables takes part: the packaged files are read as text. A
country is in a project through an organisation whose row names it, or where a row names the
country itself.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from tests import ROOT
from tests.shown_labels import packaged_labels

__all__ = [
    "countries_of_projects",
    "judged_by_hand",
    "named_alone",
    "projects_of_countries",
    "takes_part",
]

Row = dict[str, str]

_SOURCES = ROOT / "ingest" / "sources"
_SAMPLE = _SOURCES / "cordis" / "sample" / "cordis-pm-sample.zip"
# CORDIS has no role that makes no partner; of the curated roles these make one or fund
_TAKES_PART = {
    "coordinator", "participant", "third-party", "associated-partner", "international-partner",
    "partner", "work-package-lead", "funder", "participating-country", "member", "founding-member",
}  # fmt: skip
_ISO = {"EL": "GR", "UK": "GB"}  # what CORDIS writes otherwise than ISO 3166
_ON = {"core", "related"}


def _curated(table: str) -> Iterator[Row]:
    for folder in ("icpermed", "reference"):
        for path in sorted((_SOURCES / folder / "data" / table).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)


def _sample(name: str) -> Iterator[Row]:
    with zipfile.ZipFile(_SAMPLE) as kept, kept.open(f"{name}.csv") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8"), delimiter=";")


@cache
def judged_by_hand() -> frozenset[str]:
    """Return the ids of the projects that a curated row judges core or related."""
    return frozenset(
        r["entity"]
        for r in _curated("classifications")
        if r["topic"].removeprefix("pm-relevance/") in _ON
    )


def takes_part(rows: Iterable[Row], judged: Collection[str]) -> dict[tuple[str, str], bool]:
    """Return whether an organisation is named, by judged project and ISO code.

    rows: an organisation table of CORDIS, to which the curated roles are added.
    """
    found: dict[tuple[str, str], bool] = defaultdict(bool)
    for project, code in _registered(list(rows)):
        found[project, code] = True
    homes, union = _homes()
    for row in _curated("roles"):
        agent, activity = row["agent"], row["activity"]
        if not activity.startswith("project/") or row["role"] not in _TAKES_PART:
            continue
        if agent.startswith("country/"):
            found[activity, agent.removeprefix("country/")] |= False
        elif agent in homes and agent not in union:
            found[activity, homes[agent]] = True
    return {pair: named for pair, named in found.items() if pair[0] in judged}


def _registered(rows: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield project and country of every participation; a PIC that no row names is left out."""
    named = {row["organisationID"] for row in rows if row["name"] or row["shortName"]}
    seats: dict[str, str] = {}
    for row in rows:
        pic, code = row["organisationID"], _ISO.get(row["country"], row["country"])
        if pic in named and code:
            seats.setdefault(pic, code)
    for row in rows:
        if code := seats.get(row["organisationID"], ""):
            yield f"project/{row['projectID']}", code


def _homes() -> tuple[dict[str, str], set[str]]:
    """Return the country of each curated organisation, and the institutions of the EU."""
    homes: dict[str, str] = {}
    union: set[str] = set()
    for row in _curated("organisations"):
        if row.get("country"):
            homes.setdefault(row["id"], row["country"].removeprefix("country/"))
        if row.get("org_type") == "eu-institution":
            union.add(row["id"])
    return homes, union


@cache
def _packaged() -> dict[tuple[str, str], bool]:
    scored = {f"project/{number}" for number, label in packaged_labels().items() if label in _ON}
    return takes_part(_sample("organization"), judged_by_hand() | scored)


def countries_of_projects() -> set[tuple[str, str]]:
    """Return every pair of a project judged core or related and the ISO code of a country."""
    return set(_packaged())


def named_alone() -> set[tuple[str, str]]:
    """Return the pairs in which a source names the country and no organisation of it."""
    return {pair for pair, named in _packaged().items() if not named}


def projects_of_countries() -> dict[str, int]:
    """Return the number of projects by ISO code."""
    counts: dict[str, int] = defaultdict(int)
    for _, code in _packaged():
        counts[code] += 1
    return dict(counts)
