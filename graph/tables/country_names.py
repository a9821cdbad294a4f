"""Countries by all that they are called: names in thirty languages, ISO 3166 and EU codes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from anyascii import anyascii

__all__ = ["country_names", "country_spelt", "folded"]

_NAMES: Final = Path(__file__).parent / "country_names.tsv"
_PATH: Final = "country/"


def folded(name: str) -> str:
    """Return a name in plain small letters and digits, words parted by one blank."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(name).lower()))


@cache
def country_names() -> dict[str, list[str]]:
    """Return folded names and other codes of each country, by ISO 3166-1 alpha-2 code."""
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: [folded(name) for name in names] for code, *names in rows}


def country_spelt(text: str) -> str | None:
    """Return the ISO code of the country that a text names, None where none.

    text: a name in any language, a code, or the address of a country in the graph.
    """
    return _codes().get(folded(text.rstrip("/").rpartition(_PATH)[2]))


@cache
def _codes() -> dict[str, str]:
    found = {name: code for code, spelt in country_names().items() for name in spelt}
    return {name: code for name, code in found.items() if name} | {
        code.lower(): code for code in country_names()
    }
