"""Facts known by hand: memberships, offices, calls, infrastructures, contradictions, removals."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from permed.graph.tables.checks import Checked

Tables = dict[str, pl.DataFrame]
_CORDIS = "https://cordis.europa.eu/project/id/"
_EXECUTIVE = "body/icpermed-executive-committee"


def _roles(curated: Tables, activity: str, role: str) -> set[str]:
    rows = curated["roles"].filter(pl.col("activity") == activity, pl.col("role") == role)
    return set(rows["agent"])


def _figures(curated: Tables, entity: str, indicator: str) -> set[str]:
    rows = curated["figures"].filter(pl.col("entity") == entity, pl.col("indicator") == indicator)
    return set(rows.select(pl.coalesce("value", "date", "text")).to_series())


def test_ep_permed_has_the_59_roles_of_cordis(curated: Tables) -> None:
    rows = curated["roles"].filter(
        pl.col("activity") == "project/101137129",
        pl.col("source_url") == _CORDIS + "101137129",
    )
    assert Counter(rows["role"]) == {
        "coordinator": 1,
        "participant": 51,
        "third-party": 6,
        "associated-partner": 1,
    }
    isciii = rows.filter(pl.col("agent") == "organisation/isciii")
    assert isciii["ec_contribution"].to_list() == ["8563171.88"]
    associated = rows.filter(pl.col("role") == "associated-partner")
    assert associated["ec_contribution"].to_list() == [None]


def test_cordis_names_261_participants_of_22_actions(curated: Tables) -> None:
    rows = curated["roles"].filter(
        pl.col("source_url") == pl.col("activity").str.replace("project/", _CORDIS, literal=True)
    )
    assert rows.height == 261
    assert rows["activity"].n_unique() == 22
    pics = curated["identifiers"].filter(pl.col("scheme") == "pic", pl.col("match") == "exact")
    assert set(rows["agent"]) <= set(pics["entity"])


def test_who_chaired_icpermed_from_2016_to_2018(curated: Tables) -> None:
    chairs = curated["roles"].filter(
        pl.col("activity") == _EXECUTIVE, pl.col("role") == "chair", pl.col("start") == "2016"
    )
    people = chairs.filter(pl.col("agent").str.starts_with("person/"))
    assert set(people.filter(pl.col("end").str.starts_with("2018"))["agent"]) == {
        "person/mairead-o-driscoll"
    }
    interim = people.filter(pl.col("agent") == "person/irene-norstedt")
    assert interim["label"].to_list() == ["chair ad interim"]
    assert set(people["affiliation"]) == {"organisation/hrb", "organisation/ec"}


@pytest.mark.parametrize(
    ("person", "role", "seen"),
    [
        ("jan-ingvar-jonsson", "chair", "2019-11"),
        ("astrid-vicente", "vice-chair", "2019-11"),
        ("ejner-moltzen", "chair", "2021-02"),
    ],
)
def test_offices_without_a_period_say_when_they_were_seen(
    curated: Tables, person: str, role: str, seen: str
) -> None:
    rows = curated["roles"].filter(
        pl.col("agent") == f"person/{person}", pl.col("activity") == _EXECUTIVE
    )
    assert rows.select("role", "start", "attested").rows() == [(role, None, seen)]


def test_members_of_icpermed_are_those_a_source_names(curated: Tables) -> None:
    members = _roles(curated, "consortium/icpermed", "member")
    names = "dlr isciii hrb ee-som vr ifd insa fct frrb ec"
    assert members == {f"organisation/{name}" for name in names.split()}


def test_figures_of_jtc2024(curated: Tables) -> None:
    call = "call/ep-permed-jtc2024"
    assert _figures(curated, call, "pre-proposals-eligible") == {"283"}
    assert _figures(curated, call, "invited-proposals") == {"64"}
    assert _figures(curated, call, "funded-projects") == {"27"}
    assert _figures(curated, call, "research-groups") == {"154"}
    assert _figures(curated, call, "funding-funders") == {"34"}
    assert _figures(curated, call, "full-proposal-deadline") == {"2024-06-20"}
    assert _roles(curated, call, "call-secretariat") >= {"organisation/anr"}


def test_countries_of_jtc2025(curated: Tables) -> None:
    countries = _roles(curated, "call/ep-permed-jtc2025", "participating-country")
    assert len(countries) == 24
    assert {"country/IS", "country/CH", "country/LU"} <= countries


def test_regions_take_part_beside_countries(curated: Tables) -> None:
    agents = _roles(curated, "call/era-permed-jtc2018", "participating-country")
    assert {a for a in agents if a.startswith("region/")} == {
        f"region/{code}" for code in ("quebec", "DED", "ITC4", "ES51", "ES22")
    }
    assert len(agents) == 28


@pytest.mark.parametrize(
    ("entity", "indicator", "values"),
    [
        ("call/ep-permed-jtc2024", "participating-funders", {"38", "39"}),
        ("call/ep-permed-jtc2024", "funder-countries", {"23", "24"}),
        ("call/ep-permed-jtc2025", "budget-announced", {"35000000", "36500000"}),
        ("call/era-permed-jtc2018", "full-proposal-deadline", {"2018-07-05", "2018-07-26"}),
        ("call/era-permed-jtc2021", "participating-funders", {"27", "30"}),
        ("project/101137129", "partners", {"50", "59", "60", "61"}),
        ("project/101137129", "partner-regions", {"10", "11"}),
        ("call/era-permed-jtc2022", "participating-funders", {"33", "35"}),
        ("call/ep-permed-jtc2026", "launch-date", {"2026", "2025-11-25"}),
        ("consortium/icpermed", "members", {"35", "40"}),
        ("project/779282", "end-date", {"2022", "2022-11-30", "2023-11-30"}),
        ("project/964333", "partners", {"11", "13"}),
        ("project/101057721", "partners", {"17", "18", "19"}),
        ("project/825046", "start-date", {"2018-12-01", "2019"}),
        ("project/951724", "end-date", {"2023-05-31", "2023-11"}),
        ("project/gdi", "partner-countries", {"20", "24"}),
        ("infrastructure/eatris-eric", "member-countries", {"13", "14"}),
        ("project/951724", "programme", {"Horizon 2020", "Horizon Europe"}),
        ("organisation/eit-health-innostars", "seat-country", {"DE", "HU"}),
    ],
)
def test_contradictions_stand_side_by_side(
    curated: Tables, entity: str, indicator: str, values: set[str]
) -> None:
    assert _figures(curated, entity, indicator) == values


def test_the_column_holds_the_better_supported_value(folded: dict[str, Checked]) -> None:
    activities = {row["id"]: row for row in folded["activities"].rows.to_dicts()}
    assert activities["project/779282"]["end"] == "2023-11-30"
    assert activities["project/101137129"]["end"] == "2033-10-31"
    assert activities["project/825046"]["start"] == "2018-12-01"
    assert activities["consortium/icpermed"]["start"] == "2016-11"


def test_membership_of_bbmri_now_and_before(curated: Tables) -> None:
    members = curated["roles"].filter(
        pl.col("activity") == "infrastructure/bbmri-eric", pl.col("role") == "member"
    )
    now = members.filter(pl.col("attested") == "2024")
    assert now.height == 20
    assert "country/GB" not in set(now["agent"])
    assert "country/GB" in set(members["agent"])


def test_the_ministry_and_its_office_are_two(curated: Tables) -> None:
    ror = curated["identifiers"].filter(pl.col("value") == "016n0q862")
    assert dict(ror.select("entity", "match").rows()) == {
        "organisation/il-moh": "exact",
        "organisation/cso-moh": "related",
    }


def test_spellings_meet_in_one_organisation(curated: Tables) -> None:
    names = curated["names"].filter(pl.col("entity") == "organisation/dlr")["name"].to_list()
    assert {"DLR-PT", "DLR Projektträger", "DLR Project Management Agency"} <= set(names)
    assert "DEUTSCHES ZENTRUM FUR LUFT - UND RAUMFAHRT EV" in names


def test_pattern_cog_and_its_partners(curated: Tables) -> None:
    project = "project/pattern-cog"
    assert _roles(curated, project, "coordinator") >= {"organisation/university-of-eastern-finland"}
    assert len(_roles(curated, project, "participant")) == 5
    reference = curated["identifiers"].filter(pl.col("entity") == project)
    assert reference["value"].to_list() == ["ERAPERMED2021-127"]


@pytest.mark.parametrize(
    "word", ["AVIESAN", "CASyM", "BRIDGE Health", "Coord4EU", "EBRAINS", "BEATKCNQ"]
)
def test_nothing_comes_from_the_unsourced_part(curated: Tables, word: str) -> None:
    assert not any(word in frame.write_csv() for frame in curated.values())


def test_what_was_remembered_only_stays_empty(curated: Tables, folded: dict[str, Checked]) -> None:
    activities = {row["id"]: row for row in folded["activities"].rows.to_dicts()}
    assert activities["event/ep-permed-launch-2023"]["city"] is None
    assert activities["infrastructure/instruct-eric"]["legal_form"] is None
    assert _figures(curated, "infrastructure/elixir", "eric-year") == set()
    grades = {grade for frame in curated.values() for grade in frame["evidence"]}
    assert grades == {"seed", "page", "data", "inferred"}


def test_entry_into_the_roadmap(curated: Tables) -> None:
    years = curated["figures"].filter(pl.col("indicator") == "roadmap-year")
    said = years.group_by("entity").agg(pl.col("date").unique())
    assert said.filter(pl.col("date").list.len() > 1).is_empty()
    assert (
        dict(said.select("entity", pl.col("date").list.first()).rows())["infrastructure/mirri-eric"]
        == "2010"
    )
    assert said.height == 13


def test_laureates_and_parents(curated: Tables) -> None:
    pairs = curated["relations"].filter(pl.col("predicate") == "recognised-for")
    assert ("person/angel-alonso", "output/nagen-1000") in pairs.select("subject", "object").rows()
    assert pairs.height == 7
    parents = curated["relations"].filter(pl.col("predicate") == "parent-organisation")
    assert ("organisation/isciii", "organisation/es-micinn") in parents.select(
        "subject", "object"
    ).rows()


def test_actions_are_judged_by_hand(curated: Tables) -> None:
    judged = curated["classifications"].filter(pl.col("topic") == "pm-relevance/core")
    assert set(judged["method"]) == {"by hand"}
    assert judged["reason"].null_count() == 0
    assert {"project/731366", "project/b1mgplus", "project/pattern-cog"} <= set(judged["entity"])


@pytest.mark.parametrize(
    ("person", "tables"),
    [
        ("person/jan-ingvar-jonsson", {"persons", "roles"}),
        ("person/angel-alonso", {"persons", "roles", "relations"}),
    ],
)
def test_removing_a_person_leaves_the_rest_whole(
    curated: Tables, person: str, tables: set[str]
) -> None:
    rest = {
        name: frame.filter(~pl.any_horizontal(pl.col(pl.String) == person).fill_null(False))
        for name, frame in curated.items()
    }
    gone = {name for name in curated if rest[name].height < curated[name].height}
    assert gone == tables
    assert not any(person in frame.write_csv() for frame in rest.values())
