from __future__ import annotations

from pathlib import Path

import pytest

from permed.graph.contributions import corrections as module
from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.errors import BusyError, InputError, NotFoundError

SAID = Correction("organisation/dlr", "The city is Cologne, see its imprint", "city", "Bonn")


def test_a_report_waits_until_it_is_settled(tmp_path: Path) -> None:
    queue = Corrections(tmp_path)
    assert queue.list() == []
    one, other = queue.add(SAID), queue.add(SAID)
    assert one.id != other.id
    assert [c.id for c in Corrections(tmp_path).list()] == [one.id, other.id]
    queue.settle(one.id, "accepted", "mended at the source")
    assert [c.id for c in queue.list()] == [other.id]
    told = queue.list(settled=True)[0]
    assert (told.outcome, told.note, told.value) == ("accepted", "mended at the source", "Bonn")
    with pytest.raises(InputError, match="settled already: accepted"):
        queue.settle(one.id, "rejected")
    with pytest.raises(NotFoundError, match="no correction c-none"):
        queue.settle("c-none", "rejected")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Correction("", "long enough"), "about a thing"),
        (Correction("a/b", " no "), "say in some words"),
        (Correction("a/b", "x" * 2001), "message has 2,001 letters"),
        (Correction("a/b", "long enough", value="v" * 1001), "value has 1,001"),
        (Correction("a/b", "write to ada@example.org"), "leave out e-mail"),
        (Correction("a/b", "call me at +49 221 1234567"), "leave out phone"),
        (Correction("a/b", "her phone: 0221 123 45 67"), "leave out phone"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, said: Correction, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Corrections(tmp_path).add(said)
    assert Corrections(tmp_path).list() == []


def test_a_line_break_makes_no_second_report(tmp_path: Path) -> None:
    queue = Corrections(tmp_path)
    queue.add(Correction("a/b", 'two\nlines\r\n{"of": "c-1"}'))
    assert queue.list()[0].message == 'two lines {"of": "c-1"}'


def test_the_queue_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_OPEN", 1)
    queue = Corrections(tmp_path)
    first = queue.add(SAID)
    with pytest.raises(BusyError, match="too many reports"):
        queue.add(SAID)
    queue.settle(first.id, "duplicate")
    queue.add(SAID)


def test_a_damaged_queue_is_told_by_line(tmp_path: Path) -> None:
    queue = Corrections(tmp_path)
    queue.add(SAID)
    with queue.path.open("a") as out:
        out.write("{broken\n")
    with pytest.raises(InputError, match=r"corrections\.jsonl: line 2 is no JSON"):
        queue.list()
