"""The queue of corrections: mistakes and missing things that readers report, until settled.

It is no part of the graph, and nothing in it is shown before somebody has looked at it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from permed.graph.errors import BusyError, InputError, NotFoundError
from permed.graph.files import write_whole
from permed.graph.releases.locks import refuse_read_only

__all__ = ["MISSING", "OUTCOMES", "Correction", "Corrections", "Outcome"]

Outcome = Literal["accepted", "rejected", "duplicate"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("accepted", "rejected", "duplicate")
MISSING: Final = ("project", "call", "strategy", "organisation", "event", "other")
_FILE: Final = "corrections.jsonl"
_LONGEST: Final = {"message": 2000, "value": 1000, "thing": 500, "statement": 500, "source": 1000}
_LEAST: Final = 5  # letters of a message that says something
_SHORTEST: Final = 2  # letters of a name
_PAGE: Final = re.compile(r"https?://\S+\.\S+")
_MOST_OPEN: Final = 2_000
_MAIL: Final = re.compile(r"\S+@\S+\.\w+")
_PHONE: Final = re.compile(
    r"\b(?:tel|telephone|phone|fax|mobile)\b[.:]? ?\+?[\d() /-]{6,}|\+\d{1,3}[ (]?\d[\d ()/-]{6,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Correction:
    """One report: what is wrong with a statement of a thing, as of which release and source.

    Where something is missing it has no thing: `missing` says of which kind it is (`MISSING`),
    `value` its name, `statement` what it belongs to, `source` the page that tells of it.
    """

    thing: str = ""
    message: str = ""
    statement: str = ""
    value: str = ""
    source: str = ""
    missing: str = ""
    release: str = ""
    id: str = ""
    received: str = ""
    outcome: str = ""
    note: str = ""
    settled: str = ""


class Corrections:
    """The queue of one home: an append-only file, a line a report or an outcome."""

    def __init__(self, home: Path) -> None:
        self.path = home / _FILE

    def __repr__(self) -> str:
        return f"<Corrections: {len(self.list())} open in {self.path}>"

    def add(self, said: Correction) -> Correction:
        """Keep a report and return it with its number.

        InputError for one that says nothing, is too long or holds an e-mail address or a phone
        number; BusyError where too many wait already.
        """
        told = _checked(said)
        with self._locked():
            if len(self.list()) >= _MOST_OPEN:
                raise BusyError("too many reports wait to be looked at; try again next week")
            number = f"c-{secrets.token_hex(4)}"
            kept = Correction(**{**asdict(told), "id": number, "received": _now()})
            self._append({k: v for k, v in asdict(kept).items() if v})
        return kept

    def settle(self, number: str, outcome: Outcome, note: str = "") -> Correction:
        """Say what became of a report; NotFoundError where there is no open one of that number."""
        if outcome not in OUTCOMES:
            raise InputError(f"outcome {outcome}: use {', '.join(OUTCOMES)}")
        with self._locked():
            known = {one.id: one for one in self.list(settled=True)}
            if number not in known:
                raise NotFoundError(f"no correction {number}; see: permed corrections list")
            if known[number].outcome:
                raise InputError(f"{number} is settled already: {known[number].outcome}")
            told = {"outcome": outcome, "note": note, "settled": _now()}
            self._append({"of": number, **told})
            return Correction(**{**asdict(known[number]), **told})

    def list(self, *, settled: bool = False) -> list[Correction]:
        """Return the open reports, oldest first; settled: the others too."""
        found: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            if "of" in line:
                found.get(line.pop("of"), {}).update(line)
            else:
                found[line["id"]] = line
        names = {f.name for f in fields(Correction)}
        known = [
            Correction(**{k: v for k, v in row.items() if k in names}) for row in found.values()
        ]
        return [one for one in known if settled or not one.outcome]

    def drop_lines(self, unwanted: Callable[[str], bool]) -> int:
        """Take lines out of the file for good, each with its outcome; return how many reports went.

        For what may not be kept at all; a report that is done with is settled instead.
        """
        with self._locked():
            lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
            gone = {json.loads(line).get("id") for line in lines if unwanted(line)} - {None}
            kept = [
                line
                for line in lines
                if not unwanted(line) and not {"id", "of"} & _named_in(line, gone)
            ]
            if len(kept) < len(lines):
                self._lock.write_bytes(b"")  # who is stopped here leaves nothing to compare with
                write_whole(self.path, "".join(f"{line}\n" for line in kept))
        return len(gone)

    def _lines(self) -> Iterator[dict[str, Any]]:
        there = self.path.exists() or self.path.is_symlink()
        try:
            content = self.path.read_bytes() if there else b""
            self._refuse_changed(content)
            text = content.decode()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "is no text"
            raise InputError(f"{self.path}: {reason}; restore it from a back-up") from error
        for number, line in enumerate(text.splitlines(), 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise InputError(
                    f"{self.path}: line {number} is no JSON; mend or remove it"
                ) from None

    def _refuse_changed(self, content: bytes) -> None:
        """Refuse a file that does not begin as it was left: reports would be lost without a word.

        The file that writers lock says how it was left. More lines than that are right: a writer
        may have been stopped before it said so.
        """
        try:
            told = re.fullmatch(rb"(\d+) ([0-9a-f]{64})\n", self._lock.read_bytes())
        except OSError:
            return
        if told and hashlib.sha256(content[: int(told[1])]).hexdigest() != told[2].decode():
            raise InputError(
                f"{self.path}: is not as it was left, reports are lost or changed; restore it from"
                f" a back-up, or remove {self._lock.name} beside it to go on with what it holds"
            )

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")

    def _append(self, row: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            os.fsync(out.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer in at a time: the server, or a command beside it."""
        refuse_read_only(self.path.parent)
        path = self._lock
        try:
            held = path.open("ab")
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; remove it, it is made again") from error
        with held as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
            content = self.path.read_bytes() if self.path.exists() else b""
            self._say_how_left(lock, content)

    def _say_how_left(self, lock: BinaryIO, content: bytes) -> None:
        lock.truncate(0)
        lock.write(b"%d %s\n" % (len(content), hashlib.sha256(content).hexdigest().encode()))
        lock.flush()


def _named_in(line: str, numbers: set[str]) -> set[str]:
    """Return the keys of a line that hold one of these numbers."""
    return {key for key, value in json.loads(line).items() if value in numbers}


def _checked(said: Correction) -> Correction:
    told = {k: " ".join(str(v).split()) for k, v in asdict(said).items()}
    for name, most in _LONGEST.items():
        if len(told[name]) > most:
            raise InputError(f"{name} has {len(told[name]):,} letters; write at most {most:,}")
    if told["missing"]:
        _check_missing(told)
    elif len(told["message"]) < _LEAST:
        raise InputError("say in some words what is wrong, and where the right can be read")
    elif not told["thing"]:
        raise InputError("a report is about a thing; use the link on its page")
    if any(_MAIL.search(told[name]) for name in ("message", "value", "statement")):
        raise InputError("leave out e-mail addresses: the queue keeps no personal data")
    if any(_PHONE.search(told[name]) for name in ("message", "value", "statement")):
        raise InputError("leave out phone numbers: the queue keeps no personal data")
    return Correction(**told)


def _check_missing(told: dict[str, str]) -> None:
    if told["missing"] not in MISSING:
        raise InputError(f"kind {told['missing'][:40]}: use {', '.join(MISSING)}")
    if len(told["value"]) < _SHORTEST:
        raise InputError("say what is missing: its name or acronym")
    if not _PAGE.fullmatch(told["source"]):
        raise InputError("give the address of a page that tells of it, such as https://…")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
