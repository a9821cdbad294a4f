"""The form of the network page: which networks can be chosen, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.protocol.parameters import without_trackers
from permed.api.http.release.directory import Directory
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError
from permed.graph.network.analysis.picture_measures import MEASURES
from permed.graph.network.projection.options import OPTIONS, NetworkOption

__all__ = [
    "FormField",
    "NetworkState",
    "fields_of",
    "first_view",
    "selection_of_words",
    "state_of",
    "usual_words",
]

COLOURS: Final = ("community", "country", "type")
SIZES: Final = (*MEASURES, "brokerage")
_VIEW: Final = {"colour": COLOURS, "size": SIZES, "pin": ()}
# where nobody chose: the coordination and support actions, few enough to be read at once
_FIRST: Final = (("relation", "csa"),)
_SHOWN: Final = (
    "nodes", "relation", "role", "programme", "topic", "relevance", "country", "type", "from", "to",
    "weight", "min_weight", "backbone", "around", "steps",
)  # fmt: skip
_MORE: Final = {
    "nodes": "Level",
    "relation": "Relation",
    "role": "Role",
    "programme": "Programme",
    "topic": "Topic",
    "relevance": "Relevance to PM",
    "country": "Country (both ends)",
    "type": "Type of organisation",
    "from": "From year",
    "to": "To year",
    "weight": "Weight of a tie",
    "min_weight": "Least weight",
    "backbone": "Only ties that chance does not explain",
    "around": "Only around",
    "steps": "Steps around",
}
_FIRST_YEAR, _LAST_YEAR = 2000, 2040


@dataclass(frozen=True)
class FormField:
    """One field of the form; `choices` are value and words, none for a text or number to type."""

    name: str
    title: str
    about: str
    value: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NetworkState:
    """What an address says: the selection as the analyses take it, and how it is looked at."""

    selection: dict[str, Any]
    said: tuple[tuple[str, str], ...]  # the words of the selection
    view: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The selection as the query of an address."""
        return urlencode(self.said)

    def address(self, **changes: str) -> str:
        """Return the address of the same page with other words of the view."""
        kept = {k: v for k, v in (self.view | changes).items() if v}
        return f"/network?{urlencode([*self.said, *kept.items()])}"


def first_view(directory: Directory) -> tuple[tuple[str, str], ...]:
    """Return what is drawn where nobody chose: the actions, or all where a release has none."""
    known = dict(_offered(directory)["relation"])
    return _FIRST if _FIRST[0][1] in known else ()


def state_of(
    asked: Sequence[tuple[str, str]], first: Sequence[tuple[str, str]] = _FIRST
) -> NetworkState:
    """Read the words of an address; first: what they are where there are none.

    InputError for a word that nobody knows, or a number that is none.
    """
    pairs, usual = list(without_trackers(asked)) or list(first), usual_words()
    view = {"colour": COLOURS[0], "size": SIZES[0], "pin": ""}
    said: list[tuple[str, str]] = []
    for name, value in pairs:
        text = value.strip()
        if name in _VIEW:
            known = _VIEW[name]
            if text and known and text not in known:
                raise InputError(unknown(name, text, known))
            view[name] = text or view[name]
        elif text and text != usual.get(name):
            said.append((name, text))
    return NetworkState(selection_of_words(said), tuple(said), view)


def usual_words() -> dict[str, str]:
    """Return the words that an address need not say, by name."""
    chosen = {k: o.default for k, o in OPTIONS.items() if o.kind in ("choice", "number")}
    words = {k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in chosen.items()}
    return words | {"colour": COLOURS[0], "size": SIZES[0]}


def selection_of_words(said: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return a selection as the analyses take it; InputError for a word that nobody knows."""
    found: dict[str, Any] = {}
    for name, text in said:
        if name not in OPTIONS:
            raise InputError(unknown("parameter", name, (*OPTIONS, *_VIEW)))
        option = OPTIONS[name]
        if option.kind == "texts":
            found.setdefault(name, []).append(text)
        else:
            found[name] = _value(option, text)
    return found


def _value(option: NetworkOption, text: str) -> str | float | bool:
    if option.kind == "flag":
        return text.lower() not in ("false", "0", "no")
    if option.kind == "number":
        try:
            return float(text)
        except ValueError:
            raise InputError(f"{option.name} {text[:40]}: give a number") from None
    if option.kind == "choice" and text not in option.choices:
        raise InputError(unknown(option.name, text, option.choices))
    return text


def fields_of(directory: Directory, state: NetworkState) -> list[FormField]:
    """Return the fields of the form, filled with what was said."""
    said = dict(state.said)
    offered = _offered(directory)
    found = [_field(OPTIONS[name], said.get(name, ""), offered) for name in _SHOWN]
    return [*found, *_view_fields(state.view)]


def _field(
    option: NetworkOption, value: str, offered: Mapping[str, tuple[tuple[str, str], ...]]
) -> FormField:
    title = _MORE[option.key]
    if option.kind == "choice":
        choices = tuple((c, c) for c in option.choices)
        return FormField(
            option.key, title, option.about, value or option.choices[0], "select", choices
        )
    if option.key in offered:
        choices = (("", "all"), *offered[option.key])
        if value and value not in dict(choices):
            choices = (*choices, (value, value))
        return FormField(option.key, title, option.about, value, "select", choices)
    kind = {"day": "year", "number": "number"}.get(option.kind, "text")
    default = "" if option.kind != "number" else f"{option.number:g}"
    return FormField(option.key, title, option.about, value or default, kind)


def _view_fields(view: Mapping[str, str]) -> Iterator[FormField]:
    for name, title, choices in (("colour", "Colour by", COLOURS), ("size", "Size by", SIZES)):
        pairs = tuple((c, "partners" if c == "degree" else c) for c in choices)
        yield FormField(name, title, title, view[name], "select", pairs)


@lru_cache(maxsize=2)
def _offered(directory: Directory) -> dict[str, tuple[tuple[str, str], ...]]:
    """Values of filters that roles of the release have, with their words."""
    things, roles = directory.things, directory.roles
    active = things.filter(pl.col("id").is_in(roles["activity"].unique().implode()))
    agents = things.filter(pl.col("kind") == "organisations")
    return {
        "relation": _words(directory, active["activity_type"]),
        "role": _words(directory, roles["role"]),
        "programme": _words(directory, active["programme"], whole=True),
        "country": _words(directory, agents["country"]),
        "type": _words(directory, agents["type"]),
        "relevance": (("core", "core"), ("related", "related"), ("none", "none")),
    }


def _words(
    directory: Directory, ids: pl.Series, *, whole: bool = False
) -> tuple[tuple[str, str], ...]:
    found = [str(i) for i in ids.drop_nulls().unique()]
    pairs = ((i if whole else i.rsplit("/", 1)[-1], directory.label(i)) for i in found)
    return tuple(sorted(pairs, key=lambda pair: pair[1].casefold()))
