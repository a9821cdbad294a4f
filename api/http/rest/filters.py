"""Filters of lists: what a thing must be like, in the words that people use, and who is so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from anyascii import anyascii

from permed.api.http.release.counts import Mask
from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES
from permed.api.http.release.kinds import KINDS
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.ingest.linking.names.parsing import country_code

__all__ = ["STEMS", "Filtered", "ListFilters", "resolved", "select", "wanted_ids"]

# what stands before the value of a filter in the id of the thing that it names
STEMS: Final[dict[str, tuple[str, ...]]] = {
    "country": ("country/",),
    "type": tuple(f"scheme/{n}-type/" for n in ("organisation", "activity", "output")),
    "role": ("scheme/role/",),
    "topic": ("scheme/",),
    "relevance": ("scheme/pm-relevance/",),
    "programme": ("programme/",),
    "activity": ("",),
}
_SHORT: Final = 4  # letters of a word that has no plural to be taken off


@dataclass(frozen=True)
class ListFilters:
    """What things must be like: all the filters, and of several values of one filter any."""

    q: str = ""
    kind: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    programme: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    relevance: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    has_identifier: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    works_on: tuple[str, ...] = ()  # texts

    def given(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """Yield the filters that are set, but for the search text and the range of years."""
        for name in (f.name for f in fields(self) if f.name not in ("q", "since", "until")):
            if values := getattr(self, name):
                yield name, values


@dataclass(frozen=True, eq=False)
class Filtered:
    """The things that pass filters: a mask of `Directory.things`, and what the text found."""

    mask: Mask
    hits: pl.DataFrame | None  # `row` and `score`

    def also(self, other: Filtered) -> Filtered:
        """Return those that pass other filters too."""
        return Filtered(self.mask & other.mask, self.hits)


def wanted_ids(directory: Directory, filters: ListFilters) -> dict[str, list[str]]:
    """Return what each filter that is set names; InputError for a value that nothing here has."""
    return {name: resolved(directory, name, values) for name, values in filters.given()}


def select(
    directory: Directory, filters: ListFilters, wanted: Mapping[str, list[str]] | None = None
) -> Filtered:
    """Return the things that pass; InputError names a value that nothing here has.

    wanted: what the filters name, where that is known already, as of another release.
    """
    hits = directory.hits(filters.q) if filters.q.strip() else None
    wanted = wanted_ids(directory, filters) if wanted is None else wanted
    found = np.ones(directory.things.height, dtype=np.bool_)
    if hits is not None:
        found[:] = False
        found[hits["row"].to_numpy()] = True
    for mask in _masks(directory, wanted):
        found &= mask
    if filters.since is not None or filters.until is not None:
        found &= _passing(directory, _active_within(filters.since, filters.until))
    return Filtered(found, hits)


_FACETED: Final = ("kind", "country", "type", "topic", "relevance", "year", "has_identifier")


def _masks(directory: Directory, wanted: Mapping[str, list[str]]) -> Iterator[Mask]:
    """Yield what passes each of the filters.

    A role and an activity must be of one and the same role. A country is that of a thing, or of
    one that takes part in it.
    """
    for name in _FACETED:
        if name in wanted:
            yield directory.facets[name].having(wanted[name])
    if "programme" in wanted:
        yield _passing(directory, pl.col("programme").is_in(wanted["programme"]))
    for text in wanted.get("works_on", ()):
        yield _workers(directory, text)
    if "activity" in wanted and "role" in wanted:
        of_both = [pl.col(name).is_in(wanted[name]) for name in ("role", "activity")]
        yield directory.mask_of(directory.roles.filter(*of_both)["agent"])
    elif "activity" in wanted:
        agents = [directory.takes_part(activity) for activity in wanted["activity"]]
        yield directory.mask_of(pl.concat(agents))
    elif "role" in wanted:
        yield directory.facets["role"].having(wanted["role"])


def _passing(directory: Directory, condition: pl.Expr) -> Mask:
    return directory.things.select(condition.fill_null(False)).to_series().to_numpy()


def _active_within(since: int | None, until: int | None) -> pl.Expr:
    """Whether a thing belongs to a year of the range; the range may be open on either side."""
    if since is not None and until is not None and since > until:
        raise InputError(f"year_from={since} is after year_to={until}; exchange them")
    first = pl.coalesce("start", "published").str.slice(0, 4)
    last = pl.coalesce("end", "start", "published").str.slice(0, 4)
    early = pl.lit(True) if until is None else first <= str(until)
    late = pl.lit(True) if since is None else last >= str(since)
    return first.is_not_null() & early & late


def _workers(directory: Directory, text: str) -> Mask:
    """Return those who have a role in an activity that a text finds, or whose project has a result
    that it finds. Words are looked for in singular too: `genomics` also finds `genomic`."""
    singular = " ".join(w.removesuffix("s") if len(w) > _SHORT else w for w in text.split())
    rows = pl.concat([directory.hits(said)["row"] for said in dict.fromkeys((text, singular))])
    about = np.zeros(directory.things.height, dtype=np.bool_)
    about[rows.to_numpy()] = True
    about |= directory.mask_of(directory.things["result_of"].gather(rows))
    pairs = directory.role_rows
    agents = np.zeros_like(about)
    agents[pairs["agent_row"].to_numpy()[about[pairs["activity_row"].to_numpy()]]] = True
    return agents


def resolved(directory: Directory, name: str, values: Sequence[str | int]) -> list[str]:
    """Return the ids that values of a filter name: codes, ids, addresses or names.

    InputError with the nearest value for one that names nothing here.
    """
    return [i for value in values for i in _one(directory, name, str(value).strip())]


def _one(directory: Directory, name: str, text: str) -> list[str]:
    if name in ("year", "works_on"):
        return [text]
    if name == "kind":
        return [_among("kind", text, KINDS)]
    if name == "has_identifier":
        known = dict.fromkeys((*REGISTRIES, *directory.identifiers["scheme"].unique().sort()))
        return [_among("identifier scheme", text, known)]
    thing = directory.id_of(text) or text
    coded = [f"{stem}{code}" for stem in STEMS[name] for code in _codes(name, thing)]
    found = [i for i in dict.fromkeys((thing, *coded)) if i in directory.row_of]
    found = [i for i in found if i.startswith(STEMS[name])]
    found = found or _names(directory, name).get(_folded(text), [])
    if not found:
        raise InputError(unknown(name, text, _examples(directory, name)))
    return found


def _codes(name: str, text: str) -> list[str]:
    """Return the spellings of a code that may be the one in use; of countries by any name."""
    if name == "country":  # in languages beside those of the release: Deutschland, UK, EL
        return [text, text.upper(), *filter(None, [country_code(text)])]
    return [text, text.lower()]


def _among(what: str, text: str, known: Mapping[str, object]) -> str:
    value = text.lower()
    if value not in known:
        raise InputError(unknown(what, text, known))
    return value


@lru_cache(maxsize=64)
def _names(directory: Directory, name: str) -> dict[str, list[str]]:
    """Return the ids by every name of what a filter may name; of countries also ISO 3166 codes."""
    rows = directory.names.filter(_stemmed(name)).select("id", "name")
    if name == "country":
        codes = directory.things.filter(_stemmed(name)).select("id", name="iso3").drop_nulls()
        rows = pl.concat([rows, codes])
    found: dict[str, list[str]] = {}
    for thing, spelling in rows.unique(maintain_order=True).iter_rows():
        known = found.setdefault(_folded(spelling or ""), [])
        if thing not in known and thing in directory.row_of:
            known.append(thing)
    return found


@lru_cache(maxsize=64)
def _examples(directory: Directory, name: str) -> tuple[str, ...]:
    """Return what a filter takes, as a message offers it: names of countries, codes of others."""
    rows = directory.things.filter(_stemmed(name)).select("id", "label").sort("label", "id")
    if name == "country":
        return tuple(label or thing for thing, label in rows.iter_rows())
    stems = STEMS[name]
    return tuple(
        next(thing.removeprefix(stem) for stem in stems if thing.startswith(stem))
        for thing in rows["id"].sort()
    )


def _stemmed(name: str) -> pl.Expr:
    return pl.any_horizontal(pl.col("id").str.starts_with(stem) for stem in STEMS[name])


def _folded(text: str) -> str:
    return " ".join(anyascii(text).casefold().split())
