"""The file of a bundle: a zip whose bytes depend on its members only, and that tells of damage.

Members stand in the order of their names, all with one time. `SHA256SUMS` lists the checksum of
each of them, as `sha256sum -c` reads it. The comment of the zip is its seal: the SHA-256 of all
bytes before it, so that also a byte that belongs to no member cannot change unseen.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from permed.graph.files import whole_file

__all__ = ["BLOCK", "SUMS", "Content", "is_sealed", "sums_text", "write_archive"]

SUMS: Final = "SHA256SUMS"
BLOCK: Final = 1 << 20  # bytes read at once
Content = bytes | Path
_SEAL: Final = b"permed-bundle sha256:"
_SEALED: Final = re.compile(re.escape(_SEAL) + rb"([0-9a-f]{64})")
_OPEN: Final = _SEAL + b"0" * 64
_LEVEL: Final = 6
_LARGE: Final = 2_000_000_000  # bytes from which a member needs the long form of its header
_PACKED: Final = {".parquet"}  # compressed in themselves
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # that a zip can tell


def write_archive(
    path: Path,
    members: Mapping[str, Content],
    made: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Write members (bytes, or the file that holds them) as a sealed zip, whole or not at all."""
    sums = {}
    with whole_file(path) as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for name in sorted(members):
                progress(name)
                sums[name] = _add(archive, name, members[name], made)
            _add(archive, SUMS, sums_text(sums).encode(), made)
            archive.comment = _OPEN
        out.flush()
        end = out.seek(0, io.SEEK_END) - len(_OPEN)
        seal = _SEAL + _digest(out.fileno(), end).encode()
        out.seek(end)
        out.write(seal)


def is_sealed(path: Path) -> bool:
    """Whether all bytes of a file are those that were written."""
    with path.open("rb") as file:
        end = file.seek(0, io.SEEK_END) - len(_OPEN)
        if end < 0:
            return False
        file.seek(end)
        told = _SEALED.fullmatch(file.read())
        return told is not None and told[1] == _digest(file.fileno(), end).encode()


def sums_text(sums: Mapping[str, str]) -> str:
    """Return path -> SHA-256 as `sha256sum` writes it, sorted by path."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def _add(archive: zipfile.ZipFile, name: str, content: Content, made: datetime) -> str:
    """Add a member; return its SHA-256."""
    info = zipfile.ZipInfo(name, max(made.timetuple()[:6], _EARLIEST))
    info.create_system, info.external_attr = 3, 0o100644 << 16  # a plain file, readable by all
    packed = PurePosixPath(name).suffix in _PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    digest = hashlib.sha256()
    with archive.open(info, "w", force_zip64=size > _LARGE) as member:
        for block in _blocks(content):
            digest.update(block)
            member.write(block)
    return digest.hexdigest()


def _blocks(content: Content) -> Iterator[bytes]:
    file: IO[bytes] = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    with closing(file):
        while block := file.read(BLOCK):
            yield block


def _digest(handle: int, end: int) -> str:
    """Return the SHA-256 of the first bytes of an open file."""
    digest, at = hashlib.sha256(), 0
    while at < end:
        block = os.pread(handle, min(BLOCK, end - at), at)
        if not block:
            break
        digest.update(block)
        at += len(block)
    return digest.hexdigest()
