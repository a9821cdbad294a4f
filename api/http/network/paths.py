"""What the page `/path` asks and shows: two ends, and the ways between them step by step."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from permed.api.http.network.selection_form import selection_of_words
from permed.api.http.protocol.parameters import without_trackers
from permed.api.text.names import name_of

__all__ = ["PathsQuery", "Step", "Way", "ways_of"]

_RENAMED: Final = {"first": "from", "last": "to"}  # years of the network; from and to are ends
_MOST_WAYS: Final = 20
_MOST_JOINT: Final = 12  # activities of a step; the others are counted


@dataclass(frozen=True)
class Step:
    """One step: both ends, and the activities that they share with their years."""

    one: tuple[str, str]
    other: tuple[str, str]
    joint: list[tuple[str, str, str]]
    more: int


@dataclass(frozen=True)
class Way:
    """One way, step by step."""

    steps: list[Step]


@dataclass(frozen=True)
class PathsQuery:
    """The words of an address: two ends, and the words of the network (`first`, `last`: years)."""

    one: str = ""
    other: str = ""
    words: tuple[tuple[str, str], ...] = ()
    selection: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Sequence[tuple[str, str]]) -> PathsQuery:
        """Read an address; InputError for a word that nobody knows."""
        ends = {"from": "", "to": ""}
        words: list[tuple[str, str]] = []
        for name, value in without_trackers(asked):
            text = value.strip()
            if name in ends:
                ends[name] = text
            elif text and name != "limit":
                words.append((name, text))
        network = [(_RENAMED.get(name, name), text) for name, text in words]
        return cls(ends["from"], ends["to"], tuple(words), selection_of_words(network))

    @property
    def whole(self) -> bool:
        """Whether both ends are named."""
        return bool(self.one and self.other)

    @property
    def options(self) -> dict[str, Any]:
        """Options of the analysis `path`."""
        return {"one": self.one, "other": self.other, "limit": _MOST_WAYS}

    @property
    def rest(self) -> str:
        """Address of the same as data."""
        words = [("from", self.one), ("to", self.other), *self.words]
        return f"/api/v1/network/path?{urlencode(words)}"

    @property
    def turned(self) -> str:
        """Address of the network in which these ways lie."""
        network = [(_RENAMED.get(name, name), text) for name, text in self.words]
        return f"/network?{urlencode(network) or 'relation='}"

    @property
    def command(self) -> str:
        """The same on the command line."""
        network = [(_RENAMED.get(name, name), text) for name, text in self.words]
        options = [f"--{name.replace('_', '-')} {shlex.quote(text)}" for name, text in network]
        return " ".join(
            ["permed network path", shlex.quote(self.one), shlex.quote(self.other), *options]
        )


def ways_of(rows: Iterable[Mapping[str, Any]]) -> list[Way]:
    """Return the ways of the answer of `path`, which has a row a step."""
    return [Way([_step(r) for r in held]) for _, held in groupby(rows, key=lambda r: r["path"])]


def _step(row: Mapping[str, Any]) -> Step:
    activities, labels = row["activities"] or [], row["activity_labels"] or []
    years = row["activity_years"] or []
    joint = [
        (me, label or me, year) for me, label, year in zip(activities, labels, years, strict=True)
    ]
    return Step(_end(row, "one"), _end(row, "other"), joint[:_MOST_JOINT], len(joint[_MOST_JOINT:]))


def _end(row: Mapping[str, Any], side: str) -> tuple[str, str]:
    me = row[side]
    return me, name_of(me, row[f"{side}_label"] or me)
