"""Reported figures of a thing as rows: what, as of when, how much, said by whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from permed.api.text.sources import hosts
from permed.api.text.wording import day, grouped
from permed.ontology import PREFIXES

__all__ = ["Reported", "reported"]

_PM: Final = str(PREFIXES["pm"])
_SOURCE: Final = PREFIXES["prov"] + "wasDerivedFrom"
_NOTE: Final = PREFIXES["skos"] + "note"
_EXACT: Final = "/exact"


@dataclass(frozen=True)
class Reported:
    """One figure; `value` carries its unit and a word such as `about`, `host` names the source."""

    what: str
    when: str
    value: str
    source: str | None
    host: str
    note: str


def reported(
    thing: str, nodes: Mapping[str, Mapping[str, str]], label: Callable[[str], str]
) -> list[Reported]:
    """Return the figures of a thing by name and time.

    nodes: properties by IRI of a node and of a property; label: words for an IRI.
    """
    figures = [n for n in nodes.values() if n.get(f"{_PM}figureOf") == thing]
    keyed = [((label(f.get(f"{_PM}indicator", "")), f.get(f"{_PM}asOf", "")), f) for f in figures]
    ordered = sorted(keyed, key=lambda pair: (*pair[0], _value(pair[1], label)))
    return [_row(what, figure, label) for (what, _), figure in ordered]


def _row(what: str, figure: Mapping[str, str], label: Callable[[str], str]) -> Reported:
    source = figure.get(_SOURCE)
    return Reported(
        what=what,
        when=day(figure.get(f"{_PM}asOfAsStated") or figure.get(f"{_PM}asOf", "")),
        value=_value(figure, label),
        source=source,
        host=hosts(source or ""),
        note=figure.get(_NOTE, ""),
    )


def _value(figure: Mapping[str, str], label: Callable[[str], str]) -> str:
    names = ("dateAsStated", "dateValue")
    said = next((day(figure[f"{_PM}{n}"]) for n in names if f"{_PM}{n}" in figure), None)
    said = said or grouped(figure.get(f"{_PM}value", "")) or figure.get(f"{_PM}textValue", "")
    qualifier = figure.get(f"{_PM}qualifier", _EXACT)
    word = "" if qualifier.endswith(_EXACT) else label(qualifier)
    return " ".join(part for part in (word, said, figure.get(f"{_PM}unit", "")) if part)
