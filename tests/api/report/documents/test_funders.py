"""Who counts as a funder on the sheets, counted a second time from the packaged CSV files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permed.api.report.documents.section import Document, DocumentSection
from permed.queries.sentences import filled
from tests.queries.test_recomputed import table, values

Sheet = Callable[[str, str], Document]
FUNDERS = ("organisation/bmg", "organisation/ifd", "organisation/rcn")


def section(document: Document, key: str) -> DocumentSection:
    return next(s for s in document.sections if s.key == key)


def told(document: Document, key: str, template: str) -> int:
    return int(filled(template, section(document, key).table).replace(",", ""))


def named(document: Document, key: str, column: str = "funder") -> set[str]:
    return {iri.split("/id/", 1)[1] for iri in section(document, key).table[column].to_list()}


def funds() -> set[tuple[str, str]]:
    """Funder and what it pays for, as the tables of roles name them."""
    return {(r["agent"], r["activity"]) for r in table("roles") if r["role"] == "funder"}


def call_funders() -> set[tuple[str, str]]:
    return {(agent, call) for agent, call in funds() if call.startswith("call/")}


def seated(country: str) -> set[str]:
    homes = values("organisations", "id", "country")
    return {agent for agent, _ in call_funders() if homes.get(agent) == f"country/{country}"}


def test_the_commission_is_no_funder_of_belgium(sheet: Sheet) -> None:
    belgian = seated("BE") - {"organisation/ec"}
    assert "organisation/ec" in {agent for agent, _ in call_funders()}
    document = sheet("country", "BE")
    assert "organisation/ec" not in named(document, "calls") | named(document, "money")
    assert told(document, "calls", "{n:funder where as=funder}") == len(belgian)
    paid = {thing for agent, thing in funds() if agent in belgian}
    assert named(document, "money", "activity") == paid


@pytest.mark.parametrize("country", ["DE", "FI"])
def test_secretariats_and_countries_are_no_funders(sheet: Sheet, country: str) -> None:
    document = sheet("country", country)
    assert told(document, "calls", "{n:funder where as=funder}") == len(seated(country))
    assert named(document, "money") <= seated(country)


@pytest.mark.parametrize("funder", FUNDERS)
def test_a_funder_pays_for_what_names_it_not_for_all_that_its_calls_chose(
    sheet: Sheet, funder: str
) -> None:
    paid = {thing for agent, thing in funds() if agent == funder}
    assert paid
    document = sheet("funder", funder)
    assert named(document, "money", "activity") == paid
    numbers = {number.label: value for number, value in document.key_numbers}
    assert numbers["Calls, projects, programmes paid"] == f"{len(paid):,}"


def test_co_funders_are_funders_of_the_same_calls(sheet: Sheet) -> None:
    mine = {call for agent, call in call_funders() if agent == "organisation/bmg"}
    others = {agent for agent, call in call_funders() if call in mine} - {"organisation/bmg"}
    assert named(sheet("funder", "organisation/bmg"), "peers") == others


def test_funders_of_a_call_are_those_with_the_role(sheet: Sheet) -> None:
    call = "call/era-permed-jtc2021"
    of_call = {agent for agent, given in call_funders() if given == call}
    numbers = {n.label: value for n, value in sheet("call", call).key_numbers}
    assert numbers["Funders"] == f"{len(of_call):,}"


def test_who_began_an_infrastructure_is_no_member_of_it_for_that(sheet: Sheet) -> None:
    roles = {"member", "founding-member", "observer"}
    joined = {
        r["activity"]
        for r in table("roles")
        if r["agent"] == "country/DE" and r["role"] in roles
        and r["activity"].startswith("infrastructure/")
    }  # fmt: skip
    assert named(sheet("country", "DE"), "infrastructures", "infrastructure") == joined
