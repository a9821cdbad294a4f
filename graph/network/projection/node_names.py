"""Nodes by whatever they are called: id, name, acronym, former name, registry identifier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl
from anyascii import anyascii
from rapidfuzz import fuzz, process

from permed.graph.counting import counting_units
from permed.graph.errors import InputError, NotFoundError
from permed.graph.identifiers import recognise
from permed.graph.network.core.network import Network
from permed.graph.network.projection.roles import NAME_SCHEMA
from permed.graph.tables.country_names import country_spelt

__all__ = ["find_node", "node_names"]

_ALIKE: Final = 60.0  # of 100, below which a guess would mislead
_GUESSES: Final = 3
_LONGEST: Final = 80  # letters of a wrong name that a message repeats
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def node_names(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return by what else the things of record tables are called: columns name, id.

    name: folded as `find_node` folds what is asked, or `scheme:value` of a registry identifier. id:
    the counting unit, so that a part is found as the organisation as which it counts.
    """
    said = pl.concat([
        _pairs(tables, "organisations", "id", "name"),
        _pairs(tables, "organisations", "id", "short_name"),
        _pairs(tables, "activities", "id", "title"),
        _pairs(tables, "activities", "id", "acronym"),
        _pairs(tables, "names", "entity", "name"),
        _pairs(tables, "replacements", "new", "old"),
    ])  # fmt: skip
    folded = said.with_columns(pl.col("name").map_elements(_folded, return_dtype=pl.String))
    known = pl.concat([folded, _identifiers(tables)]).filter(pl.col("name") != "")
    units = counting_units(
        tables.get("relations", pl.DataFrame(schema=dict.fromkeys(_RELATION, pl.String)))
    )
    unit = pl.col("id").replace(units["agent"], units["unit"])
    return known.with_columns(unit).unique().sort("name", "id").cast(NAME_SCHEMA)


_RELATION: Final = ("subject", "predicate", "object")


def _pairs(tables: Mapping[str, pl.DataFrame], table: str, thing: str, name: str) -> pl.DataFrame:
    if table not in tables or name not in tables[table].columns:
        return pl.DataFrame(schema=NAME_SCHEMA)
    return tables[table].select(pl.col(name).alias("name"), pl.col(thing).alias("id")).drop_nulls()


def _identifiers(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    if "identifiers" not in tables:
        return pl.DataFrame(schema=NAME_SCHEMA)
    return tables["identifiers"].select(
        name=pl.concat_str("scheme", pl.lit(":"), pl.col("value").str.to_lowercase()), id="entity"
    )


def _folded(text: str) -> str:
    """Plain small letters and digits, words parted by one blank."""
    return _OTHER.sub(" ", anyascii(text).lower()).strip()


def find_node(network: Network, said: str, names: pl.DataFrame | None = None) -> int:
    """Return the place of the node that somebody names by id, name or registry identifier.

    names: of the data that the network was made from (`RoleData.names`). InputError where several
    nodes bear the name, NotFoundError, with the nearest names, where none does.
    """
    ids = network.nodes["id"]
    exact = (ids == said).arg_true()
    if len(exact):
        return int(exact[0])
    word = _folded(said)
    labels = network.nodes["label"].fill_null("")
    folded = labels.map_elements(_folded, return_dtype=pl.String)
    bare = ids.str.replace(r"^[a-z-]+/", "").str.to_lowercase()
    hits = ids.filter((folded == word) | (bare == said.strip().lower())).to_list()
    if not hits and (code := country_spelt(said)):  # in any language: Deutschland
        hits = ids.filter(ids == f"country/{code}").to_list()
    elsewhere: list[str] = []
    if not hits and names is not None:
        meant = [word] + [f"{scheme}:{value.lower()}" for scheme, value in [*_recognised(said)]]
        called = names.filter(pl.col("name").is_in(meant))["id"].unique()
        hits = ids.filter(ids.is_in(called.implode())).to_list()
        elsewhere = called.sort().to_list()
    if len(hits) == 1:
        return int((ids == hits[0]).arg_true()[0])
    if hits:
        listed = "; ".join(_shown(network, name) for name in hits[:10])
        raise InputError(f"{len(hits)} nodes are called {said!r}: {listed}; give the id")
    own = pl.DataFrame({"name": pl.concat([folded, bare]), "id": pl.concat([ids, ids])})
    others = pl.DataFrame(schema=NAME_SCHEMA) if names is None else names
    known = others.filter(pl.col("id").is_in(ids.implode()))
    raise NotFoundError(_missing(network, said, word, pl.concat([own, known]), elsewhere))


def _recognised(said: str) -> list[tuple[str, str]]:
    found = recognise(said)
    return [] if found is None else [found]


def _missing(
    network: Network, said: str, word: str, called: pl.DataFrame, elsewhere: list[str]
) -> str:
    shown = repr(said if len(said) <= _LONGEST else f"{said[:_LONGEST]}...")
    if elsewhere:
        there = ", ".join(elsewhere[:_GUESSES])
        return f"{shown} ({there}) is not in this network; widen the filter"
    guesses = "; ".join(_shown(network, name) for name in _nearest(word, called))
    if not guesses:
        return f"{shown} is not in this network; check the name or id, and the filter"
    return f"{shown} is not in this network; did you mean {guesses}?"


def _nearest(word: str, called: pl.DataFrame) -> list[str]:
    """Ids of the nodes with a name like the word, the likest first."""
    near = process.extract(
        word[:_LONGEST], called["name"].to_list(), scorer=fuzz.token_sort_ratio,
        score_cutoff=_ALIKE, limit=_GUESSES * 4,
    )  # fmt: skip
    ids = dict.fromkeys(called["id"][at] for _, _, at in near)
    return list(ids)[:_GUESSES]


def _shown(network: Network, name: str) -> str:
    label = network.nodes.filter(pl.col("id") == name)["label"][0]
    return name if label in (None, name) else f"{label} ({name})"
