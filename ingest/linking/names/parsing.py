"""Organisation names as tokens: any script folded, legal forms apart, words of one meaning joined.

The tables beside this module are the data it reads: legal forms, words in many languages, cities,
countries, stop words.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from anyascii import anyascii

__all__ = [
    "Name",
    "canonical",
    "city_key",
    "country_aliases",
    "country_code",
    "country_name",
    "field_words",
    "fold",
    "fold_letters",
    "legal_words",
    "parse_acronym",
    "parse_name",
    "table",
    "unit_kinds",
    "without_country",
]

MAX_CHARACTERS = 2000
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[a-z0-9]+|[{_HAN}]|[^\x00-\x7f\s{_HAN}]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.[ ]?)+[^\W\d_]\b\.?")
_AMPERSAND = re.compile(r"\b[^\W\d_](?:[^\W\d_]{0,2}&[^\W\d_]{0,2}| & )[^\W\d_]\b")
_UMLAUT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_EU_TO_ISO = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name read for matching.

    ``tokens`` are all folded words, ``core`` those without legal form, ``key`` the core in
    canonical words without stop words (the core itself where nothing else is left), ``legal`` the
    kinds of legal form seen (company, nonprofit, public).
    """

    tokens: tuple[str, ...]
    core: tuple[str, ...]
    key: tuple[str, ...]
    legal: frozenset[str]


def table(name: str) -> list[dict[str, str]]:
    """Rows of one of the tab-separated tables beside this module."""
    text = (
        resources.files("permed.ingest.linking.names").joinpath("tables", name).read_text("utf-8")
    )
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


@lru_cache(maxsize=200_000)
def fold(text: str) -> tuple[str, ...]:
    """Lower-case words of a text; Greek and Cyrillic in Latin letters, other scripts as they are.

    Only alphabets are romanised: consonant scripts and Han would let different names fall together
    (Shaanxi and Shanxi); each Han character is a word. Control characters are dropped, ``S.p.A.``
    becomes ``spa``, ``ü`` and ``ue`` become ``u``.
    """
    text = " ".join(fold_letters(text))
    for double, single in _UMLAUT:
        text = text.replace(double, single)
    return tuple(text.split())


@lru_cache(maxsize=50_000)
def fold_letters(text: str) -> tuple[str, ...]:
    """Fold a text as `fold` does, with ``ae`` left as it is written."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])
    if "&" in text:
        text = _AMPERSAND.sub(lambda match: match.group().replace("&", "").replace(" ", ""), text)
    text = _DOTTED.sub(lambda match: match.group().replace(".", "").replace(" ", "") + " ", text)
    if not (text.isascii() and text.isprintable()):
        text = "".join(_latin(character) for character in text)
    return tuple(_TOKEN.findall(text.lower()))


@lru_cache(maxsize=20_000)
def _latin(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() else " "
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category[0] in "CPZS":
        return " "
    if character < "\u0590" or "\u10a0" <= character < "\u1100" or "\u1e00" <= character < "\u2000":
        return "" if category == "Mn" else anyascii(character)
    return character


@cache
def _legal_forms() -> dict[tuple[str, ...], frozenset[str]]:
    forms: dict[tuple[str, ...], set[str]] = {}
    for row in table("legal_forms.tsv"):
        forms.setdefault(fold(row["form"]), set()).add(row["kind"])
    return {form: frozenset(kinds) for form, kinds in forms.items()}


@cache
def legal_words() -> frozenset[str]:
    """Legal forms of one word, which say nothing wherever they stand (``Oy Arbonaut``)."""
    return frozenset(form[0] for form in _legal_forms() if len(form) == 1)


@cache
def _longest_form() -> int:
    return max(map(len, _legal_forms()))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for row in table("words.tsv"):
        heads = row["word"].split("|")
        target = fold(heads[0])
        for form in map(fold, heads + row["forms"].split("|")):
            if len(form) == 1:
                words.setdefault(form[0], target)
    for row in table("cities.tsv"):
        for city in map(fold, row["forms"].split("|")):
            if len(city) == 1:
                words.setdefault(city[0], fold(row["city"]))
    return words


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(word for row in table("stopwords.tsv") for word in fold(row["word"]))


@lru_cache(maxsize=500_000)
def _canonical_word(word: str) -> tuple[str, ...]:
    known = _words().get(word)
    if known is not None:
        return known
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        return _words().get(word[:-1], (word[:-1],))
    return (word,)


def canonical(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Words of one meaning joined (``univ``, ``universita`` -> ``university``), no stop words."""
    stop = _stop_words()
    return tuple(word for token in tokens if token not in stop for word in _canonical_word(token))


def _strip_legal(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Take legal forms off both ends, the longest first, as long as something is left."""
    forms, kinds = _legal_forms(), frozenset[str]()
    changed = True
    while changed and len(tokens) > 1:
        changed = False
        for size in range(min(_longest_form(), len(tokens) - 1), 0, -1):
            if tokens[-size:] in forms:
                kinds, tokens, changed = kinds | forms[tokens[-size:]], tokens[:-size], True
                break
            if size > 1 and tokens[:size] in forms:
                kinds, tokens, changed = kinds | forms[tokens[:size]], tokens[size:], True
                break
    return tokens, kinds


@lru_cache(maxsize=50_000)
def parse_name(text: str) -> Name:
    """Read one name; an empty or sign-only text gives empty tokens."""
    tokens = fold(text)
    core, legal = _strip_legal(tokens)
    return Name(tokens, core, canonical(core) or core, legal)


def parse_acronym(text: str) -> Name:
    """Read an acronym, all of it: no part is a legal form (``LAAS-CNRS`` is not CNRS)."""
    tokens = fold(text)
    key = canonical(tokens)
    return Name(tokens, tokens, key if len(key) >= len(tokens) else tokens, frozenset())


@cache
def unit_kinds() -> dict[str, str]:
    """What a canonical word says about an organisation (university, hospital, unit, ...)."""
    return {word: row["kind"] for row in table("unit_words.tsv") for word in fold(row["word"])}


@cache
def field_words() -> dict[str, str]:
    """Words that tell one university from another of the same town, to their field (medicine)."""
    return {word: row["field"] for row in table("field_words.tsv") for word in fold(row["word"])}


@cache
def country_aliases() -> dict[tuple[str, ...], str]:
    """Country names and codes in words, folded, to ISO 3166 codes."""
    return {
        fold(alias): row["code"]
        for row in table("countries.tsv")
        for alias in row["names"].split("|")
    }


@cache
def _country_codes() -> dict[str, str]:
    rows = table("countries.tsv")
    return {row[key]: row["code"] for key in ("alpha3", "code") for row in rows} | _EU_TO_ISO


def country_code(text: str | None) -> str | None:
    """ISO 3166 alpha-2 of such a code, an alpha-3 code, EL, UK or a country's name; else None."""
    cleaned = (text or "").strip().upper()
    return _country_codes().get(cleaned) or country_aliases().get(fold(cleaned))


def without_country(name: str, country: str | None) -> str:
    """Drop the country (ISO code) that ROR writes behind a company, ``Bayer (Germany)``."""
    head, opened, tail = name.rpartition("(")
    if not opened or not head.strip() or not tail.rstrip().endswith(")"):
        return name
    place = fold(tail.rstrip()[:-1])
    return head if country and country_aliases().get(place) == country else name


@cache
def _country_names() -> dict[str, str]:
    return {row["code"]: row["names"].split("|")[0].title() for row in table("countries.tsv")}


def country_name(code: str) -> str:
    """English name of an ISO 3166 alpha-2 code; the code itself where it is none."""
    return _country_names().get(code, code)


@cache
def _cities() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {
        fold(form): fold(row["city"])
        for row in table("cities.tsv")
        for form in row["forms"].split("|")
    }


@lru_cache(maxsize=200_000)
def city_key(text: str | None) -> tuple[str, ...]:
    """A city's folded name, in English where it has one (``Wien`` -> ``vienna``); empty if none."""
    words = tuple(word for word in fold(text or "") if not any(c.isdigit() for c in word))
    return _cities().get(words, words)
