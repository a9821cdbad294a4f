"""What no source says is not written as nought, and no year is told of what came after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from permed.api.http.pages.see_also import sheets_of
from permed.api.report.documents.asking import AskedRelease
from permed.api.report.documents.contributions import received_by
from permed.api.report.documents.section import Document, DocumentSection, shown_cell
from permed.api.text.names import with_article
from permed.graph.counting import stated_total
from permed.graph.errors import NotFoundError
from permed.queries.catalogue import Catalogue
from permed.queries.sentences import filled
from tests.queries.test_recomputed import table, values

Sheets = Callable[[str, str], Document]
Reports = Callable[[int], Document]


def section(document: Document, key: str) -> DocumentSection:
    return next(part for part in document.sections if part.key == key)


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        ([None, None], "what the EU gives them no source at hand says"),
        ([7.0, None], "them receive 7 euro from the EU in the 1 of which a source says it"),
        ([7.0, 0.0], "them receive 7 euro from the EU"),
    ],
)
def test_money_of_which_nothing_is_known_is_no_nought(sums: list[float | None], told: str) -> None:
    rows = pl.DataFrame({"project": ["a", "b"], "euContribution": sums})
    assert filled(received_by("them", rows), rows) == told


def test_a_sum_of_nothing_is_unknown() -> None:
    rows = pl.DataFrame({"n": [None, None]}, schema={"n": pl.Float64})
    assert filled("{sum:n}", rows) == "unknown"
    assert rows.select(stated_total("n"))["n"].to_list() == [None]
    assert pl.DataFrame({"n": [1.0, None]}).select(stated_total("n"))["n"].to_list() == [1.0]


def test_a_year_whose_money_nobody_states_has_no_sum(report_of: Reports) -> None:
    report = report_of(2021)
    begun = section(report, "new-projects")
    assert begun.table["euContribution"].drop_nulls().is_empty()
    assert "no source at hand says" in begun.finding
    front = {number.label: value for number, value in report.key_numbers}
    assert front["EU contribution to them, €"] == "none known"


@pytest.mark.parametrize("year", [2018, 2021, 2022, 2023])
def test_no_infrastructure_is_an_eric_before_it_is_one(report_of: Reports, year: int) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in table("figures"):
        if row["indicator"] in ("roadmap-year", "eric-year") and row.get("date"):
            key = (row["entity"], row["indicator"])
            first[key] = min(first.get(key, 9999), int(row["date"][:4]))
    kinds = values("activities", "id", "kind")
    here = {t for (t, _), y in first.items() if y <= year and kinds.get(t) == "infrastructure"}
    erics = {t for (t, what), y in first.items() if what == "eric-year" and y <= year}
    rows = section(report_of(year), "infrastructures").table
    found = {row.split("/id/")[1] for row in rows["infrastructure"]}
    told = {row.split("/id/")[1] for row in rows.drop_nulls("ericYear")["infrastructure"]}
    assert (found, told) == (here, erics & here)
    later = {t for (t, what), y in first.items() if what == "eric-year" and y > year}
    forms = dict(rows.select("infrastructure", "legalForm").iter_rows())
    assert not [t for t, form in forms.items() if form == "ERIC" and t.split("/id/")[1] in later]


def test_the_first_year_has_a_report_though_no_dated_role_touches_it(report_of: Reports) -> None:
    network = section(report_of(2013), "network")
    assert network.table.is_empty()
    assert network.finding == "No dated role touches 2013."


def test_a_year_that_is_not_over_says_so(evidence: AskedRelease, report_of: Reports) -> None:
    year = evidence.built.year
    assert ("The year is not over" in report_of(year).subtitle) == (
        evidence.built < date(year, 12, 31)
    )
    assert "not over" not in report_of(year - 1).subtitle


@pytest.mark.parametrize("key", ["new-projects", "network", "changes"])
def test_years_of_which_little_is_recorded_are_named_beside_a_change(
    evidence: AskedRelease, report_of: Reports, key: str
) -> None:
    assert "2021" in evidence.untold_trend()
    assert evidence.untold_trend() in section(report_of(2021), key).caveat


def test_nobody_named_is_said_in_words(sheet: Sheets, report_of: Reports) -> None:
    calls = section(sheet("country", "FI"), "calls")
    assert calls.table.height
    assert "funder" not in set(calls.table["as"])
    assert "no funder of it there" in calls.finding
    advice = section(report_of(2022), "recommendations")
    assert advice.table["issuer"].drop_nulls().is_empty()
    assert "no source names who issued them" in advice.finding


@pytest.mark.parametrize("country", ["FI", "IE", "PL"])
def test_a_short_form_is_shorter_than_the_name(sheet: Sheets, country: str) -> None:
    rows = section(sheet("country", country), "organisations").table.drop_nulls("acronym")
    assert rows.height
    for name, short in rows.select("organisationName", "acronym").iter_rows():
        assert len(short) < 2 / 3 * len(name), (name, short)


def test_cells_of_several_countries_have_their_names() -> None:
    names = {"CA": "Canada", "DE": "Germany"}
    assert shown_cell("withRegionsOf", "CA DE", names) == "Canada, Germany"


def test_what_a_funder_pays_for_has_the_sum_of_the_whole(sheet: Sheets) -> None:
    rows = section(sheet("funder", "ISCIII"), "money").table
    told = dict(rows.select("activity", "wholeMoney").iter_rows())
    sums = {
        row["entity"]: row["value"]
        for row in table("figures")
        if row["indicator"] == "budget-total" and row["entity"].startswith("strategy/")
    }
    mine = {one: one.split("/id/")[1] for one in told}
    stated = {one for one, key in mine.items() if key in sums}
    assert len(stated) > 2
    assert all(sums[mine[one]] in told[one] for one in stated)
    assert shown_cell("wholeMoney", "total budget 28000000 EUR") == "total budget 28,000,000 EUR"
    assert shown_cell("wholeMoney", "total budget 2023 to 2025") == "total budget 2023 to 2025"


def test_a_country_has_its_article_in_sentences(sheet: Sheets) -> None:
    document = sheet("country", "NL")
    assert document.title == "Netherlands"
    assert section(document, "projects").finding.startswith("The Netherlands takes part in ")
    assert "partners in the Netherlands" in section(document, "projects").asks
    assert [with_article(n) for n in ("Poland", "United States")] == ["Poland", "the United States"]


def test_the_european_union_is_no_country(sheet: Sheets) -> None:
    with pytest.raises(NotFoundError, match="is no country"):
        sheet("country", "EU")
    assert sheets_of("country/EU") == []  # its page leads to none
    assert len(sheets_of("country/NL")) == 1


def test_no_known_output_is_said_once(sheet: Sheets) -> None:
    outputs = section(sheet("country", "MT"), "outputs")
    assert outputs.table["outputs"].sum() == 0
    assert (
        outputs.finding == f"No output of the {outputs.table.height} projects and actions is known."
    )


def test_who_belongs_to_whom_reads_from_left_to_right(sheet: Sheets) -> None:
    rows = section(sheet("funder", "ISCIII"), "parents").table.to_dicts()
    assert [(r["childName"], r["relation"]) for r in rows] == [
        ("Institute of Health Carlos III", "belongs to")
    ]


def test_countries_without_a_sum_are_those_without_one_in_the_tables() -> None:
    homes = values("activities", "id", "country")
    strategies = {r["id"] for r in table("activities") if r["kind"] == "strategy"}
    paid = {
        homes.get(r["entity"])
        for r in table("figures")
        if r["entity"] in strategies and r.get("unit") and r.get("value")
    }
    without = {homes[s] for s in strategies if homes.get(s)} - paid
    names = {
        "country/BE": "Belgium", "country/HU": "Hungary", "country/LT": "Lithuania",
        "country/NL": "the Netherlands", "country/NO": "Norway", "country/TR": "Türkiye",
    }  # fmt: skip
    assert without == names.keys()
    lacking = Catalogue.load().get("strategies").lacking
    assert "Belgium, Hungary, Lithuania, the Netherlands, Norway and Türkiye" in lacking
    known = {homes[s] for s in strategies if homes.get(s)}
    assert not known & {"country/CZ", "country/IS", "country/PL"}
