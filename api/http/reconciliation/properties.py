"""What the service knows of a thing: properties, their values, and whether a given value fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from anyascii import anyascii

from permed.api.http.release.directory import Directory
from permed.api.http.release.identifiers import REGISTRIES, canonical
from permed.api.http.release.kinds import KINDS
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.mapping.terms import REGISTRY_IRI
from permed.graph.tables.country_names import country_spelt

__all__ = [
    "PROPERTIES",
    "Row",
    "cells",
    "contradicts",
    "fits",
    "kinds_named",
    "properties_of",
    "property_name",
    "texts_of",
]

Row = Mapping[str, Any]  # one thing, as in `Directory.things`

_ORGANISATION: Final = ("country", "city", "acronym", "type", "website")
_ACTIVITY: Final = ("acronym", "type", "start", "end", "programme", "part_of", "relevance")
_TITLES: Final = {
    "country": "Country",
    "city": "City",
    "acronym": "Acronym",
    "type": "Kind",
    "website": "Home page",
    "start": "Start",
    "end": "End",
    "programme": "Programme",
    "part_of": "Part of",
    "relevance": "Relevance to personalised medicine",
    "published": "Published",
    "doi": "DOI",
}
PROPERTIES: Final = {**_TITLES, **{r: f"Identifier: {r}" for r in REGISTRIES if r not in _TITLES}}
_THINGS: Final = ("country", "type", "programme", "part_of", "relevance")  # values are things
_DAYS: Final = ("start", "end", "published")
_IDENTIFIERS: Final[dict[str, tuple[str, ...]]] = {
    "organisations": ("ror", "pic", "vat", "fundref", "wikidata", "grid", "isni", "cordis-rcn"),
    "people": ("orcid", "isni", "wikidata"),
    "projects": ("grant", "doi", "cordis-rcn", "project-reference", "wikidata"),
    "publications": ("doi", "wikidata"),
}


def properties_of(kind: str) -> list[str]:
    """Return the properties that things of a kind may have; all for kinds of which we know none."""
    own: dict[str, tuple[str, ...]] = {
        "organisations": _ORGANISATION,
        "people": ("country",),
        "projects": _ACTIVITY,
        "publications": ("type", "published", "part_of"),
    }
    chosen = (*own.get(kind, tuple(_TITLES)), *_IDENTIFIERS.get(kind, ()))
    return [name for name in PROPERTIES if name in chosen]


def property_name(given: object) -> str:
    """Return the name of a property that a client gave; InputError names the nearest one."""
    if isinstance(given, str) and given in PROPERTIES:
        return given
    if not isinstance(given, str):
        raise InputError(f"a property is named by a text such as country, not by {_kind(given)}")
    raise InputError(unknown("property", given, PROPERTIES))


def cells(directory: Directory, row: Row, name: str) -> list[dict[str, str]]:
    """Return the values of a property as the service sends them, each of them whole.

    Identifiers are addresses where the registry names things by addresses.
    """
    values = _held(directory, row, name)
    if name in _THINGS:
        return [{"id": value, "name": directory.label(value)} for value in values]
    return [{"str": f"{REGISTRY_IRI.get(name, '')}{value}"} for value in values]


def _held(directory: Directory, row: Row, name: str) -> list[str]:
    value = row.get(name)
    if name in _TITLES and value is not None:
        return [str(value)]
    return directory.identifier_index.values(row["id"], name) if name in REGISTRIES else []


def fits(directory: Directory, row: Row, name: str, given: Sequence[str]) -> bool:
    """Whether the thing has one of the given values, in whatever spelling."""
    wanted = {key for text in given for key in _keys(name, text)}
    held = _held(directory, row, name)
    if name in _DAYS:
        return any(_same_day(h, w) for h in held for w in wanted)
    return not wanted.isdisjoint(k for value in held for k in _spellings(directory, name, value))


def contradicts(directory: Directory, row: Row, name: str, given: Sequence[str]) -> bool:
    """Whether the thing has values of the property, and none of the given ones is among them."""
    told = bool(given) and bool(_held(directory, row, name))
    return told and not fits(directory, row, name, given)


def texts_of(given: object) -> list[str]:
    """Return the values of a cell, one or a list; blank ones are none. InputError for others."""
    values = given if isinstance(given, list) else [given]
    return [text for text in map(_text, values) if text]


def _text(given: object) -> str:
    if isinstance(given, dict):
        given = next((given[k] for k in ("id", "str", "date", "int", "float") if k in given), given)
    if isinstance(given, dict | list):
        raise InputError("a property value is a text, a number, or an object with `id` or `str`")
    if isinstance(given, float) and given.is_integer():  # a numeric column of a spreadsheet
        given = int(given)
    return "" if given is None else str(given).strip()


def _keys(name: str, text: str) -> list[str]:
    """Return what a given value may be compared by."""
    if name in REGISTRIES:
        return [canonical(name, text) or text.casefold()]
    if name == "website":
        return [_host(text)]
    tail = text.rstrip("/").rsplit("/", 1)[-1] if name in _THINGS else text
    code = country_spelt(text) if name == "country" else None  # in any language: Deutschland
    return [_folded(key) for key in (text, tail, code) if key]


def _spellings(directory: Directory, name: str, value: str) -> list[str]:
    """Return every spelling under which a held value may be given."""
    if name not in _THINGS:
        return _keys(name, value)
    code = value.rsplit("/", 1)[-1]
    names = directory.spellings.get(value, [])
    return [_folded(t) for t in (value, directory.iri(value), code, *names)]


def _same_day(held: str, wanted: str) -> bool:
    """Whether two days are the same as far as both are told: 2016 is 2016-11-01."""
    given = wanted.split("t", 1)[0]
    return bool(given) and (held.startswith(given) or given.startswith(held))


def _host(text: str) -> str:
    parts = urlsplit(text if "//" in text else f"//{text}")
    return (parts.netloc.removeprefix("www.") + parts.path).casefold().rstrip("/")


def _folded(text: str) -> str:
    return " ".join(anyascii(text).casefold().split())


def _kind(value: object) -> str:
    return {dict: "an object", list: "a list", type(None): "nothing"}.get(type(value), "a number")


def kinds_named(given: object) -> list[str]:
    """Return the kinds that `type` names: one or several, by name or class; none is any.

    InputError names the nearest kind.
    """
    if given is None or given in ("", []):
        return []
    if isinstance(given, list):
        return list(dict.fromkeys(kind for value in given for kind in kinds_named(value)))
    name = given.get("id") if isinstance(given, dict) else given
    if not isinstance(name, str):
        raise InputError("`type` is the id of a type, such as organisations")
    known = {alias: k.name for k in KINDS.values() for alias in (k.name, k.cls, k.class_iri)}
    if name not in known:
        raise InputError(unknown("type", name, KINDS))
    return [known[name]]
