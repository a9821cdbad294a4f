"""Every question of the catalogue has the same rows on other engines, run as servers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.engines import ENGINES, Compared, compare, page
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore, RemoteStore
from permed.queries.catalogue import Catalogue

_PROGRAMS = {
    name: shutil.which(program) or shutil.which(program, path=str(Path(sys.executable).parent))
    for name, (program, _) in ENGINES.items()
}


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_every_question_has_the_same_rows(
    engine: str, release: Release, store: EmbeddedStore, tmp_path: Path
) -> None:
    if _PROGRAMS[engine] is None:
        pytest.skip(f"{ENGINES[engine][0]} is not installed")
    start = ENGINES[engine][1]
    with start(release.graphs, tmp_path) as endpoint:
        theirs = RemoteStore(endpoint, attempts=1)
        told = [compare(question, store, theirs, release.base) for question in Catalogue.load()]
    assert {r.question: r.outcome for r in told if r.outcome != "same"} == {}
    assert sum(result.rows for result in told) > 1000


def test_another_answer_is_told(store: EmbeddedStore, release: Release) -> None:
    question = Catalogue.load().get("projects-by-country")
    empty = EmbeddedStore.load([])
    told = compare(question, store, empty, release.base)
    assert told.outcome == f"{told.rows} of {told.rows} rows differ"
    assert told.rows > 10


def test_the_page_counts_what_is_the_same() -> None:
    told = [Compared("a", "same", 3, 0.1, 0.2), Compared("b", "2 of 3 rows differ", 3, 0.1, 0.1)]
    text = page("2026-01-01-x", 10, {"Some engine": told})
    assert "| Some engine | 1 of 2 | 2.0 |" in text
    assert "| b | 3 | 100 | 2 of 3 rows differ |" in text
