"""How pages are fetched: nothing makes way, what is being made is awaited, a failure is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx2
import pytest

from permed.api.publishing import pages
from permed.api.publishing.pages import Pages, publishing_settings
from permed.api.publishing.relinking import ROOT
from permed.graph.errors import InputError

_PROBLEM = {"Content-Type": "application/problem+json"}


def _fetched(*answers: httpx2.Response) -> httpx2.Response:
    left: Iterator[httpx2.Response] = iter(answers)

    async def run() -> httpx2.Response:
        transport = httpx2.MockTransport(lambda _: next(left))
        async with httpx2.AsyncClient(transport=transport, base_url=ROOT) as client:
            return await Pages(client).get("/network/report/")

    return asyncio.run(run())


def test_no_query_makes_way_for_readers_who_are_not_there() -> None:
    settings = publishing_settings()
    assert settings.pool().slow_after >= settings.deadline_seconds
    assert pages.NETWORK.niceness == 0
    assert not settings.disk_first


def test_a_page_that_is_being_made_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PAUSE", 0.0)
    waits = httpx2.Response(202, text="it is being drawn")
    assert _fetched(waits, httpx2.Response(503), httpx2.Response(200, text="drawn")).text == "drawn"


def test_what_cannot_be_made_is_left_out_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pages, "_PAUSE", 0.0)
    problem = httpx2.Response(503, json={"detail": "the network is too small"}, headers=_PROBLEM)
    assert _fetched(problem, problem, problem).status_code == 503
    assert "503 the network is too small; it is left out" in capsys.readouterr().err


def test_a_page_that_is_never_made_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PATIENCE", -1.0)
    with pytest.raises(InputError, match="/network/report/: the page cannot be made: 202"):
        _fetched(httpx2.Response(202, text="it is being drawn"))


@pytest.mark.parametrize("status", [500, 504])
def test_a_page_that_fails_is_not_left_out_in_silence(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PATIENCE", -1.0)
    problem = httpx2.Response(status, json={"detail": "the query was stopped"}, headers=_PROBLEM)
    with pytest.raises(InputError, match=rf"/network/report/: .*{status} the query was stopped"):
        _fetched(problem)


def test_a_page_that_does_not_exist_is_no_failure() -> None:
    assert _fetched(httpx2.Response(404)).status_code == 404
