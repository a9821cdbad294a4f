"""Identifiers as the graph writes them, whatever the registry puts around them."""

from __future__ import annotations

import re
from functools import cache

from permed.ontology import value_patterns

__all__ = ["check_digit_fits", "clean"]

_BEFORE_DOI = re.compile(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", re.IGNORECASE)
_FUNDER_DOI = re.compile(r"^.*10\.13039/", re.IGNORECASE)
_LAST = ("ror", "orcid", "wikidata", "grid", "isni", "pic")  # the last part of their addresses


@cache
def _pattern(scheme: str) -> re.Pattern[str]:
    return re.compile(value_patterns()[scheme])


def clean(scheme: str, text: str | None) -> str | None:
    """Return the bare identifier of a code of `identifier-scheme`, or None if it is not one.

    Takes addresses (`https://ror.org/04bwf3e34`, `https://doi.org/10.13039/501100000780`), spaces
    in an ISNI, and letters of the wrong case.
    """
    value = (text or "").strip()
    if scheme == "doi":
        value = _BEFORE_DOI.sub("", value).lower()
    elif scheme == "fundref":
        value = _FUNDER_DOI.sub("", value)
    elif scheme in _LAST:
        value = re.split(r"[/#]", value.rstrip("/"))[-1]
    if scheme == "isni":
        value = re.sub(r"[\s-]", "", value)
    value = value.upper() if scheme in ("isni", "orcid", "wikidata") else value
    value = value.lower() if scheme in ("ror", "grid") else value
    return value if _pattern(scheme).fullmatch(value) else None


def check_digit_fits(identifier: str) -> bool:
    """Whether the last character of an ORCID iD or ISNI fits the others (ISO 7064, mod 11-2)."""
    digits, total = identifier.replace("-", ""), 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]
