"""The phrase families of lexicon.toml, read once and turned into search patterns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import polars as pl

__all__ = ["Family", "families", "normalise", "patterns"]

Sign = Literal["+", "-", "gate", "cue"]

# British spelling of the lexicon -> the American one, applied to every phrase.
_SPELLINGS = (
    ("alis", "aliz"),
    ("imis", "imiz"),
    ("omis", "omiz"),
    ("tumour", "tumor"),
    ("aem", "em"),
    ("paed", "ped"),
    ("signall", "signal"),
    ("centred", "centered"),
)


@dataclass(frozen=True)
class Family:
    """A set of phrases that say the same kind of thing; `sign` is what it may do to a score."""

    name: str
    meaning: str
    sign: Sign
    phrases: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """The families in the order of lexicon.toml."""
    table = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    return tuple(
        Family(name, row["meaning"], cast("Sign", row["sign"]), tuple(row["phrases"]))
        for name, row in table.items()
    )


def normalise(text: pl.Expr) -> pl.Expr:
    """Lower case, with every run of other signs made two spaces, so that neighbouring words
    each keep a space of their own on both sides.
    """
    words = text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "  ")
    return pl.concat_str(pl.lit("  "), words, pl.lit("  "))


@cache
def patterns(cues: bool = False) -> pl.DataFrame:
    """One row a search pattern and family: `pattern` (in normalised text), `phrase`, `family`.

    Longest first. Cue families are searched apart, for a cue may sit inside a phrase of another
    family, and a word may be a cue in two families.
    """
    rows = [
        (_pattern(spelling), phrase, family.name)
        for family in families()
        if (family.sign == "cue") == cues
        for phrase in family.phrases
        for spelling in sorted(_spellings(phrase))
    ]
    frame = pl.DataFrame(rows, schema=["pattern", "phrase", "family"], orient="row")
    frame = frame.unique(["pattern", "family"], keep="first", maintain_order=True)
    return frame.sort(pl.col("pattern").str.len_chars(), descending=True, maintain_order=True)


def _spellings(phrase: str) -> set[str]:
    found = {phrase}
    for british, american in _SPELLINGS:
        found |= {spelling.replace(british, american) for spelling in found}
    return found


def _pattern(phrase: str) -> str:
    spaced = " " + "  ".join(phrase.removesuffix("*").split())
    return spaced if phrase.endswith("*") else spaced + " "
