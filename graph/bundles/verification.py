"""What is wrong with a bundle: every byte read, every member compared with its checksum."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from permed.graph.archives import UNREADABLE_ZIP, guard
from permed.graph.bundles.archive import BLOCK, SUMS, is_sealed
from permed.graph.errors import InputError

__all__ = ["RECEIPT", "find_problems", "opened", "read_member", "release_name"]

RECEIPT: Final = "receipt.json"
_LARGEST: Final = 40_000_000_000  # bytes unpacked: thirty times the graph of all Horizon Europe
_LARGEST_TEXT: Final = 50_000_000  # bytes of checksums or receipt
_LINE: Final = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


def find_problems(path: Path) -> Iterator[str]:
    """Yield a line for each member that is missing, damaged or not of the bundle.

    InputError where the file is no bundle at all, or one that is dangerous to unpack.
    """
    with opened(path) as archive:
        sums = _sums(archive, path)
        here = {info.filename for info in archive.infolist()} - {SUMS}
        problems = [f"{path}: '{name}' is missing" for name in sorted(sums.keys() - here)]
        problems += [f"{path}: '{name}' is surplus" for name in sorted(here - sums.keys())]
        for name in sorted(here & sums.keys()):
            if _digest(archive, name) != sums[name]:
                problems.append(f"{path}: '{name}' is damaged, its checksum is another")
        problems += [] if problems else _contradictions(archive, path, sums)
    if not problems and not is_sealed(path):
        problems.append(
            f"{path}: is not the file that was written, though its members are whole: a byte"
            " between them changed, or it was packed again"
        )
    yield from problems


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the file of a bundle; InputError where it is none, or dangerous to unpack."""
    if not path.is_file():
        raise _no_bundle(path, "there is no such file")
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE_ZIP as error:
        raise _no_bundle(path, "is no whole zip") from error
    with archive:
        guard(archive, path.name, member=_LARGEST, total=_LARGEST)
        names = [info.filename for info in archive.infolist()]
        odd = [i.filename for i in archive.infolist() if not _is_plain(i)]
        odd += (
            [name for name in names if names.count(name) > 1]
            if len(set(names)) < len(names)
            else []
        )
        if odd:
            raise _no_bundle(path, f"its member '{odd[0][:100]}' is no plain file of its own name")
        yield archive


def read_member(archive: zipfile.ZipFile, path: Path, name: str) -> bytes:
    """Return a small member; InputError where there is none, or it cannot be read."""
    try:
        if archive.getinfo(name).file_size > _LARGEST_TEXT:
            raise _no_bundle(path, f"its {name} is too large")
        return archive.read(name)
    except KeyError as error:
        raise _no_bundle(path, f"it has no {name}") from error
    except (*UNREADABLE_ZIP, RuntimeError) as error:
        raise _no_bundle(path, f"its {name} is damaged") from error


def release_name(archive: zipfile.ZipFile, path: Path) -> str:
    """Return the id of the release in a bundle."""
    name = _receipt(archive, path).get("release")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise _no_bundle(path, f"its {RECEIPT} names no release")
    return name


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file inside, not a folder, link or device, and not encrypted."""
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    whole = name == PurePosixPath(name).as_posix() and not name.startswith("/")
    hidden = any(part.startswith(".") for part in name.split("/"))
    odd = hidden or "\\" in name or ":" in name or not name.isprintable()
    return whole and not odd and kind in (0, stat.S_IFREG) and not info.flag_bits & 1


def _sums(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    text = read_member(archive, path, SUMS).decode("utf-8", "replace")
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    if not found or None in found:
        raise _no_bundle(path, f"its {SUMS} is damaged")
    return {match[2]: match[1] for match in found if match is not None}


def _digest(archive: zipfile.ZipFile, name: str) -> str | None:
    """Return the SHA-256 of a member, None where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while block := member.read(BLOCK):
                digest.update(block)
    except (*UNREADABLE_ZIP, RuntimeError):
        return None
    return digest.hexdigest()


def _contradictions(archive: zipfile.ZipFile, path: Path, sums: dict[str, str]) -> list[str]:
    """Hold the members to the receipt of the release, which has checksums of its own."""
    files = _receipt(archive, path).get("files")
    told = files if isinstance(files, dict) else {}
    return [
        f"{path}: '{name}' is not what the receipt of the release tells"
        for name, facts in sorted(told.items())
        if not isinstance(facts, dict) or sums.get(name) != facts.get("sha256")
    ]


def _receipt(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_member(archive, path, RECEIPT))
    except ValueError as error:
        raise _no_bundle(path, f"its {RECEIPT} is damaged") from error
    if not isinstance(told, dict):
        raise _no_bundle(path, f"its {RECEIPT} is damaged")
    return told


def _no_bundle(path: Path, what: str) -> InputError:
    return InputError(f"{path}: {what}; get it again, or make one with: permed releases bundle")
