"""Questions over a large release: what they take in memory and on disk is told apart."""

from __future__ import annotations

from functools import partial

from benchmarks.questions.at_scale import TimedAnswer, ask_within, table
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue, Question


def _question(text: str) -> Question:
    known = Catalogue.load().get("membership")
    return Question(**{**vars(known), "text": text, "params": ()})


def test_memory_and_disk_give_the_same_bytes(release: Release, store: EmbeddedStore) -> None:
    question = Catalogue.load().get("membership")
    memory = ask_within(60, lambda: store, question, release.base)
    disk = ask_within(60, partial(EmbeddedStore.open, release.store), question, release.base)
    assert memory.body is not None
    assert memory.body == disk.body
    assert memory.rows == disk.rows > 5


def test_a_question_that_takes_too_long_is_ended(release: Release, store: EmbeddedStore) -> None:
    endless = _question("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    found = ask_within(1, lambda: store, endless, release.base)
    assert (found.body, found.told()) == (None, "over 1")


def test_the_table_keeps_grades_and_tells_both_times() -> None:
    found = [
        ("b", TimedAnswer(b"", 3, 0.04), TimedAnswer(b"", 3, 12.34)),
        ("a", TimedAnswer(None, 0, 60), TimedAnswer(b"", 2, 1)),
    ]
    rows = table(found, {"b": "partial"})
    assert [row["query"] for row in rows] == ["a", "b"]
    assert rows[1] | {"query": ""} == {
        "query": "", "grade": "partial", "rows": "3", "seconds": "under 0.1", "on_disk": "12.3",
    }  # fmt: skip
    assert (rows[0]["grade"], rows[0]["seconds"], rows[0]["rows"]) == ("not graded", "over 60", "2")
