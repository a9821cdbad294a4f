"""People who are to stand nowhere, remembered without their names.

A file of lines: the first holds a salt, each further one the keyed hash (BLAKE2b, RFC 7693) of one
form of a name or of one identifier. It holds no name in clear; whoever has it can still try whether
a name is in it, so it is readable by its owner only.

A name is a set of words: without accents, case, titles and order, so that `Doe, Jane` and
`Dr Jane Doe` are the same. Initials (`J. Doe`) say too little to be on the list.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from anyascii import anyascii

from permed.graph.errors import InputError
from permed.graph.files import write_whole

__all__ = ["ORCID_ID", "RemovedPeople", "words_of_name"]

Form = Literal["name", "identifier"]
Span = tuple[int, int]

ORCID_ID: Final = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dXx]\b")
_PERSON_ID: Final = re.compile(r"\bperson/[\w.-]*\w")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BETWEEN: Final = re.compile(r"(?:[\s,.+_’'-]|%20){1,3}|")  # what may stand between words of a name
_IN_ADDRESS: Final = re.compile(r"[-_+.%]")
_TITLES: Final = frozenset(("dr", "phd", "md", "prof", "professor", "mr", "mrs", "ms", "sir"))


_REMEDY: Final = (
    "restore the file from a back-up, since a build without it would bring removed people back"
)


@dataclass(frozen=True)
class RemovedPeople:
    """The list: its salt, and the hashes of forms of names (by number of words) and identifiers."""

    salt: bytes = b""
    names: dict[str, int] = field(default_factory=dict)  # hash -> words
    identifiers: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> RemovedPeople:
        """Read the list, empty where there is no file; InputError names a line that is none."""
        if not (path.exists() or path.is_symlink()):
            return cls()
        salt, names, identifiers = b"", dict[str, int](), set[str]()
        lines = _text_of(path).splitlines()
        for number, line in enumerate(lines or [""], 1):
            try:
                told = json.loads(line)
                if number == 1:
                    salt = bytes.fromhex(told["salt"])
                    if told.get("rows", len(lines) - 1) != len(lines) - 1:
                        raise ValueError("cut off")
                elif told["of"] == "name":
                    names[str(told["hash"])] = int(told["words"])
                else:
                    identifiers.add(str(told["hash"]))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path}: line {number} cannot be read; {_REMEDY}") from error
        return cls(salt, names, frozenset(identifiers))

    def __bool__(self) -> bool:
        return bool(self.names or self.identifiers)

    @property
    def digest(self) -> str:
        """What the list comes to, for keys of caches and builds; empty for an empty list."""
        return (
            self._hash("name", " ".join(sorted({*self.names, *self.identifiers}))) if self else ""
        )

    def is_name(self, text: str) -> bool:
        """Whether a text is the name of somebody on the list."""
        return bool(self.names) and self._hash("name", words_of_name(text)) in self.names

    def is_identifier(self, text: str) -> bool:
        """Whether a text is an identifier (`person/jane-doe`, an ORCID iD) on the list."""
        return bool(self.identifiers) and self._hash("identifier", text) in self.identifiers

    def spans(self, text: str) -> list[Span]:
        """Where a text names somebody on the list: start and end of each place, in order."""
        found = [
            m.span()
            for pattern in (_PERSON_ID, ORCID_ID)
            for m in pattern.finditer(text)
            if self.is_identifier(m[0])
        ]
        return _apart(sorted([*found, *self._names_in(text)]))

    def _names_in(self, text: str) -> Iterator[Span]:
        words = list(_WORD.finditer(text)) if self.names else []
        for size in sorted({*self.names.values()}, reverse=True):
            for first in range(len(words) - size + 1):
                run = words[first : first + size]
                start, end = run[0].start(), run[-1].end()
                if _may_be_name(text, run) and self.is_name(text[start:end]):
                    yield start, end

    def _hash(self, form: Form, text: str) -> str:
        told = text.strip().casefold() if form == "identifier" else text
        return blake2b(f"{form} {told}".encode(), key=self.salt, digest_size=20).hexdigest()

    def with_person(self, names: Iterable[str], identifiers: Iterable[str]) -> RemovedPeople:
        """Return the list with one more person; forms of a name of one word are left out."""
        salted = self if self.salt else RemovedPeople(secrets.token_bytes(32))
        told = {words_of_name(name) for name in names}
        new = {salted._hash("name", t): t.count(" ") + 1 for t in told if " " in t}
        ids = {salted._hash("identifier", value) for value in identifiers}
        return RemovedPeople(salted.salt, salted.names | new, salted.identifiers | ids)

    def write(self, path: Path) -> None:
        """Write the list, whole or not at all, readable by its owner only."""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        count = len(self.names) + len(self.identifiers)
        rows: list[dict[str, object]] = [
            {"salt": self.salt.hex(), "written": day, "rows": count}  # a cut file shows
        ]
        rows += [{"of": "name", "words": n, "hash": h} for h, n in sorted(self.names.items())]
        rows += [{"of": "identifier", "hash": h} for h in sorted(self.identifiers)]
        write_whole(path, "".join(json.dumps(row) + "\n" for row in rows))
        os.chmod(path, 0o600)  # noqa: PTH101


def words_of_name(text: str) -> str:
    """Return the words of a name without accents, case, titles and order (`Doe, J` -> `doe j`)."""
    words = [word.replace("'", "") for word in _WORD.findall(anyascii(text).lower())]
    return " ".join(sorted(word for word in words if word not in _TITLES))


def _may_be_name(text: str, run: list[re.Match[str]]) -> bool:
    """Whether words in a row may be a name: in capitals or in an address, and not far apart."""
    start, end = run[0].start(), run[-1].end()
    written = run[0][0][0].isupper() or run[-1][0][0].isupper()
    if not written and not _IN_ADDRESS.search(text, start, end):
        return False
    return all(_BETWEEN.fullmatch(text, one.end(), other.start()) for one, other in pairwise(run))


def _apart(spans: list[Span]) -> list[Span]:
    """Return spans without those that begin within an earlier one."""
    kept: list[Span] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no text"
        raise InputError(f"{path}: {reason}; {_REMEDY}") from error
