"""Numbers of the State-of-the-Art report, counted a second time from the packaged CSV files.

Neither the graph nor the catalogue takes part in what is expected: every function here reads the
packaged tables as text and counts on its own.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from functools import cache

import pytest

from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.section import Document, DocumentSection
from permed.queries.sentences import filled
from tests import ROOT
from tests.queries.test_recomputed import Row, table, values
from tests.shown_labels import packaged_labels

SAMPLE = ROOT / "ingest/sources/cordis/sample/cordis-pm-sample.zip"
YEARS = (2018, 2021, 2023)


@cache
def sample(name: str) -> tuple[Row, ...]:
    """Every row of a file of the packaged part of CORDIS, as text."""
    with zipfile.ZipFile(SAMPLE) as archive:
        text = archive.read(name).decode("utf-8-sig")
    return tuple(csv.DictReader(io.StringIO(text), delimiter=";"))


def ids(kind: str) -> set[str]:
    return {row["id"] for row in table("activities") if row["kind"] == kind}


def events(year: int) -> set[str]:
    starts = values("activities", "id", "start")
    return {event for event in ids("event") if starts.get(event, "")[:4] == str(year)}


def laureates(year: int) -> set[str]:
    starts = values("activities", "id", "start")
    return {
        row["agent"]
        for row in table("roles")
        if row["role"] == "laureate" and starts.get(row["activity"], "")[:4] == str(year)
    }


def call_names() -> dict[str, str]:
    names = values("activities", "id", "title") | values("activities", "id", "acronym")
    return {call: names[call] for call in ids("call")}


def edition(call: str) -> int | None:
    """The year in the name of a call, else the one in which it opened."""
    name = call_names()[call]
    found = [name[i : i + 4] for i in range(len(name)) if name[i : i + 2] == "20"]
    opened = values("activities", "id", "start").get(call, "")[:4]
    years = [text for text in (*found, opened) if text.isdigit()]
    return int(years[0]) if years else None


def calls(year: int) -> set[str]:
    starts = values("activities", "id", "start")
    return {
        call
        for call in call_names()
        if edition(call) == year or starts.get(call, "")[:4] == str(year)
    }


def call_agents(year: int, role: str = "funder") -> set[str]:
    mine = calls(year)
    return {
        row["agent"] for row in table("roles") if row["activity"] in mine and row["role"] == role
    }


def call_places(year: int) -> set[str]:
    return call_agents(year, "participating-country")


def earlier(year: int) -> set[str]:
    return {call for call in call_names() if (edition(call) or 9999) <= year}


def money(year: int) -> set[tuple[str, ...]]:
    mine = earlier(year)
    columns = ("entity", "indicator", "value", "qualifier", "as_of", "source_url")
    return {
        tuple(row.get(c) or "" for c in columns)
        for row in table("figures")
        if row["entity"] in mine and row.get("unit")
    }


def demand(year: int) -> set[str]:
    mine = earlier(year)
    return {
        row["entity"]
        for row in table("figures")
        if row["entity"] in mine and row["indicator"] == "funded-projects"
    }


def infrastructures(year: int) -> set[str]:
    return {
        row["entity"]
        for row in table("figures")
        if row["indicator"] in {"roadmap-year", "eric-year"} and int(row["date"][:4]) <= year
        and row["entity"].startswith("infrastructure/")
    }  # fmt: skip


def services(_: int) -> set[tuple[str, str]]:
    return {(row["infrastructure"], row["label"]) for row in table("services")}


def projects(year: int) -> set[str]:
    relevant = {number for number, label in packaged_labels().items() if label != "none"}
    held = {
        row["id"]
        for row in sample("project.csv")
        if row["startDate"][:4] == str(year) and row["id"] in relevant
    }
    return held | by_hand(year)


def by_hand(year: int) -> set[str]:
    """Projects that the curated tables judge, or that a call chose, and date."""
    starts = values("activities", "id", "start")
    labels = {"pm-relevance/core", "pm-relevance/related"}
    judged = {row["entity"] for row in table("classifications") if row["topic"] in labels}
    chosen = {
        row["object"]
        for row in table("relations")
        if row["predicate"] == "resulted-in" and row["subject"].startswith("call/")
    }
    kinds = values("activities", "id", "kind")
    return {
        thing.removeprefix("project/")
        for thing in judged | chosen
        if starts.get(thing, "")[:4] == str(year) and kinds.get(thing) in PROJECT_KINDS
    }


PROJECT_KINDS = {"project", "csa", "funding-network", "partnership"}


def offices() -> dict[tuple[str, ...], list[Row]]:
    """Holder, body, office -> what sources say of it; not the employer beside a named person."""
    found: dict[tuple[str, ...], list[Row]] = {}
    beside = {(r["affiliation"], *_office(r)) for r in table("roles") if r.get("affiliation")}
    for row in table("roles"):
        seat = row["agent"], *_office(row)
        in_body = row["activity"].startswith("body/")
        if in_body and row["role"] != "author" and seat not in beside:
            found.setdefault(seat, []).append(row)
    return found


def _office(row: Row) -> tuple[str, str]:
    return row["activity"], row["role"]


def seats(year: int) -> set[str]:
    """Who holds an office on 31 December: in a stated term, or named in the year itself."""
    return {seat[0] for seat, rows in offices().items() if _held(rows, year)}


def _held(rows: list[Row], year: int) -> bool:
    starts = [int(r["start"][:4]) for r in rows if r.get("start")]
    ends = [r["end"] for r in rows if r.get("end")]
    named = {int(r["attested"][:4]) for r in rows if r.get("attested")}
    if min(starts, default=year) > year:
        return False
    if ends:
        return _last_day(max(ends)) >= f"{year}-12-31"
    return year in named | set(starts)


def _last_day(text: str) -> str:
    return text + {4: "-12-31", 7: "-31", 10: ""}[len(text)]


def seats_before(year: int) -> set[str]:
    """Who is named in an office in earlier years only, and of whom no source says the end."""
    return {
        seat[0]
        for seat, rows in offices().items()
        if not _held(rows, year)
        and not any(r.get("end") for r in rows)
        and any(0 < int((r.get(c) or "0")[:4]) <= year for r in rows for c in ("start", "attested"))
    }


def publications(year: int) -> set[str]:
    """Outputs published in a year, without those that projects report to CORDIS."""
    published = values("outputs", "id", "published")
    mine = {work for work in published if not work.startswith("output/cordis-")}
    return {work for work in mine if published[work][:4] == str(year)}


def _guides() -> set[str]:
    kinds = {"recommendations", "guidelines"}
    return {row["id"] for row in table("outputs") if row["kind"] in kinds}


def recommendations(year: int) -> set[str]:
    published = values("outputs", "id", "published")
    return {w for w in _guides() if w in published and int(published[w][:4]) <= year}


def undated_recommendations(_: int) -> set[str]:
    return _guides() - set(values("outputs", "id", "published"))


def fields_of_science(year: int) -> set[str]:
    mine = projects(year)
    return {r["euroSciVocCode"] for r in sample("euroSciVoc.csv") if r["projectID"] in mine}


def oncology(year: int) -> set[str]:
    mine = projects(year)
    return {
        r["projectID"]
        for r in sample("euroSciVoc.csv")
        if r["projectID"] in mine and r["euroSciVocTitle"] == "oncology"
    }


def coordinated_in_germany(year: int) -> set[str]:
    mine, homes = projects(year), values("organisations", "id", "country")
    registered = {
        r["projectID"]
        for r in sample("organization.csv")
        if r["projectID"] in mine and r["role"] == "coordinator" and r["country"] == "DE"
    }
    return registered | {
        project
        for r in table("roles")
        if (project := r["activity"].removeprefix("project/")) in mine
        and r["role"] == "coordinator"
        and homes.get(r["agent"]) == "country/DE"
    }


Count = Callable[[int], Iterable[object]]
# number: section, template, what the files give
NUMBERS: dict[str, tuple[str, str, Count]] = {
    "events": ("events", "{n:event}", events),
    "laureates": ("recognitions", "{n:laureate}", laureates),
    "calls": ("calls", "{n:call}", calls),
    "funders": ("call-funders", "{n:funder where as=funder}", call_agents),
    "countries that take part": (
        "call-funders",
        "{n:funder where as=participating country or region}",
        call_places,
    ),
    "statements of money": ("call-money", "{rows}", money),
    "calls with funded projects": ("call-demand", "{n:call}", demand),
    "infrastructures": ("infrastructures", "{n:infrastructure}", infrastructures),
    "services": ("services", "{n:service}", services),
    "projects": ("new-projects", "{n:project}", projects),
    "seats": ("bodies", "{n:holder}", seats),
    "seats of earlier years": ("bodies-before", "{n:holder}", seats_before),
    "publications": ("publications", "{n:work}", publications),
    "recommendations": ("recommendations", "{n:work}", recommendations),
    "recommendations without a date": (
        "recommendations-undated",
        "{n:work}",
        undated_recommendations,
    ),
    "fields of science": ("projects-by-topic", "{n:topic}", fields_of_science),
    "projects on oncology": (
        "projects-by-topic",
        "{sum:projects where topicName=oncology}",
        oncology,
    ),
    "coordinated in Germany": (
        "projects-by-country",
        "{sum:coordinates where countryName=Germany}",
        coordinated_in_germany,
    ),
}


def section(document: Document, key: str) -> DocumentSection:
    return next(s for s in document.sections if s.key == key)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_what_the_files_give(
    report_of: Callable[[int], Document], name: str, year: int
) -> None:
    key, template, count = NUMBERS[name]
    told = filled(template, section(report_of(year), key).table)
    assert told == f"{len(list(count(year))):,}"


def test_the_money_of_new_projects_is_that_of_their_participants(
    report_of: Callable[[int], Document],
) -> None:
    mine = projects(2023)
    paid = {
        (row["projectID"], row["organisationID"], row["ecContribution"])
        for row in sample("organization.csv")
        if row["projectID"] in mine
    }
    told = float(
        filled("{sum:euContribution}", section(report_of(2023), "new-projects").table).replace(
            ",", ""
        )
    )
    summed = sum(float(amount.replace(",", ".")) for _, _, amount in paid if amount)
    assert told == pytest.approx(summed, abs=1)


def test_a_work_of_a_later_year_did_not_stand_before(
    report_of: Callable[[int], Document],
) -> None:
    later = "output/ep-permed-data-reusability-guidelines"
    assert values("outputs", "id", "published")[later] == "2025"
    for key in ("recommendations", "recommendations-undated"):
        works = section(report_of(2023), key).table["work"]
        assert not any(work.endswith(later) for work in works)


def test_what_is_gone_is_named_beside_what_is_new(report_of: Callable[[int], Document]) -> None:
    for row in section(report_of(2023), "changes").table.drop_nulls("gone").to_dicts():
        new, gone = ([n for n in row[c].split("; ") if n] for c in ("new", "gone"))
        assert not any(row[c].endswith("…") for c in ("new", "gone"))
        if "project" not in row["what"]:
            assert len(new) - len(gone) == row["change"], row["what"]


def test_things_of_one_name_are_told_apart(report_of: Callable[[int], Document]) -> None:
    for key, name, thing in (
        ("family", "actionName", "action"),
        ("reported", "thingName", "thing"),
    ):
        found = section(report_of(2023), key).table
        assert found[name].n_unique() == found[thing].n_unique()


def test_a_plan_stands_behind_what_came(
    report_of: Callable[[int], Document], evidence: AskedRelease
) -> None:
    came = {
        (row["thing"], row["what"], row["unit"])
        for row in evidence.rows("reported-figures").to_dicts()
        if row["qualifier"] != "planned" and (row["asOf"] or "")[:4] <= "2024"
    }
    shown = section(report_of(2024), "reported").table.to_dicts()
    planned = {
        (row["thing"], row["what"], row["unit"]) for row in shown if row["qualifier"] == "planned"
    }
    assert not planned & came
    family = {row["action"]: row for row in section(report_of(2024), "family").table.to_dicts()}
    told = [row for row in shown if row["what"] == "EU contribution" and row["unit"] == "EUR"]
    assert len(told) > 2
    for row in told:
        assert float(row["value"]) == float(family[row["thing"]]["euContribution"]), row["thing"]
