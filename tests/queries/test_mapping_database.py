"""Mapping database, coverage, strategies, monitor and experts, against the tables read by hand."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from permed.graph.releases.release import Release
from tests.queries.conftest import BASE, Ask
from tests.queries.test_recomputed import table

_ID = f"{BASE}id/"


def _ids(rows: pl.DataFrame, *columns: str) -> set[tuple[str, ...]]:
    said = rows.select(pl.col(columns).cast(pl.String).str.strip_prefix(_ID).fill_null(""))
    return set(said.rows())


def test_funders_in_calls_are_those_of_the_files(ask: Ask) -> None:
    rows = ask("mapping-database").filter(pl.col("kind") == "joint call")
    paying = ("funder", "participating-country")
    assert _ids(rows, "funder", "activity") == {
        (r["agent"], r["activity"]) for r in table("roles")
        if r["activity"].startswith("call/") and r["role"] in paying
    }  # fmt: skip


def test_every_strategy_stands_there_with_its_country(ask: Ask) -> None:
    home: dict[str, str] = {}
    for row in table("activities"):
        if row["id"].startswith("strategy/"):
            home[row["id"]] = home.get(row["id"]) or row.get("country", "")
    rows = ask("strategies")
    assert _ids(rows, "strategy", "home") == set(home.items())
    lombardy = {r["id"] for r in table("activities") if r.get("region") == "region/ITC4"}
    assert {s for (s,) in _ids(ask("strategies", region="region/ITC4"), "strategy")} == lombardy
    mapped = ask("mapping-database").filter(pl.col("kind").str.starts_with("national"))
    assert {s for (s,) in _ids(mapped, "activity")} == set(home)


def test_filters_leave_what_they_say(ask: Ask) -> None:
    every = ask("mapping-database")
    spain = ask("mapping-database", country="country/ES")
    assert spain.height == every.filter(pl.col("countryOf") == f"{_ID}country/ES").height > 5
    since = ask("mapping-database", since="2024", until="2025")
    years = [(row["from"], row["to"] or row["from"]) for row in since.to_dicts()]
    assert max(first for first, _ in years) == 2025
    assert min(last for _, last in years) >= 2024
    word = ask("mapping-database", word="prevention")
    assert "ERA PerMed JTC2022" in set(word["activityName"])
    assert word.height < every.height


def test_how_much_of_each_call_is_known(ask: Ask) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for row in table("relations"):
        if row["predicate"] == "resulted-in" and row["subject"].startswith("call/"):
            known[row["subject"]].add(row["object"])
    stated: dict[str, list[float]] = defaultdict(list)
    for row in table("figures"):
        if row["indicator"] == "funded-projects" and row["entity"].startswith("call/"):
            stated[row["entity"]].append(float(row["value"]))
    for said in ask("call-coverage").to_dicts():
        call = said["call"].removeprefix(_ID)
        held = {p for p in known[call] if p.startswith("project/")}
        assert said["projectsKnown"] == len(held), call
        assert said["projectsStated"] == (max(stated[call]) if call in stated else None), call
        if call in stated and len(held) < max(stated[call]):
            gap = f"{max(stated[call]) - len(held):.0f} of {max(stated[call]):.0f} projects"
            assert gap in said["missing"], call


def test_the_monitor_counts_outputs_as_the_tables_hold_them(ask: Ask, release: Release) -> None:
    outputs = release.all_tables()["outputs"].select("id", "activity", "doi")
    with_doi = pl.col("id").filter(pl.col("doi").is_not_null()).n_unique().alias("doi")
    by_action = outputs.drop_nulls("activity").group_by("activity")
    held = by_action.agg(pl.col("id").n_unique(), with_doi)
    counted = {activity: (n, doi) for activity, n, doi in held.rows()}
    rows = ask("open-science-monitor").to_dicts()
    assert len(rows) > 500
    for row in rows:
        expected = counted.get(row["action"].removeprefix(_ID), (0, 0))
        assert (row["outputs"], row["withDoi"]) == expected, row["action"]
    assert {row["doiPerCent"] for row in rows if not row["outputs"]} == {None}


def test_experts_by_body_are_those_of_the_files(ask: Ask) -> None:
    body = "body/icpermed-executive-committee"
    found = ask("expert-search", body=body)
    assert {p for (p,) in _ids(found, "person")} == {
        r["agent"] for r in table("roles")
        if r["activity"] == body and r["agent"].startswith("person/")
    }  # fmt: skip
    ireland = ask("expert-search", country="country/IE")
    assert set(ireland["countryOfName"]) == {"Ireland"}
