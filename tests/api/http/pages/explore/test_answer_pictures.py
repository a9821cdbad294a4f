"""When an answer is drawn, and what the bars and squares say."""

from __future__ import annotations

import re

import httpx2
import pytest

from permed.api.http.pages.explore.answer_pictures import NamedNumber, pictured
from permed.api.http.pages.explore.tile_map import _brief
from permed.api.http.release.directory import Directory
from permed.api.http.release.reading import empty_directory


@pytest.fixture
def directory() -> Directory:
    return empty_directory("https://example.org/")


def rows(*pairs: tuple[str, float], more: str = "") -> list[NamedNumber]:
    return [NamedNumber(name, f"/id/country/{name}", number, more) for name, number in pairs]


def test_bars_are_the_largest_first_in_shares_of_it(directory: Directory) -> None:
    found = pictured(directory, rows(("A", 5), ("B", 20), ("C", 0)), "projects")
    assert found is not None
    assert [(b.text, b.number, b.share) for b in found.bars] == [
        ("B", "20", 100), ("A", "5", 25), ("C", "0", 0),
    ]  # fmt: skip
    assert not found.map


def test_countries_are_mapped(directory: Directory) -> None:
    found = pictured(directory, rows(("DE", 3), ("FR", 2), ("FI", 1), ("BR", 9)), "roles")
    assert found is not None
    assert "DE, roles: 3" in found.map
    assert "BR" not in found.map


@pytest.mark.parametrize(
    "told",
    [rows(("A", 5)), rows(("A", 5), ("B", 5)), rows(("A", 1), ("A", 2)), rows(("A", -1), ("B", 2))],
)
def test_what_tells_nothing_is_not_drawn(directory: Directory, told: list[NamedNumber]) -> None:
    assert pictured(directory, told, "x") is None


def test_namesakes_are_told_apart_by_the_next_column(directory: Directory) -> None:
    told = [NamedNumber("A", None, 1, "2018"), NamedNumber("A", None, 2, "2019")]
    found = pictured(directory, told, "x")
    assert found is not None
    assert [b.text for b in found.bars] == ["A · 2019", "A · 2018"]


@pytest.mark.parametrize(
    ("number", "text"), [(7, "7"), (9999, "9999"), (12_345, "12.3 k"), (1_234_567, "1.23 M")]
)
def test_a_square_holds_a_brief_number(number: float, text: str) -> None:
    assert _brief(number) == text


def test_a_question_page_draws_what_its_columns_allow(client: httpx2.Client) -> None:
    page = client.get("/questions/country-balance").text
    assert '<details class="drawn"' in page
    chart = page.partition('<details class="drawn"')[2].partition("</details>")[0]
    csv = client.get("/queries/country-balance?format=csv").text.splitlines()
    assert len(re.findall(r'<th scope="row">', chart)) == len(csv) - 1
