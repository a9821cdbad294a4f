"""What docs/secretariat.md says of two readings of SRIA areas, recounted from both."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from pathlib import Path

import pytest

from tests import ROOT

FIRST = ROOT / "ingest/sources/icpermed/data/classifications/sria.csv"
SECOND = Path(__file__).with_name("sria_second_reading.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Cohen's kappa (Cohen 1960): agreement beyond what the readers' own shares give by chance."""
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    shares, other_shares = Counter(one), Counter(other)
    chance = sum(shares[k] * other_shares[k] for k in shares) / len(one) ** 2
    return (agreed - chance) / (1 - chance)


def test_kappa_of_an_example_in_a_textbook() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: 0.4
    one = ["y"] * 25 + ["n"] * 25
    other = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert kappa(one, other) == pytest.approx(0.4)


def test_the_docs_tell_how_far_two_readings_agree() -> None:
    first: dict[str, set[str]] = defaultdict(set)
    for row in rows(FIRST):
        first[row["entity"]].add(row["topic"].rpartition("/")[2])
    second = {row["id"]: {row["area"], row["second"]} - {""} for row in rows(SECOND)}
    both = sorted(first.keys() & second.keys())
    one = ["".join(sorted(first[i])) for i in both]
    other = ["".join(sorted(second[i])) for i in both]
    same = sum(a == b for a, b in zip(one, other, strict=True))
    text = " ".join((ROOT / "docs" / "secretariat.md").read_text(encoding="utf-8").split())
    assert len(first) == len(both)
    assert f"of the {len(both)} that both have read {same} have the same areas" in text
    assert f"kappa {kappa(one, other):.2f}" in text
    assert f"{len(second) - len(both)} more" in text
