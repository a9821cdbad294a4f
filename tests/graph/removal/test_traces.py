"""Traces of a person in files: plain, escaped, packed; and a home that is cleared of them."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.releases.release import Release
from permed.graph.removal.removed_people import RemovedPeople
from permed.graph.removal.traces import Person, clear_home, find_people, traces
from tests.two_releases import two_releases

PERSON = Person(frozenset({"Zoë Lindqvist"}), frozenset({"person/zoe-lindqvist"}))


@pytest.mark.parametrize(
    "content",
    [
        "of Zoë Lindqvist,",
        "Lindqvist, Zoe",
        "LINDQVIST, ZOË",
        "/team/zoe-lindqvist.html",
        "/id/person/zoe-lindqvist>",
        json.dumps("Zoë Lindqvist"),
        "name=Zo%C3%AB+Lindqvist",
    ],
)
def test_a_name_is_found_in_the_bytes_of_a_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file"
    path.write_text(f"before\n{content}\nafter", encoding="utf-8")
    assert list(traces(tmp_path, [PERSON])) == [path]


@pytest.mark.parametrize("content", ["Zoë and Lindqvist", "Lindqvist", "person/zoe-lindqvistson"])
def test_another_name_is_no_trace(tmp_path: Path, content: str) -> None:
    (tmp_path / "file").write_text(content, encoding="utf-8")
    assert list(traces(tmp_path, [PERSON])) == []


def test_packed_files_are_opened_and_names_of_files_read(tmp_path: Path) -> None:
    held = "x Zoë Lindqvist y"
    pl.DataFrame({"a": [held]}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.gz").write_bytes(gzip.compress(held.encode()))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", held)
    (tmp_path / "zoe-lindqvist.html").write_text("")
    (tmp_path / "clean.txt").write_text("nobody")
    assert [p.name for p in traces(tmp_path, [PERSON])] == [
        "a.parquet", "b.gz", "c.zip", "zoe-lindqvist.html",
    ]  # fmt: skip


def test_a_person_is_found_by_name_id_or_orcid_in_every_kept_release(home: Path) -> None:
    by_name = find_people(home, RemovedPeople(), "boccia, stefania")
    assert by_name == find_people(home, RemovedPeople(), "person/stefania-boccia")
    assert [one.names for one in by_name] == [frozenset({"Stefania Boccia"})]
    assert find_people(home, RemovedPeople(), "Boccia") == []


def test_older_releases_cache_and_queue_are_cleared(release: Release, tmp_path: Path) -> None:
    home = two_releases(release, tmp_path / "home")
    earlier = next(p for p in home.iterdir() if p.name.startswith("2026-01-01"))
    people = find_people(home, RemovedPeople(), "Stefania Boccia")
    (home / ".cache" / "s-1").mkdir(parents=True)
    (home / ".cache" / "s-1" / "note").write_text("by Boccia, Stefania")
    (home / ".cache" / "s-2").mkdir()
    queue = Corrections(home)
    queue.add(Correction("person/stefania-boccia", "please remove this entry"))
    kept = queue.add(Correction("project/1", "the year is wrong"))
    told = RemovedPeople().with_person(people[0].names, people[0].identifiers)
    assert len(clear_home(home, people, told)) == 3
    assert not earlier.exists()
    assert [p.name for p in (home / ".cache").iterdir()] == ["s-2"]
    assert queue.list(settled=True) == [kept]
