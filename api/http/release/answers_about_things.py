"""Answers about single things, for their pages: under way, or cut from whole answers.

A page shows several questions answered about its thing. One query about everything costs what two
to twenty about one thing do, so each question is asked once after a release is in memory, and its
rows wait compressed: some 3 MB for the packaged release.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from permed.graph.errors import PermedError
from permed.graph.store import SOLUTION_FORMATS, Answer, Caps
from permed.graph.store.executor import QueryRequest
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.ordered_cells import in_order
from permed.queries.whole_answers import asked_about_things, whole_query

__all__ = ["AnswersAbout", "PartedAnswers", "has_failed"]

_log = logging.getLogger("permed.http")
_FORM: Final = "tsv"  # a row is a line, a cell a term: nothing has to be read to be parted
_CAPS: Final = Caps(None, 32 << 20)  # parting takes some three times the memory
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


@dataclass
class _Parts:
    """The rows of one question by the thing they name, compressed, under one head."""

    head: bytes
    rows: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.rows.values()))


class PartedAnswers:
    """Answers about single things, cut from answers about all; at most so many bytes of them."""

    def __init__(self, base: str, most: int) -> None:
        self._base, self._left = base, most
        self._parts: dict[tuple[str, str], _Parts] = {}

    async def make(self, ask: _Ask, seconds: float) -> None:
        """Ask every question of pages about everything, one after another, and part the answers.

        seconds: longest time of one answer. What takes longer, is larger than 32 MB or does not fit
        beside the others is left out: it is asked about one thing when a page needs it.
        """
        if not self._left:
            return
        for question, parameter in asked_about_things(Catalogue.load()):
            whole = whole_query(question, parameter, self._base)
            request = QueryRequest(whole.sparql, {}, _FORM, None, _CAPS, seconds)
            try:
                answer = await ask(request)
            except PermedError as problem:
                told = {"question": question.name, "reason": str(problem)}
                _log.info("question not asked about everything", extra=told)
                continue
            hidden = whole.added
            await asyncio.to_thread(self.add, question, parameter, answer.body, hidden=hidden)

    def add(self, question: Question, parameter: Parameter, body: bytes, *, hidden: bool) -> None:
        """Part a whole answer in TSV; hidden: the column of the thing is no part of the answer."""
        parts = _parted(body, parameter.name, hidden=hidden)
        if parts.size <= self._left:
            self._left -= parts.size
            self._parts[question.name, parameter.name] = parts

    def part(self, question: Question, asked: dict[str, str], most: int) -> Answer | None:
        """Return the answer about one thing as JSON; None where it has to be asked for.

        asked: the parameter and its value. most: rows, as of any other answer.
        """
        (name,) = asked
        parts = self._parts.get((question.name, name))
        if parts is None:
            return None
        bound = question.bind(asked, self._base)
        rows = parts.rows.get(str(bound[name]))
        lines = zlib.decompress(rows).split(b"\n") if rows else []
        body = b"\n".join([parts.head, *lines[:most], b""])
        answer = Answer("select", body, SOLUTION_FORMATS[_FORM], len(lines) > most)
        return in_order(answer, question.sparql(self._base), "json")


def _parted(body: bytes, name: str, *, hidden: bool) -> _Parts:
    """Part the lines of an answer by the term in one column, which is left out where hidden."""
    head, *lines = body.rstrip(b"\n").split(b"\n")
    column = head.split(b"\t").index(f"?{name}".encode())
    rows: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        cells = line.split(b"\t", column + 1)
        rows[cells[column]].append(cells[-1] if hidden else line)
    rows.pop(b"", None)
    found = {term.decode(): zlib.compress(b"\n".join(held), _LEVEL) for term, held in rows.items()}
    return _Parts(head.split(b"\t", 1)[1] if hidden else head, found)
