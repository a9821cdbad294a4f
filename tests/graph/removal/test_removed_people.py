"""The list of removed people: what it recognises, and that no name stands in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.graph.removal.removed_people import RemovedPeople

NAMES = ("Zoë O'Hara-Lindqvist", "Lindqvist Z")
ORCID = "0000-0002-1825-0097"
LIST = RemovedPeople().with_person(NAMES, [ORCID, "person/zoe-ohara-lindqvist"])


def test_the_file_holds_no_name_and_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "removed.jsonl"
    LIST.write(path)
    held = path.read_text().casefold()
    assert not [w for w in ("zo", "hara", "lindqvist", "1825", "person") if f'"{w}' in held]
    assert "lindqvist" not in held
    assert RemovedPeople.read(path) == LIST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_lists_have_other_hashes_of_the_same_name() -> None:
    other = RemovedPeople().with_person(NAMES, [ORCID])
    assert not {*other.names} & {*LIST.names}
    assert not other.identifiers & LIST.identifiers


@pytest.mark.parametrize(
    "text",
    [
        "Zoë O'Hara-Lindqvist",
        "zoe o’hara-lindqvist",
        "O'Hara-Lindqvist, Zoë",
        "Prof. Dr Zoe OHara Lindqvist",
        "ZOË O'HARA-LINDQVIST",
    ],
)
def test_a_name_is_known_however_it_is_written(text: str) -> None:
    assert LIST.is_name(text)


@pytest.mark.parametrize("text", ["Zoë Lindqvist", "Zoë", "", "O'Hara-Lindqvist"])
def test_another_name_is_not(text: str) -> None:
    assert not LIST.is_name(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A talk of Zoë O'Hara-Lindqvist (Lund).", ["Zoë O'Hara-Lindqvist"]),
        ("Doe, Jane; O'Hara-Lindqvist, Zoë; Roe, R", ["O'Hara-Lindqvist, Zoë"]),
        ("https://x.org/team/zoe-ohara-lindqvist", ["zoe-ohara-lindqvist"]),
        (f"https://orcid.org/{ORCID} and person/zoe-ohara-lindqvist.",
         [ORCID, "person/zoe-ohara-lindqvist"]),
        ("Zoë met Hara. Lindqvist spoke", []),
        ("https://orcid.org/0000-0001-5109-3700", []),
    ],
)  # fmt: skip
def test_names_and_identifiers_are_found_in_text(text: str, named: list[str]) -> None:
    assert [text[start:end] for start, end in LIST.spans(text)] == named


def test_an_empty_list_knows_nobody_and_changes_no_key() -> None:
    assert not RemovedPeople()
    assert RemovedPeople().digest == ""
    assert RemovedPeople().spans("Jane Doe") == []


def test_a_damaged_list_stops_a_build_that_would_bring_people_back(tmp_path: Path) -> None:
    path = tmp_path / "removed.jsonl"
    path.write_text('{"salt": "00"}\n{"of": "na')
    with pytest.raises(InputError, match="line 2 cannot be read; restore"):
        RemovedPeople.read(path)


@pytest.mark.parametrize("damage", ["empty", "a row gone", "a folder", "a link to nowhere"])
def test_no_damage_passes_for_a_list_of_nobody(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "removed.jsonl"
    RemovedPeople().with_person(["Jane Doe", "Max Muster"], []).write(path)
    lines = path.read_text().splitlines(keepends=True)
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage == "a link to nowhere":
        path.symlink_to("away")
    else:
        path.write_text("" if damage == "empty" else "".join(lines[:-1]))
    with pytest.raises(InputError, match="restore the file from a back-up"):
        RemovedPeople.read(path)
