"""What reads without an error and is still wrong: `permed look` says so, and not too often."""

from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.tables.delimited import parse
from permed.ingest.inspection.doubtful_rows import doubtful_rows, impossible_date
from permed.ingest.inspection.look import look


def faults(text: str) -> list[str]:
    return doubtful_rows(parse(text.encode(), "t.csv"))


def test_each_fault_is_told_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "partners.csv"
    file.write_text(
        'name;since;euro\nAlpha;2020-01-01;10\n"Beta;2020-02-30;20\n'
        "Gamma;2020-03-01;30\nDelta;2020-13-01;5\nTotal;;65\n"
    )
    [found] = look(file)
    assert found.problems == [
        "1 quotation mark is opened and not closed: row 3 '\"Beta'",
        "1 row seems to add up others, take it out before a build: row 6 'Total'",
        "2 dates of since stand in no calendar: row 3 '2020-02-30', row 5 '2020-13-01'",
    ]


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "2025-00-10", "2020-13", "31.02.2021", "32/01/2020", "2020-04-31T10:00:00",
     "29/2/2023"],
)  # fmt: skip
def test_days_of_no_calendar(text: str) -> None:
    assert impossible_date(text)


@pytest.mark.parametrize(
    "text",
    ["2024-02-29", "31/12/2025", "12/31/2025", "2014-20", "2019-20", "1.2.3", "2020", "", "DE-1",
     "29.2.24", "2020-04-30T10:00:00"],
)  # fmt: skip
def test_what_is_a_day_or_none_at_all(text: str) -> None:
    assert not impossible_date(text)


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Gesamtsumme", "Sum", "Grand total", "Suma"])
def test_a_row_that_names_itself_a_total(word: str) -> None:
    assert len(faults(f"name,euro\na,1\nb,2\n{word},3\n")) == 1


def test_a_last_row_without_a_name_that_adds_up() -> None:
    assert len(faults("name,euro,people\na,1,4\nb,2,5\n,3,9\n")) == 1
    assert faults("name,euro,people\na,1,4\nb,2,5\n,3,8\n") == []  # one column does not


@pytest.mark.parametrize(
    "text",
    [
        "name,euro\nTotal Energies,1\nSumitomo,2\nTotalförsvarets forskningsinstitut,3\n",
        'name,size\n"a ""b"" c",1\n5" pipe,2\n',
        "name,version\na,1.13\nb,2.14\nc,3.20\n",
        "section,name\n13.13.2020,a\n14.14.2020,b\n15.15.2020,c\n",  # numbers of paragraphs
        "number\n1\n2\n3\n",
    ],
)
def test_what_only_looks_like_a_fault(text: str) -> None:
    assert faults(text) == []
