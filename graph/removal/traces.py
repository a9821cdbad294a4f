"""Where a person still stands: files of a folder searched byte by byte, and a home cleared of them.

Stores and text indexes of a release are packed and made from its tables; tables, graphs and all
other files are searched, archives and packed files opened.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import quote

import polars as pl
from anyascii import anyascii

from permed.graph.contributions.corrections import Corrections
from permed.graph.releases.release import Release, Releases
from permed.graph.removal.removed_people import RemovedPeople

__all__ = ["Person", "clear_home", "find_people", "traces"]

_BETWEEN: Final = rb"(?:[\s,.+_-]|%20|\\u00[aA]0){1,3}"
_PLAIN_LETTERS: Final = re.compile(r"[a-z]+")
_CHUNK: Final = 16_000_000
_OVERLAP: Final = 1_000
_GZIP: Final = (".gz", ".tgz")


@dataclass(frozen=True)
class Person:
    """A person as the releases of a home know them: all forms of the name, all identifiers."""

    names: frozenset[str]
    identifiers: frozenset[str]

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """What stands for the person in the bytes of any file, whatever the order of the words."""
        forms = [re.escape(one.encode()) + rb"(?![\w-])" for one in self.identifiers]
        for name in self.names:
            words = [_spellings(word) for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", name)]
            if len(words) > 1:
                ways = (words, [words[-1], *words[:-1]])
                forms += [_BETWEEN.join(way) for way in ways]
        return re.compile(rb"(?<![A-Za-z])(?:" + rb"|".join(forms) + rb")(?![A-Za-z])", re.I)

    @cached_property
    def letters(self) -> list[bytes]:
        """What every form has, in small letters: a quick look before the thorough one."""
        longest = [
            max(_PLAIN_LETTERS.findall(name.lower()), key=len, default="") for name in self.names
        ]
        return [one.lower().encode() for one in (*longest, *self.identifiers)]

    def stands_in(self, content: bytes) -> bool:
        """Whether some bytes name the person."""
        small = content.lower()
        return any(one in small for one in self.letters) and bool(self.pattern.search(content))


def _spellings(word: str) -> bytes:
    """A word as it stands in UTF-8, escaped in JSON and N-Quads, in an address, and plain."""
    forms = {
        w for one in (word, anyascii(word)) for w in (one, one.lower(), one.upper(), one.title())
    }
    told = {f.encode() for f in forms} | {json.dumps(f)[1:-1].encode() for f in forms}
    told |= {quote(f).encode() for f in forms}
    return b"(?:" + b"|".join(re.escape(one) for one in sorted(told)) + b")"


def find_people(home: Path, removed: RemovedPeople, wanted: str = "") -> list[Person]:
    """Return people of the kept releases who are called or identified so, or are on the list."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for release in Releases(home).list():
        for one, (names, identifiers) in _people(release).items():
            held = found.setdefault(one, (set(), set()))
            held[0].update(names)
            held[1].update(identifiers)
    sought = RemovedPeople(b"-").with_person([wanted], [wanted]) if wanted else removed
    return [
        Person(frozenset(names), frozenset(identifiers))
        for names, identifiers in found.values()
        if any(sought.is_name(n) for n in names) or any(map(sought.is_identifier, identifiers))
    ]


def _people(release: Release) -> dict[str, tuple[set[str], set[str]]]:
    tables = release.all_tables()
    found: dict[str, tuple[set[str], set[str]]] = {}
    for row in tables["persons"].iter_rows(named=True) if "persons" in tables else ():
        found[row["id"]] = ({n for n in (row["name"], row.get("label")) if n}, {row["id"]})
    for table, column, which in (("names", "name", 0), ("identifiers", "value", 1)):
        if table in tables:
            for one, text in tables[table].select("entity", column).drop_nulls().iter_rows():
                if one in found:
                    found[one][which].add(text)
    return found


def traces(folder: Path, people: Iterable[Person]) -> Iterator[Path]:
    """Yield each file below a folder, or the file itself, that names one of the people."""
    known = list(people)
    files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    for path in files:
        if path.is_file() and not path.is_symlink() and _holds(path, known):
            yield path


def _holds(path: Path, people: list[Person]) -> bool:
    parts = chain([path.name.encode()], _parts(path))
    return any(person.stands_in(part) for part in parts for person in people)


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the content of a file in parts that overlap, unpacked where it is packed."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        for series in frame.select(pl.col(pl.String)):
            yield "\n".join(series.drop_nulls().unique()).encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                yield name.encode() + b"\n" + packed.read(name)
    else:
        with gzip.open(path) if path.suffix in _GZIP else path.open("rb") as file:
            before = b""
            while part := file.read(_CHUNK):
                yield before + part
                before = part[-_OVERLAP:]


def clear_home(home: Path, people: list[Person], removed: RemovedPeople) -> list[str]:
    """Take people out of all that a home keeps beside its current release; return what went.

    Releases do not change: one that names the person goes as a whole, and its address answers 410.
    Reports in the queue of corrections go line by line, tables of the cache with their folder.
    """
    gone = []
    releases = Releases(home)
    now = releases.current_name()
    for release in releases.list():
        if release.id != now and next(traces(release.path, people), None) is not None:
            releases.remove(release)
            gone.append(f"release {release.id}")
    for folder in sorted((home / ".cache").glob("*")):
        if next(traces(folder, people), None) is not None:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
            gone.append(f"cache {folder.name}")
    if taken := _clear_corrections(Corrections(home), removed, people):
        gone.append(f"{taken} lines of the queue of corrections")
    return gone


def _clear_corrections(queue: Corrections, removed: RemovedPeople, people: list[Person]) -> int:
    def named(line: str) -> bool:
        return bool(removed.spans(line)) or any(p.stands_in(line.encode()) for p in people)

    return queue.drop_lines(named)
