"""Where the tables of a document come from: the question catalogue on one release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from permed.api.text.names import sentence_list
from permed.graph.errors import NotFoundError
from permed.graph.network.projection.roles import RoleData
from permed.queries.catalogue import Catalogue, Parameter
from permed.queries.naming import Naming
from permed.queries.resolution import Resolved, resolve
from permed.queries.sentences import known_of

__all__ = ["Ask", "AskedRelease", "scope_of", "told_apart"]

Ask = Callable[..., pl.DataFrame]


@dataclass
class AskedRelease:
    """A release as documents ask it: questions by name, things by all that they are called.

    roles: the role rows of the release, for networks; None where a document draws none.
    scope: which projects of CORDIS the release holds, in a sentence. thin: years of which too
    little is recorded to tell a trend.
    """

    release: str
    base: str
    built: date
    ask: Ask
    naming: Naming
    roles: Callable[[], RoleData] | None = None
    catalogue: Catalogue = field(default_factory=Catalogue.load)
    scope: str = ""
    thin: Callable[[], Sequence[int]] = tuple
    _kept: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)

    def rows(self, question: str, **given: str) -> pl.DataFrame:
        """Return the answer of a question, asked once."""
        key = (question, *(f"{name}={value}" for name, value in sorted(given.items())))
        if key not in self._kept:
            self._kept[key] = self.ask(question, **given)
        return self._kept[key]

    def lacking(self, question: str) -> str:
        """Return what no source at hand tells of a question, and which would."""
        asked = self.catalogue.get(question)
        return asked.lacking if asked.grade else known_of(asked) if asked.answer else ""

    def untold_trend(self) -> str:
        """Say across which years no trend can be told; nothing where all are known well."""
        years = sentence_list([str(year) for year in self.thin()])
        return years and (
            f"No trend can be told across {years}: of joint work that began then too little is "
            "recorded in this release, or mostly one participant."
        )

    def resolved(self, kind: str, given: str, *kinds: str) -> Resolved:
        """Return the thing of a kind that a reader names; NotFoundError suggests some."""
        stems = kinds or (kind,)
        parameter = Parameter(kind, "iri", kind, self.naming.example(stems[0]), kinds=stems)
        try:
            return resolve(parameter, given, self.naming, self.base)
        except NotFoundError as error:
            raise NotFoundError(
                str(error).replace(f"{kind}={given}", f"{kind} {given}", 1)
            ) from None

    def iri(self, thing: str) -> str:
        """Return the address of a thing."""
        return f"{self.base}id/{thing}"


def scope_of(receipt: Mapping[str, Any]) -> str:
    """Say which projects of CORDIS a release holds, by the files that its receipt names."""
    files = receipt.get("sources", {}).get("cordis", {}).get("inputs", {})
    if not files:
        return "CORDIS is not in this release."
    if all("/sample/" in name for name in files):
        return (
            "CORDIS in this release holds the packaged sample, which has projects judged core to "
            "personalised medicine and no others: that all are core says nothing of CORDIS."
        )
    names = ", ".join(sorted(name.rsplit("/", 1)[-1] for name in files))
    return f"CORDIS in this release holds what its scope takes from {names}."


def told_apart(frame: pl.DataFrame, name: str, thing: str) -> pl.DataFrame:
    """Return rows in which different things of one name have their number behind it.

    Actions have the number of their grant agreement as the last part of their address.
    """
    several = pl.col(thing).n_unique().over(name) > 1
    number = pl.col(thing).str.extract(r"([^/]+)$")
    called = pl.format("{} ({})", pl.col(name), number)
    return frame.with_columns(pl.when(several).then(called).otherwise(pl.col(name)).alias(name))
