# Strategy: three records of three years with one name each, so that it can be said by hand which of
# them a label of 2023 may speak of.
from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.labelled_strings import (
    FOLDS,
    LabelledString,
    fold_of,
    own_names,
    year_group,
    year_of,
)
from benchmarks.train_matching import affiliation_examples
from permed.ingest.linking.affiliations.features import AFFILIATION_FEATURES
from permed.ingest.linking.matching.matcher import load_ror_index
from permed.ingest.linking.names.index import NameIndex
from tests.ingest.linking.conftest import ROR, display, record

RECORDS = [
    record("00000aa01", [display("Nordheim Research Institute")], "NO", "Bergen", ["facility"]),
    record("00000aa13", [display("Nordheim Research Institute Oslo")], "NO", "Oslo",
           ["facility"], created="2019-05-01"),
    record("00000aa25", [display("Nordheim Institute")], "NO", "Oslo", ["facility"],
           created="2025-05-01"),
]  # fmt: skip
TEXT = "Nordheim Research Institute Oslo, Nordheim Institute, Norway"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    folder = tmp_path_factory.mktemp("training")
    path: Path = folder / "ror.json"
    path.write_text(json.dumps(RECORDS), "utf-8")
    return load_ror_index(path, folder / "cache")


def labelled(truth: str, year: int, **more: frozenset[str]) -> LabelledString:
    return LabelledString("S2AFF", TEXT, frozenset({ROR + truth}), every=True, year=year, **more)  # type: ignore[arg-type]


def test_a_record_younger_than_the_label_is_no_counter_example(index: NameIndex) -> None:
    old = affiliation_examples(index, [labelled("00000aa13", 2023)])
    new = affiliation_examples(index, [labelled("00000aa13", 2026)])
    assert (sum(old.labels), sum(new.labels)) == (1, 1)
    assert len(new.labels) == len(old.labels) + 1
    named = affiliation_examples(index, [labelled("00000aa25", 2023)])
    assert sum(named.labels) == 1, "where the label names it, it is an example"
    doubt = frozenset({ROR + "00000aa01"})
    assert len(
        affiliation_examples(index, [labelled("00000aa13", 2023, doubtful=doubt)]).labels
    ) == (len(old.labels) - 1)


def test_the_examples_know_what_is_asked(index: NameIndex) -> None:
    at = AFFILIATION_FEATURES.index("all_asked")
    (one, every) = (
        LabelledString("x", TEXT, frozenset(), every=e, year=2030) for e in (False, True)
    )
    found = affiliation_examples(index, [one, every])
    asked = {(group, row[at]) for group, row in zip(found.groups, found.rows, strict=True)}
    assert asked == {(0, 0.0), (1, 1.0)}


def test_own_names_are_drawn_of_each_group_of_years(index: NameIndex) -> None:
    found = own_names(index, 5, seed=1, plain=True)
    assert {(one.text, *one.truth) for one in found} == {
        ("Nordheim Research Institute, Bergen, Norway", ROR + "00000aa01"),
        ("Nordheim Research Institute Oslo, Oslo, Norway", ROR + "00000aa13"),
        ("Nordheim Institute, Oslo, Norway", ROR + "00000aa25"),
    }
    years = [year_of(index, row) for row in range(3)]
    assert years == [0, 2019, 2025]
    assert [year_group(year)[1] for year in years] == [2017, 2020, 2026]


def test_equal_strings_and_the_names_of_a_record_are_in_one_fold(index: NameIndex) -> None:
    assert fold_of(labelled("00000aa13", 2023)) == fold_of(labelled("00000aa01", 2020))
    drawn = [one for seed in range(4) for one in own_names(index, 5, seed=seed)]
    assert len({(one.truth, fold_of(one)) for one in drawn}) == 3
    assert {fold_of(one) for one in drawn} <= set(range(FOLDS))
