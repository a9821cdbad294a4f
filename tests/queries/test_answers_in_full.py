"""Whole answers, row by row, against the fact files; the rest of the forty questions."""

from __future__ import annotations

import csv
import io
import zipfile

import polars as pl
import pytest

from permed.ingest.sources.cordis import SAMPLE
from tests.queries.conftest import Ask
from tests.queries.test_recomputed import table
from tests.shown_labels import packaged_labels


def _key(iri: str) -> str:
    return iri.rsplit("/", 1)[1]


def test_1_no_region_stands_under_two_names(ask: Ask) -> None:
    rows = ask("funders-by-call", call="call/era-permed-jtc2018")
    regions = rows.filter(pl.col("funder").str.contains("/region/"))
    assert sorted(regions["funderName"]) == ["Catalonia", "Lombardy", "Navarre", "Québec", "Saxony"]
    assert rows.select("funder", "as").is_duplicated().sum() == 0


def test_1_calls_are_counted_by_role_and_national_bodies_have_no_region(ask: Ask) -> None:
    rows = ask("funders-by-call")
    said = {(_key(r["funder"]), r["as"]): r for r in rows.to_dicts()}
    assert said["bmg", "funder"]["callsOfFunder"] == 4  # JTC2019, JTC2022, JTC2024, JTC2025
    # JTC2019, JTC2022, JTC2024, JTC2026
    assert said["anr", "call secretariat"]["callsOfFunder"] == 4
    assert said["it-moh", "funder"]["callsOfFunder"] == 3
    assert (said["bmg", "funder"]["region"], said["smwk", "funder"]["region"]) == (None, "Saxony")
    years = [name[-4:] for name in rows["callName"].unique(maintain_order=True)]
    assert years == sorted(years)


def test_2_members_without_a_call_and_the_calls_of_their_country(ask: Ask) -> None:
    found = ask("members-without-call").to_dicts()
    rows = {_key(r["member"]): r["callsOfCountry"] for r in found}
    # HRB, IFD and VR fund calls as pages of 2020 to 2024 say
    assert set(rows) == {"dlr", "ee-som", "fct", "insa"}
    assert rows["fct"] == 1  # Portugal: JTC2025 alone
    (told,) = (r["state"] for r in found if _key(r["member"]) == "fct")
    assert "takes part in 1 call through" in told


def test_3_roles_that_only_cordis_tells(ask: Ask) -> None:
    rows = ask("country-landscape", country="country/IL")
    said = {(r["activityName"], r["organisationName"], r["source"]) for r in rows.to_dicts()}
    assert ("ERACoSysMed", "Ministry of Health (Israel)",
            "https://cordis.europa.eu/project/id/643271") in said  # fmt: skip
    assert ("EULAC PerMed", "Israel", "https://www.eulac-permed.eu/") in said
    assert rows["countryName"].unique().to_list() == ["Israel"]


def test_6_two_challenges_are_covered_by_a_call(ask: Ask) -> None:
    rows = ask("topic-coverage")
    covered = rows.filter(pl.col("state") == "covered").select("agenda", "code", "thingName").rows()
    assert covered == [
        ("PerMed SRIA 2015", "C2", "ERA PerMed JTC2020"),
        ("PerMed SRIA 2015", "C3", "ERA PerMed JTC2020"),
    ]
    assert rows.filter(pl.col("state") == "none").is_empty()


def test_6_what_was_read_by_hand_is_marked_with_its_reason(ask: Ask) -> None:
    rows = ask("topic-coverage").filter(pl.col("state") == "read as covered")
    found = {(_key(r["topic"]), _key(r["thing"]), r["why"]) for r in rows.to_dicts()}
    read = [r for r in table("classifications") if r.get("method") == "by hand, title"]
    assert found == {(_key(r["topic"]), _key(r["entity"]), r["reason"]) for r in read}
    assert len({r["entity"] for r in read}) == 40


def test_6_what_a_model_says_is_marked_with_its_score_and_only_said_of_core_projects(
    ask: Ask,
) -> None:
    rows = ask("topic-coverage")
    found = rows.filter(pl.col("state") == "by a model")
    with zipfile.ZipFile(SAMPLE) as archive:
        text = archive.read("sriaAreas.csv").decode("utf-8")
    given = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    kept = [r for r in given if packaged_labels()[r["projectID"]] == "core"]
    assert {
        (_key(r["topic"]), _key(r["thing"]), r["why"], r["score"]) for r in found.to_dicts()
    } == {(r["sriaArea"], r["projectID"], r["evidence"], float(r["score"])) for r in kept}
    hand = rows.filter(pl.col("state") == "read as covered")
    assert hand["score"].is_null().all()
    assert not set(hand["thing"]) & set(found["thing"])


def test_7_an_action_without_a_stated_end_does_not_run_for_ever(ask: Ask) -> None:
    states = {_key(r["action"]): r["state"] for r in ask("family-actions").to_dicts()}
    assert states["964197"] == "started, end not known"
    assert states["b1mgplus"] == "running"  # to 2028, as a page of a partner says
    assert len(states) == 18


def test_10_era_permed_consortia_are_among_the_projects(ask: Ask) -> None:
    rows = ask("projects-by-topic", country="country/DE", topic="pm-relevance/core")
    row = rows.filter(pl.col("projectName") == "Pattern-Cog").row(0, named=True)
    assert set(row["partners"].split("; ")) == {
        "Charité Universitätsmedizin Berlin",
        "Jena University Hospital",
    }


def test_11_who_pays_for_pattern_cog(ask: Ask) -> None:
    rows = ask("consortium-funding")
    said = {r["country"]: r["callFunders"] for r in rows.to_dicts()}
    assert said == {
        "FI": "Finland",
        "DE": "Federal Ministry of Education and Research (Germany); Germany",
        "ES": "Spain",
        "LU": "Luxembourg",
        "SE": "Sweden",
    }
    paid = rows.filter(pl.col("state") == "paid by a named funder").row(0, named=True)
    assert (_key(paid["partner"]), _key(paid["funder"]), paid["grant"]) == (
        *("charite", "bmbf"),
        "2522FSB904",
    )
    assert rows.height == 6


def test_11_a_funder_whose_partner_is_not_named_and_one_who_is(ask: Ask) -> None:
    rows = ask("consortium-funding", project="project/cll-clue")
    said = rows.select("partnerName", "state", "grant", "amount", "currency").rows()
    assert [(*row[:3], float(row[3]), row[4]) for row in said] == [
        ("University Hospital Cologne", "paid by a named funder", "01KU2108", 305511.0, "EUR"),
        ("(partner not named)", "funder known, partner not", "322898", 4100000.0, "NOK"),
    ]


def test_11_eu_money_of_a_project(ask: Ask) -> None:
    rows = ask("consortium-funding", project="project/874825")
    ecrin = rows.row(0, named=True)
    assert (_key(ecrin["partner"]), ecrin["as"]) == ("ecrin-eric", "coordinator")
    assert (ecrin["grant"], ecrin["amount"], ecrin["currency"]) == (
        "https://cordis.europa.eu/project/id/874825",
        441250,
        "EUR",
    )


def test_14_members_without_and_partners_without(ask: Ask) -> None:
    rows = ask("infrastructure-countries")
    bulgaria = rows.filter(pl.col("country").str.ends_with("/BG"))
    assert bulgaria["partnersInEpPermed"].unique().to_list() == [0]
    assert set(bulgaria["infrastructureName"]) >= {"BBMRI-ERIC", "EATRIS-ERIC"}
    iceland = rows.filter(pl.col("country").str.ends_with("/IS")).row(0, named=True)
    assert (iceland["infrastructureName"], iceland["partnersInEpPermed"]) == (None, 1)
    britain = rows.filter(pl.col("country").str.ends_with("/GB"))
    bbmri = britain.filter(pl.col("infrastructureName") == "BBMRI-ERIC")
    assert bbmri["seen"].to_list() == [None]  # on the older list, not on that of 2024


def test_17_publications_and_project_numbers(ask: Ask) -> None:
    rows = ask("funded-publications")
    assert ("Pattern-Cog", "ERAPERMED2021-127") in rows.select("projectName", "number").rows()
    reported = rows.filter(pl.col("work").str.contains("/cordis-101137129_"))
    assert reported["kind"].value_counts().sort("kind").rows() == [
        ("deliverable", 6),
        ("non-peer-reviewed publication", 7),
    ]


def test_18_outputs_of_prophet(ask: Ask) -> None:
    rows = ask("project-outputs", project="project/101057721")
    assert dict(rows["kind"].value_counts().rows()) == {
        "journal paper": 18,
        "deliverable": 12,
        "report summary": 1,
    }
    assert "10.1371/journal.pone.0317379" in rows["doi"].to_list()


def test_21_regions_and_no_national_bodies(ask: Ask) -> None:
    rows = ask("regions")
    said = {(r["regionName"], r["agentName"], r["as"], r["activityName"]) for r in rows.to_dicts()}
    assert ("Québec", "Québec", "participating country or region", "ERA PerMed JTC2018") in said
    assert ("Navarre", "Government of Navarre", "funder", "ERA PerMed JTC2022") in said
    assert not rows["agentName"].str.contains("German Aerospace").any()
    jtc2018 = rows.filter(pl.col("activityName") == "ERA PerMed JTC2018")
    assert {"".join(sorted(w.split())) for w in jtc2018["withRegionsOf"]} == {"CADEESIT"}


def test_22_partners_from_other_continents(ask: Ask) -> None:
    rows = ask("beyond-europe")
    said = {(r["countryName"], r["agentName"], r["activityName"]) for r in rows.to_dicts()}
    assert ("Kenya", "African Population and Health Research Center", "EU-Africa PerMed") in said
    assert ("Panama", "National Secretariat for Science, Technology and Innovation",
            "ERA PerMed JTC2021") in said  # fmt: skip
    assert "EU" not in set(rows["continent"])


def test_23_laureates_and_their_works(ask: Ask) -> None:
    rows = ask("laureates")
    work = pl.col("workName").str.slice(0, 11)
    assert rows.select("year", "rank", "laureateName", work).rows() == [
        (2018, None, "Angel Alonso", "NAGEN 1000:"),
        (2018, None, "Consuelo Martín de Dios", "Proposal of"),
        (2021, 1, "Jorge Simon", "Alterations"),
        (2021, 2, "Jose Beloqui", "PHARMANAGEN"),
        (2021, 3, "Ludmilla Thomé Domingos Chinen", "A higher pl"),
    ]
    assert rows["remark"].to_list()[-1].endswith("from Brazil")


def test_24_the_third_work_of_2018_has_no_known_laureate(ask: Ask) -> None:
    rows = ask("best-practices").filter(pl.col("laureateName").is_null())
    assert rows["workName"].to_list() == [
        "Implementation of Personalised Medicine in Estonia",
        "In vivo ...",
        "The Portuguese Familial Hypercholesterolaemia Study",
    ]


def test_27_who_stands_behind(ask: Ask) -> None:
    rows = {(_key(r["child"]), _key(r["parent"])): r for r in ask("parents").to_dicts()}
    assert rows["isciii", "es-micinn"]["source"] == "https://ror.org/00ca2c886"
    assert {parent for child, parent in rows if child == "ewi"} == {
        "flemish-government",
        "flemish-region",
    }
    assert len(rows) == 12


def test_29_members_of_erinha_in_projects(ask: Ask) -> None:
    rows = ask("infrastructure-members", infrastructure="infrastructure/erinha")
    assert {_key(m) for m in rows["member"]} == {
        *("erasmus-mc", "ku-leuven", "medical-university-of-graz", "isciii"),
        *("university-of-oxford", "inmi"),
    }
    graz = rows.filter(pl.col("country") == "AT").row(0, named=True)
    assert "SPIDIA4P" in graz["names"].split("; ")


def test_30_who_builds_the_genomes_initiative(ask: Ask) -> None:
    rows = ask("alliances").filter(pl.col("allianceName") == "1+MG")
    assert set(rows.select("partName", "how", "through").rows()) == {
        ("B1MG", "supports", None),
        ("B1MGplus", "supports", None),
        ("GDI", "builds on a supporter", "B1MG"),
        ("GDI", "follows a supporter", "B1MG"),
        ("B1MGplus", "follows a supporter", "B1MG"),
    }


def test_31_the_order_of_the_roadmap(ask: Ask) -> None:
    rows = ask("infrastructure-timeline").select("infrastructureName", "roadmapYear", "ericYear")
    assert rows.rows()[:3] == [
        ("BBMRI-ERIC", 2006, 2013),
        ("EATRIS-ERIC", 2006, 2013),
        ("ECRIN-ERIC", 2006, 2013),
    ]
    assert ("MIRRI-ERIC", 2010, 2022) in rows.rows()
    assert rows.filter(pl.col("roadmapYear").is_null()).height == 2


def test_33_permit_recommendations(ask: Ask) -> None:
    rows = {_key(r["work"]): r for r in ask("recommendations").to_dicts()}
    permit = rows["permit-recommendations"]
    assert (permit["issuer"], permit["number"], permit["promotedBy"]) == (
        "PERMIT",
        71,
        "EU-Africa PerMed",
    )
    assert len(rows) == 8


def test_34_shared_partners_and_shared_time(ask: Ask) -> None:
    rows = {(r["firstName"], r["secondName"]): r for r in ask("overlapping-actions").to_dicts()}
    era = rows["EP PerMed (2023)", "ERA PerMed (2017)"]
    assert (era["sharedPartners"], era["together"]) == (26, "2023-11-01 to 2023-11-30")
    pair = rows["EULAC PerMed (2019)", "EU-Africa PerMed (2021)"]
    assert pair["together"] == "2021-02-01 to 2022-12-31"
    assert set(pair["countries"].split()) == {"ES", "FR", "IT"}


def test_35_research_areas_that_are_challenges(ask: Ask) -> None:
    rows = ask("call-classifications", call="call/era-permed-jtc2020").drop_nulls("agenda")
    assert rows.select("code", "agenda").rows() == [
        ("RA1", "PerMed SRIA 2015"),
        ("RA2", "PerMed SRIA 2015"),
    ]


def test_37_statements_about_the_consortium(ask: Ask) -> None:
    rows = ask("statements-of", thing="consortium/icpermed")
    said = {(r["statement"], r["value"]): (r["sources"], r["evidence"]) for r in rows.to_dicts()}
    assert said["member countries", "28"] == (2, "page, seed document")
    assert said["member", "Institute of Health Carlos III"] == (2, "page, seed document")


def test_39_what_falls_apart_without_dlr(ask: Ask) -> None:
    rows = ask("without-hub", hub="organisation/dlr").select("firstName", "secondName").rows()
    assert ("EULAC PerMed (2019)", "SINO-EU PerMed (2020)") in rows
    assert len(rows) == 13


@pytest.mark.parametrize(("country", "member"), [("CZ", 7), ("US", 0), ("NO", 5)])
def test_40_projects_and_infrastructures(ask: Ask, country: str, member: int) -> None:
    rows = ask("country-balance").filter(pl.col("country").str.ends_with(f"/{country}"))
    row = rows.row(0, named=True)
    assert row["memberOf"] == member
    assert row["coordinates"] <= row["projects"]
