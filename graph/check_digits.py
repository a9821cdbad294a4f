"""Check digits of registry identifiers: whether an identifier can be one, or was mistyped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["CHECKED", "check_digits_fit"]

_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def check_digits_fit(scheme: str, identifier: str) -> bool:
    """Whether the check digits of a ROR id, ORCID iD, ISNI or ISBN fit the others.

    ORCID and ISNI: ISO 7064, mod 11-2. ROR: Crockford base32 and ISO 7064, mod 97-10, as the
    registry describes its ids. ISBN: ISO 2108, of 10 or 13 digits. True for other schemes, which
    have none.
    """
    test = _CHECK_DIGITS.get(scheme)
    return test is None or test(identifier)


def _ror_fits(identifier: str) -> bool:
    number = 0
    for letter in identifier[:7]:
        number = number * 32 + _CROCKFORD.index(letter)
    return 98 - number * 100 % 97 == int(identifier[7:])


def _sixteen_fit(identifier: str) -> bool:
    digits, total = identifier.replace("-", ""), 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


def _isbn_fits(identifier: str) -> bool:
    values = [10 if digit == "X" else int(digit) for digit in identifier]
    if len(values) == 10:
        return sum((10 - at) * value for at, value in enumerate(values)) % 11 == 0
    return sum(value * (3 if at % 2 else 1) for at, value in enumerate(values)) % 10 == 0


_CHECK_DIGITS: Final[dict[str, Callable[[str], bool]]] = {
    "ror": _ror_fits, "orcid": _sixteen_fit, "isni": _sixteen_fit, "isbn": _isbn_fits,
}  # fmt: skip

CHECKED: Final = tuple(_CHECK_DIGITS)  # schemes whose identifiers carry check digits
