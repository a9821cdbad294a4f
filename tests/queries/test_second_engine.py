"""The same rows from rdflib: a few questions always, all on the packaged release in full.

On the release each question has a minute of processor; those that rdflib does not answer in it are
skipped by name (`-rs`): they are joins of all participations, which it makes one by one.

rdflib gives one row for groups of nothing, where the standard gives none (SPARQL 1.1, 18.5); so
questions are compared that have rows.
"""

from __future__ import annotations

import pytest
import rdflib

from benchmarks.questions.rdflib_engine import both_engines, differences, within
from permed.graph.releases.release import Release
from permed.graph.store import EmbeddedStore
from permed.queries.catalogue import Catalogue
from tests.api.http.sample import make_release
from tests.queries.conftest import BASE

Engines = tuple[EmbeddedStore, rdflib.Graph]
ALWAYS = (
    "funders-by-call", "only-links", "body-roles", "publications", "mapping-database",
    "reported-figures", "membership",
)  # fmt: skip
_LIMIT = 60  # processor seconds of a question
QUESTIONS = [question.name for question in Catalogue.load()]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """A small release in the real layout."""
    home = tmp_path_factory.mktemp("small")
    make_release(home, "2026-01-01-sample", "")
    return both_engines(sorted(home.glob("*-sample/graphs/*.nq")))


@pytest.fixture(scope="module")
def whole(release: Release) -> Engines:
    """All of the packaged release."""
    return both_engines(release.graphs)


@pytest.fixture(scope="module")
def packaged(release: Release) -> Engines:
    """The packaged facts without the sample of CORDIS, which rdflib takes hours for."""
    return both_engines(path for path in release.graphs if path.stem != "cordis")


def agree(name: str, both: Engines) -> None:
    question = Catalogue.load().get(name)
    ours, theirs = differences(question, question.examples(), *both, BASE)
    assert (ours, theirs) == ({}, {})


@pytest.mark.parametrize("name", ALWAYS)
def test_another_engine_gives_the_same_rows(small: Engines, name: str) -> None:
    question = Catalogue.load().get(name)
    terms = question.bind(question.examples(), BASE)
    assert small[0].query(question.sparql(BASE), substitutions=terms).rows()
    agree(name, small)


@pytest.mark.full
@pytest.mark.parametrize("name", QUESTIONS)
def test_another_engine_gives_the_same_rows_of_the_packaged_facts(
    packaged: Engines, name: str
) -> None:
    agree(name, packaged)


def test_work_that_ends_in_time() -> None:
    assert within(60, lambda: 6 * 7) == 42
    with pytest.raises(RuntimeError, match="no such"):
        within(60, lambda: int("no such"))


@pytest.mark.full
def test_work_that_takes_too_long_is_ended() -> None:
    def forever() -> None:
        while True:
            pass

    assert within(1, forever) is None


@pytest.mark.full
@pytest.mark.parametrize("name", QUESTIONS)
def test_another_engine_gives_the_same_rows_of_the_packaged_release(
    whole: Engines, name: str
) -> None:
    question = Catalogue.load().get(name)
    found = within(_LIMIT, lambda: differences(question, question.examples(), *whole, BASE))
    if found is None:
        pytest.skip(f"{name}: rdflib takes more than {_LIMIT} s of processor")
    assert found == ({}, {})
