"""What is fetched: each path once, what pages lead to as well, the long ones first."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from permed.api.http.release.answers_about_things import PartedAnswers
from permed.api.publishing import fetcher
from permed.api.publishing.fetchers import Fetchers, MadePage
from permed.api.publishing.shared_answers import share
from permed.graph.errors import InputError
from permed.graph.store import SOLUTION_FORMATS, Answer
from permed.graph.store.executor import QueryRequest
from permed.graph.store.executor.messages import read_frame, write_frame
from permed.ontology import DEFAULT_BASE

_LINKS = {"/": ["/page/1", "/list"], "/page/1": ["/page/2", "/"], "/list": ["/report/call/1"]}
_REPORT = "/network/report/"


class _Helper:
    """What a process answers, from a thread; the report comes after all that was asked with it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.channel, self._theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def why_ended(self) -> str:
        return "it was told to"

    def end(self) -> None:
        self.channel.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self.channel.close()

    def _serve(self) -> None:
        with self._theirs:
            self._answer()

    def _answer(self) -> None:
        while (frame := read_frame(self._theirs)) is not None:
            paths = frame[0]["fetch"]
            self.asked += paths
            for path in sorted(paths, key=lambda path: path == _REPORT):
                if path == "/ends":
                    return
                led = {"path": path, "status": 200, "page": True, "links": _LINKS.get(path, [])}
                self._theirs.sendall(write_frame(led, path.encode()))


def _fetched(helpers: list[_Helper], *paths: str) -> list[tuple[MadePage, int]]:
    given: Any = helpers
    try:
        return list(Fetchers(given).each(paths, lambda made: made.links))
    finally:
        for helper in helpers:
            helper.end()


def test_each_path_is_fetched_once_and_those_that_pages_lead_to() -> None:
    helpers = [_Helper(), _Helper()]
    made = _fetched(helpers, "/", "/page/1", _REPORT)
    wanted = ["/", "/list", _REPORT, "/page/1", "/page/2", "/report/call/1"]
    assert sorted(page.path for page, _ in made) == wanted
    assert sorted(helpers[0].asked + helpers[1].asked) == wanted
    assert all(page.content == page.path.encode() for page, _ in made)
    assert made[-1][1] == len(wanted)


def test_one_process_draws_the_report_first_and_pages_of_things_come_last() -> None:
    helpers = [_Helper()]
    _fetched(
        helpers, *(f"/page/{n}" for n in range(40)), "/quality", f"{_REPORT}data/a.csv", _REPORT
    )
    assert helpers[0].asked[:4] == [_REPORT, f"{_REPORT}data/a.csv", "/quality", "/page/0"]
    both = [_Helper(), _Helper()]
    _fetched(both, _REPORT, *(f"{_REPORT}data/{n}.csv" for n in range(40)), "/page/1")
    assert not [path for path in both[1].asked if path.startswith(_REPORT)]


def test_a_process_that_ends_is_told_and_nobody_waits_for_ever() -> None:
    with pytest.raises(InputError, match="a process that makes pages ended: it was told to"):
        _fetched([_Helper(), _Helper()], "/ends", "/page/1")


def test_a_process_with_a_mistake_in_it_ends_and_its_asker_reads_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Broken:
        async def get(self, path: str) -> None:
            raise RuntimeError(path)

    monkeypatch.setattr(fetcher, "opened", lambda *_: nullcontext(Broken()))
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            fetcher.main([str(theirs.detach()), str(tmp_path), str(tmp_path)])
        except BaseExceptionGroup as problem:
            failed.extend(problem.exceptions)

    thread = threading.Thread(target=run, daemon=True)
    with ours:
        thread.start()
        ours.sendall(write_frame({"fetch": ["/about"]}, b""))
        assert read_frame(ours) is None
    thread.join(20)
    assert not thread.is_alive()
    assert [str(problem) for problem in failed] == ["/about"]


def test_processes_share_what_each_would_ask_and_get_the_same(tmp_path: Path) -> None:
    asked: list[str] = []

    async def ask(request: QueryRequest) -> Answer:
        asked.append(request.sparql)
        first = len(asked) == 1
        await asyncio.sleep(0)
        if first:
            raise InputError("too large")
        thing = f"<{DEFAULT_BASE}id/organisation/dlr>"
        head = request.sparql.split("SELECT", 1)[1].split("WHERE", 1)[0]
        names = [word for word in head.split() if word.startswith("?")]
        body = f"{chr(9).join(names)}\n{chr(9).join([thing] * len(names))}\n".encode()
        return Answer("select", body, SOLUTION_FORMATS["tsv"])

    both = [PartedAnswers(DEFAULT_BASE, 1 << 20) for _ in range(2)]

    async def run() -> None:
        await asyncio.gather(*(share(parted, ask, tmp_path, 5.0) for parted in both))

    asyncio.run(run())
    wanted = [whole.request.sparql for whole in both[0].whole_requests(5.0)]
    assert sorted(asked) == sorted(set(wanted))
    assert vars(both[0])["_parts"] == vars(both[1])["_parts"]
    assert 0 < len(vars(both[0])["_parts"]) < len(wanted)
    for parted in both:
        parted.close()
