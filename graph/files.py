"""A file's bytes and checksum, and writing one atomically: it is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from permed.graph.errors import InputError, NotFoundError

__all__ = [
    "checksum",
    "count_lines",
    "line_blocks",
    "make_folder",
    "read_bytes",
    "sync_tree",
    "whole_file",
    "write_whole",
]


def checksum(path: Path, remedy: str = "check the path") -> str:
    """Return the SHA-256 of a file as hexadecimal text; InputError, with the remedy, if unreadable.

    The file is read in blocks, so its size does not matter.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); {remedy}") from error


def read_bytes(path: Path, remedy: str = "check the path") -> bytes:
    """Return what a file holds; NotFoundError for no file, InputError where it is unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file; {remedy}") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name a file in it") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = (error.strerror if isinstance(error, OSError) else None) or "cannot be read"
        raise InputError(f"{path}: {reason}; {remedy}") from error


def count_lines(path: Path) -> int:
    """Return how many line feeds a file holds: statements, where each has a line of its own."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(partial(file.read, 1 << 20), b""))


def line_blocks(path: Path, size: int) -> Iterator[bytes]:
    """Yield a file in blocks of so many bytes, each with the rest of its last line."""
    with path.open("rb") as file:
        while block := file.read(size):
            yield block + file.readline()


def make_folder(path: Path, remedy: str) -> Path:
    """Return a folder, made with those above it; InputError, with the remedy, if it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be made ({error.strerror}); {remedy}") from error
    return path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file (text as UTF-8) that appears, or changes, only when all of it is on the disk.

    As `whole_file`, whose errors it has.
    """
    with whole_file(path) as out:
        out.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the place of `path` at the end, and only without an error.

    What is written goes to a temporary file beside it, which is synced and renamed: a reader sees
    the old content or the new, also after a loss of power. A link is followed; the rights of a
    file that is there are kept. OSError names `path`.
    """
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def sync_tree(folder: Path, *, inner: bool = True) -> None:
    """Bring a folder, and (`inner`) all that lies in it, from the system's memory to the disk."""
    if inner:
        for path in folder.rglob("*"):
            if path.is_dir() or path.is_file():
                _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Make a file's content, or a folder's renames, last; where it cannot be, do without."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
