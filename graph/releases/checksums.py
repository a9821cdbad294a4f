"""Checksums of all files of a release, in the form that `sha256sum -c SHA256SUMS` reads.

A store with one flipped byte can let a query run away, a table gives wrong numbers without a word:
so what is read is compared with what was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from permed.graph.errors import InputError
from permed.graph.files import checksum, write_whole

__all__ = ["SUMS", "check_files", "find_damage", "write_checksums"]

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
# what the engines write while a release is only read, or keep for themselves
_LOOSE = re.compile(r"(^|/)(LOCK|LOG(\.old.*)?|\.tantivy-[a-z]+\.lock)$")
# up to this size a folder is read whole before it is used (a quarter of a second); of a larger one
# only the files whose size is another, or that were written after their checksums
_READ_WHOLE = 256_000_000  # bytes


def write_checksums(release: Path) -> None:
    """Write SHA256SUMS over every file of a release folder."""
    names = sorted(path.relative_to(release).as_posix() for path in _files(release))
    lines = (f"{checksum(release / name)}  {name}\n" for name in names)
    write_whole(release / SUMS, "".join(lines))


def find_damage(release: Path) -> Iterator[str]:
    """Yield a line for each file that is missing, was changed, or was not published.

    Every byte is read. InputError where a release has no checksums, as older ones.
    """
    sums = _sums(release)
    if not sums:
        raise InputError(
            f"{release / SUMS}: there are no checksums to compare with; the release was made by an"
            " older version, build it again with: permed build --force"
        )
    for name, told in sums.items():
        path = release / name
        if not path.is_file():
            yield f"{path}: missing"
        elif checksum(path) != told:
            yield f"{path}: damaged, its checksum is not the published one"
    here = {path.relative_to(release).as_posix() for path in _files(release)}
    yield from (f"{release / name}: was not published" for name in sorted(here - sums.keys()))


def check_files(release: Path, part: str) -> None:
    """Refuse with InputError a file, or the files of a folder, that are not as published.

    `part` is a path inside the release. A release without checksums passes.
    """
    sums = _sums(release)
    told = {n: s for n, s in sums.items() if n == part or n.startswith(f"{part}/")}
    missing = [name for name in told if not (release / name).is_file()]
    if missing:
        raise _damaged(release, missing[0], "is missing")
    written = (release / SUMS).stat().st_mtime_ns if told else 0
    states = {name: (release / name).stat() for name in told}
    whole = sum(state.st_size for state in states.values()) <= _READ_WHOLE
    for name, state in states.items():
        if (whole or state.st_mtime_ns > written) and checksum(release / name) != told[name]:
            raise _damaged(release, name, "is damaged: it is not what was published")


def _damaged(release: Path, name: str, what: str) -> InputError:
    return InputError(
        f"{release / name} {what}; go back with: permed releases rollback, or build again with:"
        " permed build --force"
    )


def _sums(release: Path) -> dict[str, str]:
    """Read path -> checksum; empty where there is no such file."""
    path = release / SUMS
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(release, SUMS, "cannot be read") from error
    found = [_LINE.fullmatch(line) for line in lines]
    if not found or None in found:
        raise _damaged(release, SUMS, "is damaged: a line is no checksum")
    return {match[2]: match[1] for match in found if match is not None}


def _files(release: Path) -> Iterator[Path]:
    for path in release.rglob("*"):
        name = path.relative_to(release).as_posix()
        if path.is_file() and name != SUMS and not _LOOSE.search(name):
            yield path
