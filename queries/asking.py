"""Which question of the catalogue is meant: by its number, its name, or in a reader's own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Final

from permed.graph.errors import NotFoundError
from permed.graph.tables.country_names import folded
from permed.queries.catalogue import Catalogue, Parameter, Question
from permed.queries.naming import Naming
from permed.queries.resolution import stems_of

__all__ = ["meant", "named_in", "numbered"]

_ENOUGH: Final = 0.3  # of the weight of a reader's words that a question must hold
_SHORT: Final = 2  # letters of a code, which are a word of a sentence as well
_WORDS: Final = 5  # of a name in a sentence
_PUNCTUATION: Final = re.compile(r"[^\w&/.'-]|[.,](?=\s|$)")
_ENDINGS: Final = ("ies", "es", "s")


def numbered(catalogue: Catalogue) -> dict[int, list[Question]]:
    """Return the questions of each competency number, the one with the same rows first."""
    found: dict[int, list[Question]] = {}
    for question in catalogue:
        if question.competency is not None:
            found.setdefault(question.competency, []).append(question)
    return dict(sorted(found.items()))


def meant(text: str, catalogue: Catalogue) -> Question:
    """Return the question that a number, a name or some words mean.

    Words: the question that holds most of their weight, rare words counting more (log of the
    number of questions over those with the word). NotFoundError where none holds a third.
    """
    if text.strip().isdigit():
        by_number = numbered(catalogue)
        if int(text) not in by_number:
            raise NotFoundError(f"no question {text}; they go from 1 to {max(by_number)}")
        return by_number[int(text)][0]
    for question in catalogue:
        if question.name == text.strip():
            return question
    return _nearest(text, catalogue)


def named_in(text: str, parameter: Parameter, naming: Naming) -> str | None:
    """Return the part of a text that is the name of one thing a parameter may take, else None.

    The longest such part, of at most five words; two letters only where they stand in capitals.
    """
    words = _PUNCTUATION.sub(" ", text).split()
    for length in range(min(_WORDS, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            part = " ".join(words[at : at + length])
            long_enough = len(part) > _SHORT or (len(part) == _SHORT and part.isupper())
            if long_enough and len(naming.exactly(part, stems_of(parameter))) == 1:
                return part
    return None


def _nearest(text: str, catalogue: Catalogue) -> Question:
    held = {question.name: _words(_said(question)) for question in catalogue}
    spread = Counter(word for words in held.values() for word in words)
    asked = _words(text)
    weight = {word: math.log((1 + len(held)) / spread[word]) for word in asked if word in spread}
    whole = sum(weight.values()) + math.log(1 + len(held)) * len(asked - weight.keys())
    score = {name: sum(weight.get(word, 0.0) for word in words) for name, words in held.items()}
    # of questions that hold the same words the shorter one is nearer
    best = max(score, key=lambda name: (round(score[name], 6), -len(held[name])))
    if not whole or score[best] < _ENOUGH * whole:
        raise NotFoundError(f"no question is near '{text}'; see: permed query --list")
    return catalogue.get(best)


def _said(question: Question) -> str:
    # the question and its title say what it is; the description only what a row is
    return f"{question.name} {question.title} {question.question} {' '.join(question.tags)}"


def _words(text: str) -> set[str]:
    return {_stem(word) for word in folded(text).split() if word not in _SMALL}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


_SMALL: Final = frozenset(
    folded(
        "a an and are as at by did do does for from had has have how in is it its many much of on "
        "or our that the their them there they this to was were what when where which who whom "
        "whose with"
    ).split()
)
