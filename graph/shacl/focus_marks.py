"""Marks on the focus nodes of a part, at which the shapes aim in place of classes and properties.

A node is the target of a dozen shapes, and a million nodes are of some hundred kinds: one mark says
of a node which targets it is of, and the shapes of a target aim at all the marks that have it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import Final

import polars as pl
import shacl

from permed.graph.shacl.reach import TYPE, FocusTarget, shape_reach, targeted

__all__ = ["FocusMarks"]

_FROM: Final = "<urn:permed:marked>"
_MARK: Final = "<urn:permed:mark:{}>".format
_BITS: Final = 64  # targets that one number holds


class FocusMarks:
    """Marks given so far, each for some targets together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._given: dict[tuple[int, ...], int] = {}

    def lines(self, said: pl.DataFrame) -> pl.DataFrame:
        """Return lines that mark the focus nodes among the subjects of statements, with `share`.

        said: columns share, s, p, and hashes at (of s), to (of o). A subject that comes in several
        times may get several marks.
        """
        named = pl.when(pl.col("p") == TYPE).then("to").otherwise(pl.col("p").hash())
        bits = _bits()
        sets = [name for name in bits.columns if name != "named"]
        marked = (
            said.select("share", "at", "s", named=named)
            .join(bits, on="named")
            .group_by("at")
            .agg(pl.col("share", "s").first(), pl.col(sets).bitwise_or())
        )
        kinds = marked.select(sets).unique()
        numbers = [self._given.setdefault(kind, len(self._given)) for kind in kinds.iter_rows()]
        marks = kinds.with_columns(mark=pl.Series([_MARK(n) for n in numbers], dtype=pl.String))
        line = pl.concat_str(pl.lit(_FROM), "mark", "s", pl.lit("."), separator=" ")
        return marked.join(marks, on=sets).select("share", line=line)

    def shapes(self) -> shacl.Shapes:
        """Return the shapes, which aim at the marks given so far."""
        text, targets = _aimed()
        having = {target.mark: list[str]() for target in targets}
        for kind, number in self._given.items():
            for at, target in enumerate(targets):
                if kind[at // _BITS] >> at % _BITS & 1:
                    having[target.mark].append(_MARK(number))
        any_mark = re.compile("|".join(map(re.escape, having)))
        # a target without nodes keeps its own mark, which nothing has
        return shacl.Shapes.from_turtle(
            any_mark.sub(lambda found: ", ".join(having[found[0]] or [found[0]]), text)
        )


@cache
def _aimed() -> tuple[str, tuple[FocusTarget, ...]]:
    return targeted(shape_reach().context)


@cache
def _bits() -> pl.DataFrame:
    """Targets by a hash of the class or property that they name, each a bit of some numbers."""
    _, targets = _aimed()
    held: dict[str, int] = defaultdict(int)
    for at, target in enumerate(targets):
        for name in (*target.classes, *target.properties):
            held[name] |= 1 << at
    numbers = {
        f"set{n}": pl.Series(
            [bits >> n * _BITS & (1 << _BITS) - 1 for bits in held.values()], dtype=pl.UInt64
        )
        for n in range(-(-len(targets) // _BITS))
    }
    return pl.DataFrame({"named": pl.Series(list(held), dtype=pl.String).hash(), **numbers})
