"""Answers that all processes need and one of them asks for: they pass through a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from permed.api.http.release.answers_about_things import PartedAnswers
from permed.graph.errors import InputError, PermedError
from permed.graph.store import SOLUTION_FORMATS, Answer
from permed.graph.store.executor import QueryRequest

__all__ = ["share"]

_PAUSE: Final = 0.02  # seconds between looks for an answer that another process asks for
_REFUSED: Final = b"refused "  # before the reason; no table of results begins so
_Ask = Callable[[QueryRequest], Awaitable[Answer]]


async def share(parted: PartedAnswers, ask: _Ask, folder: Path, seconds: float) -> None:
    """Make the answers about everything; each is asked for by the process that comes to it first.

    folder: empty at first, and the same for all processes. seconds: longest time of one answer.
    """
    for whole in parted.whole_requests(seconds):
        if _is_ours(folder, whole.request):
            await _ask(whole.request, ask, folder)

    async def shared(request: QueryRequest) -> Answer:
        return await asyncio.wait_for(_awaited(folder, request), seconds)

    await parted.make(shared, seconds)


def _is_ours(folder: Path, request: QueryRequest) -> bool:
    """Whether no process has begun to ask; it has from now on."""
    try:
        _place(folder, request).with_suffix(".asked").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


async def _ask(request: QueryRequest, ask: _Ask, folder: Path) -> None:
    try:
        told = (await ask(request)).body
    except PermedError as problem:
        told = _REFUSED + str(problem).encode()
    place = _place(folder, request)
    begun = place.with_suffix(".part")
    await asyncio.to_thread(begun.write_bytes, told)
    begun.replace(place)


async def _awaited(folder: Path, request: QueryRequest) -> Answer:
    """Return an answer once it is there; InputError where it was refused."""
    place = _place(folder, request)
    while not place.is_file():
        await asyncio.sleep(_PAUSE)
    told = await asyncio.to_thread(place.read_bytes)
    if told.startswith(_REFUSED):
        raise InputError(told.removeprefix(_REFUSED).decode())
    return Answer("select", told, SOLUTION_FORMATS[request.format or "tsv"])


def _place(folder: Path, request: QueryRequest) -> Path:
    return folder / sha256(request.sparql.encode()).hexdigest()
