from __future__ import annotations

import pytest

from permed.ingest.linking.names.parsing import fold
from permed.ingest.linking.names.spelling import spellings, spelt_apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Universitaet Wien", "Universität Wien"),
        ("Universitat Wien", "Universität Wien"),
        ("Århus", "Aarhus"),
        ("Cœur", "Coeur"),
        ("Аэропорт", "Aeroport"),
        ("Israel", "ISRAEL"),
        ("Oslo", "Bergen"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert not spelt_apart(one, other)
    assert not spelt_apart(other, one)


@pytest.mark.parametrize(("one", "other"), [("Aedas", "ADAS"), ("Coel", "COL"), ("Bär", "Bur")])
def test_a_pair_of_letters_is_one_only_where_an_umlaut_stands_behind_it(
    one: str, other: str
) -> None:
    assert spelt_apart(one, other) == (fold(one) == fold(other))
    assert spelt_apart(other, one) == (fold(one) == fold(other))


def test_each_word_has_the_ways_to_write_it() -> None:
    assert spellings("Bär und Aedas, Oslo") == {
        "bar": frozenset({"bar", "baer"}),
        "adas": frozenset({"aedas"}),
    }
