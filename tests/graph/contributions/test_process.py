"""A body that is made to do harm ends its own process and nothing else."""

from __future__ import annotations

import pytest

from permed.graph.contributions.body import UnreadableMedia
from permed.graph.contributions.process import GraphTooLarge, WriteProcess
from permed.graph.errors import BusyError, InputError, LimitExceeded, PermedError
from tests.graph.test_rdf_text import bomb

_GRAPH = "http://e/g"
_TURTLE = b"<a> <http://e/p> 2, 1, 1 ."


def read(body: bytes, content_type: str, seconds: float = 20.0, memory: int = 1 << 30) -> bytes:
    with WriteProcess(seconds, memory) as process:
        return process.read(body, content_type, _GRAPH)


def test_a_body_becomes_sorted_quads_of_its_graph() -> None:
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert read(_TURTLE, "text/turtle; charset=utf-8").decode().splitlines() == [
        f'<http://e/a> <http://e/p> "{n}"^^{integer} <http://e/g> .' for n in (1, 2)
    ]


_REFUSALS: list[tuple[bytes, str, type[PermedError], str]] = [
    (bomb(10), "application/rdf+xml", InputError, "document types"),
    (b"nonsense", "text/turtle", InputError, "does not parse as text/turtle: .*line 1"),
    (b"", "text/html", UnreadableMedia, "text/html"),
    (b"", "", UnreadableMedia, "missing"),
    (b"x", "multipart/form-data; boundary=none", InputError, "no parts"),
]


def test_refusals_keep_their_kind_and_the_process_goes_on() -> None:
    with WriteProcess(60, 1 << 30) as process:
        for body, content_type, error, says in _REFUSALS:
            with pytest.raises(error, match=says):
                process.read(body, content_type, _GRAPH)
        assert process.read(_TURTLE, "ttl", _GRAPH)


@pytest.mark.slow
def test_memory_ends_the_process_and_is_told_as_too_large() -> None:
    lines = "".join(f"<http://e/{n}> <http://e/p> '{'x' * 40}' .\n" for n in range(100_000))
    with pytest.raises(GraphTooLarge, match="60 MB"):
        read(lines.encode(), "text/turtle", memory=60 << 20)


def test_a_deadline_ends_it() -> None:
    with pytest.raises(LimitExceeded, match=r"within 0\.05 s"):
        read(_TURTLE, "text/turtle", seconds=0.05)


def test_a_process_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("permed.graph.contributions.process.__name__", "permed.api.none")
    with pytest.raises(BusyError, match=r"No module named 'permed\.api\.none'"):
        read(_TURTLE, "text/turtle")
