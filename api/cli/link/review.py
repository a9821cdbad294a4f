"""The review at the terminal: candidate beside candidate, one key an answer."""

from __future__ import annotations

import getpass
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from permed.api.cli.common.output import printer
from permed.ingest.linking.judgements import Nodes, append
from permed.ingest.linking.judgements.decide import Author, ReviewChoice, decided
from permed.ingest.linking.judgements.undo import TAKEN_BACK
from permed.ingest.linking.review.queue import Profiles, ReviewPair

__all__ = ["Review", "author_of"]

_ORCID = re.compile(r"^(?:https?://orcid\.org/|orcid:)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])$", re.I)
_KEYS = {"a": ReviewChoice.accept, "r": ReviewChoice.reject, "u": ReviewChoice.unsure}
_ASK = "[a]ccept  [r]eject  [u]nsure  [s]kip  [z] undo  [q]uit > "


def author_of(text: str | None) -> Author:
    """Read who decides: an ORCID iD in any form, another address, or a plain name.

    Without one the name of the user account is taken.
    """
    if not text:
        return Author(label=_account())
    orcid = _ORCID.match(text.strip())
    if orcid is not None:
        return Author(id=f"orcid:{orcid[1].upper()}")
    return Author(id=text) if text.startswith(("http://", "https://")) else Author(label=text)


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unnamed reviewer"


class Review:
    """Shows pairs and writes each answer at once, so that stopping loses nothing."""

    def __init__(self, path: Path, nodes: Nodes, profiles: Profiles, author: Author) -> None:
        self._path, self._nodes = path, nodes
        self._profiles, self._author = profiles, author
        self._console = printer()

    def run(self, waiting: list[ReviewPair]) -> int:
        """Ask about each pair; return how many are decided at the end."""
        decided_at: list[int] = []
        at = 0
        while at < len(waiting):
            self._show(waiting[at], at + 1, len(waiting))
            answer = self._ask()
            if answer == "q":
                break
            if answer == "z":
                at = self._undo(waiting, decided_at, at)
                continue
            if answer in _KEYS:
                self._write(waiting[at], _KEYS[answer])
                decided_at.append(at)
            at += 1
        return len(decided_at)

    def _ask(self) -> str:
        """Return a known key; the end of the input is quit."""
        while True:
            self._console.print(_ASK, end="")
            line = sys.stdin.readline()
            key = line.strip().lower()[:1] if line else "q"
            if key in {*_KEYS, "s", "z", "q"}:
                return key
            self._console.print("please answer with one of the letters a r u s z q")

    def _undo(self, waiting: list[ReviewPair], decided_at: list[int], at: int) -> int:
        """Take back the last answer and show that pair again."""
        if not decided_at:
            self._console.print("nothing to undo")
            return at
        last = decided_at.pop()
        self._write(waiting[last], ReviewChoice.withdraw)
        return last

    def _write(self, pair: ReviewPair, choice: ReviewChoice) -> None:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        labels = (self._label(pair.subject, pair.subject_label),
                  self._label(pair.object, pair.object_label))  # fmt: skip
        row = decided(pair.subject, choice, pair.object, self._author, day, labels=labels)
        if choice is ReviewChoice.withdraw:
            row = replace(row, other=TAKEN_BACK)
        append(self._path, [row], self._nodes)

    def _label(self, node: str, label: str) -> str:
        return label or self._profiles.of(node).get("name", "")

    def _show(self, pair: ReviewPair, number: int, total: int) -> None:
        one, other = self._profiles.of(pair.subject), self._profiles.of(pair.object)
        one = {"name": pair.subject_label} | one
        other = {"name": pair.object_label} | other
        table = Table(title=f"{number} of {total}", title_justify="left", show_edge=False)
        for heading in ("", pair.subject, pair.object):
            table.add_column(heading, overflow="fold")
        for field in dict.fromkeys([*one, *other]):
            if one.get(field) or other.get(field):
                table.add_row(field, one.get(field, ""), other.get(field, ""))
        self._console.print(table)
        sure = "" if pair.confidence is None else f"score {pair.confidence:.2f}: "
        self._console.print(f"{sure}{pair.why}")
