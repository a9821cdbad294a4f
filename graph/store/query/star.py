"""`SELECT *` with its columns in the order in which the query names them.

The engine sorts them by name; people and other engines (and the CSV tests of the W3C) expect the
order of the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from permed.graph.store.query.tokens import Token, tokens

__all__ = ["columns_in_order", "with_columns_in_order"]


def with_columns_in_order(sparql: str, columns: Sequence[str]) -> str | None:
    """Return the query with its outer star written out; None where it has none, or need not.

    `columns` are the variables in scope as the engine gives them.
    """
    found = list(tokens(sparql))
    star = _outer_star(found)
    if star is None:
        return None
    order = _in_order(found, columns)
    if order == list(columns):
        return None
    written = " ".join(f"?{name}" for name in order)
    return f"{sparql[: star.start]} {written} {sparql[star.start + 1 :]}"


def columns_in_order(sparql: str, columns: Sequence[str]) -> list[str]:
    """Return the columns of an answer as the text has them under an outer star, else as they are.

    For engines that are asked once: the columns of their answer are put in order afterwards.
    """
    found = list(tokens(sparql))
    return list(columns) if _outer_star(found) is None else _in_order(found, columns)


def _in_order(found: Sequence[Token], columns: Sequence[str]) -> list[str]:
    named = dict.fromkeys(t.text[1:] for t in found if t.kind == "variable")
    order = [name for name in named if name in columns]
    return order + [name for name in columns if name not in named]


def _outer_star(found: Sequence[Token]) -> Token | None:
    words = (at for at, t in enumerate(found) if t.kind == "word" and t.text.upper() == "SELECT")
    at = next(words, len(found))
    rest = [t for t in found[at + 1 : at + 3] if t.text.upper() not in ("DISTINCT", "REDUCED")]
    return rest[0] if rest and rest[0].text == "*" and not rest[0].depth else None
