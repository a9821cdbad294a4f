"""Each answer to a partial question of the forty says what it lacks, beside rows left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pytest

from permed.api.cli.query import AnswerFormat, tell_missing
from permed.queries.catalogue import Catalogue, Question
from tests.api.cli.conftest import Permed, permed
from tests.api.http.conftest import running, settings_of

__all__ = ["permed"]

PARTIAL = [q for q in Catalogue.load() if q.grade == "partial"]


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx2.Client]:
    """A client of a server of the packaged release, where each example names something."""
    with running(home, settings_of()) as at, httpx2.Client(base_url=at, timeout=60) as asking:
        yield asking


def test_partial_questions_exist_and_say_what_is_missing() -> None:
    assert PARTIAL
    assert all(q.lacking for q in PARTIAL)


@pytest.mark.parametrize("question", PARTIAL, ids=lambda q: q.name)
def test_the_line_is_under_a_table_and_off_the_data(
    question: Question, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_missing(question, AnswerFormat.table)
    assert question.lacking in capsys.readouterr().out
    for form in (AnswerFormat.csv, AnswerFormat.json):
        tell_missing(question, form)
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert question.lacking in told.err


@pytest.mark.parametrize("command", ["query", "ask"])
def test_both_commands_tell(permed: Permed, home: Path, command: str) -> None:
    question = next(q for q in PARTIAL if all(p.optional or p.default for p in q.params))
    asked = permed(command, question.name, "-f", "csv", "--into", str(home))
    assert (asked.code, question.lacking in asked.stderr) == (0, True)
    assert question.lacking not in asked.stdout
    seen = permed(command, question.name, "--into", str(home))
    assert question.lacking in seen.stdout


@pytest.mark.parametrize("question", PARTIAL, ids=lambda q: q.name)
def test_a_header_of_rest_tells(client: httpx2.Client, question: Question) -> None:
    given = {p.name: p.example for p in question.params if not (p.optional or p.default)}
    for form in ("csv", "json", "xlsx"):
        answer = client.get(f"/queries/{question.name}", params=given | {"format": form})
        assert answer.status_code == 200, answer.text
        assert question.lacking in unquote(answer.headers["X-Permed-Lacking"])
