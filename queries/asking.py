"""Which question of the catalogue is meant: by its number, its name, or in a reader's own words."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from permed.graph.errors import NotFoundError
from permed.graph.tables.country_names import folded
from permed.queries.catalogue import ANY_KIND, Catalogue, Parameter, Question
from permed.queries.naming import Naming
from permed.queries.resolution import stems_of
from permed.queries.spoken_words import SMALL, catalogue_word

__all__ = ["meant", "named_in", "numbered"]

_ENOUGH: Final = 0.3  # of the weight of a reader's words that a question must hold
_SHORT: Final = 2  # letters of a code, which are a word of a sentence as well
_SAID_OTHERWISE: Final = 0.8  # of the weight of a word that is said in other words or misspelt
_FIELDS: Final = "scheme/euroscivoc"
_OF_A_NAME: Final = 0.3  # of the weight of a word that is a part of a name
_IN_ITS_NAME: Final = 0.2  # of the mean weight more that the words of its name and title have
_OF_IT: Final = 0.5  # of the weight of the rarest word: a question that asks of what is named
_SUGGESTED: Final = 3
_WORDS: Final = 5  # of a name in a sentence
_PUNCTUATION: Final = re.compile(r"[^\w&/.'-]|[.,](?=\s|$)")
_ENDINGS: Final = (
    ("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("ss", "ss"), ("s", ""), ("ing", ""),
    ("membership", "member"),
)  # fmt: skip
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LETTERS_AND_YEAR: Final = re.compile(r"[A-Z]+ ?(?:19|20)\d\d", re.IGNORECASE)


def numbered(catalogue: Catalogue) -> dict[int, list[Question]]:
    """Return the questions of each competency number, the one with the same rows first."""
    found: dict[int, list[Question]] = {}
    for question in catalogue:
        if question.competency is not None:
            found.setdefault(question.competency, []).append(question)
    return dict(sorted(found.items()))


def meant(text: str, catalogue: Catalogue, naming: Callable[[], Naming] | None = None) -> Question:
    """Return the question that a number, a name or some words mean.

    Words: the question that holds most of their weight, rare words counting more (log of the
    number of questions over those with the word). Years, and names of things where `naming` gives
    them, say nothing of the question but that it can be asked of such a thing. NotFoundError, with
    the nearest, where none holds a third.
    """
    if text.strip().isdigit():
        by_number = numbered(catalogue)
        if int(text) not in by_number:
            raise NotFoundError(f"no question {text}; they go from 1 to {max(by_number)}")
        return by_number[int(text)][0]
    for question in catalogue:
        if question.name == text.strip():
            return question
    return _nearest(text, catalogue, naming() if naming else None)


def named_in(text: str, parameter: Parameter, naming: Naming) -> str | None:
    """Return the part of a text that is the name of one thing a parameter may take, else None.

    The longest such part, of at most five words; two letters only where they stand in capitals.
    """
    for part in _parts(text):
        if len(_things(part, stems_of(parameter), naming)) == 1:
            return part
    return None


def _things(part: str, stems: tuple[str, ...], naming: Naming) -> set[str]:
    """Return what is called so; a call goes by letters and year (JTC2021) without its programme."""
    exact = naming.exactly(part, stems)
    if exact or not _LETTERS_AND_YEAR.fullmatch(part):
        return exact
    return naming.named(part, stems)


def _parts(text: str) -> Iterator[str]:
    """Yield what may be a name in a text, the longest first; words such as `and` are none (AND)."""
    words = _PUNCTUATION.sub(" ", text).split()
    for length in range(min(_WORDS, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            part = " ".join(words[at : at + length])
            small = not part.isupper() and SMALL.issuperset(folded(part).split())
            if not small and (len(part) > _SHORT or (len(part) == _SHORT and part.isupper())):
                yield part


def _nearest(text: str, catalogue: Catalogue, naming: Naming | None) -> Question:
    held = {question.name: _words(_said(question)) for question in catalogue}
    called = {question.name: _words(f"{question.name} {question.title}") for question in catalogue}
    spread = Counter(word for words in held.values() for word in words)
    kinds = tuple({kind for q in catalogue for p in q.params for kind in _kinds(p)})
    named = _named(text, kinds, spread, naming) if naming else {}
    rarest = math.log(1 + len(held))
    weight, unknown = _weighed(_words(text), _words(" ".join(named)), spread, 1 + len(held))
    whole = sum(weight.values()) + rarest * unknown
    score = {
        name: sum(weight.get(word, 0.0) for word in words)
        + _IN_ITS_NAME * statistics.mean(weight.get(word, 0.0) for word in called[name])
        for name, words in held.items()
    }
    things = {thing for found in named.values() for thing in found}
    near = {
        question.name: score[question.name] + _OF_IT * rarest * _asks_of(question, things)
        for question in catalogue
        if score[question.name]
    }
    # of questions that hold the same words the shorter one is nearer
    best = sorted(near, key=lambda name: (-round(near[name], 6), len(held[name])))
    if not best or score[best[0]] < _ENOUGH * whole:
        told = f"; the nearest are {', '.join(best[:_SUGGESTED])}" if best else ""
        raise NotFoundError(f"no question is near '{text}'{told}; see: permed query --list")
    return catalogue.get(best[0])


def _weighed(
    asked: set[str], of_names: set[str], spread: Counter[str], most: int
) -> tuple[dict[str, float], int]:
    """Return the weight of each word of the catalogue that is asked with, and how many are none.

    of_names: words that are a part of a name; spread: in how many questions a word is, of `most`.
    """
    weight: dict[str, float] = {}
    unknown = 0
    for word in asked - {word for word in of_names if word not in spread}:
        known = word if word in spread else catalogue_word(word, spread)
        if known is None:
            unknown += 1
            continue
        share = _OF_A_NAME if word in of_names else 1 if known == word else _SAID_OTHERWISE
        full = math.log(most / spread[known])
        weight[known] = max(weight.get(known, 0.0), share * full)
    return weight, unknown


def _named(
    text: str, kinds: tuple[str, ...], spread: Counter[str], naming: Naming
) -> dict[str, set[str]]:
    """Return the parts of a text that name things of a kind; a word of questions is none."""
    found: dict[str, set[str]] = {}
    for part in _parts(text):
        inside = any(f" {part} " in f" {longer} " for longer in found)
        common = part == part.lower() and all(word in spread for word in _words(part))
        if not inside and not common and (things := _things(part, kinds, naming)):
            found[part] = things
    return found


def _asks_of(question: Question, things: set[str]) -> int:
    """Return how many parameters of a question may take one of the things."""
    kinds = [tuple(_kinds(parameter)) for parameter in question.params]
    return sum(any(thing.startswith(one) for thing in things) for one in kinds if one)


def _kinds(parameter: Parameter) -> Iterator[str]:
    """Yield how the ids begin of what a parameter takes: of any concept the fields of science."""
    if parameter.kinds == (ANY_KIND,):
        yield from [_FIELDS] * (parameter.type == "concept")
    elif parameter.type in ("iri", "concept"):
        yield from stems_of(parameter)


def _said(question: Question) -> str:
    # the question and its title say what it is; the description only what a row is
    return f"{question.name} {question.title} {question.question} {' '.join(question.tags)}"


def _words(text: str) -> set[str]:
    """Return the telling words of a text without their endings; a year is none."""
    words = (
        word for word in folded(text).split() if word not in SMALL and not _YEAR.fullmatch(word)
    )
    return {_stem(word) for word in words}


def _stem(word: str) -> str:
    for plural, one in _ENDINGS:
        if word.endswith(plural) and (len(word) > len(plural) + 2 or word == plural):
            return word.removesuffix(plural) + one
    return word
