"""Where a reader may go on from a thing: lists that it selects, and questions about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import polars as pl

from permed.api.http.pages.search import Link
from permed.api.http.release.directory import Directory
from permed.api.http.release.kinds import KINDS
from permed.queries.catalogue import Catalogue, Parameter

__all__ = ["lists_of", "questions_about", "sheets_of"]

_RELATIONS: Final = {
    "country": "here",
    "programme": "under it",
    "activity": "that take part",
    "type": "of this type",
    "role": "in this role",
    "relevance": "that are so",
    "topic": "on it",
}
_SHEETS: Final = (
    ("country", "country"), ("region", "region"), ("call", "call"),
    ("organisation", "organisation"), ("funder", "organisation"),
)  # fmt: skip
_TYPES: Final = ("organisation-type", "activity-type", "output-type")


def lists_of(directory: Directory, me: str) -> list[Link]:
    """Return the lists that a country, programme, topic, type, role or activity selects."""
    stem, _, rest = me.partition("/")
    if stem == "scheme":
        return list(_of_concept(directory, me, rest))
    if stem in ("country", "programme"):
        return list(_counted(directory.things.filter(pl.col(stem) == me), stem, rest))
    found = directory.things.filter(pl.col("id").is_in(directory.takes_part(me).implode()))
    return list(_counted(found, "activity", me))


def _of_concept(directory: Directory, me: str, code: str) -> Iterator[Link]:
    scheme, _, last = code.partition("/")
    things = directory.things
    if scheme in _TYPES:
        yield from _counted(things.filter(pl.col("type") == me), "type", last)
    elif scheme == "role":
        agents = directory.agent_roles.filter(pl.col("value") == me)
        yield from _counted(things.join(agents, on="id", how="semi"), "role", last)
    elif scheme == "pm-relevance":
        yield from _counted(things.filter(pl.col("relevance") == me), "relevance", last)
    else:
        held = directory.topics.filter(pl.col("value") == me)
        yield from _counted(things.join(held, on="id", how="semi"), "topic", code)


def _counted(found: pl.DataFrame, name: str, value: str) -> Iterator[Link]:
    """Yield a list for each kind of what was found."""
    counts = dict(found.group_by("kind").len().iter_rows())
    for kind in KINDS.values():
        if count := counts.get(kind.name):
            address = f"/search?{urlencode({'kind': kind.name, name: value})}"
            yield Link(f"{kind.title} {_RELATIONS[name]}", address, count)


def sheets_of(me: str) -> list[Link]:
    """Return the sheets that tell all of a thing on one page."""
    names = [name for name, kind in _SHEETS if me.startswith(f"{kind}/")]
    return [Link(f"All on one page: {name} sheet", f"/report/{name}/{me}") for name in names]


def questions_about(catalogue: Catalogue, me: str) -> list[Link]:
    """Return the questions that take such a thing as a parameter, asked about this one."""
    plain = me.removeprefix("scheme/")
    return [
        Link(q.title, f"/questions/{q.name}?{urlencode({p.name: plain})}")
        for q in catalogue
        for p in q.params
        if _takes(p, me)
    ]


def _takes(parameter: Parameter, me: str) -> bool:
    """Whether a parameter's example is of the same kind: `call/...`, or a concept of one scheme."""
    kind = "concept" if me.startswith("scheme/") else "iri"
    stem = me.removeprefix("scheme/").partition("/")[0]
    return parameter.type == kind and str(parameter.example).startswith(f"{stem}/")
