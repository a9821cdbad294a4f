"""What documents say of one thing, and of numbers and days that stand in one column."""

from __future__ import annotations

import polars as pl
import pytest

from permed.api.report.documents.asking import told_apart
from permed.api.report.documents.section import shown_cell
from permed.api.report.state_of_the_art.funding import most_on
from permed.queries.naming import Naming
from permed.queries.sentences import filled


@pytest.mark.parametrize(
    ("said", "shown"),
    [("27000000", "27,000,000"), ("33", "33"), ("2024", "2024"), ("2021-12-01", "1 Dec 2021")],
)
def test_what_sources_say_is_a_number_or_a_day(said: str, shown: str) -> None:
    assert shown_cell("said", said) == shown


def test_countries_have_their_names_and_the_unknown_code_stays() -> None:
    names = {"GB": "United Kingdom"}
    assert shown_cell("country", "GB", names) == "United Kingdom"
    assert shown_cell("country", "EU", names) == "EU"
    assert shown_cell("acronym", "GB", names) == "GB"
    naming = Naming([], {"country/GB": "United Kingdom", "organisation/gb": "Gb"})
    assert naming.labels_of("country") == names


def test_one_topic_is_no_most() -> None:
    rows = pl.DataFrame({"topicName": ["diet", "genes"], "projects": [1, 1]})
    assert filled(most_on(rows.head(1)), rows.head(1)) == "1 project is on diet."
    assert "most projects" in filled(most_on(rows), rows)


def test_two_actions_of_one_name_have_their_number() -> None:
    rows = pl.DataFrame({"name": ["Office", "Office", "Other"], "id": ["p/1", "p/2", "p/3"]})
    assert told_apart(rows, "name", "id")["name"].to_list() == ["Office (1)", "Office (2)", "Other"]
