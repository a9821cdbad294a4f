"""Answers of the catalogue against answers worked out by hand from the facts.

Each expectation was read off the fact files (calls, participants, bodies, events ...), not off the
graph. Every query also runs with its example parameters and gives at least one row.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests.queries.conftest import BASE, Ask

CATALOGUE = Catalogue.load()


@pytest.mark.parametrize("name", [q.name for q in CATALOGUE])
def test_every_query_gives_rows_for_its_examples(ask: Ask, name: str) -> None:
    examples = {p.name: p.example for p in CATALOGUE.get(name).params}
    assert ask(name, **examples).height >= 1


@pytest.mark.parametrize("name", [q.name for q in CATALOGUE])
def test_no_row_comes_twice(ask: Ask, name: str) -> None:
    rows = ask(name, **CATALOGUE.get(name).examples())
    assert rows.unique().height == rows.height


def test_the_catalogue_has_a_query_for_each_competency_question() -> None:
    assert {q.competency for q in CATALOGUE} - {None} == set(range(1, 41))


def test_1_funders_by_call(ask: Ask) -> None:
    rows = ask("funders-by-call", call="call/era-permed-jtc2019")
    named = rows.filter(pl.col("as").str.contains("(?i)funder"))["funder"].to_list()
    keys = {iri.rsplit("/", 1)[1] for iri in named}
    assert {"asrt", "it-moh", "frrb", "isciii", "aecc-fc"} <= keys
    frrb = rows.filter(pl.col("funder").str.ends_with("/frrb")).row(0, named=True)
    assert (frrb["country"], frrb["region"]) == ("IT", "Lombardy")
    assert frrb["source"].startswith("https://echalliance.com/")


def test_1_the_first_call_is_known_by_country_only(ask: Ask) -> None:
    rows = ask("funders-by-call", call="call/era-permed-jtc2018")
    countries = rows.filter(pl.col("funder").str.contains("/country/"))["country"]
    named = "AT BE CA DE DK EE ES FI FR HR HU IE IL IT LU LV NL NO PL RO SE SI TR"
    assert " ".join(sorted(countries)) == named


def test_4_linking_organisations(ask: Ask) -> None:
    rows = ask("linking-organisations", minimum="5")
    top = {r["organisation"].rsplit("/", 1)[1]: r for r in rows.to_dicts()}
    # seven grants of the participants file and the second Secretariat grant
    assert set(top["dlr"]["names"].split("; ")) == {
        "ICPerMed Secretariat (2016)", "ICPerMed Secretariat (2021)", "ERA PerMed (2017)",
        "EP PerMed (2023)", "SINO-EU PerMed (2020)", "EULAC PerMed (2019)", "PERMIT (2020)",
        "HEcoPerMed (2019)",
    }  # fmt: skip
    assert (top["dlr"]["actions"], top["dlr"]["coordinates"]) == (8, 4)
    assert {"isciii", "anr", "it-moh"} <= set(top)


def test_5_call_budgets(ask: Ask) -> None:
    rows = ask("call-budgets", call="call/ep-permed-jtc2025")
    said = {(r["what"], r["amount"], r["qualifier"]) for r in rows.to_dicts()}
    assert said == {
        ("budget announced", 35_000_000, "about"),
        ("budget announced", 36_500_000, "at least"),
        ("budget funded", 34_400_000, "exact"),
    }


@pytest.mark.parametrize(
    ("date", "state"),
    [("2019-06-01", "not yet started"), ("2021-06-01", "running"), ("2023-06-01", "ended")],
)
def test_7_family_actions_at_a_date(ask: Ask, date: str, state: str) -> None:
    rows = ask("family-actions", date=date)
    permit = rows.filter(pl.col("actionName") == "PERMIT").row(0, named=True)
    assert permit["state"] == state
    assert permit["grant"] == "https://cordis.europa.eu/project/id/874825"
    assert permit["coordinator"].startswith("European Clinical Research Infrastructure")
    assert permit["country"] == "FR"
    assert permit["end"] == dt.date(2022, 6, 30)


def test_8_who_chaired_the_executive_committee_in_2017(ask: Ask) -> None:
    rows = ask("body-roles", date="2017-06-01").filter(
        pl.col("bodyName") == "ICPerMed Executive Committee"
    )
    held = {(r["as"], r["holderName"]) for r in rows.to_dicts()}
    assert ("chair", "Mairéad O'Driscoll") in held
    assert ("vice-chair", "Ain Aaviksoo") in held
    assert ("vice-chair", "Wolfgang Ballensiefen") in held
    assert not [h for _, h in held if h in ("Jan-Ingvar Jönsson", "Ejner Moltzen")]


def test_9_contradictions(ask: Ask) -> None:
    rows = ask("contradictions", thing="call/ep-permed-jtc2024")
    funders = rows.filter(pl.col("what").str.contains("funders"))
    said = {(r["said"], r["source"].split("/")[2]) for r in funders.to_dicts()}
    assert {("38", "eppermed.eu"), ("39", "iacs.es")} <= said
    everything = ask("contradictions")
    pairs = everything.select("thing", "what").unique()
    assert pairs.height >= 26
    told = everything.group_by("thing", "what").agg(pl.col("said").n_unique())
    assert told.filter(pl.col("said") < 2).is_empty()  # one value said twice is no dispute


def test_9_partners_of_ep_permed(ask: Ask) -> None:
    rows = ask("contradictions", thing="project/101137129")
    partners = rows.filter(pl.col("what").str.contains("(?i)^partners"))
    said = {(r["said"], r["qualifier"]) for r in partners.to_dicts()}
    assert {("50", "at least"), ("60", "about"), ("59", "exact")} <= said


@pytest.mark.parametrize(
    ("call", "numbers"),
    [
        ("ep-permed-jtc2024", (283, 64, 27, 9.5, 42.2)),
        ("ep-permed-jtc2025", (110, 56, 22, 20.0, 39.3)),
        ("era-permed-jtc2021", (217, 59, 22, 10.1, 37.3)),
    ],
)
def test_12_success_rates(ask: Ask, call: str, numbers: tuple[float, ...]) -> None:
    rows = ask("call-success", call=f"call/{call}").drop_nulls("preProposals")
    row = rows.row(0, named=True)
    keys = ("preProposals", "invited", "funded", "fundedPerCentOfPre", "fundedPerCentOfInvited")
    assert tuple(row[k] for k in keys) == pytest.approx(numbers)


def test_13_biobanking_services(ask: Ask) -> None:
    rows = ask("infrastructure-services", step="pm-step/biobanking")
    assert set(rows["infrastructureName"]) == {"BBMRI-ERIC"}
    assert "access to biobanks and samples" in rows["service"].to_list()


def test_15_infrastructures_in_actions(ask: Ask) -> None:
    rows = ask("infrastructure-partners")
    said = {(r["infrastructureName"], r["actionName"], r["as"]) for r in rows.to_dicts()}
    assert ("ECRIN-ERIC", "PERMIT", "coordinator") in said
    assert ("BBMRI-ERIC", "IC2PerMed", "participant") in said


def test_16_identifiers(ask: Ask) -> None:
    rows = {r["organisation"].rsplit("/", 1)[1]: r for r in ask("identifier-coverage").to_dicts()}
    isciii = rows["isciii"]
    assert isciii["ror"] == "https://ror.org/00ca2c886"
    assert isciii["fundref"] == "https://doi.org/10.13039/501100004587"
    assert isciii["wikidata"] == "http://www.wikidata.org/entity/Q5918335"
    assert isciii["missing"] == ""
    assert "Wikidata" in rows["hrb"]["missing"]


def test_19_reports_and_missing_years(ask: Ask) -> None:
    rows = ask("stoa-reports")
    missing = rows.filter(pl.col("state") == "no report known")["year"].to_list()
    assert missing == [2019, 2020, 2022]


def test_20_events(ask: Ask) -> None:
    rows = ask("family-events").filter(pl.col("eventName").str.starts_with("1st ICPerMed Workshop"))
    row = rows.row(0, named=True)
    assert (row["start"], row["end"]) == (dt.date(2017, 6, 26), dt.date(2017, 6, 27))
    assert (row["city"], row["country"]) == ("Milan", "IT")
    assert len(row["source"].split()) == 2


def test_28_from_era_to_ep(ask: Ask) -> None:
    states = {r["organisation"].rsplit("/", 1)[1]: r["state"] for r in ask("era-to-ep").to_dicts()}
    assert states["isciii"] == "went on"
    assert states["vinnova"] == "new in EP PerMed"
    counted = {state: list(states.values()).count(state) for state in set(states.values())}
    assert counted == {"went on": 26, "new in EP PerMed": 33, "ERA PerMed only": 6}


def test_what_is_counted_stands_beside_what_is_reported(ask: Ask) -> None:
    rows = ask("counted-and-reported", activity="project/101137129").sort("what", "reported")
    told = sorted({
        (r["what"], float(r["counted"]), float(r["reported"]), r["qualifier"], r["agrees"])
        for r in rows.to_dicts()
    })  # fmt: skip
    assert told == [
        ("EU contribution", 100575465.38, 100575465.38, "exact", True),
        ("grant agreement", 100575465.38, 100575465.38, "exact", True),
        # the countries that a page names and CORDIS does not make them one more than CORDIS counts
        ("partner countries", 27.0, 24.0, "exact", False),
        ("partner countries", 27.0, 26.0, "exact", False),
        ("partner countries", 27.0, 28.0, "exact", False),
        ("partners", 59.0, 50.0, "at least", True),
        ("partners", 59.0, 59.0, "exact", True),
        ("partners", 59.0, 60.0, "about", True),
        ("partners", 59.0, 61.0, "exact", False),
    ]
    differing = ask("counted-and-reported", agreement="false")
    assert not differing["agrees"].any()


def test_30_alliances(ask: Ask) -> None:
    rows = ask("alliances").filter(pl.col("allianceName") == "EU-AMRI", pl.col("how") == "member")
    assert {name.split("-")[0] for name in rows["partName"]} == {"BBMRI", "EATRIS", "ECRIN"}


def test_36_experts_in_several_bodies(ask: Ask) -> None:
    experts = set(ask("experts")["personName"])
    assert {"Wolfgang Ballensiefen", "Monika Frenzel", "Stefania Boccia"} <= experts


def test_ep_permed_has_the_59_roles_of_its_grant(store: EmbeddedStore) -> None:
    rows = store.select_frame(
        "PREFIX eurio: <http://data.europa.eu/s66#>"
        " SELECT ?label (COUNT(DISTINCT ?role) AS ?n) WHERE {"
        f" ?role a eurio:OrganisationRole ; eurio:isInvolvedIn <{BASE}id/project/101137129> ;"
        " eurio:roleLabel ?label } GROUP BY ?label"
    )
    assert dict(rows.iter_rows()) == {
        "coordinator": 1,
        "participant": 51,
        "third party": 6,
        "partner": 1,  # the associated partner
    }


def test_25_infrastructures_outside_the_actions(ask: Ask) -> None:
    names = set(ask("unconnected-infrastructures")["infrastructureName"])
    assert {"EMBRC-ERIC", "MIRRI-ERIC", "EMPHASIS"} <= names
    # Health-RI by its foundation, which CORDIS names and a judgement joins
    partners = {"BBMRI-ERIC", "EATRIS-ERIC", "ECRIN-ERIC", "ELIXIR", "ERINHA", "Health-RI"}
    assert names & partners == set()


def test_32_from_barriers_to_actions(ask: Ask) -> None:
    rows = ask("barriers")
    found = {
        (r["barrierName"], r["part"], r["thing"].rsplit("/", 1)[1]): r
        for r in rows.iter_rows(named=True)
    }
    survey = found["Implementation of research results", "reports", "icpermed-survey-analysis"]
    assert survey["byName"] == "ICPerMed"
    study = found[
        "Integration into healthcare systems", "recommends", "icpermed-implementation-study"
    ]
    assert study["addressees"] == (
        "healthcare professionals; patient organisations; policy makers; researchers"
    )
    region = "Needs and barriers of single regions"
    assert found[region, "reports", "saphire-workshop-1"]["state"] == "stated"
    answered = found[region, "answers", "825046"]
    assert (answered["thingName"], answered["state"]) == ("SAPHIRe", "concluded")
    assert answered["why"]
    assert rows.filter(rows["source"].is_null()).height == 0


def test_33_recommendations_say_whom_they_address(ask: Ask) -> None:
    rows = {r["work"].rsplit("/", 1)[1]: r for r in ask("recommendations").iter_rows(named=True)}
    for_whom = rows["icpermed-clinical-research-recommendations"]["addressees"]
    assert for_whom == "funders of research; policy makers; regulators"


def test_35_classifications_of_calls(ask: Ask) -> None:
    levels = ask("call-classifications", call="call/era-permed-jtc2022")
    assert levels["code"].to_list() == [
        "primary-prevention",
        "secondary-prevention",
        "tertiary-prevention",
    ]
    modules = ask("call-classifications", call="call/era-permed-jtc2020")
    assert set(modules["code"]) == {
        *("RA1", "1A", "1B", "RA2", "2A", "2B", "RA3", "3A", "3B", "3C", "3D")
    }


def test_parameters_are_checked_before_anything_runs() -> None:
    question = CATALOGUE.get("family-actions")
    with pytest.raises(InputError, match=r"date='tomorrow' is not a valid date, e.g. 2021-06-01"):
        question.bind({"date": "tomorrow"}, BASE)
    with pytest.raises(InputError, match="has no parameter 'day'; it takes date"):
        question.bind({"day": "x"}, BASE)
    with pytest.raises(InputError, match="needs the parameter word"):
        CATALOGUE.get("search").bind({}, BASE)
    with pytest.raises(InputError, match="since=2024 is after until=2020"):
        CATALOGUE.get("mapping-database").bind({"since": "2024", "until": "2020"}, BASE)


def test_a_hostile_parameter_stays_a_term(ask: Ask) -> None:
    assert ask("search", word='") } DROP ALL #').is_empty()
    with pytest.raises(InputError):
        ask("funders-by-call", call="x> } DROP ALL #")


def test_an_unknown_query_suggests_the_list() -> None:
    with pytest.raises(NotFoundError, match="permed query --list"):
        CATALOGUE.get("nonsense")
