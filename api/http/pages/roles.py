"""The roles of a thing as rows of a table: with whom or in what, as what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from permed.api.http.linked_data.routes import local_path
from permed.api.http.release.directory import Directory
from permed.api.text.names import name_of
from permed.api.text.wording import period

__all__ = ["RoleRow", "Roles", "role_rows"]

_MOST: Final = 300
# those who lead stand first; everybody else by name
_LEAD: Final = ("coordinator", "chair", "vice-chair", "director", "secretariat", "host")


@dataclass(frozen=True)
class RoleRow:
    """One role: the other side of it, the kind of role, the period.

    A role without a period of its own shows that of its activity, marked by `whole`.
    """

    text: str
    href: str | None
    role: str
    period: str
    whole: bool


@dataclass(frozen=True)
class Roles:
    """The first roles of a thing, and how many different ones there are."""

    rows: list[RoleRow]
    total: int


def role_rows(
    directory: Directory, roles: pl.DataFrame, other: Literal["agent", "activity"]
) -> Roles:
    """Return the first rows: agents with those who lead first, activities with the newest first."""
    distinct = roles.unique([other, "role", "start", "end"], maintain_order=True).iter_rows(
        named=True
    )
    keyed = [(_row(directory, r, other), r) for r in distinct]
    if other == "agent":
        keyed.sort(key=lambda pair: (_rank(pair[1]["role"]), pair[0].text.casefold()))
    else:
        keyed.sort(key=lambda pair: pair[0].text.casefold())
        keyed.sort(key=lambda pair: _start(directory, pair[1]), reverse=True)
    return Roles([row for row, _ in keyed[:_MOST]], len(keyed))


def _row(directory: Directory, role: dict[str, Any], other: str) -> RoleRow:
    thing = role[other]
    own = period(role["start"], role["end"])
    whole = "" if own else period(*_whole(directory, role))
    return RoleRow(
        text=name_of(thing, directory.label(thing)),
        href=local_path(directory.iri(thing), directory.base),
        role=directory.label(role["role"]),
        period=own or whole,
        whole=bool(whole),
    )


def _whole(directory: Directory, role: dict[str, Any]) -> tuple[str | None, str | None]:
    return directory.periods.get(role["activity"] or "", (None, None))


def _start(directory: Directory, role: dict[str, Any]) -> str:
    return role["start"] or _whole(directory, role)[0] or ""


def _rank(role: str | None) -> int:
    name = (role or "").rsplit("/", 1)[-1]
    return _LEAD.index(name) if name in _LEAD else len(_LEAD)
