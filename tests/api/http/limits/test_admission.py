"""Who is let in: few at a time, in their order; under overload the newest, others refused."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from permed.api.http.limits import admission
from permed.api.http.limits.admission import Admission
from permed.api.http.protocol.metrics import Metrics
from permed.api.http.protocol.middleware import RequestMiddleware
from permed.api.http.release.settings import Settings
from permed.graph.errors import BusyError


async def _work(door: Admission, seconds: float, done: list[object], name: object) -> None:
    try:
        async with door.turn():
            await asyncio.sleep(seconds)
        done.append(name)
    except BusyError:
        done.append("refused")


def test_no_more_than_so_many_are_worked_on_and_the_others_follow_in_their_order() -> None:
    async def run() -> tuple[list[object], int]:
        door, done, most, now = Admission(2), list[object](), 0, 0

        async def one(name: int) -> None:
            nonlocal most, now
            async with door.turn():
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.002)
                now -= 1
            done.append(name)

        async with asyncio.TaskGroup() as group:
            for name in range(20):
                group.create_task(one(name))
        return done, most

    done, most = asyncio.run(run())
    assert done == list(range(20))
    assert most == 2


def test_long_requests_make_room_and_leave_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_SHORT", 0.01)

    async def run() -> list[object]:
        door, done = Admission(1), list[object]()
        async with asyncio.TaskGroup() as group:
            group.create_task(_work(door, 0.3, done, "long"))
            for name in range(5):
                group.create_task(_work(door, 0.0, done, name))
        assert door._free == 1
        return done

    assert asyncio.run(run()) == [0, 1, 2, 3, 4, "long"]


def test_under_overload_some_are_refused_and_the_others_are_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "_OVERLOADED", 0.05)
    told, waits, free = asyncio.run(_asked(at_once=1, requests=300, seconds=0.01, every=0.005))
    assert told.total() == 300
    assert told["refused"] > 60
    assert told["done"] > 60
    assert sorted(waits)[len(waits) // 2] < 0.3  # in a line half would wait for .55 s and more
    assert free == 1


def test_many_quick_ones_at_once_are_no_overload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that ask again at once wait for each other, and shortly."""
    monkeypatch.setattr(admission, "_TOO_LONG", 0.5)
    told, _, free = asyncio.run(_asked(at_once=4, requests=800, seconds=0.002, every=0.001))
    assert told == {"done": 800}
    assert free == 4


async def _asked(
    *, at_once: int, requests: int, seconds: float, every: float
) -> tuple[Counter[str], list[float], int]:
    """What became of requests, how long those of the second half waited, how many places left."""
    door, loop = Admission(at_once), asyncio.get_running_loop()
    told, waits = Counter[str](), list[float]()

    async def one(*, late: bool) -> None:
        came = loop.time()
        try:
            async with door.turn():
                if late:
                    waits.append(loop.time() - came)
                await asyncio.sleep(seconds)
            told["done"] += 1
        except BusyError:
            told["refused"] += 1

    async with asyncio.TaskGroup() as group:
        for number in range(requests):
            group.create_task(one(late=number > requests // 2))
            await asyncio.sleep(every)
    return told, waits, door._free


def test_a_request_that_ends_while_it_waits_takes_nothing_with_it() -> None:
    async def run() -> int:
        door, done = Admission(1), list[object]()
        first = asyncio.create_task(_work(door, 0.02, done, "first"))
        await asyncio.sleep(0)
        gone = [asyncio.create_task(_work(door, 1, done, "gone")) for _ in range(3)]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await first
        await _work(door, 0.0, done, "last")
        assert done == ["first", "last"]
        return door._free

    assert asyncio.run(run()) == 1


def test_who_is_refused_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_MOST", 0)  # nobody may wait

    async def run() -> tuple[httpx2.Response, httpx2.Response]:
        begun, end = asyncio.Event(), asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            begun.set()
            await end.wait()
            await PlainTextResponse("done")(scope, receive, send)

        door = RequestMiddleware(app, Settings(at_once=1), Metrics())
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=door), base_url="http://here"
        ) as client:
            held = asyncio.create_task(client.get("/first"))
            await begun.wait()
            refused = await client.get("/second")
            end.set()
            return refused, await held

    refused, held = asyncio.run(run())
    assert (held.status_code, held.text) == (200, "done")
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert "try again" in refused.json()["detail"]
