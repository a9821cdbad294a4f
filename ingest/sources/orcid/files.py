"""Where records lie: single files, folders, and the tar archives of the public data file.

An archive is read from front to end and never unpacked; members named after somebody who is not
wanted are not even parsed.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from permed.graph.archives import left_behind
from permed.graph.errors import InputError

__all__ = ["RecordFile", "documents", "list_files"]

_ARCHIVES = (".tar", ".tar.gz", ".tgz")
_RECORDS = (".json", ".xml")
_NAMED = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[0-9X]")
MAX_RECORD = 200_000_000  # bytes; the longest public records have some ten


@dataclass(frozen=True)
class RecordFile:
    """One file that may hold a record, with its name for messages."""

    name: str
    content: bytes


def list_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files behind the paths: folders walked, in a stable order."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file; correct `files` in permed.toml")
        if path.is_dir():
            found += _inside(path)
        elif path.name.lower().endswith((*_ARCHIVES, *_RECORDS)):
            found.append(path)
        else:
            raise InputError(f"{path}: use a record (.json, .xml), a folder or a tar archive")
    return found


def _inside(folder: Path) -> list[Path]:
    inside = sorted(
        p
        for p in folder.rglob("*")
        if p.is_file()
        and p.name.lower().endswith((*_ARCHIVES, *_RECORDS))
        and not left_behind(p.as_posix())
    )
    if not inside:
        raise InputError(
            f"{folder}: holds no record (.json, .xml) and no tar archive; correct `files` in"
            " permed.toml"
        )
    return inside


def documents(paths: Iterable[Path], wanted: set[str]) -> Iterator[RecordFile]:
    """Yield the documents of wanted people, and those whose names do not tell."""
    for path in paths:
        if path.name.lower().endswith(_ARCHIVES):
            yield from _archived(path, wanted)
        elif _may_be_wanted(path.name, wanted):
            with _told(path):
                content = path.read_bytes()
            yield RecordFile(path.name, content)


def _may_be_wanted(name: str, wanted: set[str]) -> bool:
    iD = _NAMED.search(PurePosixPath(name).name)  # noqa: N806  (as ORCID writes it)
    return iD is None or iD.group() in wanted


def _archived(path: Path, wanted: set[str]) -> Iterator[RecordFile]:
    with _told(path), tarfile.open(path, "r|*") as archive:
        for member in archive:
            if not member.isfile() or not member.name.lower().endswith(_RECORDS):
                continue
            if left_behind(member.name) or not _may_be_wanted(member.name, wanted):
                continue
            if member.size > MAX_RECORD:
                raise InputError(f"{path}: '{member.name}' is too large for a record; look at it")
            stream = archive.extractfile(member)
            yield RecordFile(f"{path.name}/{member.name}", stream.read() if stream else b"")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise InputError(f"{path}: not a whole archive; download it again") from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror or 'damaged'}); download it again"
        ) from error
