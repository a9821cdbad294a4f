"""Lists with filters beside those of the release before, counted by hand from the tables."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import polars as pl
import pytest

from permed.api.http.pages.explore import list_before
from permed.api.http.pages.explore.list_before import ReleaseBefore
from permed.api.http.release.reading import is_read_alike, read_directory
from permed.api.http.rest.filters import ListFilters
from permed.graph.releases.release import Release
from tests.api.http.pages.dataset.conftest import FIRST, SECOND, before
from tests.api.http.sample import tables

Tables = dict[str, pl.DataFrame]


def _rows(told: Tables, table: str) -> Iterator[dict[str, object]]:
    yield from told[table].iter_rows(named=True)


def _organisations_of(country: str) -> Callable[[Tables], set[object]]:
    return lambda told: {
        row["id"] for row in _rows(told, "organisations") if row["country"] == country
    }


def _events(told: Tables) -> set[object]:
    return {row["id"] for row in _rows(told, "activities") if row["kind"] == "event"}


def _with_role(role: str, stem: str) -> Callable[[Tables], set[object]]:
    return lambda told: {
        row["agent"]
        for row in _rows(told, "roles")
        if row["role"] == role and str(row["agent"]).startswith(stem)
    }


def _people_named(name: str) -> Callable[[Tables], set[object]]:
    return lambda told: {
        row["id"] for row in _rows(told, "persons") if name in str(row["name"]).lower()
    }


_LISTS: list[tuple[str, Callable[[Tables], set[object]]]] = [
    ("kind=organisations&country=IT", _organisations_of("country/IT")),
    ("kind=organisations&country=DE", _organisations_of("country/DE")),
    ("kind=events&kind=people", lambda told: _events(told) | _people_named("")(told)),
    ("kind=people&role=chair", _with_role("chair", "person/")),
    ("kind=people&q=bob", _people_named("bob")),
    ("kind=people&q=ada", _people_named("ada")),
]


@pytest.mark.parametrize(("asked", "held"), _LISTS, ids=[asked for asked, _ in _LISTS])
def test_a_list_says_what_it_held_and_opens_the_difference(
    reader: httpx2.Client, asked: str, held: Callable[[Tables], set[object]]
) -> None:
    was, now = held(before()), held(tables())
    came, went = now - was, was - now
    page = reader.get(f"/search/changes?{asked}").text
    assert re.search(rf"{len(now)} now, {len(was)} in the release before", page)
    assert _things(page, "came") == came
    assert _things(page, "went") == went
    assert (f"release={FIRST}" in _part(page, "went")) is bool(went)
    said = _beside(reader, asked)
    if came or went:
        assert f"when it held {len(was)}" in said
        assert {int(n) for n in re.findall(r"[+−](\d+)", said)} == {len(came), len(went)} - {0}
    else:
        assert "The same" in said


def _things(page: str, anchor: str) -> set[object]:
    return set(re.findall(r'<tr><td><a href="/id/([^"?]+)', _part(page, anchor)))


def _part(page: str, anchor: str) -> str:
    return page.partition(f'<h2 id="{anchor}"')[2].partition("</section>")[0]


def _beside(reader: httpx2.Client, asked: str) -> str:
    return reader.get(f"/search?{asked}").text.partition("</h1>")[2].partition("</p>")[0]


def test_an_organisation_with_another_id_is_the_same(two_small: Path) -> None:
    held = {name: read_directory(Release(two_small / name)).row_of for name in (FIRST, SECOND)}
    assert "organisation/frrb-old" in held[FIRST]
    assert "organisation/frrb" not in held[FIRST]
    assert "organisation/frrb" in held[SECOND]  # and it is among those of IT, above


def test_some_of_these_lists_changed_and_some_did_not() -> None:
    differ = [held(before()) != held(tables()) for _, held in _LISTS]
    assert 0 < sum(differ) < len(differ)


def test_a_list_does_not_wait_for_the_release_before_to_be_read(
    two_small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = 0.4

    def reading(release: Release) -> object:
        time.sleep(slow)
        return read_directory(release)

    monkeypatch.setattr(list_before, "read_directory", reading)
    now = read_directory(Release(two_small / SECOND))
    asked = Release(two_small / SECOND), now, ListFilters(kind=("events",))
    before_it = ReleaseBefore()
    started = time.monotonic()
    assert before_it.change(*asked, patience=0.0) is None
    assert time.monotonic() - started < slow
    found = before_it.change(*asked, patience=60)
    assert found is not None
    assert found is before_it.change(*asked, patience=0.0)  # kept
    before_it.close()


def test_nothing_is_said_where_it_cannot_be(
    two_small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Release(two_small / name) for name in (FIRST, SECOND))
    now = read_directory(second)
    assert is_read_alike(first, second)
    wish = now, ListFilters(kind=("events",))
    assert ReleaseBefore().change(first, *wish, patience=60) is None  # there is none before it
    monkeypatch.setattr(list_before, "_LARGEST", 10)
    assert ReleaseBefore().change(second, *wish, patience=60) is None
    monkeypatch.undo()
    monkeypatch.setattr(list_before, "is_read_alike", lambda *_: False)
    assert ReleaseBefore().change(second, *wish, patience=60) is None


def test_a_release_in_other_words_is_not_read_alike(two_small: Path, tmp_path: Path) -> None:
    first = Release(two_small / FIRST)
    (tmp_path / "graphs").mkdir()
    words = (first.path / "graphs" / "ontology.nq").read_text()
    other = "\n".join(line for line in words.splitlines() if "ontology#relevance>" not in line)
    (tmp_path / "graphs" / "ontology.nq").write_text(other)
    (tmp_path / "receipt.json").write_text((first.path / "receipt.json").read_text())
    assert not is_read_alike(first, Release(tmp_path))


def test_lists_of_an_earlier_release_and_misspelt_filters_are_refused(
    reader: httpx2.Client,
) -> None:
    for path, status in (
        (f"/search/changes?kind=events&release={FIRST}", 404),
        ("/search/changes?kind=events&contry=IT", 400),
        ("/search/changes?kind=events&country=Nowhere", 400),
    ):
        assert reader.get(path).status_code == status, path
