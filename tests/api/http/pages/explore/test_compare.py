"""Two things side by side, counted once more by hand from the roles."""

from __future__ import annotations

import httpx2
import pytest

from permed.api.http.pages.explore.compare import compare
from permed.api.http.release.directory import Directory
from permed.graph.errors import InputError, NotFoundError


def activities(directory: Directory, country: str) -> set[str]:
    return {a for agent, a in directory.partner_countries.iter_rows() if agent == country}


def test_two_countries(directory: Directory) -> None:
    found = compare(directory, "FI", "country/DK")
    finland, denmark = (activities(directory, f"country/{code}") for code in ("FI", "DK"))
    rows = {words: (a, b) for words, a, b in found.rows}
    assert rows["activities"] == (len(finland), len(denmark))
    partners = [
        {agent for agent, a in directory.partners.iter_rows() if a in mine}
        for mine in (finland, denmark)
    ]
    assert rows["partners in them"] == (len(partners[0]), len(partners[1]))
    assert found.shared == len(finland & denmark) > 0
    assert {a for a, _ in found.common} <= finland & denmark
    kinds = [row for row in found.rows if row[0].startswith("activities: ")]
    assert sum(row[1] for row in kinds) <= len(finland)
    me, _, with_finland, _ = found.top[0]
    assert with_finland == len(activities(directory, me) & finland)


def test_periods_names_and_topics(directory: Directory) -> None:
    found = compare(directory, "2014:2020", "2021-2027")
    rows = {words: (a, b) for words, a, b in found.rows}
    partnered = set(directory.partners["activity"])
    begun = [row["start"][:4] for row in directory.things.to_dicts()
             if row["id"] in partnered and row["start"]]  # fmt: skip
    assert rows["activities"] == (
        sum("2014" <= year <= "2020" for year in begun),
        sum("2021" <= year <= "2027" for year in begun),
    )
    assert found.shared == 0
    named = compare(directory, "ZonMw", "organisation/dlr")
    assert named.one.kind == "organisation"
    assert named.one.id.startswith("organisation/zonmw")
    topics = directory.topics["value"].unique().sort().head(2).to_list()
    told = compare(directory, *topics)
    assert told.one.kind == "topic"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("FI", "organisation/dlr", "compare two of a kind"),
        ("2020:2014", "2021:2027", "ends before it starts"),
    ],
)
def test_what_cannot_be_compared(directory: Directory, one: str, other: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        compare(directory, one, other)


def test_nobody_there(directory: Directory) -> None:
    with pytest.raises(NotFoundError, match="qqqqzzzz"):
        compare(directory, "qqqqzzzz", "FI")


def test_the_page_tells_what_is_wrong(client: httpx2.Client) -> None:
    page = client.get("/compare?one=qqqqzzzz&other=DE")
    assert page.status_code == 404
    assert "no country, organisation or topic is called" in page.text
    assert "<form" in page.text
