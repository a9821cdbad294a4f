"""Affiliation strings with the organisations they name: three public sets, and records' own names.

Files of the folder of data: Crossref publisher-asserted (one organisation a string), S2AFF (all),
and the functional tests of ROR's own service (all; Crossref of 2024 and Springer of 2023).
"""

from __future__ import annotations

import ast
import json
import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from permed.ingest.linking.names.index import NameIndex
from permed.ingest.linking.names.parsing import country_aliases, fold, table
from permed.ingest.linking.registry.ror_dump import read_registry

__all__ = [
    "FOLDS",
    "OWN",
    "YEARS",
    "LabelledString",
    "fold_of",
    "labelled_strings",
    "own_names",
    "successors",
    "year_group",
    "year_of",
]

# first and last year of the groups of records, by when the registry took them up; none is old
YEARS = ((0, 2017), (2018, 2020), (2021, 2022), (2023, 2023), (2024, 2024), (2025, 2026))
FOLDS = 5
OWN = "own name"
_UNITS = (
    "Department of Physics", "School of Medicine", "Faculty of Science", "Division of Cardiology",
    "Institute of Biology", "Department of Electrical Engineering", "Research Unit",
    "Department of Chemistry and Biochemistry", "Laboratory of Genetics", "Surgery", "R&D",
    "Department of Economics", "Dept. of Computer Science", "Section of Neurology",
    "Center for Data Science", "Library", "Graduate School of Engineering", "Neurology Clinic",
)  # fmt: skip


@dataclass(frozen=True)
class LabelledString:
    """A string of one of the ``sets``, and the ROR addresses that are right.

    ``every``: the label names all organisations, not only the main one. ``year``: records that the
    registry took up since are not judged, for no label could name them. ``doubtful`` entities are
    neither right nor wrong; ``weight`` is the string's in training.
    """

    set: str
    text: str
    truth: frozenset[str]
    every: bool
    year: int
    weight: float = 1.0
    doubtful: frozenset[str] = frozenset()


def labelled_strings(folder: Path, heirs: Mapping[str, str]) -> list[LabelledString]:
    """All strings of the three sets, in the order of the files.

    ``heirs`` are the successors of withdrawn records: an answer of a year ago is today's heir.
    """
    return [
        replace(one, truth=frozenset(heirs.get(key, key) for key in one.truth))
        for one in (*_crossref(folder), *_s2aff(folder), *_ror(folder))
    ]


def _crossref(folder: Path) -> Iterator[LabelledString]:
    table = pl.read_csv(folder / "crossref_publisher_asserted_train.csv")
    for text, ror in table.iter_rows():
        yield LabelledString("Crossref", text, frozenset({ror}), every=False, year=2023)


def _s2aff(folder: Path) -> Iterator[LabelledString]:
    table = pl.read_csv(folder / "s2aff_gold_train_val.csv")
    for text, labels in table.select("original_affiliation", "labels").iter_rows():
        named = frozenset(key for key in ast.literal_eval(labels) if key.startswith("https://ror"))
        yield LabelledString("S2AFF", text, named, every=True, year=2023, weight=4.0)


def _ror(folder: Path) -> Iterator[LabelledString]:
    for name, file, year in (
        ("ROR Crossref", "rorapi_crossref_2024.json", 2025),
        ("ROR Springer", "rorapi_springer_2023.json", 2024),
    ):
        for row in json.loads((folder / file).read_text("utf-8")):
            named = frozenset(row["ror_ids"])
            yield LabelledString(name, row["affiliation"], named, every=True, year=year, weight=0.5)


def successors(path: Path) -> dict[str, str]:
    """Heirs of the withdrawn records of a ROR dump."""
    records = read_registry(path).organisations
    gone = records.filter(pl.col("status") == "withdrawn", pl.col("successor").is_not_null())
    return dict(gone.select("id", "successor").iter_rows())


def year_of(index: NameIndex, entity: int) -> int:
    """Year in which the registry took a record up; 0 where it is undated, that is, old."""
    return index.created[entity] or 0


def fold_of(one: LabelledString) -> int:
    """The fifth (0 to 4) of a string: equal strings, and the names of one record, are in one."""
    if one.set == OWN:
        (key,) = one.truth
        return int(key[-2:]) % FOLDS  # the check digits of the ROR id
    return zlib.crc32(" ".join(one.text.lower().split()).encode()) % FOLDS


def year_group(year: int) -> tuple[int, int]:
    """The one of YEARS in which a year lies."""
    return next(group for group in YEARS if year <= group[1])


def own_names(
    index: NameIndex, each: int, seed: int, *, plain: bool = False
) -> list[LabelledString]:
    """Strings made of the names of records with their city and country, so many of each of YEARS.

    ``plain``: display name, city, country, nothing else; otherwise any of its names, often behind a
    unit, the city or even both places sometimes left out. Records that have no name of two letters
    or share it with another of their country are passed over. Parents and partners are doubtful.
    """
    draw = random.Random(seed)
    countries = {row["code"]: row["names"].split("|")[0].title() for row in table("countries.tsv")}
    groups: list[list[int]] = [[] for _ in YEARS]
    for entity in range(len(index.ids)):
        if index.countries[entity] in countries and not index.inactive[entity]:
            groups[YEARS.index(year_group(year_of(index, entity)))].append(entity)
    found: list[LabelledString] = []
    for members in groups:
        draw.shuffle(members)
        made = (_own(index, entity, draw, countries, plain=plain) for entity in members)
        usable = (one for one in made if one is not None)
        found += [one for one, _ in zip(usable, range(each), strict=False)]
    return found


def _own(
    index: NameIndex,
    entity: int,
    draw: random.Random,
    countries: Mapping[str, str],
    *,
    plain: bool,
) -> LabelledString | None:
    country = str(index.countries[entity])
    rows = [r for r in index.names_of[entity] if index.kinds[r] in ("display", "label", "alias")]
    shown = [r for r in rows if index.kinds[r] == "display"][:1]
    row = draw.choice(shown if plain or draw.random() < 0.7 else rows or shown)
    name, city = index.values[row], next(iter(index.entities["cities"][entity]), "")
    if len("".join(index.keys[row])) < 2 or fold(name) in country_aliases():
        return None
    rivals = {index.owner[r] for r in index.exact.get("".join(index.keys[row]), ())} - {entity}
    if any(index.countries[rival] == country for rival in rivals):
        return None
    parts = [name, city, countries[country]]
    if not plain:
        where = draw.random()
        parts = parts if where < 0.6 else [name, countries[country]] if where < 0.85 else [name]
        if draw.random() < 0.4:
            parts = [draw.choice(_UNITS), *parts]
    if len(parts) == 1 and rivals:
        return None
    akin = {*index.parents[entity], *index.related[entity], *rivals}
    return LabelledString(
        OWN,
        ", ".join(part for part in parts if part),
        frozenset({index.ids[entity]}),
        every=plain or draw.random() < 0.5,
        year=9999,
        weight=0.4,
        doubtful=frozenset(index.ids[other] for other in akin),
    )
