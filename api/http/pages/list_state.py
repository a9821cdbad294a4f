"""What the page of a list was asked for, as it stands in its address, and addresses beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import quote_plus, urlencode

from permed.api.http.protocol.parameters import without_trackers
from permed.api.http.rest.columns import SORT_KEYS, columns_of
from permed.api.http.rest.filters import ListFilters
from permed.api.text.names import shortened
from permed.api.text.suggestion import unknown
from permed.graph.errors import InputError

__all__ = ["FILTERS", "ListState", "View", "read_state"]

FILTERS: Final = {
    "kind": "Kind",
    "type": "Type",
    "country": "Country",
    "role": "Role",
    "topic": "Topic",
    "relevance": "Personalised-medicine relevance",
    "year": "Year",
    "programme": "Programme",
    "activity": "Takes part in",
    "has_identifier": "Has an identifier of",
    "works_on": "Works on",
}
View = Literal["table", "cards", "map", "chart"]
_OWN: Final = ("q", "sort", "view", "by", "columns", "year_from", "year_to")
# of all topics few have a thing: what only the model uses, such as types of roles, comes last
_USUAL_ORDER: Final = {"topics": "-things"}
_LONGEST: Final = 2000  # letters of a search text, as in the lists of `/api/v1`
_PLACED: Final = frozenset({"organisations", "projects", "events"})

_HERE: Final = "\0"  # no value holds it

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ListState:
    """The state of a list page: all of it stands in the address.

    pairs: text and filters in the order of the address; others are how the list is shown, empty
    where nobody said.
    """

    pairs: tuple[tuple[str, str], ...]
    filters: ListFilters
    sort: str = ""
    view: str = ""
    by: str = ""
    columns: tuple[str, ...] = ()

    @property
    def kind(self) -> str | None:
        """The one kind of thing that is listed; None for several or all."""
        return self.filters.kind[0] if len(self.filters.kind) == 1 else None

    @property
    def shown_as(self) -> View:
        """The view: as asked for, else a table of one kind and cards of several."""
        if self.view:
            return cast(View, self.view)
        return "table" if self.kind else "cards"

    @property
    def views(self) -> list[View]:
        """The views that there are of the list."""
        mapped = self.kind in _PLACED
        return [view for view in get_args(View) if view != "map" or mapped]

    def asked(self, **more: str) -> list[tuple[str, str]]:
        """Return the pairs of an address with the same list and look, but for what is said."""
        look = {"sort": self.sort, "view": self.view, "by": self.by} | more
        shown = [("columns", column) for column in self.columns]
        return [*self.pairs, *((k, v) for k, v in look.items() if v), *shown]

    def address(self, **more: str) -> str:
        """Return the address of the same list, but for what is said (`page`, `sort`, `view`)."""
        asked = self.asked(**more)
        return f"/search?{urlencode(asked)}" if asked else "/search"

    def without(self, *pairs: tuple[str, str]) -> ListState:
        """Return the list without some of its filters."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair not in pairs))

    def and_also(self, name: str, value: str) -> ListState:
        """Return the list with one more value of a filter; of kinds there is one at a time."""
        kept = [p for p in self.pairs if not (name == "kind" and p[0] == "kind")]
        other = name == "kind"  # has other columns and another order
        start = replace(self, sort="", columns=(), view="", by="") if other else self
        return replace(start, pairs=(*kept, (name, value)))

    def adding(self, name: str) -> Callable[[str], str]:
        """Return what gives the address of the list with one more value of a filter."""
        pairs = self.and_also(name, _HERE).asked()
        at = pairs.index((name, _HERE))
        before, after = (urlencode(part) for part in (pairs[:at], pairs[at + 1 :]))
        start = f"/search?{before}{'&' if before else ''}{name}="
        rest = f"&{after}" if after else ""
        return lambda value: f"{start}{quote_plus(value)}{rest}"


def read_state(asked: Pairs) -> ListState:
    """Read an address; empty parameters count as not given, as forms send them.

    InputError for a filter, column, view or order that nobody knows.
    """
    known = (*_OWN, *FILTERS)
    given: dict[str, list[str]] = {}
    for name, value in without_trackers(asked):
        if name not in known:
            raise InputError(unknown("filter", name, known))
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    look = {name: given.pop(name, []) for name in ("sort", "view", "by", "columns")}
    filters = _filters(dict(given))
    pairs = [("q", filters.q)] if filters.q else []
    pairs += [(name, str(value)) for name, values in filters.given() for value in values]
    span = (("year_from", filters.since), ("year_to", filters.until))
    pairs += [(name, str(year)) for name, year in span if year is not None]
    state = ListState(tuple(pairs), filters)
    sort = _one("order", look["sort"], (*SORT_KEYS, *(f"-{key}" for key in SORT_KEYS)))
    return replace(
        state,
        sort=sort or ("" if filters.q else _USUAL_ORDER.get(state.kind or "", "")),
        view=_one("view", look["view"], state.views),
        by=_one("chart", look["by"], ("country", "type", "role", "topic", "relevance", "year")),
        columns=tuple(_one("column", [c], columns_of(state.kind)) for c in look["columns"]),
    )


def _one(what: str, values: Sequence[str], known: Sequence[str]) -> str:
    if not values:
        return ""
    if values[-1] not in known:
        raise InputError(unknown(what, values[-1], known))
    return values[-1]


def _filters(given: dict[str, list[str]]) -> ListFilters:
    text = " ".join(given.pop("q", []))
    if len(text) > _LONGEST:
        raise InputError(f"q has {len(text):,} letters; look for at most {_LONGEST:,}")
    years = tuple(_year("year", year) for year in given.pop("year", []))
    since, until = (
        _year(name, given.pop(name)[-1]) if name in given else None
        for name in ("year_from", "year_to")
    )
    many: dict[str, Any] = {name: tuple(values) for name, values in given.items()}
    return ListFilters(q=text, year=years, since=since, until=until, **many)


def _year(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == len("2024")):
        raise InputError(f"{name}={shortened(text, 80)}: give a year such as 2024")
    return int(text)
