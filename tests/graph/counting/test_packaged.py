"""Every count and sum of the packaged release, made again from its Parquet files by hand.

Nothing of `permed` counts here: the vocabulary is read by rdflib, tables by Polars, and the rest is
plain Python over rows.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import rdflib

from permed.graph.network import release_roles
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from tests import ROOT

SOURCES = ("icpermed", "cordis")
ROLE = "https://w3id.org/permed/scheme/role/"
Row = dict[str, Any]


def _rows(folder: Path, table: str) -> list[Row]:
    files = [folder / "tables" / source / f"{table}.parquet" for source in SOURCES]
    return [row for file in files if file.is_file() for row in pl.read_parquet(file).to_dicts()]


@cache
def _partner_types() -> frozenset[str]:
    says = rdflib.URIRef("https://w3id.org/permed/ontology#makesPartner")
    graph = rdflib.Graph().parse(ROOT / "ontology" / "schemes" / "role.ttl")
    yes = [s for s, o in graph.subject_objects(says) if str(o) == "true"]
    return frozenset(str(s).removeprefix(ROLE) for s in yes)


def _units(folder: Path) -> dict[str, str]:
    above: dict[str, set[str]] = defaultdict(set)
    for row in _rows(folder, "relations"):
        pair = row["subject"], row["object"]
        if all(end.startswith("organisation/") for end in pair):
            if row["predicate"] in ("part-of", "continued-by", "precursor-of"):
                above[pair[0]].add(pair[1])
            elif row["predicate"] == "replaces":
                above[pair[1]].add(pair[0])
    units = {}
    for start in above:
        end = start
        while len(above.get(end, ())) == 1:
            (end,) = above[end]
        units[start] = end
    return units


class Recount:
    """Partners, countries and euro of every activity, by activity."""

    def __init__(self, folder: Path) -> None:
        units = _units(folder)
        seats: dict[str, str] = {}
        for row in _rows(folder, "organisations"):
            if row["org_type"] == "eu-institution":
                seats[row["id"]] = "country/EU"
            elif row["country"]:
                seats.setdefault(str(row["id"]), str(row["country"]))
        self.partners: dict[str, set[str]] = defaultdict(set)
        self.countries: dict[str, set[str]] = defaultdict(set)
        money: dict[tuple[Any, ...], Decimal] = {}
        for row in _rows(folder, "roles"):
            agent, activity = row["agent"], row["activity"]
            unit: str = units.get(agent) or agent
            kind = agent.split("/")[0]
            if kind == "organisation" and row["role"] in _partner_types():
                self.partners[activity].add(unit)
            if row["role"] in _partner_types() | {"funder", "participating-country"}:
                place = agent if kind == "country" else seats.get(unit)
                if kind in ("organisation", "country") and place and place != "country/EU":
                    self.countries[activity].add(place)
            euro = row["ec_contribution"] or row["net_ec_contribution"]
            if euro is not None:
                key: tuple[Any, ...] = activity, unit, row["role"], row["start"], row["part"]
                money.setdefault(key, Decimal(euro))
        self.euro: dict[str, Decimal] = defaultdict(Decimal)
        for (activity, *_), value in money.items():
            self.euro[activity] += value

    def joint_projects(self, *countries: str) -> set[str]:
        """Projects in which organisations of all of these countries meet."""
        pair = {f"country/{code}" for code in countries}
        return {a for a, c in self.countries.items() if a.startswith("project/") and pair <= c}


@pytest.fixture(scope="module")
def recount(release: Release) -> Recount:
    return Recount(release.path)


@pytest.mark.parametrize(
    ("project", "partners", "euro"),
    [
        ("101137129", 59, "100575465.38"),  # EP PerMed; CORDIS has 1 + 51 + 6 + 1 roles
        ("779282", 32, "9508950"),  # ERA PerMed
        ("825173", 11, "1999993.75"),  # EULAC PerMed; ten countries stand for these
        ("101057721", 22, "2812437"),  # PROPHET
        ("825812", 6, "1677500"),  # Regions4PerMed
        ("101060011", None, "15000000"),  # P4Health
        ("101136375", None, "15000000"),  # TeamPerMed
    ],
)
def test_known_actions(
    recount: Recount, release: Release, project: str, partners: int | None, euro: str
) -> None:
    activity = f"project/{project}"
    told = _counts(release)[activity]
    assert recount.euro[activity] == Decimal(euro) == Decimal(told["ec_contribution"])
    if partners is not None:
        assert len(recount.partners[activity]) == partners == told["partners"]


def _counts(release: Release) -> dict[str, Row]:
    rows = release.tables("counting")["activity_counts"].to_dicts()
    return {row["activity"]: row for row in rows}


def test_all_activities(recount: Recount, release: Release) -> None:
    told = _counts(release)
    named = {r["agent"] for r in _rows(release.path, "roles") if r["agent"].startswith("region/")}
    with_regions = {r["activity"] for r in _rows(release.path, "roles") if r["agent"] in named}
    assert len(told) > 600
    for activity, row in told.items():
        assert row["partners"] == len(recount.partners[activity]), activity
        if activity not in with_regions:  # whose countries stand in another table
            assert row["countries"] == len(recount.countries[activity]), activity
        if row["ec_contribution"] is not None:
            assert Decimal(row["ec_contribution"]) == recount.euro[activity], activity
        else:
            assert activity not in recount.euro


def test_what_is_new_in_ep_permed(recount: Recount) -> None:
    era, ep = (recount.partners[f"project/{number}"] for number in ("779282", "101137129"))
    assert len(ep - era) == 33
    assert len(era & ep) == 26


def test_triples_say_the_same(recount: Recount, store: EmbeddedStore) -> None:
    query = """PREFIX pm: <https://w3id.org/permed/ontology#>
        SELECT ?activity ?partner WHERE { ?activity pm:partner ?partner }"""
    pairs = store.select_frame(query)
    told: dict[str, set[str]] = defaultdict(set)
    for activity, partner in pairs.iter_rows():
        told[activity.split("/id/")[1]].add(partner.split("/id/")[1])
    assert told == {a: units for a, units in recount.partners.items() if "/" in a and units}


def test_roles_of_the_store_sum_up_to_the_same(recount: Recount, store: EmbeddedStore) -> None:
    """A sum in SPARQL over roles counts no role twice, however many graphs state it."""
    query = """PREFIX pm: <https://w3id.org/permed/ontology#>
        SELECT ?activity (SUM(?euro) AS ?sum) WHERE {
          ?role pm:roleIn ?activity ; pm:ecContribution ?euro } GROUP BY ?activity"""
    told = store.select_frame(query)
    sums = {a.split("/id/")[1]: Decimal(str(s)) for a, s in told.iter_rows()}
    assert len(sums) > 500
    differing = {a for a, s in sums.items() if abs(s - recount.euro[a]) > Decimal("0.01")}
    assert differing == set()


def test_spain_and_italy_meet_in_projects(recount: Recount, release: Release) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for row in release.tables("counting")["partner_countries"].to_dicts():
        told[row["country"]].add(row["activity"])
    both = told["country/ES"] & told["country/IT"]
    joint = {activity for activity in both if activity.startswith("project/")}
    assert len(joint) > 100
    assert joint == recount.joint_projects("ES", "IT")


def test_no_sum_exceeds_its_grant(recount: Recount, release: Release) -> None:
    grants = {
        row["activity"]: Decimal(row["eu_contribution"])
        for row in _rows(release.path, "grants")
        if row["eu_contribution"] is not None
    }
    over = {a for a, euro in recount.euro.items() if a in grants and euro > grants[a] + 1}
    assert over == set()


def test_networks_carry_the_same_money(recount: Recount, release: Release) -> None:
    roles = release_roles(release).roles
    told = roles.group_by("activity").agg(pl.col("amount").sum()).iter_rows()
    for activity, euro in told:
        assert Decimal(str(euro)) == pytest.approx(recount.euro[activity], abs=Decimal("0.01"))
    assert round(float(roles["amount"].sum()) / 1e6, 1) == 2661.2
    assert round(sum(recount.euro.values(), Decimal()) / 10**6, 1) == Decimal("2661.2")


def test_partners_of_infrastructure_countries_in_ep_permed(
    recount: Recount, release: Release
) -> None:
    operating = {
        row["subject"]
        for row in _rows(release.path, "relations")
        if row["predicate"] == "operates" and row["subject"].startswith("organisation/")
    }
    seats = {
        r["organisation"]: r["country"]
        for r in release.tables("counting")["counting_units"].to_dicts()
    }
    here = [seats[p] for p in recount.partners["project/101137129"] - operating]
    assert {c: here.count(f"country/{c}") for c in ("AT", "BE", "IL")} == {
        "AT": 2,
        "BE": 5,
        "IL": 1,
    }


def test_the_commission_counts_for_the_union(release: Release) -> None:
    seats = {
        r["organisation"]: r["country"]
        for r in release.tables("counting")["counting_units"].to_dicts()
    }
    assert seats["organisation/ec"] == "country/EU"
    assert "country/EU" not in set(release.tables("counting")["partner_countries"]["country"])


@pytest.mark.parametrize(
    ("part", "unit"),
    [
        ("cso-moh", "il-moh"),
        ("ewi", "flemish-region"),
        ("bmbwf", "pic-989275938"),
        ("pic-999816443", "anid"),  # CONICYT, whose place the agency took in 2020
    ],
)
def test_units_of_the_packaged_data(release: Release, part: str, unit: str) -> None:
    units = {
        r["organisation"]: r["unit"]
        for r in release.tables("counting")["counting_units"].to_dicts()
    }
    assert units[f"organisation/{part}"] == f"organisation/{unit}"
    assert units[f"organisation/{unit}"] == f"organisation/{unit}"


def test_a_curated_funder_is_one_with_its_cordis_record(release: Release) -> None:
    organisations = release.all_tables()["organisations"]["id"].to_list()
    assert "organisation/aecc-fc" in organisations
    assert "organisation/pic-908809976" not in organisations
