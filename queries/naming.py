"""All things of a release by what they are called, however a reader spells it.

Names in all languages, acronyms, codes and identifiers lead to ids; letters with marks, written out
or left away, are the same letters. `resolution.py` takes one thing of those that are found here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import polars as pl

from permed.graph.identifiers import recognise
from permed.graph.store import SparqlStore
from permed.graph.tables.country_names import country_names, folded
from permed.ontology import SCHEME, prefix_block
from permed.queries.near_names import NearNames, names_by_word

__all__ = ["Naming", "naming_of"]

_CONCEPTS: Final = str(SCHEME)
_NAMES: Final = """
SELECT ?thing ?name ?label ?call ?other WHERE {
  { VALUES ?named { rdfs:label skos:prefLabel } ?thing ?named ?text . BIND("true" AS ?label) }
  UNION { VALUES ?called { skos:altLabel eurio:legalName eurio:title pm:acronym skos:notation }
    ?thing ?called ?text }
  UNION { ?thing a pm:Call ; pm:acronym ?text . BIND("true" AS ?call) }
  UNION { ?thing pm:identifier/skos:notation ?text }
  UNION { ?thing dcterms:isReplacedBy ?other }
  BIND(STR(?text) AS ?name)
}
"""
_DOUBLES: Final = str.maketrans(
    {"ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe", "œ": "oe", "ü": "ue", "å": "aa"}
)
_DOUBLED: Final = re.compile("(?<=a)[ae]|(?<=[ou])e")
_BEFORE_NUMBER: Final = re.compile(r"(?<=[a-z]) (?=[0-9])")
_AT_NUMBER: Final = re.compile(r"(?<=[a-z])(?=[0-9])")
_DOTTED: Final = re.compile(r"(?:\w\.\s?){2,}\w?")
_FORMER: Final = re.compile(
    r"\s*\((?:ehemals|ex|former|formerly|previously)\b[^)]*\)", re.IGNORECASE
)
_SHORT_BEHIND: Final = re.compile(r"(.+\S)\s*\(([^()]+)\)")
_OTHER_CENTRE: Final = {"centre": "center", "center": "centre"}
_CENTRE: Final = re.compile(r"\bcent(?:re|er)\b")
_CUT_SHORT: Final = {
    "uni": ("university of {}", "universitat {}", "{} university"),
    "tu": ("technical university of {}", "technische universitat {}"),
}
_TWO: Final = 2  # words that are written as one elsewhere
_LONG_WORD: Final = 5  # letters
_PERSON: Final = "person/"  # Michal and Michael are two


def _written_out(name: str) -> str:
    """Fold a name with ä, ö, ü, å as ae, oe, ue, aa: `Müller` and `Mueller` agree."""
    whole = unicodedata.normalize("NFC", name).lower()
    return folded(whole.translate(_DOUBLES) if not whole.isascii() else whole)


def _same_area(thing: str) -> str:
    """Return the region that a region is all of: in NUTS the only part has its code and a 0."""
    part = thing.startswith("region/") and thing.endswith("0")
    return thing.removesuffix("0") if part else ""


def _undoubled(key: str) -> str:
    """Shorten ae, oe, ue, aa in the longer words of a folded name: `universitaet`, `universitat`.

    Short words are acronyms, and AAU is not AU.
    """
    return " ".join(
        _DOUBLED.sub("", word) if len(word) >= _LONG_WORD else word for word in key.split()
    )


def _written_otherwise(text: str) -> list[str]:
    """Return a name as others write it, the likeliest first, none that is the same again.

    `JTC 2024`, `JTC2024`; `Health & Welfare`, `Health and Welfare`; `I.S.C.I.I.I.`, `ISCIII`;
    `Centre`, `Center`; `Uni Bern`, `University of Bern`; `Zon Mw`, `ZonMw`; `X (formerly Y)`, `X`.
    """
    plain = _FORMER.sub("", text.replace("&", " and "))
    key = folded(plain.replace(".", "") if _DOTTED.fullmatch(plain.strip()) else plain)
    words = key.split()
    found = [key, _BEFORE_NUMBER.sub("", key), _AT_NUMBER.sub(" ", key)]
    found += [_CENTRE.sub(lambda word: _OTHER_CENTRE[word.group()], key)]
    if len(words) > 1:
        found += [form.format(" ".join(words[1:])) for form in _CUT_SHORT.get(words[0], ())]
    if len(words) == _TWO and min(map(len, words)) > 1 and len(key) >= _LONG_WORD:
        found.append("".join(words))
    return [other for other in dict.fromkeys(found) if other not in ("", folded(text))]


class Naming:
    """All things of a release by their names; ids are paths such as `scheme/role/member`."""

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        labels: Mapping[str, str],
        replaced_by: Mapping[str, str] | None = None,
    ) -> None:
        """Take pairs of id and name, the label of each id, and ids that others replaced."""
        self._labels = labels
        self._replaced_by = replaced_by or {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._of_kind: dict[tuple[str, ...], NearNames] = {}
        self._by_written_out: dict[str, set[str]] = defaultdict(set)
        for thing, name in names:
            self._add(thing, name)
        for thing, label in labels.items():
            self._add(thing, label)
            self._by_name[folded(thing.rpartition("/")[2])].add(thing)
            if (whole := _same_area(thing)) in labels:
                self._by_name[folded(label)].add(whole)
        for code, spelt in country_names().items():
            if (country := f"country/{code}") in labels:
                for name in spelt:
                    self._by_name[name].add(country)
        self._by_name.pop("", None)

    def _add(self, thing: str, name: str) -> None:
        key = folded(name)
        self._by_name[key].add(thing)
        if not name.isascii() and (whole := _written_out(name)) != key:
            self._by_written_out[whole].add(thing)

    def label(self, thing: str) -> str:
        """Return the label of a thing, its id where it has none."""
        return self._labels.get(thing) or thing

    def labels_of(self, kind: str) -> dict[str, str]:
        """Return the label of each thing of a kind by the end of its id: country names by code."""
        start = f"{kind}/"
        found = ((t.removeprefix(start), label) for t, label in self._labels.items()
                 if t.startswith(start))  # fmt: skip
        return dict(found)

    def existing(self, thing: str) -> str | None:
        """Return the id in use now, or None where there is no such thing."""
        thing = self._replaced_by.get(thing, thing)
        return thing if thing in self._labels else None

    def exactly(self, text: str, stems: tuple[str, ...]) -> set[str]:
        """Return the things of a kind that have this very name, acronym, code or identifier."""
        if identifier := recognise(text):
            text = identifier[1] if folded(identifier[1]) in self._by_name else text
        for spelt in (text, *_written_otherwise(text)):
            if found := self._spelt(spelt, stems):
                return found
        both = _SHORT_BEHIND.fullmatch(text.strip())  # Name (SHORT): what is called both ways
        return self._spelt(both[1], stems) & self._spelt(both[2], stems) if both else set()

    def called(self) -> dict[str, list[str]]:
        """Return the things by each folded name, for those who look names up in a file."""
        return {
            name: sorted(thing for thing in things if _same_area(thing) not in things)
            for name, things in sorted(self._by_name.items())
        }

    def labels(self) -> dict[str, str]:
        """Return the label of each thing by its id."""
        return dict(self._labels)

    def replacements(self) -> dict[str, str]:
        """Return the id in use now of each that was replaced."""
        return dict(self._replaced_by)

    def example(self, kind: str) -> str:
        """Return the id of a thing of a kind, the first in order; where there is none, its form."""
        return min((t for t in self._labels if t.startswith(f"{kind}/")), default=f"{kind}/…")

    def _spelt(self, text: str, stems: tuple[str, ...]) -> set[str]:
        """Return the things of a kind with this name in the strictest spelling that any has.

        First in plain letters, then with ä as ae, then with either as a (not for people).
        """
        key, whole = folded(text), _written_out(text)
        if same := self._of(self._by_name.get(key, ()), stems):
            return same
        alike = self._by_written_out.get(whole, set()) | self._by_name.get(whole, set())
        if same := self._of(alike, stems):
            return same
        short = self._of(self._by_undoubled.get(_undoubled(key), ()), stems)
        return {thing for thing in short if not thing.startswith(_PERSON)}

    def named(self, text: str, stems: tuple[str, ...]) -> set[str]:
        """Return the things of a kind with this very name; else those whose name has its words."""
        for spelt in (text, *_written_otherwise(text)):
            if found := self._named(spelt, stems):
                return {thing for thing in found if _same_area(thing) not in found}
        return set()

    def _named(self, text: str, stems: tuple[str, ...]) -> set[str]:
        key = folded(text)
        if exact := self._spelt(text, stems):
            return exact
        holding = [self._names_with.get(word, set()) for word in key.split()]
        names = set.intersection(*holding) if holding else set()
        return self._of({thing for name in names for thing in self._by_name[name]}, stems)

    def near(self, text: str, stems: tuple[str, ...]) -> list[str]:
        """Return things of a kind whose names come near this one, the nearest first."""
        if stems not in self._of_kind:
            mine = ((name, self._of(things, stems)) for name, things in self._by_name.items())
            self._of_kind[stems] = NearNames({name: things for name, things in mine if things})
        return self._of_kind[stems].near(folded(text))

    @cached_property
    def _by_undoubled(self) -> dict[str, set[str]]:
        """All things by the names that have lost their double letters."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, things in self._by_name.items():
            found[_undoubled(name)] |= things
        return dict(found)

    @cached_property
    def _names_with(self) -> dict[str, set[str]]:
        return names_by_word(self._by_name)

    def _of(self, things: Iterable[str], stems: tuple[str, ...]) -> set[str]:
        # names lead to statement nodes too, which have no label and cannot be asked for
        return {t for t in things if t in self._labels and (not stems or t.startswith(stems))}


def naming_of(store: SparqlStore, base: str) -> Naming:
    """Read all names of a store: labels, other names, acronyms, codes and identifiers."""
    names = store.select_frame(f"{prefix_block()}{_NAMES}").with_columns(
        pl.col("thing", "other")
        .str.strip_prefix(f"{base}id/")
        .str.replace(_CONCEPTS, "scheme/", literal=True)
    )
    kept = names.filter(~pl.col("thing").str.starts_with("http"))
    called = kept.filter(pl.col("name").is_not_null())
    labels = called.filter(pl.col("label") == "true").sort("thing", "name").unique("thing")
    # a joint call is known by its short name; its title is a sentence
    calls = called.filter(pl.col("call") == "true").sort("thing", "name").unique("thing")
    replaced = kept.filter(pl.col("other").is_not_null()).select("thing", "other")
    return Naming(
        called.select("thing", "name").iter_rows(),
        dict(labels.select("thing", "name").iter_rows())
        | dict(calls.select("thing", "name").iter_rows()),
        dict(replaced.iter_rows()),
    )
