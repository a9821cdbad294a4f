"""The user's file: append-only, whatever it looked like before, and exchanged without loss."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from permed.graph.errors import InputError
from permed.ingest.linking.judgements import Ledger, Nodes, Verdict, append, read_ledger
from permed.ingest.linking.judgements import ledger as ledger_module
from permed.ingest.linking.judgements.exchange import exported, imported
from tests.ingest.linking.judgements.samples import denied, matched, said

NODES = Nodes()
BASE = NODES.base
TODAY = "2026-11-22"
ONE = said("pic:999895013", "ror:04bwf3e34", comment="same address")
TWO = denied("pic:999895013", "ror:038t36y30")


def ledger(path: Path, packaged: Path | None = None) -> Ledger:
    return read_ledger(path, BASE, packaged or path.parent / "none")


def test_rows_are_added_behind_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "judgements.sssom.tsv"
    append(path, [ONE], NODES)
    before = path.read_bytes()
    append(path, [TWO], NODES)
    assert path.read_bytes().startswith(before)
    assert ledger(path).rows == (ONE, TWO)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_nothing_to_add_makes_no_file(tmp_path: Path) -> None:
    append(tmp_path / "j.tsv", [], NODES)
    assert not list(tmp_path.iterdir())


def test_a_last_line_without_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    append(path, [ONE], NODES)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(path, [TWO], NODES)
    assert ledger(path).rows == (ONE, TWO)


def test_a_file_of_others_keeps_its_metadata_columns_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    path.write_text(
        "# mapping_set_id: https://example.org/theirs\n"
        "# curie_map: {R: 'https://ror.org/', our: 'https://w3id.org/permed/id/'}\n"
        "subject_id\tpredicate_id\tobject_id\tmapping_justification\tmapping_date\tissue_tracker\n"
        "our:organisation/dlr\tskos:exactMatch\tR:04bwf3e34\tsemapv:MappingReview\t2025-01-01\t7\n"
    )
    theirs = ledger(path).rows[0]
    append(path, [ONE], NODES)
    assert ledger(path).rows == (theirs, ONE)
    assert theirs.other == {"issue_tracker": "7"}
    assert "https://example.org/theirs" in path.read_text()


@pytest.mark.parametrize(
    ("written", "encoding"),
    [(("\t", ";"), "utf-8"), (("\t", "\t"), "utf-16"), (("\n", "\r"), "utf-8")],
)
def test_a_file_that_a_spreadsheet_saved_again_can_be_added_to(
    tmp_path: Path, written: tuple[str, str], encoding: str
) -> None:
    path = tmp_path / "j.tsv"
    append(path, [ONE], NODES)
    path.write_bytes(path.read_text("utf-8").replace(*written).encode(encoding))
    append(path, [TWO], NODES)
    assert ledger(path).rows == (ONE, TWO)


def test_a_prefix_with_another_meaning_is_refused_and_the_file_untouched(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    path.write_text("# curie_map: {ROR: 'https://example.org/'}\n")
    with pytest.raises(InputError, match="prefix ROR stands for"):
        append(path, [ONE], NODES)
    assert path.read_text() == "# curie_map: {ROR: 'https://example.org/'}\n"


def test_a_broken_row_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    append(path, [ONE], NODES)
    broken = path.read_text() + "rubbish\n"
    path.write_text(broken)
    with pytest.raises(InputError, match=r"j\.tsv: row \d+"):
        append(path, [TWO], NODES)
    assert path.read_text() == broken


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match="file"):
        append(blocked / "j.tsv", [ONE], NODES)


def test_packaged_files_come_first_and_the_users_word_after(tmp_path: Path) -> None:
    packaged = tmp_path / "packaged"
    append(packaged / "reviewed.sssom.tsv", [ONE], NODES)
    mine = tmp_path / "j.tsv"
    append(mine, [TWO], NODES)
    both = ledger(mine, packaged)
    assert both.rows == (ONE, TWO)
    assert list(both.files) == ["packaged/reviewed.sssom.tsv", "j.tsv"]


def test_another_decision_changes_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    nothing = ledger(path).digest
    append(path, [ONE], NODES)
    assert ledger(path).digest != nothing


def test_importing_twice_adds_rows_once_and_tells_their_origin(tmp_path: Path) -> None:
    theirs, mine = tmp_path / "theirs.tsv", tmp_path / "mine.tsv"
    append(theirs, [ONE, TWO], NODES)
    append(mine, [ONE], NODES)
    new = imported(theirs, ledger(mine), TODAY)
    assert [r.pair for r in new] == [TWO.pair]
    assert new[0].other == {"mapping_source": "https://w3id.org/permed/mappings/judgements"}
    append(mine, new, NODES)
    assert imported(theirs, ledger(mine), TODAY) == []


def test_importing_a_file_without_rows_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv").write_text("")
    with pytest.raises(InputError, match="holds no mapping"):
        imported(tmp_path / "empty.tsv", Ledger(), TODAY)


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    machine = matched("pic:999895013", "ror:04bwf3e34")
    mine, out = tmp_path / "mine.tsv", tmp_path / "out.tsv"
    append(mine, [machine, ONE, TWO], NODES)
    out.write_text(exported(ledger(mine), every=False))
    assert set(ledger(out).rows) == {ONE, TWO}
    out.write_text(exported(ledger(mine), every=True))
    assert ledger(out).rows == (machine, ONE, TWO)


def test_every_packaged_row_says_what_it_was_made_with() -> None:
    rows = read_ledger(Path("/nowhere/judgements.sssom.tsv"), "https://w3id.org/permed/").rows
    machine = [row for row in rows if not row.human]
    assert len(machine) > 1000
    assert all(row.other.get("mapping_tool_version") for row in machine)
    to_ror = [row for row in rows if row.object.startswith("ror:")]
    assert {row.other.get("object_source_version") for row in to_ror} == {"ROR v2.9"}
    assert min(row.confidence or 0 for row in machine) >= 0.9
    assert len(machine) == sum(row.verdict is Verdict.same for row in machine)


def test_rows_behind_others_leave_the_file_in_its_place_and_need_no_header_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / "j.tsv"
    append(path, [ONE], NODES)
    before = path.stat().st_ino
    append(path, [TWO], NODES)
    assert path.stat().st_ino == before
    assert path.read_text().count("mapping_set_id:") == 1


def test_a_disk_that_is_full_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.tsv"
    append(path, [ONE], NODES)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ledger_module, "_write", full)
    with pytest.raises(InputError, match=r"j\.tsv: No space left"):
        append(path, [TWO], NODES)
    assert ledger(path).rows == (ONE,)


def test_a_description_stands_in_the_header_where_there_is_one() -> None:
    assert "mapping_set_description" not in ledger_module.metadata_of("x", "y", NODES)
    assert ledger_module.metadata_of("x", "y", NODES, "z")["mapping_set_description"] == "z"
