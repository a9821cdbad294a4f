"""What speaks for and against a pair of a name to match and a candidate, as legible numbers."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.overlap import RARE, Overlap, overlap
from permed.ingest.linking.names.parsing import (
    Name,
    canonical,
    city_key,
    country_aliases,
    field_words,
    legal_words,
    parse_name,
    unit_kinds,
    without_country,
)
from permed.ingest.linking.names.spelling import spellings, spelt_apart

__all__ = ["NAME_FEATURES", "NameQuery", "Pair", "compare"]

NAME_FEATURES = (
    "same_text",
    "same_key",
    "same_words",
    "part_same",
    "jaccard",
    "covered",
    "covers",
    "covered_in_context",
    "part_jaccard",
    "text_ratio",
    "shared_weight",
    "stray_query",
    "stray_name",
    "acronym_same",
    "acronym_inside",
    "acronym_spelt",
    "country_same",
    "country_differs",
    "city_same",
    "city_differs",
    "city_in_name",
    "kind_display",
    "kind_former",
    "kind_acronym",
    "kinds_lost",
    "kinds_gained",
    "hospital_differs",
    "university_differs",
    "company_fits",
    "company_misfits",
    "numbers_differ",
    "renown",
    "closed",
    "begins",
    "field_differs",
    "query_weight",
    "query_words",
    "rival_jaccard",
    "rival_same",
    "rivals_here",
)
_STRAY = ("stray_telling", "stray_words", "stray_first")
_PARTS = re.compile(r"\s[-–—|/]+\s|[()\[\]|/;:]|,\s")


@dataclass(frozen=True)
class NameQuery:
    """A name to match, as written and read, with its country (ISO or None) and city key."""

    text: str
    name: Name
    parts: tuple[Name, ...]
    country: str | None
    city: tuple[str, ...]

    @classmethod
    def of(cls, text: str, country: str | None, city: str | None) -> NameQuery:
        """Read a row."""
        text = without_country(text, country)
        pieces = [piece for piece in _PARTS.split(text) if piece and piece.strip()]
        parts = tuple(p for p in map(parse_name, pieces) if p.key) if len(pieces) > 1 else ()
        return cls(text, parse_name(text), parts, country, city_key(city))

    def with_words(self, key: tuple[str, ...]) -> NameQuery:
        """Return the query with other canonical words."""
        return self if key == self.name.key else replace(self, name=replace(self.name, key=key))


@dataclass(frozen=True)
class Pair:
    """A candidate (row of the entity, row of its closest name) with its features by name."""

    entity: int
    name: int
    features: dict[str, float]


def compare(index: NameIndex, query: NameQuery, entity: int) -> Pair:
    """Features of a pair, rivals not yet considered."""
    bag, doubtful = frozenset(query.name.key), bool(spellings(query.text))
    joined = "".join(query.name.key)  # ``Agri Food`` is Agrifood
    best, closest = -1.0, index.names_of[entity][0]
    nearest = overlap(bag, frozenset(), index.idf)
    for row in index.names_of[entity]:
        if index.kinds[row] == "acronym":
            continue
        name = frozenset(index.keys[row])
        found = overlap(name if joined == "".join(index.keys[row]) else bag, name, index.idf)
        if (doubtful or row in index.with_umlauts) and spelt_apart(query.text, index.values[row]):
            found = overlap(bag, frozenset(), index.idf)
        rank = found.jaccard + 0.01 * (index.kinds[row] in ("display", "label"))
        if rank > best:
            best, closest, nearest = rank, row, found
    features = {
        **_text_features(index, query, closest, nearest),
        **_part_features(index, query, entity),
        **_acronym_features(index, query, entity),
        **_place_features(index, query, entity, closest),
        **_kind_features(index, query, entity, closest),
        **_in_context(index, query, entity, nearest),
        "name_words": float(len(index.keys[closest])),
        "group": float(bool(index.children[entity]) or _has_sisters(index, entity, closest)),
    }
    return Pair(entity, closest, features)


def _has_sisters(index: NameIndex, entity: int, row: int) -> bool:
    """Whether other companies bear the same name: those of a group, one a country."""
    rows = index.exact.get("".join(index.keys[row]), ())
    return any(index.owner[r] != entity and "company" in index.types[index.owner[r]] for r in rows)


def _text_features(
    index: NameIndex, query: NameQuery, row: int, found: Overlap
) -> dict[str, float]:
    key, core = index.keys[row], index.cores[row]
    mine = "".join(query.name.core)
    alike = bool(found.shared)  # words that are spelt apart are equal when folded
    return {
        "same_text": float(alike and mine == core.replace(" ", "")),
        "same_key": float(alike and query.name.key == key),
        "same_words": float(alike and sorted(query.name.key) == sorted(key)),
        "jaccard": found.jaccard,
        "covered": found.covered,
        "covers": found.covers,
        "shared_weight": found.shared,
        "stray_query": found.stray_query,
        "stray_name": found.stray_name,
        "text_ratio": fuzz.ratio(" ".join(query.name.core), core) / 100,
        "query_weight": sum(index.idf.get(word, RARE) for word in query.name.key),
        "query_words": float(len(query.name.key)),
        "numbers_differ": float(_numbers(query.name.key) != _numbers(key)),
    }


def _numbers(words: Sequence[str]) -> set[str]:
    return {word for word in words if word.isdigit() or word in ("ii", "iii", "iv", "vi", "vii")}


def _part_features(index: NameIndex, query: NameQuery, entity: int) -> dict[str, float]:
    """The best of the parts of a name such as ``EDA - Electricidade dos Açores``."""
    same, nearest = 0.0, 0.0
    weight = sum(index.idf.get(word, RARE) for word in query.name.key) or 1.0
    for part in query.parts:
        bag = frozenset(part.key)
        share = sum(index.idf.get(word, RARE) for word in bag) / weight
        for row in index.names_of[entity]:
            if index.kinds[row] == "acronym":
                continue
            if part.key == index.keys[row]:
                same = max(same, share)
            nearest = max(nearest, overlap(bag, frozenset(index.keys[row]), index.idf).jaccard)
    return {"part_same": same, "part_jaccard": nearest}


def _acronym_features(index: NameIndex, query: NameQuery, entity: int) -> dict[str, float]:
    same = inside = spelt = 0.0
    initials = "".join(word[0] for word in query.name.key)
    for row in index.names_of[entity]:
        short = "".join(index.cores[row].split())
        if index.kinds[row] != "acronym" and " " in index.cores[row]:
            continue
        if len(short) < 2:
            continue
        same = max(same, float(short == "".join(query.name.core)))
        inside = max(inside, float(len(short) > 2 and short in query.name.tokens))
        spelt = max(spelt, float(len(short) > 2 and short == initials))
    return {"acronym_same": same, "acronym_inside": inside, "acronym_spelt": spelt}


def _place_features(index: NameIndex, query: NameQuery, entity: int, row: int) -> dict[str, float]:
    country, cities = index.countries[entity], index.cities[entity]
    words = {part for word in index.cores[row].split() for part in (word, *city_key(word))}
    same_city = bool(query.city) and any(_same_city(query.city, city) for city in cities)
    named = bool(query.city) and set(query.city) <= words
    return {
        "country_same": float(bool(country) and country == query.country),
        "country_differs": float(
            bool(country) and query.country is not None and country != query.country
        ),
        "city_same": float(same_city),
        "city_differs": float(bool(query.city) and bool(cities) and not same_city),
        "city_in_name": float(named),
    }


def _same_city(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return True
    if set(one) <= set(other) or set(other) <= set(one):
        return bool(one and other)
    return fuzz.ratio(" ".join(one), " ".join(other)) >= 84


def _kind_features(index: NameIndex, query: NameQuery, entity: int, row: int) -> dict[str, float]:
    kinds = unit_kinds()
    mine = {kinds[word] for word in query.name.key if word in kinds}
    theirs = {kinds[word] for word in index.keys[row] if word in kinds}
    types = index.types[entity]
    company = "company" in types
    return {
        "kind_display": float(index.kinds[row] == "display"),
        "kind_former": float(index.kinds[row] == "former"),
        "kind_acronym": float(index.kinds[row] == "acronym"),
        "kinds_lost": float(len(mine - theirs)),
        "kinds_gained": float(len(theirs - mine)),
        "unit_lost": float(
            len(index.keys[row]) > 1 and bool((mine - theirs) & {"institute", "unit", "hospital"})
        ),
        "hospital_differs": float(("hospital" in mine) != ("hospital" in theirs)),
        "university_differs": float(("university" in mine) != ("university" in theirs)),
        "both_universities": float("university" in mine and "university" in theirs),
        "is_company": float(company),
        "company_fits": float("company" in query.name.legal and company),
        "company_misfits": float(("company" in query.name.legal) != company and bool(types)),
        "begins": math.log1p(index.begins[row]),
        "field_differs": float(_fields(query.name.key) != _fields(index.keys[row])),
        "renown": index.weights[entity],
        "closed": float(index.inactive[entity]),
    }


def _fields(words: Sequence[str]) -> set[str]:
    fields = field_words()
    return {fields[word] for word in words if word in fields}


def _in_context(
    index: NameIndex, query: NameQuery, entity: int, found: Overlap
) -> dict[str, float]:
    """What of the query is explained by the name, or by acronym, place, other names or parents.

    ``stray_telling`` is the weight of the rarest word that is not, legal forms and the country's
    names left out; ``stray_words`` counts them, and ``stray_first`` says that the name begins so.
    """
    if not found.unmatched:
        return dict.fromkeys(_STRAY, 0.0) | {"covered_in_context": 1.0}
    known = {word for row in index.names_of[entity] for word in index.keys[row]}
    for parent in index.parents[entity]:
        known |= {word for row in index.names_of[parent] for word in index.keys[row]}
    known |= {word for city in index.cities[entity] for word in city} | set(query.city)
    weight = sum(index.idf.get(word, RARE) for word in query.name.key) or 1.0
    weights = {word: index.idf.get(word, RARE) for word in found.unmatched - known}
    own = _country_words().get(index.countries[entity] or "", frozenset())
    telling = {word: w for word, w in weights.items() if word not in own | legal_words()}
    return {
        "covered_in_context": 1.0 - min(1.0, sum(weights.values()) / weight),
        "stray_telling": max(telling.values(), default=0.0),
        "stray_words": float(len(telling)),
        "stray_first": float(query.name.key[0] in telling),
    }


@cache
def _country_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for words, code in country_aliases().items():
        found[code].update(canonical(words))
    return {code: frozenset(words) for code, words in found.items()}
