"""The forty questions answered a second time, from the CSV files alone.

Neither the catalogue nor the graph takes part in what is expected here: each function reads the
packaged tables as text and counts on its own. What a question adds from CORDIS is left out of the
comparison where it says so, never what the tables hold.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

import polars as pl
import pytest

from tests import ROOT
from tests.queries.conftest import Ask

Row = dict[str, str]
Keys = set[tuple[str, ...]]
_FOLDERS = (ROOT / "ingest/sources/icpermed/data", ROOT / "ingest/sources/reference/data")


@cache
def table(name: str) -> tuple[Row, ...]:
    """Every row of a packaged table, as text."""
    found: list[Row] = []
    for folder in _FOLDERS:
        for path in sorted((folder / name).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                found += csv.DictReader(file)
    return tuple(found)


def values(name: str, key: str, column: str) -> dict[str, str]:
    """First filled value of a column by key."""
    found: dict[str, str] = {}
    for row in table(name):
        if row.get(column):
            found.setdefault(row[key], row[column])
    return found


def roles(prefix: str, *kinds: str) -> Iterable[Row]:
    """Roles in activities below a path, of some kinds or all."""
    return (
        r
        for r in table("roles")
        if r["activity"].startswith(prefix) and (not kinds or r["role"] in kinds)
    )


def country_of(agent: str) -> str:
    """Country of an organisation or region, or the country itself."""
    if agent.startswith("country/"):
        return agent
    kind = "regions" if agent.startswith("region/") else "organisations"
    return values(kind, "id", "country").get(agent, "")


def word(code: str) -> str:
    """Return a code as its label is written."""
    if code == "participating-country":
        return "participating country or region"
    return code if code in {"co-initiator", "vice-chair"} else code.replace("-", " ")


def funders_by_call() -> Keys:
    return {
        (r["activity"], r["agent"], word(r["role"]))
        for r in roles("call/")
        if not r["agent"].startswith("person/")
    }


def calls_of_funders() -> Keys:
    calls: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in roles("call/"):
        if not row["agent"].startswith("person/"):
            calls[row["agent"], word(row["role"])].add(row["activity"])
    return {(agent, role, str(len(found))) for (agent, role), found in calls.items()}


def members_without_call() -> Keys:
    paying = {r["agent"] for r in roles("call/", "funder")}
    members = {r["agent"] for r in roles("consortium/icpermed", "member")}
    return {(member,) for member in members - paying}


def call_budgets() -> Keys:
    return {
        (r["entity"], word(r["indicator"]), r["value"], r["source_url"])
        for r in table("figures")
        if r["entity"].startswith("call/") and r.get("unit")
    }


def body_roles() -> Keys:
    return {(r["agent"], word(r["role"])) for r in roles("body/")}


def contradictions() -> Keys:
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in table("figures"):
        value = [r.get(c) or "" for c in ("value", "date", "text")]
        said[r["entity"], r["indicator"]].add("|".join(value))
    return {pair for pair, found in said.items() if len(found) > 1}


def paid_partners() -> Keys:
    return {
        (r["activity"], r["recipient"], r["agent"], r.get("grant_number") or "")
        for r in table("roles")
        if r.get("recipient")
    }


def funded_counts() -> Keys:
    return {
        (r["entity"], r["value"], r["source_url"])
        for r in table("figures")
        if r["indicator"] == "funded-projects" and r["entity"].startswith("call/")
    }


def services() -> Keys:
    return {(r["infrastructure"], r["label"]) for r in table("services")}


def infrastructure_countries() -> Keys:
    return {
        (r["agent"], r["activity"], word(r["role"]))
        for r in roles("infrastructure/")
        if r["agent"].startswith("country/")
    }


def stoa_years() -> Keys:
    titles = [r["title"] for r in table("outputs") if r["kind"] == "stoa-report" and r["title"]]
    known = {y for y in range(2017, 2024) for t in titles if str(y) in t.replace(f"Nov {y}", "")}
    return {(str(y), "known" if y in known else "no report known") for y in range(2017, 2024)}


def events() -> Keys:
    # an event with a status was announced or planned; one without was held
    status = values("activities", "id", "status")
    dated = values("activities", "id", "start")
    ids = {r["id"] for r in table("activities") if r["kind"] == "event"}
    held = {i: "held" if i in dated else "held, day not known" for i in ids}
    return {(i, status.get(i, held[i])) for i in ids}


def laureates() -> Keys:
    return {(r["agent"], r["activity"]) for r in roles("award/", "laureate")}


def recognised_works() -> Keys:
    return {
        (r["id"],) for r in table("outputs") if r["kind"] in {"best-practice", "recognised-work"}
    }


def memberships() -> Keys:
    return {(r["agent"], word(r["role"])) for r in roles("consortium/icpermed")}


def parents() -> Keys:
    return {
        (r["subject"], r["object"])
        for r in table("relations")
        if r["predicate"] in {"parent-organisation", "part-of"}
        and r["subject"].startswith("organisation/")
        and r["object"].startswith("organisation/")
    }


def roadmap_and_eric() -> Keys:
    years: dict[str, dict[str, str]] = defaultdict(dict)
    for r in table("figures"):
        if r["indicator"] in {"roadmap-year", "eric-year"}:
            years[r["entity"]][r["indicator"]] = r["date"]
    return {(i, y.get("roadmap-year", ""), y.get("eric-year", "")) for i, y in years.items()}


def recommendations() -> Keys:
    return {(r["id"],) for r in table("outputs") if r["kind"] in {"recommendations", "guidelines"}}


def call_topics() -> Keys:
    return {
        (r["entity"], r["topic"])
        for r in table("classifications")
        if r["entity"].startswith("call/")
        and not r["topic"].startswith(("sria-areas/", "barriers/"))
    }


def barriers() -> Keys:
    """Barrier, thing, and whether a source says so: as the table of classifications has it."""
    return {
        (r["topic"], r["entity"], "concluded" if r["evidence"] == "inferred" else "stated")
        for r in table("classifications")
        if r["topic"].startswith("barriers/")
    }


def experts() -> Keys:
    places: dict[str, set[str]] = defaultdict(set)
    for r in table("roles"):
        if r["agent"].startswith("person/"):
            places[r["agent"]].add(r["activity"])
    return {(p,) for p, found in places.items() if len(found) >= 2}


def alliance_members() -> Keys:
    alliances = {r["id"] for r in table("activities") if r["kind"] == "alliance"}
    return {
        (r["activity"], r["agent"])
        for r in table("roles")
        if r["activity"] in alliances and not r["agent"].startswith(("person/", "country/"))
    }


def era_and_ep() -> Keys:
    """Partners by network, a part of an organisation counted as the whole."""
    whole = {
        r["subject"]: r["object"]
        for r in table("relations")
        if r["predicate"] == "part-of"
        and r["subject"].startswith("organisation/")
        and r["object"].startswith("organisation/")
    }
    partners = {}
    for network in ("project/779282", "project/101137129"):
        kinds = ("coordinator", "participant", "third-party", "associated-partner")
        agents = {r["agent"] for r in roles(network, *kinds) if r["activity"] == network}
        partners[network] = {whole.get(a, a) for a in agents if a.startswith("organisation/")}
    era, ep = partners.values()
    state = {a: "went on" if a in ep else "ERA PerMed only" for a in era}
    return {(a, state.get(a, "new in EP PerMed")) for a in era | ep}


def strategies() -> Keys:
    return {(r["id"], r["source_url"]) for r in table("activities") if r["kind"] == "strategy"}


def outside_europe() -> Keys:
    continents = values("countries", "id", "continent")
    core = {r["entity"] for r in table("classifications") if r["topic"] == "pm-relevance/core"}
    kinds = values("activities", "id", "kind")
    kind = {"csa", "funding-network", "partnership"}
    found: Keys = set()
    for r in table("roles"):
        inside = r["activity"].startswith("call/") or (
            kinds.get(r["activity"]) in kind and r["activity"] in core
        )
        land = country_of(r["agent"])
        if inside and land and continents.get(land, "EU") != "EU" and "person/" not in r["agent"]:
            found.add((r["agent"], r["activity"], word(r["role"])))
    return found


Expect = Callable[[], Keys]
# question: query, columns of its rows, what the files give, which rows are compared
CASES: list[tuple[str, str, tuple[str, ...], Expect]] = [
    ("1", "funders-by-call", ("call", "funder", "as"), funders_by_call),
    ("1", "funders-by-call", ("funder", "as", "callsOfFunder"), calls_of_funders),
    ("2", "members-without-call", ("member",), members_without_call),
    ("5", "call-budgets", ("call", "what", "amount", "source"), call_budgets),
    ("8", "body-roles", ("holder", "as"), body_roles),
    ("12", "call-success", ("call", "funded", "source"), funded_counts),
    ("13", "infrastructure-services", ("infrastructure", "service"), services),
    (
        "14",
        "infrastructure-countries",
        ("country", "infrastructure", "as"),
        infrastructure_countries,
    ),
    ("19", "stoa-reports", ("year", "state"), stoa_years),
    ("20", "family-events", ("event", "state"), events),
    ("22", "beyond-europe", ("agent", "activity", "as"), outside_europe),
    ("23", "laureates", ("laureate", "award"), laureates),
    ("24", "best-practices", ("work",), recognised_works),
    ("26", "membership", ("member", "as"), memberships),
    ("27", "parents", ("child", "parent"), parents),
    ("28", "era-to-ep", ("organisation", "state"), era_and_ep),
    (
        "31",
        "infrastructure-timeline",
        ("infrastructure", "roadmapYear", "ericYear"),
        roadmap_and_eric,
    ),
    ("32", "barriers", ("barrier", "thing", "state"), barriers),
    ("33", "recommendations", ("work",), recommendations),
    ("35", "call-classifications", ("call", "topic"), call_topics),
    ("36", "experts", ("person",), experts),
]


_FROM_CORDIS = {"beyond-europe"}
_BARE = {"infrastructure-countries", "infrastructure-timeline"}


def _text(value: object) -> str:
    text = "" if value is None else str(value)
    for start in ("https://w3id.org/permed/id/", "https://w3id.org/permed/scheme/"):
        text = text.removeprefix(start)
    return text.removesuffix(".0")


def told(rows: pl.DataFrame, columns: tuple[str, ...]) -> Keys:
    """The rows of an answer as tuples of texts, ids without the base."""
    return {tuple(_text(v) for v in row) for row in rows.select(columns).iter_rows()}


@pytest.mark.parametrize(
    ("query", "columns", "expected"),
    [case[1:] for case in CASES],
    ids=[f"{number}-{query}-{columns[-1]}" for number, query, columns, _ in CASES],
)
def test_a_question_is_answered_as_the_files_say(
    ask: Ask, query: str, columns: tuple[str, ...], expected: Expect
) -> None:
    answer, wanted = told(ask(query), columns), expected()
    beside = answer - wanted
    if query in _FROM_CORDIS:  # activities that only CORDIS knows
        mine = {row["activity"] for row in table("roles")}
        beside = {row for row in beside if row[1] in mine}
    if query in _BARE:  # rows that say that nothing is known
        beside = {row for row in beside if all(row[1:])}
    assert wanted <= answer
    assert beside == set()
