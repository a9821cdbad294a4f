# Strategy: words whose weights are set by hand, for every way a word can be one or two.
from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
import pytest

from permed.ingest.linking.matching.matcher import Matcher
from permed.ingest.linking.names.candidates import name_pairs
from permed.ingest.linking.names.features import NameQuery
from permed.ingest.linking.names.joined_words import cut_apart

_COMMON = {"research": 0.3, "institute": 0.2, "brain": 0.6, "paper": 0.7, "academy": 0.4}


class Words:
    """An index of which only the weights of words are asked."""

    idf: Final = {**_COMMON, "workshop": 0.9, "rare": 0.95, "materials": 0.95}


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("researchinstitute", ["research", "institute"]),
        ("despapier", ["paper"]),  # a stop word before it
        ("academycorp", ["academy"]),  # a legal form behind it
        ("workshop", ["workshop"]),  # a word of the registry
        ("brainxyz", ["brainxyz"]),  # half of it is no word
        ("rarematerials", ["rarematerials"]),  # halves that few names have
        ("brainnih", ["brainnih"]),  # a half too short
        ("paperre", ["paperre"]),
        ("", [""]),
    ],
)
def test_only_two_common_words_are_cut_apart(word: str, right: list[str]) -> None:
    assert list(cut_apart(Words(), [word])) == right  # type: ignore[arg-type]


def test_words_in_order_and_the_commonest_cut() -> None:
    words = ["brain", "researchinstitute", "rita"]
    assert list(cut_apart(Words(), words)) == ["brain", "research", "institute", "rita"]  # type: ignore[arg-type]


def test_every_word_of_the_record_is_seen_in_a_name_that_ran_together(tmp_path: Path) -> None:
    kinds = ("Brain", "Heart", "Water", "Paper", "Energy", "Climate", "Forest", "Marine")
    names = [f"European {kind} Research Institute" for kind in kinds]
    frame = pl.DataFrame({"id": [str(n) for n in range(len(names))], "name": names})
    matcher = Matcher.from_names(frame, tmp_path)
    query = NameQuery.of("European Brain Researchinstitute Rita Levi", None, None)
    first = max(name_pairs(matcher.index, query), key=lambda pair: pair.features["covers"])
    assert (matcher.index.ids[first.entity], first.features["covers"]) == ("0", 1.0)


def test_a_name_is_the_same_whether_its_words_are_joined_or_not() -> None:
    frame = pl.DataFrame({"id": ["a"], "name": ["Agri Food and Biosciences Institute"]})
    index = Matcher.from_names(frame).index
    (pair,) = name_pairs(index, NameQuery.of("AGRIFOOD AND BIOSCIENCES INSTITUTE", None, None))
    assert (pair.features["same_text"], pair.features["jaccard"]) == (1, 1)
