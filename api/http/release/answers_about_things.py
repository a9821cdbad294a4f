"""Answers about single things, for their pages: under way, or cut from whole answers.

A page shows several questions answered about its thing. One query about everything costs what two
to twenty about one thing do, so each question is asked once after a release is in memory, and its
rows wait compressed in a file without a name, which ends with the server: some 3 MB for the
packaged release. In memory is only where the rows of a thing stand in it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import zlib
from array import array
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, Final, NamedTuple

from permed.graph.errors import PermedError
from permed.graph.store import SOLUTION_FORMATS, Answer, Caps
from permed.graph.store.executor import QueryRequest
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.ordered_cells import in_order
from permed.queries.whole_answers import asked_about_things, whole_query

__all__ = ["AnswersAbout", "PartedAnswers", "WholeRequest", "has_failed"]

_log = logging.getLogger("permed.http")
_FORM: Final = "tsv"  # a row is a line, a cell a term: nothing has to be read to be parted
_CAPS: Final = Caps(None, 256 << 20)  # parting takes a tenth more than the answer
_LEVEL: Final = 1  # of compression: a fifth of the size at 200 MB/s
_Answers = list[asyncio.Task[Any]]
_Ask = Callable[[QueryRequest], Awaitable[Answer]]


@dataclass(frozen=True)
class AnswersAbout:
    """Answers about one thing, a task each, and the task that asks for them."""

    answers: _Answers
    all_asked: asyncio.Task[None]

    @property
    def tasks(self) -> _Answers:
        """All that may be under way."""
        return [self.all_asked, *self.answers]


def has_failed(task: asyncio.Task[Any]) -> bool:
    """Whether a task ended without a result."""
    return task.done() and (task.cancelled() or task.exception() is not None)


class _Place(NamedTuple):
    """Where the compressed rows of a thing stand in the file, in bytes."""

    start: int
    size: int


@dataclass
class _Parts:
    """Where the rows of one question stand by the thing they name; all have one head."""

    head: bytes
    places: dict[str, _Place] = field(default_factory=dict)


@dataclass(frozen=True)
class WholeRequest:
    """A question about everything that its parameter may name.

    hidden: the column of the thing is no part of the answer.
    """

    question: Question
    parameter: Parameter
    request: QueryRequest
    hidden: bool


class PartedAnswers:
    """Answers about single things, cut from answers about all; at most so many bytes of them."""

    def __init__(self, base: str, most: int) -> None:
        self._base, self._most, self._end = base, most, 0
        self._parts: dict[tuple[str, str], _Parts] = {}
        self._file: IO[bytes] | None = None
        self._closed = False

    def whole_requests(self, seconds: float) -> Iterator[WholeRequest]:
        """Yield what is asked about everything; seconds: longest time of one answer."""
        if not self._most:
            return
        for question, parameter in asked_about_things(Catalogue.load()):
            whole = whole_query(question, parameter, self._base)
            request = QueryRequest(whole.sparql, {}, _FORM, None, _CAPS, seconds)
            yield WholeRequest(question, parameter, request, whole.added)

    async def make(self, ask: _Ask, seconds: float) -> None:
        """Ask every question of pages about everything, one after another, and part the answers.

        seconds: longest time of one answer. What takes longer, is larger than 256 MB or does not
        fit beside the others is left out: it is asked about one thing when a page needs it.
        """
        for whole in self.whole_requests(seconds):
            question, parameter, hidden = whole.question, whole.parameter, whole.hidden
            try:
                body = (await ask(whole.request)).body
                await asyncio.to_thread(self.add, question, parameter, body, hidden=hidden)
            except (PermedError, OSError) as problem:  # such as a full disk
                told = {"question": question.name, "reason": str(problem)}
                _log.info("question not asked about everything", extra=told)
        made = {"questions": len(self._parts), "bytes": self._end}
        _log.info("answers about things made ahead", extra=made)

    def add(self, question: Question, parameter: Parameter, body: bytes, *, hidden: bool) -> None:
        """Part a whole answer in TSV; hidden: the column of the thing is no part of the answer.

        OSError where the file cannot be written.
        """
        if self._closed:
            return
        file = self._file = self._file or TemporaryFile(buffering=0)  # noqa: SIM115
        head, _, _ = body.partition(b"\n")
        parts, end = _Parts(head.split(b"\t", 1)[1] if hidden else head), self._end
        for thing, rows in _parted(body, parameter.name, hidden=hidden):
            packed = zlib.compress(rows, _LEVEL)
            if end + len(packed) > self._most:
                return  # the next answer is written over this one
            parts.places[thing] = _Place(end, len(packed))
            end += _write(file, packed, end)
        self._end = end
        self._parts[question.name, parameter.name] = parts

    def part(self, question: Question, asked: dict[str, str], most: int) -> Answer | None:
        """Return the answer about one thing as JSON; None where it has to be asked for.

        asked: the parameter and its value. most: rows, as of any other answer.
        """
        (name,) = asked
        parts = self._parts.get((question.name, name))
        if parts is None or self._file is None:
            return None
        place = parts.places.get(str(question.bind(asked, self._base)[name]))
        packed = os.pread(self._file.fileno(), place.size, place.start) if place else b""
        lines = zlib.decompress(packed).split(b"\n") if packed else []
        body = b"\n".join([parts.head, *lines[:most], b""])
        answer = Answer("select", body, SOLUTION_FORMATS[_FORM], len(lines) > most)
        return in_order(answer, question.sparql(self._base), "json")

    def close(self) -> None:
        """Forget all answers, and give their place on disk back."""
        self._closed = True
        self._parts.clear()
        if self._file is not None:
            self._file.close()


def _write(file: IO[bytes], data: bytes, at: int) -> int:
    """Write bytes at a place whole and return how many; OSError where the disk is full."""
    if (written := os.pwrite(file.fileno(), data, at)) < len(data):
        raise OSError(f"only {written} of {len(data)} bytes could be written")
    return written


def _parted(body: bytes, name: str, *, hidden: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the lines of an answer by the term in one column, which is left out where hidden.

    Of the lines only the places are held: an answer may be large.
    """
    lines = BytesIO(body)
    head = lines.readline()
    column = head.rstrip(b"\n").split(b"\t").index(f"?{name}".encode())
    places: dict[bytes, array[int]] = {}
    end = len(head)
    for line in lines:
        start, end = end, end + len(line)
        cells = line.rstrip(b"\n").split(b"\t", column + 1)
        if not (term := cells[column]):
            continue
        begins = start + len(term) + 1 if hidden else start  # a hidden column is the first one
        places.setdefault(term, array("Q")).extend((begins, start + len(line.rstrip(b"\n"))))
    for term, held in places.items():
        ends = iter(held)
        yield (
            term.decode(),
            b"\n".join(body[start:end] for start, end in zip(ends, ends, strict=True)),
        )
