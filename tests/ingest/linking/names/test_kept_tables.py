from __future__ import annotations

from pathlib import Path

from permed.ingest.linking.matching.matcher import load_ror_index
from permed.ingest.linking.names.kept_tables import KeptTables


def test_a_table_is_made_once_and_read_as_it_was(tmp_path: Path) -> None:
    made = {"a": [1, 2], "b": [(("x", "y"), 0.5)]}
    assert KeptTables(tmp_path).get("one", lambda: made) == made
    assert KeptTables(tmp_path).get("one", dict) == made
    assert KeptTables(None).get("one", dict) == {}


def test_a_file_that_is_not_whole_is_made_anew(tmp_path: Path) -> None:
    KeptTables(tmp_path).get("one", lambda: [1, 2, 3])
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for torn in (b"", whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:], b"\xff" * 64):
        file.write_bytes(torn)
        assert KeptTables(tmp_path).get("one", lambda: [4]) == [4]
        assert KeptTables(tmp_path).get("one", list) == [4]
        file.write_bytes(whole)


def test_a_folder_that_is_gone_keeps_nothing(tmp_path: Path) -> None:
    assert KeptTables(tmp_path / "gone").get("one", lambda: [1]) == [1]


def test_an_index_opened_again_has_the_same_tables(dump: Path, tmp_path: Path) -> None:
    first, second = load_ror_index(dump, tmp_path), load_ror_index(dump, tmp_path)
    for name in ("exact", "acronyms", "idf", "cities", "regions", "parents", "related", "keys"):
        assert getattr(first, name) == getattr(second, name)
    (folder,) = tmp_path.iterdir()
    assert {file.name.split(".")[0] for file in folder.glob("*.table")} >= {"exact", "idf"}
