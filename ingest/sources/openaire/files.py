"""Files of the Graph (JSON a line; .json, .gz, .tar) and of CERIF (XML), read as streams.

Nothing is unpacked to disk and no file is held in memory: a dump has some hundred gigabytes.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from permed.graph.archives import left_behind
from permed.graph.errors import InputError

__all__ = [
    "STAGES", "Complain", "Stream", "is_read", "list_files", "stages_of", "streams", "told",
]  # fmt: skip

_KNOWN = re.compile(r"\.(json|jsonl|xml)(\.gz)?$|\.tar(\.gz)?$|\.tgz$", re.IGNORECASE)
_TAR = re.compile(r"\.tar(\.gz)?$|\.tgz$", re.IGNORECASE)
# products are read once it is known which projects are needed and which products they have
STAGES = ("things", "links", "products")
_NAMED = (
    ("links", re.compile(r"relation", re.IGNORECASE)),
    ("products", re.compile(r"publication|dataset|software|product|result|patent", re.IGNORECASE)),
    ("things", re.compile(r"organi[sz]ation|orgunit|project", re.IGNORECASE)),
    ("nothing", re.compile(r"datasource|communit|funding|person|equipment|event", re.IGNORECASE)),
)


# folders of the dump, whose files are called part-00000.json.gz and the like
_FOLDERS = {
    "organization", "project", "relation", "publication", "dataset", "software",
    "otherresearchproduct", "datasource", "communities_infrastructures",
}  # fmt: skip


# row (None: the whole file, which is no fault by itself), reason, value
Complain = Callable[[int | None, str, str], None]


@dataclass(frozen=True)
class Stream:
    """One opened file: name for messages, bytes, and whether it is XML."""

    name: str
    file: IO[bytes]
    xml: bool


def stages_of(name: str) -> tuple[str, ...]:
    """Return the stages in which a file must be read; one whose name does not tell, in each."""
    found = next((stage for stage, pattern in _NAMED if pattern.search(name)), None)
    return STAGES if found is None else (found,)


def is_read(path: Path, stage: str) -> bool:
    """Whether a file is opened in a stage; of an archive only its members tell."""
    return bool(_TAR.search(path.name)) or stage in stages_of(_telling(path))


def _telling(path: Path) -> str:
    """Return the name that tells what a file holds: with its folder where it is a mere part."""
    folder = path.parent.name
    part = folder.lower() in _FOLDERS and path.name.startswith("part-")
    return f"{folder}/{path.name}" if part else path.name


def list_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files behind the paths: folders walked, in a stable order."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: there is no such file; correct `files` in permed.toml")
        if path.is_dir():
            found += _inside(path)
        elif _KNOWN.search(path.name):
            found.append(path)
        else:
            raise InputError(f"{path}: use .json, .json.gz, .tar, .xml, or a folder of them")
    return found


def _inside(folder: Path) -> list[Path]:
    inside = sorted(p for p in folder.rglob("*") if p.is_file() and _is_known(p.as_posix()))
    if not inside:
        raise InputError(
            f"{folder}: holds no .json, .json.gz, .tar or .xml file; correct `files` in permed.toml"
        )
    return inside


def _is_known(name: str) -> bool:
    return _KNOWN.search(name) is not None and not left_behind(name)


def streams(path: Path, stage: str) -> Iterator[Stream]:
    """Yield the parts of a file that a stage needs, opened; InputError where it is cut."""
    with told(path.name):
        if _TAR.search(path.name):
            yield from _members(path, stage)
        elif is_read(path, stage):
            with path.open("rb") as file:
                yield _opened(_telling(path), file)


def _members(path: Path, stage: str) -> Iterator[Stream]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            name = f"{path.name}/{member.name}"
            if member.isfile() and _is_known(member.name) and stage in stages_of(name):
                file = archive.extractfile(member)
                if file is not None:
                    yield _opened(name, file)


def _opened(name: str, file: IO[bytes]) -> Stream:
    plain = name.lower().removesuffix(".gz")
    if plain != name.lower():
        file = io.BufferedReader(gzip.GzipFile(fileobj=file))
    return Stream(name, file, plain.endswith(".xml"))


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell what a broken archive throws in one line."""
    try:
        yield
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise InputError(f"{name}: cut or no archive; download it again") from error
