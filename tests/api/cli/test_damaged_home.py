"""Each own file of a home, damaged in each way: a command names it, or answers as before.

Never a traceback, a problem "to report", or an answer that differs without a word.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.releases.release import Releases
from permed.graph.removal.removed_people import RemovedPeople
from tests.api.cli.conftest import Done, Permed

# what a home holds, and which command reads it
FILES = [
    "current", "history.jsonl", "corrections.jsonl", "corrections.lock", ".lock",
    ".publishing.lock", "R/receipt.json", "R/SHA256SUMS", "R/void.ttl", "R/changes.parquet",
    "R/graphs/icpermed.nq", "R/store/CURRENT", "R/store/*.sst", "R/tables/icpermed/roles.parquet",
    "R/tables/issues.parquet", "R/text_index/meta.json", "R/network_layout.parquet",
    "../permed.toml", "../judgements.sssom.tsv", "../removed-people.jsonl",
]  # fmt: skip
COMMANDS = {
    "list": ("releases", "list"),
    "show": ("releases", "show"),
    "promote": ("releases", "promote", "current"),
    "rollback": ("releases", "rollback"),
    "info": ("info",),
    "query": ("query", "alliances", "--format", "csv"),
    "network": ("network", "top", "--limit", "3"),
    "corrections": ("corrections", "list"),
    "settle": ("corrections", "settle", "c-00000000", "--as", "rejected"),
    "link": ("link", "status"),
}


def _content(path: Path) -> bytes:
    """The bytes of a file; of a link where it leads."""
    return str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()


def _cut(path: Path) -> None:
    content = _content(path)
    _replace(path, content[: len(content) // 2])


def _flip(path: Path) -> None:
    content = bytearray(_content(path) or b"\0")
    content[len(content) // 2] ^= 0x10
    _replace(path, bytes(content))


def _replace(path: Path, content: bytes) -> None:
    link = path.is_symlink() and content.isascii() and content
    path.unlink()  # the file itself is shared with the home of all tests
    if link:
        path.symlink_to(content.decode())
    else:
        path.write_bytes(content)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)  # cannot be read by anybody, root included


FAULTS: dict[str, Callable[[Path], None]] = {
    "cut": _cut,
    "flipped": _flip,
    "empty": lambda path: _replace(path, b""),
    "folder": _folder,
    "unreadable": _loop,
    "gone": Path.unlink,
    "noise": lambda path: _replace(path, b"\xff\x00not what it was\n"),
}
SAMPLE = [
    ("current", "noise", "info"), ("history.jsonl", "flipped", "rollback"),
    ("history.jsonl", "folder", "promote"), ("history.jsonl", "unreadable", "promote"),
    ("corrections.jsonl", "cut", "corrections"), ("corrections.jsonl", "unreadable", "corrections"),
    ("corrections.lock", "folder", "settle"), (".publishing.lock", "folder", "promote"),
    ("R/receipt.json", "cut", "show"), ("R/tables/icpermed/roles.parquet", "flipped", "network"),
    ("../permed.toml", "folder", "list"), ("../judgements.sssom.tsv", "noise", "link"),
    ("R/store/CURRENT", "noise", "query"), ("corrections.jsonl", "flipped", "corrections"),
    ("corrections.jsonl", "gone", "corrections"), ("corrections.jsonl", "empty", "settle"),
    ("R/receipt.json", "gone", "list"), ("current", "gone", "link"),
    ("../judgements.sssom.tsv", "unreadable", "link"),
]  # fmt: skip


@pytest.fixture
def own(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home like that of all tests, whose files may be replaced one by one."""
    mine = tmp_path / "releases"
    shutil.copytree(home, mine, copy_function=os.link, symlinks=True)
    Corrections(mine).add(Correction("organisation/dlr", "the name is out of date"))
    for name in (".lock", ".publishing.lock", "history.jsonl"):
        _replace(mine / name, (home / name).read_bytes() if (home / name).is_file() else b"")
    (tmp_path / "permed.toml").write_text("[build]\nhome = 'releases'\n", encoding="utf-8")
    RemovedPeople().write(tmp_path / "removed-people.jsonl")
    monkeypatch.chdir(tmp_path)
    return mine


def place(own: Path, name: str) -> Path:
    """The file of a name; `R` is the release, a star any of several."""
    release = Releases(own).current().id
    return next(own.glob(name.replace("R/", f"{release}/"))) if "*" in name else (
        own / name.replace("R/", f"{release}/")
    )  # fmt: skip


def judge(name: str, path: Path, before: Done, after: Done) -> str:
    """Say what is wrong with how a command took a fault; nothing where nothing is."""
    said = after.stderr.strip().splitlines()
    told = [line for line in said if line.startswith("permed:")]
    if "unexpected problem" in after.stderr or "Traceback" in after.stderr:
        return f"not foreseen: {after.stderr[-300:]}"
    if after.code == 0:
        return "" if after.stdout == before.stdout or _told(path, after) else "another answer"
    if (after.code, after.stderr) == (before.code, before.stderr):
        return ""
    if len(told) != 1:
        return f"{len(told)} lines: {after.stderr[:300]}"
    return "" if _told(path, after) else f"does not name the file: {told[0]}"


def _told(path: Path, after: Done) -> bool:
    """Whether the file, or the folder that cannot be read without it, is named."""
    text = (after.stderr + after.stdout).replace("\n", "")
    return path.name in text or path.parent.name in text or "no release in" in text


@pytest.mark.parametrize(("name", "fault", "command"), SAMPLE)
def test_a_damaged_file_is_named_or_makes_no_difference(
    name: str, fault: str, command: str, own: Path, permed: Permed
) -> None:
    _try(name, fault, [command], own, permed)


@pytest.mark.full
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", FILES)
def test_every_file_in_every_way(name: str, fault: str, own: Path, permed: Permed) -> None:
    _try(name, fault, list(COMMANDS), own, permed)


def _try(name: str, fault: str, commands: list[str], own: Path, permed: Permed) -> None:
    path = place(own, name)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch()
    before = {command: permed(*COMMANDS[command]) for command in commands}
    FAULTS[fault](path)
    wrong = {}
    for command in commands:
        found = judge(name, path, before[command], permed(*COMMANDS[command]))
        if found:
            wrong[command] = found
    assert wrong == {}
