"""What readers call a thing, resolved to the one that is meant: id, name, acronym, code, label.

    country=AT, Austria, Österreich, country/AT   -> country/AT
    call=JTC2024                                  -> call/ep-permed-jtc2024
    step=biobanking                               -> pm-step/biobanking

One hit is taken, and the answer names it; several, or none, are refused with suggestions. The
command line, REST and the pages all ask here, so that no face gives an empty answer for a thing
that does not exist.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import polars as pl
from anyascii import anyascii

from permed.graph.errors import NotFoundError
from permed.graph.identifiers import recognise
from permed.graph.store import SparqlStore
from permed.ontology import SCHEME, prefix_block
from permed.queries.catalogue import ANY_KIND, Parameter, Question
from permed.queries.near_names import NearNames

__all__ = [
    "Naming",
    "Resolved",
    "country_code",
    "country_spelt",
    "folded",
    "naming_of",
    "resolve",
    "resolve_all",
    "stems_of",
]

_CONCEPTS: Final = str(SCHEME)
_COUNTRY_NAMES: Final = Path(__file__).parent / "country_names.tsv"
_PATH: Final = re.compile(r"[a-z-]+/\S+")
_NAMES: Final = """
SELECT ?thing ?name ?label ?other WHERE {
  { VALUES ?named { rdfs:label skos:prefLabel } ?thing ?named ?text . BIND("true" AS ?label) }
  UNION { VALUES ?called { skos:altLabel eurio:legalName eurio:title pm:acronym skos:notation }
    ?thing ?called ?text }
  UNION { ?thing pm:identifier/skos:notation ?text }
  UNION { ?thing dcterms:isReplacedBy ?other }
  BIND(STR(?text) AS ?name)
}
"""
_DOUBLES: Final = str.maketrans(
    {"ä": "ae", "æ": "ae", "ö": "oe", "ø": "oe", "œ": "oe", "ü": "ue", "å": "aa"}
)
_DOUBLED: Final = re.compile("(?<=a)[ae]|(?<=[ou])e")
_LONG_WORD: Final = 5  # letters
_PERSON: Final = "person/"  # Michal and Michael are two
_MOST: Final = 5  # suggestions of one refusal


@dataclass(frozen=True)
class Resolved:
    """One parameter as it was given, and the thing that was taken for it."""

    parameter: str
    given: str
    value: str  # as `Question.bind` takes it: country/AT, pm-step/biobanking
    label: str

    def __str__(self) -> str:
        return f"{self.parameter}: {self.label} ({self.value})"


def folded(name: str) -> str:
    """Return a name in plain small letters and digits, words parted by one blank."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(name).lower()))


def _written_out(name: str) -> str:
    """Fold a name with ä, ö, ü, å as ae, oe, ue, aa: `Müller` and `Mueller` agree."""
    whole = unicodedata.normalize("NFC", name).lower()
    return folded(whole.translate(_DOUBLES) if not whole.isascii() else whole)


def _undoubled(key: str) -> str:
    """Shorten ae, oe, ue, aa in the longer words of a folded name: `universitaet`, `universitat`.

    Short words are acronyms, and AAU is not AU.
    """
    return " ".join(
        _DOUBLED.sub("", word) if len(word) >= _LONG_WORD else word for word in key.split()
    )


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
        for code, spelt in _country_names().items():
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

    def existing(self, thing: str) -> str | None:
        """Return the id in use now, or None where there is no such thing."""
        thing = self._replaced_by.get(thing, thing)
        return thing if thing in self._labels else None

    def exactly(self, text: str, stems: tuple[str, ...]) -> set[str]:
        """Return the things of a kind that have this very name, acronym, code or identifier."""
        if identifier := recognise(text):
            text = identifier[1] if folded(identifier[1]) in self._by_name else text
        return self._spelt(text, stems)

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
        """All names that hold a word, by the word."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in self._by_name:
            for word in name.split():
                found[word].add(name)
        return dict(found)

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
    replaced = kept.filter(pl.col("other").is_not_null()).select("thing", "other")
    return Naming(
        called.select("thing", "name").iter_rows(),
        dict(labels.select("thing", "name").iter_rows()),
        dict(replaced.iter_rows()),
    )


@cache
def _country_names() -> dict[str, list[str]]:
    lines = _COUNTRY_NAMES.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: [folded(name) for name in names] for code, *names in rows}


def country_spelt(text: str) -> str | None:
    """Return the ISO code of the country that a text names in any language, None where none."""
    return _country_codes().get(folded(text))


@cache
def _country_codes() -> dict[str, str]:
    found = {name: code for code, spelt in _country_names().items() for name in spelt}
    return {name: code for name, code in found.items() if name} | {
        code.lower(): code for code in _country_names()
    }


def resolve_all(
    question: Question, given: Mapping[str, str], naming: Naming, base: str
) -> list[Resolved]:
    """Return what was taken for each parameter that names a thing, given or by default.

    NotFoundError, with suggestions, where one names nothing or several things.
    """
    return [
        resolve(parameter, value, naming, base)
        for parameter in question.params
        if parameter.type in ("iri", "concept")
        and (value := given.get(parameter.name) or parameter.default)
    ]


def resolve(parameter: Parameter, given: str, naming: Naming, base: str) -> Resolved:
    """Return the thing that one value of a parameter names.

    NotFoundError says which things are meant, where it may mean several, or come near, where none
    has the name.
    """
    stems = stems_of(parameter)
    text = _without_base(given.strip(), base)
    if parameter.type == "concept" and naming.existing(f"scheme/{text}"):
        text = f"scheme/{text}"
    if _PATH.fullmatch(text) and (thing := naming.existing(text)):
        if stems and not thing.startswith(stems):
            raise NotFoundError(
                f"{parameter.name}={given}: {naming.label(thing)} ({thing}) is no "
                f"{_kinds(parameter)}; give one such as {parameter.example}"
            )
        return _taken(parameter, given, thing, naming)
    words = text.rpartition("/")[2] if _PATH.fullmatch(text) else text
    if identifier := recognise(given):
        words = identifier[1] if naming.named(identifier[1], stems) else words
    found = naming.named(words, stems)
    # a path names one thing or none: words of it only help to find what may be meant
    if len(found) == 1 and not _PATH.fullmatch(text):
        return _taken(parameter, given, found.pop(), naming)
    raise NotFoundError(_refusal(parameter, given, sorted(found), words, naming))


_COUNTRY: Final = Parameter("country", "iri", "a country", "country/FI", kinds=("country",))


def country_code(country: str, naming: Naming, base: str) -> str | None:
    """Return the ISO code of a country by any of its names, None where none is given.

    NotFoundError, with suggestions, for one that there is not.
    """
    if not country.strip():
        return None
    return resolve(_COUNTRY, country, naming, base).value.rpartition("/")[2]


def _refusal(parameter: Parameter, given: str, found: list[str], words: str, naming: Naming) -> str:
    meant = found or naming.near(words, stems_of(parameter))
    told = [f"{naming.label(thing)} ({_value(parameter, thing)})" for thing in meant[:_MOST]]
    rest = f" and {len(meant) - _MOST} more" if len(meant) > _MOST else ""
    if len(found) > 1:
        return f"{parameter.name}={given} may mean {', '.join(told)}{rest}; give one of these ids"
    hint = f"did you mean {' or '.join(told)}?" if told else f"give one such as {parameter.example}"
    return f"{parameter.name}={given}: no {_kinds(parameter)} of this name; {hint}"


def _taken(parameter: Parameter, given: str, thing: str, naming: Naming) -> Resolved:
    return Resolved(parameter.name, given, _value(parameter, thing), naming.label(thing))


def _value(parameter: Parameter, thing: str) -> str:
    return thing.removeprefix("scheme/") if parameter.type == "concept" else thing


def _without_base(text: str, base: str) -> str:
    if text.startswith(_CONCEPTS):
        return f"scheme/{text.removeprefix(_CONCEPTS)}"
    return text.removeprefix(f"{base}id/").removeprefix("id/")


def stems_of(parameter: Parameter) -> tuple[str, ...]:
    """Return how the ids begin of the things that a parameter may name; none where all may be."""
    if parameter.kinds == (ANY_KIND,):
        return ("scheme/",) if parameter.type == "concept" else ()
    before = "scheme/" if parameter.type == "concept" else ""
    return tuple(f"{before}{kind}/" for kind in parameter.kinds)


def _kinds(parameter: Parameter) -> str:
    return "thing" if parameter.kinds == (ANY_KIND,) else " or ".join(parameter.kinds)
