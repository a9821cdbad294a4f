"""Names stand where people look for them."""

from __future__ import annotations

import random

import pytest

from permed.api.text.collation import collation_key


@pytest.mark.parametrize(
    "names",
    [
        ["Aachen", "Ärzte", "Azienda", "Zürich"],
        ["eaccme", "École", "Ecole Normale", "ECRIN"],
        ["Łódź", "Lund", "Lyon"],
        ["“Victor Babes” University", "Vienna", "VITO"],
        ["Ørsted", "Oslo"],
        ["3M", "A", "Ψ"],
        ["co-op", "Co op", "coop"],
    ],
)  # fmt: skip
def test_accents_capitals_and_punctuation_come_second(names: list[str]) -> None:
    shuffled = names[:]
    random.Random(1).shuffle(shuffled)
    first = [collation_key(name)[0] for name in sorted(shuffled, key=collation_key)]
    assert first == sorted(first)
    assert sorted(shuffled, key=collation_key) == sorted(names, key=collation_key)
    assert [collation_key(n)[0] for n in names] == sorted(collation_key(n)[0] for n in names)
