"""The files of a dump: zips, folders and single files, opened with care and read into memory.

Nothing is ever unpacked to disk. An archive that is cut, that expands beyond reason or that names
places outside itself is refused as a whole, because none of its members can be trusted then.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from permed.graph.errors import InputError

__all__ = [
    "TABLE_SUFFIXES", "UNREADABLE_ZIP", "Member", "guard", "guard_bytes", "left_behind", "members",
]  # fmt: skip

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
# what zipfile raises for a damaged archive: a cut one, a wrong stream, a version or method that it
# does not know, a name that is none; RuntimeError is its word for a member that is encrypted
UNREADABLE_ZIP: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError,
)  # fmt: skip
_SKIPPED = {".ds_store", "thumbs.db", "desktop.ini"}
MAX_MEMBER = 1_500_000_000  # bytes unpacked; the largest official table has about 0.15 GB
MAX_TOTAL = 6_000_000_000  # bytes unpacked of one archive
MAX_RATIO = 250  # the most repetitive official table (policyPriorities.csv) shrinks about 40 times
_RATIO_FROM = 20_000_000  # bytes from which the ratio counts


@dataclass(frozen=True)
class Member:
    """One table file: a name for messages, its suffix, when it was written, and how to read it."""

    name: str
    suffix: str
    modified: date
    load: Callable[[], bytes]


def members(paths: Iterable[Path]) -> Iterator[Member]:
    """Yield the files behind the paths, zips opened and folders walked, in a stable order."""
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not left_behind(p.as_posix()))
            yield from members(sorted(inside))
        elif not path.exists():
            raise InputError(f"{path}: there is no such file; correct `files` in the configuration")
        elif path.suffix.lower() == ".zip":
            yield from _zipped(path)
        else:
            day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            yield Member(path.name, path.suffix.lower(), day, path.read_bytes)


def left_behind(name: str) -> bool:
    """Whether a file was left by an operating system: `__MACOSX/`, `._twin`, `.DS_Store`, ..."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    last = parts[-1].lower() if parts else ""
    return "__MACOSX" in parts or last.startswith("._") or last in _SKIPPED


def _zipped(path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE_ZIP as error:
        raise _broken(path.name) from error
    with archive:
        guard(archive, path.name)
        for info in sorted(archive.infolist(), key=lambda i: i.filename):
            if info.is_dir() or left_behind(info.filename):
                continue
            yield Member(
                f"{path.name}/{info.filename}",
                PurePosixPath(info.filename.strip()).suffix.lower(),
                _written(info),
                lambda info=info: _read(archive, info, path.name),  # type: ignore[misc]
            )


def _written(info: zipfile.ZipInfo) -> date:
    try:
        return date(*info.date_time[:3])
    except ValueError:  # some tools write month 0
        return date(1980, 1, 1)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(info)
    except UNREADABLE_ZIP as error:
        raise _broken(f"{name}/{info.filename}") from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise InputError(f"{name}/{info.filename}: is encrypted; unpack it first") from error


def _broken(name: str) -> InputError:
    return InputError(f"{name}: not a whole zip archive; download it again")


def guard(
    archive: zipfile.ZipFile, name: str, member: int | None = None, total: int | None = None
) -> None:
    """Refuse an archive whose members are too large, expand too much or point outside it.

    member, total: most bytes unpacked, of one member and of all, where they are not the usual ones.
    """
    member, total, size = member or MAX_MEMBER, total or MAX_TOTAL, 0
    for info in archive.infolist():
        size += info.file_size
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in info.filename[:2]:
            raise InputError(
                f"{name}: its member '{info.filename}' points outside the archive; do not use it"
            )
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > member or size > total:
            raise InputError(
                f"{name}: unpacks to more than {member:,} bytes a file or {total:,} in all;"
                " split it into smaller archives"
            )
        if info.file_size > _RATIO_FROM and ratio > MAX_RATIO:
            raise InputError(
                f"{name}: '{info.filename}' expands {ratio:,.0f} times, more than the"
                f" {MAX_RATIO} allowed; this is no archive of data"
            )


def guard_bytes(data: bytes, name: str) -> None:
    """Apply `guard` to a zip held in memory, such as a spreadsheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            guard(archive, name)
    except UNREADABLE_ZIP as error:
        raise InputError(f"{name}: not a whole spreadsheet; download it again") from error
