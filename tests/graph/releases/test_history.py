"""History of a home: rollback undoes promotions in their order, ids are never given twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from permed.graph.errors import InputError, NotFoundError
from permed.graph.releases.history import HISTORY, before, promotions, record
from permed.graph.releases.release import Release, Releases


def receipt(name: str, day: str = "2026-01-01") -> dict[str, object]:
    return {
        "release": name, "built": f"{day}T00:00:00+00:00", "key": name, "base": "http://x/",
        "sources": {}, "counts": {"triples": 0, "issues": 0},
    }  # fmt: skip


def publish(home: Path, name: str, day: str = "2026-01-01", keep: int = 9) -> Release:
    releases = Releases(home)
    with releases.staging() as folder:
        for part in ("graphs", "tables"):
            (folder / part).mkdir()
        (folder / "graphs" / "one.nq").write_text(f"<http://x/{name}> <http://x/p> 1 .\n")
        return releases.publish(folder, name, receipt(name, day), keep)


def test_rollback_goes_back_through_promotions_whatever_the_clock_says(tmp_path: Path) -> None:
    for name, day in (("a", "2026-03-01"), ("b", "2026-01-01"), ("c", "2026-02-01")):
        publish(tmp_path, name, day)
    releases = Releases(tmp_path)
    assert [r.id for r in releases.list()] == ["a", "b", "c"]
    assert [releases.rollback().id, releases.rollback().id] == ["b", "a"]
    with pytest.raises(NotFoundError, match="no release before a"):
        releases.rollback()
    assert releases.current().id == "a"


def test_rollback_after_a_promotion_undoes_it(tmp_path: Path) -> None:
    for name in "abc":
        publish(tmp_path, name)
    releases = Releases(tmp_path)
    releases.promote(releases.find("a"))
    assert releases.rollback().id == "c"
    assert releases.rollback().id == "b"


def test_a_home_without_history_is_rolled_back_by_the_days_of_its_builds(tmp_path: Path) -> None:
    for name, day in (("b", "2026-01-02"), ("a", "2026-01-01"), ("c", "2026-01-03")):
        publish(tmp_path, name, day)
    (tmp_path / HISTORY).unlink()
    assert Releases(tmp_path).rollback().id == "b"
    assert Releases(tmp_path).rollback().id == "a"


def test_pruning_keeps_what_was_current_last(tmp_path: Path) -> None:
    for name in "abc":
        publish(tmp_path, name)
    releases = Releases(tmp_path)
    releases.promote(releases.find("a"))
    publish(tmp_path, "d", keep=3)
    assert {r.id for r in releases.list()} == {"a", "c", "d"}
    assert "b" in releases.used_ids()


def test_a_line_that_a_crash_cut_off_is_passed_over(tmp_path: Path) -> None:
    record(tmp_path, "a", "promote")
    with (tmp_path / HISTORY).open("ab") as file:
        file.write(b'{"release": "b", "at"')
    record(tmp_path, "c", "promote")
    assert [step.release for step in promotions(tmp_path)] == ["a", "c"]
    assert before(tmp_path, "c", ["a", "c"]) == "a"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"release": "a"}', "\0" * 40])
def test_a_broken_receipt_is_told_and_blocks_nothing(tmp_path: Path, content: str) -> None:
    publish(tmp_path, "a")
    publish(tmp_path, "b")
    (tmp_path / "a" / "receipt.json").write_text(content)
    releases = Releases(tmp_path)
    assert [r.id for r in releases.list()] == ["b"]
    (told,) = releases.damaged()
    assert str(tmp_path / "a" / "receipt.json") in told
    assert "permed" in told
    publish(tmp_path, "c")
    assert [r.id for r in releases.list()] == ["b", "c"]


def test_a_damaged_current_release_is_named_and_can_be_left(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    publish(tmp_path, "b")
    (tmp_path / "b" / "receipt.json").write_text("{")
    releases = Releases(tmp_path)
    with pytest.raises(InputError, match=r"b/receipt\.json.*rollback"):
        releases.current()
    assert releases.rollback().id == "a"


@pytest.mark.parametrize("part", ["graphs", "tables", "graphs/one.nq"])
def test_a_half_removed_release_is_not_whole(tmp_path: Path, part: str) -> None:
    publish(tmp_path, "a")
    publish(tmp_path, "b")
    gone = tmp_path / "a" / part
    if gone.is_dir():
        for path in gone.iterdir():
            path.unlink()
        gone.rmdir()
    else:
        gone.unlink()
    assert [r.id for r in Releases(tmp_path).list()] == ["b"]
    with pytest.raises(NotFoundError):
        Releases(tmp_path).rollback()


def test_current_that_leads_nowhere_says_so(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("gone")
    with pytest.raises(InputError, match=r"gone.*permed releases promote"):
        Releases(tmp_path).current()


def test_an_exact_id_wins_over_beginnings(tmp_path: Path) -> None:
    publish(tmp_path, "2026-01-01-abc")
    publish(tmp_path, "2026-01-01-abc.2")
    assert Releases(tmp_path).find("2026-01-01-abc").id == "2026-01-01-abc"


def test_removal_takes_a_release_from_the_list_at_once(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    publish(tmp_path, "b")
    releases = Releases(tmp_path)
    releases.remove(releases.find("a"))
    assert [p.name for p in tmp_path.glob("[!.]*") if p.is_dir()] == ["b", "current"]
    (tmp_path / ".removed-x-1").mkdir()
    publish(tmp_path, "c")
    assert not list(tmp_path.glob(".removed-*"))


def test_history_is_one_json_object_a_line(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    lines = (tmp_path / HISTORY).read_text().splitlines()
    assert [json.loads(line)["release"] for line in lines] == ["a"]
